"""Games at the Xiangqi tab, in a real browser, against the real model; see conftest.py for the server."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from core.xiangqi.geometry import RED
from core.xiangqi.notation import to_iccs
from core.xiangqi.session import read_game
from tests.browser.xiangqi_page import (
    ANOTHER,
    MATE_IN_THREE,
    button,
    choose_side,
    drag,
    held_back,
    kept,
    open_tab,
    pieces_at,
    play,
    read,
    show,
    square,
    strong_move,
    turn,
    wait_for_plies,
    win,
)


@pytest.fixture
def tab(page: Any, server: str) -> Any:
    open_tab(page, server)
    return page


def test_a_whole_game_from_the_start_to_mate(tab: Any, server: str) -> None:
    choose_side(tab, "入门")
    tab.locator("#xiangqi-game label", has_text="箭头").click()
    moves: list[str] = []
    taken_back = False
    while len(moves) < 160:
        game = read_game(moves)
        chosen = strong_move(game)
        play(tab, to_iccs(chosen))
        game.push(chosen)
        if game.status().over:
            moves = wait_for_plies(tab, len(moves) + 1)
            break
        moves = wait_for_plies(tab, len(moves) + 2)
        if read_game(moves).status().over:
            break
        if len(moves) == 6 and not taken_back:
            taken_back = True
            button(tab, "悔棋").click()
            moves = wait_for_plies(tab, 4)
        elif len(moves) == 8:
            button(tab, "翻转棋盘").click()
        elif len(moves) == 10:
            tab.reload()
            expect(tab.locator("#xiangqi-state")).to_contain_text("模型就绪", timeout=60_000)
            assert wait_for_plies(tab, 10) == moves
            expect(tab.locator("#xiangqi-game .strip").first).to_contain_text("红方")
    status = read_game(moves).status()
    if status.reason not in ("checkmate", "stalemate") or status.winner != RED:
        # The GPT held out, or drew: it is mated from a position instead.
        read(tab, MATE_IN_THREE)
        wait_for_plies(tab, 0)
        win(tab, MATE_IN_THREE)
    expect(turn(tab)).to_contain_text("红方胜")
    expect(tab.locator("#xiangqi-game .figures")).to_contain_text("与 GPT 首选相同")


def test_mate_by_clicks_with_undo_flip_and_reload(tab: Any, server: str) -> None:
    play(tab, "h2e2")
    first = wait_for_plies(tab, 2)
    expect(tab.locator("#xiangqi-game .thoughts li.chosen")).to_have_count(1)
    expect(tab.locator("#xiangqi-game .arrow").first).to_be_attached()
    expect(tab.locator("#xiangqi-game .moves")).to_contain_text("炮二平五")
    button(tab, "悔棋").click()
    wait_for_plies(tab, 0)
    expect(turn(tab)).to_contain_text("轮到您走")
    play(tab, "b2e2")
    second = wait_for_plies(tab, 2)
    assert second[0] == "b2e2" != first[0]
    button(tab, "翻转棋盘").click()
    expect(tab.locator("#xiangqi-game .strip").first).to_contain_text("红方")
    tab.reload()
    expect(tab.locator("#xiangqi-state")).to_contain_text("模型就绪", timeout=60_000)
    assert wait_for_plies(tab, 2) == second
    expect(tab.locator("#xiangqi-game .strip").first).to_contain_text("红方")
    expect(tab.locator("#xiangqi-game .moves")).to_contain_text("炮八平五")
    button(tab, "翻转棋盘").click()
    read(tab, MATE_IN_THREE)
    wait_for_plies(tab, 0)
    win(tab, MATE_IN_THREE)
    expect(turn(tab)).to_contain_text("红方胜 · 将死")
    figures = tab.locator("#xiangqi-game .figures")
    expect(figures).to_contain_text("与 GPT 首选相同")
    button(tab, "悔棋").click()
    expect(turn(tab)).to_contain_text("轮到您走")


def test_a_game_by_touch_on_a_phone(browser: Any, server: str) -> None:
    problems: list[str] = []
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", has_touch=True, is_mobile=True, device_scale_factor=2
    )
    page = context.new_page()
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    open_tab(page, server)

    def tap(page: Any, move: str) -> None:
        square(page, move[:2]).tap()
        square(page, move[2:]).tap()

    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 1
    board = page.locator("#xiangqi-game .board").bounding_box()
    assert board["width"] > 350, "the board should fill the phone"
    tap(page, "b0c2")
    wait_for_plies(page, 2)
    read(page, ANOTHER)
    wait_for_plies(page, 0)
    win(page, ANOTHER, tap)
    expect(turn(page)).to_contain_text("将死")
    for name in ("着法", "分析", "棋谱", "摆局"):
        show(page, name)
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 1, name
    small = page.eval_on_selector_all(
        "#xiangqi-game button",
        "all => all.filter(b => b.offsetParent && b.getBoundingClientRect().height < 38).map(b => b.textContent)",
    )
    assert not small, f"too small for a thumb: {small}"
    context.close()
    assert not problems, problems


def test_the_keyboard_plays_too(tab: Any) -> None:
    square(tab, "e0").focus()
    for key in ("ArrowUp", "ArrowUp", "ArrowRight", "ArrowRight", "ArrowRight", "Enter"):
        tab.keyboard.press(key)
    expect(square(tab, "h2")).to_have_attribute("aria-pressed", "true")
    tab.keyboard.press("Escape")
    expect(square(tab, "h2")).to_have_attribute("aria-pressed", "false")
    for key in ("Space", "ArrowLeft", "ArrowLeft", "ArrowLeft"):
        tab.keyboard.press(key)
    assert "可走到" in pieces_at(tab, "e2")
    tab.keyboard.press("Enter")
    assert wait_for_plies(tab, 2)[0] == "h2e2"
    tab.locator("#xiangqi-game .moves button").first.focus()
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("ArrowLeft")
    assert "红炮" in pieces_at(tab, "h2")
    button(tab, "回到棋局").click()
    assert "红炮" in pieces_at(tab, "e2")


def test_dragging_a_piece_plays_it_and_an_illegal_drop_puts_it_back(tab: Any) -> None:
    drag(tab, "h0", "h5")
    assert kept(tab).get("moves", []) == []
    assert "红马" in pieces_at(tab, "h0")
    tab.keyboard.press("Escape")
    drag(tab, "h0", "g2")
    assert wait_for_plies(tab, 2)[0] == "h0g2"


def test_a_double_click_plays_once(tab: Any) -> None:
    square(tab, "h2").click()
    square(tab, "e2").dblclick()
    assert wait_for_plies(tab, 2)[0] == "h2e2"
    tab.wait_for_timeout(1500)
    assert len(kept(tab)["moves"]) == 2


def test_undo_while_the_gpt_thinks_drops_its_answer(tab: Any) -> None:
    play(tab, "h2e2")
    button(tab, "悔棋").click()
    wait_for_plies(tab, 0)
    tab.wait_for_timeout(1500)
    assert kept(tab)["moves"] == []
    expect(turn(tab)).to_contain_text("轮到您走")


def test_resigning_takes_back_a_move_the_server_has_not_confirmed(tab: Any) -> None:
    release = held_back(tab, "replay")
    play(tab, "h2e2")
    expect(tab.locator("#xiangqi-game .moves")).to_contain_text("…")
    button(tab, "认输").click()
    expect(turn(tab)).to_contain_text("黑方胜 · 认输")
    release()
    tab.wait_for_timeout(500)
    expect(tab.locator("#xiangqi-game .moves")).not_to_contain_text("…")
    assert "红炮" in pieces_at(tab, "h2")
    assert kept(tab)["moves"] == []


def test_a_setting_changed_before_the_game_is_back_does_not_lose_it(tab: Any, server: str) -> None:
    play(tab, "h2e2")
    mine = wait_for_plies(tab, 2)
    release = held_back(tab, "replay")
    open_tab(tab, server)
    expect(turn(tab)).to_contain_text("取回")
    tab.locator("#xiangqi-game label", has_text="箭头").click()
    tab.locator("#xiangqi-game select[aria-label=模型]").evaluate("s => s.dispatchEvent(new Event('change'))")
    assert kept(tab)["moves"] == mine
    release()
    expect(turn(tab)).to_contain_text("轮到您走")
    assert wait_for_plies(tab, 2) == mine
    assert kept(tab)["arrows"] is False
