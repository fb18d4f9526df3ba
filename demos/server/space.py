"""What hosts of Spaces ask of an app."""

from __future__ import annotations


def declare_gpu_use() -> bool:
    """Tell ZeroGPU hardware that the app is meant to run there; whether there was anyone to tell.

    It ends an app in which nothing asks for a GPU. Nothing here does, since the small models answer on the CPU sooner
    than a GPU is lent (`core.runtime.pick_device`). The package `spaces` is on every Space; anywhere else what it makes
    of a function is that function.
    """
    try:
        import spaces  # type: ignore[import-not-found]
    except ImportError:
        return False
    spaces.GPU(_unused)
    return True


def _unused() -> None:
    """What would run on the GPU."""
