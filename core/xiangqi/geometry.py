"""What the empty board fixes: lines of sight, leaps and their blocking squares.

Squares are numbered 0 to 89, nine to a rank, from red's left corner: square = 9 * rank + file, ICCS a0 = 0, i9 = 89.
"""

from __future__ import annotations

FILES, RANKS = 9, 10
SQUARES = FILES * RANKS
RED, BLACK = 0, 1

# Piece codes: 0 is an empty square, 1-7 red's king, advisor, bishop (elephant), knight (horse), rook (chariot), cannon
# and pawn, 8-14 the same of black. The letters are those of FEN.
LETTERS = ".KABNRCPkabnrcp"
KING, ADVISOR, BISHOP, KNIGHT, ROOK, CANNON, PAWN = range(1, 8)
# By side and piece, as people call them; index 0 is no piece.
NAMES = (" 帅仕相马车炮兵", " 将士象马车炮卒")
ENGLISH = ("", "king", "advisor", "elephant", "horse", "chariot", "cannon", "pawn")
SIDES = ("red", "black")
SIDES_CHINESE = ("红方", "黑方")
BLACK_OFFSET = 7

_ORTHOGONAL = ((0, 1), (0, -1), (1, 0), (-1, 0))
_DIAGONAL = ((1, 1), (1, -1), (-1, 1), (-1, -1))


def square(file: int, rank: int) -> int:
    """The square's number, or -1 off the board."""
    return FILES * rank + file if 0 <= file < FILES and 0 <= rank < RANKS else -1


def in_palace(at: int, side: int) -> bool:
    """Whether a square lies in the palace of `side`."""
    rank, file = divmod(at, FILES)
    return 3 <= file <= 5 and (rank <= 2 if side == RED else rank >= 7)


def on_own_bank(at: int, side: int) -> bool:
    """Whether a square lies on the half of the river that `side` starts from."""
    return (at // FILES <= 4) == (side == RED)


def _ray(at: int, step: tuple[int, int]) -> tuple[int, ...]:
    rank, file = divmod(at, FILES)
    squares = []
    while (target := square(file := file + step[0], rank := rank + step[1])) >= 0:
        squares.append(target)
    return tuple(squares)


def _steps(at: int, steps: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    rank, file = divmod(at, FILES)
    return tuple(t for f, r in steps if (t := square(file + f, rank + r)) >= 0)


def _leaps(at: int) -> tuple[tuple[int, int], ...]:
    """(leg, target) of a knight's moves: one step straight, blocked by any piece there, then one diagonally."""
    rank, file = divmod(at, FILES)
    found = []
    for f, r in _ORTHOGONAL:
        for g, s in ((f or 1, r or 1), (f or -1, r or -1)):
            if (target := square(file + f + g, rank + r + s)) >= 0:
                found.append((square(file + f, rank + r), target))
    return tuple(found)


def _pawn(at: int, side: int) -> tuple[int, ...]:
    """Forward, and sideways once over the river."""
    ahead = (0, 1) if side == RED else (0, -1)
    return _steps(at, (ahead,) if on_own_bank(at, side) else (ahead, (1, 0), (-1, 0)))


def _elephant(at: int, side: int) -> tuple[tuple[int, int], ...]:
    """(eye, target): two steps diagonally, never over the river, blocked by any piece on the square between."""
    far = _steps(at, tuple((2 * f, 2 * r) for f, r in _DIAGONAL))
    return tuple(((at + t) // 2, t) for t in far if on_own_bank(at, side) and on_own_bank(t, side))


def _palace_steps(at: int, side: int, steps: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    return tuple(t for t in _steps(at, steps) if in_palace(at, side) and in_palace(t, side))


RAYS = tuple(tuple(ray for step in _ORTHOGONAL if (ray := _ray(at, step))) for at in range(SQUARES))
LEAPS = tuple(_leaps(at) for at in range(SQUARES))
ELEPHANT = tuple(tuple(_elephant(at, side) for at in range(SQUARES)) for side in (RED, BLACK))
KING_STEPS = tuple(tuple(_palace_steps(at, side, _ORTHOGONAL) for at in range(SQUARES)) for side in (RED, BLACK))
ADVISOR_STEPS = tuple(tuple(_palace_steps(at, side, _DIAGONAL) for at in range(SQUARES)) for side in (RED, BLACK))
PAWN_STEPS = tuple(tuple(_pawn(at, side) for at in range(SQUARES)) for side in (RED, BLACK))
# The other way round: (leg, from) of the knights, and the squares of the pawns of `side`, that attack a square.
LEAPERS = tuple(
    tuple((leg, start) for start in range(SQUARES) for leg, target in LEAPS[start] if target == at)
    for at in range(SQUARES)
)
PAWN_ATTACKERS = tuple(
    tuple(tuple(start for start in range(SQUARES) if at in PAWN_STEPS[side][start]) for at in range(SQUARES))
    for side in (RED, BLACK)
)


def _reachable(piece: int, side: int) -> frozenset[int]:
    """Squares a piece can ever stand on: everywhere, or what its moves lead to from where it starts."""
    files, rank = {KING: ((4,), 0), ADVISOR: ((3, 5), 0), BISHOP: ((2, 6), 0), PAWN: ((0, 2, 4, 6, 8), 3)}.get(
        piece, ((), 0)
    )
    seen = {square(file, rank if side == RED else RANKS - 1 - rank) for file in files}
    steps = {KING: KING_STEPS, ADVISOR: ADVISOR_STEPS, PAWN: PAWN_STEPS}
    frontier = seen
    while frontier:
        if piece == BISHOP:
            reached = {target for at in frontier for _, target in ELEPHANT[side][at]}
        else:
            reached = {target for at in frontier for target in steps[piece][side][at]}
        frontier = reached - seen
        seen = seen | frontier
    return frozenset(seen) or frozenset(range(SQUARES))


REACHABLE = tuple((frozenset[int](), *(_reachable(piece, side) for piece in range(1, 8))) for side in (RED, BLACK))
