"""Eight-bit sums on a CPU: weights as they are stored, activations rounded as they come.

A weight matrix has one scale per row, found when it is stored; the vector of a token has one, found when it comes. So
what a text gets does not depend on what it is read together with, which one scale for a whole tensor (the library's
dynamic quantisation) would make it do, and tokens with small values lose less. The products are torch's own: packed
once when the model is loaded, for texts of any length.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import torch
from torch import nn
from transformers.models.bert.modeling_bert import BertSelfAttention

from core.catalog import ROW_SCALE

# A vector of zeros has no scale.
_LEAST = 1e-12


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
            self.packed_bytes = weight.numel()
            self.packed = torch.ops.quantized.linear_prepack(rows, None)
        self.bias: torch.Tensor
        self.register_buffer("bias", bias.float())
        # Activations between -1 and 1 are the integers from 0 to twice this.
        self.middle = 128 if torch.cpu._is_vnni_supported() else 64

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        largest = x.abs().amax(-1, keepdim=True).clamp_(min=_LEAST)
        step = 1 / (self.middle - 0.5)
        found = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(
            x / largest, step, self.middle, self.packed
        )
        return torch.addcmul(self.bias, found, largest)


class Int8Embedding(nn.Module):
    """Rows of a table [N, H] in int8 with scales [N]. Not called `weight`: whoever reads that expects floats."""

    def __init__(self, table: torch.Tensor, scale: torch.Tensor) -> None:
        super().__init__()
        self.table: torch.Tensor
        self.scale: torch.Tensor
        self.register_buffer("table", table)
        self.register_buffer("scale", scale.float())
        self.embedding_dim = table.size(1)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Vectors [..., H] in float32 of ids [...]."""
        return self.table[ids].float() * self.scale[ids][..., None]


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
