"""Moves that the rules or the next move give a reason to avoid, whatever people play."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from core.xiangqi.board import Board
from core.xiangqi.game import Game

# A position can stand for the second time only four quiet plies after the first.
_SHORTEST_RETURN = 3
# Expected score in [-1, 1] from which on it would rather not repeat.
_AHEAD = 0.2


def worth_playing(game: Game, legal: list[int], lead: float) -> np.ndarray:
    """1 for the legal moves, 0 for those that the sequence of moves alone gives no reason to avoid but the rules do.

    These are moves that complete a perpetual check and so lose, and, in the lead, moves back to a position that has
    stood before: a model of next moves would go round in circles in won positions. All 1 if no other is left.
    """
    kept = np.ones(len(legal))
    for i, move in enumerate(legal if game.board.quiet >= _SHORTEST_RETURN else ()):
        game.push(move)
        ended, repeated = game.drawn(), game.repeated()
        game.pop()
        if (ended and ended.winner == game.board.side ^ 1) or (repeated and lead > _AHEAD):
            kept[i] = 0
    return kept if kept.any() else np.ones(len(legal))


def careful(board: Board, legal: list[int], wanted: np.ndarray, draw: Callable[[np.ndarray], int]) -> int:
    """The index of a drawn move: one that mates if there is one, and none that lets the other side mate next."""
    mating = set(mates(board))
    if mating:
        wanted = np.array([float(m in mating) for m in legal])
    left = wanted.copy()
    while left.any():
        index = draw(left)
        if mating or not blunders(board, legal[index]):
            return index
        left[index] = 0
    return draw(wanted)


def mates(board: Board) -> Iterator[int]:
    """The legal moves that mate."""
    return (move for move in board.legal_moves() if _mates(board, move))


def blunders(board: Board, move: int) -> bool:
    """Whether the answer to a legal `move` may be mate."""
    board.push(move)
    found = next(mates(board), None) is not None
    board.pop()
    return found


def _mates(board: Board, move: int) -> bool:
    board.push(move)
    found = board.in_check() and not board.legal_moves()
    board.pop()
    return found
