"""CasRel: first the subjects of a sentence, then, for each subject, the objects under each relation.

Wei et al., "A Novel Cascade Binary Tagging Framework for Relational Triple Extraction" (arXiv:1909.03227), in the
half-pointer, half-tag form of spaces.ac.cn/archives/6736 and 7161: each span is a start bit and an end bit, and the
subject enters the second pass through conditional layer normalisation.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from transformers import AutoConfig, AutoModel, PreTrainedModel
from transformers.configuration_utils import PretrainedConfig

from core.triples.lexical import FEATURES, NONE

# Distances from the subject beyond this many tokens are told apart no further.
_FAR = 32


class CasRelConfig(PretrainedConfig):
    """`encoder`: the configuration of any `AutoModel` encoder; `schemas`: data set → the relations it annotates."""

    model_type = "casrel"

    def __init__(
        self,
        encoder: dict[str, Any] | None = None,
        relations: list[str] | None = None,
        schemas: dict[str, list[str]] | None = None,
        threshold: float = 0.5,
        calibration: tuple[float, float] = (1.0, 0.0),
        head_dropout: float = 0.1,
        max_tokens: int = 256,
        lexical: bool = True,
        **kwargs: Any,
    ) -> None:
        self.encoder = encoder or {}
        self.relations = relations or []
        self.schemas = schemas or {}
        self.threshold = threshold
        self.calibration = list(calibration)
        self.head_dropout = head_dropout
        self.max_tokens = max_tokens
        self.lexical = lexical
        super().__init__(**kwargs)


class CasRel(PreTrainedModel):
    """Encoder, subject tagger (one per schema) and subject-conditioned object tagger.

    Shapes: B sentences, L tokens, H width, S schemas, R relations, N (sentence, subject) pairs. The last axis of size 2
    is (start, end).
    """

    config_class = CasRelConfig
    base_model_prefix = "encoder"

    def __init__(self, config: CasRelConfig, encoder: PreTrainedModel | None = None) -> None:
        super().__init__(config)
        encoder_config = AutoConfig.for_model(**config.encoder)
        self.encoder = encoder if encoder is not None else AutoModel.from_config(encoder_config)
        width = encoder_config.hidden_size
        self.lexical = nn.Embedding(FEATURES, width, padding_idx=NONE) if config.lexical else None
        self.dropout = nn.Dropout(config.head_dropout)
        self.subject = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Linear(width, 2 * len(config.schemas)))
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.gain = nn.Linear(2 * width, width)
        self.bias = nn.Linear(2 * width, width)
        self.distance = nn.Embedding(2 * _FAR + 2, width)
        self.object = nn.Sequential(
            nn.Linear(width, width), nn.GELU(), nn.Dropout(config.head_dropout), nn.Linear(width, 2 * self.n_relations)
        )
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)
        # Additions to what the encoder was trained on start at nothing.
        if module is getattr(self, "distance", None) or module is getattr(self, "lexical", None):
            nn.init.zeros_(module.weight)
        # Most tokens neither start nor end anything: begin at that prior instead of learning it first.
        for head in (getattr(self, "subject", None), getattr(self, "object", None)):
            if head is not None and module is head[-1]:
                nn.init.constant_(module.bias, -5.0)

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
        hidden = self.encoder(inputs_embeds=vectors, attention_mask=attention_mask).last_hidden_state
        return self.dropout(hidden)

    def subject_logits(self, hidden: torch.Tensor) -> torch.Tensor:
        """First pass: [B, L, H] → [B, L, S, 2]."""
        return self.subject(hidden).unflatten(-1, (-1, 2))

    def object_logits(self, hidden: torch.Tensor, starts: torch.Tensor, ends: torch.Tensor) -> torch.Tensor:
        """Second pass: hidden [N, L, H] with the subject's first and last token [N] → [N, L, R, 2]."""
        rows = torch.arange(len(hidden), device=hidden.device)
        subject = torch.cat([hidden[rows, starts], hidden[rows, ends]], dim=-1)
        position = torch.arange(hidden.size(1), device=hidden.device)
        before = (position - starts[:, None]).clamp(min=-_FAR, max=0)
        behind = (position - ends[:, None]).clamp(min=0, max=_FAR)
        inside = (position >= starts[:, None]) & (position <= ends[:, None])
        distance = self.distance((before + behind + _FAR).masked_fill(inside, 2 * _FAR + 1))
        seen = self.norm(hidden) * (1 + self.gain(subject))[:, None] + self.bias(subject)[:, None] + distance
        return self.object(seen).unflatten(-1, (-1, 2))
