"""Labelled pairs of sentences as batches of padded token ids with word numbers.

A set is a list of groups: pairs that shall meet in one batch because they share a sentence (a premise with its
hypotheses, an anchor with what it is and what it is not); elsewhere a group is one pair.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import PreTrainedTokenizerFast

from core.errors import InputError
from core.similarity.embedding import prepare
from core.similarity.encoding import Reading, collate, read
from training.common import read_jsonl

# How close the two sentences of an NLI pair are, in order.
_NLI = {"contradiction": 0.0, "neutral": 1.0, "entailment": 2.0}
# The labels of a triplet's pairs, which are those of the hand-written pairs of their kind.
ALIKE, OPPOSED = 4.5, 2.0
# The label of two sentences that do not belong together: below all others.
STRANGERS = -1.0

Row = tuple[str, str, float]


@dataclass(frozen=True)
class Pair:
    """Two sentences and how close they are, on the scale of their own data set."""

    a: Reading
    b: Reading
    label: float


Group = list[Pair]


def rows_of(path: Path) -> list[Row]:
    """(sentence, sentence, label) of a file of pairs or of NLI; NLI pairs without an agreed label are left out."""
    found = []
    for row in read_jsonl(path):
        if "premise" not in row:
            found.append((row["text_a"], row["text_b"], float(row["label"])))
        elif row["label"] in _NLI:
            found.append((row["premise"], row["hypothesis"], _NLI[row["label"]]))
    return found


def triplets_of(path: Path) -> list[tuple[str, str, str]]:
    """(anchor, positive, negative) of a file of triplets."""
    return [(row["anchor"], row["positive"], row["negative"]) for row in read_jsonl(path)]


def triplet_rows(anchor: str, positive: str, negative: str) -> list[Row]:
    """The three pairs of a triplet: what opposes the anchor opposes the other way to say it as well."""
    return [(anchor, positive, ALIKE), (anchor, negative, OPPOSED), (positive, negative, OPPOSED)]


def grouped(path: Path) -> list[list[Row]]:
    """The rows of any of the files, those of one premise, anchor or first sentence together."""
    first = next(read_jsonl(path))
    if "anchor" in first:
        return [triplet_rows(*t) for t in triplets_of(path)]
    groups: dict[str, list[Row]] = {}
    for row in rows_of(path):
        groups.setdefault(row[0], []).append(row)
    return list(groups.values())


def read_groups(groups: list[list[Row]], tokenizer: PreTrainedTokenizerFast, limit: int = 96) -> list[Group]:
    """Rows as tokens, but for those with a sentence above `limit` characters or without a word. A sentence that occurs
    twice in a group is one `Reading`, so that a batch reads it once."""
    found: list[Group] = []
    for rows in groups:
        known: dict[str, Reading] = {}
        pairs = []
        for a, b, label in rows:
            try:
                for text in (a, b):
                    if text not in known:
                        sentence = prepare(text, limit)
                        known[text] = read(sentence.clean, sentence.spans, tokenizer)
            except InputError:
                continue
            pairs.append(Pair(known[a], known[b], label))
        if pairs:
            found.append(pairs)
    return found


@dataclass(frozen=True)
class Batch:
    """Pairs of one set: S distinct sentences to read, and P pairs of them.

    `first` and `second` [P] are the sentences of each pair, `sizes` their words, `labels` [P] how close they are, and
    `groups` [P] the group each pair belongs to. Pairs labelled STRANGERS come last, in groups of their own.
    """

    name: str
    inputs: dict[str, torch.Tensor]
    n_words: int
    first: torch.Tensor
    second: torch.Tensor
    sizes: list[tuple[int, int]]
    labels: torch.Tensor
    groups: torch.Tensor


def make_batch(name: str, groups: list[Group], pad_id: int, strangers: bool = True) -> Batch:
    """The pairs of `groups`, and as many `strangers`: each first sentence with the second one of a pair half a batch
    away, where that is of another group and the sentence is not in it (image captions come in many pairs)."""
    pairs = [(n, pair) for n, group in enumerate(groups) for pair in group]
    compared = [(n, pair.a, pair.b, pair.label) for n, pair in pairs]
    if strangers:
        moved = pairs[len(pairs) // 2 :] + pairs[: len(pairs) // 2]
        compared += [
            (len(groups) + i, x.a, y.b, STRANGERS)
            for i, ((n, x), (m, y)) in enumerate(zip(pairs, moved, strict=True))
            if n != m and x.a.ids not in (y.a.ids, y.b.ids)
        ]
    place: dict[int, int] = {}
    sentences: list[Reading] = []
    for reading in (r for _, a, b, _ in compared for r in (a, b)):
        if id(reading) not in place:
            place[id(reading)] = len(sentences)
            sentences.append(reading)
    return Batch(
        name,
        collate(sentences, pad_id),
        max(r.n_words for r in sentences),
        torch.tensor([place[id(a)] for _, a, _, _ in compared]),
        torch.tensor([place[id(b)] for _, _, b, _ in compared]),
        [(a.n_words, b.n_words) for _, a, b, _ in compared],
        torch.tensor([label for *_, label in compared]),
        torch.tensor([n for n, *_ in compared]),
    )


class Epoch:
    """The batches of one epoch, of about `size` pairs of one set each (label scales differ), the sets mixed.

    An epoch goes `times[name]` times through a set; of a share below one it takes groups at random. The same `seed`
    gives the same batches in the same order.
    """

    def __init__(
        self, sets: dict[str, list[Group]], times: dict[str, float], size: int, pad_id: int, seed: int
    ) -> None:
        self.pad_id = pad_id
        rng = random.Random(seed)
        self.batches: list[tuple[str, list[Group]]] = []
        for name, groups in sets.items():
            whole = int(times[name])
            drawn = rng.sample(groups, round((times[name] - whole) * len(groups)))
            for chosen in (*[groups] * whole, drawn):
                self.batches += [(name, batch) for batch in _cut(chosen, size, rng)]
        rng.shuffle(self.batches)

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[Batch]:
        for name, groups in self.batches:
            yield make_batch(name, groups, self.pad_id)


def _cut(groups: list[Group], size: int, rng: random.Random) -> Iterator[list[Group]]:
    """`groups` alike in length, with some noise (little padding, and no two epochs alike), `size` pairs at a time."""
    batch: list[Group] = []
    for group in sorted(groups, key=lambda g: max(len(p.a.ids) + len(p.b.ids) for p in g) * rng.uniform(0.7, 1.3)):
        batch.append(group)
        if sum(map(len, batch)) >= size:
            yield batch
            batch = []
    if sum(map(len, batch)) > 1:
        yield batch
