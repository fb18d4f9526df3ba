"""Micro precision, recall and F1 over exact triples, and the thresholds that are best by them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.text import normalise

Triple = tuple[str, str, str]

# A relation's own threshold counts half as much as everybody's where it has this many triples in dev.
_SHRINKAGE = 40


def key(triple: Triple) -> Triple:
    """What counts as the same triple: equal when normalised, but for white space around."""
    subject, predicate, item = triple
    return normalise(subject).text.strip(), predicate, normalise(item).text.strip()


@dataclass
class Predicted:
    """A sentence's gold triples and the model's, with scores."""

    gold: set[Triple]
    found: dict[Triple, float] = field(default_factory=dict)

    def kept(self, threshold: float, thresholds: Mapping[str, float]) -> set[Triple]:
        return {t for t, s in self.found.items() if s >= thresholds.get(t[1], threshold)}


def figures(right: int, found: int, gold: int) -> dict[str, float]:
    precision, recall = right / max(found, 1), right / max(gold, 1)
    f1 = 2 * right / max(found + gold, 1)
    return {"precision": precision, "recall": recall, "f1": f1, "gold": gold, "found": found}


def score(
    results: Sequence[Predicted], threshold: float, thresholds: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Micro figures at `threshold`, where a relation has none of its own in `thresholds`."""
    kept = [r.kept(threshold, thresholds or {}) for r in results]
    right = sum(len(k & r.gold) for k, r in zip(kept, results, strict=True))
    return figures(right, sum(map(len, kept)), sum(len(r.gold) for r in results))


def per_relation(
    results: Sequence[Predicted], threshold: float, thresholds: Mapping[str, float] | None = None
) -> dict[str, dict[str, float]]:
    """The figures of each relation, the most frequent first."""
    right, found, gold = Counter[str](), Counter[str](), Counter[str]()
    for r in results:
        kept = r.kept(threshold, thresholds or {})
        found.update(t[1] for t in kept)
        gold.update(t[1] for t in r.gold)
        right.update(t[1] for t in kept & r.gold)
    return {name: figures(right[name], found[name], n) for name, n in gold.most_common()}


def best_threshold(results: Sequence[Predicted], *more: Sequence[Predicted]) -> tuple[float, dict[str, float]]:
    """The threshold with the highest F1, or mean of the F1 on several dev sets, and the figures on the first.

    Tried from 0.001 to 0.9 in even ratios; of several as good the middle one, since on a small set the outer ones only
    just are.
    """
    tried = []
    for t in np.geomspace(0.001, 0.9, 120).tolist():
        found = score(results, t)
        tried.append((t, found, found["f1"] + sum(score(others, t)["f1"] for others in more)))
    highest = max(total for *_, total in tried)
    best = [(t, found) for t, found, total in tried if total == highest]
    return best[len(best) // 2]


def relation_thresholds(
    results: Sequence[Predicted], threshold: float, shrinkage: float = _SHRINKAGE
) -> dict[str, float]:
    """A threshold for each relation, chosen one after another, twice, for the micro F1 of all.

    A handful of triples would fit any threshold, so each is pulled back to `threshold` in the logit, by the weight
    n / (n + shrinkage) for n gold triples.
    """
    scored: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    gold = Counter(t[1] for r in results for t in r.gold)
    for r in results:
        for t, s in r.found.items():
            scored[t[1]].append((s, t in r.gold))
    tables = {name: np.array(pairs) for name, pairs in scored.items()}
    all_gold = sum(gold.values())
    chosen = dict.fromkeys(tables, threshold)
    counts = {name: _counts(table, threshold) for name, table in tables.items()}
    grid = np.geomspace(0.01, 0.95, 80).tolist()
    for name in [n for n, _ in gold.most_common() if n in tables] * 2:
        right = sum(c[0] for n, c in counts.items() if n != name)
        found = sum(c[1] for n, c in counts.items() if n != name)

        def f1(t: float, name: str = name, right: int = right, found: int = found) -> float:
            mine = _counts(tables[name], t)
            return 2 * (right + mine[0]) / (found + mine[1] + all_gold)

        # Of several as good the nearest, so that nothing moves without a reason.
        chosen[name] = max(grid, key=lambda t: (f1(t), -abs(t - threshold)))
        counts[name] = _counts(tables[name], chosen[name])
    return {
        name: round(_between(threshold, t, gold[name] / (gold[name] + shrinkage)), 4)
        for name, t in chosen.items()
        if gold[name]
    }


def _counts(table: np.ndarray, threshold: float) -> tuple[int, int]:
    kept = table[:, 0] >= threshold
    return int((kept & (table[:, 1] > 0)).sum()), int(kept.sum())


def _between(a: float, b: float, weight: float) -> float:
    logit = (1 - weight) * math.log(a / (1 - a)) + weight * math.log(b / (1 - b))
    return 1 / (1 + math.exp(-logit))


def cross_validated(results: Sequence[Predicted], threshold: float, folds: int = 5) -> dict[str, float]:
    """The figures with thresholds per relation, each sentence judged by those fitted on the other folds."""
    right = found = 0
    for k in range(folds):
        fitted = relation_thresholds([r for i, r in enumerate(results) if i % folds != k], threshold)
        for r in results[k::folds]:
            kept = r.kept(threshold, fitted)
            right, found = right + len(kept & r.gold), found + len(kept)
    return figures(right, found, sum(len(r.gold) for r in results))
