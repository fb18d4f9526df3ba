"""The GPT's move as the page asks for it: by a level, with somebody looking on who may have had enough."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import asdict
from typing import Any

from core.errors import InputError
from core.xiangqi.game import Game
from core.xiangqi.levels import LEVELS, level_settings
from core.xiangqi.notation import from_iccs
from core.xiangqi.result import XiangqiResult
from core.xiangqi.session import describe
from core.xiangqi.settings import Settings
from demos.server.calls import Json

# A number that the page has drawn for one request.
_TICKET = re.compile(r"[0-9a-z-]{8,40}")


class Onlooker:
    """What a page may see of one move's thinking, and its wish that it come to an end."""

    def __init__(self) -> None:
        self.seen: Json = {}
        self._stop = threading.Event()

    def tell(self, thought: XiangqiResult) -> None:
        """Take in what it thinks so far."""
        self.seen = _told(thought)

    def stopped(self) -> bool:
        """Whether it should move at once."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Have it move at once."""
        self._stop.set()


_onlookers: dict[str, Onlooker] = {}


def levels() -> list[Json]:
    """What there is to choose from, as the page offers it."""
    return [{"name": v.name, "zh": v.zh, "en": v.en, "seconds": v.settings.seconds} for v in LEVELS]


def settings_of(request: Json) -> Settings:
    """How the page wants a move chosen: by a level, or the likeliest. Raises InputError."""
    return level_settings(request["level"]) if "level" in request else Settings()


def reply(pipeline: Any, game: Game, settings: Settings, ticket: object) -> Json:
    """The model's move, what else it considered, and `game` after it, which is played on."""
    if ticket is not None and not (isinstance(ticket, str) and _TICKET.fullmatch(ticket)):
        raise InputError("请求的编号不对", "the request's ticket is malformed")
    onlooker = Onlooker()
    if isinstance(ticket, str):
        _onlookers[ticket] = onlooker
    begin = time.perf_counter()
    try:
        found = pipeline.play(game, settings, watcher=onlooker)
    finally:
        if isinstance(ticket, str):
            _onlookers.pop(ticket, None)
    milliseconds = 1000 * (time.perf_counter() - begin)
    if found.move is not None:
        game.push(from_iccs(found.move))
    return _told(found) | {
        "legal_mass": found.legal_mass,
        "milliseconds": milliseconds,
        "game": describe(game),
    }


def seen(ticket: object) -> Json:
    """What is thought so far at the request with that ticket; nothing where there is none."""
    onlooker = _onlookers.get(ticket) if isinstance(ticket, str) else None
    return onlooker.seen if onlooker else {}


def stop(ticket: object) -> bool:
    """Have the request with that ticket move at once; whether there is one."""
    onlooker = _onlookers.get(ticket) if isinstance(ticket, str) else None
    if onlooker:
        onlooker.stop()
    return onlooker is not None


def _told(found: XiangqiResult) -> Json:
    return {
        "move": found.move,
        "candidates": [asdict(candidate) for candidate in found.candidates],
        "value": found.value,
        "positions": found.positions,
        "line": [asdict(step) for step in found.line],
    }
