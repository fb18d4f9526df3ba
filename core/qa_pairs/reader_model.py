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
    where "nothing answers here" is likelier than this, nothing is answered; `quality`: the least
    probability of being right and well put with which a pair stands, of a reader that judges pairs."""

    model_type = "qa-reader"

    def __init__(
        self,
        encoder: dict[str, Any] | None = None,
        head_dropout: float = 0.1,
        max_tokens: int = 512,
        decline: float = 0.5,
        quality: float | None = None,
        **kwargs: Any,
    ) -> None:
        self.encoder = encoder or {}
        self.head_dropout = head_dropout
        self.max_tokens = max_tokens
        self.decline = decline
        self.quality = quality
        super().__init__(**kwargs)


class QualityHead(nn.Module):
    """Whether a question is well put and asks for its answer, from the states of a reader: those of [CLS], of the
    question and of the answer, and what the reader thinks of the answer."""

    SAID = 3  # log-probabilities of the answer's start, of its end, and of there being none

    def __init__(self, width: int, hidden: int = 128) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(3 * width)
        self.seen = nn.Linear(3 * width, hidden)
        self.said = nn.Linear(self.SAID, hidden)
        self.out = nn.Linear(hidden, 1)

    def forward(self, pooled: torch.Tensor, said: torch.Tensor) -> torch.Tensor:
        """Logits [N] of pairs from `pooled` [N, 3H] and `said` [N, SAID]."""
        found: torch.Tensor = self.out(torch.relu(self.seen(self.norm(pooled)) + self.said(said))).squeeze(-1)
        return found


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
        self.quality = None if config.quality is None else QualityHead(encoder_config.hidden_size)
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

    def pooled(
        self, hidden: torch.Tensor, features: torch.Tensor, spans: torch.Tensor, allowed: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """What `QualityHead` is told of questions and their answers' `spans` [B, 2], first and last tokens, from the
        states `hidden` [B, L, H]; `features` as in `forward`; `allowed` [B, L]: tokens of the passage."""
        rows = torch.arange(len(hidden), device=hidden.device)
        at = torch.arange(hidden.size(1), device=hidden.device)[None]
        asked = features[..., 0] == matching.QUESTION
        answer = (at >= spans[:, :1]) & (at <= spans[:, 1:])
        parts = [hidden[:, 0], _mean(hidden, asked), _mean(hidden, answer)]
        starts = self.spans.starts(hidden, allowed | (at == 0))
        ends = self.spans.ends(hidden, rows, spans[:, 0], allowed)
        said = torch.stack([starts[rows, spans[:, 0]], ends[rows, spans[:, 1] - spans[:, 0]], starts[:, 0]], -1)
        return torch.cat(parts, -1).float(), said.clamp(min=-20.0)


def _mean(hidden: torch.Tensor, inside: torch.Tensor) -> torch.Tensor:
    """The mean [B, H] of the states where `inside` [B, L]."""
    weight = inside.to(hidden.dtype)[..., None]
    return (hidden * weight).sum(1) / weight.sum(1).clamp(min=1)
