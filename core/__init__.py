"""Modou's inference package: `core.load(task)` gives a pipeline from text to a result, with no user interface in it."""

from __future__ import annotations

from core.catalog import TASKS
from core.errors import InputError
from core.pipeline import Pipeline, Result

__version__ = "0.1.0"

__all__ = ["TASKS", "InputError", "Pipeline", "Result", "load"]


def load(task: str, model: str | None = None, device: str | None = None) -> Pipeline:
    """The pipeline for `task`, loaded at the first call and shared by all later ones with the same arguments.

    Args:
        task: one of `TASKS`.
        model: a folder or a Hugging Face Hub id; None for the model that ships with the package, or the name of another
            one that does (`core.catalog.bundled`).
        device: a torch device; None for a GPU where there is one, else the CPU.

    Raises:
        InputError: no such task, or no usable model at `model`; Busy where a cluster has it (MODOU_REMOTE) and does
            not answer.
    """
    from core import catalog, remote, runtime

    checkpoint = catalog.find(task, model)
    base = remote.address()
    if base and checkpoint.ships:
        return runtime.load_once(
            (task, checkpoint.name, base), lambda: remote.connect(catalog.pipeline_class(task), checkpoint.name, base)
        )
    where = runtime.pick_device(device)
    return runtime.load_once(
        (task, str(checkpoint.folder), str(where)), lambda: catalog.open_pipeline(checkpoint, where)
    )
