"""The Xiangqi tab as its browser tests use it, and a player who beats the GPT.

What the GPT plays depends on its weights, so the tests play by the rules in `core.xiangqi`: a small search of their own
for a whole game, and positions from which it finds a mate against every defence where a game must be won.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from core.xiangqi.board import Board
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


def drag(page: Any, start: str, target: str) -> None:
    """Pull what stands on a square over the board to another."""

    def centre(name: str) -> tuple[float, float]:
        box = square(page, name).bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    page.mouse.move(*centre(start))
    page.mouse.down()
    page.mouse.move(*centre("e4"), steps=5)
    page.mouse.move(*centre(target), steps=5)
    page.mouse.up()


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
