"""The reader's network: question and passage in one sequence, the answer as a span of it or nothing."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from transformers import AutoConfig, PreTrainedModel
from transformers.configuration_utils import PretrainedConfig

from core.backbone.encoder import build_encoder
from core.qa_pairs import matching
from core.qa_pairs.spans import FreeSpanHead


class ReaderConfig(PretrainedConfig):
    """`encoder`: the configuration of any `AutoModel` encoder; `max_tokens`: the longest sequence it reads; `decline`:
    where "nothing answers here" is likelier than this, nothing is answered."""

    model_type = "qa-reader"

    def __init__(
        self,
        encoder: dict[str, Any] | None = None,
        head_dropout: float = 0.1,
        max_tokens: int = 512,
        decline: float = 0.5,
        **kwargs: Any,
    ) -> None:
        self.encoder = encoder or {}
        self.head_dropout = head_dropout
        self.max_tokens = max_tokens
        self.decline = decline
        super().__init__(**kwargs)


class ReaderModel(PreTrainedModel):
    """[CLS] question [SEP] passage [SEP] with matching features; a span that starts at [CLS] is no answer.

    The features tell question from passage too. BERT's second segment is not used: where the pre-training had no pairs
    its vector is as random as it began, while every state was trained with the first.

    Shapes: B sequences, L tokens, H width.
    """

    config_class = ReaderConfig
    config: ReaderConfig
    base_model_prefix = "encoder"

    def __init__(self, config: ReaderConfig) -> None:
        super().__init__(config)
        encoder_config = AutoConfig.for_model(**config.encoder)
        self.encoder = build_encoder(encoder_config)
        self.features = nn.Embedding(matching.FEATURES, encoder_config.hidden_size)
        self.spans = FreeSpanHead(encoder_config.hidden_size, config.head_dropout)
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)
        # An addition to what the encoder was trained on starts small.
        if module is getattr(self, "features", None):
            nn.init.normal_(module.weight, std=0.01)

    def forward(self, ids: torch.Tensor, features: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """The states [B, L, H] of tokens `ids` [B, L] with `features` [B, L, 3]; `mask` [B, L] is 1 on real tokens."""
        embedded = self.encoder.get_input_embeddings()(ids) + self.features(features).sum(2)
        states: torch.Tensor = self.encoder(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        return states
