"""An encoder whose word vectors are made for Word Rotator's Distance: length is importance, direction is meaning."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from transformers import AutoConfig, PreTrainedModel
from transformers.configuration_utils import PretrainedConfig

from core.backbone.encoder import build_encoder

# Folder of the static vectors inside a checkpoint's.
WORDS = "words"


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
    """Turns and stretches the static vector of each word by what an encoder reads around it.

    Shapes: B sentences, L tokens, W words, H width, D dimensions of a word vector.
    """

    config_class = RotatorConfig
    base_model_prefix = "encoder"

    def __init__(self, config: RotatorConfig) -> None:
        super().__init__(config)
        encoder_config = AutoConfig.for_model(**config.encoder)
        self.encoder = build_encoder(encoder_config)
        self.rotate = nn.Linear(encoder_config.hidden_size, config.dimension)
        self.weigh = nn.Linear(encoder_config.hidden_size, 1)
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)
        # At first every word is what it is without context.
        if isinstance(module, nn.Linear) and module in (getattr(self, "rotate", None), getattr(self, "weigh", None)):
            nn.init.zeros_(module.weight)
            nn.init.zeros_(module.bias)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, words: torch.Tensor, static: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Word vectors [B, W, D] and sentence vectors [B, H] of token ids [B, L].

        `words` [B, L] numbers each token's word from 1, tokens of no word (special ones, punctuation) being 0; `static`
        [B, W, D] are the words' vectors without context, of length about 1, and 0 for padding.
        """
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        states = word_means(hidden, words, static.size(1))
        present = (static != 0).any(-1, keepdim=True)
        turned = (static + self.rotate(states)) * (2 * self.weigh(states).sigmoid())
        return turned * present, mean_state(hidden, attention_mask)


def word_means(tokens: torch.Tensor, words: torch.Tensor, n_words: int) -> torch.Tensor:
    """Means [B, W, H] of token vectors [B, L, H] over each word; `words` [B, L] numbers each token's word from 1, 0
    being none. A word without a token (beyond what the encoder reads) is 0."""
    ones = words.new_ones(words.shape, dtype=tokens.dtype)
    table = tokens.new_zeros(len(tokens), n_words + 1, tokens.size(-1))
    table = table.scatter_add(1, words[..., None].expand_as(tokens), tokens)
    counts = tokens.new_zeros(len(tokens), n_words + 1).scatter_add(1, words, ones)
    return table[:, 1:] / counts[:, 1:, None].clamp(min=1)


def mean_state(hidden: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
    """Mean [B, H] of the states [B, L, H] that are not padding."""
    mask = attention_mask[..., None].to(hidden.dtype)
    return (hidden * mask).sum(1) / mask.sum(1)
