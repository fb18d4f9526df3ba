"""Events of a text of any length: sentences read together as far as they go into the model, found, mapped back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.errors import InputError
from core.pipeline import Pipeline, Progress
from core.runtime import MicroBatcher
from core.text import check_text, normalise, split_sentences
from core.triples import MAX_CHARS
from core.triples.dates import date_of
from core.triples.event import Event, EventArgument, EventsResult
from core.triples.event_extractor import EventExtractor, FoundEvent, Seen
from core.triples.event_schema import EVENT_TYPES, TIME
from core.triples.events import TRIGGER
from core.triples.explain import EventsInside
from core.triples.pipeline import Document, as_share
from core.triples.sentence import Sentence
from core.triples.task import FindEvents

# Of an event one sentence says when, the next where: short ones are read together, up to the length of nine in ten of
# the texts that the model learned from.
_TOGETHER = 120


class EventsPipeline(Pipeline[Document, Sentence, Seen, list[Event], EventsResult]):
    """Event extraction by GPLinker (`core.triples.events`)."""

    task = "events"
    at_model = ("answer", "explain")
    facts = ("threshold", "roles")

    def __init__(self, extractor: EventExtractor) -> None:
        self.extractor = extractor
        self.threshold: float = extractor.config.threshold
        self.roles: dict[str, list[str]] = extractor.roles
        self._see = MicroBatcher[str, Seen](extractor.see, self.batch)

    @classmethod
    def from_folder(cls, folder: Path, device: str) -> EventsPipeline:
        return cls(EventExtractor.from_folder(folder, device))

    def __call__(self, text: str, threshold: float | None = None, progress: Progress | None = None) -> EventsResult:
        """The events of `text`.

        Args:
            text: at most MAX_CHARS characters, of any script; spans refer to it as it is.
            threshold: least probability of an argument; None for what was best on dev.
            progress: called with (parts done, parts in all).

        Raises:
            InputError: no text, too long, binary, or a threshold outside [0, 1].
        """
        return self.ask(self.normalise(FindEvents(text, threshold)), progress)

    @classmethod
    def normalise(cls, request: FindEvents) -> Document:
        text = check_text(request.text, MAX_CHARS)
        return Document(normalise(text), as_share(request.threshold), _known(request.types))

    def encode(self, asked: Document) -> list[Sentence]:
        # Two of the model's tokens mark the beginning and the end.
        spans = read_together(asked.text.text, self.extractor.config.max_tokens - 2)
        return [Sentence(asked.text, start, asked.text.text[start:end]) for start, end in spans]

    def size(self, piece: Sentence) -> int:
        return len(piece.text)

    def model(self, pieces: Sequence[Sentence]) -> list[Seen]:
        return self._see([piece.text for piece in pieces])

    def decode(self, asked: Document, pieces: Sequence[Sentence], seen: Sequence[Seen]) -> list[Event]:
        return [
            _placed(sentence, event)
            for sentence, one in zip(pieces, seen, strict=True)
            for event in self.extractor.read(one, asked.least)
            if asked.wanted is None or event.type in asked.wanted
        ]

    def result(self, asked: Document, decoded: list[Event]) -> EventsResult:
        ordered = sorted(decoded, key=lambda e: (e.trigger_span if e.trigger else e.arguments[0].span, e.type))
        return EventsResult(asked.text.original, tuple(ordered))

    def explain(self, text: str, limit: int = 6) -> list[EventsInside]:
        """What the model sees in the first `limit` parts of `text` that it reads at a time.

        Raises:
            InputError: as `__call__`.
        """
        sentences = self.encode(self.normalise(FindEvents(text)))[:limit]
        seen = self.model(sentences)
        return [self.extractor.inside(one, s.original) for s, one in zip(sentences, seen, strict=True)]


def read_together(text: str, most: int) -> list[tuple[int, int]]:
    """Spans [start, end) of `text` that are read at a time: sentences of one paragraph up to _TOGETHER characters, and
    longer ones, up to `most`, for themselves."""
    spans: list[tuple[int, int]] = []
    for start, end in split_sentences(text, most):
        if spans and end - spans[-1][0] <= min(_TOGETHER, most) and "\n" not in text[spans[-1][1] : start]:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _placed(sentence: Sentence, event: FoundEvent) -> Event:
    """An event of a sentence as one of the document."""
    found = []
    for argument in event.arguments:
        span = sentence.span(argument.span)
        found.append(EventArgument(argument.role, sentence.document.original[slice(*span)], span, argument.score))
    arguments = tuple(a for a in found if a.role != TRIGGER)
    # Of several words that say the same the likeliest.
    trigger = max((a for a in found if a.role == TRIGGER), key=lambda a: a.score, default=None)
    dates = (date_of(a.text) for a in arguments if a.role == TIME)
    return Event(
        event.type,
        trigger.text if trigger else "",
        trigger.span if trigger else (0, 0),
        next(filter(None, dates), ""),
        trigger.score if trigger else min(a.score for a in arguments),
        arguments,
    )


def _known(types: object) -> tuple[str, ...] | None:
    if types is None:
        return None
    if not isinstance(types, list) or not all(isinstance(name, str) for name in types):
        raise InputError("types 应为事件类型的列表", "types must be a list of names")
    unknown = [name for name in types if name not in EVENT_TYPES]
    if unknown:
        known = "、".join(EVENT_TYPES)
        raise InputError(
            f"没有事件类型“{unknown[0][:40]}”，可用：{known}", f'no event type "{unknown[0][:40]}"; there are {known}'
        )
    return tuple(types)
