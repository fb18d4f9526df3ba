from __future__ import annotations

import pytest

from core.xiangqi.accuracy import move_accuracy
from core.xiangqi.notation import from_iccs
from core.xiangqi.openings import BOOK, mirrored, name, opening
from core.xiangqi.session import read_game


@pytest.mark.parametrize(
    ("moves", "zh"),
    [
        ("", ""),
        ("h2e2 h7e7", "中炮对顺炮"),
        ("h2e2 b7e7", "中炮对列炮"),
        ("h2e2 h9g7 h0g2 b9c7", "中炮对屏风马"),
        ("b0c2 h9g7 h2e2 b9c7", "中炮对屏风马"),
        ("h2e2 h9g7 h0g2 i9h9 i0h0 b9c7 h0h6 h7i7", "中炮过河车对屏风马平炮兑车"),
        ("h2e2 b9c7 h0g2 h7f7 b2c2 h9g7", "五七炮对反宫马"),
        ("h2e2 h9g7 h0g2 i9h9 i0h0 h7i7", "中炮对三步虎"),
        ("h2e2 b9c7 h0g2 h9i7", "中炮对单提马"),
        ("c3c4 b7c7", "仙人指路对卒底炮"),
        ("c3c4 g6g5", "仙人指路对兵局"),
        ("g0e2 b7d7", "飞相局对士角炮"),
        ("h2d2 h9g7", "过宫炮对进马"),
        ("h0i2", "边马局"),
        ("e3e4", "中兵局"),
        ("h2g2", "敛炮局"),
        ("h2h4", "巡河炮局"),
        ("c3c4 h9g7 h2e2", "仙人指路转中炮对进马"),
        ("c3c4 h9g7 h2e2 b9c7", "中炮进七兵对屏风马"),
        ("c3c4 b7c7 h2e2", "仙人指路转中炮对卒底炮"),
        ("h2e2 h7e7 h0g2 h9g7 i0h0 i9i8", "顺炮直车对横车"),
        ("h2e2 h7e7 i0i1 h9g7 h0g2 i9h9", "顺炮横车对直车"),
        ("h2e2 h7e7 h0g2 i9i8", "顺炮缓开车对横车"),
        ("h2e2 h9g7 h0g2 i9h9 i0h0 b9c7 b2b4", "中炮巡河炮对屏风马"),
        ("h2e2 h9g7 h0g2 i9h9 i0h0 b9c7 b2b6", "五八炮对屏风马"),
    ],
)
def test_openings_have_their_names_by_whatever_order_and_side(moves: str, zh: str) -> None:
    played = moves.split()
    assert name([from_iccs(m) for m in played])[0] == zh
    assert name([from_iccs(mirrored(m)) for m in played])[0] == zh


def test_people_went_on_alike_from_a_position_its_mirror_image_and_a_transposition() -> None:
    assert BOOK.stat().st_size < 300_000
    first, image, other = (
        opening(read_game(moves)).continuations
        for moves in (
            "h2e2 h9g7 h0g2 i9h9 i0h0 b9c7",
            "b2e2 b9c7 b0c2 a9b9 a0b0 h9g7",
            "h2e2 b9c7 h0g2 h9g7 i0h0 i9h9",
        )
    )
    assert first == other
    assert [mirrored(c.move) for c in first] == [c.move for c in image]
    assert opening(read_game("")).continuations[0].chinese == "炮二平五"
    assert first[0].games > 100 > first[-1].games
    assert all(0 <= c.red_score <= 1 for c in first)
    assert opening(read_game("", "3k5/R8/1R7/9/9/9/9/9/9/4K4 w")).continuations == ()


def test_accuracy_falls_with_what_a_move_costs() -> None:
    assert move_accuracy(50, 60) == 100
    assert move_accuracy(50, 50) == 100
    assert move_accuracy(60, 50) == pytest.approx(63.6, abs=0.1)
    assert move_accuracy(100, 0) == 0
