"""The model that writes a form: an encoder over question and columns, a small decoder with pointers.

It grew out of the NL2SQL baseline (https://kexue.fm/archives/6771), which fills the blanks of a flat sketch instead.

The decoder (two layers of a Transformer, arXiv:1706.03762) writes one symbol after the other: a word of the grammar, or
a pointer (arXiv:1506.03134) to a column, a candidate or a character of the question. All symbols of a question stand in
one bank of vectors, by which they are both chosen and read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from transformers import AutoConfig, PreTrainedModel
from transformers.configuration_utils import PretrainedConfig

from core.backbone.encoder import build_encoder
from core.text2sql.candidates import KINDS
from core.text2sql.form_encoding import FEATURES, MATCHES, TYPES
from core.text2sql.form_vocabulary import VOCABULARY


class FormConfig(PretrainedConfig):
    """`encoder`: the configuration of a BERT; `features_at`: the layer that is given what linking found; `words`: how
    many words the decoder knows. Fitted on
    dev: `calibration`, slope and offset of the logit of a form's probability; `answerable`, weights of the logits of
    not refusing and of the best form's probability, and an offset."""

    model_type = "form-writer"

    def __init__(
        self,
        encoder: dict[str, Any] | None = None,
        words: int = len(VOCABULARY),
        decoder_layers: int = 2,
        decoder_inner: int = 1024,
        dropout: float = 0.1,
        features_at: int = 2,
        calibration: tuple[float, float] = (1.0, 0.0),
        answerable: tuple[float, float, float] = (1.0, 0.0, 0.0),
        **kwargs: Any,
    ) -> None:
        self.encoder = encoder or {}
        self.words = words
        self.decoder_layers = decoder_layers
        self.decoder_inner = decoder_inner
        self.dropout = dropout
        self.features_at = features_at
        self.calibration = calibration
        self.answerable = answerable
        super().__init__(**kwargs)


@dataclass
class Read:
    """What was read. Shapes: B questions, L tokens, S symbols (words, columns, candidates, characters), H width."""

    bank: torch.Tensor  # [B, S, H]
    known: torch.Tensor  # [B, S]: symbols that are there
    keys: list[torch.Tensor]  # of each decoder layer, [B, heads, L, d]
    values: list[torch.Tensor]
    mask: torch.Tensor | None  # [B, 1, 1, L]: the table's tokens and the question's own; all of them without it

    def repeated(self, n: int) -> Read:
        """The question, alone in its batch, n times."""
        return Read(
            self.bank.expand(n, -1, -1),
            self.known.expand(n, -1),
            [key.expand(n, -1, -1, -1) for key in self.keys],
            [value.expand(n, -1, -1, -1) for value in self.values],
            None,
        )


# Keys, values and mask.
Source = tuple[torch.Tensor, torch.Tensor, torch.Tensor | None]


class DecoderLayer(nn.Module):
    """Attention to what was written, attention to what was read, and a feed-forward layer; normalised before each."""

    def __init__(self, width: int, inner: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.qkv = nn.Linear(width, 3 * width)
        self.own = nn.Linear(width, width)
        self.asking = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.read = nn.Linear(width, width)
        self.up = nn.Linear(width, inner)
        self.down = nn.Linear(inner, width)

    def split(self, x: torch.Tensor) -> torch.Tensor:
        """[B, T, H] → [B, heads, T, d]."""
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)

    def forward(
        self, x: torch.Tensor, sources: Sequence[Source], past: tuple[torch.Tensor, torch.Tensor] | None
    ) -> tuple[torch.Tensor, tuple[torch.Tensor, torch.Tensor]]:
        """States [B, T, H] of new symbols, what was read by the first of them, by those behind and so on, and keys and
        values of the symbols before, if any."""
        q, k, v = (self.split(part) for part in self.qkv(self.norms[0](x)).chunk(3, -1))
        if past is not None:
            k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
        seen = F.scaled_dot_product_attention(q, k, v, is_causal=past is None and x.size(1) > 1)
        x = x + self._dropped(self.own(seen.transpose(1, 2).flatten(2)))
        asked = self.split(self.asking(self.norms[1](x))).split([len(key) for key, _, _ in sources])
        parts = [F.scaled_dot_product_attention(q, *source) for q, source in zip(asked, sources, strict=True)]
        seen = parts[0] if len(parts) == 1 else torch.cat(parts)
        x = x + self._dropped(self.read(seen.transpose(1, 2).flatten(2)))
        x = x + self._dropped(self.down(F.gelu(self.up(self.norms[2](x)))))
        return x, (k, v)

    def _dropped(self, x: torch.Tensor) -> torch.Tensor:
        return F.dropout(x, self.dropout, self.training)


class FormModel(PreTrainedModel):
    """Encoder with linking features, the bank of symbols, and the decoder."""

    config_class = FormConfig
    config: FormConfig
    base_model_prefix = "encoder"

    def __init__(self, config: FormConfig) -> None:
        super().__init__(config)
        encoder_config = AutoConfig.for_model(**config.encoder)
        self.encoder = build_encoder(encoder_config)
        width = encoder_config.hidden_size
        self.features = nn.Embedding(FEATURES, width)
        self.words = nn.Embedding(config.words, width)
        self.steps = nn.Embedding(128, width)
        self.column = nn.Linear(3 * width, width)
        self.match = nn.Embedding(MATCHES, width)
        self.candidate = nn.Linear(3 * width, width)
        self.place = nn.Linear(width, width)
        self.kind = nn.Embedding(len(KINDS), width)
        self.types = nn.Embedding(len(TYPES), width)
        self.score = nn.Linear(1, width)
        self.bank_norm = nn.LayerNorm(width)
        self.enter = nn.Linear(width, width)
        self.layers = nn.ModuleList(
            DecoderLayer(width, config.decoder_inner, 8, config.dropout) for _ in range(config.decoder_layers)
        )
        self.last_norm = nn.LayerNorm(width)
        self.choose = nn.Linear(width, width)
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)
        # Additions to what the encoder was trained on start small.
        if module is getattr(self, "features", None):
            nn.init.normal_(module.weight, std=0.01)

    def read(
        self,
        ids: torch.Tensor,
        features: torch.Tensor,
        positions: torch.Tensor,
        segments: torch.Tensor,
        rows: torch.Tensor,
        begins: torch.Tensor,
        numbers: torch.Tensor,
        columns: torch.Tensor,
        column_mask: torch.Tensor,
        candidates: torch.Tensor,
        candidate_mask: torch.Tensor,
        scores: torch.Tensor,
        place_mask: torch.Tensor,
    ) -> Read:
        """Read a batch as `form_encoding.collate` makes it: R rows of tables with their questions, B questions."""
        # A token sees its table, and those of its own question.
        table = segments[:, None] == 0
        seen = (table | (segments[:, None] == segments[:, :, None])) & (segments >= 0)[:, None]
        hidden = self.encoder(
            input_ids=ids,
            attention_mask=seen[:, None],
            position_ids=positions,
            added=(self.config.features_at, self.features(features).sum(2)),
        ).last_hidden_state
        sums = F.pad(hidden.float().cumsum(1), (0, 0, 1, 0))
        parts = [
            _taken(hidden, rows, columns[..., 0]),
            _mean(sums, rows, columns[..., :2], hidden.dtype),
            _mean(sums, rows, columns[..., 3:], hidden.dtype),
        ]
        names = self.column(torch.cat(parts, -1)) + self.match(columns[..., 2])
        parts = [
            _mean(sums, rows, candidates[..., :2], hidden.dtype),
            _mean(sums, rows, candidates[..., 2:4], hidden.dtype),
            _taken(F.pad(names, (0, 0, 1, 0)), torch.arange(len(rows), device=ids.device), candidates[..., 4]),
        ]
        extra = self.kind(candidates[..., 5]) + self.types(candidates[..., 6]) + self.score(scores[..., None])
        pointed = self.candidate(torch.cat(parts, -1)) + extra
        characters = begins[:, None] + 1 + torch.arange(place_mask.size(1), device=ids.device)
        places = self.place(_taken(hidden, rows, characters.clamp(max=ids.size(1) - 1)))
        words = self.words(torch.arange(self.config.words, device=ids.device)).expand(len(rows), -1, -1)
        bank = self.bank_norm(torch.cat([words, names, pointed, places], 1))
        known = torch.cat([column_mask.new_ones(words.shape[:2]), column_mask, candidate_mask, place_mask], 1)
        keys, values = [], []
        for layer in self.layers:
            assert isinstance(layer, DecoderLayer)
            key, value = layer.key_value(hidden).chunk(2, -1)
            keys.append(layer.split(key).index_select(0, rows))
            values.append(layer.split(value).index_select(0, rows))
        mask = (segments[rows] == 0) | (segments[rows] == numbers[:, None])
        return Read(bank, known, keys, values, mask[:, None, None])

    def write(
        self,
        reads: Sequence[Read],
        symbols: torch.Tensor,
        first: int = 0,
        past: list[tuple[torch.Tensor, torch.Tensor]] | None = None,
    ) -> tuple[list[torch.Tensor], list[tuple[torch.Tensor, torch.Tensor]]]:
        """Symbols [B, T] (places in the bank) at steps `first` on, of the questions of the first of `reads`, of the
        next and so on → for each of those logits [B, T, S] of the symbols that follow, and what the layers remember.

        What was read apart shares the sums of the layers and nothing else: it has its own length, without padding, so
        that no question's answer depends on what others ask at the same time.
        """
        sizes = [len(read.bank) for read in reads]
        steps = torch.arange(first, first + symbols.size(1), device=symbols.device).clamp(max=127)
        taken = [_symbols(read.bank, mine) for read, mine in zip(reads, symbols.split(sizes), strict=True)]
        x = self.enter(torch.cat(taken)) + self.steps(steps)
        kept = []
        for i, layer in enumerate(self.layers):
            sources = [(read.keys[i], read.values[i], read.mask) for read in reads]
            x, memory = layer(x, sources, past[i] if past else None)
            kept.append(memory)
        asked = self.choose(self.last_norm(x))
        found = []
        for read, mine in zip(reads, asked.split(sizes), strict=True):
            logits = mine @ read.bank.transpose(1, 2) / mine.size(-1) ** 0.5
            found.append(logits.float().masked_fill(~read.known[:, None], float("-inf")))
        return found, kept


def _taken(states: torch.Tensor, rows: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    """Of states [R, L, H] in rows [B] those at places [B, N] → [B, N, H]."""
    flat = (rows[:, None] * states.size(1) + places).flatten()
    return states.flatten(0, 1).index_select(0, flat).view(*places.shape, states.size(-1))


def _symbols(bank: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    """Of banks [B, S, H], which may be one that is repeated, those at places [B, T] → [B, T, H]."""
    rows = torch.arange(len(bank), device=bank.device)
    return _taken(bank[:1], rows * 0, places) if bank.stride(0) == 0 else _taken(bank, rows, places)


def _mean(sums: torch.Tensor, rows: torch.Tensor, spans: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Means [B, N, H] of the states over spans [B, N, 2] of rows [B], from their cumulative sums [R, L + 1, H]; 0 where
    a span is empty."""
    start, end = spans.unbind(-1)
    total = _taken(sums, rows, end) - _taken(sums, rows, start)
    return (total / (end - start).clamp(min=1)[..., None]).to(dtype)
