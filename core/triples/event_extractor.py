"""From sentences to the events in them, with one trained model; knows tensors, not documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import torch
from transformers import AutoTokenizer

from core.backbone.weights import load_served
from core.triples.events import TRIGGER, ArgumentGraph, EventLinker, argument_graphs
from core.triples.explain import VISIBLE, EventsInside, LinkedArguments
from core.triples.extractor import Reader
from core.triples.lexical import character_features
from core.triples.tags import FLOOR, calibrated
from core.triples.triple import Span


@dataclass(frozen=True)
class FoundArgument:
    """An argument as a character span [start, end) of the sentence given to the model, and its probability."""

    role: str
    span: Span
    score: float


@dataclass(frozen=True)
class FoundEvent:
    """An event: its arguments in the order of their spans."""

    type: str
    arguments: tuple[FoundArgument, ...]


@dataclass(frozen=True)
class Seen:
    """What the model saw in one sentence: the characters [start, end) of its tokens, and a graph of arguments for each
    type, of all that may be one."""

    offsets: list[Span]
    graphs: list[ArgumentGraph]


class EventExtractor(Reader):
    """Runs a model on normalised sentences. `roles` are those of every type it knows, in order."""

    model: EventLinker

    @classmethod
    def from_folder(cls, folder: Path, device: str) -> EventExtractor:
        """Raises OSError or ValueError where the folder holds no such model."""
        model = load_served(EventLinker, folder, device)
        if model.config.lexical:
            character_features("词")  # reads the lexicon now rather than in the first request
        return cls(model, AutoTokenizer.from_pretrained(folder))

    @property
    def roles(self) -> dict[str, list[str]]:
        """Event type → its roles."""
        found: dict[str, list[str]] = {}
        for kind, role in self.model.config.roles:
            found.setdefault(kind, []).append(role)
        return found

    @torch.inference_mode()
    def see(self, sentences: Sequence[str]) -> list[Seen]:
        """The arguments above the decoding floor and their links, for each sentence."""
        encoded = self.encode(sentences)
        parts = self.model.scores(encoded.hidden, encoded.mask)
        roles = self.model.config.roles
        found = []
        for b, offsets in enumerate(encoded.offsets):
            arguments, heads, tails = (part.sentence(b, len(offsets)) for part in parts)
            found.append(Seen(offsets, argument_graphs(arguments, heads, tails, roles, FLOOR)))
        return found

    def read(self, seen: Seen, threshold: float | None = None) -> list[FoundEvent]:
        """The events whose arguments all have at least the probability `threshold`, or the model's own."""
        least = self.model.config.threshold if threshold is None else threshold
        return [
            FoundEvent(graph.type, tuple(self._argument(seen, graph, v) for v in clique))
            for graph in seen.graphs
            for clique in self._events(graph, least)
        ]

    def inside(self, seen: Seen, original: Callable[[Span], str]) -> EventsInside:
        """What was seen, to be drawn. `original` gives the user's text for a span of the sentence."""
        config = self.model.config
        graphs = [self._drawn(graph) for graph in seen.graphs]
        shown = [graph for graph in graphs if any(p >= VISIBLE for *_, p in graph.arguments)]
        return EventsInside([original(span) for span in seen.offsets], config.threshold, config.link_threshold, shown)

    def _drawn(self, graph: ArgumentGraph) -> LinkedArguments:
        arguments = [(*a, self.probability(p)) for a, p in zip(graph.arguments, graph.scores, strict=True)]
        pairs = combinations(range(len(arguments)), 2)
        links = [(u, v, round(float(graph.links[u, v]), 4)) for u, v in pairs if graph.links[u, v] >= VISIBLE]
        events = [list(event) for event in self._events(graph, self.model.config.threshold)]
        return LinkedArguments(graph.type, arguments, links, events)

    def _argument(self, seen: Seen, graph: ArgumentGraph, v: int) -> FoundArgument:
        role, first, last = graph.arguments[v]
        span = (seen.offsets[first][0], seen.offsets[last][1])
        return FoundArgument(role, span, self.probability(graph.scores[v]))

    def probability(self, score: float) -> float:
        """That an argument with this raw score is one, to four places, as it is judged and shown."""
        return round(calibrated(score, self.model.config.calibration), 4)

    def _events(self, graph: ArgumentGraph, least: float) -> list[tuple[int, ...]]:
        """The events of the arguments that are at least so likely, as their numbers in `graph`; those without a trigger
        only where none of the type has one: such are mostly parts of the others."""
        likely = [v for v, score in enumerate(graph.scores) if self.probability(score) >= least]
        events = graph.events(graph.apart(likely), self.model.config.link_threshold)
        return [event for event in events if any(graph.arguments[v][0] == TRIGGER for v in event)] or events
