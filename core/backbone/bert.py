"""BERT inside the tasks' models: the library's, with a forward of its own for what a visitor waits for."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from transformers import BertConfig, BertModel
from transformers.modeling_outputs import BaseModelOutput
from transformers.models.bert.modeling_bert import BertLayer, BertSelfAttention


class Bert(BertModel):
    """BERT (arXiv:1810.04805) without its pooler, and without what the library does around the sums.

    Training, half precision and all that is asked for beyond the last hidden state go the library's way. Weights and
    results are the same. Its linear layers may be eight-bit ones (`core.backbone.int8`).
    """

    def __init__(self, config: BertConfig) -> None:
        super().__init__(config, add_pooling_layer=False)
        # Not in any checkpoint: real even where the weights are not yet.
        places = torch.arange(config.max_position_embeddings, device="cpu")[None]
        self.embeddings.register_buffer("position_ids", places, persistent=False)
        self.embeddings.register_buffer("token_type_ids", torch.zeros_like(places), persistent=False)

    def forward(
        self,
        input_ids: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        inputs_embeds: torch.Tensor | None = None,
        token_type_ids: torch.Tensor | None = None,
        position_ids: torch.Tensor | None = None,
        added: tuple[int, torch.Tensor] | None = None,
        **kwargs: Any,
    ) -> BaseModelOutput:
        """Token ids [B, L] or embeddings [B, L, H], their segments [B, L], positions [B, L] and mask, [B, L] or, for
        each token its own, [B, 1, L, L] → last states [B, L, H]. `added`: a layer, and what is added to the states
        [B, L, H] that it is given; without dropout, in training too.

        What is added late leaves the layers below alone: they need not learn, nor be waited for when others do.
        """
        slow = self.training or torch.is_grad_enabled() or kwargs
        if added is None and (slow or self.embeddings.LayerNorm.weight.dtype != torch.float):
            found: BaseModelOutput = super().forward(
                input_ids=input_ids,
                attention_mask=attention_mask,
                inputs_embeds=inputs_embeds,
                token_type_ids=token_type_ids,
                position_ids=position_ids,
                **kwargs,
            )
            return found
        parts = self.embeddings
        vectors = parts.word_embeddings(input_ids) if inputs_embeds is None else inputs_embeds
        batch, length, width = vectors.shape
        places = parts.position_embeddings(parts.position_ids[:, :length] if position_ids is None else position_ids)
        segments = parts.token_type_ids[:, :1] if token_type_ids is None else token_type_ids
        states = parts.LayerNorm(vectors + places + parts.token_type_embeddings(segments))
        mask = None if attention_mask is None or bool(attention_mask.all()) else attention_mask.bool()
        mask = mask[:, None, None] if mask is not None and mask.dim() == 2 else mask
        heads = self.config.num_attention_heads
        for number, layer in enumerate(self.encoder.layer):
            assert isinstance(layer, BertLayer)
            if added is not None and number == added[0]:
                states = states + added[1]
            attention, output = layer.attention, layer.output
            assert isinstance(attention.self, BertSelfAttention)
            projected = self._projected(attention.self, states)
            q, k, v = (part.view(batch, length, heads, -1).transpose(1, 2) for part in projected)
            seen = F.scaled_dot_product_attention(q, k, v, mask).transpose(1, 2).reshape(batch, length, width)
            states = attention.output.LayerNorm(attention.output.dense(seen).add_(states))
            inner = layer.intermediate.intermediate_act_fn(layer.intermediate.dense(states))
            states = output.LayerNorm(output.dense(inner).add_(states))
        return BaseModelOutput(last_hidden_state=states)

    @staticmethod
    def _projected(attention: BertSelfAttention, states: torch.Tensor) -> tuple[torch.Tensor, ...]:
        fused: nn.Module | None = getattr(attention, "qkv", None)
        if fused is not None:
            q, k, v = fused(states).chunk(3, -1)
            return q, k, v
        return attention.query(states), attention.key(states), attention.value(states)
