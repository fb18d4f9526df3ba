"""Moves by piece and target square, ranks from 1 to 10, as pychess and Fairy-Stockfish write them: Che3, R1a5+."""

from __future__ import annotations

import re

from core.errors import InputError
from core.xiangqi.board import Board
from core.xiangqi.geometry import BLACK_OFFSET, ENGLISH, FILES, NAMES, SIDES, SIDES_CHINESE, SQUARES
from core.xiangqi.legality import illegal

_LETTERS = ".KAEHRCP"
_SYNONYMS = str.maketrans("NB", "HE")
ALGEBRAIC = re.compile(r"([KAEBHNRCP])([a-i])?(10|[1-9])?[x-]?([a-i])(10|[1-9])[+#=]*")


def read_algebraic(board: Board, text: str) -> int | None:
    """The legal move that `text` names, or None where it is not in this notation.

    Raises:
        InputError: no legal move, or more than one, fits.
    """
    parts = ALGEBRAIC.fullmatch(text)
    if not parts:
        return None
    letter, file, rank, to_file, to_rank = parts.groups()
    side, piece = board.side, _LETTERS.index(letter.translate(_SYNONYMS))
    target = _square(to_file, to_rank)
    starts = [
        at
        for at in range(SQUARES)
        if board.squares[at] == piece + BLACK_OFFSET * side
        and (file is None or at % FILES == "abcdefghi".index(file))
        and (rank is None or at // FILES == int(rank) - 1)
    ]
    fits = [SQUARES * at + target for at in starts if board.is_legal(SQUARES * at + target)]
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise InputError(f"“{text}”不止一个子能走到", f"“{text}”: more than one piece can go there")
    if len(starts) == 1:
        raise illegal(board, SQUARES * starts[0] + target, text)
    if not starts:
        zh, en = f"{SIDES_CHINESE[side]}没有这样的{NAMES[side][piece]}", f"{SIDES[side]} has no such {ENGLISH[piece]}"
    else:
        zh, en = f"没有{NAMES[side][piece]}能走到那里", f"no {ENGLISH[piece]} can go there"
    raise InputError(f"“{text}”：{zh}", f"“{text}”: {en}")


def _square(file: str, rank: str) -> int:
    return FILES * (int(rank) - 1) + "abcdefghi".index(file)
