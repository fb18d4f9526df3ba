from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import pytest

from core.runtime import MicroBatcher, cores, load_once


def test_threads_that_ask_together_get_one_object_loaded_once() -> None:
    loads: list[int] = []

    def load() -> object:
        loads.append(1)
        time.sleep(0.05)
        return object()

    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(load_once("test-once", load))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loads) == 1
    assert len(found) == 8
    assert len(set(map(id, found))) == 1


def test_a_failed_load_is_tried_again() -> None:
    def fail() -> object:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        load_once("test-again", fail)
    assert load_once("test-again", lambda: "whole") == "whole"


def test_batcher_answers_every_thread_with_its_own_items_and_batches_what_waits() -> None:
    sizes: list[int] = []

    def run(items: Sequence[int]) -> list[int]:
        sizes.append(len(items))
        time.sleep(0.01)
        return [2 * i for i in items]

    batcher = MicroBatcher[int, int](run, max_batch=8)
    answers: dict[int, list[int]] = {}

    def ask(n: int) -> None:
        answers[n] = batcher([n, n + 100])

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {n: [2 * n, 2 * n + 200] for n in range(20)}
    assert sum(sizes) == 40
    assert max(sizes) <= 8
    assert len(sizes) < 20, "nothing was batched"


def test_batcher_passes_an_error_on_and_lives() -> None:
    def run(items: Sequence[int]) -> list[float]:
        return [1 / i for i in items]

    batcher = MicroBatcher[int, float](run, max_batch=4)
    with pytest.raises(ZeroDivisionError):
        batcher([0])
    assert batcher([4, 2]) == [0.25, 0.5]
    assert batcher([]) == []


def test_there_is_at_least_one_core() -> None:
    assert cores() >= 1
