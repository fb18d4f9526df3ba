"""An encoder whose word vectors are made for Word Rotator's Distance: length is importance, direction is meaning."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from transformers import AutoConfig, AutoModel, PreTrainedModel
from transformers.configuration_utils import PretrainedConfig


class RotatorConfig(PretrainedConfig):
    """`encoder`: the configuration of any `AutoModel` encoder; `dimension`: of the word vectors."""

    model_type = "word-rotator"

    def __init__(
        self,
        encoder: dict[str, Any] | None = None,
        dimension: int = 128,
        **kwargs: Any,
    ) -> None:
        self.encoder = encoder or {}
        self.dimension = dimension
        super().__init__(**kwargs)


class WordRotator(PreTrainedModel):
    """Encoder and a linear map to word vectors; the encoder's mean state is the sentence vector.

    Shapes: B sentences, L tokens, W words, H width, D dimensions of a word vector.
    """

    config_class = RotatorConfig
    base_model_prefix = "encoder"

    def __init__(self, config: RotatorConfig) -> None:
        super().__init__(config)
        encoder_config = AutoConfig.for_model(**config.encoder)
        self.encoder = AutoModel.from_config(encoder_config)
        self.rotate = nn.Linear(encoder_config.hidden_size, config.dimension)
        self.weigh = nn.Linear(encoder_config.hidden_size, 1)
        self.post_init()

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, words: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Word vectors [B, W, D] and sentence vectors [B, H] of token ids [B, L] whose words are numbered [B, L]."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        # Length has a part of its own, so that importance can be learnt without bending directions.
        tokens = F.normalize(self.rotate(hidden), dim=-1) * F.softplus(self.weigh(hidden) + 1)
        return word_sums(tokens, words), mean_state(hidden, attention_mask)


def word_sums(tokens: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
    """Sums [B, W, D] of token vectors [B, L, D] over each word; a sum, so that a long word can weigh more.

    `words` [B, L] numbers each token's word from 1; tokens numbered 0 (special ones, punctuation) belong to none.
    """
    table = tokens.new_zeros(len(tokens), int(words.max()) + 1, tokens.size(-1))
    return table.scatter_add(1, words[..., None].expand_as(tokens), tokens)[:, 1:]


def mean_state(hidden: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
    """Mean [B, H] of the states [B, L, H] that are not padding."""
    mask = attention_mask[..., None].to(hidden.dtype)
    return (hidden * mask).sum(1) / mask.sum(1)
