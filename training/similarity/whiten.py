"""Make distilled word vectors isotropic and small enough to ship.

    python -m training.similarity.whiten runs/similarity/distilled assets/models/similarity-static

What all words share (their mean and the directions in which frequent words differ most) says nothing about meaning but
dominates every cosine. Whitening by the words' frequencies (arXiv:2103.15316, spaces.ac.cn/archives/8069, there for
sentences) takes it out; and since it shortens frequent words, norms say still better how telling a word is, which is
what Word Rotator's Distance takes them for.

Only the most frequent words keep vectors of their own: a rarer word is as well served by the sum of its characters,
which `core.similarity.static` gives to any word it lacks. `training.similarity.ablate` measures all this on dev.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.similarity.static import StaticVectors

_FLOOR = 1e-3  # of the mean variance, added to all: keeps the last directions from being noise blown up


def whiten(vectors: NDArray[np.float64], weights: NDArray[np.float64], mode: str = "whiten") -> NDArray[np.float64]:
    """Vectors [V, D] with mean 0 and, by "whiten", unit covariance, under word probabilities `weights` [V].

    "center" takes out the mean only; "raw" changes nothing.
    """
    if mode == "raw":
        return vectors
    centred = vectors - weights @ vectors
    if mode == "center":
        return centred
    variances, axes = np.linalg.eigh((centred * weights[:, None]).T @ centred)
    made: NDArray[np.float64] = centred @ (axes / np.sqrt(variances + _FLOOR * variances.mean()))
    return made


def add_characters(words: list[str], vectors: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Each vector [V, D] plus `share` of the sum of its word's characters; of words without known ones, of itself."""
    index = {word: i for i, word in enumerate(words)}
    made = vectors.copy()
    for i, word in enumerate(words):
        known = [] if word.isascii() else [index[c] for c in word if c in index]
        made[i] += share * (vectors[known].sum(0) if known else vectors[i])
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--mode", default="whiten", choices=["whiten", "center", "raw"])
    parser.add_argument("--vocabulary", type=int, default=8_000, help="most frequent words to keep, beside characters")
    parser.add_argument("--characters", type=float, default=0.0, help="share of its characters added to a word")
    args = parser.parse_args()
    table = StaticVectors.load(args.source)
    made = whiten(table.matrix.astype(np.float64), table.counts / table.counts.sum(), args.mode)
    vectors = add_characters(table.words, made, args.characters).astype(np.float32)
    order = np.argsort(-table.counts, kind="stable")
    keep = [i for place, i in enumerate(order) if place < args.vocabulary or len(table.words[i]) == 1]
    StaticVectors.build([table.words[i] for i in keep], vectors[keep], table.counts[keep]).save(args.target)
    size = sum(f.stat().st_size for f in args.target.glob("*.*"))
    print(f"{args.target}: {len(keep):,} words, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
