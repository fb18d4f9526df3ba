"""An event as everybody here passes it on."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from core.triples.triple import Span


@dataclass(frozen=True)
class EventArgument:
    """Who or what plays which role, as a string and as a span of the text; `score` is the probability that it does."""

    role: str
    text: str
    span: Span
    score: float


@dataclass(frozen=True)
class Event:
    """What happened: its type, the word that says so, and the arguments in the order of the text.

    Without such a word `trigger` is "" and its span empty. `date` is what the time says in figures, in the form of
    ISO 8601 (`core.triples.dates`), or "". `score` is the probability of the trigger; of an event without one, that of
    its least likely argument.
    """

    type: str
    trigger: str
    trigger_span: Span
    date: str
    score: float
    arguments: tuple[EventArgument, ...]


@dataclass(frozen=True)
class EventsResult:
    """The events of `text` in the order in which they appear."""

    text: str
    events: tuple[Event, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON: {"events": [{type, trigger, trigger_span, date, score, arguments: [{role, text, span, score}]}]}."""
        return {"events": [dataclasses.asdict(event) for event in self.events]}
