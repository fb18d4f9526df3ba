"""The transport problem solved by hand, so to speak: every step of the transportation simplex method.

`core.similarity.transport.solve` is what computes distances; this is for looking at. Start by moving mass where it is
cheapest; then, as long as some unused route would be cheaper than its prices say, send mass round the cycle that the
route closes (the stepping-stone method of Charnes and Cooper, 1954, priced by Dantzig's potentials).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.similarity.transport import Array

Cell = tuple[int, int]
# A route must be cheaper than its prices by more than rounding to be worth taking.
_GAIN = 1e-9
_MOST_STEPS = 2_000


@dataclass(frozen=True)
class Step:
    """A plan on the way: `flow` of each route in use, `cost` of all. `entering` is the route just taken up, `cycle` the
    routes whose flow changed with it (gaining and losing in turn), `moved` by how much; all empty at the start."""

    flow: dict[Cell, float]
    cost: float
    entering: Cell | None = None
    cycle: tuple[Cell, ...] = ()
    moved: float = 0.0


@dataclass(frozen=True)
class Solution:
    """All steps, the last being optimal, and the prices [n], [m] that prove it: u_i + v_j <= cost_ij everywhere."""

    steps: tuple[Step, ...]
    prices_a: Array
    prices_b: Array


def transport_steps(weights_a: Array, weights_b: Array, cost: Array) -> Solution:
    """The transportation simplex method from the cheapest-first plan to an optimal one.

    Steps that move nothing (they only change which empty route counts as in use) are taken but not told.

    Raises:
        RuntimeError: no end after 2,000 steps.
    """
    flow = _cheapest_first(weights_a, weights_b * (weights_a.sum() / weights_b.sum()), cost)
    steps = [Step(dict(flow), _total(flow, cost))]
    stuck = 0
    for _ in range(_MOST_STEPS):
        u, v = _prices(flow, cost)
        gain = u[:, None] + v[None] - cost
        if gain.max() <= _GAIN:
            return Solution(tuple(steps), u, v)
        # The greatest gain first; when that moves nothing for long, Bland's rule, which cannot go in circles.
        pick = int(gain.argmax()) if stuck < 20 else int(np.flatnonzero(gain.ravel() > _GAIN)[0])
        entering = divmod(pick, cost.shape[1])
        cycle = _cycle(flow, entering)
        losing = cycle[1::2]
        moved = min(flow[cell] for cell in losing)
        leaving = min(cell for cell in losing if flow[cell] == moved)
        flow[entering] = 0.0
        for place, cell in enumerate(cycle):
            flow[cell] += -moved if place % 2 else moved
        del flow[leaving]
        stuck = stuck + 1 if moved <= 1e-15 else 0
        if moved > 1e-15:
            steps.append(Step(dict(flow), _total(flow, cost), entering, tuple(cycle), moved))
    raise RuntimeError("the simplex method did not come to an end")


def _total(flow: dict[Cell, float], cost: Array) -> float:
    return float(sum(mass * cost[cell] for cell, mass in flow.items()))


def _cheapest_first(a: Array, b: Array, cost: Array) -> dict[Cell, float]:
    """A feasible plan of n + m - 1 routes that form a tree: fill the cheapest route, close its row or column, go on."""
    left_a, left_b = a.astype(float).copy(), b.astype(float).copy()
    open_a, open_b = set(range(len(a))), set(range(len(b)))
    flow: dict[Cell, float] = {}
    for cell in zip(*np.unravel_index(np.argsort(cost, axis=None, kind="stable"), cost.shape), strict=True):
        i, j = int(cell[0]), int(cell[1])
        if i not in open_a or j not in open_b:
            continue
        mass = min(left_a[i], left_b[j])
        flow[i, j] = float(mass)
        left_a[i] -= mass
        left_b[j] -= mass
        # Exactly one of the two is closed, so that the routes stay a tree also when both run out at once.
        if (left_a[i] <= left_b[j] and len(open_a) > 1) or len(open_b) == 1:
            open_a.discard(i)
        else:
            open_b.discard(j)
    return flow


def _neighbours(flow: dict[Cell, float], node: tuple[int, int]) -> Iterator[tuple[tuple[int, int], Cell]]:
    """Nodes are (0, row) and (1, column); routes in use join them."""
    side, number = node
    for cell in flow:
        if cell[side] == number:
            yield (1 - side, cell[1 - side]), cell


def _prices(flow: dict[Cell, float], cost: Array) -> tuple[Array, Array]:
    """Potentials with u_i + v_j = cost_ij on every route in use, u_0 = 0."""
    prices = (np.zeros(cost.shape[0]), np.zeros(cost.shape[1]))
    seen, queue = {(0, 0)}, deque([(0, 0)])
    while queue:
        node = queue.popleft()
        for other, cell in _neighbours(flow, node):
            if other not in seen:
                prices[other[0]][other[1]] = cost[cell] - prices[node[0]][node[1]]
                seen.add(other)
                queue.append(other)
    return prices


def _cycle(flow: dict[Cell, float], entering: Cell) -> list[Cell]:
    """The cycle that `entering` closes in the tree, beginning with it; every second route loses mass."""
    start, goal = (1, entering[1]), (0, entering[0])
    came: dict[tuple[int, int], tuple[tuple[int, int], Cell]] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        if node == goal:
            break
        for other, cell in _neighbours(flow, node):
            if other != start and other not in came:
                came[other] = node, cell
                queue.append(other)
    path: list[Cell] = []
    node = goal
    while node != start:
        node, cell = came[node]
        path.append(cell)
    return [entering, *path]
