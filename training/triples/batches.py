"""Examples as batches: what every head needs, and the labels of each."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence

import torch

from core.triples.lexical import NONE
from core.triples.schema import SCHEMAS
from training.triples.data import Example, Span

Batch = dict[str, torch.Tensor]
# Relation, span, probability.
Objects = list[tuple[str, Span, float]]


class Batches(ABC):
    """Batches of sentences of like length.

    In every epoch a sentence appears once: as it is, or, every other time, in one of its variants. Beside them come
    `share` as many drawn from `extra`. `schemas` are the relations that the sentences of each data set list.
    """

    def __init__(
        self,
        examples: list[list[Example]],
        relations: list[str],
        pad_id: int,
        batch: int,
        seed: int,
        extra: Sequence[Example] = (),
        share: float = 1.0,
        schemas: Mapping[str, Sequence[str]] = SCHEMAS,
    ) -> None:
        self.examples, self.relations, self.pad_id, self.batch = examples, relations, pad_id, batch
        self.extra = extra
        self.drawn = min(len(extra), round(share * len(examples)))
        self.rng = random.Random(seed)
        self.number = {name: i for i, name in enumerate(relations)}
        self.schemas = list(schemas)
        self.listed = {name: set(listed) for name, listed in schemas.items()}

    def __len__(self) -> int:
        return -(-(len(self.examples) + self.drawn) // self.batch)

    def __iter__(self) -> Iterator[Batch]:
        """One epoch, in a new order each time."""
        chosen = [self.rng.choice(e[1:]) if len(e) > 1 and self.rng.random() < 0.5 else e[0] for e in self.examples]
        chosen += self.rng.sample(self.extra, self.drawn)
        # Sorted by length with some noise: little padding, and no two epochs alike.
        order = sorted(chosen, key=lambda e: len(e.ids) * self.rng.uniform(0.9, 1.1))
        groups = [order[i : i + self.batch] for i in range(0, len(order), self.batch)]
        self.rng.shuffle(groups)
        for group in groups:
            yield self.collate(group)

    def collate(self, group: list[Example]) -> Batch:
        """ids, features, mask [B, L]; schemas [B, S]; weight [B]; annotated [B, R]: the relations listed in full;
        whole [B]: whether it lists every entity; and the head's labels."""
        length = max(len(e.ids) for e in group)
        ids = torch.full((len(group), length), self.pad_id)
        features = torch.full((len(group), length), NONE)
        for b, example in enumerate(group):
            ids[b, : len(example.ids)] = torch.as_tensor(example.ids)
            features[b, : len(example.ids)] = torch.as_tensor(example.features)
        listed = [set().union(*(self.listed[s] for s in e.schemas)) if e.only is None else set(e.only) for e in group]
        common = {
            "ids": ids,
            "features": features,
            "mask": (ids != self.pad_id).long(),
            "schemas": torch.tensor([[s in e.schemas for s in self.schemas] for e in group]),
            "weight": torch.tensor([e.weight for e in group]),
            "annotated": torch.tensor([[r in names for r in self.relations] for names in listed]),
            "whole": torch.tensor([e.only is None for e in group]),
        }
        return common | self.labels(group, length)

    @abstractmethod
    def labels(self, group: list[Example], length: int) -> Batch:
        """The labels of the head for sentences padded to `length` tokens."""


class CasRelBatches(Batches):
    """Tags for CasRel's two passes."""

    def labels(self, group: list[Example], length: int) -> Batch:
        """subject_tags [B, L, S, 2]; sentence, start, end [N]; object_tags [N, L, R, 2]; all of them probabilities.

        Rows N: every subject of every sentence, and one span that is no subject, made of a start and an end of real
        subjects or at random, so that the second pass learns to say nothing.
        """
        subject_tags = torch.zeros(len(group), length, len(self.schemas), 2)
        rows: list[tuple[int, Span, Objects]] = []
        for b, example in enumerate(group):
            for span, objects in example.objects.items():
                for s, schema in enumerate(self.schemas):
                    p = max((p for relation, _, p in objects if relation in self.listed[schema]), default=0.0)
                    raise_to(subject_tags[b, :, s], span, p)
                rows.append((b, span, objects))
            rows.append((b, self.no_subject(example), []))
        object_tags = torch.zeros(len(rows), length, len(self.relations), 2)
        for n, (_, _, objects) in enumerate(rows):
            # The second pass is asked about a subject that is one: its objects are as likely as they are given that.
            given = max((p for *_, p in objects), default=1.0)
            for relation, span, p in objects:
                raise_to(object_tags[n, :, self.number[relation]], span, p / given)
        return {
            "subject_tags": subject_tags,
            "sentence": torch.tensor([b for b, _, _ in rows]),
            "start": torch.tensor([span[0] for _, span, _ in rows]),
            "end": torch.tensor([span[1] for _, span, _ in rows]),
            "object_tags": object_tags,
        }

    def no_subject(self, example: Example) -> Span:
        tokens = len(example.ids) - 2
        objects = [span for found in example.objects.values() for _, span, _ in found]
        if objects and self.rng.random() < 0.5:
            span = self.rng.choice(objects)
        else:
            first = self.rng.randint(1, max(1, tokens))
            span = (first, min(first + self.rng.randint(0, 8), tokens))
        # An object of one triple may well be the subject of another: then there is something to say about it.
        return span if span not in example.objects else (tokens, tokens)


def raise_to(tags: torch.Tensor, span: Span, probability: float) -> None:
    """Mark the start and end of `span` in `tags` [L, 2], unless something likelier starts or ends there."""
    for place, k in zip(span, (0, 1), strict=True):
        tags[place, k] = max(float(tags[place, k]), probability)


class GPLinkerBatches(Batches):
    """The positive cells of GPLinker's three pointers."""

    def labels(self, group: list[Example], length: int) -> Batch:
        """entities, heads, tails [P, 4]: (sentence, head, i, j), none twice; p_entities, p_heads, p_tails [P]: their
        probabilities. near_entities, near_heads, near_tails [Q, 3]: (sentence, i, j), those cells and the ones that mix
        their ends: where it is hardest to decide."""
        cells: dict[str, dict[tuple[int, ...], float]] = {name: {} for name in ("entities", "heads", "tails")}
        near: dict[str, set[tuple[int, ...]]] = {name: set() for name in cells}

        def likely(name: str, *cell: int, p: float) -> None:
            cells[name][cell] = max(p, cells[name].get(cell, 0.0))

        for b, example in enumerate(group):
            triples = [(a, r, c, p) for a, objects in example.objects.items() for r, c, p in objects]
            for a, relation, c, p in triples:
                for s, schema in enumerate(self.schemas):
                    if relation in self.listed[schema]:
                        likely("entities", b, 2 * s, *a, p=p)
                        likely("entities", b, 2 * s + 1, *c, p=p)
                likely("heads", b, self.number[relation], a[0], c[0], p=p)
                likely("tails", b, self.number[relation], a[1], c[1], p=p)
            subjects, objects = {a for a, *_ in triples}, {c for _, _, c, _ in triples}
            spans = subjects | objects
            near["entities"] |= {(b, x[0], y[1]) for x in spans for y in spans if x[0] <= y[1]}
            near["heads"] |= {(b, a[0], c[0]) for a in subjects for c in objects}
            near["tails"] |= {(b, a[1], c[1]) for a in subjects for c in objects}
        found: Batch = {}
        for name, of in cells.items():
            found[name] = torch.tensor(list(of), dtype=torch.long).reshape(-1, 4)
            found[f"p_{name}"] = torch.tensor(list(of.values()), dtype=torch.double)
        hard = {name: torch.tensor(sorted(of), dtype=torch.long).reshape(-1, 3) for name, of in near.items()}
        return found | {f"near_{name}": of for name, of in hard.items()}
