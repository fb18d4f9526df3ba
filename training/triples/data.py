"""Sentences with triples, as batches for CasRel."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import torch
from transformers import PreTrainedTokenizerFast

from core.runtime import cores
from core.text import normalise
from core.triples.lexical import NONE, token_features
from core.triples.schema import SCHEMAS
from training.common import read_jsonl
from training.triples.augment import Row, Substitution

Span = tuple[int, int]  # first and last token


@dataclass
class Example:
    """A sentence as token ids with, per subject span, the objects [(relation name, span)]."""

    ids: list[int]
    features: list[int]
    objects: dict[Span, list[tuple[str, Span]]]
    schema: str


def nearest(text: str, piece: str, to: int) -> int:
    """Where `piece` occurs in `text` closest to position `to`; -1 if nowhere."""
    at, best = text.find(piece), -1
    while at >= 0:
        if best < 0 or abs(at - to) < abs(best - to):
            best = at
        at = text.find(piece, at + 1)
    return best


def to_example(row: Row, schema: str, tokenizer: PreTrainedTokenizerFast, max_length: int) -> Example:
    """A DuIE-style row as token ids and spans; a triple beyond `max_length` tokens keeps its gold, loses its tags."""
    text = normalise(row["text"]).text
    encoding = tokenizer(text, truncation=True, max_length=max_length, return_offsets_mapping=True)
    objects: dict[Span, list[tuple[str, Span]]] = {}
    for spo in row["spo_list"]:
        subject, item = normalise(spo["subject"]).text, normalise(spo["object"]).text
        s_at = text.find(subject)
        o_at = nearest(text, item, s_at)
        if s_at < 0 or o_at < 0 or not subject or not item:
            continue
        ends = [encoding.char_to_token(i) for i in (s_at, s_at + len(subject) - 1, o_at, o_at + len(item) - 1)]
        if None not in ends:
            objects.setdefault((ends[0], ends[1]), []).append((spo["predicate"], (ends[2], ends[3])))
    features = token_features(text, encoding["offset_mapping"])
    return Example(encoding["input_ids"], features, objects, schema)


def read_examples(
    paths: dict[str, Path], tokenizer: PreTrainedTokenizerFast, max_length: int, substitutes: int, seed: int
) -> list[list[Example]]:
    """The sentences of each schema's file: each one as it is, and then with other entities, `substitutes` times."""
    rows = [(schema, row) for schema, path in paths.items() for row in read_jsonl(path)]
    swap = Substitution((row for _, row in rows), seed)
    variants = [(schema, r) for schema, row in rows for r in (row, *(swap(row) for _ in range(substitutes)))]
    encode = partial(_encode, tokenizer=tokenizer, max_length=max_length)
    # Tagging parts of speech takes most of the time.
    with ProcessPoolExecutor(cores(), mp_context=get_context("fork")) as pool:
        encoded = list(pool.map(encode, variants, chunksize=200))
    step = 1 + substitutes
    return [encoded[i : i + step] for i in range(0, len(encoded), step)]


def _encode(variant: tuple[str, Row], tokenizer: PreTrainedTokenizerFast, max_length: int) -> Example:
    schema, row = variant
    return to_example(row, schema, tokenizer, max_length)


class Batches:
    """Batches of sentences of like length, with tags for CasRel's two passes.

    In every epoch a sentence appears once: as it is, or, every other time, in one of its variants.
    """

    def __init__(self, examples: list[list[Example]], relations: list[str], pad_id: int, batch: int, seed: int) -> None:
        self.examples, self.relations, self.pad_id, self.batch = examples, relations, pad_id, batch
        self.rng = random.Random(seed)
        self.number = {name: i for i, name in enumerate(relations)}
        self.schemas = list(SCHEMAS)
        # [S, R]: which relations a sentence of each schema is annotated for
        self.annotated = torch.tensor([[r in SCHEMAS[s] for r in relations] for s in self.schemas])

    def __len__(self) -> int:
        return -(-len(self.examples) // self.batch)

    def epoch(self) -> Iterator[dict[str, torch.Tensor]]:
        # Sorted by length with some noise: little padding, and no two epochs alike.
        drawn = [self.rng.choice(e[1:]) if len(e) > 1 and self.rng.random() < 0.5 else e[0] for e in self.examples]
        order = sorted(drawn, key=lambda e: len(e.ids) * self.rng.uniform(0.9, 1.1))
        groups = [order[i : i + self.batch] for i in range(0, len(order), self.batch)]
        self.rng.shuffle(groups)
        for group in groups:
            yield self.collate(group)

    def collate(self, group: list[Example]) -> dict[str, torch.Tensor]:
        """ids, features, mask [B, L]; subject_tags [B, L, 2]; schema [B]; sentence, start, end [N]; object_tags
        [N, L, R, 2]; annotated [N, R].

        Rows N: every subject of every sentence, and one span that is no subject, made of a start and an end of real
        subjects or at random, so that the second pass learns to say nothing.
        """
        length = max(len(e.ids) for e in group)
        ids = torch.full((len(group), length), self.pad_id)
        features = torch.full((len(group), length), NONE)
        subject_tags = torch.zeros(len(group), length, 2)
        rows: list[tuple[int, Span, list[tuple[str, Span]]]] = []
        for b, example in enumerate(group):
            ids[b, : len(example.ids)] = torch.tensor(example.ids)
            features[b, : len(example.ids)] = torch.tensor(example.features)
            for (first, last), objects in example.objects.items():
                subject_tags[b, first, 0] = subject_tags[b, last, 1] = 1
                rows.append((b, (first, last), objects))
            rows.append((b, self.no_subject(example), []))
        object_tags = torch.zeros(len(rows), length, len(self.relations), 2)
        for n, (_, _, objects) in enumerate(rows):
            for relation, (first, last) in objects:
                object_tags[n, first, self.number[relation], 0] = 1
                object_tags[n, last, self.number[relation], 1] = 1
        schema = torch.tensor([self.schemas.index(e.schema) for e in group])
        sentence = torch.tensor([b for b, _, _ in rows])
        return {
            "ids": ids,
            "features": features,
            "mask": (ids != self.pad_id).long(),
            "subject_tags": subject_tags,
            "schema": schema,
            "sentence": sentence,
            "start": torch.tensor([span[0] for _, span, _ in rows]),
            "end": torch.tensor([span[1] for _, span, _ in rows]),
            "object_tags": object_tags,
            "annotated": self.annotated[schema[sentence]],
        }

    def no_subject(self, example: Example) -> Span:
        tokens = len(example.ids) - 2
        objects = [span for found in example.objects.values() for _, span in found]
        if objects and self.rng.random() < 0.5:
            span = self.rng.choice(objects)
        else:
            first = self.rng.randint(1, max(1, tokens))
            span = (first, min(first + self.rng.randint(0, 8), tokens))
        # An object of one triple may well be the subject of another: then there is something to say about it.
        return span if span not in example.objects else (tokens, tokens)
