"""A cache that forgets what was used longest ago once it holds too many bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class ByteLRU(Generic[K, V]):
    """Values by key, at most `most_bytes` of them together; the one used last stays however large it is.

    Threads may share it. A key asked for by several at once is built by one, and the others wait for it; other keys are
    built meanwhile.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._values: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._building: dict[K, threading.Lock] = {}
        self._lock = threading.Lock()

    def get_or_build(self, key: K, build: Callable[[], V], size: Callable[[V], int]) -> V:
        """The value of `key`, made by `build()` if it is not there; it counts `size(value)` bytes.

        Whatever `build` raises reaches the caller; one who waited then builds for itself.
        """
        while True:
            with self._lock:
                if key in self._values:
                    self._values.move_to_end(key)
                    return self._values[key][0]
                turn = self._building.setdefault(key, threading.Lock())
            with turn:
                with self._lock:
                    if self._building.get(key) is not turn:
                        continue  # another has just finished with it: look again
                try:
                    value = build()
                    with self._lock:
                        self._keep(key, value, size(value))
                    return value
                finally:
                    with self._lock:
                        del self._building[key]

    def _keep(self, key: K, value: V, size: int) -> None:
        self._values[key] = (value, size)
        self._bytes += size
        while len(self._values) > 1 and self._bytes > self._most:
            self._bytes -= self._values.popitem(last=False)[1][1]
