"""Question-answer pairs of the kind that one to eight examples show.

The generator knows no kinds, so it is steered from both sides. What is asked for: answers are drawn the likelier the
more examples have an answer of the same kind (`core.qa_pairs.kinds`) and length. How it is asked: the pairs are ranked
by how like an example their question is worded, whatever it asks about. A language model is shown the examples instead
and writes pairs, whose answers are held to pieces of the passage. The reader checks both.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core import catalog
from core.backbone.causal import CausalLM, Message
from core.errors import InputError
from core.examples import ExamplesPipeline, read_examples
from core.qa_pairs import DEFAULT_BEAMS, MAX_PAIRS, MAX_QUESTION_CHARS
from core.qa_pairs.checker import Checker, checked, sound
from core.qa_pairs.encoding import Span
from core.qa_pairs.generator import Generator
from core.qa_pairs.kinds import Tagged, asked_kind
from core.qa_pairs.loading import load_generator
from core.qa_pairs.pair import Pair, QAPairsResult
from core.qa_pairs.passage import Asked, Candidate
from core.qa_pairs.reader import Reader
from core.qa_pairs.request import read_passage, span_of, whole
from core.qa_pairs.scoring import near_duplicates, plain
from core.qa_pairs.task import GenerateByExample
from core.text import Normalised, check_text, normalise

MAX_EXAMPLE_CHARS = 1_000
# The least share of its probability that an answer unlike all examples keeps; and what answer and question together
# need of likeness to be shown, each being 1 where it is wholly like the examples'.
_UNLIKE, _LEAST = 0.05, 0.9
_LIKELIEST = 1e-9  # share of the probability that answers are drawn from: one
# Pairs that a model writes at most for each that is wanted: it may repeat itself, or ask what has no answer.
_WRITES = 2
_LINE_TOKENS = 96
_RULES = "读文章，像前面的例子那样提问：同一类问题。每行一个，写成：问题 | 答案。答案照抄文章里最短的一段文字。"


@dataclass(frozen=True)
class Example:
    """A folded passage, a question about it, and the span of its answer."""

    passage: Normalised
    question: str
    span: Span

    @property
    def answer(self) -> str:
        return self.passage.text[slice(*self.span)]


@dataclass(frozen=True)
class Shown:
    """A folded passage, examples of what is to be asked about it, and how many such pairs are wanted."""

    document: Normalised
    examples: tuple[Example, ...]
    n: int


class Manner:
    """What the examples have in common: the kinds and lengths of their answers, and the wording of their questions."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.answers = [(_kind(e.passage.text, e.span), len(e.answer)) for e in examples]
        self.wordings = [wording(e.question, e.passage.text) for e in examples]
        self.asked = [asked_kind(e.question) for e in examples]

    def of_answer(self, kind: str, length: int) -> float:
        """How like the examples' answers one of this kind and length is, from 0 to 1."""
        like = [0.75 * (kind == k) + 0.25 * min(length, n) / max(length, n) for k, n in self.answers]
        return sum(like) / len(like)

    def of_question(self, question: str, passage: str) -> float:
        """How like an example's a question's wording is, from 0 to 1."""
        from rapidfuzz import fuzz

        mine, asked = wording(question, passage), asked_kind(question)
        return max(
            0.5 * fuzz.ratio(mine, other) / 100 + 0.5 * (asked == kind)
            for other, kind in zip(self.wordings, self.asked, strict=True)
        )


class ByExamplePipeline(ExamplesPipeline[Shown, QAPairsResult]):
    """Pairs of the kind that the user's own examples show."""

    task = "qa_pairs_by_example"
    done = ("提问", "pairs")

    def __init__(self, writer: Generator | CausalLM, reader: Reader) -> None:
        if isinstance(writer, CausalLM) and not writer.chats:
            raise InputError("这个语言模型没有对话模板", "this language model has no chat template")
        self.writer = writer
        self.reader = reader

    @classmethod
    def from_folder(cls, folder: Path, device: str) -> ByExamplePipeline:
        reader = load_reader_once(device)
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if any(name.endswith(("ForCausalLM", "LMHeadModel")) for name in config.get("architectures") or ()):
            return cls(CausalLM.from_folder(folder, device), reader)
        if folder.parent == catalog.MODELS:  # read by the tab already
            return cls(catalog.load_here(catalog.find("qa_pairs", folder.name), device).generator, reader)  # type: ignore[attr-defined]
        return cls(load_generator(folder, device), reader)

    def __call__(self, passage: str, examples: list[dict[str, Any]], n: int = 3) -> QAPairsResult:
        """Pairs of `passage`, at most MAX_CHARS characters, as the examples show them: see `GenerateByExample`.

        Raises:
            InputError: a passage, examples or a number that cannot be used.
        """
        return self.ask(self.normalise(GenerateByExample(passage, examples, n)))

    @classmethod
    def normalise(cls, request: GenerateByExample) -> Shown:
        examples = []
        for numbered, row in read_examples(request.examples):
            with numbered:
                examples.append(_example(row))
        return Shown(read_passage(request.passage), tuple(examples), whole(request.n, 1, MAX_PAIRS, "n"))

    def answer_one(self, asked: Shown) -> QAPairsResult:
        """Those most like the examples, as many as are wanted, each once; those that the reader confirms first."""
        found = self._steered(asked) if isinstance(self.writer, Generator) else self._written(asked)
        kept: list[Pair] = []
        for pair in found:
            if not any(near_duplicates(pair.question, pair.answer, k.question, k.answer) for k in kept):
                kept.append(pair)
        return QAPairsResult(tuple(kept[: asked.n]))

    def _steered(self, asked: Shown) -> list[Pair]:
        assert isinstance(self.writer, Generator)
        manner, text = Manner(asked.examples), asked.document.text
        tagged = Tagged(text)
        read = self.writer.read(text)

        def like(span: Span) -> float:
            return manner.of_answer(tagged.kind(span), span[1] - span[0])

        least = max((like(c.span) for c in read.candidates), default=0.0) / 2
        read = replace(
            read,
            candidates=[
                replace(c, probability=c.probability * (_UNLIKE + like(c.span) ** 2))
                for c in read.candidates
                if like(c.span) >= least
            ],
        )
        checker = Checker(self.writer, self.reader)
        drawn = list(checker.drawn(read, asked.n, _LIKELIEST, random.Random(0)))
        if not drawn:
            return []
        pairs = checker.pairs(asked.document, read, drawn, DEFAULT_BEAMS)
        likeness = {asked.document.span_in_original(*c.span): like(c.span) for c in drawn}
        found = []
        for pair in pairs:
            start, end = pair.answer_span  # what was drawn, maybe with 约 or 左右
            answer = max(value for (a, b), value in likeness.items() if start <= a and b <= end)
            found.append((answer + manner.of_question(pair.question, text), pair))
        found = [(value, pair) for value, pair in found if value >= _LEAST]
        found.sort(key=lambda each: (each[1].passed, each[0] + (each[1].quality or 0.0)), reverse=True)
        return [pair for _, pair in found]

    def _written(self, asked: Shown) -> list[Pair]:
        passage = asked.document.text
        said = [Message("system", _RULES)]
        for text, lines in _by_passage(asked.examples):
            said += [Message("user", text), Message("assistant", lines)]
        found: dict[str, Candidate] = {}
        for line, probability in self._lines([*said, Message("user", passage)], passage, _WRITES * asked.n):
            question, span = read_line(line, passage)
            if span and question not in found and sound(question, passage[slice(*span)]):
                found[question] = Candidate(span, probability, 0)
        made = [(c, Asked(question, math.log(max(c.probability, 1e-9)))) for question, c in found.items()]
        pairs = checked(self.reader, asked.document, made, len(passage)) if made else []
        return sorted(pairs, key=lambda pair: pair.passed, reverse=True)

    def _lines(self, said: Sequence[Message], passage: str, most: int) -> Iterator[tuple[str, float]]:
        """What the model writes, line by line, answers held to pieces of `passage`, with each line's probability."""
        assert isinstance(self.writer, CausalLM)
        written = ""
        for _ in range(most):
            prompt = self.writer.render(said, written)
            new = self.writer.write(prompt, lambda text: "\n" in text, lambda text: _fits(text, passage), _LINE_TOKENS)
            line, newline, _ = new.text.partition("\n")
            if not line.strip() or f"{line}\n" in written:
                return
            yield line, new.probability
            if not newline:
                return
            written += f"{line}\n"


def load_reader_once(device: str) -> Reader:
    """The reader that ships, as the tab has it."""
    found: Any = catalog.load_here(catalog.find("answer"), device)
    reader: Reader = found.reader
    return reader


def read_line(line: str, passage: str) -> tuple[str, Span | None]:
    """The question of a line "question | answer", and where its answer stands first; None where it does not."""
    question, _, answer = (part.strip() for part in line.replace("｜", "|").partition("|"))
    at = passage.find(answer) if answer else -1
    return question, None if at < 0 else (at, at + len(answer))


def wording(question: str, passage: str) -> str:
    """What of a folded question is not taken from the passage: pieces of two characters and more are left out."""
    kept, at = [], 0
    while at < len(question):
        size = next((n for n in range(len(question) - at, 1, -1) if question[at : at + n] in passage), 0)
        kept.append("" if size else question[at])
        at += size or 1
    return plain("".join(kept))


def _fits(text: str, passage: str) -> bool:
    """Whether a line can still become a question with a piece of the passage for an answer."""
    line, ended, _ = text.replace("｜", "|").partition("\n")
    question, mark, answer = line.partition("|")
    if not mark:
        return not ended and len(question) <= MAX_QUESTION_CHARS
    return answer.strip() in passage and (not ended or bool(answer.strip()))


def _by_passage(examples: Sequence[Example]) -> Iterator[tuple[str, str]]:
    """Each passage of the examples with its lines."""
    for text in dict.fromkeys(e.passage.text for e in examples):
        lines = [f"{e.question} | {e.answer}" for e in examples if e.passage.text == text]
        yield text, "\n".join(lines)


def _kind(text: str, span: Span) -> str:
    return Tagged(text).kind(span)


def _example(row: dict[str, Any]) -> Example:
    passage = read_passage(check_text(row.get("passage") or "", MAX_EXAMPLE_CHARS))
    question = normalise(check_text(row.get("question") or "", MAX_QUESTION_CHARS)).text.strip()
    return Example(passage, question, span_of(passage, check_text(row.get("answer") or "", MAX_EXAMPLE_CHARS)))
