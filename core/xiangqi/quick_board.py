"""A position for searching tens of thousands of others: what a move changes is kept up to date, nothing is looked for.

Squares, piece codes and moves are those of `core.xiangqi.board`, which rules on what is legal; here a move is one by
the way the pieces go, and whoever plays it asks `attacked` whether the own king may be taken.
"""

from __future__ import annotations

import random

from core.xiangqi.board import Board
from core.xiangqi.geometry import (
    ADVISOR_STEPS,
    BISHOP,
    BLACK_OFFSET,
    CANNON,
    ELEPHANT,
    FILES,
    KING_STEPS,
    KNIGHT,
    LEAPERS,
    LEAPS,
    PAWN,
    PAWN_ATTACKERS,
    PAWN_STEPS,
    RANKS,
    ROOK,
    SQUARES,
)
from core.xiangqi.worth import WORTH

Sight = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...]]


class _Lines(dict[int, Sight]):
    """What is in sight of a square along its rank, or its file, by 90 * (the occupied places, as bits) + the square.

    The empty squares, the first pieces, the pieces behind exactly one, and the empty squares behind exactly one: what a
    chariot goes to, what it meets, what a cannon meets, and where a cannon would have to stand to meet what is here.
    Entries are made when they are first asked for.
    """

    def __init__(self, along_rank: bool) -> None:
        super().__init__()
        self.along_rank = along_rank

    def __missing__(self, key: int) -> Sight:
        occupied, at = divmod(key, SQUARES)
        rank, file = divmod(at, FILES)
        here, count, step = (file, FILES, 1) if self.along_rank else (rank, RANKS, FILES)
        empty: list[int] = []
        first: list[int] = []
        second: list[int] = []
        behind: list[int] = []
        for direction in (1, -1):
            pieces, place = 0, here + direction
            while 0 <= place < count and pieces < 2:
                square = at + (place - here) * step
                if occupied >> place & 1:
                    (second if pieces else first).append(square)
                    pieces += 1
                else:
                    (behind if pieces else empty).append(square)
                place += direction
        self[key] = found = tuple(empty), tuple(first), tuple(second), tuple(behind)
        return found


_RANK_LINES, _FILE_LINES = _Lines(True), _Lines(False)
_RANK, _FILE = [at // FILES for at in range(SQUARES)], [at % FILES for at in range(SQUARES)]
_OWNER = (-1, *(0,) * 7, *(1,) * 7)
_KIND = (0, *range(1, 8), *range(1, 8))
_STEPS = (KING_STEPS, KING_STEPS, ADVISOR_STEPS, (), (), (), (), PAWN_STEPS)  # by kind; lines and leaps are none
_chance = random.Random(0)
# Zobrist's numbers (1970): a position's key is the exclusive or of those of what stands on it.
_KEYS = [[_chance.getrandbits(62) for _ in range(SQUARES)] for _ in range(15)]
BLACK_TO_MOVE = _chance.getrandbits(62)


class QuickBoard:
    """Pieces and the side to move; `score` is what red has more than black, `key` tells positions apart."""

    def set(self, board: Board) -> None:
        """Take up a position."""
        self.squares, self.side, self.kings = board.squares[:], board.side, board.kings[:]
        self.ranks, self.files = [0] * RANKS, [0] * FILES
        self.where: tuple[set[int], set[int]] = (set(), set())
        self.score, self.key = 0, BLACK_TO_MOVE if self.side else 0
        for at, code in enumerate(self.squares):
            if code:
                self._flip(at)
                self.where[_OWNER[code]].add(at)
                self.score += WORTH[code][at]
                self.key ^= _KEYS[code][at]

    def _flip(self, at: int) -> None:
        rank, file = _RANK[at], _FILE[at]
        self.ranks[rank] ^= 1 << file
        self.files[file] ^= 1 << rank

    def push(self, move: int) -> int:
        """Play a move; gives what it took, for `pop`."""
        start, target = divmod(move, SQUARES)
        squares, side = self.squares, self.side
        piece, taken = squares[start], squares[target]
        squares[start], squares[target] = 0, piece
        keys, worth, own = _KEYS[piece], WORTH[piece], self.where[side]
        self.key ^= keys[start] ^ keys[target] ^ BLACK_TO_MOVE
        self.score += worth[target] - worth[start]
        own.discard(start)
        own.add(target)
        self._flip(start)
        if taken:
            self.key ^= _KEYS[taken][target]
            self.score -= WORTH[taken][target]
            self.where[1 - side].discard(target)
        else:
            self._flip(target)
        if start == self.kings[side]:
            self.kings[side] = target
        self.side = 1 - side
        return taken

    def pop(self, move: int, taken: int) -> None:
        """Take a move back."""
        start, target = divmod(move, SQUARES)
        squares = self.squares
        self.side = side = 1 - self.side
        piece = squares[target]
        squares[start], squares[target] = piece, taken
        keys, worth, own = _KEYS[piece], WORTH[piece], self.where[side]
        self.key ^= keys[start] ^ keys[target] ^ BLACK_TO_MOVE
        self.score -= worth[target] - worth[start]
        own.discard(target)
        own.add(start)
        self._flip(start)
        if taken:
            self.key ^= _KEYS[taken][target]
            self.score += WORTH[taken][target]
            self.where[1 - side].add(target)
        else:
            self._flip(target)
        if target == self.kings[side]:
            self.kings[side] = start

    def attacked(self, at: int, by: int) -> bool:
        """Whether chariots, cannons, horses, pawns or, along an open file, the king of `by` could take on `at`."""
        squares, offset = self.squares, BLACK_OFFSET * by
        rook, cannon = ROOK + offset, CANNON + offset
        _, first, second, _ = _RANK_LINES[SQUARES * self.ranks[_RANK[at]] + at]
        for s in first:
            if squares[s] == rook:
                return True
        for s in second:
            if squares[s] == cannon:
                return True
        _, first, second, _ = _FILE_LINES[SQUARES * self.files[_FILE[at]] + at]
        for s in first:
            if squares[s] == rook or s == self.kings[by]:
                return True
        for s in second:
            if squares[s] == cannon:
                return True
        knight, pawn = KNIGHT + offset, PAWN + offset
        for leg, start in LEAPERS[at]:
            if squares[start] == knight and not squares[leg]:
                return True
        return any(squares[start] == pawn for start in PAWN_ATTACKERS[by][at])

    @property
    def checked(self) -> bool:
        """Whether the side to move is in check."""
        return self.attacked(self.kings[self.side], 1 - self.side)

    @property
    def exposed(self) -> bool:
        """Whether the side that has just moved may not have done so, its king being left to be taken."""
        return self.attacked(self.kings[1 - self.side], self.side)

    def moves(self, quiet: bool = True) -> tuple[list[int], list[int]]:
        """The captures, and with `quiet` the other moves, by the way the pieces go."""
        squares, side, ranks, files = self.squares, self.side, self.ranks, self.files
        theirs = self.where[1 - side]
        captures: list[int] = []
        others: list[int] = []
        for start in self.where[side]:
            piece, base = _KIND[squares[start]], start * SQUARES
            if piece in (ROOK, CANNON):
                for empty, first, second, _ in (
                    _RANK_LINES[SQUARES * ranks[_RANK[start]] + start],
                    _FILE_LINES[SQUARES * files[_FILE[start]] + start],
                ):
                    captures += [base + s for s in (first if piece == ROOK else second) if s in theirs]
                    if quiet:
                        others += [base + s for s in empty]
            elif piece in (KNIGHT, BISHOP):
                for leg, s in LEAPS[start] if piece == KNIGHT else ELEPHANT[side][start]:
                    if not squares[leg]:
                        if s in theirs:
                            captures.append(base + s)
                        elif quiet and not squares[s]:
                            others.append(base + s)
            else:
                for s in _STEPS[piece][side][start]:
                    if s in theirs:
                        captures.append(base + s)
                    elif quiet and not squares[s]:
                        others.append(base + s)
        return captures, others

    def checks(self) -> list[int]:
        """Moves that take nothing and give check with the piece that moves, with a few that only seem to."""
        squares, side, ranks, files = self.squares, self.side, self.ranks, self.files
        king = self.kings[1 - side]
        along = _RANK_LINES[SQUARES * ranks[_RANK[king]] + king], _FILE_LINES[SQUARES * files[_FILE[king]] + king]
        near: set[int] = {*along[0][0], *along[1][0]}
        far: set[int] = {*along[0][3], *along[1][3]}
        leaps = {s for leg, s in LEAPERS[king] if not squares[leg] and not squares[s]}
        steps = {s for s in PAWN_ATTACKERS[side][king] if not squares[s]}
        found: list[int] = []
        for start in self.where[side]:
            piece, base = _KIND[squares[start]], start * SQUARES
            if piece in (ROOK, CANNON):
                wanted = near if piece == ROOK else far
                for empty in (
                    _RANK_LINES[SQUARES * ranks[_RANK[start]] + start][0],
                    _FILE_LINES[SQUARES * files[_FILE[start]] + start][0],
                ):
                    found += [base + s for s in empty if s in wanted]
            elif piece == KNIGHT and leaps:
                found += [base + s for leg, s in LEAPS[start] if s in leaps and not squares[leg]]
            elif piece == PAWN and steps:
                found += [base + s for s in PAWN_STEPS[side][start] if s in steps]
        return found
