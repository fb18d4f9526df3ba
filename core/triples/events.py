"""GPLinker for events (spaces.ac.cn/archives/8926).

An argument is a span under an (event type, role); two arguments of one event are linked, first token to first token and
last to last, whatever the event. Those of one event are then linked each with each: the events of a type are the
complete subgraphs of its arguments, as large as they go. So an argument may be part of several events, and a sentence
may hold several of one type. A trigger is a role like any other.
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

# The role of the word that says that something happens.
TRIGGER = "触发词"

# A graph of n vertices may have 3^(n/3) maximal cliques. No sentence has as many arguments, or events, of one type.
_MAX_ARGUMENTS, _MAX_EVENTS = 40, 64


@dataclass(frozen=True)
class TokenEvent:
    """An event and its arguments by tokens, in the order of their spans."""

    type: str
    arguments: tuple[Argument, ...]


class EventLinkerConfig(TriplesConfig):
    """`roles`: every (event type, role), in the order of the heads. `link_threshold`: the least probability of a link,
    chosen on dev. `encoder`, `max_tokens`, `threshold` (of an argument) ...: as for triples."""

    model_type = "gplinker-events"

    def __init__(
        self, roles: Sequence[Sequence[str]] = (), head_size: int = 64, link_threshold: float = 0.5, **kwargs: Any
    ) -> None:
        self.roles = [list(role) for role in roles]
        self.head_size = head_size
        self.link_threshold = link_threshold
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

    def loss(self, hidden: torch.Tensor, mask: torch.Tensor, events: Sequence[Sequence[TokenEvent]]) -> torch.Tensor:
        """ZLPR of the three pointers, the mean over the sentences; `events` has spans in tokens of `hidden`."""
        total = hidden.new_zeros((), dtype=torch.float32)
        labels = event_cells(events, {tuple(role): n for n, role in enumerate(self.config.roles)})
        for pairs, cells in zip(self.scores(hidden, mask), labels, strict=True):
            every = torch.ones(pairs.first.size(0), pairs.first.size(2), device=hidden.device)
            total = total + zlpr(pairs, cells.to(hidden.device), every, every[:, 0]).mean()
        return total


def event_cells(
    events: Sequence[Sequence[TokenEvent]], number: Mapping[tuple[str, ...], int]
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


@dataclass(frozen=True)
class ArgumentGraph:
    """The arguments of one type in a sentence, in the order of their spans, and the probability `scores` of each.

    `links` [n, n]: how likely two of them are of one event, the lesser probability of their two links.
    """

    type: str
    arguments: tuple[Argument, ...]
    scores: tuple[float, ...]
    links: np.ndarray

    def apart(self, kept: Sequence[int]) -> list[int]:
        """Of the arguments `kept` those of which no likelier one of the same role shares a token."""
        chosen: list[int] = []
        for v in sorted(kept, key=lambda v: -self.scores[v]):
            role, first, last = self.arguments[v]
            others = (self.arguments[u] for u in chosen)
            if not any(r == role and i <= last and first <= j for r, i, j in others):
                chosen.append(v)
        return sorted(chosen)

    def events(self, kept: Sequence[int], threshold: float) -> list[tuple[int, ...]]:
        """The complete subgraphs of the arguments `kept`, by the links with at least the probability `threshold`.

        At most _MAX_EVENTS.
        """
        linked = self.links[np.ix_(kept, kept)] >= threshold
        neighbours = [{int(v) for v in np.flatnonzero(row)} - {u} for u, row in enumerate(linked)]
        cliques = islice(maximal_cliques(neighbours), _MAX_EVENTS)
        return sorted(tuple(kept[v] for v in sorted(clique)) for clique in cliques)


def argument_graphs(
    arguments: SentenceScores,
    heads: SentenceScores,
    tails: SentenceScores,
    roles: Sequence[Sequence[str]],
    threshold: float = 0.5,
) -> list[ArgumentGraph]:
    """A graph for each type that has arguments with at least the probability `threshold`, in the order of `roles`.

    Of one type at most _MAX_ARGUMENTS arguments, the likeliest, are looked at.
    """
    by_type: dict[str, list[tuple[float, Argument]]] = {}
    for head, i, j, p in arguments.likely(threshold):
        kind, role = roles[head]
        by_type.setdefault(kind, []).append((p, (role, i, j)))
    graphs = []
    for kind, scored in by_type.items():
        likeliest = sorted(scored, reverse=True)[:_MAX_ARGUMENTS]
        likeliest.sort(key=lambda item: (item[1][1:], item[1][0]))
        found = [argument for _, argument in likeliest]
        links = np.minimum(_links(heads, found, 1), _links(tails, found, 2))
        graphs.append(ArgumentGraph(kind, tuple(found), tuple(p for p, _ in likeliest), links))
    return graphs


def _links(scores: SentenceScores, arguments: list[Argument], side: int) -> np.ndarray:
    """The probability [n, n] that pairs of arguments are linked at their first (`side` 1) or last (2) tokens."""
    at = np.array([a[side] for a in arguments], dtype=int)
    first, second = np.minimum(at[:, None], at), np.maximum(at[:, None], at)
    return sigmoid(scores.at(first, second)[..., 0])
