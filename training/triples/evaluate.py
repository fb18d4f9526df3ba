"""Micro precision, recall and F1 over exact (subject, predicate, object), overall and per relation.

Exact but for what `core.text.normalise` folds: width, case, traditional characters.

    python -m training.triples.evaluate --data ../shared/data/triples/duie2_dev.jsonl
    python -m training.triples.evaluate --data ../shared/data/triples/ske1_train.jsonl --schema ske1 --hold-out

Prints JSON; `--table` adds the per-relation table, `--calibration` the share of right triples per band of score.
`--per-relation` fits a threshold for each relation, prints what that gives on sentences it was not fitted on, and with
`--save` writes it into the model's config.json: those of DuIE first, then, of the hold-out, those that only SKE has.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from core.text import normalise
from core.triples.extractor import Extractor
from core.triples.kinship import contradicted
from core.triples.pipeline import TriplesPipeline
from core.triples.triple import Found
from training.common import read_jsonl
from training.triples.augment import Row
from training.triples.data import held_out
from training.triples.metrics import (
    Predicted,
    Triple,
    cross_validated,
    key,
    per_relation,
    relation_thresholds,
    score,
)


def load_pipeline(model: str | None, device: str | None = None) -> TriplesPipeline:
    """The pipeline of the model in a folder, or of the Hub, or that ships."""
    import core

    found = core.load("triples", model, device)
    assert isinstance(found, TriplesPipeline)
    return found


@dataclass(frozen=True)
class Read:
    """A normalised sentence, its gold triples, and all that the model found in it."""

    text: str
    gold: set[Triple]
    found: list[Found]

    def as_keys(self) -> list[Triple]:
        """What each of the found triples counts as."""
        return [key((self.text[slice(*f.subject)], f.relation, self.text[slice(*f.object)])) for f in self.found]

    def predicted(self, scores: Iterable[float] | None = None) -> Predicted:
        """Gold and found triples, with the model's scores or with `scores`; as in the app without contradictions."""
        best: dict[Triple, float] = {}
        for triple, s in zip(self.as_keys(), scores or (f.score for f in self.found), strict=True):
            best[triple] = max(s, best.get(triple, 0.0))
        wrong = contradicted(best)
        return Predicted(self.gold, {fact: s for fact, s in best.items() if fact not in wrong})


def read(extractor: Extractor, rows: Iterable[Row], schema: str | None, batch: int = 32) -> list[Read]:
    """Each row, in order, read with `schema`, or for all relations, as the app does."""
    rows = list(rows)
    results: list[Read] = [Read("", set(), [])] * len(rows)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]["text"]))
    for i in range(0, len(order), batch):
        group = order[i : i + batch]
        texts = [normalise(rows[j]["text"]).text for j in group]
        for j, text, found in zip(group, texts, extractor.extract(texts, [schema] if schema else None), strict=True):
            gold = {key((s["subject"], s["predicate"], s["object"])) for s in rows[j]["spo_list"]}
            results[j] = Read(text, gold, found)
    return results


def predict(extractor: Extractor, rows: Iterable[Row], schema: str | None, batch: int = 32) -> list[Predicted]:
    """Gold and scored triples of each row, in order, as `read` has them."""
    return [r.predicted() for r in read(extractor, rows, schema, batch)]


def fit_calibration(results: list[Predicted]) -> tuple[float, float]:
    """Platt scaling (slope, offset) of raw scores: logistic regression of being right on the score's logit.

    A pinch of weight decay keeps the fit finite where a handful of scores can be told apart without error. Where there
    is no score, or so few that higher ones look worse, there is nothing to scale: (1, 0).
    """
    pairs = [(s, float(t in r.gold)) for r in results for t, s in r.found.items()]
    if not pairs:
        return 1.0, 0.0
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
    return (slope, offset) if slope > 0 else (1.0, 0.0)


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


def fit_thresholds(extractor: Extractor, results: list[Predicted], schema: str, config: Path | None) -> dict[str, Any]:
    """What thresholds per relation give on sentences they were not fitted on; they go into the file `config`, if one is
    given, for the relations that are read with `schema`."""
    threshold = extractor.config.threshold
    fitted = relation_thresholds(results, threshold)
    mine = {name: t for name, t in fitted.items() if name in extractor.served[schema]}
    if config:
        found = json.loads(config.read_text(encoding="utf-8"))
        found["thresholds"] = found.get("thresholds", {}) | mine
        config.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return {"cross_validated": cross_validated(results, threshold), "fitted": score(results, threshold, fitted)} | mine


def main() -> None:
    from core import catalog

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/triples/duie2_dev.jsonl"))
    parser.add_argument("--schema", default="duie2")
    parser.add_argument("--hold-out", action="store_true", help="only the sentences that `train --hold-out` left out")
    parser.add_argument("--model", help="folder or Hub id; default: the bundled model")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--calibration", action="store_true")
    parser.add_argument("--per-relation", action="store_true", help="fit a threshold for each relation")
    parser.add_argument("--save", action="store_true", help="with --per-relation: write them into the model's config")
    args = parser.parse_args()
    pipeline = load_pipeline(args.model)
    rows = (row for row in read_jsonl(args.data) if not args.hold_out or held_out(row["text"]))
    results = predict(pipeline.trained, rows, args.schema)
    own = (pipeline.threshold, pipeline.thresholds)
    row = {"data": args.data.stem, "threshold": own[0], **score(results, *own)}
    if own[1]:
        row["one_threshold"] = score(results, own[0])
    print(json.dumps(row, ensure_ascii=False))
    if args.table:
        for name, row in per_relation(results, *own).items():
            print(
                f"{name}\t" + "\t".join(f"{k} {v:.3f}" if isinstance(v, float) else f"{k} {v}" for k, v in row.items())
            )
    if args.calibration:
        for band in calibration_table(results):
            print(json.dumps(band))
    if args.per_relation:
        config = catalog.find("triples", args.model).folder / "config.json" if args.save else None
        print(json.dumps(fit_thresholds(pipeline.trained, results, args.schema, config), ensure_ascii=False))


if __name__ == "__main__":
    main()
