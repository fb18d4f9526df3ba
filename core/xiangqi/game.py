"""A game: a start position, the moves played, and whether it is over.

How games end, after the Asian rules as engines play them: checkmate; stalemate, which loses; the third occurrence of a
position, a draw, unless one side alone gave check with every move in between, or else chased one piece with every move
(`core.xiangqi.chase`), and so loses; 120 plies without a capture, a draw; or both sides left without a piece that can
cross the river, a draw.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.xiangqi.board import Board
from core.xiangqi.chase import perpetual_chasers
from core.xiangqi.geometry import ADVISOR, BISHOP, BLACK, BLACK_OFFSET, KING, RED

QUIET_LIMIT = 120
_HARMLESS = frozenset(p + o for p in (KING, ADVISOR, BISHOP) for o in (0, BLACK_OFFSET)) | {0}


@dataclass(frozen=True)
class Status:
    """Whether the game goes on, and if not, how it ended.

    `reason` is one of playing, checkmate, stalemate, perpetual_check, perpetual_chase, repetition, quiet, material,
    resigned; `winner` is RED, BLACK, or None while the game goes on and in a draw.
    """

    reason: str
    winner: int | None = None

    @property
    def over(self) -> bool:
        """Whether the game has ended."""
        return self.reason != "playing"

    @property
    def result(self) -> str:
        """As PGN writes it: 1-0, 0-1, 1/2-1/2 or *."""
        if not self.over:
            return "*"
        return {RED: "1-0", BLACK: "0-1", None: "1/2-1/2"}[self.winner]


class Game:
    """A start position and the moves from it; `push` and `pop` keep what the repetition rule needs."""

    def __init__(self, start: Board, moves: Iterable[int] = ()) -> None:
        self.start = start.copy()
        self.board = start.copy()
        self.moves: list[int] = []
        self._keys = [self.board.key()]
        self._checks = [self.board.in_check()]
        for move in moves:
            self.push(move)

    def push(self, move: int) -> None:
        """Play a legal move; the caller has checked it."""
        self.board.push(move)
        self.moves.append(move)
        self._keys.append(self.board.key())
        self._checks.append(self.board.in_check())

    def pop(self) -> int:
        """Take the last move back and return it."""
        self._keys.pop()
        self._checks.pop()
        self.board.pop()
        return self.moves.pop()

    @property
    def in_check(self) -> bool:
        """Whether the side to move is in check."""
        return self._checks[-1]

    def status(self) -> Status:
        """Whether the game goes on in this position."""
        board = self.board
        mover = board.side
        if not board.legal_moves():
            return Status("checkmate" if self.in_check else "stalemate", mover ^ 1)
        return self.drawn() or Status("playing")

    def drawn(self) -> Status | None:
        """How the game has ended although the side to move has a legal move, or None if it has not."""
        repeated = self._repetition()
        if repeated:
            return repeated
        if self.board.quiet >= QUIET_LIMIT:
            return Status("quiet")
        if _HARMLESS.issuperset(self.board.squares):
            return Status("material")
        return None

    def repeated(self) -> bool:
        """Whether the position has stood before since the last capture."""
        return self._keys[-1] in self._keys[max(0, len(self._keys) - 1 - self.board.quiet) : -1]

    def _repetition(self) -> Status | None:
        """The verdict where the position stands for the third time since the last capture."""
        keys, now = self._keys, len(self._keys) - 1
        same = [i for i in range(now - 4, max(now - self.board.quiet, 0) - 1, -2) if keys[i] == keys[now]]
        if len(same) < 2:
            return None
        first, mover = same[1], self.board.side
        # Position first+1 came about by the mover's move, the one after it by the opponent's, and so on.
        by_mover = all(self._checks[first + 1 : now + 1 : 2])
        by_opponent = all(self._checks[first + 2 : now + 1 : 2])
        if by_mover != by_opponent:
            return Status("perpetual_check", mover ^ 1 if by_mover else mover)
        # Nothing was taken in between, so that the position then is the one now.
        chasers = set() if by_mover else perpetual_chasers(self.board, self.moves[first:])
        return Status("perpetual_chase", chasers.pop() ^ 1) if len(chasers) == 1 else Status("repetition")
