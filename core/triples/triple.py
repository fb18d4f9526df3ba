"""A triple as everybody here passes it on: extractors, graphs, files, the page."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

# Characters [start, end).
Span = tuple[int, int]


@dataclass(frozen=True)
class Found:
    """A triple as character spans [start, end) of the sentence given to the model."""

    subject: Span
    relation: str
    object: Span
    score: float


@dataclass(frozen=True)
class Triple:
    """A fact as strings and as spans of the text; `score` is the probability that it is right, to four places.

    `subject_pronoun`, `object_pronoun`: the span of the 他, 其, 前者 or 该片 that was read as it, whose own span is
    where it is named; None where it stands in the sentence itself.
    """

    subject: str
    predicate: str
    object: str
    subject_span: Span
    object_span: Span
    score: float
    subject_pronoun: Span | None = None
    object_pronoun: Span | None = None


@dataclass(frozen=True)
class TriplesResult:
    """The triples of `text` in the order in which they appear."""

    text: str
    triples: tuple[Triple, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON: {"triples": [{subject, predicate, object, subject_span, object_span, score,
        subject_pronoun, object_pronoun}]}."""
        return {"triples": [dataclasses.asdict(t) for t in self.triples]}
