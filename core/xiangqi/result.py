"""The model's move and view where a game stands."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Candidate:
    """A legal move, in ICCS and in Chinese, and the model's probability of it among the legal ones.

    After a search the probability is the search's preference: half the shares of its visits, half the say of tactics.
    """

    move: str
    chinese: str
    probability: float


@dataclass(frozen=True)
class Step:
    """A move of a line, in ICCS and in Chinese."""

    move: str
    chinese: str


@dataclass(frozen=True)
class XiangqiResult:
    """The model's move and view where a game stands.

    `move` is None where the game is over; `status` is a `core.xiangqi.game.Status` reason and `winner` red, black or
    None; `value` is the probability that red wins, of a draw, that black wins (None from a model without a view);
    `legal_mass` is the probability on legal moves, and `raw_move` the likeliest move, before any masking; `positions`
    counts those that a search looked at, and `line` is what it takes for best play on both sides.
    """

    move: str | None
    candidates: tuple[Candidate, ...]
    status: str
    winner: str | None
    value: tuple[float, float, float] | None
    legal_mass: float
    raw_move: str | None
    positions: int = 0
    line: tuple[Step, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON: {move, candidates: [{move, chinese, probability}], status, winner, value, legal_mass, raw_move,
        positions, line: [{move, chinese}]}."""
        found = asdict(self)
        found["candidates"] = [asdict(c) | {"probability": round(c.probability, 4)} for c in self.candidates]
        found["value"] = [round(v, 4) for v in self.value] if self.value else None
        found["legal_mass"] = round(self.legal_mass, 4)
        return found
