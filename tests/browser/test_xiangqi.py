"""A visitor at the Xiangqi tab, in a real browser, against the real model; see conftest.py for the server.

What the GPT plays depends on its weights, so the test plays by the rules in `core.xiangqi`: a small search of its own
for a whole game, and positions from which it finds a mate against every defence where a game must be won.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from core.xiangqi.board import Board
from core.xiangqi.fen import START, read_fen
from core.xiangqi.game import Game
from core.xiangqi.geometry import BLACK_OFFSET, KING, KNIGHT, PAWN, RED, ROOK, SQUARES
from core.xiangqi.notation import to_iccs
from core.xiangqi.session import read_game

# Red mates in three, with checks only, whatever black does.
MATE_IN_THREE = "3k1ab2/R3a4/9/9/9/2N2c3/5p2r/4R4/9/4K4 w - - 0 1"
ANOTHER = "2bk1a3/4a4/9/1N7/9/1c5p1/R3R4/4r4/9/5K3 w - - 0 1"
KEEP = "modou-xiangqi"
GAME = """[Event "测试赛"]
[Red "甲"]
[Black "乙"]
[Result "1-0"]

1. 炮二平五 马8进7
2. 马二进三 车9平8
3. 车一平二 卒7进1
1-0
"""
HOSTILE = ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "${alert(1)} {{value}} `${alert(2)}`")


def mating_move(board: Board, moves: int) -> int | None:
    """A check that leads to mate in at most so many moves, or None."""
    for move in board.legal_moves():
        board.push(move)
        try:
            if not board.in_check():
                continue
            replies = board.legal_moves()
            if not replies or (moves > 1 and all(_still_mate(board, reply, moves - 1) for reply in replies)):
                return move
        finally:
            board.pop()
    return None


def _still_mate(board: Board, reply: int, moves: int) -> bool:
    board.push(reply)
    try:
        return mating_move(board, moves) is not None
    finally:
        board.pop()


# What the pieces are worth to the test's own player, by piece code; a pawn over the river is worth more.
WORTH = (0, 10_000, 20, 20, 45, 100, 47, 10)


def _worth(code: int, at: int) -> int:
    """For red, with black's pieces negative; pieces that stand further on count a little more."""
    piece, black = (code - 1) % 7 + 1, code > BLACK_OFFSET
    ahead = 9 - at // 9 if black else at // 9
    worth = WORTH[piece] + (2 * ahead if piece == PAWN else min(ahead, 6) if piece in (KNIGHT, ROOK) else 0)
    return -worth if black else worth


WORTHS = tuple(tuple(_worth(code, at) if code else 0 for at in range(SQUARES)) for code in range(15))


def _gain(board: Board, move: int) -> int:
    """What `move` gains for the side that plays it, before any answer."""
    start, target = divmod(move, SQUARES)
    code = board.squares[start]
    change = WORTHS[code][target] - WORTHS[code][start] - WORTHS[board.squares[target]][target]
    return change if board.side == RED else -change


def _search(board: Board, score: int, depth: int, low: int, high: int) -> int:
    """Alpha-beta on material for the side to move, then captures only; losing the king ends a line."""
    if depth <= 0:
        if score >= high or depth < -4:
            return score
        low = max(low, score)
    squares, best = board.squares, score if depth <= 0 else -20_000
    moves = board.pseudo_legal()
    if depth <= 0:
        moves = [m for m in moves if squares[m % SQUARES]]
    moves.sort(key=lambda m: -abs(WORTHS[squares[m % SQUARES]][m % SQUARES]))
    for move in moves:
        if squares[move % SQUARES] in (KING, KING + BLACK_OFFSET):
            return 15_000 + depth
        gain = _gain(board, move)
        board.push(move)
        found = -_search(board, -(score + gain), depth - 1, -high, -low)
        board.pop()
        best = max(best, found)
        low = max(low, found)
        if low >= high:
            break
    return best


def strong_move(game: Game) -> int:
    """A move that wins against weak play: mate by checks if there is one, else the most material; not a repetition."""
    board = game.board
    mate = next((m for n in (1, 2) if (m := mating_move(board, n)) is not None), None)
    if mate is not None:
        return mate
    few = sum(map(bool, board.squares)) < 14
    best, chosen = -30_000, 0
    legal = sorted(board.legal_moves(), key=lambda m: -_gain(board, m))
    for move in legal:
        gain = _gain(board, move)
        game.push(move)
        # Stalemate and mate both win here.
        if not board.legal_moves():
            game.pop()
            return move
        seen = game._keys.count(game._keys[-1]) - 1
        found = -_search(board, -gain, 2 if few else 1, -30_000, -best) - 60 * seen
        game.pop()
        if found > best:
            best, chosen = found, move
    return chosen or legal[0]


@pytest.fixture
def tab(page: Any, server: str) -> Any:
    open_tab(page, server)
    return page


def open_tab(page: Any, server: str, query: str = "") -> None:
    page.goto(f"{server}/?tab=xiangqi{query}")
    expect(page.locator("#xiangqi-state")).to_contain_text("模型就绪", timeout=60_000)
    expect(square(page, "e0")).to_be_visible()


def square(page: Any, name: str) -> Any:
    return page.locator(f'#xiangqi-game [data-square="{name}"]')


def kept(page: Any) -> dict[str, Any]:
    """The game as the page keeps it."""
    found: dict[str, Any] = json.loads(page.evaluate(f"sessionStorage.getItem({KEEP!r})") or "{}")
    return found


def wait_for_plies(page: Any, count: int) -> list[str]:
    """The moves, once there are `count` of them and nobody is thinking."""
    page.wait_for_function(
        """([key, count]) => JSON.parse(sessionStorage.getItem(key) || "{}").moves?.length === count
            && !document.querySelector(".modou-xiangqi.busy")""",
        arg=[KEEP, count],
        timeout=30_000,
    )
    moves: list[str] = kept(page)["moves"]
    return moves


def play(page: Any, move: str) -> None:
    square(page, move[:2]).click()
    square(page, move[2:]).click()


def button(page: Any, name: str) -> Any:
    return page.locator("#xiangqi-game").get_by_role("button", name=name, exact=True)


def show(page: Any, name: str) -> None:
    page.locator("#xiangqi-game").get_by_role("tab", name=name).click()


def read(page: Any, text: str) -> None:
    """Read a FEN or PGN through the tab's text box."""
    show(page, "棋谱")
    page.locator("#xiangqi-game textarea").fill(text)
    button(page, "读取").click()


def turn(page: Any) -> Any:
    return page.locator("#xiangqi-game .turn")


def error(page: Any) -> Any:
    return page.locator("#xiangqi-game .error [role=alert]")


def pieces_at(page: Any, name: str) -> str:
    return square(page, name).get_attribute("aria-label") or ""


def win(page: Any, start: str, act: Any = play) -> list[str]:
    """Mate the GPT from `start`, which is on the board, by the moves the rules show."""
    moves: list[str] = kept(page)["moves"]
    for left in (3, 2, 1):
        board = read_game(moves, start).board
        move = mating_move(board, left)
        assert move is not None
        act(page, to_iccs(move))
        board.push(move)
        moves = wait_for_plies(page, len(moves) + (2 if board.legal_moves() else 1))
        if not read_game(moves, start).board.legal_moves():
            return moves
    raise AssertionError("no mate")


def choose_side(page: Any, label: str) -> None:
    page.locator("#xiangqi-game .segments label", has_text=label).first.click()


def held_back(page: Any, function: str) -> Callable[[], None]:
    """Keeps the page's requests to `function` from the server until the returned function lets them through."""
    waiting: list[Any] = []
    released = False

    def hold(route: Any) -> None:
        asked = json.loads(route.request.post_data or "{}").get("fn_name")
        if released or asked != function:
            route.continue_()
        else:
            waiting.append(route)

    def release() -> None:
        nonlocal released
        released = True
        for route in waiting:
            route.continue_()
        waiting.clear()

    page.route(re.compile("component_server"), hold)
    return release


def asked_of(page: Any, function: str) -> list[dict[str, Any]]:
    """The requests to `function`, as they are made from now on."""
    seen: list[dict[str, Any]] = []

    def note(request: Any) -> None:
        if "component_server" in request.url:
            body = json.loads(request.post_data or "{}")
            if body.get("fn_name") == function:
                seen.append(body["data"])

    page.on("request", note)
    return seen


def test_a_whole_game_from_the_start_to_mate(tab: Any, server: str) -> None:
    choose_side(tab, "温和")
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
    def centre(name: str) -> tuple[float, float]:
        box = square(tab, name).bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(start: str, target: str) -> None:
        tab.mouse.move(*centre(start))
        tab.mouse.down()
        tab.mouse.move(*centre("e4"), steps=5)
        tab.mouse.move(*centre(target), steps=5)
        tab.mouse.up()

    drag("h0", "h5")
    assert kept(tab).get("moves", []) == []
    assert "红马" in pieces_at(tab, "h0")
    tab.keyboard.press("Escape")
    drag("h0", "g2")
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


def test_the_fen_is_that_of_the_position_on_the_board(tab: Any) -> None:
    read(tab, GAME)
    moves = wait_for_plies(tab, 6)
    show(tab, "着法")
    tab.locator("#xiangqi-game .moves button", has_text="马８进７").click()
    show(tab, "棋谱")
    button(tab, "复制 FEN").click()
    expect(button(tab, "已复制")).to_be_visible()
    assert read_fen(tab.evaluate("navigator.clipboard.readText()")).key() == read_game(moves[:2]).board.key()


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


@pytest.mark.parametrize(
    ("fen", "reason"),
    [
        (START.replace("RNBAKABNR", "RNBAKABKR"), "帅"),
        (START.replace("rnbakabnr", "rnbakabn1").replace("9/9", "r8/r8"), "车"),
        (START.replace("P1P1P1P1P/1C5C1/9", "P1P1P1P1P/1C5C1/4B4"), "红方有 3 个相"),
        (START.replace("1c5c1", "1c4"), "9 格"),
        ("4k4/9/9/9/9/9/9/9/9/4K4 w", ""),
    ],
)
def test_an_illegal_position_is_refused_with_the_reason_and_the_game_stays(tab: Any, fen: str, reason: str) -> None:
    play(tab, "h2e2")
    moves = wait_for_plies(tab, 2)
    read(tab, fen)
    expect(error(tab)).to_contain_text(reason)
    expect(error(tab)).not_to_be_empty()
    assert kept(tab)["moves"] == moves
    show(tab, "着法")
    expect(tab.locator("#xiangqi-game .moves")).to_contain_text("炮二平五")


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


def test_every_example_opens_by_one_click(tab: Any) -> None:
    examples = json.loads(Path("assets/examples/xiangqi/examples.json").read_text(encoding="utf-8"))
    for example in examples:
        label = example["label"]
        show(tab, "棋谱")
        button(tab, label if isinstance(label, str) else label["zh"]).click()
        expect(turn(tab)).to_contain_text("复盘")
        assert kept(tab)["moves"]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_in_tags_is_shown_as_text_and_runs_nothing(tab: Any, text: str) -> None:
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


@pytest.mark.parametrize("width", [390, 820, 1280, 1440, 1920])
def test_no_sideways_scroll_and_the_whole_board_in_view(page: Any, server: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": {390: 844, 820: 1180, 1920: 1080}.get(width, 900)})
    open_tab(page, server)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 1
    box = page.locator("#xiangqi-game .board").bounding_box()
    assert box["y"] + box["height"] <= page.viewport_size["height"]


def test_english_and_dark(page: Any, server: str) -> None:
    page.goto(f"{server}/?tab=xiangqi&lang=en&__theme=dark")
    expect(page.locator("#xiangqi-game .turn")).to_have_text("Your move (red)")
    expect(page.locator("#xiangqi-game")).not_to_contain_text("悔棋")
    square(page, "h2").click()
    assert pieces_at(page, "h2") == "h2: red cannon"


# ---- forged posts


@pytest.fixture(scope="module")
def post(server: str) -> Any:
    """Calls one of the board's private functions as a stranger would, with plain HTTP."""
    with urlopen(f"{server}/config") as reply:
        components = json.loads(reply.read())["components"]
    numbers = {c["props"].get("elem_id"): c["id"] for c in components}

    def call(function: str, data: object, component: str = "xiangqi-game") -> dict[str, Any]:
        body = {"data": data, "component_id": numbers[component], "fn_name": function, "session_hash": "stranger"}
        request = Request(
            f"{server}/gradio_api/component_server", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urlopen(request, timeout=30) as reply:
            answer: dict[str, Any] = json.loads(reply.read())
        return answer

    return call


@pytest.mark.parametrize(
    ("moves", "reason"),
    [
        (["h2h8", "i9i8"], "第 1 着"),
        (["h9g7"], "轮到红方走"),
        (["h2e2", "h0g2"], "轮到黑方走"),
        (["e5e6"], "没有棋子"),
        (["e0e0"], "不能从"),
        (["h2e2", "h9g7", "e2e6", "h7e7"], "第 4 着"),
        (["z9z8"], "看不懂"),
        (["h2e2"] * 601, "600"),
        ([["h2e2"]], "ICCS"),
        ([None], "ICCS"),
        ({"h2": "e2"}, "ICCS"),
        (7, "ICCS"),
        (["\ud83d"], "看不懂"),
    ],
)
@pytest.mark.parametrize("function", ["replay", "think", "review", "save_game"])
def test_forged_games_are_refused_with_the_reason(post: Any, function: str, moves: object, reason: str) -> None:
    assert reason in post(function, {"moves": moves})["error"]["zh"]


@pytest.mark.parametrize("data", [None, [], "x", 3, [1, 2], {"start": 5}, {"start": ["x"]}, {"start": "x" * 10_000}])
@pytest.mark.parametrize("function", ["replay", "think", "review", "save_game", "inside"])
def test_requests_of_the_wrong_shape_are_refused(post: Any, function: str, data: object) -> None:
    answer = post(function, data, "xiangqi-inside" if function == "inside" else "xiangqi-game")
    assert set(answer) == {"error"}
    assert answer["error"]["zh"]
    assert answer["error"]["en"]


@pytest.mark.parametrize(
    "settings",
    [
        {"temperature": "hot"},
        {"temperature": float("nan")},
        {"temperature": 99},
        {"temperature": True},
        {"top_k": -1},
        {"search": 10**9},
        {"search": [1]},
        {"model": "../../etc/passwd"},
        {"model": ["x"]},
    ],
)
def test_forged_settings_are_refused(post: Any, settings: dict[str, object]) -> None:
    assert set(post("think", {"moves": [], **settings})) == {"error"}


@pytest.mark.parametrize(
    "request_",
    [
        {"example": 10**6},
        {"example": "../../README.md"},
        {"example": -1},
        {"data": 5},
        {"data": "不是 base64"},
        {"data": "A" * 2_000_000},
        {"text": "x" * 2_000_000},
        {"text": None},
        {"text": "没有棋局"},
    ],
)
def test_forged_files_are_refused(post: Any, request_: dict[str, object]) -> None:
    assert set(post("open_game", request_)) == {"error"}


@pytest.mark.parametrize(
    "extra", [{"tags": []}, {"tags": {"a": 1}}, {"notation": "x"}, {"result": "2-0"}, {"result": []}]
)
def test_forged_tags_are_refused(post: Any, extra: dict[str, object]) -> None:
    assert set(post("save_game", {"moves": ["h2e2"], **extra})) == {"error"}
