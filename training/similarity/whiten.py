"""Make trained word vectors isotropic and small enough to ship.

    python -m training.similarity.whiten runs/similarity/word2vec assets/models/similarity-static

What all words share (their mean and the directions in which frequent words differ most) says nothing about meaning but
dominates every cosine. Whitening by the words' frequencies (arXiv:2103.15316, spaces.ac.cn/archives/8069, there for
sentences) takes it out; and since it shortens frequent words, norms come to say how telling a word is, which is what
Word Rotator's Distance takes them for.
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--mode", default="whiten", choices=["whiten", "center", "raw"])
    parser.add_argument("--vocabulary", type=int, default=30_000, help="keep so many words, the most frequent")
    args = parser.parse_args()
    table = StaticVectors.load(args.source)
    made = whiten(table.matrix.astype(np.float64), table.counts / table.counts.sum(), args.mode).astype(np.float32)
    keep = np.argsort(-table.counts, kind="stable")[: args.vocabulary]
    StaticVectors.build([table.words[i] for i in keep], made[keep], table.counts[keep]).save(args.target)
    size = sum(f.stat().st_size for f in args.target.glob("*.*"))
    print(f"{args.target}: {len(keep):,} words, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
