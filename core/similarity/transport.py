"""Distances between bags of word vectors by optimal transport, and bounds that save solving it.

A sentence is a bag of vectors. Word Mover's Distance (Kusner et al. 2015, as told in spaces.ac.cn/archives/7388) moves
uniform weights at the Euclidean distance; Word Rotator's Distance (arXiv:2004.15003, the same post) takes the norm of a
vector for the weight of its word and its direction for the meaning, and moves weight at the cost 1 - cosine.

Shapes: n words in one sentence, m in the other, D dimensions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
# Below this a cost is rounding: equal directions cost nothing, so equal sentences are at distance 0 exactly.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Transport:
    """An optimal plan [n, m], its total cost, and the prices (dual potentials [n], [m]) that prove it optimal.

    plan >= 0 has `weights` as row and column sums; u_i + v_j <= cost_ij everywhere, with equality where mass moves.
    """

    distance: float
    plan: Array
    prices_a: Array
    prices_b: Array


def solve(weights_a: Array, weights_b: Array, cost: Array) -> Transport:
    """Exact optimal transport of `weights_a` [n] to `weights_b` [m] at `cost` [n, m], by POT's network simplex.

    Raises:
        ValueError: weights that are negative or do not sum to the same, or values that are not finite.
        RuntimeError: the solver did not come to an end.
    """
    a, b, c = (np.ascontiguousarray(x, dtype=np.float64) for x in (weights_a, weights_b, cost))
    total_a, total_b = a.sum(), b.sum()
    balanced = min(a.min(), b.min()) >= 0 and total_a > 0 and abs(total_a - total_b) <= 1e-6 * total_a
    if not (balanced and np.isfinite(c).all()):
        raise ValueError("weights must be non-negative with equal sums, costs finite")
    return _solve(a, b * (total_a / total_b), c)


def _solve(a: Array, b: Array, cost: Array) -> Transport:
    # `ot.emd` spends three times as long on checks as on a sentence's worth of transport.
    from ot.lp.emd_wrap import emd_c

    plan, distance, u, v, code = emd_c(a, b, cost, 1_000_000, 1)
    if code != 1:
        raise RuntimeError(f"network simplex ended with code {code}")
    return Transport(float(distance), plan, u, v)


def cosine_cost(a: Array, b: Array) -> Array:
    """1 - cosine between the rows of `a` [n, D] and of `b` [m, D]: in [0, 2], [n, m]."""
    cost = 1.0 - directions(a) @ directions(b).T
    cost[cost < _ROUNDING] = 0.0
    # Words of which a model says nothing have no direction; among themselves they do not differ.
    cost[np.ix_(~a.any(1), ~b.any(1))] = 0.0
    return cost


def euclidean_cost(a: Array, b: Array) -> Array:
    """Euclidean distances between the rows of `a` [n, D] and of `b` [m, D]: [n, m]."""
    squares_a, squares_b = (a * a).sum(1), (b * b).sum(1)
    squared = squares_a[:, None] + squares_b - 2.0 * (a @ b.T)
    # Relative to the vectors' size, for the square root magnifies what rounding leaves of equal ones.
    squared[squared < _ROUNDING * max(squares_a.max(), squares_b.max(), 1e-300)] = 0.0
    found: Array = np.sqrt(squared)
    return found


def lengths(vectors: Array) -> Array:
    """Norms [n] of the rows of `vectors` [n, D]."""
    found: Array = np.sqrt(np.einsum("nd,nd->n", vectors, vectors))
    return found


def directions(vectors: Array) -> Array:
    """The rows of `vectors` [n, D] at length 1; zero rows stay zero."""
    return vectors / np.maximum(lengths(vectors), 1e-300)[:, None]


def importance(vectors: Array) -> Array:
    """Norms of the rows of `vectors` [n, D] over their sum: [n]. Uniform where all are zero."""
    norms = lengths(vectors)
    total = norms.sum()
    return norms / total if total > 0 else uniform(vectors)


def uniform(vectors: Array) -> Array:
    """Equal weights for the rows of `vectors` [n, D]: [n]."""
    return np.full(len(vectors), 1.0 / len(vectors))


def wrd(a: Array, b: Array) -> Transport:
    """Word Rotator's Distance between word vectors [n, D] and [m, D]; in [0, 2].

    `solve(importance(a), importance(b), cosine_cost(a, b))`, with each norm computed once: at a sentence's size these
    few operations take as long as the transport.
    """
    norms_a, norms_b = lengths(a), lengths(b)
    if not (norms_a.all() and norms_b.all()):
        return solve(importance(a), importance(b), cosine_cost(a, b))
    cost = a @ b.T
    cost /= norms_a[:, None]
    cost /= norms_b
    np.subtract(1.0, cost, out=cost)
    cost *= cost >= _ROUNDING
    # Exact sums: the same words in another order get the same weights, to the last bit.
    norms_a /= math.fsum(norms_a)
    norms_b /= math.fsum(norms_b)
    return _solve(norms_a, norms_b, cost)


def wmd(a: Array, b: Array) -> Transport:
    """Word Mover's Distance between word vectors [n, D] and [m, D]; every occurrence of a word weighs the same."""
    return _solve(uniform(a), uniform(b), euclidean_cost(a, b))


def mean_cosine(a: Array, b: Array) -> float:
    """Cosine between the mean vectors of `a` [n, D] and `b` [m, D]; 0 where a mean vanishes."""
    x, y = a.mean(0), b.mean(0)
    if np.array_equal(x, y):
        return 1.0
    size = float(np.linalg.norm(x) * np.linalg.norm(y))
    return float(np.clip(x @ y / size, -1.0, 1.0)) if size > 0 else 0.0


def centroid_bound(weights_a: Array, a: Array, weights_b: Array, b: Array) -> float:
    """A lower bound of transport at the cost 1 - cosine, in (n + m) D operations: half the squared distance between the
    mean directions of the words [n, D] and [m, D], weighted by [n] and [m].

    1 - cosine is half the squared distance of unit vectors, which is convex, so the mean over any plan is at least its
    value at the means (Jensen), and the means do not depend on the plan.
    """
    gap = weights_a @ directions(a) - weights_b @ directions(b)
    return 0.5 * float(gap @ gap)


def relaxed_bound(weights_a: Array, weights_b: Array, cost: Array) -> float:
    """A lower bound of any transport: every word goes to its nearest, however full that is already; both ways."""
    return max(float(weights_a @ cost.min(1)), float(weights_b @ cost.min(0)))
