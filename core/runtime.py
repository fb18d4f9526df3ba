"""Devices, threads, loading once, and batching across threads."""

from __future__ import annotations

import contextlib
import math
import os
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

from core.errors import InputError

T = TypeVar("T")
In = TypeVar("In")
Out = TypeVar("Out")

_loaded: dict[Hashable, Any] = {}
_loading: dict[Hashable, threading.Lock] = {}
_guard = threading.Lock()
_observers: list[Callable[[Hashable, float], None]] = []


def cores() -> int:
    """Cores this process may use: its affinity, further limited by a container's quota."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = Path("/sys/fs/cgroup/cpu.max")
    if quota.is_file():
        allowed, period = quota.read_text().split()
        if allowed != "max":
            usable = min(usable, math.ceil(int(allowed) / int(period)))
    return max(1, usable)


def configure() -> None:
    """Threads capped to the usable cores (torch counts the host's in a container); no progress bars, no advice."""
    import torch
    import transformers

    if torch.get_num_threads() > cores():
        torch.set_num_threads(cores())
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()


def pick_device(name: str | None) -> str:
    """The device called `name`; without a name a GPU where there is one, else the CPU.

    Raises:
        InputError: torch knows no such device.
    """
    import torch

    # ZeroGPU (a kind of Space) says that there is one, but lends it to single calls only.
    has_gpu = torch.cuda.is_available() and os.environ.get("SPACES_ZERO_GPU") != "true"
    try:
        return str(torch.device(name or ("cuda" if has_gpu else "cpu")))
    except RuntimeError as error:
        raise InputError(f"没有设备 {name!r}", f"there is no device {name!r}") from error


def load_once(key: Hashable, load: Callable[[], T]) -> T:
    """`load()` at the first call with `key`, its value ever after; threads that come meanwhile wait for that value.

    A load that fails is not remembered: the next call tries again.
    """
    if key in _loaded:
        found: T = _loaded[key]
        return found
    with _guard:
        lock = _loading.setdefault(key, threading.Lock())
    with lock:
        if key not in _loaded:
            begin = time.perf_counter()
            _loaded[key] = load()
            for observer in _observers:
                observer(key, time.perf_counter() - begin)
        made: T = _loaded[key]
        return made


def forget(key: Hashable) -> bool:
    """Let go of what was loaded with `key`; whoever uses it keeps it until they are done. Whether it was there."""
    with _guard:
        found = _loaded.pop(key, None) is not None
    release()
    return found


def release() -> None:
    """Give memory that nobody uses back to the system."""
    import ctypes
    import gc

    gc.collect()
    with contextlib.suppress(AttributeError, OSError):  # another C library than glibc
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def memory() -> int:
    """Bytes of memory that this process has; 0 where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    import resource

    return int(pages) * resource.getpagesize()


def on_load(observer: Callable[[Hashable, float], None]) -> None:
    """Have `observer` told of each load to come: its key and the seconds it took."""
    _observers.append(observer)


def loaded() -> tuple[Hashable, ...]:
    """Keys of what has been loaded."""
    return tuple(_loaded)


class _Ticket(Generic[In, Out]):
    def __init__(self, item: In) -> None:
        self.item = item
        self.done = threading.Event()
        self.value: Out | None = None
        self.error: BaseException | None = None


class MicroBatcher(Generic[In, Out]):
    """Runs items that arrive while the model is busy as one batch, in the order they came.

    No timer: an idle model starts at once on whatever is there, so a lone request pays nothing. The thread that finds
    the model idle serves everybody waiting, up to `max_batch` items at a time.
    """

    def __init__(self, run: Callable[[Sequence[In]], Sequence[Out]], max_batch: int) -> None:
        self._run = run
        self._max_batch = max_batch
        self._waiting: list[_Ticket[In, Out]] = []
        self._queue = threading.Lock()
        self._model = threading.Lock()

    def __call__(self, items: Sequence[In]) -> list[Out]:
        """The outputs for `items`, in order. Raises what `run` raised for the batch an item was in."""
        tickets: list[_Ticket[In, Out]] = [_Ticket(item) for item in items]
        with self._queue:
            self._waiting.extend(tickets)
        for ticket in tickets:
            while not ticket.done.is_set():
                with self._model:
                    if not ticket.done.is_set():
                        self._serve()
        for ticket in tickets:
            if ticket.error is not None:
                raise ticket.error
        return [ticket.value for ticket in tickets]  # type: ignore[misc]

    def _serve(self) -> None:
        with self._queue:
            batch, self._waiting = self._waiting[: self._max_batch], self._waiting[self._max_batch :]
        try:
            for ticket, value in zip(batch, self._run([t.item for t in batch]), strict=True):
                ticket.value = value
        except BaseException as error:  # every thread waiting on this batch must hear of it
            for ticket in batch:
                ticket.error = error
        finally:
            for ticket in batch:
                ticket.done.set()
