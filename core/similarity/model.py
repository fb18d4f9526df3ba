"""An encoder whose word vectors are made for Word Rotator's Distance: length is importance, direction is meaning."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from transformers import AutoConfig, PreTrainedModel
from transformers.configuration_utils import PretrainedConfig

from core.backbone.encoder import build_encoder


class WordEncoderConfig(PretrainedConfig):
    """`encoder`: the configuration of any `AutoModel` encoder; `dimension`: of the word vectors."""

    model_type = "word-encoder"

    def __init__(
        self,
        encoder: dict[str, Any] | None = None,
        dimension: int = 128,
        **kwargs: Any,
    ) -> None:
        self.encoder = encoder or {}
        self.dimension = dimension
        super().__init__(**kwargs)


class WordEncoder(PreTrainedModel):
    """Reads a sentence; a word is the mean of its tokens' last states, given a direction and an importance.

    As Word Rotator's Distance wants it (arXiv:2004.15003, spaces.ac.cn/archives/7388), the norm of a word's vector is
    its importance and nothing else. The state of the first token, [CLS], is the vector of the whole sentence.

    Shapes: B sentences, L tokens, W words, H width, D dimensions of a word vector.
    """

    config_class = WordEncoderConfig
    config: WordEncoderConfig
    base_model_prefix = "encoder"

    def __init__(self, config: WordEncoderConfig) -> None:
        super().__init__(config)
        encoder_config = AutoConfig.for_model(**config.encoder)
        self.encoder = build_encoder(encoder_config)
        self.direction = nn.Linear(encoder_config.hidden_size, config.dimension)
        self.importance = nn.Linear(encoder_config.hidden_size, 1)
        self.post_init()

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, words: torch.Tensor, n_words: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Word vectors [B, n_words, D] and sentence vectors [B, H] of token ids [B, L].

        `words` [B, L] numbers each token's word from 1, tokens of no word (special ones, punctuation) being 0.
        """
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return self.vectors(hidden, words, n_words), hidden[:, 0]

    def vectors(self, hidden: torch.Tensor, words: torch.Tensor, n_words: int) -> torch.Tensor:
        """Vectors [B, n_words, D] of the words that `words` [B, L] makes of last states [B, L, H]; one without a token
        (padding, or beyond what the encoder reads) is 0."""
        states, counts = word_means(hidden, words, n_words)
        meant = F.normalize(self.direction(states).float(), dim=-1)
        importance: torch.Tensor = self.importance(states)
        return meant * importance.float().exp() * (counts > 0)


def word_means(tokens: torch.Tensor, words: torch.Tensor, n_words: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Means [B, W, H] of token vectors [B, L, H] over each word, and how many tokens it has [B, W, 1]; `words` [B, L]
    numbers each token's word from 1, 0 being none. A word without a token is 0."""
    table = tokens.new_zeros(len(tokens), n_words + 1, tokens.size(-1))
    table = table.scatter_add(1, words[..., None].expand_as(tokens), tokens)
    counts = tokens.new_zeros(len(tokens), n_words + 1).scatter_add(1, words, torch.ones_like(tokens[..., 0]))
    counts = counts[:, 1:, None]
    return table[:, 1:] / counts.clamp(min=1), counts


def mean_state(hidden: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
    """Mean [B, H] of the states [B, L, H] that are not padding."""
    mask = attention_mask[..., None].to(hidden.dtype)
    return (hidden * mask).sum(1) / mask.sum(1)
