"""What the process keeps because making it again takes long: caches that share one budget of bytes."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from cachetools import LRUCache

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

VARIABLE = "MODOU_CACHE_MB"
# Enough for a list of 100,000 sentences and some tables beside it, or for one of the largest tables.
_USUAL_MB = 512


class Budget:
    """Bytes for all caches that share it. Where they are used up, what was used longest ago makes room, in whichever
    cache it is; what is larger than the whole budget is not kept. Threads may share it."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._kept: LRUCache[Hashable, tuple[Any, int]] = LRUCache(most_bytes, getsizeof=lambda entry: entry[1])
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> tuple[Any, int] | None:
        """The value kept under `key` with its size, or None; it has been used just now."""
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: Hashable, value: Any, size: int) -> None:
        """Keep `value` of `size` bytes under `key`, unless it is larger than the budget."""
        if size <= self.most_bytes:
            with self._lock:
                self._kept[key] = (value, size)

    def clear(self) -> None:
        """Keep nothing of what there is."""
        with self._lock:
            self._kept.clear()


def budget_of_environment() -> Budget:
    """As many megabytes (of 1,000,000 bytes) as $MODOU_CACHE_MB says, usually 512.

    Raises:
        ValueError: the variable holds no whole number.
    """
    return Budget(max(0, int(os.environ.get(VARIABLE) or _USUAL_MB)) * 1_000_000)


PROCESS = budget_of_environment()
# Whatever still holds a cache when Python ends would else hold the connections of databases, too: their library
# complains on stderr of those that outlive it.
atexit.register(PROCESS.clear)


class Cache(Generic[K, V]):
    """Values by key, kept as long as `budget` (the process's own unless told) has room for them.

    Threads may share it. A key asked for by several at once is built by one, and the others wait for it; other keys are
    built meanwhile.
    """

    def __init__(self, budget: Budget | None = None) -> None:
        self._budget = budget or PROCESS
        self._building: dict[K, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """The value of `key` if it is kept."""
        found = self._budget.get((self, key))
        return None if found is None else found[0]

    def get_or_build(self, key: K, build: Callable[[], V], size: Callable[[V], int]) -> V:
        """The value of `key`, made by `build()` if it is not kept; it counts `size(value)` bytes.

        Whatever `build` raises reaches the caller; one who waited then builds for itself, and so does one who waited
        for what turns out too large to keep.
        """
        while True:
            with self._lock:
                found = self._budget.get((self, key))
                if found is not None:
                    value: V = found[0]
                    return value
                turn = self._building.setdefault(key, threading.Lock())
            with turn:
                with self._lock:
                    if self._building.get(key) is not turn:
                        continue  # another has just finished with it: look again
                try:
                    value = build()
                    self._budget.keep((self, key), value, size(value))
                    return value
                finally:
                    with self._lock:
                        del self._building[key]
