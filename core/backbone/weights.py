"""Weights on disk in a quarter of their size: matrices as 8-bit integers with one scale per row.

The error of a weight is at most 1/254 of the largest in its row.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import torch
from torch import nn
from transformers import PreTrainedModel
from transformers.configuration_utils import PretrainedConfig

from core.backbone import int8
from core.catalog import ROW_SCALE

Model = TypeVar("Model", bound=PreTrainedModel)
Network = TypeVar("Network", bound=nn.Module)

# Rows of a matrix that are floats at once: those of a large vocabulary would take three times as long.
_BLOCK = 4096


def moved(model: Network, device: str | torch.device) -> Network:
    """`model` on `device`, still known for what it is: transformers' own `to` has no types."""
    return model.to(device)


def held(pipeline: object) -> int:
    """Bytes of memory that the weights of the models in `pipeline` take."""
    total, seen, waiting = 0, set[int](), [pipeline]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, nn.Module):
            tensors = {t.data_ptr(): t.nbytes for t in (*thing.parameters(), *thing.buffers())}
            packed = (m.packed_bytes for m in thing.modules() if isinstance(m, int8.Int8Linear))
            total += sum(tensors.values()) + sum(packed)
        elif type(thing).__module__.startswith("core."):
            waiting.extend(vars(thing).values())
    return total


def quantised(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """`tensors` with every matrix [rows, columns] as int8 beside its row scales [rows], the rest in float16."""
    found: dict[str, torch.Tensor] = {}
    for name, tensor in tensors.items():
        if tensor.dim() == 2 and tensor.is_floating_point() and min(tensor.shape) > 8:
            blocks = [_in_8_bits(rows.float()) for rows in tensor.split(_BLOCK)]
            found[name], found[name + ROW_SCALE] = map(torch.cat, zip(*blocks, strict=True))
        else:
            found[name] = tensor.to(torch.float16) if tensor.is_floating_point() else tensor
    return {name: tensor.contiguous() for name, tensor in found.items()}


def _in_8_bits(rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    scale = rows.abs().amax(1).clamp(min=1e-8) / 127
    return (rows / scale[:, None]).round_().to(torch.int8), scale


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
    config = _config(kind, folder)
    state = restored(_state(folder))
    # A pair where a report is asked for, which the library's types do not say.
    found: tuple[Model, dict[str, set[str]]] = kind.from_pretrained(  # type: ignore[assignment]
        None, config=config, state_dict=state, output_loading_info=True
    )
    model, report = found
    _complain(report["missing_keys"])
    return model


def load_served(kind: type[Model], folder: Path, device: str) -> Model:
    """As `load_model`, to be asked on `device` and not trained: what is stored in 8 bits stays so on a CPU that can
    multiply it, and is never made float.

    Raises:
        ValueError: as `load_model`.
    """
    config, state = _config(kind, folder), _state(folder)
    stored = any(name.endswith(ROW_SCALE) for name in state)
    if not stored or torch.device(device).type != "cpu" or not int8.available():
        return moved(load_model(kind, folder), device)
    with torch.device("meta"):  # a shape without memory
        model = kind(config)
    if any(buffer.is_meta for buffer in model.buffers()):  # computed when a model is made, as rotary positions are
        return load_model(kind, folder)
    used = int8.swap(model, state)
    rest = restored({name: tensor for name, tensor in state.items() if name not in used})
    model.load_state_dict(rest, strict=False, assign=True)
    tensors = (*model.named_parameters(), *model.named_buffers())
    _complain([name for name, tensor in tensors if tensor.is_meta])
    model.eval()
    return model


def _config(kind: type[Model], folder: Path) -> PretrainedConfig:
    config_class = kind.config_class
    found = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type")
    if config_class is None or found != config_class.model_type:
        raise ValueError(f"not a {config_class and config_class.model_type} model but {found}")
    return config_class.from_pretrained(folder)


def _state(folder: Path) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    state: dict[str, torch.Tensor] = {}
    for path in sorted(folder.glob("*.safetensors")):
        state |= load_file(path)
    return state


def _complain(missing: Iterable[str]) -> None:
    if names := sorted(missing):
        raise ValueError(f"weights missing: {names[:3]}")
