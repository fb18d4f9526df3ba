"""A passage at the generator: what of it somebody may ask for, and what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch

from core.qa_pairs.clauses import Clauses
from core.qa_pairs.encoding import Span, Window
from core.qa_pairs.kinds import Tagged
from core.qa_pairs.substitution import Made, Substitution
from core.qa_pairs.whole import whole_answer


@dataclass(frozen=True)
class Candidate:
    """A piece of the passage somebody may ask for, and how likely it is to be asked for within its window."""

    span: Span
    probability: float
    window: int


def apart(candidates: Sequence[Candidate], spans: Sequence[Span]) -> list[Candidate]:
    """The candidates that overlap none of the spans."""
    return [c for c in candidates if not any(a < c.span[1] and c.span[0] < b for a, b in spans)]


@dataclass(frozen=True)
class Asked:
    """A question and the mean log-probability of its characters; `others`: what else the search ended with; `made`:
    what it was made of, by substitution, where it was not written; `worst`: the mean log-probability of its least
    likely characters, where that was asked."""

    text: str
    score: float
    others: tuple[Asked, ...] = ()
    made: Made | None = None
    worst: float = 0.0


@dataclass
class Passage:
    """A folded passage as the generator reads it: its windows, the states [L, H] of those that have been read, from the
    first on, and the candidates of all of these."""

    text: str
    windows: list[Window]
    states: list[torch.Tensor]
    candidates: list[Candidate]
    starts: list[list[float]]  # per window read the probability of each token to begin an answer

    @cached_property
    def tagged(self) -> Tagged:
        return Tagged(self.text)

    @cached_property
    def substitution(self) -> Substitution:
        return Substitution(Clauses(self.tagged))

    @cached_property
    def marked(self) -> tuple[Span, ...]:
        """Names, dates and amounts, and what something asks for by what stands before it."""
        spans = (*self.tagged.names(), *self.substitution.spans())
        return tuple(dict.fromkeys(whole for span in spans if (whole := whole_answer(self.text, span))))

    @property
    def windows_read(self) -> int:
        """How many of the windows have been read."""
        return len(self.states)
