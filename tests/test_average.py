"""The mean of models."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from training.average import average


def model(folder: Path, value: float, width: int = 2) -> Path:
    folder.mkdir()
    save_file({"w": torch.full((width,), value)}, folder / "model.safetensors")
    (folder / "config.json").write_text(f'{{"value": {value}}}')
    return folder


def test_the_mean_is_weighted_and_has_the_last_one_s_configuration(tmp_path: Path) -> None:
    average([model(tmp_path / "a", 0.0), model(tmp_path / "b", 4.0)], tmp_path / "mean", [3, 1])
    assert load_file(tmp_path / "mean" / "model.safetensors")["w"].tolist() == [1.0, 1.0]
    assert (tmp_path / "mean" / "config.json").read_text() == '{"value": 4.0}'


def test_models_of_other_shapes_have_no_mean(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="differ"):
        average([model(tmp_path / "a", 0.0), model(tmp_path / "b", 4.0, width=3)], tmp_path / "mean")
