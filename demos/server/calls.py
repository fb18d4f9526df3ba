"""Requests of visitors: what a view's script asks outside Gradio's events, and long work that can be stopped.

Any JSON may come from a script, and what is wrong with it is part of the answer.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from core.errors import Busy, InputError
from demos.server import monitoring

Json = dict[str, Any]


def answering(handle: Callable[[Json], Json]) -> Callable[[Any], Json]:
    """`handle` as the page calls it: {error: {zh, en}} for what it refuses, with {busy} where asking again helps."""

    name = f"{handle.__module__.rpartition('.')[2]}.{handle.__name__}"

    @functools.wraps(handle)
    def answer(request: Any) -> Json:
        try:
            with monitoring.observed(name):
                if not isinstance(request, dict):
                    raise InputError("请求应为对象", "the request must be an object")
                return handle(request)
        except InputError as error:
            return error.to_dict() | ({"busy": True} if isinstance(error, Busy) else {})
        except Exception as error:
            monitoring.unexpected(name, error)
            return monitoring.FAULT.to_dict()

    return answer


@contextmanager
def place(slots: threading.BoundedSemaphore) -> Iterator[None]:
    """One of the places at the model. Raises Busy at once where none is free."""
    if not slots.acquire(blocking=False):
        raise Busy
    try:
        yield
    finally:
        slots.release()


def clean(text: str) -> str:
    """`text` without halves of emoji, which no encoder can send."""
    return text.encode("utf-8", "replace").decode("utf-8")


class Stoppable:
    """Long work of one kind, at most one at a time for each visitor: a newer one ends the one before."""

    def __init__(self) -> None:
        self._running: dict[str, threading.Event] = {}

    @contextmanager
    def run(self, session: str | None) -> Iterator[threading.Event]:
        """An event that is set when this visitor stops the work, leaves, or starts the next."""
        stop = threading.Event()
        if session:
            self.stop(session)
            self._running[session] = stop
        try:
            yield stop
        finally:
            if session and self._running.get(session) is stop:
                del self._running[session]

    def stop(self, session: str | None) -> bool:
        """End the work of this visitor; whether there was any."""
        stop = self._running.get(session or "")
        if stop is not None:
            stop.set()
        return stop is not None
