"""What each treatment of the static vectors does to WRD, WMD and cosine on dev: the table of the model card.

    python -m training.similarity.ablate --source runs/similarity/distilled

Prints one line of JSON per treatment and set. Choices are made here, on dev, among few; none is fitted.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError
from core.similarity import transport
from core.similarity.embedding import Sentence, prepare
from core.similarity.static import StaticVectors
from training.similarity.data import rows_of
from training.similarity.evaluate import figure
from training.similarity.whiten import add_characters, whiten

Array = NDArray[np.float64]
Lookup = Callable[[Sentence], Array]


def lookup(words: list[str], vectors: Array, counts: NDArray[np.int32]) -> Lookup:
    """Word vectors of a sentence from a table, as the shipped model would give them."""
    table = StaticVectors.build(words, vectors.astype(np.float32), counts)
    return lambda s: np.stack([table.vector(s.clean[a:b]) for a, b in s.spans]).astype(np.float64)


def without_components(vectors: Array, weights: Array, n: int) -> Array:
    """Centred vectors [V, D] without the `n` directions in which they vary most (arXiv:1702.01417)."""
    centred = whiten(vectors, weights, "center")
    _, axes = np.linalg.eigh((centred * weights[:, None]).T @ centred)
    top = axes[:, -n:]
    left: Array = centred - centred @ top @ top.T
    return left


def treatments(table: StaticVectors) -> Iterator[tuple[str, Lookup, float]]:
    """(name, lookup, exponent of the norm in a word's weight)."""
    raw, counts, words = table.matrix.astype(np.float64), table.counts, table.words
    weights = counts / counts.sum()
    white = whiten(raw, weights)
    for name, made in (
        ("raw", raw),
        ("without the mean", whiten(raw, weights, "center")),
        ("without the mean and 1 component", without_components(raw, weights, 1)),
        ("without the mean and 3 components", without_components(raw, weights, 3)),
        ("whitened", white),
        ("whitened, idf-like weights a / (a + p), a = 0.001", white * (1e-3 / (1e-3 + weights))[:, None]),
    ):
        yield name, lookup(words, made, counts), 1.0
    yield "whitened, square root of the norm", lookup(words, white, counts), 0.5
    yield "whitened, norm squared", lookup(words, white, counts), 2.0
    index = {word: i for i, word in enumerate(words)}
    yield "whitened, characters instead of words", lambda s: white[[index[c] for c in s.clean if c in index]], 1.0
    order = np.argsort(-counts, kind="stable")
    for size, share in ((20_000, 0.0), (8_000, 0.0), (8_000, 0.3), (3_000, 0.0), (0, 0.0)):
        keep = [i for place, i in enumerate(order) if place < size or len(words[i]) == 1]
        made = add_characters(words, white, share)
        name = f"whitened, {size:,} words, {share:.0%} of a word's characters added"
        yield name, lookup([words[i] for i in keep], made[keep], counts[keep]), 1.0


def measure(pairs: list[tuple[Sentence, Sentence, float]], vectors: Lookup, exponent: float) -> dict[str, float]:
    """Figures of the four similarities of words."""
    found: dict[str, list[float]] = {"wrd": [], "unweighted": [], "wmd": [], "cosine": []}
    for a, b, _ in pairs:
        x, y = vectors(a), vectors(b)
        cost = transport.cosine_cost(x, y)
        p, q = (transport.lengths(v) ** exponent for v in (x, y))
        found["wrd"].append(-transport.solve(p / p.sum(), q / q.sum(), cost).distance)
        found["unweighted"].append(-transport.solve(transport.uniform(x), transport.uniform(y), cost).distance)
        found["wmd"].append(-transport.wmd(x, y).distance)
        found["cosine"].append(transport.mean_cosine(x, y))
    labels = [label for *_, label in pairs]
    return {name: round(figure(scores, labels), 4) for name, scores in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/similarity"))
    parser.add_argument("--sets", nargs="+", default=["stsb_dev", "afqmc_dev", "lcqmc_dev"])
    parser.add_argument("--source", type=Path, default=Path("runs/similarity/distilled"))
    parser.add_argument("--limit", type=int, default=1_500, help="pairs of each set")
    args = parser.parse_args()
    table = StaticVectors.load(args.source)
    sets: dict[str, list[tuple[Sentence, Sentence, float]]] = {}
    for name in args.sets:
        sets[name] = []
        for a, b, label in rows_of(args.data / f"{name}.jsonl")[: args.limit]:
            try:
                sets[name].append((prepare(a), prepare(b), label))
            except InputError:
                continue
    for treatment, vectors, exponent in treatments(table):
        for name, pairs in sets.items():
            print(json.dumps({"treatment": treatment, "data": name, **measure(pairs, vectors, exponent)}), flush=True)


if __name__ == "__main__":
    main()
