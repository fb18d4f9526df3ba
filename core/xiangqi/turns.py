"""Whose turn it is to think: one at a time, in the order they came, and the more wait, the shorter each thinks."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.errors import Busy

# How often somebody who waits looks whether they still want to.
_GLANCE = 0.1


class Turns:
    """A queue in front of something that one can use at a time; `most` may wait, others are told that it is busy."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._line: deque[object] = deque()
        self._changed = threading.Condition()

    @property
    def waiting(self) -> int:
        """How many wait for the one whose turn it is."""
        return max(0, len(self._line) - 1)

    @contextmanager
    def turn(self, given_up: Callable[[], bool]) -> Iterator[bool]:
        """Wait for one's turn; False where `given_up()` came first. Raises Busy at once where too many wait."""
        me = object()
        with self._changed:
            if len(self._line) > self._most:
                raise Busy
            self._line.append(me)
        try:
            with self._changed:
                while self._line[0] is not me and not given_up():
                    self._changed.wait(_GLANCE)
                mine = self._line[0] is me
            yield mine
        finally:
            with self._changed:
                self._line.remove(me)
                self._changed.notify_all()
