"""Causal language models of others as xiangqi players: any from the Hub that has one token per ICCS move."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.cache_utils import Cache

from core.xiangqi.encoding import MOVES, move_of
from core.xiangqi.model import Output
from core.xiangqi.notation import to_iccs


class CausalMoves(nn.Module):
    """A causal language model over ICCS moves as they stand on the board (not turned round for black).

    It reads moves only and has no view of the result.
    """

    board_aware = False
    has_value = False

    def __init__(self, model: nn.Module, vocabulary: dict[str, int], begin: int) -> None:
        super().__init__()
        self.model = model
        self.begin = begin
        missing = [move for side in (0, 1) for move in _iccs(side) if move not in vocabulary]
        if missing:
            raise ValueError(f"the tokenizer has no token for {missing[0]} and {len(missing) - 1} other moves")
        # side → our token → theirs
        self.theirs = torch.tensor([[vocabulary[move] for move in _iccs(side)] for side in (0, 1)])

    @classmethod
    def from_pretrained(cls, folder: Path) -> CausalMoves:
        """Load a checkpoint folder. Raises ValueError where its tokenizer does not know the moves."""
        tokenizer = AutoTokenizer.from_pretrained(folder)
        begin = next(
            (t for t in (tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id) if t is not None), None
        )
        if begin is None:
            raise ValueError("the tokenizer has no token to begin a game with")
        return cls(AutoModelForCausalLM.from_pretrained(folder), tokenizer.get_vocab(), begin)

    def prefix(self, first_wins: bool | None = None) -> list[int]:
        """One token, whatever its number here: theirs to begin a text with. They know no results."""
        return [len(MOVES)]

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
        """Scores after each token, as `core.xiangqi.player.MoveModel` has it; the value has no elements."""
        if positions is None:
            seen = cache.get_seq_length() if cache is not None else 0
            positions = torch.arange(seen, seen + ids.shape[1], device=ids.device)[None]
        theirs = self.theirs.to(ids.device)
        # The token at position p is a move of side first + p - 1; the one after it, of side first + p.
        played, turn = (first + positions + 1) % 2, (first + positions) % 2
        moves = theirs[played.expand_as(ids), ids.clamp(max=len(MOVES) - 1)]
        moves = torch.where(ids == len(MOVES), torch.full_like(moves, self.begin), moves)
        out = self.model(
            input_ids=moves,
            past_key_values=cache,
            use_cache=cache is not None,
            position_ids=positions,
            attention_mask=mask,
        )
        logits = out.logits.gather(-1, theirs[turn.expand_as(ids)])
        return Output(logits, logits.new_zeros((*ids.shape, 0)), logits, out.past_key_values)


def _iccs(side: int) -> list[str]:
    return [to_iccs(move_of(token, side)) for token in range(len(MOVES))]
