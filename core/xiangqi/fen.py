"""FEN for xiangqi: reading with every reason to refuse, and writing."""

from __future__ import annotations

import re
from collections import Counter

from core.errors import InputError
from core.xiangqi.board import Board
from core.xiangqi.geometry import (
    BLACK,
    BLACK_OFFSET,
    ENGLISH,
    FILES,
    KING,
    LETTERS,
    NAMES,
    PAWN,
    RANKS,
    REACHABLE,
    RED,
    SIDES,
    SIDES_CHINESE,
    SQUARES,
)

START = "rnbakabnr/9/1c5c1/p1p1p1p1p/9/9/P1P1P1P1P/1C5C1/9/RNBAKABNR w - - 0 1"

# Other letters in use for elephants and horses.
_SYNONYMS = str.maketrans("EeHhMmXxSsJj", "BbNnNnBbAaRr")
_MOST = (0, 1, 2, 2, 2, 2, 2, 5)  # by piece
_MAX_FEN = 200


def start_board() -> Board:
    """The position every game starts from."""
    return read_fen(START)


def read_fen(text: str) -> Board:
    """The position that `text` describes; side, counters and dashes may be missing.

    Raises:
        InputError: not a FEN, or a position that cannot be: wrong numbers of pieces, pieces on squares they never
            reach, facing generals, or the side that has just moved left in check.
    """
    fields = text.split()
    if not fields or len(text) > _MAX_FEN:
        raise InputError("FEN 为空或过长", "the FEN is empty or too long")
    squares = _placement(fields[0])
    side = _side(fields[1] if len(fields) > 1 else "w")
    quiet = _count(fields[4]) if len(fields) > 4 else 0
    fullmove = _count(fields[5]) if len(fields) > 5 else 1
    _check_counts(squares)
    _check_squares(squares)
    board = Board(squares, side, quiet, max(1, fullmove))
    _check_kings(board)
    return board


def write_fen(board: Board) -> str:
    """The position as FEN, with the halfmove clock and the move number."""
    rows = []
    for rank in reversed(range(RANKS)):
        row = "".join(LETTERS[code] for code in board.squares[FILES * rank : FILES * (rank + 1)])
        rows.append(re.sub(r"\.+", lambda gap: str(len(gap.group())), row))
    return f"{'/'.join(rows)} {'wb'[board.side]} - - {board.quiet} {board.fullmove}"


def _placement(field: str) -> list[int]:
    rows = field.translate(_SYNONYMS).split("/")
    if len(rows) != RANKS:
        raise InputError(f"FEN 应有 10 行，这里有 {len(rows)} 行", f"a FEN has 10 ranks, this one {len(rows)}")
    squares = [0] * SQUARES
    for i, row in enumerate(rows):
        file = 0
        for letter in row:
            if letter in "123456789":
                file += int(letter)
            elif letter != "." and letter in LETTERS:
                if file < FILES:
                    squares[FILES * (RANKS - 1 - i) + file] = LETTERS.index(letter)
                file += 1
            else:
                raise InputError(f"FEN 里有不认识的字符 {letter!r}", f"the FEN has an unknown character {letter!r}")
        if file != FILES:
            raise InputError(f"FEN 第 {i + 1} 行不是 9 格", f"rank {i + 1} of the FEN does not have 9 squares")
    return squares


def _side(field: str) -> int:
    if field in ("w", "r", "W", "R"):
        return RED
    if field in ("b", "B"):
        return BLACK
    raise InputError(f"FEN 的走棋方写成了 {field!r}，应为 w 或 b", f"side to move is {field!r}, not w or b")


def _count(field: str) -> int:
    return min(int(field), 9999) if re.fullmatch(r"[0-9]{1,9}", field) else 0


def _check_counts(squares: list[int]) -> None:
    counts = Counter(squares)
    for side in (RED, BLACK):
        for piece in range(KING, PAWN + 1):
            count, most = counts[piece + BLACK_OFFSET * side], _MOST[piece]
            zh, en = (
                f"{SIDES_CHINESE[side]}有 {count} 个{NAMES[side][piece]}",
                f"{SIDES[side]} has {count} of the piece {ENGLISH[piece]}",
            )
            if piece == KING and count != 1:
                raise InputError(f"{zh}，应恰有 1 个", f"{en}, must have exactly 1")
            if count > most:
                raise InputError(f"{zh}，最多 {most} 个", f"{en}, can have at most {most}")


def _check_squares(squares: list[int]) -> None:
    for at, code in enumerate(squares):
        side = BLACK if code > BLACK_OFFSET else RED
        piece = code - BLACK_OFFSET * side
        if code and at not in REACHABLE[side][piece]:
            place = f"{'abcdefghi'[at % FILES]}{at // FILES}"
            raise InputError(
                f"{SIDES_CHINESE[side]}的{NAMES[side][piece]}不可能在 {place}",
                f"{SIDES[side]}'s {ENGLISH[piece]} cannot stand on {place}",
            )


def _check_kings(board: Board) -> None:
    red, black = board.kings
    if red % FILES == black % FILES and not any(board.squares[red + FILES : black : FILES]):
        raise InputError("将帅照面：两个将之间没有棋子", "the kings face each other on an open file")
    if board.attacked(board.kings[board.side ^ 1], board.side):
        raise InputError(
            f"轮到{SIDES_CHINESE[board.side]}走，而对方正被将军",
            f"it is {SIDES[board.side]}'s turn while the other king is in check",
        )
