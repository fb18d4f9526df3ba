"""What the heads have in common: a configuration that names the relations, and an encoder that reads characters."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from transformers import AutoConfig, PreTrainedModel
from transformers.configuration_utils import PretrainedConfig

import core.triples.dgcnn  # noqa: F401 (makes "dgcnn" known to AutoModel)
from core.backbone.encoder import build_encoder
from core.triples.lexical import FEATURES, NONE


class TriplesConfig(PretrainedConfig):
    """What every extractor is told.

    Args:
        encoder: the configuration of any `AutoModel` encoder, or of `core.triples.dgcnn`.
        relations: their names, in the order of the head's outputs.
        schemas: data set → the relations that its sentences are annotated for.
        threshold: the least probability of a triple, chosen on dev.
        thresholds: those of single relations that are better off with one of their own.
        calibration: Platt scaling (slope, offset) of raw scores.
        rivals: weights of `core.triples.rivals`, by which a sentence's triples are judged beside each other; none:
            each by itself.
        head_dropout: of the encoder's output.
        max_tokens: sentences are cut there.
        lexical: whether the model is told word boundaries and parts of speech.
    """

    def __init__(
        self,
        encoder: dict[str, Any] | None = None,
        relations: list[str] | None = None,
        schemas: dict[str, list[str]] | None = None,
        threshold: float = 0.5,
        thresholds: dict[str, float] | None = None,
        calibration: tuple[float, float] = (1.0, 0.0),
        rivals: dict[str, float] | None = None,
        head_dropout: float = 0.1,
        max_tokens: int = 256,
        lexical: bool = True,
        **kwargs: Any,
    ) -> None:
        self.encoder = encoder or {}
        self.relations = relations or []
        self.schemas = schemas or {}
        self.threshold = threshold
        self.thresholds = thresholds or {}
        self.calibration: tuple[float, float] = (calibration[0], calibration[1])
        self.rivals = rivals or {}
        self.head_dropout = head_dropout
        self.max_tokens = max_tokens
        self.lexical = lexical
        super().__init__(**kwargs)


class TriplesModel(PreTrainedModel):
    """An encoder of characters and lexical features; heads derive from it and end with `self.post_init()`.

    `width` is the size H of its vectors.
    """

    config_class: type[TriplesConfig] = TriplesConfig
    config: TriplesConfig
    base_model_prefix = "encoder"

    def __init__(self, config: TriplesConfig) -> None:
        super().__init__(config)
        encoder_config = AutoConfig.for_model(**config.encoder)
        self.encoder = build_encoder(encoder_config)
        self.width: int = encoder_config.hidden_size
        embedded = self.encoder.get_input_embeddings().embedding_dim
        assert isinstance(embedded, int)
        self.lexical = nn.Embedding(FEATURES, embedded, padding_idx=NONE) if config.lexical else None
        self.dropout = nn.Dropout(config.head_dropout)

    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)
        # Additions to what the encoder was trained on start at nothing.
        if module is getattr(self, "lexical", None):
            nn.init.zeros_(module.weight)

    @property
    def n_relations(self) -> int:
        return len(self.config.relations)

    def encode(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, features: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Token vectors [B, L, H] of token ids [B, L] and, if the model takes them, lexical features [B, L]."""
        vectors = self.encoder.get_input_embeddings()(input_ids)
        if self.lexical is not None and features is not None:
            vectors = vectors + self.lexical(features)
        states: torch.Tensor = self.encoder(inputs_embeds=vectors, attention_mask=attention_mask).last_hidden_state
        hidden: torch.Tensor = self.dropout(states)
        return hidden
