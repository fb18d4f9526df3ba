"""Prepared games as batches of equal length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from core.xiangqi.encoding import (
    DRAW,
    ENGINE,
    FIRST_LOSES,
    FIRST_WINS,
    HUMAN,
    MIRROR_FEATURES,
    MIRROR_TOKENS,
    NO_FEATURE,
    PREFIX,
    UNKNOWN,
)
from core.xiangqi.geometry import SQUARES

PAD = -1
NO_SCORE = 32767
# prepared result code → token, for the side that moves first
_RESULTS = np.array([FIRST_WINS, DRAW, FIRST_LOSES, UNKNOWN])
_OTHER_SIDE = np.array([2, 1, 0, 3])
_GRAIN = 16


@dataclass
class Games:
    """Games laid end to end (see prepare.py): `moves[offsets[i]:offsets[i + 1]]` are game i's tokens.

    `features` [plies, 90] is the position before each move; `legal[spans[p]:spans[p + 1]]` are the legal tokens there;
    `scores` the engine's centipawns for the side to move, or NO_SCORE; `results` 0 red wins, 1 draw, 2 black wins, 3
    unknown; `engine` whether an engine played.
    """

    moves: np.ndarray
    offsets: np.ndarray
    features: np.ndarray
    legal: np.ndarray
    spans: np.ndarray
    scores: np.ndarray
    results: np.ndarray
    engine: np.ndarray

    @classmethod
    def open(cls, *folders: Path) -> Games:
        """Read what prepare.py wrote into one or more folders."""
        parts = [{n: np.load(folder / f"{n}.npy") for n in cls.__dataclass_fields__} for folder in folders]
        joined = {n: np.concatenate([part[n] for part in parts]) for n in cls.__dataclass_fields__}
        for name in ("offsets", "spans"):  # these count on from part to part
            ends = np.cumsum([0] + [part[name][-1] for part in parts])
            tails = [part[name][1:] + end for part, end in zip(parts, ends, strict=False)]
            joined[name] = np.concatenate([[0], *tails])
        return cls(**joined)

    def __len__(self) -> int:
        return len(self.offsets) - 1


class Batches:
    """Batches of about `size` tokens of games of about the same length, each game mirrored or not by a coin."""

    def __init__(self, games: Games, size: int, crop: float, hide_result: float) -> None:
        self.games = games
        self.size = size
        self.crop = crop  # share of games that begin in the middle; 0 for the variant that cannot see the board
        self.hide_result = hide_result

    def epoch(self, seed: int, weights: np.ndarray | None = None) -> Iterator[dict[str, torch.Tensor]]:
        """One pass over the games: a random half of those of weight 0.5, those of weight 2 twice, and so on."""
        rng = np.random.default_rng(seed)
        count = len(self.games)
        times = np.ones(count, int) if weights is None else (weights + rng.random(count)).astype(int)
        chosen = np.repeat(np.arange(count), times)
        ends = self.games.offsets[chosen + 1]
        lengths = ends - self.games.offsets[chosen]
        late = np.where(rng.random(len(chosen)) < self.crop, (rng.random(len(chosen)) * 0.9 * lengths).astype(int), 0)
        lengths = lengths - late
        order = np.argsort(lengths + rng.random(len(lengths)) * _GRAIN)
        groups, begin = [], 0
        while begin < len(order):
            longest = int(lengths[order[begin : begin + 1]].max()) + PREFIX + _GRAIN
            end = begin + max(1, self.size // longest)
            groups.append(order[begin:end])
            begin = end
        for i in rng.permutation(len(groups)):
            rows = groups[i]
            yield self._batch(chosen[rows], late[rows], rng)

    def _batch(self, games: np.ndarray, late: np.ndarray, rng: np.random.Generator) -> dict[str, torch.Tensor]:
        data = self.games
        spans = [(int(data.offsets[g] + c), int(data.offsets[g + 1])) for g, c in zip(games, late, strict=True)]
        rows, width = len(spans), max(b - a for a, b in spans) + 1
        ids = np.zeros((rows, width), np.int64)
        targets = np.full((rows, width), PAD, np.int64)
        features = np.full((rows, width, SQUARES), NO_FEATURE, np.int64)
        value = np.zeros((rows, width, 3), np.float32)
        picks: list[tuple[np.ndarray, np.ndarray]] = []
        for r, (a, b) in enumerate(spans):
            moves, seen = data.moves[a:b].astype(np.int64), data.features[a:b]
            s, e = int(data.spans[a]), int(data.spans[b])
            legal = data.legal[s:e].astype(np.int64)
            if rng.random() < 0.5:
                moves, seen, legal = MIRROR_TOKENS[moves], MIRROR_FEATURES[seen], MIRROR_TOKENS[legal]
            result = int(data.results[games[r]])
            first = int(late[r]) % 2
            if first:
                result = int(_OTHER_SIDE[result])
            hidden = result == 3 or rng.random() < self.hide_result
            ids[r, 0] = UNKNOWN if hidden else _RESULTS[result]
            ids[r, 1] = ENGINE if data.engine[games[r]] else HUMAN
            n = b - a
            ids[r, PREFIX : n + 1] = moves[:-1]
            targets[r, 1 : n + 1] = moves
            features[r, 1 : n + 1] = seen
            if hidden:
                value[r, 1 : n + 1] = _value(result, data.scores[a:b])
            at = np.repeat(np.arange(1, n + 1), np.diff(data.spans[a : b + 1])) + r * width
            picks.append((at, legal))
        return {
            "ids": torch.from_numpy(ids),
            "features": torch.from_numpy(features),
            "targets": torch.from_numpy(targets),
            "value": torch.from_numpy(value),
            "legal_at": torch.from_numpy(np.concatenate([p for p, _ in picks])),
            "legal": torch.from_numpy(np.concatenate([t for _, t in picks])),
        }


def _value(result: int, scores: np.ndarray) -> np.ndarray:
    """Win, draw and loss for the side to move [plies, 3]: the game's result, mixed with the engine's where it has one.

    An unknown result with no score gives zeros: no loss.
    """
    plies = len(scores)
    outcome = np.zeros((plies, 3), np.float32)
    if result < 3:
        mover_is_first = np.arange(plies) % 2 == 0
        outcome[mover_is_first, result] = 1
        outcome[~mover_is_first, _OTHER_SIDE[result]] = 1
    scored = np.asarray(scores) != NO_SCORE
    points = np.asarray(scores, np.float32)[scored]
    # A lead of 250 centipawns wins three games of four in these sets' self-play.
    win, loss = _logistic((points - 180) / 90), _logistic((-points - 180) / 90)
    judged = np.stack([win, 1 - win - loss, loss], 1)
    outcome[scored] = 0.5 * judged + 0.5 * (outcome[scored] if result < 3 else judged)
    return outcome


def _logistic(x: np.ndarray) -> np.ndarray:
    found: np.ndarray = 1 / (1 + np.exp(-np.clip(x, -30, 30)))
    return found
