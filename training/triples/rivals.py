"""Fit what a served model's scores mean: calibration, the weights of `core.triples.rivals`, and the threshold.

    python -m training.triples.rivals --model triples-gplinker --data ../shared/data/triples --write

In 8 bits, as the model is served. The weights are fitted on both dev sets, DuIE's and the hand-written one, on the
tenth of SKE that `train --hold-out` left out, and on the hand-written sentences of training, where the head knows the
answers but their company is the same. Printed are the F1 of the two dev sets: of the head's own scores; of judged ones,
each fifth of the sentences by weights fitted without it, from which the threshold is chosen too; and of what ships,
which has seen them all. `--write` puts it into the model's config.json.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.triples.extractor import Extractor
from core.triples.rivals import FEATURES, features, judged
from core.triples.tags import calibrated
from training.common import read_jsonl
from training.triples.data import held_out
from training.triples.evaluate import Read, fit_calibration, load_pipeline, read
from training.triples.metrics import Predicted, best_threshold, score

# Set: schema that it is annotated for, and what a triple of it counts in the fit.
_SETS: dict[str, tuple[str | None, float]] = {
    "duie2_dev": ("duie2", 1.0),
    "written_dev": (None, 3.0),
    "ske1_train": ("ske1", 0.5),
    "written_train": (None, 0.7),
}
_DEV = ("duie2_dev", "written_dev")
_FOLDS = 5
_RIDGE = 10.0


@dataclass(frozen=True)
class Sample:
    """A sentence with the features [N, F] of its triples, whether each is right [N], and what each counts."""

    read: Read
    features: np.ndarray
    right: np.ndarray
    weight: float

    @classmethod
    def of(cls, read: Read, weight: float) -> Sample:
        right = np.array([k in read.gold for k in read.as_keys()], dtype=np.float64)
        return cls(read, features(read.text, read.found) if read.found else np.zeros((0, len(FEATURES))), right, weight)


def logistic(x: np.ndarray, y: np.ndarray, weight: np.ndarray, steps: int = 20) -> np.ndarray:
    """The weights [F] of a logistic regression of `y` [N] on `x` [N, F], whose last column is 1.

    By Newton's method, with a ridge on all but that one, in units of each feature's spread."""
    mean, spread = x.mean(0), x.std(0)
    mean[-1], spread[-1] = 0.0, 1.0
    spread[spread == 0] = 1.0
    z, w = (x - mean) / spread, np.zeros(x.shape[1])
    ridge = np.diag([_RIDGE] * (x.shape[1] - 1) + [0.0])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-z @ w))
        hessian = (z * (weight * p * (1 - p))[:, None]).T @ z + ridge
        w -= np.linalg.solve(hessian + 1e-9 * np.eye(len(w)), z.T @ (weight * (p - y)) + ridge @ w)
    raw: np.ndarray = w / spread
    raw[-1] = w[-1] - raw[:-1] @ mean[:-1]
    return raw


def fit(samples: Sequence[Sample]) -> dict[str, float]:
    """The weights of `core.triples.rivals` that `samples` give."""
    samples = [s for s in samples if len(s.right)]
    x, y = np.concatenate([s.features for s in samples]), np.concatenate([s.right for s in samples])
    weight = np.concatenate([np.full(len(s.right), s.weight) for s in samples])
    return dict(zip(FEATURES, logistic(x, y, weight).tolist(), strict=True))


def _predicted(samples: Sequence[Sample], weights: dict[str, float]) -> list[Predicted]:
    return [s.read.predicted([f.score for f in judged(s.read.text, s.read.found, weights)]) for s in samples]


def left_out(sets: dict[str, list[Sample]], seed: int = 0) -> list[list[Predicted]]:
    """The dev sets, each sentence judged by weights that are fitted without its fifth."""
    rng = np.random.default_rng(seed)
    fold = {name: rng.integers(0, _FOLDS, len(sets[name])) for name in _DEV}
    found: dict[str, list[Predicted]] = {name: [Predicted(set())] * len(sets[name]) for name in _DEV}
    rest = [s for name, samples in sets.items() if name not in _DEV for s in samples]
    for k in range(_FOLDS):
        others = [s for name in _DEV for s, f in zip(sets[name], fold[name], strict=True) if f != k]
        weights = fit([*rest, *others])
        for name in _DEV:
            mine = np.flatnonzero(fold[name] == k).tolist()
            for i, predicted in zip(mine, _predicted([sets[name][i] for i in mine], weights), strict=True):
                found[name][i] = predicted
    return list(found.values())


def load_sets(extractor: Extractor, data: Path) -> dict[str, list[Read]]:
    """What `extractor` finds in each of the sets, with its raw scores."""
    extractor.config.calibration, extractor.config.rivals = (1.0, 0.0), {}
    sets = {}
    for name, (schema, _) in _SETS.items():
        rows = [row for row in read_jsonl(data / f"{name}.jsonl") if schema != "ske1" or held_out(row["text"])]
        sets[name] = read(extractor, rows, schema)
    return sets


def fit_all(sets: dict[str, list[Read]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What goes into the configuration, and the figures."""
    calibration = fit_calibration([r.predicted() for name in _DEV for r in sets[name]])
    samples = {
        name: [Sample.of(_calibrated(r, calibration), _SETS[name][1]) for r in reads] for name, reads in sets.items()
    }
    own = [_predicted(samples[name], {}) for name in _DEV]
    unseen = left_out(samples)
    # The head knows the sentences of training too well: how sure to be is for dev alone to say.
    scale = fit_calibration([p for each in unseen for p in each])
    for p in (p for each in unseen for p in each):
        p.found = {t: calibrated(s, scale) for t, s in p.found.items()}
    slope, offset = scale
    weights = fit([s for each in samples.values() for s in each])
    weights = {name: round(slope * w + offset * (name == "offset"), 5) for name, w in weights.items()}
    shipped = [_predicted(samples[name], weights) for name in _DEV]
    thresholds = [best_threshold(*each)[0] for each in (own, unseen)]
    fitted = {"calibration": calibration, "rivals": weights, "threshold": thresholds[1], "thresholds": {}}
    names = ("own scores", "judged, left out", "as shipped")
    at = (thresholds[0], thresholds[1], thresholds[1])
    figures = {
        name: {d: round(score(p, t)["f1"], 4) for d, p in zip(_DEV, each, strict=True)}
        for name, each, t in zip(names, (own, unseen, shipped), at, strict=True)
    }
    return fitted, figures | {"threshold": thresholds[1]}


def _calibrated(r: Read, calibration: tuple[float, float]) -> Read:
    return dataclasses.replace(
        r, found=[dataclasses.replace(f, score=calibrated(f.score, calibration)) for f in r.found]
    )


def main() -> None:
    from core import catalog

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="folder or Hub id; default: the bundled model")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/triples"))
    parser.add_argument("--write", action="store_true", help="into the model's config.json")
    args = parser.parse_args()
    fitted, figures = fit_all(load_sets(load_pipeline(args.model).trained, args.data))
    print(json.dumps(figures, ensure_ascii=False))
    if args.write:
        config = catalog.find("triples", args.model).folder / "config.json"
        found = json.loads(config.read_text(encoding="utf-8"))
        config.write_text(json.dumps(found | fitted, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
