"""Openings: what they are called, and how people went on from there.

A name goes by which of its moves a side has made, not by their order, so that transpositions have the name of the line
they come to; but a central cannon that came later names a game only once black has answered it. Left and right may be
exchanged. The counts are of the games that the model learned from, by position, and were written by
`training.xiangqi.openings`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from core.xiangqi.board import Board
from core.xiangqi.fen import START, write_fen
from core.xiangqi.game import Game
from core.xiangqi.geometry import FILES, SQUARES
from core.xiangqi.notation import from_iccs, to_chinese, to_iccs

BOOK = Path(__file__).parents[2] / "assets" / "openings" / "counts.json"
PLIES = 20  # a game is in its opening this long
_SHOWN = 6

Name = tuple[str, str]
# What red begins with: the moves that all must have been made, on the right as on the left. The first that fits counts,
# so that a game in which red came to a central cannon later is one.
_RED: tuple[tuple[tuple[str, ...], Name], ...] = (
    (("h2e2",), ("中炮", "Central Cannon")),
    (("h2d2",), ("过宫炮", "Cross-Palace Cannon")),
    (("h2f2",), ("士角炮", "Palcorner Cannon")),
    (("h2c2",), ("金钩炮", "Golden Hook Cannon")),
    (("g0e2",), ("飞相局", "Elephant Opening")),
    (("g3g4",), ("仙人指路", "Pawn Opening")),
    (("i3i4",), ("边兵局", "Edge Pawn Opening")),
    (("e3e4",), ("中兵局", "Central Pawn Opening")),
    (("h2g2",), ("敛炮局", "Drawn-back Cannon")),
    (("h2h4",), ("巡河炮局", "Riverbank Cannon")),
    (("h2h6",), ("过河炮局", "Crossing Cannon")),
    (("h2i2",), ("边炮局", "Edge Cannon")),
    (("h0g2",), ("起马局", "Horse Opening")),
    (("h0i2",), ("边马局", "Edge Horse")),
    (("g0i2",), ("边相局", "Edge Elephant")),
    (("d0e1",), ("上仕局", "Advisor Opening")),
    (("i0i1",), ("横车局", "Ranked Chariot Opening")),
)
_RED_MORE: tuple[tuple[str, tuple[str, ...], Name], ...] = (
    ("中炮", ("h0g2", "i0h0", "h0h6"), ("过河车", "Crossing Chariot")),
    ("中炮", ("h0g2", "i0h0", "h0h4"), ("巡河车", "Riverbank Chariot")),
    ("中炮", ("i0i1",), ("横车", "Ranked Chariot")),
    ("中炮", ("b2d2",), ("五六炮", "5-6 Cannons")),
    ("中炮", ("b2c2",), ("五七炮", "5-7 Cannons")),
    ("中炮", ("b2b4",), ("巡河炮", "Riverbank Cannon")),
    ("中炮", ("b2b6",), ("五八炮", "5-8 Cannons")),
    ("中炮", ("b2a2",), ("五九炮", "5-9 Cannons")),
    ("中炮", ("e3e4",), ("进中兵", "Central Pawn")),
    ("中炮", ("c3c4",), ("进七兵", "Pawn on file 7")),
    ("中炮", ("g3g4",), ("进三兵", "Pawn on file 3")),
)
# What black answers; some names exist only against one of red's.
_BLACK: tuple[tuple[str, tuple[str, ...], Name], ...] = (
    ("中炮", ("h7e7",), ("顺炮", "Same Direction Cannons")),
    ("中炮", ("b7e7",), ("列炮", "Opposite Direction Cannons")),
    ("中炮", ("b9c7", "h9g7", "b7d7"), ("反宫马", "Sandwiched Horses")),
    ("中炮", ("b9c7", "h9g7", "h7f7"), ("反宫马", "Sandwiched Horses")),
    ("中炮", ("b9c7", "h9g7"), ("屏风马", "Screen Horses")),
    ("中炮", ("h9g7", "i9h9", "h7i7"), ("三步虎", "Three-Step Tiger")),
    ("中炮", ("b9c7", "h9i7"), ("单提马", "Single Horse")),
    ("中炮", ("h9g7", "b9a7"), ("单提马", "Single Horse")),
    ("仙人指路", ("h7g7",), ("卒底炮", "Cannon behind the Pawn")),
    ("仙人指路", ("c6c5",), ("对兵局", "Opposing Pawn")),
    ("", ("h7e7",), ("中炮", "Central Cannon")),
    ("", ("b7e7",), ("中炮", "Central Cannon")),
    ("", ("b7f7",), ("过宫炮", "Cross-Palace Cannon")),
    ("", ("h7d7",), ("过宫炮", "Cross-Palace Cannon")),
    ("", ("b7d7",), ("士角炮", "Palcorner Cannon")),
    ("", ("h7f7",), ("士角炮", "Palcorner Cannon")),
    ("", ("g9e7",), ("飞象", "Elephant")),
    ("", ("c9e7",), ("飞象", "Elephant")),
    ("", ("g6g5",), ("挺卒", "Pawn")),
    ("", ("c6c5",), ("挺卒", "Pawn")),
    ("", ("h9g7",), ("进马", "Horse")),
    ("", ("b9c7",), ("进马", "Horse")),
)
_BLACK_MORE: tuple[tuple[str, tuple[str, ...], Name], ...] = (
    ("屏风马", ("h7i7", "i9h9"), ("平炮兑车", "Chariot Exchange")),
    ("屏风马", ("h7h3", "i9h9"), ("左炮封车", "Left Cannon Blockade")),
    ("屏风马", ("g7f5",), ("左马盘河", "Riverbank Left Horse")),
)
# With cannons on the same side of the centre, a line has its name from how each side's first chariot came out.
_CHARIOTS: tuple[tuple[frozenset[str], Name], ...] = (
    (frozenset(("i0h0", "a0b0", "i9h9", "a9b9")), ("直车", "Filed Chariot")),
    (frozenset(("i0i1", "a0a1", "i9i8", "a9a8")), ("横车", "Ranked Chariot")),
)
_WAITING: Name = ("缓开车", "Delayed Chariot")


@dataclass(frozen=True)
class Continuation:
    """A move that people made, how often, and the share of points that red got from those games."""

    move: str
    chinese: str
    games: int
    red_score: float


@dataclass(frozen=True)
class Opening:
    """What a position is called, in Chinese and English, and what people played in it, most often first.

    `zh` and `en` are empty where it has no name, or where the game did not begin from the usual position.
    """

    zh: str
    en: str
    continuations: tuple[Continuation, ...]


def opening(game: Game) -> Opening:
    """The opening that a game is in."""
    if write_fen(game.start) != START:
        return Opening("", "", ())
    zh, en = name(game.moves)
    found = () if len(game.moves) > PLIES else tuple(_continuations(game.board))
    return Opening(zh, en, found)


def name(moves: list[int]) -> Name:
    """What the moves of a game from the usual position are called; twice "" before anything has a name."""
    opened = [to_iccs(m) for m in moves[:PLIES]]
    sides = opened[::2], opened[1::2]
    ways = [sides, ([mirrored(m) for m in sides[0]], [mirrored(m) for m in sides[1]])]
    if later := _cannon_later(ways):
        return later
    names = [_name(red, black) for red, black in ways]
    # Whichever way round finds red's earlier line in the list, and then says more.
    return min(names, key=lambda found: (found[0], -len(found[1])))[1:]


def mirrored(iccs: str) -> str:
    """A move with left and right exchanged."""
    files = "abcdefghi"
    return f"{files[8 - files.index(iccs[0])]}{iccs[1]}{files[8 - files.index(iccs[2])]}{iccs[3]}"


def _name(red: list[str], black: list[str]) -> tuple[int, str, str]:
    rank = _system(red)
    if rank is None:
        return len(_RED), "", ""
    system = _RED[rank][1]
    answer = _answer(system, black)[1]
    if answer[0] == "顺炮" and (lined := _chariots(red, black)):
        return rank, *lined
    return rank, *_against(_more(system, red), answer, black)


def _cannon_later(ways: list[tuple[list[str], list[str]]]) -> Name | None:
    """仙人指路转中炮: the name where red came to a central cannon from another opening, and black has answered only
    that one; None elsewhere."""
    cannons = [_answer(_RED[0][1], black)[0] for red, black in ways if _system(red) == 0]
    begun = next(((_RED[i][1], black) for red, black in ways if (i := _system(red[:1]))), None)
    if not begun or not cannons or any(cannons):
        return None
    (zh, en), black = begun
    turned = f"{zh.removesuffix('局')}转中炮", f"{en} into Central Cannon"
    return _against(turned, _answer((zh, en), black)[1], black)


def _answer(system: Name, black: list[str]) -> tuple[str, Name]:
    """What black plays, and the one system of red's that it is called so against, or "" for any."""
    return next(
        ((of, n) for of, needs, n in _BLACK if of in ("", system[0]) and set(needs) <= set(black)), ("", ("", ""))
    )


def _against(system: Name, answer: Name, black: list[str]) -> Name:
    if not answer[0]:
        return system
    zh, en = f"{system[0]}{'' if answer[0][0] == '对' else '对'}{answer[0]}", f"{system[1]} against {answer[1]}"
    for of, needs, more in _BLACK_MORE:
        if of == answer[0] and set(needs) <= set(black):
            zh, en = zh + more[0], f"{en}, {more[1]}"
    return zh, en


def _system(red: list[str]) -> int | None:
    """The place in the list of what red has begun with."""
    return next((i for i, (needs, _) in enumerate(_RED) if set(needs) <= set(red)), None)


def _more(system: Name, red: list[str]) -> Name:
    """Red's system with what red has added to it."""
    zh, en = system
    for of, needs, more in _RED_MORE:
        if of == system[0] and set(needs) <= set(red):
            # 五六炮 is a central cannon by itself.
            zh = zh.replace(system[0], more[0]) if more[0][0] == "五" else zh + more[0]
            en = f"{en}, {more[1]}"
    return zh, en


def _chariots(red: list[str], black: list[str]) -> Name | None:
    """顺炮直车对横车 and its kin; None while no chariot has come out."""
    out = [next((n for m in side for moves, n in _CHARIOTS if m in moves), None) for side in (red, black)]
    if not any(out):
        return None
    (zh, en), theirs = out[0] or _WAITING, out[1]
    zh, en = f"顺炮{zh}", f"Same Direction Cannons, {en}"
    return (f"{zh}对{theirs[0]}", f"{en} against {theirs[1]}") if theirs else (zh, en)


def key(board: Board) -> tuple[str, bool | None]:
    """The book's key of a position, the same for its mirror image, and whether it is the image that was taken.

    None where the two are the same position.
    """
    there = board.key()
    ranks = [there[FILES * r : FILES * (r + 1)][::-1] for r in range(SQUARES // FILES)]
    image = b"".join(ranks) + there[SQUARES:]
    return blake2b(min(there, image), digest_size=5).hexdigest(), None if image == there else image < there


def _continuations(board: Board) -> list[Continuation]:
    at, turned = key(board)
    found = []
    for written in _book().get(at, "").split():
        move, games, points = written.split(":")
        iccs = mirrored(move) if turned else move
        if board.is_legal(from_iccs(iccs)):
            count = int(games)
            chinese = to_chinese(board, from_iccs(iccs))
            found.append(Continuation(iccs, chinese, count, int(points) / (2 * count)))
    return found[:_SHOWN]


@cache
def _book() -> dict[str, str]:
    if not BOOK.is_file():
        return {}
    found: dict[str, Any] = json.loads(BOOK.read_text(encoding="utf-8"))
    return dict(found["positions"])
