"""An encoder without a Transformer: stacked dilated gated convolutions (DGCNN).

After 基于CNN的阅读理解式问答模型：DGCNN (spaces.ac.cn/archives/5409) and 基于DGCNN和概率图的轻量级信息抽取模型
(spaces.ac.cn/archives/6671): width-3 convolutions whose gates decide what passes unchanged, dilations that grow and
start again, trained position embeddings, then one self-attention whose result joins the convolutions' through one more
convolution. The vector of the whole sentence, there used to judge which relations occur, is added to every token here,
so that any head can use it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from transformers import AutoConfig, AutoModel, PreTrainedModel
from transformers.configuration_utils import PretrainedConfig
from transformers.modeling_outputs import BaseModelOutput

# Short and long views in turn, then a few layers to settle: the post's stack.
DILATIONS = (1, 2, 5, 1, 2, 5, 1, 2, 5, 1, 1, 1)


class DGCNNConfig(PretrainedConfig):
    """`dropout` is that of the gates and, as in the post, more than twice that of the embeddings."""

    model_type = "dgcnn"

    def __init__(
        self,
        vocab_size: int = 1,
        embedding_size: int = 256,
        hidden_size: int = 144,
        dilations: Sequence[int] = DILATIONS,
        attention_heads: int = 8,
        attention_size: int = 16,
        max_position_embeddings: int = 512,
        dropout: float = 0.1,
        pad_token_id: int = 0,
        **kwargs: Any,
    ) -> None:
        self.vocab_size = vocab_size
        self.embedding_size = embedding_size
        self.hidden_size = hidden_size
        self.dilations = list(dilations)
        self.attention_heads = attention_heads
        self.attention_size = attention_size
        self.max_position_embeddings = max_position_embeddings
        self.dropout = dropout
        super().__init__(**kwargs | {"pad_token_id": pad_token_id})


class Convolution(nn.Module):
    """A convolution of width 3 over the tokens, [B, L, in] → [B, L, out], zeros beyond both ends.

    As one matrix product on every token beside its two neighbours: for a single short sentence that takes half the time
    of `nn.Conv1d` on a CPU, which rearranges its weights each time, and for a batch as much.
    """

    def __init__(self, inputs: int, outputs: int, dilation: int = 1) -> None:
        super().__init__()
        self.dilation = dilation
        self.linear = nn.Linear(3 * inputs, outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        length, d = x.size(1), self.dilation
        padded = F.pad(x, (0, 0, d, d))
        found: torch.Tensor = self.linear(torch.cat([padded[:, :length], x, padded[:, 2 * d :]], dim=-1))
        return found


class GatedConvolution(nn.Module):
    """x ⊗ g + conv(x) ⊗ (1 − g), with the gate g a convolution of its own; [B, L, H] → [B, L, H]."""

    def __init__(self, width: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.convolution = Convolution(width, 2 * width, dilation)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        gate, new = self.convolution(x).chunk(2, dim=-1)
        return torch.lerp(new, x.to(new.dtype), self.dropout(gate).sigmoid())


class DGCNNEncoder(PreTrainedModel):
    """Characters or their vectors to contextual vectors. Shapes: B sentences, L tokens, E embedding, H width."""

    config_class = DGCNNConfig
    base_model_prefix = "dgcnn"

    def __init__(self, config: DGCNNConfig) -> None:
        super().__init__(config)
        width, attention = config.hidden_size, config.attention_heads * config.attention_size
        self.embeddings = nn.Embedding(config.vocab_size, config.embedding_size, padding_idx=config.pad_token_id)
        self.positions = nn.Embedding(config.max_position_embeddings, config.embedding_size)
        self.norm = nn.LayerNorm(config.embedding_size)  # whatever embeddings it starts from
        self.dropout = nn.Dropout(min(0.5, 2.5 * config.dropout))
        self.project = nn.Linear(config.embedding_size, width)
        self.layers = nn.ModuleList(GatedConvolution(width, d, config.dropout) for d in config.dilations)
        self.attention = nn.Linear(width, 3 * attention)
        self.pooling = nn.Sequential(nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 1))
        self.sentence = nn.Linear(width, width)
        self.mix = Convolution(width + attention, width)
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)
        if isinstance(module, Convolution):
            # The library's small normal is meant for layers behind a norm, of which there are none.
            nn.init.xavier_normal_(module.linear.weight)
        elif module is getattr(self, "project", None):
            nn.init.xavier_normal_(module.weight)
        elif module is getattr(self, "positions", None):
            nn.init.zeros_(module.weight)

    def get_input_embeddings(self) -> nn.Module:
        return self.embeddings

    def set_input_embeddings(self, value: nn.Module) -> None:
        if not isinstance(value, nn.Embedding):
            raise TypeError("characters are embedded by a table")
        self.embeddings = value

    def forward(
        self,
        input_ids: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        inputs_embeds: torch.Tensor | None = None,
        **_: Any,
    ) -> BaseModelOutput:
        """Token ids [B, L] or their vectors [B, L, E], mask [B, L] → `last_hidden_state` [B, L, H].

        Raises:
            ValueError: more tokens than there are positions.
        """
        vectors = self.embeddings(input_ids) if inputs_embeds is None else inputs_embeds
        length = vectors.size(1)
        if length > self.config.max_position_embeddings:
            raise ValueError(f"{length} tokens, {self.config.max_position_embeddings} positions")
        mask = vectors.new_ones(vectors.shape[:2]) if attention_mask is None else attention_mask
        seen = mask[..., None].to(vectors.dtype)  # [B, L, 1]
        x = (
            self.project(self.dropout(self.norm(vectors + self.positions(torch.arange(length, device=vectors.device)))))
            * seen
        )
        for layer in self.layers:
            x = layer(x) * seen
        attended = self._attend(x, mask)
        weights = self.pooling(x).masked_fill(mask[..., None] == 0, -1e4).softmax(dim=1)
        whole = self.sentence((weights * x).sum(1))  # [B, H]
        mixed = self.mix(torch.cat([x, attended.to(x.dtype)], dim=-1) * seen)
        hidden = F.relu(mixed + whole[:, None])
        return BaseModelOutput(last_hidden_state=hidden)

    def _attend(self, tokens: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Self-attention [B, L, H] → [B, L, heads · size]."""
        parts = self.attention(tokens).unflatten(-1, (3, self.config.attention_heads, -1))
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        found = F.scaled_dot_product_attention(query, key, value, attn_mask=mask[:, None, None] > 0)
        return found.transpose(1, 2).flatten(2)


AutoConfig.register(DGCNNConfig.model_type, DGCNNConfig)
AutoModel.register(DGCNNConfig, DGCNNEncoder)
