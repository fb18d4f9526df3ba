"""Checkpoints of the host's choosing beside those that ship: which may be asked for, loaded and let go.

The host lists Hub ids and folders in $MODOU_MODELS, separated by commas; a visitor may name nothing else.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from core import catalog, inspection, runtime, tasks
from core.errors import InputError

if TYPE_CHECKING:
    from core.pipeline import AnyPipeline

VARIABLE = "MODOU_MODELS"

Stage = Literal["download", "read", "pack"]
# What is being done, how much of it is done and of how much: bytes of a download, tensors that are read, matrices that
# are made 8 bits.
Report = Callable[[Stage, float, float], None]


@dataclass(frozen=True)
class Loaded:
    """A checkpoint at work: the seconds that loading took, and the bytes that its weights hold in memory."""

    seconds: float
    held: int


_loaded: dict[tuple[str, str], Loaded] = {}
# One at a time: a large model takes twice its memory while it is loaded.
_lock = threading.Lock()


def listed() -> dict[str, str]:
    """What the host allows, in his order: the name that visitors read → the folder or Hub id.

    A folder is shown by its last part, lest the page tell of the host's disk, unless that is the name of another.
    """
    given = [part.strip() for part in os.environ.get(VARIABLE, "").split(",") if part.strip()]
    taken = {name for task in tasks.names() for name in catalog.bundled(task)}
    found: dict[str, str] = {}
    for model in given:
        folder = inspection.is_folder(model)
        path = str(Path(model).expanduser().absolute()) if folder else model
        name = Path(path).name if folder else model
        found[path if name in taken or found.get(name, path) != path else name] = path
    return found


def offered(task: str, model: object) -> str | None:
    """What to load for a `model` that a stranger names, which ships or is listed by the host; None for the default.

    Raises:
        InputError: it is neither, or does not fit the task.
    """
    found = listed()
    if isinstance(model, str) and model in found and model not in catalog.bundled(task):
        inspect(model).task_of((task,))
        return found[model]
    names = (*catalog.bundled(task), *found)
    if model is not None and model not in names:
        raise InputError(f"没有这个模型，可用：{'、'.join(names)}", f"no such model; there are {', '.join(names)}")
    return model if isinstance(model, str) else None


def inspect(name: object) -> inspection.Facts:
    """What a listed checkpoint is (`core.inspection`). Raises InputError for one that is not on the list, too."""
    found = listed()
    if not isinstance(name, str) or name not in found:
        raise InputError(
            f"这个模型不在主机允许的名单（{VARIABLE}）上，没有载入",
            f"this model is not on the host's list ({VARIABLE}); nothing was loaded",
        )
    return inspection.inspect(found[name], name)


def load(name: str, among: tuple[str, ...], report: Report = lambda *_: None) -> tuple[str, Loaded]:
    """Load a listed checkpoint for the first of the tasks `among` that it fits: that task, and what loading took.

    Raises:
        InputError: it is not listed, fits none, or cannot be read.
    """
    from core.backbone import weights

    task = inspect(name).task_of(among)
    with _lock:
        if (task, name) not in _loaded:
            begin = time.perf_counter()
            checkpoint = _find(task, name, report)
            with _read_aloud(report):
                found = catalog.load_here(checkpoint, None)
            seconds = time.perf_counter() - begin
            runtime.release()
            _loaded[task, name] = Loaded(seconds, weights.held(found))
        return task, _loaded[task, name]


def loaded(name: str, among: tuple[str, ...]) -> tuple[str, Loaded] | None:
    """The task of `among` that a checkpoint is loaded for, and what loading took; None where it is not."""
    return next(((task, _loaded[task, name]) for task in among if (task, name) in _loaded), None)


def pipeline(name: str, among: tuple[str, ...], device: str | None = None) -> tuple[str, AnyPipeline]:
    """The task and the pipeline of a checkpoint that is loaded; with `device` read onto that one for this use alone.

    Raises:
        InputError: it is not loaded.
    """
    inspect(name)
    found = loaded(name, among)
    if found is None:
        raise InputError("请先载入这个模型", "load this model first")
    checkpoint = catalog.find(found[0], listed()[name])
    return found[0], catalog.open_pipeline(checkpoint, device) if device else catalog.load_here(checkpoint, None)


def unload(name: str, among: tuple[str, ...]) -> None:
    """Let a checkpoint go; whoever is still answered by it keeps it until then. Raises InputError as `inspect`."""
    inspect(name)
    with _lock:
        for task in among:
            if _loaded.pop((task, name), None):
                runtime.forget(catalog.key_of(catalog.find(task, listed()[name]), runtime.pick_device(None)))


def _find(task: str, name: str, report: Report) -> catalog.Checkpoint:
    model = listed()[name]
    if not inspection.is_folder(model):
        catalog.download(model, _bar(report))
    return catalog.find(task, model)


def _bar(report: Report) -> type[Any]:
    """A bar of tqdm that draws nothing and tells how many bytes have come."""
    from tqdm import tqdm

    class Bar(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            self.bytes = kwargs.get("unit") == "B"
            with Path(os.devnull).open("w") as nowhere:
                super().__init__(*args, **{k: v for k, v in kwargs.items() if k != "name"} | {"file": nowhere})
            self.disable = False

        def display(self, *_: Any, **__: Any) -> None:
            """Nothing is drawn."""

        def update(self, n: float | None = 1) -> bool | None:
            self.n += n or 0
            if self.bytes:
                report("download", self.n, self.total or 0)
            return None

        def close(self) -> None:
            """There is nothing to close."""

    return Bar


@contextmanager
def _read_aloud(report: Report) -> Iterator[None]:
    """Meanwhile the bars of transformers and `core.backbone.causal` tell how much they have read and made 8 bits."""
    from transformers.utils import logging

    def hook(make: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        items = args[0] if args else None
        if items is None or not hasattr(items, "__len__"):
            return make(*args, **kwargs)
        total = len(items)
        stage: Stage = "pack" if kwargs.get("desc") == catalog.PACKING else "read"

        def counted() -> Iterator[Any]:
            for done, item in enumerate(items, 1):
                yield item
                report(stage, done, total)

        return make(counted(), *args[1:], **kwargs)

    before = logging.set_tqdm_hook(hook)
    try:
        yield
    finally:
        logging.set_tqdm_hook(before)
