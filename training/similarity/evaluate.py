"""How well the similarities rank pairs: Spearman on graded pairs, area under the ROC curve on yes-or-no pairs.

    python -m training.similarity.evaluate --model similarity-encoder similarity-static

Prints one line of JSON per model and set.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import rankdata, spearmanr

import core
from core import catalog
from core.errors import InputError
from core.similarity.pipeline import SimilarityPipeline
from training.common import write_figures
from training.similarity.data import rows_of

SETS = ("stsb_dev", "afqmc_dev", "lcqmc_dev")
SCORES = ("wrd", "unweighted", "wmd", "cosine", "contextual")


def area_under_curve(scores: np.ndarray, labels: np.ndarray) -> float:
    """Probability that a pair labelled 1 scores above one labelled 0; ties count half (Mann and Whitney)."""
    positive = labels == 1
    n, m = int(positive.sum()), int((~positive).sum())
    return float((rankdata(scores)[positive].sum() - n * (n + 1) / 2) / (n * m))


def figure(scores: list[float], labels: list[float]) -> float:
    """Spearman's correlation where labels are graded, area under the curve where there are two."""
    if len(set(labels)) == 2:
        return area_under_curve(np.array(scores), np.array(labels))
    return float(spearmanr(scores, labels).statistic)


def measure(pipeline: SimilarityPipeline, path: Path, limit: int | None = None) -> dict[str, Any]:
    """Figures of every similarity on one file; pairs that cannot be compared count as similarity 0."""
    rows = rows_of(path)[:limit]
    found: dict[str, list[float]] = {name: [] for name in SCORES}
    for i in range(0, len(rows), 256):
        for result in pipeline.run([{"text_a": a, "text_b": b} for a, b, _ in rows[i : i + 256]]):
            for name, values in found.items():
                values.append(0.0 if isinstance(result, InputError) else getattr(result, name))
    labels = [label for *_, label in rows]
    return {"pairs": len(rows)} | {name: round(figure(values, labels), 4) for name, values in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/similarity"))
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--model", nargs="+", default=list(catalog.bundled("similarity")))
    parser.add_argument("--limit", type=int, help="only so many pairs of each set")
    parser.add_argument("--write", action="store_true", help="note the figures beside the model, for the interface")
    args = parser.parse_args()
    for name in args.model:
        pipeline = core.load("similarity", name)
        assert isinstance(pipeline, SimilarityPipeline)
        for data in args.sets:
            figures = measure(pipeline, args.data / f"{data}.jsonl", args.limit)
            print(json.dumps({"model": name, "data": data, **figures}), flush=True)
            if args.write:
                noted = {f"{data}_{score}": figures[score] for score in SCORES}
                write_figures(catalog.find("similarity", name).folder, **noted)


if __name__ == "__main__":
    main()
