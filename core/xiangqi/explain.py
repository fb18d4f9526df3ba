"""The model's opinion of every move of a game, and its inside where a game stands."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from core.xiangqi.accuracy import expected_score, move_accuracy
from core.xiangqi.encoding import TOKENS, VOCABULARY, move_of
from core.xiangqi.game import Game
from core.xiangqi.geometry import RED
from core.xiangqi.notation import to_chinese, to_iccs
from core.xiangqi.player import Player

_TOP = 12


@dataclass(frozen=True)
class Opinion:
    """What the model thought where a move was played.

    `probability` and `rank` (1 is the first choice) are among the legal moves; `best` is its own choice; `value` is the
    probability that red wins, of a draw, that black wins, before the move; `loss` what the move cost the mover of the
    expected score (percent), and `accuracy` that on lichess's scale; None from a model without a view of the result.
    """

    move: str
    chinese: str
    probability: float
    rank: int
    best: str
    best_chinese: str
    legal_mass: float
    value: tuple[float, float, float] | None
    loss: float | None = None
    accuracy: float | None = None


@dataclass(frozen=True)
class Inside:
    """The sequence as the model reads it, and what it makes of it.

    `prefix` are the tokens before the first move; `tokens` are {text, chinese, log_probability, legal_mass, attention}
    per move: how likely the model took it to be, and how much of the last layer's attention goes to it now (mean over
    heads). `top` are the likeliest tokens before masking, {move, chinese, probability, legal}; `skipped` counts earlier
    moves the model no longer reads.
    """

    prefix: list[str]
    prefix_attention: list[float]
    tokens: list[dict[str, Any]]
    top: list[dict[str, Any]]
    legal_mass: float
    board_aware: bool
    skipped: int

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def review(player: Player, game: Game) -> list[Opinion]:
    """One opinion for each move of `game` that the model reads (all, unless the game is very long)."""
    sequence, out = player.read_all(game)
    prefix = len(player.model.prefix())
    count = len(sequence.tokens) - prefix
    past = Game(game.start, game.moves[: len(game.moves) - count])
    probabilities = out.logits[0, prefix - 1 : prefix - 1 + count].float().softmax(-1).cpu().numpy()
    values: list[Any] = [None] * (count + 1)
    if out.value.numel():
        values = out.value[0, prefix - 1 : prefix + count].float().softmax(-1).tolist()
        ended = game.status()
        if ended.over:  # the last value is that of the side to move
            values[-1] = (0.0, 1.0, 0.0) if ended.winner is None else (0.0, 0.0, 1.0)
            if ended.winner == game.board.side:
                values[-1] = (1.0, 0.0, 0.0)
    opinions = []
    for i, (move, scores) in enumerate(zip(game.moves[len(past.moves) :], probabilities, strict=True)):
        value = values[i]
        board = past.board
        legal = board.legal_moves()
        mass = scores[TOKENS[board.side, legal]]
        mine, total = mass[legal.index(move)], float(mass.sum())
        best = legal[int(mass.argmax())]
        win, draw, loss = value or (0.0, 0.0, 0.0)
        before, after = (expected_score(value), 100 - expected_score(values[i + 1])) if value else (0.0, 0.0)
        opinions.append(
            Opinion(
                to_iccs(move),
                to_chinese(board, move),
                float(mine) / max(total, 1e-12),
                int((mass > mine).sum()) + 1,
                to_iccs(best),
                to_chinese(board, best),
                total,
                None if value is None else ((win, draw, loss) if board.side == RED else (loss, draw, win)),
                max(0.0, before - after) if value else None,
                move_accuracy(before, after) if value else None,
            )
        )
        past.push(move)
    return opinions


def explain(player: Player, game: Game) -> Inside:
    """The token sequence, the attention to it, and the distribution before masking."""
    sequence, out = player.read_all(game, attentions=True)
    prefix = player.model.prefix()
    logs = out.logits[0].float().log_softmax(-1)
    attention = out.attentions[-1][0, :, -1].mean(0).tolist() if out.attentions else [0.0] * len(sequence.tokens)
    past = Game(game.start, game.moves[: len(game.moves) - len(sequence.tokens) + len(prefix)])
    tokens, skipped = [], len(past.moves)
    for i, token in enumerate(sequence.tokens[len(prefix) :], len(prefix)):
        board = past.board
        move = move_of(token, board.side)
        tokens.append(
            {
                "text": VOCABULARY[token],
                "chinese": to_chinese(board, move),
                "log_probability": float(logs[i - 1, token]),
                "legal_mass": float(logs[i - 1, TOKENS[board.side, board.legal_moves()]].exp().sum()),
                "attention": attention[i],
            }
        )
        past.push(move)
    board = game.board
    legal = set(board.legal_moves())
    values, indices = logs[-1].exp().topk(_TOP)
    top = []
    for probability, token in zip(values.tolist(), indices.tolist(), strict=True):
        move = move_of(token, board.side)
        top.append(
            {
                "move": to_iccs(move),
                "chinese": to_chinese(board, move) if move in legal else "",
                "probability": probability,
                "legal": move in legal,
            }
        )
    mass = float(logs[-1, TOKENS[board.side, sorted(legal)]].exp().sum()) if legal else 0.0
    return Inside(
        [VOCABULARY[t] for t in prefix],
        attention[: len(prefix)],
        tokens,
        top,
        mass,
        player.model.board_aware,
        skipped,
    )
