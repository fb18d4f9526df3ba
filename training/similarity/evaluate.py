"""How well the similarities rank pairs: Spearman on graded pairs, area under the ROC curve on yes-or-no pairs, and of
triplets the share whose positive is found closer than the negative.

    python -m training.similarity.evaluate --model similarity-encoder similarity-static

Prints one line of JSON per model and set. With `--write`, also notes in the model's configuration what sentence cosine
usually goes with a WRD, by which the interface tells pairs whose words can be aligned though the sentences differ, and
from which WRD on a pair is called a duplicate, close, or of the same topic.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import rankdata, spearmanr

import core
from core import catalog
from core.errors import InputError
from core.similarity.compared import Limits, Usual
from core.similarity.explain import ALIGNED
from core.similarity.pipeline import SimilarityPipeline
from training.common import read_jsonl, write_figures
from training.similarity.data import rows_of, triplets_of

Scores = dict[str, list[float]]

SETS = ("stsb_dev", "written_dev", "written_triplets_dev", "afqmc_dev", "lcqmc_dev")
# From which grade on, of 0 to 5, people call a pair a duplicate, close, or of the same topic: 5 is "means the same", 3
# "much the same, but something that matters differs", 1 "the same topic".
GRADES = (4.5, 3.0, 1.0)
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


def share_right(scores: list[float]) -> float:
    """The share of triplets told right; `scores` are those of anchor and positive, anchor and negative, in turn."""
    return float(np.mean(np.array(scores[::2]) > np.array(scores[1::2])))


def compare(pipeline: SimilarityPipeline, pairs: list[tuple[str, str]], among: Sequence[str] = SCORES) -> Scores:
    """Every similarity of the pairs; of those that cannot be compared 0."""
    found: Scores = {name: [] for name in among}
    for i in range(0, len(pairs), 256):
        for result in pipeline.run([{"text_a": a, "text_b": b} for a, b in pairs[i : i + 256]]):
            for name, values in found.items():
                values.append(0.0 if isinstance(result, InputError) else getattr(result, name))
    return found


def measure(pipeline: SimilarityPipeline, path: Path, limit: int | None = None) -> dict[str, Any]:
    """Figures of every similarity on one file of pairs or triplets."""
    if "anchor" in next(read_jsonl(path)):
        triplets = triplets_of(path)[:limit]
        scores = compare(pipeline, [(a, other) for a, *others in triplets for other in others])
        return {"triplets": len(triplets)} | {name: round(share_right(v), 4) for name, v in scores.items()}
    rows = rows_of(path)[:limit]
    labels = [label for *_, label in rows]
    scores = compare(pipeline, [(a, b) for a, b, _ in rows])
    return {"pairs": len(rows)} | {name: round(figure(values, labels), 4) for name, values in scores.items()}


def usual(pipeline: SimilarityPipeline, path: Path, limit: int | None = None) -> Usual:
    """The line from WRD to sentence cosine that fits the pairs of one file best from `ALIGNED` on."""
    pairs = [(a, b) for a, b, _ in rows_of(path)[:limit] if a != b]
    scores = compare(pipeline, pairs, ("wrd", "contextual"))
    wrd, contextual = (np.array(scores[name]) for name in ("wrd", "contextual"))
    wrd, contextual = wrd[wrd >= ALIGNED], contextual[wrd >= ALIGNED]
    slope, offset = np.polyfit(wrd, contextual, 1)
    deviation = float(np.std(contextual - slope * wrd - offset))
    return Usual(*(round(float(x), 4) for x in (slope, offset, deviation)))


def limits(pipeline: SimilarityPipeline, path: Path, limit: int | None = None) -> Limits:
    """The quantiles of WRD over the pairs of one file that give each word to as many of them as people did."""
    rows = rows_of(path)[:limit]
    wrd = np.array(compare(pipeline, [(a, b) for a, b, _ in rows], ("wrd",))["wrd"])
    labels = np.array([label for *_, label in rows])
    duplicate, close, topic = (round(float(np.quantile(wrd, np.mean(labels < grade))), 4) for grade in GRADES)
    found = Limits(duplicate, close, topic, 0.0)
    return found._replace(right=round(share_named(found, wrd.tolist(), labels.tolist()), 4))


def share_named(found: Limits, wrd: Sequence[float], labels: Sequence[float]) -> float:
    """The share of pairs whose `wrd` gets the word of their grade."""
    grades = Limits(*GRADES, 0.0)
    return float(np.mean([found.level(x) == grades.level(label) for x, label in zip(wrd, labels, strict=True)]))


def note(folder: Path, **found: Sequence[float]) -> None:
    """Write `found` into the model's configuration."""
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8")) | {name: list(values) for name, values in found.items()}
    path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


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
        folder = catalog.find("similarity", name).folder
        for data in args.sets:
            figures = measure(pipeline, args.data / f"{data}.jsonl", args.limit)
            print(json.dumps({"model": name, "data": data, **figures}), flush=True)
            if args.write:
                write_figures(folder, **{f"{data}_{score}": figures[score] for score in SCORES})
        if args.write:
            dev = args.data / "stsb_dev.jsonl"
            note(folder, usual=usual(pipeline, dev, args.limit), limits=limits(pipeline, dev, args.limit))


if __name__ == "__main__":
    main()
