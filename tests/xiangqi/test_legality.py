from __future__ import annotations

import pytest

from core.errors import InputError
from core.xiangqi.fen import START, read_fen
from core.xiangqi.legality import why_stuck
from core.xiangqi.notation import read_move


@pytest.mark.parametrize(
    ("fen", "text", "zh", "en"),
    [
        (START, "马二进四", "蹩马腿：g0", "leg is blocked on g0"),
        (START, "h0f1", "蹩马腿：g0", "leg is blocked on g0"),
        (START, "H2+4", "蹩马腿：g0", "leg is blocked on g0"),
        (START, "g0g1", "田字", "two steps diagonally"),
        (START, "车一平二", "自己的马", "own horse"),
        (START, "车一进九", "i3 有子", "i3 is in the way"),
        (START, "炮二进六", "不吃子时不能越过 h7", "jumps only to take"),
        (START, "炮二进八", "越界", "off the board"),
        (START, "马八退九", "越界", "off the board"),
        (START, "h9h10", "越界", "off the board"),
        (START, "马二进五", "马走日字", "one diagonally"),
        (START, "相三进二", "相走田字", "two steps diagonally"),
        (START, "仕四进四", "斜走一格", "one step diagonally"),
        (START, "马二平三", "马走日字", "one diagonally"),
        (START, "h2g0", "直线", "straight line"),
        (START, "兵五平四", "过河之前", "beyond the river"),
        (START, "兵五退一", "不能后退", "does not go back"),
        (START, "仕四进三", "九宫", "palace"),
        (START, "炮五平六", "没有这样的炮", "no such cannon"),
        ("3k5/9/9/9/c8/9/9/9/R8/4K4 w", "a1a9", "a5 有子", "a5 is in the way"),
        ("3k5/9/9/9/c8/9/9/9/C8/4K4 w", "a1a5", "炮架", "exactly one piece"),
        ("r2k5/9/9/p8/p8/9/9/9/C8/4K4 w", "a1a9", "2 个子", "not 2"),
        ("3k5/9/9/9/2p6/2B6/9/9/9/4K4 w", "c4e6", "不能过河", "cross the river"),
        ("3k5/9/9/9/9/9/9/4B4/3P5/4K4 w", "e2c0", "兵不可能", "cannot stand"),
        ("3k5/9/9/9/9/9/9/4B4/3N5/4K4 w", "e2c0", "塞象眼：田字中心 d1", "eye d1"),
        ("3k5/9/9/9/9/9/9/9/9/4K4 w", "e0e2", "一格", "one step"),
        ("3k5/9/9/9/9/9/9/9/9/4K4 w", "帅五平六", "照面", "face each other"),
        ("3kr4/9/9/9/9/9/9/9/4R4/4K4 w", "车五平六", "送将：走后帅会被 e9 的车", "exposes the king"),
        ("3k5/9/9/9/9/9/9/4r4/9/4K4 w", "帅五进一", "没有解将：e2 的车", "does not parry"),
        ("3k5/9/9/9/9/9/R8/9/9/4K4 w", "卒1进1", "没有这样的兵", "no such pawn"),
        ("3kr4/9/9/9/9/9/R8/9/9/3AK4 w", "d0f2", "斜走一格", "one step diagonally"),
    ],
)
def test_an_illegal_move_is_refused_with_the_players_reason(fen: str, text: str, zh: str, en: str) -> None:
    with pytest.raises(InputError) as caught:
        read_move(read_fen(fen), text)
    assert zh in caught.value.zh
    assert en in caught.value.en


def test_a_piece_that_cannot_be_taken_up_says_why() -> None:
    board = read_fen("3k5/9/9/9/9/9/9/9/9/RN2K4 w")
    assert why_stuck(board, 0) == ("", "")
    assert "轮到红方走" in why_stuck(board, 84)[0]
    pinned = read_fen("3kr4/9/9/9/9/9/9/4N4/9/4K4 w")
    assert "送将" in why_stuck(pinned, 22)[0]
    walled_in = read_fen("3k5/9/9/9/9/9/9/9/C8/NR2K4 w")
    assert "四面受阻" in why_stuck(walled_in, 0)[0]
