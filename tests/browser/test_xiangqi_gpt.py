"""The GPT as a partner at the Xiangqi tab: another model, hints, a full server, both sides; in a real browser."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from core.xiangqi.notation import to_iccs
from core.xiangqi.session import read_game
from tests.browser.xiangqi_page import (
    KEEP,
    MATE_IN_THREE,
    asked_of,
    button,
    choose_side,
    error,
    held_back,
    kept,
    open_tab,
    play,
    read,
    show,
    turn,
    wait_for_plies,
)


@pytest.fixture
def tab(page: Any, server: str) -> Any:
    open_tab(page, server)
    return page


def test_another_model_says_what_it_thinks_and_reviews_again(tab: Any) -> None:
    select = tab.locator("#xiangqi-game select[aria-label=模型]")
    if select.locator("option").count() < 2:
        pytest.skip("only one model is there")
    play(tab, "h2e2")
    wait_for_plies(tab, 2)
    show(tab, "分析")
    button(tab, "分析本局").click()
    expect(tab.locator("#xiangqi-game .figures")).to_contain_text("平均概率")
    thoughts, reviews = asked_of(tab, "think"), asked_of(tab, "review")
    release = held_back(tab, "think")
    select.select_option("xiangqi-moves")
    expect(tab.locator("#xiangqi-game .thoughts li.blank")).to_have_count(5)
    release()
    expect(tab.locator("#xiangqi-game .thoughts li.blank")).to_have_count(0)
    expect(tab.locator("#xiangqi-game .figures")).to_contain_text("平均概率")
    assert {request["model"] for request in thoughts + reviews} == {"xiangqi-moves"}
    assert reviews
    tab.locator("#xiangqi-game .compare summary").click()
    now = tab.locator("#xiangqi-game .compare .now")
    expect(now.locator("tbody tr")).to_have_count(6)
    expect(tab.locator("#xiangqi-game .compare th", has_text="参数")).to_be_visible()
    expect(tab.locator("#xiangqi-game .blind")).to_be_hidden()
    read(tab, MATE_IN_THREE)
    expect(tab.locator("#xiangqi-game .blind")).to_be_visible()


def test_a_better_move_is_found_at_a_moment_of_the_game(tab: Any) -> None:
    # Red's cannon takes a pawn that a horse guards.
    read(tab, "h2e2 h9g7 h0g2 i9h9 e2e6 g7e6 b0c2")
    moves = wait_for_plies(tab, 7)
    show(tab, "分析")
    button(tab, "从本局里出题（最多三道）").click()
    puzzle = tab.locator("#xiangqi-game .puzzles [aria-pressed]").last
    puzzle.press("Enter", timeout=60_000)
    panel = tab.locator("#xiangqi-game .puzzle")
    expect(panel).to_contain_text("当时走了")
    # The keyboard goes on at the board.
    assert tab.evaluate("document.activeElement.dataset.square")
    ply = int(re.search(r"第 (\d+) 着", puzzle.inner_text())[1]) - 1  # type: ignore[index]
    play(tab, moves[ply])
    expect(panel).to_contain_text("这正是当时走的", timeout=30_000)
    button(tab, "看答案").click()
    expect(panel).to_contain_text("GPT 会走")
    expect(tab.locator("#xiangqi-game .arrow")).to_have_count(2)
    button(tab, "回到棋局").click()
    expect(panel).to_be_hidden()
    assert kept(tab)["moves"] == moves


def test_every_level_can_be_seen_and_chosen_in_english(page: Any, server: str) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{server}/?tab=xiangqi&lang=en")
    levels = page.locator("#xiangqi-game .segments[aria-label=Level]")
    expect(levels).to_be_visible()
    outer = levels.bounding_box()
    boxes = [label.bounding_box() for label in levels.locator("label").all()]
    assert len(boxes) == 5
    assert max(box["x"] + box["width"] for box in boxes) <= outer["x"] + outer["width"]
    assert max(box["y"] + box["height"] for box in boxes) <= outer["y"] + outer["height"]


def test_a_full_server_is_asked_again(tab: Any) -> None:
    refused = {"error": {"zh": "服务器正忙", "en": "busy"}, "busy": True}
    left = 2

    def refuse(route: Any) -> None:
        nonlocal left
        if left and json.loads(route.request.post_data or "{}").get("fn_name") == "think":
            left -= 1
            route.fulfill(json=refused)
        else:
            route.continue_()

    tab.route(re.compile("component_server"), refuse)
    play(tab, "h2e2")
    wait_for_plies(tab, 2)
    assert not left
    expect(error(tab)).to_be_hidden()


def test_black_can_be_played_and_given_up(tab: Any) -> None:
    tab.locator("#xiangqi-game .segments label", has_text="黑").first.click()
    moves = wait_for_plies(tab, 1)
    expect(tab.locator("#xiangqi-game .strip").first).to_contain_text("红方")
    board = read_game(moves).board
    play(tab, to_iccs(board.legal_moves()[0]))
    wait_for_plies(tab, 3)
    button(tab, "认输").click()
    expect(turn(tab)).to_contain_text("红方胜 · 认输")
    expect(tab.locator("#xiangqi-game .figures")).to_contain_text("平均概率")


def test_a_hint_shows_arrows_and_plays_nothing(tab: Any) -> None:
    button(tab, "提示").click()
    expect(tab.locator("#xiangqi-game .arrow.hint").first).to_be_attached()
    expect(tab.locator("#xiangqi-game .thoughts")).to_contain_text("合法着法")
    assert kept(tab).get("moves", []) == []
    tab.locator("#xiangqi-game label", has_text="箭头").click()
    expect(tab.locator("#xiangqi-game .arrow")).to_have_count(0)


def test_thinking_is_drawn_and_can_be_ended(tab: Any) -> None:
    choose_side(tab, "深思")
    expect(tab.locator("#xiangqi-game .way")).to_contain_text("三秒")
    expect(button(tab, "马上走")).to_be_hidden()
    play(tab, "h2e2")
    expect(tab.locator("#xiangqi-game .thoughts")).to_contain_text("还在想", timeout=30_000)
    expect(tab.locator("#xiangqi-game .arrow.mind").first).to_be_attached()
    wait_for_plies(tab, 2)
    play(tab, "h0g2")
    button(tab, "马上走").click()
    moves = wait_for_plies(tab, 4)
    expect(button(tab, "马上走")).to_be_hidden()
    expect(tab.locator("#xiangqi-game .thoughts")).to_contain_text("个局面")
    assert read_game(moves).board.side == 0


def test_the_gpt_plays_itself_until_it_is_stopped(tab: Any) -> None:
    tab.locator("#xiangqi-game .segments label", has_text="观战").click()
    tab.locator("#xiangqi-game select[aria-label=速度]").select_option("400")
    tab.wait_for_function(f"JSON.parse(sessionStorage.getItem({KEEP!r})).moves.length >= 4", timeout=30_000)
    button(tab, "暂停").click()
    tab.wait_for_timeout(300)
    count = len(kept(tab)["moves"])
    tab.wait_for_timeout(1500)
    assert len(kept(tab)["moves"]) == count
    read_game(kept(tab)["moves"])
