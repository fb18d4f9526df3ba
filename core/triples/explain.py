"""The inside of an extractor on one sentence, in a form that can be drawn. `kind` says which of them it is."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

# What is less likely is not shown.
VISIBLE = 0.05

Tags = list[tuple[float, float]]
Cells = list[tuple[int, int, float]]


@dataclass(frozen=True)
class SubjectPass:
    """A subject the first pass found, and the second pass's tags [(p(start), p(end)) per token] by relation."""

    text: str
    score: float
    relations: dict[str, Tags]


@dataclass(frozen=True)
class CasRelInside:
    """One sentence: its tokens as the user wrote them, the first pass's tags, the second pass for each subject."""

    kind: ClassVar[str] = "casrel"

    tokens: list[str]
    tags: Tags
    subjects: list[SubjectPass]

    def to_dict(self) -> dict[str, Any]:
        """JSON: {kind, tokens, tags: [[p(start), p(end)]], subjects: [{text, score, relations: {name: tags}}]}."""
        return {
            "kind": self.kind,
            "tokens": self.tokens,
            "tags": self.tags,
            "subjects": [{"text": s.text, "score": s.score, "relations": s.relations} for s in self.subjects],
        }


@dataclass(frozen=True)
class GPLinkerInside:
    """One sentence: its tokens, and the cells (i, j, p) of GPLinker's matrices that are at least VISIBLE likely.

    `entities`: "subject" and "object", tokens i to j being one; `heads` and `tails`, by relation: a subject that begins
    (ends) at i with an object that begins (ends) at j.
    """

    kind: ClassVar[str] = "gplinker"

    tokens: list[str]
    entities: dict[str, Cells]
    heads: dict[str, Cells]
    tails: dict[str, Cells]

    def to_dict(self) -> dict[str, Any]:
        """JSON: {kind, tokens, entities: {name: [[i, j, p]]}, heads: {relation: [[i, j, p]]}, tails: the same}."""
        return {
            "kind": self.kind,
            "tokens": self.tokens,
            "entities": self.entities,
            "heads": self.heads,
            "tails": self.tails,
        }


@dataclass(frozen=True)
class LinkedArguments:
    """The graph of the arguments of one type: `arguments` (role, first and last token, probability), `links` between
    two of them (their numbers, and how likely their first and last tokens are linked), and the `events`, complete
    subgraphs of the links that count among the arguments that count, as numbers of arguments."""

    type: str
    arguments: list[tuple[str, int, int, float]]
    links: list[tuple[int, int, float]]
    events: list[list[int]]


@dataclass(frozen=True)
class EventsInside:
    """What GPLinker for events saw at a time: its tokens, and a graph for each type that has an argument that is at
    least VISIBLE likely. From `threshold` on arguments count, from `link_threshold` on links."""

    kind: ClassVar[str] = "events"

    tokens: list[str]
    threshold: float
    link_threshold: float
    graphs: list[LinkedArguments]

    def to_dict(self) -> dict[str, Any]:
        """JSON: {kind, tokens, threshold, link_threshold, graphs: [{type, arguments: [[role, i, j, p]], links: [[u, v,
        p]], events: [[number]]}]}."""
        return {"kind": self.kind, **dataclasses.asdict(self)}


Inside = CasRelInside | GPLinkerInside


def rounded(tags: np.ndarray) -> Tags:
    """Tags [L, 2] as pairs to three places."""
    return [(float(a), float(b)) for a, b in np.round(tags, 3).tolist()]
