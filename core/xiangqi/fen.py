"""FEN for xiangqi: reading with every reason to refuse, and writing."""

from __future__ import annotations

import re
from collections import Counter

from core.errors import InputError
from core.xiangqi.board import Board
from core.xiangqi.geometry import BLACK, BLACK_OFFSET, FILES, LETTERS, RANKS, REACHABLE, RED, SQUARES

START = "rnbakabnr/9/1c5c1/p1p1p1p1p/9/9/P1P1P1P1P/1C5C1/9/RNBAKABNR w - - 0 1"

# Other letters in use for elephants and horses.
_SYNONYMS = str.maketrans("EeHhMmXxSsJj", "BbNnNnBbAaRr")
_MOST = {"K": 1, "A": 2, "B": 2, "N": 2, "R": 2, "C": 2, "P": 5}
_NAMES = {"K": "帅/将", "A": "仕/士", "B": "相/象", "N": "马", "R": "车", "C": "炮", "P": "兵/卒"}
_ENGLISH = {"K": "king", "A": "advisor", "B": "elephant", "N": "horse", "R": "chariot", "C": "cannon", "P": "pawn"}
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
    quiet, fullmove = (_count(fields[i]) if len(fields) > i else i - 4 for i in (4, 5))
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
    raise InputError(f"FEN 里轮到哪方写成了 {field!r}，应为 w 或 b", f"side to move is {field!r}, not w or b")


def _count(field: str) -> int:
    return min(int(field), 9999) if re.fullmatch(r"[0-9]{1,9}", field) else 0


def _check_counts(squares: list[int]) -> None:
    counts = Counter(LETTERS[code] for code in squares)
    for letter, most in _MOST.items():
        for of, zh, en in ((letter, "红方", "red"), (letter.lower(), "黑方", "black")):
            if counts[of] > most or (letter == "K" and counts[of] != 1):
                raise InputError(
                    f"{zh}有 {counts[of]} 个{_NAMES[letter]}，最多 {most} 个" + ("，且必须有" if letter == "K" else ""),
                    f"{en} has {counts[of]} of the piece {_ENGLISH[letter]}, must have "
                    + ("exactly 1" if letter == "K" else f"at most {most}"),
                )


def _check_squares(squares: list[int]) -> None:
    for at, code in enumerate(squares):
        side = BLACK if code > BLACK_OFFSET else RED
        piece = code - BLACK_OFFSET * side
        if code and at not in REACHABLE[side][piece]:
            letter = LETTERS[piece]
            file, rank = "abcdefghi"[at % FILES], at // FILES
            raise InputError(
                f"{'红黑'[side]}方的{_NAMES[letter]}不可能在 {file}{rank}",
                f"{('red', 'black')[side]}'s {_ENGLISH[letter]} cannot stand on {file}{rank}",
            )


def _check_kings(board: Board) -> None:
    if board.attacked(board.kings[board.side ^ 1], board.side):
        raise InputError(
            f"轮到{'红黑'[board.side]}方走，而对方的将（帅）已经被将军",
            f"it is {('red', 'black')[board.side]}'s turn while the other king is in check",
        )
