"""A position and its legal moves.

A move is an integer, 90 * from + to (see `core.xiangqi.geometry` for squares and piece codes); `core.xiangqi.notation`
writes moves for people. Facing generals, moves into check and moves that leave a check standing are illegal.
"""

from __future__ import annotations

from core.xiangqi.geometry import (
    ADVISOR,
    ADVISOR_STEPS,
    BISHOP,
    BLACK,
    BLACK_OFFSET,
    CANNON,
    ELEPHANT,
    KING,
    KING_STEPS,
    KNIGHT,
    LEAPERS,
    LEAPS,
    PAWN,
    PAWN_ATTACKERS,
    PAWN_STEPS,
    RAYS,
    RED,
    ROOK,
    SQUARES,
)


class Board:
    """Piece codes on 90 squares, the side to move, and the counters of FEN.

    `push` and `pop` change the board in place; `push` does not check that a move is legal.
    """

    __slots__ = ("_undo", "fullmove", "kings", "quiet", "side", "squares")

    def __init__(self, squares: list[int], side: int = RED, quiet: int = 0, fullmove: int = 1) -> None:
        self.squares = squares
        self.side = side
        self.quiet = quiet  # plies since the last capture
        self.fullmove = fullmove
        self.kings = [squares.index(KING), squares.index(KING + BLACK_OFFSET)]
        self._undo: list[tuple[int, int, int]] = []

    def copy(self) -> Board:
        """The same position, with nothing to take back."""
        return Board(self.squares[:], self.side, self.quiet, self.fullmove)

    def key(self) -> bytes:
        """What makes two positions the same for the repetition rule: the pieces and the side to move."""
        return bytes(self.squares) + bytes((self.side,))

    def push(self, move: int) -> None:
        """Play a pseudo-legal move."""
        start, target = divmod(move, SQUARES)
        squares = self.squares
        piece, taken = squares[start], squares[target]
        self._undo.append((move, taken, self.quiet))
        squares[target], squares[start] = piece, 0
        if piece == KING or piece == KING + BLACK_OFFSET:
            self.kings[self.side] = target
        self.quiet = 0 if taken else self.quiet + 1
        self.fullmove += self.side
        self.side ^= 1

    def pop(self) -> int:
        """Take the last move back and return it."""
        move, taken, self.quiet = self._undo.pop()
        start, target = divmod(move, SQUARES)
        squares = self.squares
        piece = squares[target]
        squares[start], squares[target] = piece, taken
        self.side ^= 1
        self.fullmove -= self.side
        if piece == KING or piece == KING + BLACK_OFFSET:
            self.kings[self.side] = start
        return move

    def attacked(self, at: int, by: int) -> bool:
        """Whether `at`, the square of a king, is attacked by `by`; a king attacks along an open file."""
        squares, offset = self.squares, BLACK_OFFSET * by
        rook, cannon, king = ROOK + offset, CANNON + offset, KING + offset
        for ray in RAYS[at]:
            screened = False
            for s in ray:
                piece = squares[s]
                if piece:
                    if screened:
                        if piece == cannon:
                            return True
                        break
                    if piece in (rook, king):
                        return True
                    screened = True
        knight, pawn = KNIGHT + offset, PAWN + offset
        for leg, start in LEAPERS[at]:
            if squares[start] == knight and not squares[leg]:
                return True
        return any(squares[start] == pawn for start in PAWN_ATTACKERS[by][at])

    def in_check(self) -> bool:
        """Whether the side to move is in check."""
        return self.attacked(self.kings[self.side], self.side ^ 1)

    def pseudo_legal(self) -> list[int]:
        """Moves by the way the pieces go, whatever becomes of the own king."""
        squares, side = self.squares, self.side
        black = side == BLACK
        offset = BLACK_OFFSET if black else 0
        # own[piece] is true for pieces of the side to move
        own = _OWN[side]
        moves: list[int] = []
        add = moves.append
        for start, code in enumerate(squares):
            if not own[code]:
                continue
            piece, base = code - offset, start * SQUARES
            if piece == ROOK:
                for ray in RAYS[start]:
                    for s in ray:
                        other = squares[s]
                        if not other:
                            add(base + s)
                            continue
                        if not own[other]:
                            add(base + s)
                        break
            elif piece == CANNON:
                for ray in RAYS[start]:
                    screened = False
                    for s in ray:
                        other = squares[s]
                        if screened:
                            if other:
                                if not own[other]:
                                    add(base + s)
                                break
                        elif other:
                            screened = True
                        else:
                            add(base + s)
            elif piece == KNIGHT:
                for leg, s in LEAPS[start]:
                    if not squares[leg] and not own[squares[s]]:
                        add(base + s)
            elif piece == BISHOP:
                for eye, s in ELEPHANT[side][start]:
                    if not squares[eye] and not own[squares[s]]:
                        add(base + s)
            else:
                for s in _STEPS[piece][side][start]:
                    if not own[squares[s]]:
                        add(base + s)
        return moves

    def legal_moves(self) -> list[int]:
        """All legal moves, by starting square."""
        moves = self.pseudo_legal()
        king = self.kings[self.side]
        if self.in_check():
            return [m for m in moves if self._safe(m)]
        # Out of check only a king's move, or one that leaves or enters a square the king's safety rests on, can fail.
        touchy = self._touchy(king)
        safe = self._safe
        return [m for m in moves if not (m // SQUARES in touchy or m % SQUARES in touchy) or safe(m)]

    def is_legal(self, move: int) -> bool:
        """Whether one move is legal."""
        return move in self.pseudo_legal() and self._safe(move)

    def _touchy(self, king: int) -> set[int]:
        """The king's square, the lines from it up to the third piece, and the legs of knights that could jump at it."""
        squares = self.squares
        found = {king}
        for ray in RAYS[king]:
            pieces = 0
            for s in ray:
                found.add(s)
                if squares[s]:
                    pieces += 1
                    if pieces == 3:
                        break
        knight = KNIGHT + BLACK_OFFSET * (self.side ^ 1)
        found.update(leg for leg, start in LEAPERS[king] if squares[start] == knight)
        return found

    def _safe(self, move: int) -> bool:
        start, target = divmod(move, SQUARES)
        squares, side = self.squares, self.side
        piece, taken = squares[start], squares[target]
        squares[target], squares[start] = piece, 0
        king = target if start == self.kings[side] else self.kings[side]
        attacked = self.attacked(king, side ^ 1)
        squares[start], squares[target] = piece, taken
        return not attacked


_OWN = tuple(tuple(1 + BLACK_OFFSET * side <= code <= 7 + BLACK_OFFSET * side for code in range(15)) for side in (0, 1))
_STEPS = {KING: KING_STEPS, ADVISOR: ADVISOR_STEPS, PAWN: PAWN_STEPS}
