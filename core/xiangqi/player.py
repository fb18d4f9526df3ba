"""Reading a game with the GPT: one forward pass per move, keys and values kept along the game."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import torch
from transformers import DynamicCache

from core.xiangqi.encoding import FEATURE_WIDTH, NO_FEATURE, TOKENS, features
from core.xiangqi.game import Game
from core.xiangqi.model import Output

# Plies the model was trained to look back on. A longer game is read from a later ply on, in steps, so that the cache is
# rebuilt only now and then.
WINDOW = 256
_STEP = 64
_LINES = 16


class MoveModel(Protocol):
    """What plays: `XiangqiGPT`, or a causal language model of others behind `core.xiangqi.hub.CausalMoves`."""

    board_aware: bool
    has_value: bool

    def prefix(self, first_wins: bool | None = None) -> list[int]:
        """Tokens before the first move; the position before it belongs to the last of them.

        `first_wins` asks for the play of a game that the side which moves first wins, or loses.
        """

    def read(
        self,
        ids: torch.Tensor,
        features: torch.Tensor | None,
        first: int,
        cache: DynamicCache | None,
        positions: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        attentions: bool = False,
    ) -> Output:
        """Scores after each token; `first` is the side that plays the first move of the sequence."""

    def __call__(
        self,
        ids: torch.Tensor,
        features: torch.Tensor | None = None,
        cache: DynamicCache | None = None,
        positions: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
    ) -> Output:
        """As `read`, of the game alone, without its mirror image; of those that have a value."""


@dataclass(frozen=True)
class Reading:
    """What the model says where a game stands.

    `probabilities` [2062] are over all moves of the side to move, legal or not; `value` is the probability that the
    side to move wins, draws, loses, or None where the model has no opinion.
    """

    probabilities: np.ndarray
    value: tuple[float, float, float] | None

    def legal(self, game: Game) -> tuple[list[int], np.ndarray]:
        """The legal moves and the model's probabilities on them, not renormalised."""
        moves = game.board.legal_moves()
        return moves, self.probabilities[TOKENS[game.board.side, moves]]


@dataclass
class _Line:
    """A sequence read so far: tokens, keys and values, and the last reading."""

    start: bytes
    tokens: list[int]
    cache: DynamicCache
    last: tuple[torch.Tensor, torch.Tensor] | None = None
    used: int = 0


@dataclass
class Tokens:
    """A game as the model reads it: tokens, the positions after them, and who plays the first move."""

    tokens: list[int]
    boards: list[list[int]] = field(default_factory=list)
    sides: list[int] = field(default_factory=list)
    first: int = 0
    start: bytes = b""


class Player:
    """A move model and the games it is in the middle of. Safe to call from many threads."""

    def __init__(self, model: MoveModel, device: str) -> None:
        self.model = model
        self.device = device
        self.lock = threading.RLock()
        self._lines: list[_Line] = []
        self._clock = 0

    def sequence(self, game: Game, to_win: bool = False) -> Tokens:
        """The tokens of a game, from a later ply on if it is long, and the position after each.

        With `to_win` the result token says that the side to move will win.
        """
        skipped = max(0, len(game.moves) - WINDOW)
        skipped = -(-skipped // _STEP) * _STEP
        board = game.start.copy()
        for move in game.moves[:skipped]:
            board.push(move)
        prefix = self.model.prefix((board.side == game.board.side) if to_win else None)
        found = Tokens(prefix[:], first=board.side, start=board.key())
        # Tokens before the last of the prefix see no position.
        found.boards, found.sides = [board.squares[:]] * len(prefix), [board.side] * len(prefix)
        for move in game.moves[skipped:]:
            found.tokens.append(int(TOKENS[board.side, move]))
            board.push(move)
            found.boards.append(board.squares[:])
            found.sides.append(board.side)
        return found

    def features(self, sequence: Tokens, begin: int) -> torch.Tensor | None:
        """The positions after tokens `begin` on [1, length, FEATURE_WIDTH], or None if the model sees no board."""
        if not self.model.board_aware:
            return None
        found = features(sequence.boards[begin:], sequence.sides[begin:]).astype(np.int64)
        blind = len(self.model.prefix()) - 1 - begin
        if blind > 0:
            found[:blind] = NO_FEATURE
        return torch.from_numpy(found)[None].to(self.device)

    @torch.inference_mode()
    def read(self, game: Game, to_win: bool = False) -> Reading:
        """The model's distribution where `game` stands; what it has read of the game before is not read again."""
        with self.lock:
            line = self.line(game, to_win)
            assert line.last is not None
            return reading(*line.last)

    def line(self, game: Game, to_win: bool = False) -> _Line:
        """The cache that has read `game` to its end; call with the lock held and in inference mode."""
        sequence = self.sequence(game, to_win)
        line, common = self._best_line(sequence)
        if common < len(sequence.tokens) or line.last is None:
            common = min(common, len(sequence.tokens) - 1)
            # Nothing half read may look whole, should the model fail.
            line.last = None
            line.tokens = line.tokens[:common]
            truncate(line.cache, common)
            ids = torch.tensor([sequence.tokens[common:]], device=self.device)
            out = self.model.read(ids, self.features(sequence, common), sequence.first, line.cache)
            line.tokens = sequence.tokens
            line.last = (out.logits[0, -1], out.value[0, -1])
        self._clock += 1
        line.used = self._clock
        return line

    def _best_line(self, sequence: Tokens) -> tuple[_Line, int]:
        """A line to go on from and how many of its tokens fit: one move on, or a few taken back; else a fresh one."""
        for line in sorted(self._lines, key=lambda each: -each.used):
            if line.start != sequence.start:
                continue
            pairs = zip(line.tokens, sequence.tokens, strict=False)
            common = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(line.tokens), len(sequence.tokens)))
            if common >= len(line.tokens) - 4:
                if common < len(line.tokens):
                    line.last = None
                return line, common
        if len(self._lines) >= _LINES:
            self._lines.remove(min(self._lines, key=lambda each: each.used))
        line = _Line(sequence.start, [], DynamicCache())
        self._lines.append(line)
        return line, 0

    @torch.inference_mode()
    def read_all(self, game: Game, attentions: bool = False) -> tuple[Tokens, Output]:
        """One pass over a whole game: the output at every token."""
        sequence = self.sequence(game)
        ids = torch.tensor([sequence.tokens], device=self.device)
        with self.lock:
            out = self.model.read(ids, self.features(sequence, 0), sequence.first, None, attentions=attentions)
        return sequence, out

    @torch.inference_mode()
    def read_many(self, games: Sequence[Game]) -> list[Reading]:
        """The readings of many games, as one batch per side that begins (padded at the end)."""
        found: dict[int, Reading] = {}
        sequences = [self.sequence(game) for game in games]
        for first in (0, 1):
            rows = [i for i, s in enumerate(sequences) if s.first == first]
            if not rows:
                continue
            width = max(len(sequences[i].tokens) for i in rows)
            ids = torch.zeros((len(rows), width), dtype=torch.long)
            seen = torch.full((len(rows), width, FEATURE_WIDTH), NO_FEATURE) if self.model.board_aware else None
            for r, i in enumerate(rows):
                ids[r, : len(sequences[i].tokens)] = torch.tensor(sequences[i].tokens)
                if seen is not None:
                    part = self.features(sequences[i], 0)
                    assert part is not None
                    seen[r, : part.shape[1]] = part[0].cpu()
            seen = seen.to(self.device) if seen is not None else None
            with self.lock:
                out = self.model.read(ids.to(self.device), seen, first, None)
            for r, i in enumerate(rows):
                last = len(sequences[i].tokens) - 1
                found[i] = reading(out.logits[r, last], out.value[r, last])
        return [found[i] for i in range(len(games))]


def truncate(cache: DynamicCache, length: int) -> None:
    """Forget what `cache` holds beyond its first `length` tokens."""
    surplus = cache.get_seq_length() - length
    if surplus > 0:
        cache.crop(-surplus)


def reading(logits: torch.Tensor, value: torch.Tensor) -> Reading:
    """Scores of one position as probabilities."""
    win, draw, loss = value.float().softmax(-1).tolist() if value.numel() else (0.0, 0.0, 0.0)
    return Reading(logits.float().softmax(-1).cpu().numpy(), (win, draw, loss) if value.numel() else None)


def choose(probabilities: np.ndarray, temperature: float, top_k: int, chance: np.random.Generator) -> int:
    """Index of the move to play: the likeliest at temperature 0, else drawn from p ** (1 / temperature)."""
    # So cold that p ** (1 / temperature) would underflow.
    if temperature < 1e-3:
        return int(probabilities.argmax())
    logs = np.log(np.maximum(probabilities.astype(np.float64), 1e-12)) / temperature
    if 0 < top_k < len(logs):
        logs[np.argsort(-logs, kind="stable")[top_k:]] = -np.inf
    weights = np.exp(logs - logs.max())
    return int(chance.choice(len(weights), p=weights / weights.sum()))
