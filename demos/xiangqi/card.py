"""The Xiangqi tab on the first view, in links and in decks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import core
from core.xiangqi.session import describe, read_game
from demos.server.calls import Json
from demos.shell.card import Card, Input, Link, examples, read_examples

# The end of a game that the GPT won against an engine.
_SHOWN = 3


def _moves() -> list[str]:
    moves: str = examples("xiangqi")[_SHOWN]["moves"]
    return moves.split()


def _one_turn_earlier() -> None:
    # What is kept of a game would answer a second time at once. In a game all has been read but the GPT's last move and
    # the answer to it.
    core.load("xiangqi")(_moves()[:-2])


def _show() -> Json:
    moves = _moves()
    found = core.load("xiangqi")(moves).candidates[:3]
    return {"candidates": [[move.move, move.probability] for move in found], "moves": moves}


def _read(given: Mapping[str, Any]) -> Input:
    # A step of a deck comes back from the page as it was read before.
    game = describe(read_game(given.get("moves") or "", given.get("fen") or given.get("start")))
    return {"start": game["start"], "moves": game["moves"]}


CARD = Card(
    {"zh": "把棋谱当语言的 GPT", "en": "A GPT that reads games as a language"},
    lambda f: {
        "zh": "人类对局 {human_games:,} 局，引擎对局 {engine_games:,} 局".format_map(f["xiangqi-board"]),
        "en": "{human_games:,} games of people, {engine_games:,} of an engine".format_map(f["xiangqi-board"]),
    },
    (("xiangqi", "xiangqi-board"), ("xiangqi", "xiangqi-moves")),
    lambda f: {
        "zh": f"Elo {f['xiangqi-board']['elo']:.0f} · 首选合法 {f['xiangqi-board']['legal_argmax']:.1%}",
        "en": f"Elo {f['xiangqi-board']['elo']:.0f} · likeliest legal {f['xiangqi-board']['legal_argmax']:.1%}",
    },
    (("当GPT遇上中国象棋", "https://kexue.fm/archives/7877"),),
    _show,
    _one_turn_earlier,
)

LINK = Link(
    ("moves", "fen"),
    _read,
    lambda: read_examples(examples("xiangqi"), lambda row: {k: row[k] for k in ("moves", "fen") if k in row}),
)
