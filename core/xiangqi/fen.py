"""FEN for xiangqi: reading with every reason to refuse, and writing."""

from __future__ import annotations

import re
import unicodedata
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
_SIDES = {"w": RED, "r": RED, "红": RED, "b": BLACK, "黑": BLACK}


def start_board() -> Board:
    """The position every game starts from."""
    return read_fen(START)


def read_fen(text: str) -> Board:
    """The position that `text` describes; side, counters and dashes may be missing.

    Blanks and line breaks may stand anywhere among the pieces, and characters be full-width, as they come when copied.

    Raises:
        InputError: not a FEN, or a position that cannot be: wrong numbers of pieces, pieces on squares they never
            reach, facing generals, or the side that has just moved left in check.
    """
    plain = unicodedata.normalize("NFKC", text[: _MAX_FEN + 1]).strip().replace("\\", "/")
    if not plain or len(text) > _MAX_FEN:
        raise InputError("FEN 为空或过长", "the FEN is empty or too long")
    end = placement_end(plain, 0)
    fields = plain.split() if end is None else [_joined(plain[:end]), *plain[end:].split()]
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


def placement_end(text: str, at: int) -> int | None:
    """Where the ten ranks that begin at `at` end in half-width text, blanks among them or not; None if none do."""
    ranks = files = 0
    gap = False
    for i in range(at, min(len(text), at + _MAX_FEN)):
        letter = text[i]
        if letter.isspace():
            gap = True
        elif letter == "/":
            if files != FILES or ranks + 1 == RANKS:
                return None
            ranks, files, gap = ranks + 1, 0, False
        elif letter in "123456789" or (letter != "." and letter.translate(_SYNONYMS) in LETTERS):
            if files == FILES:  # a line break may stand for a slash
                if not gap:
                    return None
                ranks, files = ranks + 1, 0
            files += int(letter) if letter.isdigit() else 1
            gap = False
            if files > FILES:
                return None
            if files == FILES and ranks + 1 == RANKS:
                after = text[i + 1 : i + 2]
                return None if after.isalnum() or text[i + 1 : i + 1 + _MAX_FEN].lstrip().startswith("/") else i + 1
        else:
            return None
    return None


def _joined(placement: str) -> str:
    """Ten ranks with slashes between and nothing else."""
    ranks, files = [""], 0
    for letter in placement:
        if letter.isspace() or letter == "/":
            continue
        if files == FILES:
            ranks.append("")
            files = 0
        ranks[-1] += letter
        files += int(letter) if letter.isdigit() else 1
    return "/".join(ranks)


def _side(field: str) -> int:
    side = _SIDES.get(field[:1].lower() if not field.isascii() else field.lower())
    if side is None:
        raise InputError(f"FEN 的走棋方写成了 {field!r}，应为 w 或 b", f"side to move is {field!r}, not w or b")
    return side


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
