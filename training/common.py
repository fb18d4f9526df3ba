"""What every recipe needs: data files, devices, schedules, moving averages, saved states, a log."""

from __future__ import annotations

import copy
import gzip
import json
import os
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from torch import nn

Model = TypeVar("Model", bound=nn.Module)


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a file of JSON lines, gzipped where its name ends in .gz."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def pick_device(name: str) -> torch.device:
    """The device called `name`; "auto" is a GPU where there is one."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)


@cache
def pick_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 where matrices multiply faster in it than in float32, measured the first time it is asked.

    CPUs without bf16 instructions emulate them at a quarter of the float32 speed; those with them double it.
    """
    if device.type == "cuda":
        return torch.bfloat16
    seconds = {}
    for dtype in (torch.float32, torch.bfloat16):
        a, b = torch.randn(512, 512, dtype=dtype), torch.randn(512, 512, dtype=dtype)
        a @ b
        begin = time.perf_counter()
        for _ in range(5):
            a @ b
        seconds[dtype] = time.perf_counter() - begin
    return min(seconds, key=lambda dtype: seconds[dtype])


def trapezoid(progress: float, warmup: float = 0.03, decay: float = 0.3) -> float:
    """Learning-rate factor at `progress` in [0, 1]: linear warm-up, flat, linear decay to 0.

    Flat until late, so that a run can be prolonged from a checkpoint (warmup-stable-decay, arXiv:2404.06395).
    """
    if progress < warmup:
        return max(progress / warmup, 0.02)
    return min(1.0, max(0.0, (1.0 - progress) / decay))


class MovingAverage(Generic[Model]):
    """Exponential moving average of a model's weights; `model` is the averaged copy."""

    def __init__(self, model: Model, decay: float) -> None:
        self.model = copy.deepcopy(model)
        self.model.eval()
        self.model.requires_grad_(False)
        self.decay = decay
        self.updates = 0

    @torch.no_grad()
    def update(self, model: Model) -> None:
        self.updates += 1
        # A young average would mostly remember the initial weights.
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        mine, theirs = self.model.state_dict(), model.state_dict()
        floats = [k for k, v in mine.items() if v.is_floating_point()]
        torch._foreach_lerp_([mine[k] for k in floats], [theirs[k] for k in floats], 1 - decay)


def save_state(path: Path, **parts: object) -> None:
    """Write atomically: a run that is killed while it saves leaves the previous state whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save(parts, partial)
    os.replace(partial, path)


def write_figures(folder: Path, **figures: float) -> None:
    """Add measured figures to `folder/figures.json`, where the interface finds them."""
    path = folder / "figures.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    path.write_text(json.dumps(known | {k: round(v, 4) for k, v in figures.items()}, indent=2) + "\n", encoding="utf-8")


class Log:
    """JSON lines of figures beside the checkpoint, one per report."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path

    def write(self, **figures: float | int | str) -> None:
        with self.path.open("a", encoding="utf-8") as out:
            out.write(json.dumps({k: round(v, 5) if isinstance(v, float) else v for k, v in figures.items()}) + "\n")
