"""Matrices of a loaded model in the order in which the processor's vector units read them.

torch multiplies by a matrix as it is stored and, for a short text, spends more time on fetching and arranging it than
on the product. oneDNN can arrange it once (https://uxlfoundation.github.io/oneDNN/dev_guide_inference.html, "weights
format"); torch's own compiler does so, too, but needs a C++ compiler where the app runs. `benchmarks/packed.py`
measures what is gained.
"""

from __future__ import annotations

from typing import Any, TypeVar

import torch
from torch import nn

Model = TypeVar("Model", bound=nn.Module)

# The packed copy takes as much memory again; a larger model spends its time on arithmetic anyway.
_MOST_PARAMETERS = 200_000_000


class _Packed:
    """A packed copy of a matrix, used where no gradient is wanted, in float32 and on the CPU.

    A matrix that changes afterwards is used as it is, not as it was packed. Copies and pickles are not packed.
    """

    _copy: torch.Tensor | None = None
    _version = -1

    def pack(self, matrix: torch.Tensor) -> None:
        """Pack `matrix` [out, in] as it is now."""
        self._version = matrix._version
        self._copy = torch.ops.mkldnn._reorder_linear_weight(matrix.detach())

    def product(self, vectors: torch.Tensor, matrix: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
        """Vectors [..., in] times the transposed `matrix` [out, in], plus `bias` [out]: [..., out]."""
        if (
            self._copy is None
            or torch.is_grad_enabled()
            or vectors.dtype is not torch.float32
            or vectors.device.type != "cpu"
            or matrix._version != self._version
        ):
            return nn.functional.linear(vectors, matrix, bias)
        found: torch.Tensor = torch.ops.mkldnn._linear_pointwise(vectors, self._copy, bias, "none", [], "")
        return found

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_copy": None}  # the packed form cannot be copied


class PackedLinear(_Packed, nn.Linear):
    """What becomes of an `nn.Linear`: its weights stay and keep their names."""

    def forward(self, vectors: torch.Tensor) -> torch.Tensor:
        """Vectors [..., in] → [..., out]."""
        return self.product(vectors, self.weight, self.bias)


class TiedOutput(_Packed, nn.Module):
    """Scores of vectors for the entries of an embedding that the model has elsewhere: no weight of this module."""

    def __init__(self, embedding: nn.Module) -> None:
        super().__init__()
        self._embedding = (embedding,)  # in a tuple, for it is not this module's to save

    @property
    def matrix(self) -> torch.Tensor:
        """The embedding's rows [entries, width]."""
        weight: Any = self._embedding[0].weight
        return weight

    def forward(self, vectors: torch.Tensor) -> torch.Tensor:
        """Vectors [..., width] → [..., entries]."""
        return self.product(vectors, self.matrix, None)


def can_pack() -> bool:
    """Whether this processor and this build of torch have what it takes: oneDNN on x86 with AVX2 at least."""
    return torch.backends.mkldnn.is_available() and torch.backends.cpu.get_cpu_capability().startswith("AVX")


def for_inference(model: Model, device: str) -> Model:
    """`model` on `device`, its dropout off, and there, where that is faster, its linear layers packed.

    It is the same model with the same weights, of which a packed copy is made.
    """
    model.to(device).eval()
    if device == "cpu" and can_pack() and sum(p.numel() for p in model.parameters()) <= _MOST_PARAMETERS:
        for layer in model.modules():
            if isinstance(layer, TiedOutput):
                layer.pack(layer.matrix)
            elif type(layer) is nn.Linear and layer.weight.dtype is torch.float32:
                layer.__class__ = PackedLinear
                layer.pack(layer.weight)  # type: ignore[operator]
    return model
