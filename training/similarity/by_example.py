"""What to expect of one, three, eight ... pairs that show what a user calls alike.

    python -m training.similarity.by_example            # the curve of the model card
    python -m training.similarity.by_example --save     # and its accuracy into the model's figures.json
    python -m training.similarity.by_example --weights  # a prior for core/similarity/likeness_by_example.py

Each set calls something else alike: the same intent of customers (AFQMC), the same question of anybody (LCQMC),
the same fact (STS-B from grade 4 on), one sentence following from the other (NLI), and the same fact however it is
written (the hand-written pairs). The prior comes from train parts of AFQMC and STS-B; measured is on LCQMC and the
hand-written pairs, whose sense of alike it has not seen, and on the dev part of AFQMC. Of each as many pairs are alike
as not, of the examples too, but for a single one. Accuracy, by the mean and the spread over sets and draws.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core import catalog
from core.errors import InputError
from core.similarity.likeness_by_example import DEVIATION, MEAN, features, fit, sigmoid
from core.similarity.pipeline import SimilarityPipeline
from training.common import read_jsonl, write_figures

PRIOR = {"afqmc_train": 0.5, "stsb_train": 4.0}
# The least label of a pair that is alike.
MEASURED = {"lcqmc_dev": 0.5, "afqmc_dev": 0.5, "written_dev": 3.5}
_TESTED, _EXAMPLES = 60, 60
Pairs = tuple[np.ndarray, np.ndarray]


def read(pipeline: SimilarityPipeline, path: Path, least: float, most: int, seed: int = 0) -> Pairs:
    """Features [n, F] of up to `most` pairs of a file, and whether they are alike [n]: one of each in turn."""
    rows = list(read_jsonl(path))
    random.Random(seed).shuffle(rows)
    kinds = [[row for row in rows if (row["label"] >= least) == alike] for alike in (True, False)]
    chosen = [row for pair in zip(*kinds, strict=False) for row in pair][:most]
    found, alike = [], []
    for row in chosen:
        try:
            found.append(features(pipeline(row["text_a"], row["text_b"])))
        except InputError:  # nothing but punctuation
            continue
        alike.append(float(row["label"] >= least))
    return np.array(found), np.array(alike)


def accuracies(pairs: Pairs, n: int, draws: int, prior: Pairs = (MEAN, DEVIATION)) -> list[float]:
    """That on the first half of the pairs after `n` of the others, drawn anew each time, half of them alike."""
    rows, alike = pairs
    test, found = slice(None, _TESTED), []
    for draw in range(draws):
        rng = random.Random(draw)
        sides = [[i for i in range(_TESTED, len(rows)) if alike[i] == side] for side in (1.0, 0.0)]
        chosen = [i for pair in zip(*(rng.sample(s, len(s)) for s in sides), strict=False) for i in pair][:n]
        weights = fit(rows[chosen], alike[chosen], *prior) if n else prior[0]
        found.append(float(np.mean((sigmoid(rows[test] @ weights) >= 0.5) == alike[test])))
    return found


def learnt(sets: Sequence[Pairs], pull: float = 1.0) -> np.ndarray:
    """The weights that all pairs of `sets` together give, which `pull` draws towards the prior there is."""
    rows, alike = (np.concatenate(part) for part in zip(*sets, strict=True))
    return fit(rows, alike, MEAN, np.full(len(MEAN), pull**-0.5))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/similarity"))
    parser.add_argument("--counts", type=int, nargs="+", default=[0, 1, 3, 8, 20, 50])
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--weights", action="store_true", help="print a prior from the sets of PRIOR, no curve")
    parser.add_argument("--save", action="store_true", help="write the accuracy into the model's figures.json")
    args = parser.parse_args()
    pipeline: Any = catalog.load_here(catalog.find("similarity"), None)
    names = PRIOR if args.weights else MEASURED
    sets = {k: read(pipeline, args.data / f"{k}.jsonl", least, _TESTED + _EXAMPLES) for k, least in names.items()}
    if args.weights:
        print(np.round(learnt(list(sets.values())), 2).tolist())
        return
    saved = {}
    for n in args.counts:
        each = {name: accuracies(pairs, n, args.draws) for name, pairs in sets.items()}
        flat = [a for found in each.values() for a in found]
        means = {name: round(statistics.fmean(found), 3) for name, found in each.items()}
        saved[f"similarity_by_example_{n}"] = round(statistics.fmean(flat), 3)
        print(
            n, json.dumps(means), f"mean {statistics.fmean(flat):.3f}, spread {statistics.pstdev(flat):.3f}", flush=True
        )
    if args.save:
        write_figures(catalog.find("similarity").folder, **saved)


if __name__ == "__main__":
    main()
