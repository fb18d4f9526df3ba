"""Triples of whatever relation one to eight examples show: by asking the reader, or by a language model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core import catalog
from core.errors import InputError
from core.examples import ExamplesPipeline, read_examples
from core.text import check_text, normalise, split_sentences
from core.triples import MAX_CHARS
from core.triples.asking import AskingExtractor, Reader
from core.triples.chat_extractor import ChatExtractor
from core.triples.extractor import Extractor
from core.triples.heads import load_extractor
from core.triples.labelled import labelled, text_of, triples_of
from core.triples.pipeline import Document, TriplesPipeline
from core.triples.task import ExtractByExample
from core.triples.triple import TriplesResult

_PARTS = ("subject", "predicate", "object")


@dataclass(frozen=True)
class Shown:
    """A text to be read, and labelled sentences {"text", "spo_list"} that show what is wanted of it."""

    document: Document
    examples: tuple[dict[str, Any], ...]


class ByExamplePipeline(ExamplesPipeline[Shown, TriplesResult]):
    """Triples of relations that the model has not been trained on, by examples that come with the text."""

    task = "triples_by_example"
    done = ("抽取", "extraction")

    def __init__(self, extractor: Extractor | ChatExtractor, reader: Reader | None = None) -> None:
        """`reader` answers questions, for an extractor that is no language model."""
        self.extractor = extractor
        self.reader = reader

    @classmethod
    def from_folder(cls, folder: Path, device: str) -> ByExamplePipeline:
        if folder.parent != catalog.MODELS:
            extractor = load_extractor(folder, device)
        else:  # read by the tab already
            served = catalog.load_here(catalog.find("triples", folder.name), device)
            assert isinstance(served, TriplesPipeline)
            extractor = served.trained
        if isinstance(extractor, ChatExtractor):
            return cls(extractor)
        # Of another task, which stands apart: it has a `reader`.
        answering: Any = catalog.load_here(catalog.find("answer"), device)
        return cls(extractor, answering.reader)

    def __call__(self, text: str, examples: list[dict[str, Any]]) -> TriplesResult:
        """The triples of `text`, at most MAX_CHARS characters, as the examples show them: see `ExtractByExample`.

        Raises:
            InputError: a text or examples that cannot be used.
        """
        return self.ask(self.normalise(ExtractByExample(text, examples)))

    @classmethod
    def normalise(cls, request: ExtractByExample) -> Shown:
        examples = _read(request.examples)
        return Shown(Document(normalise(check_text(request.text, MAX_CHARS))), examples)

    def answer_one(self, asked: Shown) -> TriplesResult:
        made: AskingExtractor | ChatExtractor
        if isinstance(self.extractor, ChatExtractor):
            made = ChatExtractor.by_example(self.extractor.lm, asked.examples)
        else:
            assert self.reader
            text = asked.document.text.text
            near = [text[a:b] for a, b in split_sentences(text, self.extractor.config.max_tokens - 2)]
            made = AskingExtractor(self.extractor, self.reader, asked.examples, near)
        return TriplesPipeline(made).ask(asked.document)


def _read(given: object) -> tuple[dict[str, Any], ...]:
    """The examples as labelled sentences, those of one text together."""
    found: dict[str, dict[tuple[str, ...], None]] = {}
    for numbered, row in read_examples(given):
        with numbered:
            text = text_of(row)
            # The fields of a form: what is left empty in all three is a sentence that says nothing.
            one = {name: row.get(name) or "" for name in _PARTS}
            found.setdefault(text, {}).update(dict.fromkeys(triples_of(one, text)))
    read = labelled(found)
    if not read.relations:
        raise InputError("至少一个例子要有三元组", "at least one example must have a triple")
    return read.rows
