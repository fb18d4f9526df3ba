"""Transport against scipy's linear programme, and what makes a distance a distance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from core.similarity import transport
from core.similarity.transport import (
    centroid_bound,
    cosine_cost,
    directions,
    euclidean_cost,
    importance,
    mean_cosine,
    relaxed_bound,
    solve,
    wmd,
    wrd,
)


def linear_programme(p: np.ndarray, q: np.ndarray, cost: np.ndarray) -> float:
    """Optimal transport as the post writes it: minimise <cost, plan> with row sums p and column sums q."""
    n, m = cost.shape
    rows, columns = np.zeros((n, n, m)), np.zeros((m, n, m))
    rows[range(n), range(n), :] = 1
    columns[range(m), :, range(m)] = 1
    equalities = np.concatenate([rows, columns]).reshape(n + m, n * m)
    # One equality follows from the others; leaving it out keeps rounding from making them contradict.
    found = linprog(cost.ravel(), A_eq=equalities[:-1], b_eq=np.concatenate([p, q])[:-1])
    assert found.status == 0
    return float(found.fun)


def test_equal_to_a_linear_programme_on_random_pairs() -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):
        n, m = rng.integers(1, 13, 2)
        a, b = rng.normal(size=(n, 8)), rng.normal(size=(m, 8))
        if rng.random() < 0.2:  # repeated words: many plans are optimal
            a[:] = a[0]
        assert wrd(a, b).distance == pytest.approx(
            linear_programme(importance(a), importance(b), cosine_cost(a, b)), abs=1e-6
        )
        assert wmd(a, b).distance == pytest.approx(
            linear_programme(transport.uniform(a), transport.uniform(b), euclidean_cost(a, b)), abs=1e-6
        )


def bags(least: int = 1) -> Any:
    numbers = st.floats(-4, 4, width=16)
    return (
        st.integers(least, 8)
        .flatmap(lambda n: arrays(np.float64, (n, 3), elements=numbers))
        .filter(lambda v: bool((np.linalg.norm(v, axis=1) > 1e-3).all()))
    )


@settings(max_examples=150, deadline=None)
@given(a=bags(), b=bags())
def test_symmetry_bounds_and_a_plan_that_moves_everything(a: np.ndarray, b: np.ndarray) -> None:
    for measure in (wrd, wmd):
        there, back = measure(a, b), measure(b, a)
        assert there.distance == pytest.approx(back.distance, abs=1e-9)
        assert there.distance >= 0
    found = wrd(a, b)
    assert found.distance <= 2 + 1e-9
    assert (found.plan >= 0).all()
    np.testing.assert_allclose(found.plan.sum(1), importance(a), atol=1e-9)
    np.testing.assert_allclose(found.plan.sum(0), importance(b), atol=1e-9)


@settings(max_examples=150, deadline=None)
@given(a=bags(), b=bags())
def test_lower_bounds_are_below_and_prices_prove_the_optimum(a: np.ndarray, b: np.ndarray) -> None:
    p, q, cost = importance(a), importance(b), cosine_cost(a, b)
    found = solve(p, q, cost)
    assert centroid_bound(p, a, q, b) <= found.distance + 1e-9
    assert relaxed_bound(p, q, cost) <= found.distance + 1e-9
    assert (found.prices_a[:, None] + found.prices_b[None] <= cost + 1e-7).all()
    assert found.prices_a @ p + found.prices_b @ q == pytest.approx(found.distance, abs=1e-7)


@settings(max_examples=100, deadline=None)
@given(a=bags(), seed=st.integers(0, 100))
def test_identity_whatever_the_order_of_the_words(a: np.ndarray, seed: int) -> None:
    shuffled = np.random.default_rng(seed).permutation(a)
    assert wrd(a, a).distance == 0.0
    assert wmd(a, a).distance == 0.0
    assert 1 - wrd(a, shuffled).distance == 1.0
    assert mean_cosine(a, a) == 1.0


@settings(max_examples=100, deadline=None)
@given(a=bags(), b=bags(), c=bags())
def test_wmd_keeps_the_triangle_inequality(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> None:
    assert wmd(a, c).distance <= wmd(a, b).distance + wmd(b, c).distance + 1e-7


@settings(max_examples=100, deadline=None)
@given(a=bags(), b=bags(), scale=st.floats(0.1, 10))
def test_wrd_does_not_depend_on_the_unit_of_length(a: np.ndarray, b: np.ndarray, scale: float) -> None:
    assert wrd(a * scale, b).distance == pytest.approx(wrd(a, b).distance, abs=1e-9)


def test_by_hand() -> None:
    a, b = np.array([[3.0, 0.0], [0.0, 1.0]]), np.array([[2.0, 0.0], [-2.0, 0.0]])
    # 1/2 stays where it is for nothing, 1/4 turns right round for 2, 1/4 turns a quarter for 1
    assert wrd(a, b).distance == pytest.approx(0.75)
    assert wmd(a, b).distance == pytest.approx(0.5 * 1 + 0.5 * 5**0.5)


def test_a_word_of_no_length_weighs_nothing() -> None:
    a = np.array([[1.0, 0.0], [0.0, 0.0]])
    assert wrd(a, a[:1]).distance == 0.0
    np.testing.assert_array_equal(directions(a), a)
    assert cosine_cost(a, a).tolist() == [[0.0, 1.0], [1.0, 0.0]]
    assert importance(np.zeros((3, 2))).tolist() == [1 / 3] * 3


@pytest.mark.parametrize(
    ("p", "q", "cost"),
    [
        ([1.0], [2.0], [[0.0]]),
        ([1.5, -0.5], [1.0], [[0.0], [0.0]]),
        ([1.0], [1.0], [[np.nan]]),
        ([0.0], [0.0], [[0.0]]),
    ],
)
def test_what_is_no_transport_problem_is_refused(p: list[float], q: list[float], cost: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="weights"):
        solve(np.array(p), np.array(q), np.array(cost))
