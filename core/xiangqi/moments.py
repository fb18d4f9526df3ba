"""Moments of a game at which its player had a better move, by the model's own view after a short search of both."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import Busy, InputError
from core.xiangqi.explain import Opinion
from core.xiangqi.game import Game
from core.xiangqi.notation import to_chinese, to_iccs
from core.xiangqi.player import Player
from core.xiangqi.thinking import Budget, think
from core.xiangqi.tree_search import Found

MOMENTS = 3
_LOOKED_AT = 12  # moves that a search looks at again
_POSITIONS = 16
_SECONDS, _LEAST_SECONDS = 20.0, 0.5
# In percent of the expected score: lichess calls a move that costs more an inaccuracy.
_WORTH = 5.0


@dataclass(frozen=True)
class Moment:
    """A move that cost something, and a better one; `ply` counts the moves before it.

    `played_score` and `best_score` are what the mover may expect of the point after either, in percent.
    """

    ply: int
    played: str
    played_chinese: str
    best: str
    best_chinese: str
    played_score: float
    best_score: float


def find_moments(player: Player, game: Game, side: int, opinions: Sequence[Opinion]) -> list[Moment]:
    """Up to three moments of `side`, in the order of the game; `opinions` are of the game's last moves.

    Raises:
        InputError: the model has no view of the result.
    """
    _check_view(player)
    skipped = len(game.moves) - len(opinions)
    own = [i for i in range(skipped, len(game.moves)) if (game.start.side + i) % 2 == side]
    costs = {i: opinions[i - skipped].loss or 0.0 for i in own}
    stop = time.monotonic() + _SECONDS
    found: list[Moment] = []
    for ply in sorted(own, key=lambda i: -costs[i])[:_LOOKED_AT]:
        if len(found) == MOMENTS or time.monotonic() > stop:
            break
        try:
            moment = _moment(player, game, ply, stop)
        except Busy:
            if found:
                break  # rather than to look for these again
            raise
        if moment and moment.best_score - moment.played_score >= _WORTH:
            found.append(moment)
    return sorted(found, key=lambda m: m.ply)


def _check_view(player: Player) -> None:
    if not player.model.has_value:
        raise InputError(
            "这个模型没有对胜负的看法，找不出时刻", "this model has no view of the result to find moments by"
        )


def score_after(player: Player, game: Game, move: int) -> float:
    """What the side to move may expect of the point after `move`, in percent, after a short search.

    Raises:
        InputError: the model has no view of the result.
    """
    _check_view(player)
    return _score_after(player, game, move, time.monotonic() + _SECONDS)


def _score_after(player: Player, game: Game, move: int, stop: float) -> float:
    after = Game(game.start, [*game.moves, move])
    status = after.status()
    if status.over:
        return 50.0 if status.winner is None else 100.0 * (status.winner == game.board.side)
    found = _look_ahead(player, after, stop)
    return 50 * (1 - found.value)


def _look_ahead(player: Player, game: Game, stop: float) -> Found:
    *_, found = think(player, game, Budget(_POSITIONS, max(_LEAST_SECONDS, stop - time.monotonic())))
    return found


def _moment(player: Player, game: Game, ply: int, stop: float) -> Moment | None:
    before, played = Game(game.start, game.moves[:ply]), game.moves[ply]
    if before.status().over or len(before.board.legal_moves()) < 2:
        return None
    found = _look_ahead(player, before, stop)
    best = found.moves[int(np.argmax(found.shares))]
    if best == played:
        return None
    board = before.board
    return Moment(
        ply,
        to_iccs(played),
        to_chinese(board, played),
        to_iccs(best),
        to_chinese(board, best),
        _score_after(player, before, played, stop),
        _score_after(player, before, best, stop),
    )
