from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.triples.tags import calibrated, spans


def tags(length: int, starts: dict[int, float], ends: dict[int, float]) -> np.ndarray:
    found = np.zeros((length, 2))
    for i, p in starts.items():
        found[i, 0] = p
    for i, p in ends.items():
        found[i, 1] = p
    return found


def test_a_start_takes_the_nearest_convincing_end() -> None:
    assert spans(tags(10, {1: 0.9, 5: 0.8}, {3: 0.9, 6: 1.0})) == [
        (1, 3, pytest.approx(0.81)),
        (5, 6, pytest.approx(0.8)),
    ]


def test_a_faint_end_in_between_does_not_cut_a_span_short() -> None:
    assert [s[:2] for s in spans(tags(10, {1: 0.9}, {2: 0.15, 4: 0.95}))] == [(1, 4)]


def test_nested_spans_share_an_end() -> None:
    assert [s[:2] for s in spans(tags(10, {1: 0.9, 3: 0.9}, {6: 0.9}))] == [(1, 6), (3, 6)]


def test_a_single_token_is_a_span_and_an_end_before_its_start_is_none() -> None:
    assert [s[:2] for s in spans(tags(5, {2: 0.9}, {2: 0.9}))] == [(2, 2)]
    assert spans(tags(5, {3: 0.9}, {1: 0.9})) == []
    assert spans(tags(5, {}, {})) == []


probability = st.floats(min_value=0, max_value=1)


@given(st.lists(st.tuples(probability, probability), min_size=1, max_size=30))
def test_spans_are_in_range_ordered_and_scored_as_probabilities(pairs: list[tuple[float, float]]) -> None:
    found = spans(np.array(pairs))
    assert all(0 <= a <= b < len(pairs) and 0 < p <= 1 for a, b, p in found)
    assert [a for a, _, _ in found] == sorted({a for a, _, _ in found})


@given(probability, probability)
def test_calibration_keeps_order_and_range(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert 0 <= calibrated(low, (0.7, -0.3)) <= calibrated(high, (0.7, -0.3)) <= 1


def test_neutral_calibration_changes_nothing() -> None:
    assert calibrated(0.37, (1.0, 0.0)) == pytest.approx(0.37)
