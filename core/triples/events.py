"""GPLinker for events, without triggers (spaces.ac.cn/archives/8926).

An argument is a span under an (event type, role); two arguments of one event are linked, first token to first token and
last to last, whatever the event. Those of one event are then linked each with each: the events of a type are the
complete subgraphs of its arguments, as large as they go. So an argument may be part of several events, and a sentence
may hold several of one type. A trigger, where there is one, is a role like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Any

import numpy as np
import torch

from core.triples.globalpointer import EfficientGlobalPointer, PairScores, SentenceScores, sigmoid, zlpr
from core.triples.model import TriplesConfig, TriplesModel

Span = tuple[int, int]  # first and last token
Argument = tuple[str, int, int]  # role, first and last token

# A graph of n vertices may have 3^(n/3) maximal cliques. No sentence has as many arguments, or events, of one type.
_MAX_ARGUMENTS, _MAX_EVENTS = 40, 64


@dataclass(frozen=True)
class Event:
    """An event and its arguments, in the order of their spans."""

    type: str
    arguments: tuple[Argument, ...]


class EventLinkerConfig(TriplesConfig):
    """`roles`: every (event type, role), in the order of the heads. `encoder`, `max_tokens` ...: as for triples."""

    model_type = "gplinker-events"

    def __init__(self, roles: Sequence[Sequence[str]] = (), head_size: int = 64, **kwargs: Any) -> None:
        self.roles = [list(role) for role in roles]
        self.head_size = head_size
        super().__init__(**kwargs)


class EventLinker(TriplesModel):
    """Encoder and three pointers: arguments (a head for each role), links of first tokens, links of last tokens."""

    config_class = EventLinkerConfig
    config: EventLinkerConfig

    def __init__(self, config: EventLinkerConfig) -> None:
        super().__init__(config)
        self.arguments = EfficientGlobalPointer(self.width, len(config.roles), config.head_size)
        # A link has no direction: the earlier token comes first.
        self.heads = EfficientGlobalPointer(self.width, 1, config.head_size)
        self.tails = EfficientGlobalPointer(self.width, 1, config.head_size)
        self.post_init()

    def scores(self, hidden: torch.Tensor, mask: torch.Tensor) -> tuple[PairScores, PairScores, PairScores]:
        """Arguments, first-token links, last-token links, of `hidden` [B, L, H] under `mask` [B, L]."""
        return self.arguments(hidden, mask), self.heads(hidden, mask), self.tails(hidden, mask)

    def loss(self, hidden: torch.Tensor, mask: torch.Tensor, events: Sequence[Sequence[Event]]) -> torch.Tensor:
        """ZLPR of the three pointers, the mean over the sentences; `events` has spans in tokens of `hidden`."""
        total = hidden.new_zeros((), dtype=torch.float32)
        labels = event_cells(events, {tuple(role): n for n, role in enumerate(self.config.roles)})
        for pairs, cells in zip(self.scores(hidden, mask), labels, strict=True):
            every = torch.ones(pairs.first.size(0), pairs.first.size(2), device=hidden.device)
            total = total + zlpr(pairs, cells.to(hidden.device), every, every[:, 0]).mean()
        return total


def event_cells(
    events: Sequence[Sequence[Event]], number: Mapping[tuple[str, ...], int]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Positive cells [P, 4], (sentence, head, i, j), of arguments, first-token links and last-token links.

    Raises:
        KeyError: a role that `number` does not have.
    """
    found: tuple[set[tuple[int, ...]], ...] = (set(), set(), set())
    for b, in_sentence in enumerate(events):
        for event in in_sentence:
            found[0].update((b, number[event.type, role], i, j) for role, i, j in event.arguments)
            for (_, *first), (_, *second) in combinations(event.arguments, 2):
                for side, cells in enumerate(found[1:]):
                    cells.add((b, 0, *sorted((first[side], second[side]))))
    arguments, heads, tails = (torch.tensor(sorted(c), dtype=torch.long).reshape(-1, 4) for c in found)
    return arguments, heads, tails


def maximal_cliques(neighbours: Sequence[set[int]]) -> Iterator[frozenset[int]]:
    """The complete subgraphs that no other vertex can join, of a graph without loops; a lone vertex is one.

    Bron and Kerbosch, Algorithm 457 (1973), with the pivot of Tomita et al. (2006).
    """

    def grow(clique: set[int], may_join: set[int], done: set[int]) -> Iterator[frozenset[int]]:
        if not may_join and not done:
            yield frozenset(clique)
            return
        pivot = max(may_join | done, key=lambda v: len(may_join & neighbours[v]))
        for v in sorted(may_join - neighbours[pivot]):
            yield from grow(clique | {v}, may_join & neighbours[v], done & neighbours[v])
            may_join = may_join - {v}
            done = done | {v}

    if neighbours:
        yield from grow(set(), set(range(len(neighbours))), set())


def decode_events(
    arguments: SentenceScores,
    heads: SentenceScores,
    tails: SentenceScores,
    roles: Sequence[Sequence[str]],
    threshold: float = 0.5,
) -> list[Event]:
    """The events of a sentence whose arguments and links all have at least the probability `threshold`.

    Of one type at most _MAX_ARGUMENTS arguments, the likeliest, and _MAX_EVENTS events are looked at.
    """
    events = []
    for kind in dict.fromkeys(role[0] for role in roles):
        scored = [
            (p, role, i, j)
            for n, (of, role) in enumerate(roles)
            if of == kind
            for i, j, p in arguments.above(n, threshold)
        ]
        likeliest = sorted(scored, reverse=True)[:_MAX_ARGUMENTS]
        found = sorted((role, i, j) for _, role, i, j in likeliest)
        linked = _linked(heads, found, 1, threshold) & _linked(tails, found, 2, threshold)
        neighbours = [{int(v) for v in np.flatnonzero(row)} - {u} for u, row in enumerate(linked)]
        for clique in islice(maximal_cliques(neighbours), _MAX_EVENTS):
            events.append(Event(kind, tuple(sorted((found[v] for v in clique), key=lambda a: (a[1:], a[0])))))
    return events


def _linked(scores: SentenceScores, arguments: list[Argument], side: int, threshold: float) -> np.ndarray:
    """Which pairs of arguments [n, n] are linked at their first (`side` 1) or last (2) tokens."""
    at = np.array([a[side] for a in arguments], dtype=int)
    first, second = np.minimum(at[:, None], at), np.maximum(at[:, None], at)
    found: np.ndarray = sigmoid(scores.at(first, second)[..., 0]) >= threshold
    return found


@torch.inference_mode()
def extract_events(model: EventLinker, hidden: torch.Tensor, mask: torch.Tensor) -> list[list[Event]]:
    """The events of each sentence behind `hidden` [B, L, H], spans by character (token i + 1 is character i)."""
    parts = model.scores(hidden, mask)
    roles, threshold = model.config.roles, model.config.threshold
    found = []
    for b, tokens in enumerate((mask.sum(1) - 2).tolist()):
        arguments, heads, tails = (part.sentence(b, tokens) for part in parts)
        found.append(decode_events(arguments, heads, tails, roles, threshold))
    return found
