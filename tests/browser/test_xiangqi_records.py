"""Positions, records and views of the Xiangqi tab, in a real browser; see conftest.py for the server."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from core.xiangqi.fen import START, read_fen
from core.xiangqi.notation import to_iccs
from core.xiangqi.session import read_game
from tests.browser.xiangqi_page import (
    GAME,
    HOSTILE,
    KEEP,
    MATE_IN_THREE,
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
    win,
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


def test_the_keyboard_walks_the_pages_and_closes_messages(tab: Any) -> None:
    play(tab, "h2e2")
    wait_for_plies(tab, 2)
    tab.locator("#xiangqi-game [role=tab][data-page=moves]").focus()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    files = tab.locator("#xiangqi-game [role=tab][data-page=files]")
    expect(files).to_be_focused()
    expect(files).to_have_attribute("aria-selected", "true")
    expect(tab.locator("#xiangqi-page-files")).to_be_visible()
    assert "红炮" in pieces_at(tab, "e2"), "the arrows should not step through the moves"
    expect(tab.locator("#xiangqi-game [role=tab][tabindex='0']")).to_have_count(1)
    button(tab, "读取").click()
    expect(error(tab)).not_to_be_empty()
    tab.get_by_role("button", name="关闭提示").focus()
    tab.keyboard.press("Enter")
    expect(error(tab)).to_be_hidden()


def test_a_replay_paused_and_resumed_at_once_runs_once(tab: Any) -> None:
    read(tab, GAME)
    wait_for_plies(tab, 6)
    run = tab.locator("#xiangqi-game .actions .run")
    run.evaluate("b => { b.click(); b.click(); b.click(); }")
    tab.wait_for_timeout(1800)
    expect(turn(tab)).to_contain_text("复盘 1 / 6")


def test_taking_a_side_in_a_replay_starts_a_game_of_its_own(tab: Any) -> None:
    read(tab, GAME)
    wait_for_plies(tab, 6)
    show(tab, "着法")
    tab.locator("#xiangqi-game .moves button", has_text="马８进７").click()
    choose_side(tab, "红")
    wait_for_plies(tab, 2)
    assert kept(tab)["tags"] is None
    assert kept(tab)["result"] is None
    expect(turn(tab)).to_contain_text("轮到您走")


def test_files_over_the_limit_or_not_games_are_refused(tab: Any, tmp_path: Path) -> None:
    play(tab, "h2e2")
    moves = wait_for_plies(tab, 2)
    show(tab, "棋谱")
    picker = tab.locator("#xiangqi-game input[type=file]")
    big = tmp_path / "big.pgn"
    big.write_text('[Event "x"]\n\n' + "1. 炮二平五 马8进7\n" * 100_000, encoding="utf-8")
    assert big.stat().st_size > 2_000_000
    picker.set_input_files(big)
    expect(error(tab)).to_contain_text("1 MB")
    picture = tmp_path / "picture.pgn"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    picker.set_input_files(picture)
    expect(error(tab)).not_to_contain_text("1 MB")
    expect(error(tab)).not_to_be_empty()
    assert kept(tab)["moves"] == moves


def test_a_game_record_is_read_reviewed_and_written_again(tab: Any, tmp_path: Path) -> None:
    play(tab, "b2e2")
    mine = wait_for_plies(tab, 2)
    path = tmp_path / "game.pgn"
    path.write_bytes(GAME.encode("gb18030"))
    show(tab, "棋谱")
    tab.locator("#xiangqi-game input[type=file]").set_input_files(path)
    moves = wait_for_plies(tab, 6)
    assert moves[:3] == ["h2e2", "h9g7", "h0g2"]
    expect(tab.locator("#xiangqi-game .figures")).to_contain_text("在 GPT 前五之内")
    expect(tab.locator("#xiangqi-game .strip").last).to_contain_text("甲")
    show(tab, "着法")
    expect(tab.locator("#xiangqi-game .moves small").first).to_contain_text("%")
    tab.locator("#xiangqi-game .moves button", has_text="车９平８").click()
    show(tab, "分析")
    expect(tab.locator("#xiangqi-game .remark")).to_contain_text("第 4 着 车９平８")
    expect(tab.locator("#xiangqi-game .arrow").first).to_be_attached()
    show(tab, "棋谱")
    for notation in ("chinese", "iccs", "wxf"):
        tab.locator("#xiangqi-game select.notation").select_option(notation)
        with tab.expect_download() as caught:
            button(tab, "下载 PGN").click()
        text = Path(caught.value.path()).read_text(encoding="utf-8")
        assert '[Red "甲"]' in text
        assert "1-0" in text
        read(tab, text)
        expect(error(tab)).to_be_hidden()
        assert wait_for_plies(tab, 6) == moves, notation
        show(tab, "棋谱")
    show(tab, "着法")
    button(tab, "最后一着").click()
    show(tab, "棋谱")
    button(tab, "复制 FEN").click()
    expect(button(tab, "已复制")).to_be_visible()
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert read_fen(copied).key() == read_game(moves).board.key()
    button(tab, "回到我的对局").click()
    assert wait_for_plies(tab, 2) == mine


def tags_saved(tab: Any) -> dict[str, str]:
    show(tab, "棋谱")
    with tab.expect_download() as caught:
        button(tab, "下载 PGN").click()
    return dict(re.findall(r'^\[(\w+) "(.*)"\]$', Path(caught.value.path()).read_text(encoding="utf-8"), re.MULTILINE))


NAMED = f'[Red "张三"]\n[Black "李四"]\n[Round "3"]\n[Result "0-1"]\n[FEN "{MATE_IN_THREE}"]\n'


def test_a_game_from_a_pasted_position_is_the_visitors(tab: Any) -> None:
    read(tab, NAMED)
    wait_for_plies(tab, 0)
    expect(turn(tab)).to_contain_text("轮到您走（红方）")
    win(tab, MATE_IN_THREE)
    found = tags_saved(tab)
    assert (found["Red"], found["Black"].split(" (")[0]) == ("棋手", "Modou GPT")
    assert (found["Event"], found["Round"], found["Result"]) == ("墨斗对局", "?", "1-0")
    assert re.fullmatch(r"\d{4}\.\d\d\.\d\d", found["Date"])
    assert found["FEN"] == MATE_IN_THREE


@pytest.mark.parametrize(
    ("said", "event", "dated", "red"),
    [
        ("", "墨斗复盘", True, "?"),
        ('[Red "张三"]\n', "墨斗复盘", True, "张三"),
        ('[Event "测试赛"]\n[Red "张三"]\n', "测试赛", False, "张三"),
    ],
)
def test_a_replay_from_a_pasted_position_is_saved_with_its_tags(
    opened: Any, said: str, event: str, dated: bool, red: str
) -> None:
    read(opened, f'{said}[FEN "{MATE_IN_THREE}"]\n\n1. c4e5 g9e7\n')
    expect(turn(opened)).to_contain_text("复盘 0 / 2")
    found = tags_saved(opened)
    assert (found["Event"], found["Red"], found["Black"]) == (event, red, "?")
    assert (found["Date"] != "?") == dated


def test_a_game_that_cannot_be_read_is_listed_with_its_reason(tab: Any) -> None:
    read(tab, GAME.replace("炮二平五", "炮二平二") + "\n" + GAME)
    wait_for_plies(tab, 6)
    show(tab, "棋谱")
    options = tab.locator("#xiangqi-game .games option")
    expect(options.first).to_be_disabled()
    expect(options.first).to_contain_text("无法读取")
    expect(tab.locator("#xiangqi-game .games select")).to_have_value("1")


def test_looking_back_in_a_watched_game_stops_it(tab: Any) -> None:
    choose_side(tab, "观战")
    tab.wait_for_function(f"JSON.parse(sessionStorage.getItem({KEEP!r})).moves.length >= 2", timeout=30_000)
    tab.locator("#xiangqi-game .moves button").first.click()
    count = len(kept(tab)["moves"])
    tab.wait_for_timeout(2000)
    assert len(kept(tab)["moves"]) == count
    expect(button(tab, "开始")).to_be_visible()


def test_every_game_that_ships_opens_by_one_click(tab: Any) -> None:
    examples = json.loads(Path("assets/examples/xiangqi/games.json").read_text(encoding="utf-8"))
    for example in examples:
        label = example["label"]
        show(tab, "棋谱")
        button(tab, label if isinstance(label, str) else label["zh"]).click()
        expect(turn(tab)).to_contain_text("复盘")
        assert kept(tab)["moves"]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_in_tags_is_shown_as_text_and_runs_nothing(opened: Any, text: str) -> None:
    tab = opened
    read(tab, GAME.replace("测试赛", text).replace("甲", text))
    wait_for_plies(tab, 6)
    show(tab, "棋谱")
    expect(tab.locator("#xiangqi-game .tags")).to_contain_text(text)
    assert tab.locator("#xiangqi-game script, #xiangqi-game img").count() == 0


def test_two_pages_are_two_games(tab: Any, server: str) -> None:
    play(tab, "h2e2")
    mine = wait_for_plies(tab, 2)
    other = tab.context.new_page()
    open_tab(other, server)
    assert kept(other).get("moves", []) == []
    play(other, "b0c2")
    assert wait_for_plies(other, 2)[0] == "b0c2"
    assert kept(tab)["moves"] == mine
    other.close()


def test_the_inside_follows_the_game(tab: Any) -> None:
    play(tab, "h2e2")
    wait_for_plies(tab, 2)
    tab.locator("#xiangqi-how button").first.click()
    inside = tab.locator("#xiangqi-inside")
    expect(inside.locator(".tokens li:not(.prefix)")).to_have_count(2)
    expect(inside.locator(".top li")).to_have_count(12)
    expect(inside.locator(".mass")).to_contain_text("%")
    expect(inside.locator(".attention li")).to_have_count(inside.locator(".tokens li").count())
    play(tab, to_iccs(read_game(kept(tab)["moves"]).board.legal_moves()[0]))
    wait_for_plies(tab, 4)
    expect(inside.locator(".tokens li:not(.prefix)")).to_have_count(4)


def test_a_stored_game_that_cannot_be_does_not_keep_the_page_from_opening(tab: Any, server: str) -> None:
    bad = json.dumps({"start": START, "moves": ["h2h8", 5], "side": "red", "level": "no such", "speed": "fast"})
    tab.evaluate("([key, bad]) => sessionStorage.setItem(key, bad)", [KEEP, bad])
    open_tab(tab, server)
    expect(error(tab)).not_to_be_empty()
    play(tab, "h2e2")
    wait_for_plies(tab, 2)


@pytest.mark.parametrize("size", [(390, 844), (820, 1180), (1280, 900), (1440, 900), (1920, 1080)])
def test_no_sideways_scroll_and_the_whole_board_in_view(opened: Any, size: tuple[int, int]) -> None:
    page = opened
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate("window.scrollTo(0, 0)")
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 1
    box = page.locator("#xiangqi-game .board").bounding_box()
    assert box["y"] + box["height"] <= page.viewport_size["height"]


def test_english_and_dark(page: Any, server: str) -> None:
    page.goto(f"{server}/?tab=xiangqi&lang=en&__theme=dark")
    expect(page.locator("#xiangqi-game .turn")).to_have_text("Your move (red)")
    expect(page.locator("#xiangqi-game")).not_to_contain_text("悔棋")
    square(page, "h2").click()
    assert pieces_at(page, "h2") == "h2: red cannon"
