"""Micro precision, recall and F1 over exact (subject, predicate, object), overall and per relation.

Exact but for what `core.text.normalise` folds: width, case, traditional characters.

    python -m training.triples.evaluate --data ../shared/data/triples/duie2_dev.jsonl

Prints JSON; `--table` adds the per-relation table, `--calibration` the share of right triples per band of score.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from core.text import normalise
from core.triples.extractor import Extractor
from training.common import read_jsonl

Triple = tuple[str, str, str]


def key(triple: Triple) -> Triple:
    """What counts as the same triple: equal when normalised, but for white space around."""
    subject, predicate, item = triple
    return normalise(subject).text.strip(), predicate, normalise(item).text.strip()


@dataclass
class Predicted:
    """A sentence's gold triples and the model's, with scores."""

    gold: set[Triple]
    found: dict[Triple, float] = field(default_factory=dict)


def predict(extractor: Extractor, path: Path, schema: str, batch: int = 32) -> list[Predicted]:
    rows = list(read_jsonl(path))
    results: list[Predicted] = [Predicted(set())] * len(rows)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]["text"]))
    for i in range(0, len(order), batch):
        group = order[i : i + batch]
        texts = [normalise(rows[j]["text"]).text for j in group]
        for j, text, found in zip(group, texts, extractor.extract(texts, [schema]), strict=True):
            gold = {key((s["subject"], s["predicate"], s["object"])) for s in rows[j]["spo_list"]}
            scores: dict[Triple, float] = {}
            for f in found:
                triple = key((text[slice(*f.subject)], f.relation, text[slice(*f.object)]))
                scores[triple] = max(f.score, scores.get(triple, 0.0))
            results[j] = Predicted(gold, scores)
    return results


def figures(right: int, found: int, gold: int) -> dict[str, float]:
    precision, recall = right / max(found, 1), right / max(gold, 1)
    f1 = 2 * right / max(found + gold, 1)
    return {"precision": precision, "recall": recall, "f1": f1, "gold": gold, "found": found}


def score(results: list[Predicted], threshold: float) -> dict[str, float]:
    kept = [{t for t, s in r.found.items() if s >= threshold} for r in results]
    right = sum(len(k & r.gold) for k, r in zip(kept, results, strict=True))
    return figures(right, sum(map(len, kept)), sum(len(r.gold) for r in results))


def per_relation(results: list[Predicted], threshold: float) -> dict[str, dict[str, float]]:
    right, found, gold = Counter[str](), Counter[str](), Counter[str]()
    for r in results:
        kept = {t for t, s in r.found.items() if s >= threshold}
        found.update(t[1] for t in kept)
        gold.update(t[1] for t in r.gold)
        right.update(t[1] for t in kept & r.gold)
    return {name: figures(right[name], found[name], n) for name, n in gold.most_common()}


def best_threshold(results: list[Predicted]) -> tuple[float, dict[str, float]]:
    """The threshold with the highest F1, tried from 0.001 to 0.9 in even ratios."""
    tried = [(t, score(results, t)) for t in np.geomspace(0.001, 0.9, 120).tolist()]
    return max(tried, key=lambda pair: pair[1]["f1"])


def fit_calibration(results: list[Predicted]) -> tuple[float, float]:
    """Platt scaling (slope, offset) of raw scores: logistic regression of being right on the score's logit.

    A pinch of weight decay keeps the fit finite where a handful of scores can be told apart without error.
    """
    pairs = [(s, float(t in r.gold)) for r in results for t, s in r.found.items()]
    raw, right = torch.tensor(pairs).T
    logit = torch.logit(raw, eps=1e-6)
    weights = torch.tensor([1.0, 0.0], requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        fitted = weights[0] * logit + weights[1]
        loss = F.binary_cross_entropy_with_logits(fitted, right) + 1e-3 * (weights**2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    slope, offset = weights.tolist()
    return slope, offset


def calibration_table(results: list[Predicted], bands: int = 5) -> list[dict[str, float]]:
    pairs = np.array([(s, t in r.gold) for r in results for t, s in r.found.items()])
    edges = np.linspace(0, 1, bands + 1)
    rows = []
    for low, high in itertools.pairwise(edges.tolist()):
        inside = pairs[(pairs[:, 0] >= low) & (pairs[:, 0] < high)]
        if len(inside):
            rows.append(
                {"from": low, "to": high, "n": len(inside), "score": inside[:, 0].mean(), "right": inside[:, 1].mean()}
            )
    return [{k: round(float(v), 3) for k, v in row.items()} for row in rows]


def main() -> None:
    import core

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/triples/duie2_dev.jsonl"))
    parser.add_argument("--schema", default="duie2")
    parser.add_argument("--model", help="folder or Hub id; default: the bundled model")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--calibration", action="store_true")
    args = parser.parse_args()
    pipeline = core.load("triples", model=args.model)
    results = predict(pipeline.extractor, args.data, args.schema)
    threshold = pipeline.threshold
    print(json.dumps({"data": args.data.stem, "threshold": threshold, **score(results, threshold)}, ensure_ascii=False))
    if args.table:
        for name, row in per_relation(results, threshold).items():
            print(
                f"{name}\t" + "\t".join(f"{k} {v:.3f}" if isinstance(v, float) else f"{k} {v}" for k, v in row.items())
            )
    if args.calibration:
        for band in calibration_table(results):
            print(json.dumps(band))


if __name__ == "__main__":
    main()
