"""How many events, triggers and arguments are right; and the thresholds that are best by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass

import numpy as np

from core.triples.event_extractor import EventExtractor, FoundEvent, Seen
from core.triples.events import TRIGGER
from core.triples.triple import Span
from training.triples.augment import Row
from training.triples.event_data import character_events
from training.triples.metrics import figures

# Type, and the role and span of each argument, of an event as it is compared.
Placed = tuple[str, tuple[tuple[str, Span], ...]]
# Event type, role, characters.
Named = tuple[str, str, str]


@dataclass(frozen=True)
class Read:
    """A normalised sentence with its gold events and what a model saw in it."""

    text: str
    gold: list[Placed]
    seen: Seen


def read_all(extractor: EventExtractor, rows: Sequence[Row], batch: int = 32) -> list[Read]:
    """The rows with what the model saw in each, in order."""
    texts, gold = [], []
    for row in rows:
        text, events = character_events(row)
        texts.append(text)
        gold.append([(e.type, tuple((role, (i, j + 1)) for role, i, j in e.arguments)) for e in events])
    found: dict[int, Seen] = {}
    order = sorted(range(len(rows)), key=lambda n: len(texts[n]))
    for k in range(0, len(order), batch):
        group = order[k : k + batch]
        found |= zip(group, extractor.see([texts[n] for n in group]), strict=True)
    return [Read(texts[n], gold[n], found[n]) for n in range(len(rows))]


def placed(events: Iterable[FoundEvent]) -> list[Placed]:
    """The events as they are compared."""
    return [(e.type, tuple((a.role, a.span) for a in e.arguments)) for e in events]


def arguments_of(text: str, events: Iterable[Placed]) -> set[Named]:
    """The distinct arguments of a sentence's events, triggers apart: DuEE merges events of one type."""
    return {(kind, role, text[slice(*span)]) for kind, found in events for role, span in found if role != TRIGGER}


def triggers_of(events: Iterable[Placed]) -> set[tuple[str, Span]]:
    """The distinct triggers of a sentence, by type and place."""
    return {(kind, span) for kind, found in events for role, span in found if role == TRIGGER}


def character_f1(one: str, other: str) -> float:
    """F1 of the characters that two strings share, as a bag."""
    shared = sum((Counter(one) & Counter(other)).values())
    return 2 * shared / (len(one) + len(other))


def official(found: Sequence[set[Named]], gold: Sequence[set[Named]]) -> dict[str, float]:
    """DuEE's own score of arguments, as the task definition of the 2020 Language and Intelligence Challenge has it
    (aistudio.baidu.com/aistudio/competition/detail/32; the data set: Li et al., DuEE, NLPCC 2020): an argument counts
    as far as its characters match (F1, case aside) those of the gold argument of the same type and role that it is most
    like, 0 where there is none; precision is the mean over the arguments found, recall the sum over the number of gold
    ones.
    """
    total = 0.0
    for mine, right in zip(found, gold, strict=True):
        for kind, role, words in mine:
            total += max((character_f1(words, w) for k, r, w in right if (k, r) == (kind, role)), default=0.0)
    n_found, n_gold = sum(map(len, found)), sum(map(len, gold))
    precision, recall = total / max(n_found, 1), total / max(n_gold, 1)
    f1 = 2 * total / max(n_found + n_gold, 1)
    return {"precision": precision, "recall": recall, "f1": f1}


def score(reads: Sequence[Read], events: Sequence[list[Placed]]) -> dict[str, dict[str, float]]:
    """Micro figures of `events`, those found in each sentence of `reads`.

    "arguments": DuEE's own, by characters. "exact": arguments whose type, role and characters are all right.
    "triggers": type and place right. "events": whole events, with every argument, in their places.
    """
    gold = [arguments_of(read.text, read.gold) for read in reads]
    found = [arguments_of(read.text, mine) for read, mine in zip(reads, events, strict=True)]
    return {
        "arguments": official(found, gold),
        "exact": _micro(found, gold),
        "triggers": _micro([triggers_of(mine) for mine in events], [triggers_of(read.gold) for read in reads]),
        "events": _micro([set(mine) for mine in events], [set(read.gold) for read in reads]),
    }


def per_type(reads: Sequence[Read], events: Sequence[list[Placed]]) -> dict[str, dict[str, dict[str, float]]]:
    """The figures of each event type, the most frequent first."""
    count = Counter(kind for read in reads for kind, _ in read.gold)

    def of(kind: str, found: list[Placed]) -> list[Placed]:
        return [event for event in found if event[0] == kind]

    return {
        kind: score(
            [Read(read.text, of(kind, read.gold), read.seen) for read in reads], [of(kind, mine) for mine in events]
        )
        for kind, _ in count.most_common()
    }


def _micro(found: Sequence[Set[object]], gold: Sequence[Set[object]]) -> dict[str, float]:
    right = sum(len(a & b) for a, b in zip(found, gold, strict=True))
    return figures(right, sum(map(len, found)), sum(map(len, gold)))


def best_thresholds(reads: Sequence[Read], extractor: EventExtractor) -> tuple[float, float, dict[str, float]]:
    """The thresholds of arguments and of links, one after the other, and flat figures with them.

    That of arguments by the mean F1 of triggers and of arguments by characters, which the links have no part in; that
    of links by the F1 of whole events. Of several as good the middle one.
    """

    def tried(grid: Iterable[float], by: Callable[[float], float]) -> float:
        found = [(by(t), t) for t in grid]
        best = [t for value, t in found if value == max(found)[0]]
        return best[len(best) // 2]

    config = extractor.model.config

    def by_arguments(t: float) -> float:
        found = score(reads, [placed(extractor.read(read.seen, t)) for read in reads])
        return found["arguments"]["f1"] + found["triggers"]["f1"]

    def by_links(t: float) -> float:
        config.link_threshold = t
        return score(reads, [placed(extractor.read(read.seen, threshold)) for read in reads])["events"]["f1"]

    threshold = tried(np.linspace(0.1, 0.9, 33).tolist(), by_arguments)
    config.link_threshold = link = tried(np.geomspace(0.05, 0.9, 25).tolist(), by_links)
    events = [placed(extractor.read(read.seen, threshold)) for read in reads]
    return threshold, link, flat(score(reads, events))


def flat(found: dict[str, dict[str, float]]) -> dict[str, float]:
    """The F1 of each kind, the first as `f1`."""
    return {"f1" if name == "arguments" else f"{name}_f1": of["f1"] for name, of in found.items()}
