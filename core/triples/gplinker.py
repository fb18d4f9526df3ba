"""GPLinker: triples from pairs of tokens, all at once (spaces.ac.cn/archives/8888).

One pointer marks spans as subjects and objects (one of each per schema), one links the first tokens of a subject and an
object under each relation, one their last tokens. A triple needs all four. Nothing keeps spans from nesting or
overlapping, or a pair from having several relations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from core.triples.explain import VISIBLE, Cells, GPLinkerInside
from core.triples.extractor import Extractor, Raw
from core.triples.globalpointer import EfficientGlobalPointer, PairScores, SentenceScores, sigmoid
from core.triples.model import TriplesConfig, TriplesModel
from core.triples.tags import FLOOR
from core.triples.triple import Span

# Subjects, and objects, looked at in one sentence: bounds the pairs whatever the text.
_MAX_SPANS = 48


class GPLinkerConfig(TriplesConfig):
    """`head_size`: of queries and keys; `rotary_links`: whether links know distances (the post's do not)."""

    model_type = "gplinker"

    def __init__(self, head_size: int = 64, rotary_links: bool = True, **kwargs: Any) -> None:
        self.head_size = head_size
        self.rotary_links = rotary_links
        super().__init__(**kwargs)


class GPLinker(TriplesModel):
    """Encoder and three pointers. Shapes: B sentences, L tokens, H width, S schemas, R relations."""

    config_class = GPLinkerConfig
    config: GPLinkerConfig

    def __init__(self, config: GPLinkerConfig) -> None:
        super().__init__(config)
        size, rotary = config.head_size, config.rotary_links
        self.entities = EfficientGlobalPointer(self.width, 2 * len(config.schemas), size)
        self.heads = EfficientGlobalPointer(self.width, self.n_relations, size, rotary, spans=False)
        self.tails = EfficientGlobalPointer(self.width, self.n_relations, size, rotary, spans=False)
        self.post_init()

    def scores(self, hidden: torch.Tensor, mask: torch.Tensor) -> tuple[PairScores, PairScores, PairScores]:
        """Entities (heads 2s and 2s + 1: subjects and objects of schema s), first-token links and last-token links.

        `hidden` [B, L, H], `mask` [B, L].
        """
        return self.entities(hidden, mask), self.heads(hidden, mask), self.tails(hidden, mask)


@dataclass(frozen=True)
class Linked:
    """What the model saw in one sentence, by character."""

    offsets: list[Span]
    entities: SentenceScores
    heads: SentenceScores
    tails: SentenceScores


def link(
    subjects: Cells, objects: Cells, heads: SentenceScores, tails: SentenceScores, floor: float = FLOOR
) -> Iterator[tuple[Span, int, Span, float]]:
    """Triples (subject, relation number, object, score) among candidate spans (first, last, p), in tokens.

    The score is the product of the four probabilities, p(subject) p(object) p(first tokens linked) p(last tokens
    linked): unlike their least it tells apart triples that fail one test from those that nearly fail two. Each link has
    to reach `floor`. Reads the cells of the candidates only, never a relation's whole matrix.
    """
    if not subjects or not objects:
        return
    s_first, s_last = (np.array([c[k] for c in subjects])[:, None] for k in (0, 1))
    o_first, o_last = (np.array([c[k] for c in objects])[None, :] for k in (0, 1))
    p_heads = sigmoid(heads.at(s_first, o_first))  # [subjects, objects, relations]
    p_tails = sigmoid(tails.at(s_last, o_last))
    for s, o, r in np.argwhere((p_heads >= floor) & (p_tails >= floor)).tolist():
        (a, b, p_subject), (c, d, p_object) = subjects[s], objects[o]
        yield (a, b), r, (c, d), p_subject * p_object * float(p_heads[s, o, r] * p_tails[s, o, r])


class GPLinkerExtractor(Extractor):
    """Reads the triples off the entity candidates and their links."""

    model_class = GPLinker
    model: GPLinker

    @torch.inference_mode()
    def linked(self, sentences: Sequence[str]) -> list[Linked]:
        """The scores of each sentence."""
        encoded = self.encode(sentences)
        parts = self.model.scores(encoded.hidden, encoded.mask)
        return [
            Linked(offsets, *(part.sentence(b, len(offsets)) for part in parts))
            for b, offsets in enumerate(encoded.offsets)
        ]

    def _read(self, sentences: Sequence[str], allowed: Mapping[str, set[str]]) -> Iterator[list[Raw]]:
        for seen in self.linked(sentences):
            pairs = allowed.items()
            yield [raw for schema, relations in pairs for raw in self._triples(seen, schema, relations)]

    def _triples(self, seen: Linked, schema: str, allowed: set[str]) -> Iterator[Raw]:
        s, offsets = list(self.schemas).index(schema), seen.offsets
        subjects, objects = (seen.entities.above(2 * s + k, FLOOR)[:_MAX_SPANS] for k in (0, 1))
        for (a, b), r, (c, d), score in link(subjects, objects, seen.heads, seen.tails):
            if self.relations[r] in allowed:
                yield (offsets[a][0], offsets[b][1]), self.relations[r], (offsets[c][0], offsets[d][1]), score

    def inside(self, sentence: str, original: Callable[[Span], str] | None = None) -> GPLinkerInside:
        """The likely cells of every matrix; where the model has several schemas, the likelier entity is shown."""
        written = original or (lambda span: sentence[slice(*span)])
        seen = self.linked([sentence])[0]
        entities: dict[str, Cells] = {}
        for k, name in enumerate(("subject", "object")):
            best: dict[Span, float] = {}
            for i, j, p in (c for s in range(len(self.schemas)) for c in seen.entities.above(2 * s + k, VISIBLE)):
                best[i, j] = max(p, best.get((i, j), 0.0))
            entities[name] = [(i, j, round(p, 3)) for (i, j), p in sorted(best.items(), key=lambda item: -item[1])]
        return GPLinkerInside(
            [written(span) for span in seen.offsets], entities, self._links(seen.heads), self._links(seen.tails)
        )

    def _links(self, scores: SentenceScores) -> dict[str, Cells]:
        found = {name: scores.above(r, VISIBLE) for r, name in enumerate(self.relations)}
        return {name: [(i, j, round(p, 3)) for i, j, p in cells] for name, cells in found.items() if cells}
