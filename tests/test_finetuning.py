"""A run that is stopped in the middle of an epoch goes on where it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from training import finetuning
from training.finetuning import FineTuning


class Model(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Linear(2, 2)
        self.head = nn.Linear(2, 1)


class Stopped(Exception):
    """As if the power went."""


def run(out: Path) -> FineTuning:
    torch.manual_seed(0)
    return FineTuning(Model(), out, steps=10, lr=0.1, head_lr=0.1, ema=0.9, device="cpu")


def weights(tuning: FineTuning) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in tuning.model.parameters()])


def test_it_goes_on_in_the_middle_of_an_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finetuning, "_SAVE_EVERY", 2)
    batches = [torch.full((1, 2), float(i)) for i in range(7)]
    seen: list[int] = []

    def loss(model: Any, batch: torch.Tensor) -> torch.Tensor:
        if len(seen) == 5:
            raise Stopped
        seen.append(int(batch[0, 0]))
        found: torch.Tensor = model.head(model.encoder(batch)).sum() ** 2
        return found

    whole = run(tmp_path / "whole")
    whole.run_epoch(batches, lambda m, b: (m.head(m.encoder(b)).sum()) ** 2)

    first = run(tmp_path / "parts")
    with pytest.raises(Stopped):
        first.run_epoch(batches, loss)
    assert seen == [0, 1, 2, 3, 4]
    second = run(tmp_path / "parts")
    second.resume()
    seen.clear()
    assert (second.epoch, second.done) == (0, 4)
    second.run_epoch(batches, loss)
    assert seen == [4, 5, 6], "saved after four"
    assert (second.epoch, second.done) == (1, 0)
    assert torch.allclose(weights(second), weights(whole))
