"""Labelled pairs of sentences as batches of padded token ids with word numbers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import PreTrainedTokenizerFast

from core.errors import InputError
from core.similarity.embedding import prepare
from core.similarity.reading import Reading, collate, read, stack_words
from core.similarity.static import StaticVectors
from training.common import read_jsonl

# How close the two sentences of an NLI pair are, in order.
_NLI = {"contradiction": 0.0, "neutral": 1.0, "entailment": 2.0}


@dataclass(frozen=True)
class Pair:
    """Two sentences and how close they are, on the scale of their own data set."""

    a: Reading
    b: Reading
    label: float


def rows_of(path: Path) -> list[tuple[str, str, float]]:
    """(sentence, sentence, label) of a file of pairs or of NLI; NLI pairs without an agreed label are left out."""
    found = []
    for row in read_jsonl(path):
        if "premise" not in row:
            found.append((row["text_a"], row["text_b"], float(row["label"])))
        elif row["label"] in _NLI:
            found.append((row["premise"], row["hypothesis"], _NLI[row["label"]]))
    return found


def read_pairs(path: Path, tokenizer: PreTrainedTokenizerFast, limit: int = 96) -> list[Pair]:
    """The pairs of a file, but for those with a sentence above `limit` characters or without a word."""
    pairs = []
    for a, b, label in rows_of(path):
        try:
            left, right = (prepare(text, limit) for text in (a, b))
        except InputError:
            continue
        pairs.append(Pair(*(read(s.clean, s.spans, tokenizer) for s in (left, right)), label))
    return pairs


Sizes = list[tuple[int, int]]
Batch = tuple[dict[str, torch.Tensor], Sizes, torch.Tensor]


def make_batch(pairs: list[Pair], pad_id: int, table: StaticVectors) -> Batch:
    """(model input: the first sentences of all pairs, then the second; words in each pair; labels [B])."""
    sentences = [p.a for p in pairs] + [p.b for p in pairs]
    sizes = [(p.a.n_words, p.b.n_words) for p in pairs]
    inputs = collate(sentences, pad_id) | {"static": stack_words(sentences, table)}
    return inputs, sizes, torch.tensor([p.label for p in pairs])


def epoch(
    sets: dict[str, list[Pair]], batch: int, rng: random.Random, pad_id: int, table: StaticVectors
) -> Iterator[tuple[str, Batch]]:
    """Every pair once, in batches of one set each (their label scales differ), the sets mixed."""
    groups = []
    for name, pairs in sets.items():
        # Alike in length, with some noise: little padding, and no two epochs alike.
        order = sorted(pairs, key=lambda p: (len(p.a.ids) + len(p.b.ids)) * rng.uniform(0.7, 1.3))
        groups += [(name, order[i : i + batch]) for i in range(0, len(order), batch)]
    rng.shuffle(groups)
    for name, group in groups:
        if len(group) > 1:
            yield name, make_batch(group, pad_id, table)
