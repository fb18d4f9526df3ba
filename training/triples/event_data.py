"""Sentences with events, as token ids and spans; batches of them."""

from __future__ import annotations

import json
import random
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedTokenizerFast

from core.runtime import cores
from core.text import normalise
from core.triples.events import TRIGGER, TokenEvent
from core.triples.lexical import NONE, token_features
from training.triples.augment import Row
from training.triples.corpus import sentences

# A sentence before another ends with one of these, as they are when normalised, or is given the first.
_ENDS = "。!?"
# Of a text of the trigger-free sentences, one in so many is taken, so that they are of many subjects.
_SKIP = 5


@dataclass(frozen=True)
class Example:
    """A sentence as token ids and lexical features [L], and its events with spans in tokens."""

    ids: np.ndarray
    features: np.ndarray
    events: tuple[TokenEvent, ...]


def read_roles(schema: Path) -> list[tuple[str, str]]:
    """Every (event type, role) of DuEE's schema, {type: [role]}, the trigger first in each type."""
    types: dict[str, list[str]] = json.loads(schema.read_text(encoding="utf-8"))
    return [(kind, role) for kind, roles in types.items() for role in (TRIGGER, *roles)]


def mentions(event: dict[str, Any]) -> Iterator[tuple[str, int, int]]:
    """(role, start, end) of the trigger and the arguments of an event in DuEE's form."""
    begin = event["trigger_start_index"]
    yield TRIGGER, begin, begin + len(event["trigger"])
    for found in event["arguments"]:
        begin = found["argument_start_index"]
        yield found["role"], begin, begin + len(found["argument"])


def character_events(row: Row) -> tuple[str, list[TokenEvent]]:
    """The normalised text of a row in DuEE's form, and its events with first and last characters of it."""
    text = normalise(row["text"])
    events = []
    for event in row["event_list"]:
        places = {
            (role, bisect_left(text.starts, start), bisect_left(text.starts, end) - 1)
            for role, start, end in mentions(event)
        }
        kept = sorted((p for p in places if p[1] <= p[2]), key=lambda p: (p[1:], p[0]))
        events.append(TokenEvent(event["event_type"], tuple(kept)))
    return text.text, events


def to_example(row: Row, tokenizer: PreTrainedTokenizerFast, max_length: int) -> Example:
    """A row as token ids and spans; what lies beyond `max_length` tokens is left out of its events."""
    text, events = character_events(row)
    encoding = tokenizer(text, truncation=True, max_length=max_length, return_offsets_mapping=True)
    found = []
    for event in events:
        ends = [
            (role, encoding.char_to_token(first), encoding.char_to_token(last)) for role, first, last in event.arguments
        ]
        kept = tuple(a for a in ends if None not in a)
        if kept:
            found.append(TokenEvent(event.type, kept))
    features = token_features(text, encoding["offset_mapping"])
    ids = np.array(encoding["input_ids"], dtype=np.int32)
    return Example(ids, np.array(features, dtype=np.int16), tuple(dict.fromkeys(found)))


class Substitution:
    """The same sentence about other people, companies, days: arguments drawn from those of the same type and role."""

    def __init__(self, rows: Iterable[Row], seed: int) -> None:
        self.rng = random.Random(seed)
        self.pools: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in rows:
            for event in row["event_list"]:
                for found in event["arguments"]:
                    self.pools[event["event_type"], found["role"]].append(found["argument"])

    def __call__(self, row: Row, rate: float = 0.6) -> Row:
        """`row` with each replaceable argument swapped with probability `rate`.

        Replaceable is what stands in the text once and overlaps no other argument or trigger.
        """
        text, events = row["text"], row["event_list"]
        spans = {(start, end) for event in events for _, start, end in mentions(event)}
        renamed: dict[tuple[int, int], str] = {}
        for event in events:
            for role, start, end in mentions(event):
                alone = not any(a < end and start < b for a, b in spans if (a, b) != (start, end))
                if role == TRIGGER or not alone or text.count(text[start:end]) != 1 or self.rng.random() > rate:
                    continue
                renamed.setdefault((start, end), self.rng.choice(self.pools[event["event_type"], role]))
        # A trigger may be an argument of another event.
        for event in events:
            start = event["trigger_start_index"]
            renamed.pop((start, start + len(event["trigger"])), None)
        return _renamed(row, renamed)


def _renamed(row: Row, renamed: dict[tuple[int, int], str]) -> Row:
    """`row` with the text at each span, none of which overlap, put in its place."""
    text = row["text"]
    for (start, end), new in sorted(renamed.items(), reverse=True):
        text = text[:start] + new + text[end:]

    def moved(at: int) -> int:
        return at + sum(len(new) - (end - start) for (start, end), new in renamed.items() if end <= at)

    events = []
    for event in row["event_list"]:
        arguments = []
        for found in event["arguments"]:
            at = found["argument_start_index"]
            words = renamed.get((at, at + len(found["argument"])), found["argument"])
            arguments.append(found | {"argument": words, "argument_start_index": moved(at)})
        events.append(event | {"arguments": arguments, "trigger_start_index": moved(event["trigger_start_index"])})
    return row | {"text": text, "event_list": events}


def uneventful(paths: list[Path], triggers: set[str], most: int) -> list[Row]:
    """`most` sentences of the files (`corpus.sentences`) in which no trigger stands: nothing happens in them."""
    quiet = (text for text in islice(sentences(paths), 0, None, _SKIP) if not any(word in text for word in triggers))
    return [{"text": text, "event_list": []} for text in islice(quiet, most)]


def encode_all(rows: list[Row], tokenizer: PreTrainedTokenizerFast, max_length: int) -> list[Example]:
    """The rows as examples, in order."""
    encode = partial(to_example, tokenizer=tokenizer, max_length=max_length)
    # Tagging parts of speech takes most of the time.
    with ProcessPoolExecutor(cores(), mp_context=get_context("fork")) as pool:
        return list(pool.map(encode, rows, chunksize=200))


class EventBatches:
    """Batches of sentences of like length.

    In an epoch each sentence appears once, as it is or, every other time, in one of its variants, and beside them
    `drawn` of those without events. `joined` is the share of sentences that are read together with another one, half of
    them with one of the same type: events that stand together and are not linked.
    """

    def __init__(
        self,
        examples: Sequence[Sequence[Example]],
        empty: Sequence[Example],
        *,
        tokenizer: PreTrainedTokenizerFast,
        batch: int,
        drawn: int,
        joined: float,
        max_length: int,
        seed: int,
    ) -> None:
        self.examples, self.empty, self.batch = examples, empty, batch
        self.drawn, self.joined, self.max_length = min(drawn, len(empty)), joined, max_length
        self.pad_id = tokenizer.pad_token_id
        ends: list[int] = tokenizer(_ENDS, add_special_tokens=False)["input_ids"]
        self.stop, self.stops = ends[0], set(ends)
        self.rng = random.Random(seed)
        self.of_type: dict[str, list[int]] = defaultdict(list)
        for n, variants in enumerate(examples):
            for kind in {event.type for event in variants[0].events}:
                self.of_type[kind].append(n)

    def __len__(self) -> int:
        return -(-(len(self.examples) + self.drawn) // self.batch)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """One epoch, in a new order each time."""
        chosen = [self._variant(n) for n in range(len(self.examples))] + self.rng.sample(list(self.empty), self.drawn)
        chosen = [self._joined(e) if self.rng.random() < self.joined else e for e in chosen]
        # Sorted by length with some noise: little padding, and no two epochs alike.
        order = sorted(chosen, key=lambda e: len(e.ids) * self.rng.uniform(0.9, 1.1))
        groups = [order[i : i + self.batch] for i in range(0, len(order), self.batch)]
        self.rng.shuffle(groups)
        for group in groups:
            yield self.collate(group)

    def _variant(self, n: int) -> Example:
        first, *others = self.examples[n]
        return self.rng.choice(others) if others and self.rng.random() < 0.5 else first

    def _joined(self, example: Example) -> Example:
        """`example` and another sentence, in one order or the other."""
        kinds = [event.type for event in example.events]
        alike = self.of_type[self.rng.choice(kinds)] if kinds and self.rng.random() < 0.5 else range(len(self.examples))
        parts = [example, self._variant(self.rng.choice(alike))]
        self.rng.shuffle(parts)
        first, second = parts
        both = join(first, second, self.stop, self.stops)
        return both if len(both.ids) <= self.max_length else example

    def collate(self, group: Sequence[Example]) -> dict[str, Any]:
        """ids, features, mask [B, L]; events: those of each sentence, spans in tokens."""
        length = max(len(e.ids) for e in group)
        ids = torch.full((len(group), length), self.pad_id)
        features = torch.full((len(group), length), NONE)
        for b, example in enumerate(group):
            ids[b, : len(example.ids)] = torch.as_tensor(example.ids)
            features[b, : len(example.ids)] = torch.as_tensor(example.features)
        return {
            "ids": ids,
            "features": features,
            "mask": (ids != self.pad_id).long(),
            "events": [e.events for e in group],
        }


def join(first: Example, second: Example, stop: int, stops: set[int]) -> Example:
    """Two sentences as one, with the token `stop` between them where the first ends in none of `stops`."""
    between = [] if int(first.ids[-2]) in stops else [stop]
    shift = len(first.ids) - 2 + len(between)
    ids = np.concatenate([first.ids[:-1], np.array(between, dtype=np.int32), second.ids[1:]])
    nothing = np.full(len(between), NONE, dtype=np.int16)
    features = np.concatenate([first.features[:-1], nothing, second.features[1:]])
    moved = tuple(
        TokenEvent(event.type, tuple((role, i + shift, j + shift) for role, i, j in event.arguments))
        for event in second.events
    )
    return Example(ids, features, first.events + moved)
