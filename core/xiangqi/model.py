"""The GPT: a Llama-style decoder over move tokens, moves only or board-aware, with a view of the result.

After Su Jianlin's 当GPT遇上中国象棋 (kexue.fm/archives/7877), where a GPT reads games as ICCS text. Here a move is one
token, and the board-aware variant is also told the position after each move, as a sum of embeddings of what stands on
each square and who attacks it, and of what can go where (`core.xiangqi.encoding`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from transformers import LlamaConfig, LlamaModel, PretrainedConfig, PreTrainedModel
from transformers.cache_utils import Cache

from core.xiangqi.encoding import (
    FIRST_LOSES,
    FIRST_WINS,
    MIRROR_FEATURES,
    MIRROR_TOKENS,
    MOVES,
    NO_FEATURE,
    SQUARE_FEATURES,
    VOCABULARY,
)
from core.xiangqi.geometry import SQUARES

_MIRROR_TOKENS = torch.from_numpy(MIRROR_TOKENS)
_MIRROR_FEATURES = torch.from_numpy(MIRROR_FEATURES)
_STARTS = torch.tensor([m // SQUARES for m in MOVES])
_TARGETS = torch.tensor([m % SQUARES for m in MOVES])


class XiangqiGPTConfig(PretrainedConfig):
    """Sizes of the decoder (as `LlamaConfig` names them), what it sees, and the prefix it plays with.

    `board_aware`: it sees what stands on each square and who attacks it; `mobility`: also what can go where.
    """

    model_type = "xiangqi_gpt"

    def __init__(
        self,
        board_aware: bool = True,
        result: str = "[unknown]",
        source: str = "[human]",
        hidden_size: int = 256,
        num_hidden_layers: int = 6,
        num_attention_heads: int = 4,
        intermediate_size: int = 768,
        max_position_embeddings: int = 1024,
        mobility: bool = False,
        **kwargs: Any,
    ) -> None:
        self.board_aware = board_aware
        self.mobility = mobility
        self.result = result
        self.source = source
        self.hidden_size = hidden_size
        self.num_hidden_layers = num_hidden_layers
        self.num_attention_heads = num_attention_heads
        self.intermediate_size = intermediate_size
        self.max_position_embeddings = max_position_embeddings
        super().__init__(**kwargs)


@dataclass
class Output:
    """What the model says at each position.

    `logits` [batch, length, 2062] score the next move (no special tokens); `value` [batch, length, 3] scores win, draw
    and loss for the side to move; `hidden` [batch, length, hidden_size] is what both are read from.
    """

    logits: torch.Tensor
    value: torch.Tensor
    hidden: torch.Tensor
    cache: Cache | None = None
    attentions: tuple[torch.Tensor, ...] | None = None


class XiangqiGPT(PreTrainedModel):
    """Next-move distribution and expected result after every prefix of a game."""

    config_class = XiangqiGPTConfig
    config: XiangqiGPTConfig
    base_model_prefix = "decoder"
    has_value = True
    _supports_sdpa = True

    def __init__(self, config: XiangqiGPTConfig) -> None:
        super().__init__(config)
        width = config.hidden_size
        self.decoder = LlamaModel(
            LlamaConfig(  # type: ignore[call-arg]  # the kind of attention is none of the fields it lists
                vocab_size=1,
                hidden_size=width,
                num_hidden_layers=config.num_hidden_layers,
                num_attention_heads=config.num_attention_heads,
                num_key_value_heads=config.num_attention_heads,
                intermediate_size=config.intermediate_size,
                max_position_embeddings=config.max_position_embeddings,
                pad_token_id=None,
                bos_token_id=None,
                eos_token_id=None,
                attn_implementation=config._attn_implementation or "sdpa",
            )
        )
        # A move's embedding, on the way in and out, has a part of its own and parts shared by all moves from and to
        # the same squares: rare moves learn from frequent ones.
        self.tokens = nn.Embedding(len(VOCABULARY), width)
        self.starts = nn.Embedding(SQUARES, width)
        self.targets = nn.Embedding(SQUARES, width)
        if config.board_aware:
            known = NO_FEATURE if config.mobility else SQUARE_FEATURES
            self.pieces = nn.EmbeddingBag(known + 1, width, mode="sum", padding_idx=known)
        self.value = nn.Linear(width, 3)
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        # The input is a sum of a hundred embeddings and the output layer is tied to them: small from the start.
        if isinstance(module, nn.Embedding | nn.EmbeddingBag | nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
            if isinstance(module, nn.Linear) and module.bias is not None:
                nn.init.zeros_(module.bias)
            if isinstance(module, nn.EmbeddingBag) and module.padding_idx is not None:
                module.weight.data[module.padding_idx].zero_()
        else:
            super()._init_weights(module)

    @property
    def board_aware(self) -> bool:
        """Whether `forward` needs the positions."""
        return bool(self.config.board_aware)

    def prefix(self, first_wins: bool | None = None) -> list[int]:
        """The result and source tokens that it plays with."""
        result = VOCABULARY.index(self.config.result)
        if first_wins is not None:
            result = FIRST_WINS if first_wins else FIRST_LOSES
        return [result, VOCABULARY.index(self.config.source)]

    def read(
        self,
        ids: torch.Tensor,
        features: torch.Tensor | None,
        first: int,
        cache: Cache | None,
        positions: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        attentions: bool = False,
    ) -> Output:
        """The scores for the game and for its mirror image, averaged, for `core.xiangqi.player`.

        Xiangqi knows no left and right, so the two views of one game are two opinions for little more than the price of
        one: they go through as one batch, and `cache` has a row for each. Scores and value are log-probabilities.
        """
        rows = len(ids)
        mirror = _MIRROR_TOKENS.to(ids.device)
        ids = torch.cat([ids, mirror[ids]])
        if features is not None:
            features = torch.cat([features, _MIRROR_FEATURES.to(ids.device)[features]])
        config, usual = self.decoder.config, self.decoder.config._attn_implementation
        if attentions:
            config._attn_implementation = "eager"  # the fused kernels keep no weights
        try:
            out = self(ids, features, cache, positions, mask, attentions)
        finally:
            config._attn_implementation = usual
        logs, value = out.logits.float().log_softmax(-1), out.value.float().log_softmax(-1)
        logs = (logs[:rows] + logs[rows:, :, mirror[: len(MOVES)]]) / 2
        kept = out.attentions and tuple(layer[:rows] for layer in out.attentions)
        return Output(logs, (value[:rows] + value[rows:]) / 2, out.hidden[:rows], out.cache, kept)

    def embeddings(self) -> torch.Tensor:
        """The embedding of every token [2068, hidden_size]."""
        shared = self.starts(_STARTS.to(self.device)) + self.targets(_TARGETS.to(self.device))
        return torch.cat([self.tokens.weight[: len(MOVES)] + shared, self.tokens.weight[len(MOVES) :]])

    def forward(
        self,
        ids: torch.Tensor,
        features: torch.Tensor | None = None,
        cache: Cache | None = None,
        positions: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        attentions: bool = False,
    ) -> Output:
        """Read tokens.

        Args:
            ids: [batch, length] tokens.
            features: [batch, length, any] the position after each token (`encoding.features`); `NO_FEATURE` throughout
                where a token has none. Not used by the moves-only variant.
            cache: keys and values of the tokens before; it is extended in place.
            positions: [batch, length] place of each token in its game; by default counted on from the cache.
            mask: [batch, 1, length, cached + length] what each token may look at; by default all before it.
            attentions: whether to return attention weights (needs the "eager" implementation).
        """
        table = self.embeddings()
        embedded = nn.functional.embedding(ids, table)
        if self.config.board_aware:
            if features is None:
                raise ValueError("the board-aware model needs the positions")
            # What a model was not taught to see lies beyond its table, and counts as nothing.
            flat = self.pieces(features.reshape(-1, features.shape[-1]).clamp(max=self.pieces.padding_idx))
            embedded = embedded + flat.view(*ids.shape, -1)
        out = self.decoder(
            inputs_embeds=embedded,
            past_key_values=cache,
            use_cache=cache is not None,
            position_ids=positions,
            attention_mask=mask,
            output_attentions=attentions,
        )
        hidden = out.last_hidden_state
        logits = hidden @ table[: len(MOVES)].T
        return Output(logits, self.value(hidden), hidden, out.past_key_values, out.attentions)
