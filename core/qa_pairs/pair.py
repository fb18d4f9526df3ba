"""Pairs and answers, as everybody here passes them on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from core.qa_pairs.encoding import Span


@dataclass(frozen=True)
class Pair:
    """A question and its answer, a span [start, end) of the passage; `sentence` is the one of the passage that has it.

    `score`: geometric mean of the probabilities of the question's characters. `reader_answer`, `reader_score`: what the
    reader answers to the question, "" for nothing, and how sure it is. `quality`: the probability that the pair is
    right and well put, where the generator judges that. `passed`: the two answers agree, and the question is well put.
    """

    question: str
    answer: str
    answer_span: Span
    sentence: str
    score: float
    reader_answer: str
    reader_score: float
    passed: bool
    quality: float | None = None

    @property
    def rank(self) -> tuple[bool, float]:
        """The better pair has the higher one."""
        return self.passed, self.score * self.reader_score if self.quality is None else self.quality

    def to_dict(self) -> dict[str, Any]:
        found = asdict(self)
        numbers = {name: found[name] for name in ("score", "reader_score", "quality")}
        return found | {name: None if n is None else round(n, 4) for name, n in numbers.items()}


@dataclass(frozen=True)
class Reached:
    """How far the making of pairs is: the passage has been read up to the character `place`, and `tried` answers of at
    most `most` have been asked for."""

    place: int
    tried: int
    most: int


@dataclass(frozen=True)
class Note:
    """Something told in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class QAPairsResult:
    """Pairs, those that passed the reader's check first. `note`: why there are few or none, where that is known."""

    pairs: tuple[Pair, ...]
    note: Note | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON: {"pairs": [{question, answer, answer_span, sentence, score, reader_answer, reader_score, passed,
        quality}], "note": {zh, en} or null}."""
        return {"pairs": [p.to_dict() for p in self.pairs], "note": asdict(self.note) if self.note else None}


@dataclass(frozen=True)
class AnswerResult:
    """The answer to a question, "" if the passage does not say; its span there, and how sure the reader is."""

    answer: str
    answer_span: Span
    score: float

    def to_dict(self) -> dict[str, Any]:
        """JSON: {"answer", "answer_span", "score"}."""
        return {"answer": self.answer, "answer_span": self.answer_span, "score": round(self.score, 4)}
