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
    BLACK_OFFSET,
    CANNON,
    ELEPHANT,
    FILES,
    KING,
    KING_STEPS,
    KNIGHT,
    LEAPERS,
    LEAPS,
    PAWN,
    PAWN_ATTACKERS,
    RANKS,
    RAYS,
    REACHABLE,
    RED,
    ROOK,
    SQUARES,
    square,
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
FEATURES = 15 * SQUARES * 8
NO_FEATURE = FEATURES


def move_of(token: int, side: int) -> int:
    """The move that a token stands for when `side` plays it."""
    move = MOVES[token]
    return move if side == RED else _LAST - move


def oriented(boards: np.ndarray, sides: np.ndarray) -> np.ndarray:
    """Boards [n, 90] of piece codes as the side to move sees them: its own pieces are 1-7."""
    swap = np.array([0, *range(8, 15), *range(1, 8)], np.uint8)
    return np.where(sides[:, None] == RED, boards, swap[boards[:, ::-1]])


def features(boards: Sequence[Sequence[int]] | np.ndarray, sides: Sequence[int] | np.ndarray) -> np.ndarray:
    """Each position as the numbers of its features [n, 90] (uint16), padded with `NO_FEATURE`.

    Args:
        boards: piece codes [n, 90] as in `Board.squares`.
        sides: the side to move [n].
    """
    seen = oriented(np.asarray(boards, np.uint8), np.asarray(sides))
    mine, theirs = _cheapest_attacker(seen, 0), _cheapest_attacker(seen, BLACK_OFFSET)
    own = seen <= BLACK_OFFSET
    attacker, covered = np.where(own, theirs, mine), np.where(own, mine, theirs) > 0
    rows, squares = np.nonzero((seen > 0) | (attacker > 0) | covered)
    codes = seen[rows, squares].astype(np.int32)
    numbers = (codes * SQUARES + squares) * 8 + 2 * attacker[rows, squares] + covered[rows, squares]
    counts = np.bincount(rows, minlength=len(seen))
    columns = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    found = np.full((len(seen), SQUARES), NO_FEATURE, np.uint16)
    found[rows, columns] = numbers
    return found


def _cheapest_attacker(seen: np.ndarray, offset: int) -> np.ndarray:
    """The class (1-3, 0 for none) of the cheapest piece that could capture on each square [n, 90].

    The attacking side's codes start after `offset`.
    """
    side = offset // BLACK_OFFSET
    padded = np.concatenate([seen, np.zeros((len(seen), 1), np.uint8)], 1)
    rooks, jumpers, others = (np.zeros(seen.shape, bool) for _ in range(3))
    for line in _LINES:
        screens = np.zeros(seen.shape, np.uint8)
        for squares in line:
            pieces = padded[:, squares]
            rooks |= (pieces == ROOK + offset) & (screens == 0)
            jumpers |= (pieces == CANNON + offset) & (screens == 1)
            screens += pieces > 0
    for leg, start in _JUMPS:
        jumpers |= (padded[:, start] == KNIGHT + offset) & (padded[:, leg] == 0)
    for eye, start in _STRIDES[side]:
        others |= (padded[:, start] == BISHOP + offset) & (padded[:, eye] == 0)
    for piece, tables in ((KING, _KING_TABLES), (ADVISOR, _ADVISOR_TABLES), (PAWN, _PAWN_TABLES)):
        for start in tables[side]:
            others |= padded[:, start] == piece + offset
    return np.where(others, 1, np.where(jumpers, 2, np.where(rooks, 3, 0)))


def _columns(rows: Sequence[Sequence[int]]) -> tuple[np.ndarray, ...]:
    """Lists per square as arrays over all squares; short lists are padded with `SQUARES`, off the board and empty."""
    width = max(map(len, rows))
    return tuple(np.array([row[i] if i < len(row) else SQUARES for row in rows]) for i in range(width))


def _line(file_step: int, rank_step: int) -> tuple[np.ndarray, ...]:
    """For each distance, the square that far away from every square in one direction."""
    return tuple(
        np.array(
            [
                target if (target := square(at % FILES + d * file_step, at // FILES + d * rank_step)) >= 0 else SQUARES
                for at in range(SQUARES)
            ]
        )
        for d in range(1, RANKS if rank_step else FILES)
    )


def _pairs(rows: Sequence[Sequence[tuple[int, int]]]) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    firsts = _columns([[a for a, _ in row] for row in rows])
    seconds = _columns([[b for _, b in row] for row in rows])
    return tuple(zip(firsts, seconds, strict=True))


_LINES = tuple(_line(*step) for step in ((0, 1), (0, -1), (1, 0), (-1, 0)))
_JUMPS = _pairs(LEAPERS)
# An elephant's, advisor's or king's way back is its way there.
_STRIDES = tuple(_pairs(ELEPHANT[side]) for side in (0, 1))
_KING_TABLES = tuple(_columns(KING_STEPS[side]) for side in (0, 1))
_ADVISOR_TABLES = tuple(_columns(ADVISOR_STEPS[side]) for side in (0, 1))
_PAWN_TABLES = tuple(_columns(PAWN_ATTACKERS[side]) for side in (0, 1))


def _mirrored_square(at: int) -> int:
    return FILES * (at // FILES) + FILES - 1 - at % FILES


# Left and right exchanged: token → token and feature → feature, which doubles the games there are to learn from.
MIRROR_TOKENS = np.array(
    [
        *(TOKENS[0, SQUARES * _mirrored_square(m // SQUARES) + _mirrored_square(m % SQUARES)] for m in MOVES),
        *range(len(MOVES), len(VOCABULARY)),
    ]
)
MIRROR_FEATURES = np.array(
    [
        *((f // 8 // SQUARES * SQUARES + _mirrored_square(f // 8 % SQUARES)) * 8 + f % 8 for f in range(FEATURES)),
        NO_FEATURE,
    ]
)
