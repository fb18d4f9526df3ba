"""Coroutines in tests: where browser tests have run, the thread has an event loop already."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def apart(make: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What a coroutine gives, run on a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(make())).result()
