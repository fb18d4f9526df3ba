"""The GPT as a UCI engine: `python -m core.xiangqi.uci`, for xiangqi interfaces and match runners.

Moves are ICCS with ranks 0-9 (h2e2). Options: Level (beginner, casual, intuition, thinking, deep; or custom, which the
others set), Temperature (in hundredths: 0 plays the likeliest move), Top-K, Search (positions to look at before moving;
0 for the plain policy), MoveTime (milliseconds to think; 0 for none) and Model (a bundled name, a folder or a Hub id).
`go movetime`, `go nodes` and `go depth` have it think for that long, whatever the options say; where several are given,
for the shortest. A depth stands for 2^(depth + 2) positions; it looks at 2,000 at most, which is depth 9. After
`go infinite` it moves at `stop`, or at the next command that needs it. Clocks (`wtime`, `btime`, `winc`, `binc`,
`movestogo`) bound what the options have it think, to a share of what its side has left: a level that moves at once does
so with a clock too. `ponder`, `mate` and `searchmoves` are passed over. Draws are not claimed: it plays on while it has
a legal move.
"""

from __future__ import annotations

import math
import re
import sys
import threading
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import IO

import core
from core.errors import InputError
from core.xiangqi.encoding import MOVES
from core.xiangqi.game import Game
from core.xiangqi.geometry import RED
from core.xiangqi.levels import LEVELS, level_settings
from core.xiangqi.pipeline import XiangqiPipeline
from core.xiangqi.result import XiangqiResult
from core.xiangqi.session import read_game
from core.xiangqi.settings import MAX_SEARCH, MAX_SECONDS, Settings

_CUSTOM = "custom"
_MOST = 1000 * MAX_SECONDS
_MOVES_TO_GO = 30  # that a game is taken to last, where a clock does not say


class Uci:
    """One conversation: lines in, lines out. It listens while it thinks."""

    def __init__(self, out: IO[str]) -> None:
        self.out = out
        self.game: Game | None = read_game()
        self.model = ""
        self.level = _CUSTOM
        self.options = {"temperature": 0, "top-k": 0, "search": 0, "movetime": 0}
        self._thinking: threading.Thread | None = None
        self._stop = threading.Event()
        self._infinite = False

    def run(self, lines: Iterable[str]) -> None:
        """Answer until quit or the end of the input. A line that makes no sense gets an info line, nothing worse."""
        for line in lines:
            words = line.split()
            if words[:1] in (["quit"], ["stop"]):
                self._stop.set()
            if words[:1] == ["quit"]:
                break
            try:
                self._answer(words)
            except InputError as error:
                self._say(f"info string {error}")
        self._wait()

    def tell(self, thought: XiangqiResult) -> None:
        """Say what it thinks so far."""
        self._info(thought)

    def stopped(self) -> bool:
        """Whether it has been told to stop."""
        return self._stop.is_set()

    def _wait(self) -> None:
        if self._thinking:
            if self._infinite:  # nobody else would end it
                self._stop.set()
            self._thinking.join()
            self._thinking = None

    def _answer(self, words: list[str]) -> None:
        match words:
            case ["uci"]:
                self._identify()
            case ["isready"]:
                self._pipeline()
                self._say("readyok")
            case ["setoption", "name", *rest]:
                self._wait()
                self._set(rest)
            case ["ucinewgame"]:
                self._wait()
                self.game = read_game()
            case ["position", *rest]:
                self._wait()
                self._position(rest)
            case ["go", *rest]:
                self._wait()
                self._go(rest)
            case _:
                pass  # UCI: unknown input is ignored

    def _identify(self) -> None:
        self._say("id name Modou GPT", "id author Modou")
        self._say("option name UCI_Variant type combo default xiangqi var xiangqi")
        names = "".join(f" var {level.name}" for level in LEVELS)
        self._say(f"option name Level type combo default {_CUSTOM} var {_CUSTOM}{names}")
        self._say("option name Temperature type spin default 0 min 0 max 1000")
        self._say("option name Top-K type spin default 0 min 0 max 2000")
        self._say(f"option name Search type spin default 0 min 0 max {MAX_SEARCH}")
        self._say(f"option name MoveTime type spin default 0 min 0 max {1000 * MAX_SECONDS}")
        self._say("option name Model type string default <empty>", "uciok")

    def _set(self, rest: list[str]) -> None:
        at = rest.index("value") if "value" in rest else len(rest)
        name, value = " ".join(rest[:at]).lower(), " ".join(rest[at + 1 :])
        if name == "model":
            self.model = "" if value == "<empty>" else value
        elif name == "level":
            if value != _CUSTOM:
                level_settings(value)
            self.level = value
        elif name in self.options:
            if not value.isdecimal():
                raise InputError(f"{name} 应为整数", f"{name} must be a whole number")
            self.options[name] = int(value)

    def _position(self, rest: list[str]) -> None:
        at = rest.index("moves") if "moves" in rest else len(rest)
        fen = " ".join(rest[1:at]) if rest[:1] == ["fen"] else None
        # An unreadable position must not be answered with a move from the one before.
        self.game = None
        self.game = read_game(rest[at + 1 :], fen)

    def _go(self, rest: list[str]) -> None:
        if self.game is None:
            self._say("bestmove (none)")
            return
        self._stop.clear()
        self._infinite = "infinite" in rest
        self._thinking = threading.Thread(
            target=self._think, args=(self.game, self._settings(rest, self.game.board.side))
        )
        self._thinking.start()

    def _settings(self, rest: list[str], side: int) -> Settings:
        """How `side` is to choose its move: by the options, unless `go` itself says how long to think."""
        if self.level != _CUSTOM:
            found = level_settings(self.level)
        else:
            o = self.options
            found = Settings(
                min(o["temperature"], 1000) / 100,
                min(o["top-k"], len(MOVES)),
                search=min(o["search"], MAX_SEARCH),
                seconds=min(o["movetime"] / 1000, MAX_SECONDS),
            )
        if "infinite" in rest:
            return replace(found, search=0, seconds=MAX_SECONDS)
        limits = {name: int(value) for name, value in pairwise(rest) if re.fullmatch("-?[0-9]{1,12}", value)}
        if limits.keys() & {"movetime", "nodes", "depth"}:
            return replace(found, search=_positions(limits), seconds=_seconds(limits.get("movetime", _MOST)))
        if found.thinks and ("btime" if side else "wtime") in limits:
            share = _share(limits, "b" if side else "w")
            return replace(found, seconds=min(found.seconds or MAX_SECONDS, _seconds(share)))
        return found

    def _think(self, game: Game, settings: Settings) -> None:
        pipeline, move = self._pipeline(), None
        if settings.thinks and not pipeline.player.model.has_value:
            self._say("info string this model has no view of the result and cannot search with it")
            settings = replace(settings, search=0, seconds=0)
        try:
            result = pipeline.play(game, settings, False, self)
            self._info(result)
            move = result.move
        except InputError as error:
            # An interface waits for bestmove, whatever the options were.
            self._say(f"info string {error}")
        if self._infinite:  # UCI: no move before `stop`, however soon there is one
            self._stop.wait()
        self._say(f"bestmove {move or '(none)'}")

    def _info(self, result: XiangqiResult) -> None:
        if not result.candidates or not result.value:
            return
        red, _, black = result.value
        assert self.game
        lead = (red - black) * (1 if self.game.board.side == RED else -1)
        line = " ".join(step.move for step in result.line) or result.move
        depth, nodes = max(1, len(result.line)), max(1, result.positions)
        self._say(f"info depth {depth} nodes {nodes} score cp {_centipawns(lead)} pv {line}")

    def _pipeline(self) -> XiangqiPipeline:
        try:
            pipeline = core.load("xiangqi", self.model or None)
        except InputError as error:
            # An interface waits for readyok and bestmove, whatever the option was.
            self._say(f"info string {error}")
            self.model = ""
            pipeline = core.load("xiangqi")
        assert isinstance(pipeline, XiangqiPipeline)
        return pipeline

    def _say(self, *lines: str) -> None:
        for line in lines:
            print(line, file=self.out, flush=True)


def _seconds(milliseconds: float) -> float:
    return min(max(1, milliseconds), _MOST) / 1000


def _positions(limits: dict[str, int]) -> int:
    """The positions that `go` allows; 0 where it sets no such limit."""
    found = [limits["nodes"]] if "nodes" in limits else []
    # The power is bounded itself: two to a depth of twelve digits would fill the memory.
    found += [2 ** min(max(0, limits["depth"]) + 2, MAX_SEARCH.bit_length())] if "depth" in limits else []
    return min(max(1, min(found)), MAX_SEARCH) if found else 0


def _share(limits: dict[str, int], side: str) -> float:
    """The milliseconds that a clock leaves for this move, its increment all but spent and never the last of it."""
    left = limits[f"{side}time"]
    to_go = max(1, limits.get("movestogo", _MOVES_TO_GO))
    return min(left / to_go + 0.8 * limits.get(f"{side}inc", 0), 0.5 * left)


def _centipawns(lead: float) -> int:
    """An expected score in [-1, 1] on the usual logistic scale."""
    return round(400 * math.atanh(max(-0.999, min(0.999, lead))) / math.log(10) * 2)


if __name__ == "__main__":
    Uci(sys.stdout).run(sys.stdin)
