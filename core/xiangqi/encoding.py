"""Games as the GPT reads them: one token per move, and the position as the features that stand on the board.

Everything is seen by the side to move: for black the board is turned by 180 degrees, so that what is learned from one
side serves the other. A game is the sequence

    [result] [source] move move move ...

where the result is that of the side that moves first and may be unknown, and the source is human or engine play.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.xiangqi.geometry import (
    ADVISOR,
    ADVISOR_STEPS,
    BISHOP,
    BLACK,
    BLACK_OFFSET,
    CANNON,
    ELEPHANT,
    FILES,
    KING,
    KING_STEPS,
    KNIGHT,
    LEAPS,
    PAWN,
    PAWN_STEPS,
    RANKS,
    RAYS,
    REACHABLE,
    RED,
    ROOK,
    SQUARES,
)
from core.xiangqi.notation import to_iccs


def _all_moves() -> list[int]:
    """Every move some piece of the near side can make on some board, 2,062 of them."""
    found: set[int] = set()
    for start in range(SQUARES):
        targets = {s for ray in RAYS[start] for s in ray} | {s for _, s in LEAPS[start]}
        if start in REACHABLE[RED][ADVISOR]:
            targets.update(ADVISOR_STEPS[RED][start])
        if start in REACHABLE[RED][BISHOP]:
            targets.update(s for _, s in ELEPHANT[RED][start])
        found.update(start * SQUARES + target for target in targets)
    return sorted(found)


MOVES = tuple(_all_moves())
FIRST_WINS, FIRST_LOSES, DRAW, UNKNOWN, HUMAN, ENGINE = range(len(MOVES), len(MOVES) + 6)
VOCABULARY = (
    *map(to_iccs, MOVES),
    *("[first_wins]", "[first_loses]", "[draw]", "[unknown]", "[human]", "[engine]"),
)
PREFIX = 2  # tokens before the first move

_LAST = SQUARES * SQUARES - 1
# move → token, for red as it stands and for black turned round
TOKENS = np.full((2, SQUARES * SQUARES), -1)
TOKENS[0, list(MOVES)] = np.arange(len(MOVES))
TOKENS[1] = TOKENS[0, ::-1]

# A square's number is ((code * 90) + square) * 8 + 2 * attacker + covered, where `code` is the piece there (0 for
# none), `attacker` the cheapest piece that the other side could capture with there (0 none; 1 pawn, advisor, elephant
# or king; 2 knight or cannon; 3 rook) and `covered` whether the own side could recapture. An empty square belongs to
# the side to move; it is told only if somebody could capture there.
SQUARE_FEATURES = 15 * SQUARES * 8
# Then what can move where, by the way the pieces go, whatever becomes of the king: token * 4 + 2 * captures + attacked
# for the side to move, where `attacked` says that the other side could capture on the target; and the captures that
# threaten it, by their token as the other side sees it.
_THREATS = SQUARE_FEATURES + 4 * len(MOVES)
FEATURES = _THREATS + len(MOVES)
NO_FEATURE = FEATURES
# More than any position has: 90 squares, 17 moves of each of eight long-range pieces and a few.
FEATURE_WIDTH = 256


def move_of(token: int, side: int) -> int:
    """The move that a token stands for when `side` plays it."""
    move = MOVES[token]
    return move if side == RED else _LAST - move


def oriented(boards: np.ndarray, sides: np.ndarray) -> np.ndarray:
    """Boards [n, 90] of piece codes as the side to move sees them: its own pieces are 1-7."""
    swap = np.array([0, *range(8, 15), *range(1, 8)], np.uint8)
    return np.where(sides[:, None] == RED, boards, swap[boards[:, ::-1]])


def features(boards: Sequence[Sequence[int]] | np.ndarray, sides: Sequence[int] | np.ndarray) -> np.ndarray:
    """Each position as the numbers of its features [n, FEATURE_WIDTH] (uint16), padded with `NO_FEATURE`.

    Args:
        boards: piece codes [n, 90] as in `Board.squares`.
        sides: the side to move [n].
    """
    seen = oriented(np.asarray(boards, np.uint8), np.asarray(sides))
    mine, theirs = _Reach(seen, RED), _Reach(seen, BLACK)
    own = seen <= BLACK_OFFSET
    attacker = np.where(own, theirs.cheapest, mine.cheapest)
    covered = np.where(own, mine.cheapest, theirs.cheapest) > 0
    rows, squares = np.nonzero((seen > 0) | (attacker > 0) | covered)
    codes = seen[rows, squares].astype(np.int32)
    told = [(rows, (codes * SQUARES + squares) * 8 + 2 * attacker[rows, squares] + covered[rows, squares])]
    rows, tokens, targets, captures = mine.moves()
    told.append((rows, SQUARE_FEATURES + 4 * tokens + 2 * captures + (theirs.cheapest[rows, targets] > 0)))
    rows, tokens, _, captures = theirs.moves()
    told.append((rows[captures], _THREATS + tokens[captures]))
    rows, numbers = (np.concatenate(parts) for parts in zip(*told, strict=True))
    order = np.argsort(rows, kind="stable")
    rows, numbers = rows[order], numbers[order]
    counts = np.bincount(rows, minlength=len(seen))
    columns = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    found = np.full((len(seen), FEATURE_WIDTH), NO_FEATURE, np.uint16)
    found[rows, columns] = numbers
    return found


# (rows, starts, targets): the position of each move, and where it goes from and to
_Moves = tuple[np.ndarray, np.ndarray, np.ndarray]


class _Reach:
    """Where the pieces of one side can go or capture, for many positions at once.

    `seen` [n, 90] is the position as the side to move sees it: its pieces are RED, going up the board.
    """

    def __init__(self, seen: np.ndarray, side: int) -> None:
        self.seen, self.side = seen, side
        self._padded = np.concatenate([seen, np.zeros((len(seen), 1), np.uint8)], 1)
        kings, advisors, pawns = (self._steps(piece, table[side]) for piece, table in _STEP_TABLES)
        knights, elephants = self._leaps(KNIGHT, *_LEAP_TABLES), self._leaps(BISHOP, *_ELEPHANT_TABLES[side])
        rooks, self._jumps, self._quiet = self._lines()
        self._walks = (kings, advisors, pawns, knights, elephants, rooks)
        # [n, 90] the class of the cheapest piece that could capture there, 0 for none: cheaper ones write over dearer.
        self.cheapest = np.zeros(seen.shape, np.uint8)
        classes = ((3, rooks), (2, self._jumps), (2, knights), (1, elephants), (1, pawns), (1, advisors), (1, kings))
        for kind, (rows, _, targets) in classes:
            self.cheapest[rows, targets] = kind

    def moves(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """(rows, tokens, targets, whether it captures) of every move by the way the pieces go."""
        rows, starts, targets = _joined(*self._walks, self._quiet, self._jumps)
        codes = self.seen[rows, targets]
        keep = ~self._own(codes)
        keep[len(keep) - len(self._jumps[0]) :] &= codes[len(keep) - len(self._jumps[0]) :] > 0
        tokens = TOKENS[self.side, starts * SQUARES + targets]
        keep &= tokens >= 0  # a piece set up by hand where it cannot get to
        return rows[keep], tokens[keep], targets[keep], codes[keep] > 0

    def _own(self, codes: np.ndarray) -> np.ndarray:
        return (codes > 0) & (codes <= BLACK_OFFSET) if self.side == RED else codes > BLACK_OFFSET

    def _pieces(self, piece: int) -> tuple[np.ndarray, np.ndarray]:
        rows, squares = np.nonzero(self.seen == piece + BLACK_OFFSET * self.side)
        return rows, squares

    def _steps(self, piece: int, table: np.ndarray) -> _Moves:
        rows, starts = self._pieces(piece)
        targets = table[starts]
        which, way = np.nonzero(targets < SQUARES)
        return rows[which], starts[which], targets[which, way]

    def _leaps(self, piece: int, between: np.ndarray, table: np.ndarray) -> _Moves:
        rows, starts = self._pieces(piece)
        targets = table[starts]
        free = self._padded[rows[:, None], between[starts]] == 0
        which, way = np.nonzero((targets < SQUARES) & free)
        return rows[which], starts[which], targets[which, way]

    def _lines(self) -> tuple[_Moves, _Moves, _Moves]:
        """A chariot's moves, where a cannon could capture over its screen, and where it can go without."""
        found = []
        for piece, between in ((ROOK, 0), (CANNON, 1), (CANNON, 0)):
            rows, starts = self._pieces(piece)
            targets = _RAY_TABLE[starts]
            taken = self._padded[rows[:, None, None], targets] > 0
            before = np.cumsum(taken, -1, dtype=np.uint8) - taken
            reached = (targets < SQUARES) & (before == between)
            if piece == CANNON and not between:
                reached &= ~taken
            which, line, step = np.nonzero(reached)
            found.append((rows[which], starts[which], targets[which, line, step]))
        rooks, jumps, quiet = found
        return rooks, jumps, quiet


def _joined(*parts: _Moves) -> _Moves:
    rows, starts, targets = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return rows, starts, targets


def _table(rows: Sequence[Sequence[int]], width: int) -> np.ndarray:
    """Lists per square as one array [90, width]; short lists are padded with `SQUARES`, off the board and empty."""
    return np.array([[*row, *[SQUARES] * (width - len(row))] for row in rows])


def _pair_tables(rows: Sequence[Sequence[tuple[int, int]]], width: int) -> tuple[np.ndarray, np.ndarray]:
    return _table([[a for a, _ in row] for row in rows], width), _table([[b for _, b in row] for row in rows], width)


_RAY_TABLE = np.array(
    [[[*ray, *[SQUARES] * (RANKS - 1 - len(ray))] for ray in (*rays, *[()] * (4 - len(rays)))] for rays in RAYS]
)
_LEAP_TABLES = _pair_tables(LEAPS, 8)
_ELEPHANT_TABLES = tuple(_pair_tables(ELEPHANT[side], 4) for side in (RED, BLACK))
_STEP_TABLES = tuple(
    (piece, tuple(_table(steps[side], 4) for side in (RED, BLACK)))
    for piece, steps in ((KING, KING_STEPS), (ADVISOR, ADVISOR_STEPS), (PAWN, PAWN_STEPS))
)


def _mirrored_square(at: int) -> int:
    return FILES * (at // FILES) + FILES - 1 - at % FILES


# Left and right exchanged: token → token and feature → feature, which doubles the games there are to learn from.
MIRROR_TOKENS = np.array(
    [
        *(TOKENS[0, SQUARES * _mirrored_square(m // SQUARES) + _mirrored_square(m % SQUARES)] for m in MOVES),
        *range(len(MOVES), len(VOCABULARY)),
    ]
)
_MIRROR_MOVES = MIRROR_TOKENS[: len(MOVES)]
MIRROR_FEATURES = np.array(
    [
        *(
            (code * SQUARES + _mirrored_square(at)) * 8 + kind
            for code in range(15)
            for at in range(SQUARES)
            for kind in range(8)
        ),
        *(SQUARE_FEATURES + 4 * token + kind for token in _MIRROR_MOVES for kind in range(4)),
        *(_THREATS + token for token in _MIRROR_MOVES),
        NO_FEATURE,
    ]
)
