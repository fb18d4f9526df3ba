"""Weights on disk in a quarter of their size: matrices as 8-bit integers with one scale per row.

Loading gives float32 back; the error of a weight is at most 1/254 of the largest in its row.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeVar

import torch
from transformers import PreTrainedModel

from core.catalog import ROW_SCALE

Model = TypeVar("Model", bound=PreTrainedModel)


def quantised(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """`tensors` with every matrix [rows, columns] as int8 beside its row scales [rows], the rest in float16."""
    found: dict[str, torch.Tensor] = {}
    for name, tensor in tensors.items():
        if tensor.dim() == 2 and tensor.is_floating_point() and min(tensor.shape) > 8:
            scale = tensor.float().abs().amax(1).clamp(min=1e-8) / 127
            found[name] = (tensor.float() / scale[:, None]).round().to(torch.int8)
            found[name + ROW_SCALE] = scale.to(torch.float32)
        else:
            found[name] = tensor.to(torch.float16) if tensor.is_floating_point() else tensor
    return {name: tensor.contiguous() for name, tensor in found.items()}


def restored(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The float32 tensors behind `quantised` ones; others only change their type."""
    found: dict[str, torch.Tensor] = {}
    for name, tensor in tensors.items():
        if name.endswith(ROW_SCALE):
            continue
        scale = tensors.get(name + ROW_SCALE)
        full = tensor.float() if tensor.is_floating_point() or scale is not None else tensor
        found[name] = full if scale is None else full * scale[:, None]
    return found


def load_model(kind: type[Model], folder: Path) -> Model:
    """A model of our own class `kind` from `folder`, in float32, whatever type its weights have on disk.

    Raises:
        ValueError: the folder holds another kind of model, or weights are missing.
    """
    from safetensors.torch import load_file

    config_class = kind.config_class
    found = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type")
    if config_class is None or found != config_class.model_type:
        raise ValueError(f"not a {config_class and config_class.model_type} model but {found}")
    state: dict[str, torch.Tensor] = {}
    for path in sorted(folder.glob("*.safetensors")):
        state |= restored(load_file(path))
    model, report = kind.from_pretrained(
        None, config=config_class.from_pretrained(folder), state_dict=state, output_loading_info=True
    )
    if report["missing_keys"]:
        raise ValueError(f"weights missing: {sorted(report['missing_keys'])[:3]}")
    loaded: Model = model
    return loaded
