"""Positions set up and refused at the Xiangqi tab, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from core.xiangqi.fen import START, read_fen
from core.xiangqi.notation import to_iccs
from core.xiangqi.session import read_game
from tests.browser.xiangqi_page import (
    GAME,
    button,
    choose_side,
    error,
    kept,
    open_tab,
    pieces_at,
    play,
    read,
    show,
    square,
    turn,
    wait_for_plies,
)


@pytest.fixture
def tab(page: Any, server: str) -> Any:
    open_tab(page, server)
    return page


@pytest.fixture(scope="module")
def opened(kept_page: Any, server: str) -> Any:
    """One page for the tests that can follow each other in it."""
    open_tab(kept_page, server)
    return kept_page


def test_a_new_game_closes_the_editor(tab: Any) -> None:
    play(tab, "h2e2")
    mine = wait_for_plies(tab, 2)
    show(tab, "摆局")
    button(tab, "清空").click()
    button(tab, "新局").click()
    wait_for_plies(tab, 0)
    expect(tab.locator("#xiangqi-game .movelist")).to_be_visible()
    expect(turn(tab)).to_contain_text("轮到您走")
    assert "红炮" in pieces_at(tab, "h2")
    play(tab, "b2e2")
    wait_for_plies(tab, 2)
    button(tab, "回到我的对局").click()
    assert wait_for_plies(tab, 2) == mine


def test_choosing_a_side_closes_the_editor(tab: Any) -> None:
    show(tab, "摆局")
    button(tab, "清空").click()
    choose_side(tab, "黑")
    moves = wait_for_plies(tab, 1)
    play(tab, to_iccs(read_game(moves).board.legal_moves()[0]))
    wait_for_plies(tab, 3)


def test_the_fen_is_that_of_the_position_on_the_board(tab: Any) -> None:
    read(tab, GAME)
    moves = wait_for_plies(tab, 6)
    show(tab, "着法")
    tab.locator("#xiangqi-game .moves button", has_text="马８进７").click()
    show(tab, "棋谱")
    button(tab, "复制 FEN").click()
    expect(button(tab, "已复制")).to_be_visible()
    assert read_fen(tab.evaluate("navigator.clipboard.readText()")).key() == read_game(moves[:2]).board.key()


@pytest.mark.parametrize(
    ("fen", "reason"),
    [
        (START.replace("RNBAKABNR", "RNBAKABKR"), "帅"),
        (START.replace("rnbakabnr", "rnbakabn1").replace("9/9", "r8/r8"), "车"),
        (START.replace("P1P1P1P1P/1C5C1/9", "P1P1P1P1P/1C5C1/4B4"), "红方有 3 个相"),
        (START.replace("1c5c1", "1c4"), "9 格"),
        ("4k4/9/9/9/9/9/9/9/9/4K4 w", "照面"),
    ],
)
def test_an_illegal_position_is_refused_with_the_reason_and_the_game_stays(opened: Any, fen: str, reason: str) -> None:
    if not kept(opened).get("moves"):
        play(opened, "h2e2")
    moves = wait_for_plies(opened, 2)
    read(opened, fen)
    expect(error(opened)).to_contain_text(reason)
    assert kept(opened)["moves"] == moves
    show(opened, "着法")
    expect(opened.locator("#xiangqi-game .moves")).to_contain_text("炮二平五")


def test_the_editor_says_what_is_wrong_and_plays_from_what_is_right(tab: Any) -> None:
    show(tab, "摆局")
    editor = tab.locator("#xiangqi-game .editor")
    button(tab, "清空").click()
    expect(editor.locator(".message")).to_contain_text("合法")
    editor.locator('[data-tool="K"]').click()
    square(tab, "e5").click()
    expect(editor.locator(".message.bad")).to_contain_text("帅")
    expect(button(tab, "从这里下")).to_be_disabled()
    editor.locator('[data-tool="erase"]').click()
    square(tab, "e5").click()
    for letter, name in (("R", "a8"), ("R", "b7")):
        editor.locator(f'[data-tool="{letter}"]').click()
        square(tab, name).click()
    expect(editor.locator(".message.good")).to_be_visible()
    button(tab, "从这里下").click()
    wait_for_plies(tab, 0)
    start = kept(tab)["start"]
    assert start.startswith("3k5/R8/1R7/")
    play(tab, "b7b9")
    wait_for_plies(tab, 1)
    expect(turn(tab)).to_contain_text("红方胜 · 将死")
