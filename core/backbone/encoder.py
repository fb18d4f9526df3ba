"""The encoder inside the tasks' models: the library's, with a forward of its own for what a visitor waits for."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F
from transformers import AutoModel, BertConfig, ModernBertConfig, ModernBertModel, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutput
from transformers.models.modernbert.modeling_modernbert import ModernBertEncoderLayer

from core.backbone.attention import ENTROPY_INVARIANT
from core.backbone.bert import Bert


class Encoder(ModernBertModel):
    """ModernBERT (arXiv:2412.13663) whose layers all attend globally, without what the library does around the sums.

    Masks for every kind of attention, hooks that record inner states and conversions for half precision take a tenth to
    a fifth of the time of a short text on a CPU; `benchmarks/encoder.py` measures it. Training, half precision and all
    that is asked for beyond the last hidden state go the library's way. Weights and results are the same.
    """

    _rotary: tuple[torch.Tensor, torch.Tensor] | None = None

    def forward(
        self,
        input_ids: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        inputs_embeds: torch.Tensor | None = None,
        **kwargs: Any,
    ) -> BaseModelOutput:
        """Token ids [B, L] or embeddings [B, L, H], and their mask [B, L] → last hidden states [B, L, H]."""
        if self.training or torch.is_grad_enabled() or kwargs or self.dtype is not torch.float32:
            found: BaseModelOutput = super().forward(
                input_ids=input_ids, attention_mask=attention_mask, inputs_embeds=inputs_embeds, **kwargs
            )
            return found
        states = self.embeddings.norm(
            self.embeddings.tok_embeddings(input_ids) if inputs_embeds is None else inputs_embeds
        )
        batch, length, width = states.shape
        heads = self.config.num_attention_heads
        cos, sin = self._rotations(states)
        mask = None if attention_mask is None or bool(attention_mask.all()) else attention_mask[:, None, None].bool()
        for layer in self.layers:
            assert isinstance(layer, ModernBertEncoderLayer)
            # [B, L, 3, heads, d]: queries and keys turn together
            qkv = layer.attn.Wqkv(layer.attn_norm(states)).view(batch, length, 3, heads, -1)
            qk = qkv[:, :, :2]
            q, k = torch.addcmul(qk * cos, qk.roll(qk.size(-1) // 2, -1), sin).unbind(2)
            v = qkv[:, :, 2]
            seen = F.scaled_dot_product_attention(q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2), mask)
            states = states + layer.attn.Wo(seen.transpose(1, 2).reshape(batch, length, width))
            inner, gate = layer.mlp.Wi(layer.mlp_norm(states)).chunk(2, -1)
            states = states + layer.mlp.Wo(layer.mlp.act(inner) * gate)
        return BaseModelOutput(last_hidden_state=self.final_norm(states))

    def _rotations(self, states: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Cosines and sines [L, 1, 1, d] of the rotary positions (arXiv:2104.09864) of `states` [B, L, H].

        The rotation takes from the other half of a vector, with its sign changed for the first half: the sign is in
        the sines here.
        """
        length = states.size(1)
        kept = self._rotary
        if kept is None or len(kept[0]) < length or kept[0].device != states.device:
            places = torch.arange(max(length, self.config.max_position_embeddings), device=states.device)[None]
            cos, sin = (part[0, :, None, None] for part in self.rotary_emb(states, places, "full_attention"))
            first, second = sin.chunk(2, -1)
            self._rotary = kept = cos, torch.cat([-first, second], -1)
        return kept[0][:length], kept[1][:length]


def build_encoder(config: PreTrainedConfig) -> PreTrainedModel:
    """A model of `config`, with new weights: `Bert` or `Encoder` where their forward holds, else `AutoModel`'s.

    Where `config` has `entropy_scale`, with the attention of `core.backbone.attention`.
    """
    if getattr(config, "entropy_scale", None):
        scaled: PreTrainedModel = AutoModel.from_config(config, attn_implementation=ENTROPY_INVARIANT)
        if isinstance(config, BertConfig):
            scaled.register_module("pooler", None)
        return scaled
    if isinstance(config, BertConfig) and not config.is_decoder:
        return Bert(config)
    if isinstance(config, ModernBertConfig) and set(config.layer_types or ()) == {"full_attention"}:
        return Encoder(config)
    model: PreTrainedModel = AutoModel.from_config(config)
    return model
