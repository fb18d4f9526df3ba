"""Moves for people and for files: ICCS, Chinese and WXF, both ways.

Chinese and WXF notation are two spellings of one thing: which piece (its kind and file, or its place among the pieces
of its kind on that file), which way, and how far or to which file, all seen from the mover's side. Both are read by way
of WXF's letters, in which 炮二平五 is C2=5, 前车进一 is +R+1 and 中兵平四 is MP=4.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.errors import InputError
from core.xiangqi.algebraic import ALGEBRAIC, read_algebraic
from core.xiangqi.board import Board
from core.xiangqi.geometry import (
    ADVISOR,
    BISHOP,
    BLACK,
    BLACK_OFFSET,
    ENGLISH,
    FILES,
    KNIGHT,
    NAMES,
    PAWN,
    RANKS,
    RED,
    SIDES,
    SIDES_CHINESE,
    SQUARES,
)
from core.xiangqi.legality import OFF_THE_BOARD, illegal, misstep
from core.xiangqi.typed import folded, names_squares, shown

_FILE_LETTERS = "abcdefghi"
_ICCS = re.compile(r"[a-iA-I][0-9]-?[a-iA-I][0-9]")

_LETTERS = ".KAEHRCP"  # WXF's, by piece
_NUMERALS = ("一二三四五六七八九", "１２３４５６７８９")
_ORDINALS = {"+": "前", "M": "中", "-": "后"}
# The pieces that move aslant, and how many ranks they go for how many files.
_ASLANT = {ADVISOR: {1: 1}, BISHOP: {2: 2}, KNIGHT: {1: 2, 2: 1}}
_ACTIONS = {"+": "进", "-": "退", "=": "平"}


def _meanings(*pairs: tuple[str, str]) -> dict[str, str]:
    return {character: meaning for characters, meaning in pairs for character in characters}


# What Chinese notation is written with; the width of characters is folded before.
_READ_NUMERALS = _meanings(*zip(_NUMERALS[RED], "123456789", strict=True), *((d, d) for d in "123456789"))
_READ_ACTIONS = _meanings(("进進上", "+"), ("退下", "-"), ("平", "="))
_READ_HEADS = _READ_NUMERALS | _meanings(
    ("帅帥将將", "K"),
    ("仕士", "A"),
    ("相象", "E"),
    ("马馬傌", "H"),
    ("车車俥伡", "R"),
    ("炮砲包", "C"),
    ("兵卒", "P"),
    ("前", "+"),
    ("中", "M"),
    ("后後", "-"),
)
_WXF_SYNONYMS = str.maketrans("NB.", "HE=")
_SHAPE = re.compile(r"(?:([KAEHRCP])[1-9+\-M]|[+\-M1-5]([KAEHRCP])|[+\-M1-5][1-9])[+\-=][1-9]")


def to_iccs(move: int) -> str:
    """A move as start and target square: h2e2."""
    start, target = divmod(move, SQUARES)
    return f"{_FILE_LETTERS[start % FILES]}{start // FILES}{_FILE_LETTERS[target % FILES]}{target // FILES}"


def from_iccs(text: str) -> int:
    """The move that ICCS text (h2e2, H2-E2) names; raises ValueError where it names none."""
    plain = text.strip().lower().replace("-", "")
    if len(plain) != 4 or plain[0] not in _FILE_LETTERS or plain[2] not in _FILE_LETTERS:
        raise ValueError(f"not an ICCS move: {text!r}")
    if not (plain[1] in "0123456789" and plain[3] in "0123456789"):
        raise ValueError(f"not an ICCS move: {text!r}")
    start = FILES * int(plain[1]) + _FILE_LETTERS.index(plain[0])
    return SQUARES * start + FILES * int(plain[3]) + _FILE_LETTERS.index(plain[2])


def to_chinese(board: Board, move: int) -> str:
    """A legal move as players write it: 炮二平五, 前车进一; black's files and counts in full-width digits.

    Of three pawns on a file 前中后, of more 前二三四后; where two files hold several, the file is named: 前三平二.
    """
    side = board.side
    name, tail = _heads(board, move // SQUARES)[0], _tail(board, move)
    first, second, action, amount = name[0], name[1], tail[0], tail[1]
    if first in _ORDINALS:
        head = _ORDINALS[first]
    elif first in _LETTERS:
        head = _name(first, side)
    else:
        head = _NUMERALS[RED][int(first) - 1]  # 二 of 二卒 is an ordinal, which both sides write alike
    piece = _name(second, side) if second in _LETTERS else _NUMERALS[side][int(second) - 1]
    return f"{head}{piece}{_ACTIONS[action]}{_NUMERALS[side][int(amount) - 1]}"


def to_wxf(board: Board, move: int) -> str:
    """A legal move in WXF notation: C2=5, R+-1 for the front chariot, 13=4 for the first of many pawns, on file 3."""
    return _heads(board, move // SQUARES)[1] + _tail(board, move)


def read_move(board: Board, text: str, algebraic: bool = False) -> int:
    """The legal move that `text` names in ICCS, Chinese, WXF or algebraic notation.

    H3e4 is ICCS, unless the game is known to be `algebraic`: then it is the horse on rank 3.

    Raises:
        InputError: in none of these notations, not legal here, or more than one legal move fits.
    """
    plain = folded(text)
    if algebraic or not _ICCS.fullmatch(plain):
        found = read_algebraic(board, plain)
        return _resolve(board, _normal_chinese(text) or _normal_wxf(text), text) if found is None else found
    move = from_iccs(plain)
    if not board.is_legal(move):
        raise illegal(board, move, shown(text, 24))
    return move


def is_algebraic(words: Sequence[str]) -> bool:
    """Whether moves are written as piece and target square, which some of them may share with ICCS."""
    plain = [folded(word) for word in words]
    return any(ALGEBRAIC.fullmatch(word) and not _ICCS.fullmatch(word) for word in plain)


def numerals_of(text: str) -> int | None:
    """The side whose numerals a move in Chinese notation is written with; None where that is not told."""
    plain = folded(text)
    if not _normal_chinese(plain):
        return None
    return RED if plain[3] in _NUMERALS[RED] else BLACK


def _column(file: int, side: int) -> int:
    """A file's number, 1 to 9 from the side's right."""
    return file + 1 if side == BLACK else FILES - file


def _file(column: int, side: int) -> int:
    return column - 1 if side == BLACK else FILES - column


def _name(letter: str, side: int) -> str:
    return NAMES[side][_LETTERS.index(letter)]


def _tail(board: Board, move: int) -> str:
    """Which way, and how far or to which file."""
    start, target = divmod(move, SQUARES)
    side = board.side
    forward = (target // FILES - start // FILES) * (-1 if side == BLACK else 1)
    column = _column(target % FILES, side)
    if not forward:
        return f"={column}"
    slanted = board.squares[start] - BLACK_OFFSET * side in _ASLANT
    return f"{'+' if forward > 0 else '-'}{column if slanted else abs(forward)}"


def _heads(board: Board, start: int) -> list[str]:
    """Names of the piece on a square: first the usual Chinese one, then the usual WXF one, then others in use.

    The first two name one piece; of the others some name several where the position leaves it open.
    """
    code, side = board.squares[start], board.side
    kind = code - BLACK_OFFSET * side
    letter = _LETTERS[kind]
    plain = f"{letter}{_column(start % FILES, side)}"
    mates = _mates(board, start % FILES, code)
    if len(mates) == 1:
        # In speech 中兵 and 中炮 are those of the central file.
        return [plain, plain] + [f"M{letter}"] * (start % FILES == FILES // 2)
    place = mates.index(start) + 1
    word = "+" if place == 1 else "-" if place == len(mates) else "M" if len(mates) == 3 else str(place)
    # P2 would be the pawn on file 2.
    ordered = [word + letter] if word.isdigit() else [word + letter, letter + word]
    if kind in (ADVISOR, BISHOP):
        return [plain, plain, *ordered]  # one of two can only advance, the other only retreat
    return _pawn_heads(board, start, word, place) if kind == PAWN else [*ordered, plain]


def _pawn_heads(board: Board, start: int, word: str, place: int) -> list[str]:
    """The names of a pawn that shares its file: `place` is its number from the front, `word` the word for that."""
    side, code = board.side, board.squares[start]
    files = sorted(range(FILES), key=lambda file: _column(file, side))
    crowded = [mates for file in files if len(mates := _mates(board, file, code)) > 1]
    # Some number all pawns of such files together, from the right and from the front.
    number = [at for mates in crowded for at in mates].index(start) + 1
    column = _column(start % FILES, side)
    of_file, of_kind, behind = f"{word}{column}", f"{word}P", f"P{word}"
    counted = f"{place}{column}"
    plain = f"P{column}"
    if len(crowded) > 1:
        return [of_file, counted, of_kind, f"{number}P", plain] + [behind] * (not word.isdigit())
    pair = len(crowded[0]) == 2
    return [of_kind, behind if pair else counted, of_file, counted, f"{number}P", plain] + ["PM"] * (word == "M")


def _mates(board: Board, file: int, code: int) -> list[int]:
    """Squares of the pieces of one kind and side on a file, from the front."""
    found = [at for at in range(file, SQUARES, FILES) if board.squares[at] == code]
    return found if code > BLACK_OFFSET else found[::-1]


def _normal_chinese(text: str) -> str:
    """Chinese notation in WXF's letters, or nothing."""
    plain = folded(text)
    if len(plain) != 4 or plain.isascii():
        return ""
    meanings = (_READ_HEADS, _READ_HEADS, _READ_ACTIONS, _READ_NUMERALS)
    return "".join(meaning.get(c, "") for meaning, c in zip(meanings, plain, strict=True))


def _normal_wxf(text: str) -> str:
    plain = folded(text).upper()
    if re.match("P[A-E]", plain):
        return f"{' ABCDE'.index(plain[1])}{plain[0]}{plain[2:]}"  # some letter the pawns of crowded files
    return plain.translate(_WXF_SYNONYMS)


def _resolve(board: Board, normal: str, text: str) -> int:
    """The one legal move that text in WXF's letters names; the usual names go before the others."""
    shape = _SHAPE.fullmatch(normal)
    if not shape:
        name = shown(text, 24)
        if names_squares(text):
            zh, en = OFF_THE_BOARD
            raise InputError(f"“{name}”：{zh}（列 a-i，行 0-9）", f"“{name}”: {en} (files a-i, ranks 0-9)")
        raise InputError(f"看不懂的着法：“{name}”", f"not a move in any notation read here: “{name}”")
    code = _LETTERS.index(shape[1] or shape[2] or "P") + BLACK_OFFSET * board.side
    head, tail = normal[:2], normal[2:]
    moves = [m for m in board.pseudo_legal() if board.squares[m // SQUARES] == code and _tail(board, m) == tail]
    named = [(m, heads.index(head)) for m in moves if head in (heads := _heads(board, m // SQUARES))]
    legal = [(m, at) for m, at in named if board.is_legal(m)]
    fits = [m for m, at in legal if at < 2] or [m for m, _ in legal]
    if not fits:
        raise _unfit(board, code, head, tail, text)
    if len(fits) > 1:
        name = shown(text, 24)
        zh = "、".join(to_chinese(board, m) for m in fits)
        en = ", ".join(to_wxf(board, m) for m in fits)
        raise InputError(f"“{name}”不止一种走法：{zh}", f"“{name}” fits more than one move: {en}")
    return fits[0]


def _unfit(board: Board, code: int, head: str, tail: str, text: str) -> InputError:
    """Why text that is a move in WXF's letters names no legal one."""
    name, side = shown(text, 24), board.side
    starts = [at for at in range(SQUARES) if board.squares[at] == code and head in _heads(board, at)]
    for start in starts:
        target = _target(start, code - BLACK_OFFSET * side, tail, side)
        if target is not None:
            return illegal(board, SQUARES * start + target, name)
    if starts:
        files = abs(_file(int(tail[1]), side) - starts[0] % FILES)
        aslant = code - BLACK_OFFSET * side in _ASLANT and files not in _ASLANT[code - BLACK_OFFSET * side]
        zh, en = misstep(board, starts[0]) if aslant else OFF_THE_BOARD
        return InputError(f"“{name}”：{zh}", f"“{name}”: {en}")
    # Red's numerals are Chinese ones, so that the text itself may tell whose move it is.
    reds = any(numeral in text for numeral in _NUMERALS[RED])
    if not text.isascii() and reds == (side == BLACK) and _fits_other_side(board, code, head, tail):
        zh, en = SIDES_CHINESE[side], SIDES[side]
        return InputError(f"“{name}”：轮到{zh}走，这是对方的着法", f"“{name}”: it is {en}'s turn, not the other side's")
    piece = code - BLACK_OFFSET * side
    zh = f"“{name}”：{SIDES_CHINESE[side]}没有这样的{NAMES[side][piece]}"
    return InputError(zh, f"“{name}”: {SIDES[side]} has no such {ENGLISH[piece]}")


def _target(start: int, kind: int, tail: str, side: int) -> int | None:
    """The square that a move's tail leads to, whatever stands in between; None off the board or out of its step."""
    file, rank = start % FILES, start // FILES
    ahead = (1 if side == RED else -1) * (-1 if tail[0] == "-" else 1)
    amount = int(tail[1])
    to_file = _file(amount, side)
    if tail[0] == "=":
        return FILES * rank + to_file
    if kind in _ASLANT:
        steps = _ASLANT[kind].get(abs(to_file - file))
        file = to_file
    else:
        steps = amount
    if not steps or not 0 <= rank + ahead * steps < RANKS:
        return None
    return FILES * (rank + ahead * steps) + file


def _fits_other_side(board: Board, code: int, head: str, tail: str) -> bool:
    other = Board(board.squares, board.side ^ 1)
    theirs = code + BLACK_OFFSET * (other.side - board.side)
    moves = (m for m in other.pseudo_legal() if board.squares[m // SQUARES] == theirs and _tail(other, m) == tail)
    return any(head in _heads(other, m // SQUARES) for m in moves)
