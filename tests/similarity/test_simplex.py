from __future__ import annotations

import numpy as np
import pytest

from core.similarity.simplex import transport_steps
from core.similarity.transport import solve


def problem(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n, m = rng.integers(1, 16, 2)
    a, b = rng.random(n) + 0.01, rng.random(m) + 0.01
    cost = rng.random((n, m)) * 2
    if rng.random() < 0.3:  # equal weights and few different costs: ties everywhere, the method's hard case
        a[:], b[:], cost = 1, 1, np.round(cost * 2) / 2
    if rng.random() < 0.2:
        a[rng.integers(n)] = 0 if n > 1 else 1
    return a / a.sum(), b / b.sum(), cost


def test_ends_at_the_optimum_and_every_step_is_a_plan_that_costs_less() -> None:
    rng = np.random.default_rng(3)
    for _ in range(200):
        a, b, cost = problem(rng)
        found = transport_steps(a, b, cost)
        assert found.steps[-1].cost == pytest.approx(solve(a, b, cost).distance, abs=1e-9)
        for before, after in zip(found.steps, found.steps[1:], strict=False):
            assert after.cost <= before.cost + 1e-12
        for step in found.steps:
            plan = np.zeros_like(cost)
            for cell, mass in step.flow.items():
                plan[cell] = mass
            assert plan.min() >= -1e-12
            np.testing.assert_allclose(plan.sum(1), a, atol=1e-12)
            np.testing.assert_allclose(plan.sum(0), b, atol=1e-12)
        assert (found.prices_a[:, None] + found.prices_b[None] <= cost + 1e-8).all()


def test_a_step_tells_its_cycle() -> None:
    cost = np.array([[0.0, 1.0], [0.1, 5.0]])
    half = np.array([0.5, 0.5])
    first, second = transport_steps(half, half, cost).steps
    assert first.cost == pytest.approx(2.5), "cheapest first: 0 for one half, 5 for the other"
    assert second.cost == pytest.approx(0.55)
    assert second.moved == pytest.approx(0.5)
    assert second.entering == second.cycle[0]
    assert set(second.cycle) == {(0, 0), (0, 1), (1, 0), (1, 1)}
