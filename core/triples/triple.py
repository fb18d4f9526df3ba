"""A triple as everybody here passes it on: extractors, graphs, files, the page."""

from __future__ import annotations

from dataclasses import dataclass

# Characters [start, end).
Span = tuple[int, int]


@dataclass(frozen=True)
class Triple:
    """A fact as strings and as spans of the text; `score` is the probability that it is right, to four places."""

    subject: str
    predicate: str
    object: str
    subject_span: Span
    object_span: Span
    score: float
