"""Play and analyse: the GPT's move, its candidates and its view of the result."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from core.backbone.weights import load_model
from core.errors import InputError
from core.pipeline import Pipeline, Result
from core.xiangqi.encoding import move_of
from core.xiangqi.explain import Inside, Opinion, explain, review
from core.xiangqi.game import Game
from core.xiangqi.geometry import RED, SIDES
from core.xiangqi.hub import CausalMoves
from core.xiangqi.model import XiangqiGPT
from core.xiangqi.notation import to_chinese, to_iccs
from core.xiangqi.player import Player, Reading, choose
from core.xiangqi.session import read_game
from core.xiangqi.settings import Settings
from core.xiangqi.tree_search import TreeSearch

_CANDIDATES = 5
_BATCH = 16
# A search that takes longer moves on what it has.
_SECONDS = 10.0
# A position can stand for the second time only four quiet plies after the first.
_SHORTEST_RETURN = 3
# Expected score in [-1, 1] from which on it would rather not repeat.
_AHEAD = 0.2


@dataclass(frozen=True)
class Candidate:
    """A legal move, in ICCS and in Chinese, and the model's probability of it among the legal ones.

    After a search the probability is the share of its visits.
    """

    move: str
    chinese: str
    probability: float


@dataclass(frozen=True)
class XiangqiResult:
    """The model's move and view where a game stands.

    `move` is None where the game is over; `status` is a `core.xiangqi.game.Status` reason and `winner` red, black or
    None; `value` is the probability that red wins, of a draw, that black wins (None from a model without a view);
    `legal_mass` is the probability on legal moves, and `raw_move` the likeliest move, before any masking; `positions`
    counts those that a search looked at.
    """

    move: str | None
    candidates: tuple[Candidate, ...]
    status: str
    winner: str | None
    value: tuple[float, float, float] | None
    legal_mass: float
    raw_move: str | None
    positions: int = 0

    def to_dict(self) -> dict[str, Any]:
        """JSON: {move, candidates: [{move, chinese, probability}], status, winner, value, legal_mass, raw_move}."""
        found = asdict(self)
        found["candidates"] = [asdict(c) | {"probability": round(c.probability, 4)} for c in self.candidates]
        found["value"] = [round(v, 4) for v in self.value] if self.value else None
        found["legal_mass"] = round(self.legal_mass, 4)
        return found


class XiangqiPipeline(Pipeline):
    """A GPT that plays Chinese chess."""

    task = "xiangqi"
    at_model = ("__call__", "run", "play", "review", "review_game", "explain", "explain_game")

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
    ) -> XiangqiResult:
        """The model's answer to a game.

        Args:
            moves: ICCS moves from the start, or from `fen`.
            fen: the position to begin from; None for the start of a game.
            temperature: 0 plays the likeliest move; 1 draws from the model's distribution.
            top_k: draw only from this many likeliest moves; 0 for all.
            seed: makes the draw repeatable.
            search: positions that a tree search may look at before it moves; 0 plays by the distribution alone.
            to_win: tell the model, by the result token, that the side to move will win.

        Raises:
            InputError: see `read_game`; a setting out of range; a search by a model that has no view of the result.
        """
        settings = Settings(temperature, top_k, seed, search, to_win)
        return self.play(read_game(moves, fen), settings)

    def play(self, game: Game, settings: Settings | None = None, adjudicate: bool = True) -> XiangqiResult:
        """As `__call__`, for a game at hand. Without `adjudicate` it plays on where the rules call a draw."""
        settings = settings or Settings()
        self._check(settings)
        return self._result(game, self.player.read(game), settings, adjudicate)

    def run(self, rows: Sequence[Mapping[str, Any]]) -> list[Result | InputError]:
        """Answers to rows {moves or fen, and optional settings as in `__call__`}; games are read in batches."""
        results: list[Result | InputError | None] = [None] * len(rows)
        games: list[tuple[int, Game, Settings]] = []
        for i, row in enumerate(rows):
            try:
                given = {f.name: row[f.name] for f in fields(Settings) if row.get(f.name) is not None}
                settings = Settings(**given)
                self._check(settings)
                moves = row.get("moves")
                games.append((i, read_game("" if moves is None else moves, row.get("fen")), settings))
            except InputError as error:
                results[i] = error
        games.sort(key=lambda item: len(item[1].moves))
        for begin in range(0, len(games), _BATCH):
            batch = games[begin : begin + _BATCH]
            readings = self.player.read_many([game for _, game, _ in batch])
            for (i, game, settings), reading in zip(batch, readings, strict=True):
                results[i] = self._result(game, reading, settings)
        return [result for result in results if result is not None]

    def review(self, moves: str | Sequence[str] = "", fen: str | None = None) -> list[Opinion]:
        """What the model thinks of every move of a game, in one pass. Raises InputError as `read_game`."""
        return self.review_game(read_game(moves, fen))

    def review_game(self, game: Game) -> list[Opinion]:
        """As `review`, for a game at hand."""
        return review(self.player, game)

    def explain(self, moves: str | Sequence[str] = "", fen: str | None = None) -> Inside:
        """The model's inside where a game stands. Raises InputError as `read_game`."""
        return self.explain_game(read_game(moves, fen))

    def explain_game(self, game: Game) -> Inside:
        """As `explain`, for a game at hand."""
        return explain(self.player, game)

    def _check(self, settings: Settings) -> None:
        settings.check()
        if settings.search and not self.player.model.has_value:
            raise InputError(
                "这个模型没有对胜负的看法，不能搜索", "this model has no view of the result and cannot search with it"
            )

    def _result(self, game: Game, reading: Reading, settings: Settings, adjudicate: bool = True) -> XiangqiResult:
        status, side = game.status(), game.board.side
        legal, mass = reading.legal(game)
        raw = to_iccs(move_of(int(reading.probabilities.argmax()), side)) if legal else None
        value, total = reading.value, float(mass.sum())
        if status.over and (adjudicate or not legal):
            winner = None if status.winner is None else SIDES[status.winner]
            sure = {None: (0.0, 1.0, 0.0), "red": (1.0, 0.0, 0.0), "black": (0.0, 0.0, 1.0)}[winner]
            return XiangqiResult(None, (), status.reason, winner, sure if value else None, total, raw)
        if settings.to_win:
            _, mass = self.player.read(game, to_win=True).legal(game)
        probabilities, looked = mass / max(float(mass.sum()), 1e-12), 0
        if settings.search and len(legal) > 1:
            found = TreeSearch(self.player, game, settings.to_win).run(settings.search, _SECONDS)
            share = dict(zip(found.moves, found.shares, strict=True))
            probabilities, looked = np.array([share[m] for m in legal]), found.positions
            value = _moved(value, found.value)
        order = np.argsort(-probabilities, kind="stable")
        candidates = tuple(
            Candidate(to_iccs(legal[i]), to_chinese(game.board, legal[i]), float(probabilities[i]))
            for i in order[:_CANDIDATES]
        )
        lead = value[0] - value[2] if value else 0.0
        open_to_us = probabilities * _worth_playing(game, legal, lead)
        index = choose(open_to_us, settings.temperature, settings.top_k, np.random.default_rng(settings.seed))
        reason = status.reason if adjudicate else "playing"
        return XiangqiResult(
            to_iccs(legal[index]), candidates, reason, None, _by_colour(value, side), total, raw, looked
        )


def _worth_playing(game: Game, legal: list[int], lead: float) -> np.ndarray:
    """1 for the legal moves, 0 for those that the sequence of moves alone gives no reason to avoid but the rules do.

    These are moves that complete a perpetual check and so lose, and, in the lead, moves back to a position that has
    stood before: a model of next moves would go round in circles in won positions. All 1 if no other is left.
    """
    kept = np.ones(len(legal))
    for i, move in enumerate(legal if game.board.quiet >= _SHORTEST_RETURN else ()):
        game.push(move)
        ended, repeated = game.drawn(), game.repeated()
        game.pop()
        if (ended and ended.winner == game.board.side ^ 1) or (repeated and lead > _AHEAD):
            kept[i] = 0
    return kept if kept.any() else np.ones(len(legal))


def _moved(value: tuple[float, float, float] | None, lead: float) -> tuple[float, float, float]:
    """Win, draw and loss with the expected lead in [-1, 1] that a search found, draws as likely as they were taken."""
    draw = min(value[1] if value else 0.0, 1 - abs(lead))
    return (1 - draw + lead) / 2, draw, (1 - draw - lead) / 2


def _by_colour(value: tuple[float, float, float] | None, side: int) -> tuple[float, float, float] | None:
    """Win, draw, loss of the side to move as red wins, draw, black wins."""
    return value if value is None or side == RED else (value[2], value[1], value[0])
