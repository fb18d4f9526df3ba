"""Moves whose ranks are counted from 1 to 10, as UCI has them: h3e3, h10g8."""

from __future__ import annotations

import re

from core.errors import InputError
from core.xiangqi.board import Board
from core.xiangqi.legality import OFF_THE_BOARD, why_illegal
from core.xiangqi.notation import from_iccs
from core.xiangqi.typed import folded, names_squares, shown

_MOVE = re.compile(r"([a-i])(10|[1-9])-?([a-i])(10|[1-9])")


def read_from_one(board: Board, text: str) -> int:
    """The legal move that `text` names, its ranks counted from 1 to 10.

    Raises:
        InputError: not such a move, or not legal here; squares of the reason are counted from 0, and said to be.
    """
    m, name = _MOVE.fullmatch(folded(text).lower()), shown(text, 24)
    if not m:
        zh, en = OFF_THE_BOARD if names_squares(text) else ("看不懂的着法", "not a move in the notation of the others")
        raise InputError(f"“{name}”：{zh}（列 a-i，行 1-10）", f"“{name}”: {en} (files a-i, ranks 1-10)")
    iccs = f"{m[1]}{int(m[2]) - 1}{m[3]}{int(m[4]) - 1}"
    move = from_iccs(iccs)
    if not board.is_legal(move):
        zh, en = why_illegal(board, move)
        raise InputError(f"“{name}”（即 ICCS 的 {iccs}）：{zh}", f"“{name}” ({iccs} in ICCS): {en}")
    return move
