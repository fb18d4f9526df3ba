"""Perpetual chase, by the common cases of the Asian rules (亚洲象棋规则, AXF 2011, as fairy-stockfish has them too).

A move chases a piece if it attacks it, or uncovers an attack on it, so that taking it next would win something: the
piece is not protected, or it is a chariot attacked by a horse or a cannon, or a chariot, horse or cannon attacked by an
advisor or an elephant. Kings and pawns may chase, kings and pawns on their own side of the river may be chased, and a
piece that can take its attacker, which is of its kind, is offered an exchange.

Not told apart: threats of mate, pieces protected by one that is protected twice, and exchanges that lose something a
few moves later.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.xiangqi.board import Board
from core.xiangqi.geometry import (
    ADVISOR,
    BISHOP,
    BLACK_OFFSET,
    CANNON,
    FILES,
    KING,
    KNIGHT,
    PAWN,
    ROOK,
    SQUARES,
    on_own_bank,
)

# Attackers that chase even what is protected, and what they chase so.
_CHEAPER = {
    KNIGHT: (ROOK,),
    CANNON: (ROOK,),
    ADVISOR: (ROOK, KNIGHT, CANNON),
    BISHOP: (ROOK, KNIGHT, CANNON),
}


def perpetual_chasers(start: Board, cycle: Sequence[int]) -> set[int]:
    """The sides that chase one and the same piece with every move of `cycle`.

    The cycle leads from `start` back to it, and takes nothing.
    """
    board = start.copy()
    chased: dict[int, set[int]] = {}  # by the chasing side: where the pieces stand that it has chased all along
    last = cycle[-1]
    for move in cycle:
        side, (origin, target) = board.side, divmod(move, SQUARES)
        found = _chased(board, move, last)
        chased[side] = chased[side] & found if side in chased else found
        theirs = chased.get(side ^ 1, set())
        if origin in theirs:
            chased[side ^ 1] = theirs - {origin} | {target}
        board.push(move)
        last = move
    return {side for side, squares in chased.items() if squares}


def _chased(board: Board, move: int, last: int) -> set[int]:
    """The squares of the pieces that `move`, which follows on `last`, chases; the board is left as it was."""
    (origin, target), side = divmod(move, SQUARES), board.side
    before = set(board.pseudo_legal())
    board.push(move)
    board.side = side
    after = _threats(board)
    board.side = side ^ 1
    board.pop()

    def new(attacker: int, victim: int) -> bool:
        if attacker != target:
            return attacker * SQUARES + victim not in before
        # Going along the line of its attack is none anew, unless what it attacks has just come into that line.
        if origin * SQUARES + victim in before and _in_line(origin, target, victim):
            return last % SQUARES == victim and not _in_line(origin, target, last // SQUARES)
        return True

    return {victim for attacker, victim in after if new(attacker, victim)}


def _threats(board: Board) -> set[tuple[int, int]]:
    """(attacker, victim) of what the side to move could take and would win something by."""
    squares = board.squares
    found = set()
    for move in board.pseudo_legal():
        attacker, victim = divmod(move, SQUARES)
        if squares[victim] and _would_win(board, attacker, victim) and board.is_legal(move):
            found.add((attacker, victim))
    return found


def _would_win(board: Board, attacker: int, victim: int) -> bool:
    squares, side = board.squares, board.side
    piece, prey = _kind(squares[attacker]), _kind(squares[victim])
    if piece in (KING, PAWN) or prey == KING or (prey == PAWN and on_own_bank(victim, side ^ 1)):
        return False
    if prey in _CHEAPER.get(piece, ()):
        return True
    if piece == prey and _can_take(board, victim, attacker):
        return False
    return not _protected(board, attacker, victim)


def _can_take(board: Board, attacker: int, victim: int) -> bool:
    """Whether the side that is not to move could take the piece on `victim`, were it its turn."""
    board.side ^= 1
    found = board.is_legal(attacker * SQUARES + victim)
    board.side ^= 1
    return found


def _protected(board: Board, attacker: int, victim: int) -> bool:
    """Whether the capture could be answered by a capture on the same square."""
    board.push(attacker * SQUARES + victim)
    found = any(m % SQUARES == victim and board.is_legal(m) for m in board.pseudo_legal())
    board.pop()
    return found


def _kind(code: int) -> int:
    return code - BLACK_OFFSET if code > BLACK_OFFSET else code


def _in_line(*squares: int) -> bool:
    return len({at % FILES for at in squares}) == 1 or len({at // FILES for at in squares}) == 1
