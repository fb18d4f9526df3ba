"""Eight-bit sums on a CPU: weights as they are stored, activations rounded as they come (dynamic quantisation).

A weight matrix has one scale per row, an activation tensor one scale and one zero point, found anew for every call
(https://docs.pytorch.org/docs/stable/quantization.html, "dynamic"). The products are torch's own: packed once when the
model is loaded, for texts of any length.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import torch
from torch import nn
from transformers.models.bert.modeling_bert import BertSelfAttention

from core.catalog import ROW_SCALE


def available() -> bool:
    """Whether this processor has the kernels (x86 with AVX2 or better)."""
    return "fbgemm" in torch.backends.quantized.supported_engines


class Int8Linear(nn.Module):
    """x Wᵀ + b for x [..., I] in float32, with W [O, I] in int8, scales [O] and b [O].

    Without the instructions for it (VNNI) sums of two products are kept in 16 bits and could overflow: then activations
    take seven bits.
    """

    def __init__(self, weight: torch.Tensor, scale: torch.Tensor, bias: torch.Tensor) -> None:
        super().__init__()
        zeros = torch.zeros(len(scale), dtype=torch.long)
        with warnings.catch_warnings():
            # Deprecated for making models with, in favour of packages on top of torch; the kernels are its own.
            warnings.filterwarnings("ignore", "torch.quantize_per_tensor", UserWarning)
            rows = torch._make_per_channel_quantized_tensor(weight, scale.double(), zeros, 0)
            self.packed = torch.ops.quantized.linear_prepack(rows, bias.float())
        self.narrow = not torch.cpu._is_vnni_supported()
        self.out_features = len(scale)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = torch.ops.quantized.linear_dynamic(x, self.packed, self.narrow)
        return found


class Int8Embedding(nn.Module):
    """Rows of a table [N, H] in int8 with scales [N]."""

    def __init__(self, weight: torch.Tensor, scale: torch.Tensor) -> None:
        super().__init__()
        self.weight: torch.Tensor
        self.scale: torch.Tensor
        self.register_buffer("weight", weight)
        self.register_buffer("scale", scale.float())
        self.embedding_dim = weight.size(1)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Vectors [..., H] in float32 of ids [...]."""
        return self.weight[ids].float() * self.scale[ids][..., None]


def swap(model: nn.Module, state: Mapping[str, torch.Tensor]) -> set[str]:
    """Put eight-bit layers into `model` where `state` holds a matrix in int8; gives the names it has used.

    The three matrices of an attention that read the same states become one, `qkv`.
    """
    used: set[str] = set()

    def take(prefix: str) -> tuple[torch.Tensor, torch.Tensor] | None:
        scale = state.get(f"{prefix}.weight{ROW_SCALE}")
        if scale is None:
            return None
        used.update((f"{prefix}.weight", f"{prefix}.weight{ROW_SCALE}", f"{prefix}.bias"))
        return state[f"{prefix}.weight"], scale

    def linear(prefixes: Sequence[str]) -> Int8Linear | None:
        parts = [part for prefix in prefixes if (part := take(prefix))]
        if len(parts) < len(prefixes):
            return None
        weight, scale = (torch.cat(of) for of in zip(*parts, strict=True))
        biases = [state.get(f"{p}.bias", torch.zeros(len(s))) for p, (_, s) in zip(prefixes, parts, strict=True)]
        return Int8Linear(weight, scale, torch.cat([b.float() for b in biases]))

    for name, module in list(model.named_modules()):
        if isinstance(module, BertSelfAttention):
            fused = linear([f"{name}.{part}" for part in ("query", "key", "value")])
            if fused is not None:
                module.qkv = fused
                del module.query, module.key, module.value
    for name, module in list(model.named_modules()):
        made: nn.Module | None = None
        if isinstance(module, nn.Linear):
            made = linear([name])
        elif isinstance(module, nn.Embedding) and (table := take(name)):
            made = Int8Embedding(*table)
        if made is not None:
            parent, _, last = name.rpartition(".")
            setattr(model.get_submodule(parent), last, made)
    return used
