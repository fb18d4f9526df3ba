"""Play and analyse: the GPT's move, its candidates and its view of the result."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from core.backbone.weights import load_model
from core.errors import InputError
from core.operation import STAYS
from core.pipeline import Pipeline
from core.xiangqi.board import Board
from core.xiangqi.caution import careful, worth_playing
from core.xiangqi.encoding import move_of
from core.xiangqi.explain import Inside, Opinion, explain, review
from core.xiangqi.game import Game
from core.xiangqi.geometry import RED, SIDES
from core.xiangqi.hub import CausalMoves
from core.xiangqi.levels import level_settings
from core.xiangqi.model import XiangqiGPT
from core.xiangqi.moments import Moment, find_moments, score_after
from core.xiangqi.notation import to_chinese, to_iccs
from core.xiangqi.player import Player, Reading, choose
from core.xiangqi.result import Candidate, Step, XiangqiResult
from core.xiangqi.session import read_game
from core.xiangqi.settings import Settings
from core.xiangqi.task import Move
from core.xiangqi.thinking import Budget, think
from core.xiangqi.tree_search import Found

_CANDIDATES = 5
_LINE = 6  # moves of the best line
# A search that takes longer moves on what it has.
_SECONDS = 10.0


class Watcher(Protocol):
    """Somebody who looks on while it thinks."""

    def tell(self, thought: XiangqiResult) -> None:
        """Take in what it thinks so far."""

    def stopped(self) -> bool:
        """Whether it should move at once."""


@dataclass(frozen=True)
class Position:
    """A game and how to move in it; without `adjudicate` it plays on where the rules call a draw. Of a cluster nobody
    can look on: the `watcher` stays here."""

    game: Game
    settings: Settings
    adjudicate: bool = True
    watcher: Watcher | None = field(default=None, metadata=STAYS)

    @property
    def ended(self) -> bool:
        """Whether there is no move to be made."""
        status = self.game.status()
        return status.over and (self.adjudicate or not self.game.board.legal_moves())


@dataclass(frozen=True)
class Choice:
    """What the model, or a search with it, makes of the legal moves.

    Their `probabilities` and the `index` of the one to be played, None where the game is over; the `mass` that the
    model gave them before masking, and `raw`, its likeliest move of all; `value` is the probability that the side to
    move wins, draws, loses; `looked` counts the positions of a search and `line` is the play it expects.
    """

    probabilities: np.ndarray
    index: int | None
    mass: float
    raw: str | None
    value: tuple[float, float, float] | None
    looked: int = 0
    line: tuple[int, ...] = ()


class XiangqiPipeline(Pipeline[Position, Game, Reading, Choice, XiangqiResult]):
    """A GPT that plays Chinese chess."""

    task = "xiangqi"
    at_model = ("answer", "review_game", "explain_game", "moments_of_game", "score_after")

    def __init__(self, player: Player) -> None:
        self.player = player

    @classmethod
    def from_folder(cls, folder: Path, device: str) -> XiangqiPipeline:
        """Load an `XiangqiGPT`, or any causal language model whose tokenizer has a token for every ICCS move."""
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if config.get("model_type") == "xiangqi_gpt":
            model: Any = load_model(XiangqiGPT, folder)
        else:
            model = CausalMoves.from_pretrained(folder)
        return cls(Player(model.float().to(device).eval(), device))

    @property
    def board_aware(self) -> bool:
        """Whether the model sees the position, or only the moves."""
        return self.player.model.board_aware

    def __call__(
        self,
        moves: str | Sequence[str] = "",
        fen: str | None = None,
        *,
        temperature: float = 0.0,
        top_k: int = 0,
        seed: int | None = None,
        search: int = 0,
        to_win: bool = False,
        seconds: float = 0.0,
        level: str | None = None,
    ) -> XiangqiResult:
        """The model's answer to a game.

        Args:
            moves: ICCS moves from the start, or from `fen`.
            fen: the position to begin from; None for the start of a game.
            temperature: 0 plays the likeliest move; 1 draws from the model's distribution.
            top_k: draw only from this many likeliest moves; 0 for all.
            seed: makes the draw repeatable.
            search: positions that it may look at before it moves, and 128 times as many for tactics; 0 plays by the
                distribution alone, unless it has `seconds`.
            to_win: tell the model, by the result token, that the side to move will win.
            seconds: how long it may think.
            level: one of `core.xiangqi.levels` by name, in place of all of these but `seed`.

        Raises:
            InputError: see `read_game`; a setting out of range; a search by a model that has no view of the result.
        """
        settings = Settings(temperature, top_k, seed, search, to_win, seconds)
        return self.play(read_game(moves, fen), settings if level is None else level_settings(level, seed))

    def play(
        self,
        game: Game,
        settings: Settings | None = None,
        adjudicate: bool = True,
        watcher: Watcher | None = None,
    ) -> XiangqiResult:
        """As `__call__`, for a game at hand. Without `adjudicate` it plays on where the rules call a draw."""
        return self.ask(Position(game, settings or Settings(), adjudicate, watcher))

    @classmethod
    def normalise(cls, request: Move) -> Position:
        r = request
        settings = Settings(r.temperature, r.top_k, r.seed, r.search, r.to_win, r.seconds)
        settings.check()
        if r.level is not None:
            settings = level_settings(r.level, r.seed)
        return Position(read_game(request.moves, request.fen), settings)

    def shares(self, asked: Position) -> bool:
        return not asked.settings.thinks  # which takes seconds

    def encode(self, asked: Position) -> list[Game]:
        asked.settings.check()
        if asked.settings.thinks and not self.player.model.has_value:
            raise InputError(
                "这个模型没有对胜负的看法，不能搜索", "this model has no view of the result and cannot search with it"
            )
        return [asked.game]

    def size(self, piece: Game) -> int:
        return len(piece.moves)

    def model(self, pieces: Sequence[Game]) -> list[Reading]:
        # What has been read of a lone game is kept for its next move.
        return [self.player.read(pieces[0])] if len(pieces) == 1 else self.player.read_many(pieces)

    def decode(self, asked: Position, pieces: Sequence[Game], seen: Sequence[Reading]) -> Choice:
        """The move to be played, which a search may find where one is asked for."""
        [reading], game, settings = seen, asked.game, asked.settings
        legal, mass = reading.legal(game)
        raw = to_iccs(move_of(int(reading.probabilities.argmax()), game.board.side)) if legal else None
        value, total = reading.value, float(mass.sum())
        if asked.ended:
            return Choice(mass, None, total, raw, value)
        if settings.to_win:
            _, mass = self.player.read(game, to_win=True).legal(game)
        choice = Choice(mass / max(float(mass.sum()), 1e-12), None, total, raw, value)
        if settings.thinks and len(legal) > 1:
            choice = self._think(asked, choice)
        lead = choice.value[0] - choice.value[2] if choice.value else 0.0
        allowed = worth_playing(game, legal, lead)
        open_to_us = choice.probabilities * allowed
        if not open_to_us.any():  # a search looked at nothing else
            open_to_us = (mass + 1e-12) * allowed
        chance = np.random.default_rng(settings.seed)

        def draw(wanted: np.ndarray) -> int:
            return choose(wanted, settings.temperature, settings.top_k, chance)

        index = careful(game.board, legal, open_to_us, draw) if settings.careful else draw(open_to_us)
        # What it would have played next does not follow on another move.
        line = choice.line if choice.line[:1] == (legal[index],) else ()
        return replace(choice, index=index, line=line)

    def _think(self, asked: Position, first: Choice) -> Choice:
        """What comes of thinking, where `first` is what it would play without."""
        settings, watcher = asked.settings, asked.watcher
        budget = Budget(settings.search or math.inf, settings.seconds or _SECONDS)
        stopped = watcher.stopped if watcher else lambda: False
        choice = first
        for found in think(self.player, asked.game, budget, settings.to_win, stopped):
            choice = _thought(first, found)
            if watcher:
                best = int(choice.probabilities.argmax())
                watcher.tell(self.result(asked, replace(choice, index=best)))
        return choice

    def result(self, asked: Position, decoded: Choice) -> XiangqiResult:
        board, status, d = asked.game.board, asked.game.status(), decoded
        if d.index is None:
            winner = None if status.winner is None else SIDES[status.winner]
            sure = {None: (0.0, 1.0, 0.0), "red": (1.0, 0.0, 0.0), "black": (0.0, 0.0, 1.0)}[winner]
            return XiangqiResult(None, (), status.reason, winner, sure if d.value else None, d.mass, d.raw)
        legal = board.legal_moves()
        candidates = tuple(
            Candidate(to_iccs(legal[i]), to_chinese(board, legal[i]), float(d.probabilities[i]))
            for i in np.argsort(-d.probabilities, kind="stable")[:_CANDIDATES]
        )
        reason = status.reason if asked.adjudicate else "playing"
        value = _by_colour(d.value, board.side)
        move, line = to_iccs(legal[d.index]), _steps(board, d.line)
        return XiangqiResult(move, candidates, reason, None, value, d.mass, d.raw, d.looked, line)

    def review(self, moves: str | Sequence[str] = "", fen: str | None = None) -> list[Opinion]:
        """What the model thinks of every move of a game, in one pass. Raises InputError as `read_game`."""
        return self.review_game(read_game(moves, fen))

    def review_game(self, game: Game) -> list[Opinion]:
        """As `review`, for a game at hand."""
        return review(self.player, game)

    def moments_of_game(self, game: Game, side: int) -> list[Moment]:
        """Moments at which `side` had a better move. Raises InputError where the model has no view of the result."""
        return find_moments(self.player, game, side, review(self.player, game))

    def score_after(self, game: Game, move: int) -> float:
        """What the side to move may expect of the point after a legal `move`, in percent."""
        return score_after(self.player, game, move)

    def explain(self, moves: str | Sequence[str] = "", fen: str | None = None) -> Inside:
        """The model's inside where a game stands. Raises InputError as `read_game`."""
        return self.explain_game(read_game(moves, fen))

    def explain_game(self, game: Game) -> Inside:
        """As `explain`, for a game at hand."""
        return explain(self.player, game)


def _thought(first: Choice, found: Found) -> Choice:
    value = _moved(first.value, found.value)
    return replace(first, probabilities=found.shares, value=value, looked=found.positions, line=tuple(found.line))


def _steps(board: Board, line: Sequence[int]) -> tuple[Step, ...]:
    """A line from a position, in ICCS and in Chinese."""
    there, steps = board.copy(), []
    for move in line[:_LINE]:
        steps.append(Step(to_iccs(move), to_chinese(there, move)))
        there.push(move)
    return tuple(steps)


def _moved(value: tuple[float, float, float] | None, lead: float) -> tuple[float, float, float]:
    """Win, draw and loss with the expected lead in [-1, 1] that a search found, draws as likely as they were taken."""
    draw = min(value[1] if value else 0.0, 1 - abs(lead))
    return (1 - draw + lead) / 2, draw, (1 - draw - lead) / 2


def _by_colour(value: tuple[float, float, float] | None, side: int) -> tuple[float, float, float] | None:
    """Win, draw, loss of the side to move as red wins, draw, black wins."""
    return value if value is None or side == RED else (value[2], value[1], value[0])
