"""Dropout that a CPU draws fast."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn


class ByteDropout(nn.Module):
    """`nn.Dropout` with a byte of noise per element: p is rounded to 1/256.

    The library draws one element after another on one thread, which is a sixth of a training step on two cores.
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p  # attention asks for it and drops by itself
        self.below = round(256 * p)
        self.noise = np.random.Generator(np.random.SFC64(torch.initial_seed()))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training or not self.below:
            return x
        bytes_ = np.frombuffer(bytearray(self.noise.bytes(x.numel())), dtype=np.uint8)
        kept = (torch.from_numpy(bytes_) >= self.below).view(x.shape)
        return x * kept.to(x.dtype).mul_(256 / (256 - self.below))


def drop_bytes(model: nn.Module) -> None:
    """Put `ByteDropout` in the place of every dropout of `model`."""
    for module in list(model.modules()):
        for name, child in module.named_children():
            if type(child) is nn.Dropout:
                setattr(module, name, ByteDropout(child.p))
