"""What the Xiangqi tab says when a piece cannot be moved, in a real browser; see conftest.py for the server."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from core.xiangqi.notation import to_iccs
from core.xiangqi.session import read_game
from tests.browser.xiangqi_page import (
    GAME,
    MATE_IN_THREE,
    button,
    choose_side,
    drag,
    error,
    held_back,
    kept,
    open_tab,
    play,
    read,
    show,
    square,
    turn,
    wait_for_plies,
    win,
)

# The horse on e1 stands between its king and a rook, and the elephant on c0 before a blocked eye on the one side.
PINNED = "4k4/9/9/9/4r4/9/9/9/3NN4/2B1K4 w - - 0 1"


@pytest.fixture
def tab(page: Any, server: str) -> Any:
    open_tab(page, server)
    return page


@pytest.mark.parametrize(
    ("start", "target", "reason"),
    [
        ("h0", "f1", "蹩马腿"),  # which could go elsewhere
        ("a0", "a4", "中间 a3 有子挡着"),
        ("e9", "e7", "轮到红方走"),
    ],
)
def test_dragging_where_a_piece_cannot_go_says_why(tab: Any, start: str, target: str, reason: str) -> None:
    drag(tab, start, target)
    expect(error(tab)).to_contain_text(reason)
    assert kept(tab).get("moves", []) == []


def test_dragging_a_piece_that_is_bound_says_why_as_a_click_does(tab: Any) -> None:
    read(tab, PINNED)
    wait_for_plies(tab, 0)
    square(tab, "e1").click()
    expect(error(tab)).to_contain_text("送将：走后帅会被 e5 的车吃掉")
    button(tab, "关闭提示").click()
    drag(tab, "e1", "f3")
    expect(error(tab)).to_contain_text("送将：走后帅会被 e5 的车吃掉")
    drag(tab, "c0", "e2")
    expect(error(tab)).to_contain_text("塞象眼")


def test_whose_turn_it_is_is_said_until_it_is_the_visitors(tab: Any) -> None:
    release = held_back(tab, "think")
    square(tab, "h2").click()
    square(tab, "e2").dblclick()
    expect(turn(tab)).to_contain_text("思考中")
    # The second click of a double one is no attempt to move.
    tab.wait_for_timeout(300)
    expect(error(tab)).to_be_hidden()
    square(tab, "b0").click()
    expect(error(tab)).to_have_text("轮到 GPT 走，请稍候")
    release()
    wait_for_plies(tab, 2)
    expect(error(tab)).to_be_hidden()


def test_a_game_that_is_over_says_so(tab: Any) -> None:
    read(tab, MATE_IN_THREE)
    wait_for_plies(tab, 0)
    win(tab, MATE_IN_THREE)
    expect(turn(tab)).to_contain_text("将死")
    expect(error(tab)).to_be_hidden()
    drag(tab, "e0", "e1")
    expect(error(tab)).to_contain_text("对局已经结束")
    button(tab, "新局").click()
    wait_for_plies(tab, 0)
    expect(error(tab)).to_be_hidden()


def test_looking_back_and_replays_say_how_to_play_and_only_then(tab: Any) -> None:
    play(tab, "h2e2")
    wait_for_plies(tab, 2)
    button(tab, "上一着").click()
    button(tab, "上一着").click()
    expect(error(tab)).to_be_hidden()
    square(tab, "b2").click()
    expect(error(tab)).to_contain_text("回到棋局")
    button(tab, "回到棋局").click()
    expect(error(tab)).to_be_hidden()
    read(tab, GAME)
    wait_for_plies(tab, 6)
    show(tab, "着法")
    button(tab, "下一着").click()
    tab.keyboard.press("ArrowRight")
    square(tab, "e4").click()
    expect(error(tab)).to_be_hidden()
    drag(tab, "b2", "d2")
    expect(error(tab)).to_contain_text("从这里下")
    button(tab, "从这里下").click()
    expect(error(tab)).to_be_hidden()


def test_who_plays_while_one_watches_is_said_in_english_too(page: Any, server: str) -> None:
    page.goto(f"{server}/?tab=xiangqi&lang=en")
    expect(turn(page)).to_have_text("Your move (red)")
    choose_side(page, "Watch")
    drag(page, "h9", "g7")
    expect(error(page)).to_contain_text("choose red or black to play")
    choose_side(page, "Red")
    expect(error(page)).to_be_hidden()


def test_while_it_gives_a_hint_the_reason_is_said(tab: Any) -> None:
    release = held_back(tab, "think")
    button(tab, "提示").click()
    drag(tab, "h0", "f1")
    expect(error(tab)).to_contain_text("蹩马腿")
    release()
    play(tab, to_iccs(read_game([]).board.legal_moves()[0]))
    wait_for_plies(tab, 2)
