"""The Xiangqi tab on the first view, in links and in decks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import core
from core.xiangqi.notation import to_iccs
from core.xiangqi.pgn import scan_pgn
from core.xiangqi.session import describe, read_game
from demos.assets import EXAMPLES
from demos.server.calls import Json
from demos.shell.card import Card, Input, Link, examples

_OPENING = "h2e2 h9g7 h0g2 i9h9"


def _show() -> Json:
    pipeline = core.load("xiangqi")
    # What is kept of a game would answer a second time at once: the latency is to be that of a move.
    pipeline.player.forget()
    found = pipeline(_OPENING).candidates[:3]
    return {"candidates": [[move.move, move.probability] for move in found], "moves": _OPENING.split()}


def _read(given: Mapping[str, Any]) -> Input:
    # A step of a deck comes back from the page as it was read before.
    game = describe(read_game(given.get("moves") or "", given.get("fen") or given.get("start")))
    return {"start": game["start"], "moves": game["moves"]}


def _last_position(file: str) -> str:
    """The moves of a shipped game, up to the last one, which the audience may guess."""
    records, _ = scan_pgn((EXAMPLES / "xiangqi" / file).read_text(encoding="utf-8"), 1, 1_000)
    return " ".join(to_iccs(move) for move in records[0].moves[:-1])  # type: ignore[union-attr]


CARD = Card(
    {"zh": "把棋谱当语言的 GPT", "en": "A GPT that reads games as a language"},
    {"zh": "人类对局 26,489 局，引擎对局 4,390 局", "en": "26,489 games of people, 4,390 of an engine"},
    (("xiangqi", "xiangqi-board"), ("xiangqi", "xiangqi-moves")),
    lambda f: {
        "zh": f"Elo {f['xiangqi-board']['elo']:.0f} · 首选合法 {f['xiangqi-board']['legal_argmax']:.1%}",
        "en": f"Elo {f['xiangqi-board']['elo']:.0f} · likeliest legal {f['xiangqi-board']['legal_argmax']:.1%}",
    },
    (("当GPT遇上中国象棋", "https://kexue.fm/archives/7877"),),
    _show,
)

LINK = Link(
    ("moves", "fen"),
    _read,
    lambda: [(e["label"], {"moves": _last_position(e["file"])}) for e in examples("xiangqi")],
)
