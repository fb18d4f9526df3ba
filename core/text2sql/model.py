"""The model that fills a sketch: one pass over question and columns, then small heads for each blank.

The blanks of the post's baseline (columns with aggregates, conditions with operators, their connective) and ours
(grouping, order, limit, arithmetic). Conditions are chosen among linked candidates (a piece of the question, a column,
a value) rather than generated, which needs far less data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from transformers import AutoConfig, PreTrainedModel
from transformers.configuration_utils import PretrainedConfig

from core.backbone.encoder import build_encoder
from core.text2sql.encoding import FEATURES
from core.text2sql.linking import NEARNESS, SOURCES
from core.text2sql.sketch import AGGREGATES

# What a candidate can be: no condition, or one with this operator. On the slot of the limit, "=" is the number of rows
# of the result and "!=" that of the shortlist.
OPS = ("none", "=", "!=", ">", "<", ">=", "<=", "starts", "ends", "contains", "not_contains")
DIRECTIONS = ("none", "asc", "desc")
NULLS = ("none", "is_null", "not_null")
LIMITS = ("none", "one", "ties", "number")
# Arithmetic between two columns, or one compared with the other.
EXPRESSIONS = ("none", "+", "-", "*", "/", ">", "<")
_SMALL = ("features", "near", "strength")


class SketchConfig(PretrainedConfig):
    """`encoder`: the configuration of any `AutoModel` encoder; `max_tokens`: the longest sequence it was trained on."""

    model_type = "sketch-filler"

    def __init__(
        self,
        encoder: dict[str, Any] | None = None,
        head_dropout: float = 0.1,
        max_tokens: int = 512,
        **kwargs: Any,
    ) -> None:
        self.encoder = encoder or {}
        self.head_dropout = head_dropout
        self.max_tokens = max_tokens
        super().__init__(**kwargs)


@dataclass
class Logits:
    """Shapes: B questions, L tokens, S slots, N candidates."""

    select: torch.Tensor  # [B, S, aggregates], each for itself
    group: torch.Tensor  # [B, S]
    order: torch.Tensor  # [B, S, DIRECTIONS]
    order_aggregate: torch.Tensor  # [B, S, aggregates]
    shortlist: torch.Tensor  # [B, S, DIRECTIONS]
    null: torch.Tensor  # [B, S, NULLS]
    left: torch.Tensor  # [B, S]
    right: torch.Tensor  # [B, S]
    distinct: torch.Tensor  # [B]
    either: torch.Tensor  # [B]: conditions joined by "or"
    answerable: torch.Tensor  # [B]
    limit: torch.Tensor  # [B, LIMITS]
    expression: torch.Tensor  # [B, EXPRESSIONS]
    tags: torch.Tensor  # [B, L, 3]: outside, begin, inside of a value
    op: torch.Tensor  # [N, OPS]
    having: torch.Tensor  # [N, aggregates]


@dataclass
class States:
    """States [B, L, H], their cumulative sums [B, L + 1, H], and slot vectors [B, S, H]."""

    hidden: torch.Tensor
    sums: torch.Tensor
    columns: torch.Tensor


class SketchModel(PreTrainedModel):
    """Encoder with linking features, and a head for each blank. Shapes as in `Logits`; H width, G feature groups."""

    config_class = SketchConfig
    config: SketchConfig
    base_model_prefix = "encoder"

    def __init__(self, config: SketchConfig) -> None:
        super().__init__(config)
        encoder_config = AutoConfig.for_model(**config.encoder)
        self.encoder = build_encoder(encoder_config)
        width = encoder_config.hidden_size
        n = len(AGGREGATES)
        self.features = nn.Embedding(FEATURES, width)
        self.mention = nn.Sequential(
            nn.Linear(3 * width, width), nn.GELU(), nn.Dropout(config.head_dropout), nn.Linear(width, width)
        )
        self.strength = nn.Embedding(3, width)
        self.column = nn.Sequential(nn.Linear(3 * width, width), nn.GELU(), nn.Dropout(config.head_dropout))
        # select, group, order, its aggregate, shortlist, null, left, right
        self._sizes = (n, 1, len(DIRECTIONS), n, len(DIRECTIONS), len(NULLS), 1, 1)
        self.column_heads = nn.Linear(width, sum(self._sizes))
        self.whole = nn.Sequential(nn.Linear(2 * width, width), nn.GELU(), nn.Dropout(config.head_dropout))
        self._whole_sizes = (1, 1, 1, len(LIMITS), len(EXPRESSIONS))
        self.whole_heads = nn.Linear(width, sum(self._whole_sizes))
        self.tagger = nn.Linear(width, 3)
        self.span = nn.Linear(3 * width, width)
        self.source = nn.Embedding(len(SOURCES), width)
        self.near = nn.Embedding(NEARNESS, width)
        self.score = nn.Linear(1, width)
        self.pair = nn.Sequential(nn.Linear(3 * width, width), nn.GELU(), nn.Dropout(config.head_dropout))
        self.pair_heads = nn.Linear(width, len(OPS) + n)
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)
        # Additions to what the encoder was trained on start small.
        if isinstance(module, nn.Embedding) and module in (getattr(self, n, None) for n in _SMALL):
            nn.init.normal_(module.weight, std=0.01)

    def forward(self, candidates: torch.Tensor, scores: torch.Tensor, **question: torch.Tensor) -> Logits:
        """Logits for a batch as `encoding.collate` makes it."""
        states, logits = self.read(**question)
        logits.op, logits.having = self.pairs(states, candidates, scores)
        return logits

    def read(
        self,
        ids: torch.Tensor,
        features: torch.Tensor,
        mask: torch.Tensor,
        in_question: torch.Tensor,
        slot_spans: torch.Tensor,
        slot_mask: torch.Tensor,
        mentions: torch.Tensor,
    ) -> tuple[States, Logits]:
        """The states, and the logits of all heads but the candidates': more of these come from what the tagger says."""
        embedded = self.encoder.get_input_embeddings()(ids) + self.features(features).sum(2)
        hidden = self.encoder(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        sums = nn.functional.pad(hidden.float().cumsum(1), (0, 0, 1, 0))
        question = _masked_mean(hidden, in_question)
        columns = self._columns(hidden, sums, slot_spans, question, mentions)
        select, group, order, order_aggregate, shortlist, null, left, right = self.column_heads(columns).split(
            self._sizes, -1
        )
        whole = self.whole(torch.cat([hidden[:, 0], question], -1))
        of_whole = self.whole_heads(whole).split(self._whole_sizes, -1)
        absent = ~slot_mask
        none = hidden.new_zeros(0, 0)
        logits = Logits(
            select=select.masked_fill(absent[..., None], -1e4),
            group=group.squeeze(-1).masked_fill(absent, -1e4),
            order=order,
            order_aggregate=order_aggregate,
            shortlist=shortlist,
            null=null,
            left=left.squeeze(-1).masked_fill(absent, -1e4),
            right=right.squeeze(-1).masked_fill(absent, -1e4),
            distinct=of_whole[0].squeeze(-1),
            either=of_whole[1].squeeze(-1),
            answerable=of_whole[2].squeeze(-1),
            limit=of_whole[3],
            expression=of_whole[4],
            tags=self.tagger(hidden),
            op=none,
            having=none,
        )
        return States(hidden, sums, columns), logits

    def _columns(
        self,
        hidden: torch.Tensor,
        sums: torch.Tensor,
        spans: torch.Tensor,
        question: torch.Tensor,
        mentions: torch.Tensor,
    ) -> torch.Tensor:
        """Slot vectors [B, S, H] from the marker, the mean over marker and name, the question, and the places
        `mentions` [M, 5] where the question names the column: what stands around these says what is asked of it."""
        batch = torch.arange(len(hidden), device=hidden.device)[:, None]
        row, slot, start, end, strength = mentions.unbind(-1)
        around = _around(hidden, sums, row, start, end)
        said = self.mention(around) + self.strength(strength)
        marker = hidden[batch, spans[..., 0]].index_put((row, slot), said.to(hidden.dtype), accumulate=True)
        mean = _means(sums, batch, spans[..., 0], spans[..., 1]).to(hidden.dtype)
        found: torch.Tensor = self.column(torch.cat([marker, mean, question[:, None].expand_as(marker)], -1))
        return found

    def pairs(
        self, states: States, candidates: torch.Tensor, scores: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Operators [N, OPS] and aggregates [N, aggregates] of candidates [N, 6] with `scores` [N]."""
        hidden, sums, columns = states.hidden, states.sums, states.columns
        row, start, end, slot, source, near = candidates.unbind(-1)
        # The words before and behind a value say how it is compared.
        around = _around(hidden, sums, row, start, end)
        span = self.span(around) + self.source(source) + self.near(near) + self.score(scores[:, None].to(hidden.dtype))
        column = columns[row, slot]
        logits = self.pair_heads(self.pair(torch.cat([span, column, span * column], -1)))
        n = len(OPS)
        return logits[:, :n], logits[:, n:]


def _means(sums: torch.Tensor, rows: torch.Tensor, start: torch.Tensor, end: torch.Tensor) -> torch.Tensor:
    """Mean states of tokens [start, end) from cumulative sums [B, L + 1, H]."""
    return (sums[rows, end] - sums[rows, start]) / (end - start).clamp(min=1)[..., None]


def _around(
    hidden: torch.Tensor, sums: torch.Tensor, rows: torch.Tensor, start: torch.Tensor, end: torch.Tensor
) -> torch.Tensor:
    """The state before tokens [start, end), their mean and the state behind them, [N, 3 H]."""
    mean = _means(sums, rows, start, end).to(hidden.dtype)
    return torch.cat([hidden[rows, start - 1], mean, hidden[rows, end]], -1)


def _masked_mean(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    weights = mask[..., None].to(hidden.dtype)
    return (hidden * weights).sum(1) / weights.sum(1).clamp(min=1)
