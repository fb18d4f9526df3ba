"""Attention whose entropy does not depend on the length: scores times log n / log N₀.

从熵不变性看Attention的Scale操作 (kexue.fm/archives/8823): over more keys a softmax of the same scores spreads, so they
have to grow with log n for a query to look at as few of n tokens as it did at the length N₀ that it learnt at.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

# The name of this attention in a model's configuration. `core.backbone.encoder.build_encoder` gives it to an
# encoder whose configuration has `entropy_scale`: N₀.
ENTROPY_INVARIANT = "entropy_invariant"


def entropy_invariant(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    """The library's attention with `query` [B, heads, L, d] scaled by the number of keys that it sees according to
    `attention_mask` (boolean, [B, 1, L, L]); the post's κ log n / d with κ = √d / log N₀."""
    reference = math.log(module.config.entropy_scale)  # type: ignore[union-attr, arg-type]
    if attention_mask is None:
        query = query * (math.log(key.size(2)) / reference)
    else:
        n = attention_mask.sum(-1, keepdim=True, dtype=query.dtype).clamp(min=1)
        query = query * (n.log() / reference)
    found: tuple[torch.Tensor, None] = sdpa_attention_forward(module, query, key, value, attention_mask, **kwargs)
    return found


AttentionInterface.register(ENTROPY_INVARIANT, entropy_invariant)
AttentionMaskInterface.register(ENTROPY_INVARIANT, sdpa_mask)
