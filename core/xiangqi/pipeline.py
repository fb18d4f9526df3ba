"""Play and analyse: the GPT's move, its candidates and its view of the result."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import InputError
from core.pipeline import Pipeline, Result
from core.xiangqi.encoding import MOVES, move_of
from core.xiangqi.explain import Inside, Opinion, explain, review
from core.xiangqi.game import Game
from core.xiangqi.geometry import RED
from core.xiangqi.notation import to_chinese, to_iccs
from core.xiangqi.player import Player, Reading, choose
from core.xiangqi.session import read_game

MAX_SEARCH = 2000
_CANDIDATES = 5
_BATCH = 16


@dataclass(frozen=True)
class Candidate:
    """A legal move, in ICCS and in Chinese, and the model's probability of it among the legal ones."""

    move: str
    chinese: str
    probability: float


@dataclass(frozen=True)
class XiangqiResult:
    """The model's move and view where a game stands.

    `move` is None where the game is over; `status` is a `core.xiangqi.game.Status` reason and `winner` red, black or
    None; `value` is the probability that red wins, of a draw, that black wins (None from a model without a view);
    `legal_mass` is the probability on legal moves, and `raw_move` the likeliest move, before any masking.
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

    def __init__(self, player: Player) -> None:
        self.player = player

    @classmethod
    def from_folder(cls, folder: Path, device: str) -> XiangqiPipeline:
        """Load an `XiangqiGPT`, or any causal language model whose tokenizer has a token for every ICCS move."""
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if config.get("model_type") == "xiangqi_gpt":
            from core.xiangqi.model import XiangqiGPT

            model: Any = XiangqiGPT.from_pretrained(folder)
        else:
            from core.xiangqi.hub import CausalMoves

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
    ) -> XiangqiResult:
        """The model's answer to a game.

        Args:
            moves: ICCS moves from the start, or from `fen`.
            fen: the position to begin from; None for the start of a game.
            temperature: 0 plays the likeliest move; 1 draws from the model's distribution.
            top_k: draw only from this many likeliest moves; 0 for all.
            seed: makes the draw repeatable.
            search: positions that a tree search may look at before it moves; 0 plays by the distribution alone.

        Raises:
            InputError: see `read_game`; or a setting out of range.
        """
        _check(temperature, top_k, seed, search)
        game = read_game(moves, fen)
        return self.play(game, temperature=temperature, top_k=top_k, seed=seed, search=search)

    def play(
        self, game: Game, *, temperature: float = 0.0, top_k: int = 0, seed: int | None = None, search: int = 0
    ) -> XiangqiResult:
        """As `__call__`, for a game at hand."""
        return self._result(game, self.player.read(game), temperature, top_k, seed, search)

    def run(self, rows: Sequence[Mapping[str, Any]]) -> list[Result | InputError]:
        """Answers to rows {moves or fen, optional temperature, top_k, seed, search}; games are read in batches."""
        results: list[Result | InputError | None] = [None] * len(rows)
        games: list[tuple[int, Game, dict[str, Any]]] = []
        for i, row in enumerate(rows):
            try:
                settings = {k: row[k] for k in ("temperature", "top_k", "seed", "search") if row.get(k) is not None}
                _check(**settings)
                games.append((i, read_game(row.get("moves") or "", row.get("fen")), settings))
            except InputError as error:
                results[i] = error
        games.sort(key=lambda item: len(item[1].moves))
        for begin in range(0, len(games), _BATCH):
            batch = games[begin : begin + _BATCH]
            readings = self.player.read_many([game for _, game, _ in batch])
            for (i, game, settings), reading in zip(batch, readings, strict=True):
                results[i] = self._result(game, reading, **settings)
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

    def _result(
        self,
        game: Game,
        reading: Reading,
        temperature: float = 0.0,
        top_k: int = 0,
        seed: int | None = None,
        search: int = 0,
    ) -> XiangqiResult:
        status, side = game.status(), game.board.side
        legal, mass = reading.legal(game)
        raw = to_iccs(move_of(int(reading.probabilities.argmax()), side)) if legal else None
        value = _by_colour(reading.value, side)
        total = float(mass.sum())
        if status.over:
            winner = None if status.winner is None else ("red", "black")[status.winner]
            sure = {None: (0.0, 1.0, 0.0), "red": (1.0, 0.0, 0.0), "black": (0.0, 0.0, 1.0)}[winner]
            return XiangqiResult(None, (), status.reason, winner, sure if value else None, total, raw)
        probabilities, looked = mass / max(total, 1e-12), 0
        if search and len(legal) > 1:
            from core.xiangqi.search import TreeSearch

            found = TreeSearch(self.player, game).run(search)
            share = dict(zip(found.moves, found.shares, strict=True))
            probabilities, looked = np.array([share[m] for m in legal]), found.positions
        order = np.argsort(-probabilities, kind="stable")
        candidates = tuple(
            Candidate(to_iccs(legal[i]), to_chinese(game.board, legal[i]), float(probabilities[i]))
            for i in order[:_CANDIDATES]
        )
        index = choose(probabilities, temperature, top_k, np.random.default_rng(seed))
        return XiangqiResult(to_iccs(legal[index]), candidates, status.reason, None, value, total, raw, looked)


def _by_colour(value: tuple[float, float, float] | None, side: int) -> tuple[float, float, float] | None:
    """Win, draw, loss of the side to move as red wins, draw, black wins."""
    return value if value is None or side == RED else (value[2], value[1], value[0])


def _check(temperature: Any = 0.0, top_k: Any = 0, seed: Any = None, search: Any = 0) -> None:
    def number(x: Any, low: float, high: float, whole: bool = True) -> bool:
        return type(x) in ((int,) if whole else (int, float)) and bool(low <= x <= high)

    if not number(temperature, 0, 10, whole=False):
        raise InputError("temperature 应在 0 到 10 之间", "temperature must be between 0 and 10")
    if not number(top_k, 0, len(MOVES)):
        raise InputError("top_k 应为不小于 0 的整数", "top_k must be an integer, 0 or more")
    if seed is not None and not number(seed, 0, 2**63):
        raise InputError("seed 应为不小于 0 的整数", "seed must be an integer, 0 or more")
    if not number(search, 0, MAX_SEARCH):
        raise InputError(f"search 应为 0 到 {MAX_SEARCH} 的整数", f"search must be an integer from 0 to {MAX_SEARCH}")
