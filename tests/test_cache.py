"""One budget for all caches: what makes room, what is not kept, and what threads that ask at once get."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import pytest

from core.cache import PROCESS, Budget, Cache, budget_of_environment
from core.errors import InputError
from core.similarity.search import IndexCache
from core.text2sql import database, pipeline


def put(cache: Cache[str, str], key: str, size: int) -> str:
    return cache.get_or_build(key, lambda: key.upper(), lambda _: size)


def test_what_was_used_longest_ago_makes_room_in_whichever_cache_it_is() -> None:
    budget = Budget(100)
    tables: Cache[str, str] = Cache(budget)
    lists: Cache[str, str] = Cache(budget)
    put(tables, "a", 40), put(lists, "b", 40)
    assert put(tables, "a", 40) == "A"  # so that b is the one used longest ago
    put(lists, "c", 40)
    assert (tables.get("a"), lists.get("b"), lists.get("c")) == ("A", None, "C")
    put(tables, "d", 100)
    assert (tables.get("a"), lists.get("c"), tables.get("d")) == (None, None, "D")
    assert budget._kept.currsize == 100


def test_looking_is_using() -> None:
    cache: Cache[str, str] = Cache(Budget(100))
    put(cache, "a", 40), put(cache, "b", 40)
    assert cache.get("a") == "A"
    put(cache, "c", 40)
    assert (cache.get("a"), cache.get("b")) == ("A", None)


def test_caches_do_not_see_each_others_keys() -> None:
    budget = Budget(100)
    one: Cache[str, int] = Cache(budget)
    other: Cache[str, int] = Cache(budget)
    assert one.get_or_build("key", lambda: 1, lambda _: 1) == 1
    assert other.get("key") is None
    assert other.get_or_build("key", lambda: 2, lambda _: 1) == 2
    assert one.get("key") == 1


def test_what_is_larger_than_the_budget_is_given_but_not_kept_and_nothing_makes_room_for_it() -> None:
    budget = Budget(100)
    cache: Cache[str, str] = Cache(budget)
    put(cache, "a", 60), put(cache, "b", 40)
    assert put(cache, "huge", 101) == "HUGE"
    assert (cache.get("a"), cache.get("b"), cache.get("huge")) == ("A", "B", None)
    assert put(cache, "just", 100) == "JUST"
    assert (cache.get("a"), cache.get("just"), budget._kept.currsize) == (None, "JUST", 100)


def test_one_value_is_built_once_for_all_who_wait_and_others_meanwhile() -> None:
    cache: Cache[str, str] = Cache(Budget(100))
    built: list[str] = []
    begun, go_on = threading.Event(), threading.Event()

    def build() -> str:
        begun.set()
        assert go_on.wait(10)
        built.append("a")
        return "A"

    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(cache.get_or_build("a", build, lambda _: 1))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    assert begun.wait(10)
    assert put(cache, "b", 1) == "B", "another key does not wait"
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert built == ["a"]
    assert found == ["A"] * 4


def test_threads_that_fill_it_together_never_go_beyond_the_budget() -> None:
    budget = Budget(1_000)
    caches: list[Cache[int, int]] = [Cache(budget) for _ in range(3)]
    most = 0
    wrong: list[tuple[int, int]] = []

    def work(seed: int) -> None:
        nonlocal most
        for step in range(400):
            key = (seed * 7 + step * 13) % 50
            value = caches[step % 3].get_or_build(key, lambda key=key: key, lambda value: 20 + 5 * value)
            if value != key:
                wrong.append((key, value))
            most = max(most, budget._kept.currsize)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong
    assert 500 < most <= 1_000
    kept = [value for cache in caches for key in range(50) if (value := cache.get(key)) is not None]
    assert sum(20 + 5 * value for value in kept) == budget._kept.currsize


def test_a_failed_build_is_tried_again_by_those_who_waited_too() -> None:
    cache: Cache[int, int] = Cache(Budget(100))
    begun = threading.Event()

    def fail() -> int:
        begun.set()
        time.sleep(0.05)
        raise InputError("坏", "bad")

    found: list[int] = []

    def first() -> None:
        with pytest.raises(InputError):
            cache.get_or_build(1, fail, lambda _: 1)

    threads = [
        threading.Thread(target=first),
        threading.Thread(target=lambda: begun.wait(10) and found.append(cache.get_or_build(1, lambda: 5, lambda _: 1))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert found == [5]
    assert cache.get(1) == 5


def test_all_that_grows_with_what_visitors_send_shares_the_budget_of_the_process() -> None:
    caches = (database._DATABASES, pipeline._LINKERS, IndexCache()._indexes)
    assert all(cache._budget is PROCESS for cache in caches)


def test_nothing_is_kept_when_python_ends_though_somebody_holds_a_cache() -> None:
    code = """
import sys
from core.cache import Cache

class Value:
    def __del__(self):
        print("gone", sys.is_finalizing())

cache = Cache()
cache.get_or_build("a", Value, lambda _: 1)
sys.modules["builtins"].held = cache
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout == "gone False\n", run.stderr


def test_the_environment_sets_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    for given, wanted in (("3", 3_000_000), ("0", 0), ("-1", 0), ("", 512_000_000)):
        monkeypatch.setenv("MODOU_CACHE_MB", given)
        assert budget_of_environment().most_bytes == wanted
    monkeypatch.setenv("MODOU_CACHE_MB", "a lot")
    with pytest.raises(ValueError, match="a lot"):
        budget_of_environment()
    code = "from core.cache import PROCESS; print(PROCESS.most_bytes)"
    run = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"MODOU_CACHE_MB": "7"}, capture_output=True, text=True
    )
    assert run.stdout.strip() == "7000000"
