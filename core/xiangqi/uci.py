"""The GPT as a UCI engine: `python -m core.xiangqi.uci`, for xiangqi interfaces and match runners.

Moves are ICCS with ranks 0-9 (h2e2). Options: Temperature (in hundredths: 0 plays the likeliest move), Top-K, Search
(positions to look at before moving; 0 for the plain policy) and Model (a bundled name, a folder or a Hub id). Of the
limits of `go` only nodes counts, and only with Search. Draws are not claimed: it plays on while it has a legal move.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from typing import IO

import core
from core.errors import InputError
from core.xiangqi.encoding import MOVES
from core.xiangqi.game import Game
from core.xiangqi.geometry import RED
from core.xiangqi.pipeline import XiangqiPipeline
from core.xiangqi.session import read_game
from core.xiangqi.settings import MAX_SEARCH, Settings


class Uci:
    """One conversation: lines in, lines out."""

    def __init__(self, out: IO[str]) -> None:
        self.out = out
        self.game: Game | None = read_game()
        self.model = ""
        self.options = {"temperature": 0, "top-k": 0, "search": 0}

    def run(self, lines: Iterable[str]) -> None:
        """Answer until quit or the end of the input. A line that makes no sense gets an info line, nothing worse."""
        for line in lines:
            words = line.split()
            if words[:1] == ["quit"]:
                return
            try:
                self._answer(words)
            except InputError as error:
                self._say(f"info string {error}")

    def _answer(self, words: list[str]) -> None:
        match words:
            case ["uci"]:
                self._identify()
            case ["isready"]:
                self._pipeline()
                self._say("readyok")
            case ["setoption", "name", *rest]:
                self._set(rest)
            case ["ucinewgame"]:
                self.game = read_game()
            case ["position", *rest]:
                self._position(rest)
            case ["go", *rest]:
                self._go(rest)
            case _:
                pass  # UCI: unknown input is ignored

    def _identify(self) -> None:
        self._say("id name Modou GPT", "id author Modou")
        self._say("option name UCI_Variant type combo default xiangqi var xiangqi")
        self._say("option name Temperature type spin default 0 min 0 max 1000")
        self._say("option name Top-K type spin default 0 min 0 max 2000")
        self._say(f"option name Search type spin default 0 min 0 max {MAX_SEARCH}")
        self._say("option name Model type string default <empty>", "uciok")

    def _set(self, rest: list[str]) -> None:
        at = rest.index("value") if "value" in rest else len(rest)
        name, value = " ".join(rest[:at]).lower(), " ".join(rest[at + 1 :])
        if name == "model":
            self.model = "" if value == "<empty>" else value
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
        search = min(self.options["search"], MAX_SEARCH)
        if search and rest[:1] == ["nodes"] and rest[1:2] and rest[1].isdecimal():
            search = min(search, max(1, int(rest[1])))
        temperature = min(self.options["temperature"], 1000) / 100
        settings = Settings(temperature, min(self.options["top-k"], len(MOVES)), search=search)
        result = self._pipeline().play(self.game, settings, adjudicate=False)
        if result.candidates and result.value:
            red, _, black = result.value
            lead = (red - black) * (1 if self.game.board.side == RED else -1)
            self._say(f"info depth 1 nodes {max(1, result.positions)} score cp {_centipawns(lead)} pv {result.move}")
        self._say(f"bestmove {result.move or '(none)'}")

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


def _centipawns(lead: float) -> int:
    """An expected score in [-1, 1] on the usual logistic scale."""
    return round(400 * math.atanh(max(-0.999, min(0.999, lead))) / math.log(10) * 2)


if __name__ == "__main__":
    Uci(sys.stdout).run(sys.stdin)
