"""Word Rotator's Distance: ours against the way of the post 从EMD、WMD到WRD, side by side in one run; and search.

    python benchmarks/similarity.py

The post solves each pair by `scipy.optimize.linprog` over the dense matrix of equality constraints. Ours is
`core.similarity.transport.wrd`: network simplex on the table of costs. Both get the same word vectors, 20 words a
sentence, and must find the same distance. Search is over 100,000 sentences made of the words of the shipped examples,
against solving all of the problems. Prints medians over alternating runs, ratios, and the peak resident memory.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import sys
import time
from pathlib import Path

import numpy as np
from scipy.optimize import linprog

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import core
from core.similarity.embedding import prepare
from core.similarity.search import SentenceIndex
from core.similarity.transport import wrd

WORDS, PAIRS, RUNS, SENTENCES = 20, 20, 5, 100_000
EXAMPLES = Path(core.__file__).resolve().parent.parent / "assets" / "examples" / "similarity" / "sentences.txt"


def blog_wrd(x: np.ndarray, y: np.ndarray) -> float:
    """WRD as the post computes it: dense equality constraints for `linprog`."""
    p, q = np.linalg.norm(x, axis=1), np.linalg.norm(y, axis=1)
    cost = 1 - (x / p[:, None]) @ (y / q[:, None]).T
    p, q = p / p.sum(), q / q.sum()
    constraints = []
    for i in range(len(p)):
        row = np.zeros_like(cost)
        row[i] = 1
        constraints.append(row.reshape(-1))
    for j in range(len(q)):
        column = np.zeros_like(cost)
        column[:, j] = 1
        constraints.append(column.reshape(-1))
    # The last equality follows from the others.
    found = linprog(cost.reshape(-1), A_eq=np.array(constraints)[:-1], b_eq=np.concatenate([p, q])[:-1])
    return float(found.fun)


def pair_times(vectors: list[np.ndarray]) -> dict[str, float]:
    """Median seconds of a pair, either way, over alternating runs."""
    times: dict[str, list[float]] = {"post": [], "ours": []}
    for _ in range(RUNS):
        distances = {}
        for name, measure in (("post", blog_wrd), ("ours", lambda x, y: wrd(x, y).distance)):
            begin = time.perf_counter()
            distances[name] = [measure(vectors[2 * i], vectors[2 * i + 1]) for i in range(PAIRS)]
            times[name].append((time.perf_counter() - begin) / PAIRS)
        np.testing.assert_allclose(distances["post"], distances["ours"], atol=1e-6)
    return {name: statistics.median(values) for name, values in times.items()}


def sentences(chance: random.Random) -> list[str]:
    """Sentences of 4 to 16 words, in the shipped sentences' words, each around one of them."""
    lines = [line for line in EXAMPLES.read_text(encoding="utf-8").splitlines() if line.strip()]
    bags = [[s.clean[a:b] for a, b in s.spans] for s in map(prepare, lines)]
    words = sorted({w for bag in bags for w in bag})
    made = []
    while len(made) < SENTENCES:
        own = chance.choice(bags)
        size = chance.randint(4, 16)
        made.append("".join(chance.choice(own if chance.random() < 0.5 else words) for _ in range(size)))
    return made


def search_times(model: str, queries: int) -> dict[str, float]:
    pipeline = core.load("similarity", model)
    chance = random.Random(0)
    lines = sentences(chance)
    begin = time.perf_counter()
    pipeline.search(lines[0], lines, 10)
    first = time.perf_counter() - begin
    results = [pipeline.search(line, lines, 10) for line in chance.sample(lines, queries)]
    index: SentenceIndex = pipeline.indexes.get(pipeline.embedder, lines)
    query = results[0].query.vectors.astype(np.float64)
    begin = time.perf_counter()
    all_of = [
        wrd(query, index.vectors[a:b].astype(np.float64)).distance
        for a, b in zip(index.starts[:10_000], index.starts[1:10_001], strict=True)
    ]
    brute = (time.perf_counter() - begin) * len(index.texts) / len(all_of)
    seconds = statistics.median(r.seconds for r in results)
    return {
        "first_s": round(first, 1),
        "median_s": round(seconds, 3),
        "worst_s": round(max(r.seconds for r in results), 3),
        "skipped": round(statistics.mean(1 - r.solved / r.sentences for r in results), 4),
        "least_skipped": round(min(1 - r.solved / r.sentences for r in results), 4),
        "all_pairs_s": round(brute, 1),
        "ratio_to_all_pairs": round(brute / seconds, 1),
        "index_mb": round(index.nbytes / 1e6),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", nargs="+", default=["similarity-static", "similarity-encoder"])
    parser.add_argument("--queries", type=int, default=20)
    args = parser.parse_args()
    rng = np.random.default_rng(0)
    medians = pair_times([rng.normal(size=(WORDS, 128)) for _ in range(2 * PAIRS)])
    row = {"words": WORDS, "microseconds": {name: round(1e6 * value, 1) for name, value in medians.items()}}
    print(json.dumps(row | {"ratio": round(medians["post"] / medians["ours"])}), flush=True)
    for model in args.model:
        print(json.dumps({"model": model, "sentences": SENTENCES} | search_times(model, args.queries)), flush=True)
    print(json.dumps({"peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)}))


if __name__ == "__main__":
    main()
