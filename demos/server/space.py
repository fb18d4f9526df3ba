"""What hosts of Spaces ask of an app."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

Work = TypeVar("Work", bound=Callable[..., Any])


def on_gpu(work: Work) -> Work:
    """`work`, to each of whose calls ZeroGPU lends a GPU: in a process of its own, so what goes in and out is copied.

    For checkpoints of the host's choosing, which may be large; our own small models answer on the CPU sooner than a GPU
    is lent (`core.runtime.pick_device`). ZeroGPU ends an app in which nothing asks for a GPU. The package `spaces` is
    on every Space; where it is not, this is `work` itself.
    """
    try:
        import spaces  # type: ignore[import-not-found]
    except ImportError:
        return work
    lent: Work = spaces.GPU(work)
    return lent


def lent_device() -> str | None:
    """The device that `on_gpu` lends on ZeroGPU; None elsewhere."""
    return "cuda" if os.environ.get("SPACES_ZERO_GPU") == "true" else None
