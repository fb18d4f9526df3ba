"""Triples of a text of any length: split into sentences, extract, map back, merge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from core.errors import InputError
from core.pipeline import Pipeline, Progress
from core.runtime import MicroBatcher
from core.text import Normalised, check_text, normalise, split_sentences
from core.triples import MAX_CHARS
from core.triples.asking import AskingExtractor
from core.triples.chat_extractor import ChatExtractor
from core.triples.explain import Inside
from core.triples.extractor import Extractor
from core.triples.heads import load_extractor
from core.triples.kinship import contradicted
from core.triples.named import Named
from core.triples.pronouns import resolved
from core.triples.schema import RELATIONS
from core.triples.sentence import Sentence
from core.triples.task import Extract
from core.triples.triple import Found, Triple, TriplesResult

_PERSON_TYPE = "人物"  # how types of persons end (`core.triples.schema`)


@dataclass(frozen=True)
class Document:
    """A text to be read; `least` is the least probability of a triple (of an argument), None for the model's own
    thresholds, and `wanted` the relations (types of events) asked for, None for all."""

    text: Normalised
    least: float | None = None
    wanted: tuple[str, ...] | None = None


class Read(NamedTuple):
    """A sentence with what was found in it."""

    sentence: Sentence
    found: list[Found]

    def of_pronouns(self) -> Read:
        """Only what is said of a name that stands for a pronoun; all, where it is read instead of the sentence."""
        sentence = self.sentence
        if sentence.instead:
            spans = ((f, (f.subject, f.object)) for f in self.found)
            return self._replace(found=[f for f, both in spans if not any(map(sentence.reaches_into_name, both))])
        return self._replace(found=[f for f in self.found if sentence.pronoun(f.subject) or sentence.pronoun(f.object)])


class TriplesPipeline(Pipeline[Document, Sentence, Read, list[Triple], TriplesResult]):
    """Subject-predicate-object extraction by any of the heads (`core.triples.heads`)."""

    task = "triples"
    at_model = ("answer", "explain")
    facts = ("threshold", "thresholds", "relations")

    def __init__(self, extractor: Extractor | AskingExtractor | ChatExtractor) -> None:
        self.extractor = extractor
        self.threshold: float = extractor.config.threshold
        self.thresholds: dict[str, float] = extractor.config.thresholds
        self.relations: list[str] = extractor.relations
        self._extract = MicroBatcher[str, list[Found]](extractor.extract, self.batch)

    @classmethod
    def from_folder(cls, folder: Path, device: str) -> TriplesPipeline:
        return cls(load_extractor(folder, device))

    @property
    def trained(self) -> Extractor:
        """The extractor, where it has a head. Raises TypeError where it has none."""
        if not isinstance(self.extractor, Extractor):
            raise TypeError("it has no head")
        return self.extractor

    def __call__(self, text: str, threshold: float | None = None, progress: Progress | None = None) -> TriplesResult:
        """The triples of `text`.

        Args:
            text: at most MAX_CHARS characters, of any script; spans refer to it as it is.
            threshold: least probability of a triple, of any relation; None for what had the best F1 on dev, where
                some relations may have a threshold of their own.
            progress: called with (sentences done, sentences in all).

        Raises:
            InputError: no text, too long, binary, or a threshold outside [0, 1].
        """
        return self.ask(self.normalise(Extract(text, threshold)), progress)

    @classmethod
    def normalise(cls, request: Extract) -> Document:
        text = check_text(request.text, MAX_CHARS)
        return Document(normalise(text), as_share(request.threshold), _known(request.relations))

    def encode(self, asked: Document) -> list[Sentence]:
        # Two of the model's tokens mark the beginning and the end.
        spans = split_sentences(asked.text.text, self.extractor.config.max_tokens - 2)
        return [Sentence.of(asked.text, span) for span in spans]

    def size(self, piece: Sentence) -> int:
        return len(piece.text)

    def model(self, pieces: Sequence[Sentence]) -> list[Read]:
        found = self._extract([piece.text for piece in pieces])
        return [Read(piece, mine) for piece, mine in zip(pieces, found, strict=True)]

    def _seen(self, pieces: Sequence[Sequence[Sentence]], progress: Progress | None) -> list[list[Read]]:
        """Each sentence as it is, and behind it, where it has pronouns that can be resolved, with names for them: of
        that only what is said of those. Where the names are those of 前者 and 后者, no longer as it is."""
        seen = super()._seen(pieces, progress)
        again = super()._seen([self._with_names(read) for read in seen], None)
        both = []
        for read, second in zip(seen, again, strict=True):
            instead = [r.sentence.start for r in second if r.sentence.instead]
            spans = ((r, r.sentence.span_in_document) for r in read)
            first = [r for r, (a, b) in spans if not any(a <= start < b for start in instead)]
            both.append([*first, *(r.of_pronouns() for r in second)])
        return both

    def _with_names(self, seen: Sequence[Read]) -> list[Sentence]:
        """Those of a document's sentences with pronouns that can be resolved, with names in their place."""
        if not seen:
            return []
        document = seen[0].sentence.document
        spans = [s.span_in_document for s, _ in seen]
        named = [
            [n for f in found if f.score >= self.threshold_of(f.relation) for n in _named(s, f)] for s, found in seen
        ]
        meant = zip(spans, resolved(document.text, spans, named), strict=True)
        made = (Sentence.with_names(document, span, mine) for span, mine in meant if mine)
        most = self.extractor.config.max_tokens - 2
        return [s for parts in made if all(len(part.text) <= most for part in parts) for s in parts]

    def decode(self, asked: Document, pieces: Sequence[Sentence], seen: Sequence[Read]) -> list[Triple]:
        """Each triple that is likely enough once, where it scores best; of what contradicts itself, the likelier."""
        text = asked.text.original
        best: dict[tuple[str, str, str], Triple] = {}
        for sentence, found in seen:
            for f in found:
                if asked.wanted is not None and f.relation not in asked.wanted:
                    continue
                s, o = sentence.span(f.subject), sentence.span(f.object)
                # Rounded before it is judged, so that whoever filters what was sent keeps the same triples.
                if s == o:  # a name, and a pronoun that was read as it
                    continue
                pronouns = sentence.pronoun(f.subject), sentence.pronoun(f.object)
                triple = Triple(text[slice(*s)], f.relation, text[slice(*o)], s, o, round(f.score, 4), *pronouns)
                key = (triple.subject, triple.predicate, triple.object)
                needed = self.threshold_of(f.relation) if asked.least is None else asked.least
                if triple.score >= needed and (key not in best or best[key].score < triple.score):
                    best[key] = triple
        wrong = contradicted({key: triple.score for key, triple in best.items()})
        return [triple for key, triple in best.items() if key not in wrong]

    def result(self, asked: Document, decoded: list[Triple]) -> TriplesResult:
        ordered = sorted(decoded, key=lambda t: (t.subject_span, t.object_span, t.predicate))
        return TriplesResult(asked.text.original, tuple(ordered))

    def explain(self, text: str, limit: int = 6) -> list[Inside]:
        """What the model sees in the first `limit` sentences of `text`, as the model reads them.

        Raises:
            InputError: as `__call__`.
        """
        sentences = self.encode(self.normalise(Extract(text)))
        return [self.extractor.inside(s.text, s.original) for s in sentences[:limit]]

    def threshold_of(self, relation: str) -> float:
        """The model's own threshold for `relation`: one of its own, or that of the rest."""
        return self.thresholds.get(relation, self.threshold)


def _named(sentence: Sentence, found: Found) -> Iterator[Named]:
    """Subject and object of what was found, as spans of the normalised document."""
    relation = RELATIONS.get(found.relation)
    kinds = (relation.subject_type, relation.object_type) if relation else ("", "")
    for span, kind, subject in zip((found.subject, found.object), kinds, (True, False), strict=True):
        place = sentence.start + span[0], sentence.start + span[1]
        yield Named(place, kind.endswith(_PERSON_TYPE), subject, kind)


def as_share(threshold: object) -> float | None:
    """A least probability that was asked for. Raises InputError where it is none."""
    if threshold is None:
        return None
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not 0 <= threshold <= 1:
        raise InputError("阈值须在 0 到 1 之间", "the threshold must be between 0 and 1")
    return float(threshold)


def _known(relations: object) -> tuple[str, ...] | None:
    if relations is None:
        return None
    if not isinstance(relations, list) or not all(isinstance(name, str) for name in relations):
        raise InputError("relations 应为关系名称的列表", "relations must be a list of names")
    unknown = [name for name in relations if name not in RELATIONS]
    if unknown:
        known = "、".join(RELATIONS)
        raise InputError(
            f"没有关系“{unknown[0][:40]}”，可用：{known}", f'no relation "{unknown[0][:40]}"; there are {known}'
        )
    return tuple(relations)
