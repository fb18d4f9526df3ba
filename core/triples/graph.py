"""Triples of one or several documents as a graph: entities as nodes, relations as edges, and its communities."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import NamedTuple

from core.triples.schema import RELATIONS
from core.triples.triple import Span, Triple

# Two nodes and how strongly they are tied.
Tie = tuple[int, int, float]

# Infomap draws numbers; with these the same graph always falls into the same communities.
_SEED, _TRIALS = 20, 5


class Place(NamedTuple):
    """Where an entity is mentioned: the number of the document, and a span [start, end) of it."""

    document: int
    span: Span


@dataclass(frozen=True)
class Node:
    """An entity: one text, the types that its relations give it (commonest first), and the places it was read at."""

    text: str
    types: tuple[str, ...]
    mentions: tuple[Place, ...]


class EdgeMention(NamedTuple):
    """A document that states a relation, where, and the probability that it does."""

    document: int
    subject_span: Span
    object_span: Span
    score: float


@dataclass(frozen=True)
class Edge:
    """A relation from a node to a node (by number), with a mention for each document that states it.

    One mention per document, because the pipeline keeps a triple where it scores best in a text.
    """

    subject: int
    predicate: str
    object: int
    mentions: tuple[EdgeMention, ...]

    @property
    def score(self) -> float:
        """The best score of its mentions."""
        return max(m.score for m in self.mentions)

    @property
    def weight(self) -> float:
        """The sum of the scores: how many statements to expect to be right."""
        return sum(m.score for m in self.mentions)


@dataclass(frozen=True)
class KnowledgeGraph:
    """Nodes and edges in the order in which the documents (by name) bring them up."""

    documents: tuple[str, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def merge(documents: Iterable[tuple[str, Iterable[Triple]]]) -> KnowledgeGraph:
    """The graph of (name, triples) per document; entities with the same text are the same node."""
    names: list[str] = []
    numbers: dict[str, int] = {}
    types: list[Counter[str]] = []
    places: list[dict[Place, None]] = []
    edges: dict[tuple[int, str, int], list[EdgeMention]] = {}

    def node(text: str, kind: str, place: Place) -> int:
        number = numbers.setdefault(text, len(numbers))
        if number == len(types):
            types.append(Counter())
            places.append({})
        if kind:
            types[number][kind] += 1
        places[number][place] = None
        return number

    for document, (name, facts) in enumerate(documents):
        names.append(name)
        for fact in facts:
            relation = RELATIONS.get(fact.predicate)
            of, to = (relation.subject_type, relation.object_type) if relation else ("", "")
            subject = node(fact.subject, of, Place(document, fact.subject_span))
            item = node(fact.object, to, Place(document, fact.object_span))
            mention = EdgeMention(document, fact.subject_span, fact.object_span, fact.score)
            edges.setdefault((subject, fact.predicate, item), []).append(mention)
    nodes = (
        Node(text, tuple(kind for kind, _ in types[i].most_common()), tuple(sorted(places[i])))
        for text, i in numbers.items()
    )
    return KnowledgeGraph(
        tuple(names), tuple(nodes), tuple(Edge(s, p, o, tuple(mentions)) for (s, p, o), mentions in edges.items())
    )


def communities(graph: KnowledgeGraph, least: Callable[[str], float] = lambda _: 0.0) -> list[int]:
    """The community of each node, numbered from 0, the largest first.

    They are those of Infomap (Rosvall and Bergstrom, "Maps of random walks on complex networks reveal community
    structure", PNAS 2008; spaces.ac.cn/archives/7006): two levels, undirected, an edge as strong as its `weight`, the
    same for the same graph. Edges that score less than `least` of their predicate shape no community: nodes with no
    other edges join the neighbour they are tied to most, so that a graph keeps its communities while its doubtful edges
    come and go.
    """
    firm: Counter[tuple[int, int]] = Counter()
    loose: Counter[tuple[int, int]] = Counter()
    for edge in graph.edges:
        pair = min(edge.subject, edge.object), max(edge.subject, edge.object)
        (firm if edge.score >= least(edge.predicate) else loose)[pair] += edge.weight  # type: ignore[assignment]
    found = _partition([(a, b, weight) for (a, b), weight in firm.items()])
    ties = sorted(((a, b, weight) for (a, b), weight in loose.items()), key=lambda tie: -tie[2])
    _join(found, ties)
    rest = _partition([tie for tie in ties if tie[0] not in found])
    offset = len(found) + 1
    found |= {node: offset + module for node, module in rest.items()}
    members: dict[int, list[int]] = defaultdict(list)
    for number in range(len(graph.nodes)):
        members[found[number]].append(number)
    order = sorted(members.values(), key=lambda nodes: (-len(nodes), nodes[0]))
    ranks = {number: rank for rank, nodes in enumerate(order) for number in nodes}
    return [ranks[number] for number in range(len(graph.nodes))]


def has_infomap() -> bool:
    """Whether communities are Infomap's or, where it is not installed (it is under the GPL), connected parts."""
    return find_spec("infomap") is not None


def _partition(ties: Sequence[Tie]) -> dict[int, int]:
    if not ties:
        return {}
    if not has_infomap():
        return _connected(ties)
    import infomap  # a compiled library of some size, and only graphs need it

    found: dict[int, int] = infomap.run(ties, seed=_SEED, num_trials=_TRIALS, two_level=True).modules()
    return found


def _connected(ties: Sequence[Tie]) -> dict[int, int]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    starts, ends, weights = zip(*ties, strict=True)
    size = max(*starts, *ends) + 1
    _, labels = connected_components(coo_array((weights, (starts, ends)), shape=(size, size)), directed=False)
    return {node: int(labels[node]) for node in {*starts, *ends}}


def _join(found: dict[int, int], ties: Sequence[Tie]) -> None:
    """Put nodes without a module into that of the neighbour they are tied to most; `ties` strongest first."""
    waiting = list(ties)
    while waiting:
        left = []
        for a, b, weight in waiting:
            known = found.get(a, found.get(b))
            if known is None:
                left.append((a, b, weight))
            else:
                found.setdefault(a, known)
                found.setdefault(b, known)
        if len(left) == len(waiting):
            return
        waiting = left
