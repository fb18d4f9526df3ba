"""A slice of the hostile requests of `make fuzz`, the same every time."""

from __future__ import annotations

from benchmarks.fuzz import run
from tests.apart import apart


def test_hostile_requests_are_answered_or_refused(server: str) -> None:
    outcomes = apart(lambda: run(server, 300, 1))
    assert not outcomes.faults, "\n".join(outcomes.faults[:20])
    assert len(outcomes.counts) > 15, "few ways in were tried"
