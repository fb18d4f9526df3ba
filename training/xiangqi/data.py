"""Prepared games as batches of equal length."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from core.xiangqi.encoding import (
    DRAW,
    ENGINE,
    FEATURE_WIDTH,
    FIRST_LOSES,
    FIRST_WINS,
    HUMAN,
    MIRROR_FEATURES,
    MIRROR_TOKENS,
    NO_FEATURE,
    PREFIX,
    UNKNOWN,
)

PAD = -1
NO_SCORE = 32767
CHOICES = 3
# Where a game comes from: people; or (training.xiangqi.selfplay) the engine against itself, the engine playing out a
# game of people, the GPT against the engine.
KINDS = ("human", "self", "late", "judged")
# A game of people that an engine ends goes on in their name: that is where the model has to know how to mate.
_SOURCES = np.array([HUMAN, ENGINE, HUMAN, ENGINE])
# prepared result code → token, for the side that moves first
_RESULTS = np.array([FIRST_WINS, DRAW, FIRST_LOSES, UNKNOWN])
_OTHER_SIDE = np.array([2, 1, 0, 3])
_GRAIN = 16
_MATE = 9000
# By how much of the expected score a move may be worse than the best before it counts for less than 1/e of it.
_SOFTNESS = 0.02


@dataclass(frozen=True)
class Part:
    """The arrays of one prepared file (see prepare.py): its games laid end to end.

    `moves[offsets[i]:offsets[i + 1]]` are the tokens of game i; `features[seen[p]:seen[p + 1]]` is the position before
    move p and `legal[spans[p]:spans[p + 1]]` the legal tokens there; `choices` and `scores` [plies, CHOICES] are the
    engine's best moves and their centipawns for the side to move, or PAD and NO_SCORE; `results` 0 red wins, 1 draw,
    2 black wins, 3 unknown; `kinds` the number in KINDS.
    """

    moves: np.ndarray
    features: np.ndarray
    seen: np.ndarray
    legal: np.ndarray
    spans: np.ndarray
    choices: np.ndarray
    scores: np.ndarray
    offsets: np.ndarray
    results: np.ndarray
    kinds: np.ndarray

    @classmethod
    def open(cls, folder: Path) -> Part:
        """What is large stays on the disk, and in the system's memory as far as there is room."""
        large = ("features", "legal")
        return cls(
            **{n: np.load(folder / f"{n}.npy", mmap_mode="r" if n in large else None) for n in cls.__dataclass_fields__}
        )


@dataclass(frozen=True)
class Plies:
    """A game from some ply on: as `Part` has it, with `features` [plies, FEATURE_WIDTH] padded by NO_FEATURE, and
    `counts` [plies] the number of legal moves of each."""

    moves: np.ndarray
    features: np.ndarray
    legal: np.ndarray
    counts: np.ndarray
    choices: np.ndarray
    scores: np.ndarray


class Games:
    """The games of many parts, numbered through."""

    def __init__(self, parts: list[Part]) -> None:
        self.parts = parts
        self.lengths = np.concatenate([np.diff(part.offsets) for part in parts])
        self.results = np.concatenate([part.results for part in parts])
        self.kinds = np.concatenate([part.kinds for part in parts])
        self._first = np.cumsum([0, *(len(part.results) for part in parts)])

    @classmethod
    def open(cls, *folders: Path) -> Games:
        """All that prepare.py wrote into the folders."""
        found = sorted(path.parent for folder in folders for path in folder.rglob("kinds.npy"))
        found = [folder for folder in found if not folder.name.endswith(".partial")]
        if not found:
            raise FileNotFoundError(f"no prepared games in {', '.join(map(str, folders))}")
        return cls([Part.open(folder) for folder in found])

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def plies(self) -> int:
        """Moves in all games together."""
        return int(self.lengths.sum())

    def counts(self) -> dict[str, int]:
        """Moves of each kind."""
        sums = np.bincount(self.kinds, self.lengths, len(KINDS))
        return {kind: int(count) for kind, count in zip(KINDS, sums, strict=True) if count}

    def read(self, game: int, skipped: int = 0) -> Plies:
        """One game without its first plies."""
        at = int(np.searchsorted(self._first, game, "right")) - 1
        part, own = self.parts[at], game - int(self._first[at])
        a, b = int(part.offsets[own]) + skipped, int(part.offsets[own + 1])
        ends = part.seen[a : b + 1]
        told = np.full((b - a, FEATURE_WIDTH), NO_FEATURE, np.uint16)
        told[np.arange(FEATURE_WIDTH) < np.diff(ends)[:, None]] = part.features[int(ends[0]) : int(ends[-1])]
        legal = part.legal[int(part.spans[a]) : int(part.spans[b])].astype(np.int64)
        counts = np.diff(part.spans[a : b + 1])
        return Plies(part.moves[a:b].astype(np.int64), told, legal, counts, part.choices[a:b], part.scores[a:b])


class Batches:
    """Batches of about `size` tokens of games of about the same length, each game mirrored or not by a coin."""

    def __init__(
        self, games: Games, size: int, crop: float, hide_result: float, soft: bool = True, score_share: float = 0.5
    ) -> None:
        self.games = games
        self.size = size
        self.crop = crop  # share of games that begin in the middle; 0 for the variant that cannot see the board
        self.hide_result = hide_result
        self.soft = soft  # whether the engine's lesser choices count, by their scores
        self.score_share = score_share  # of the engine's score in the value, beside the result

    def epoch(self, seed: int, shares: Mapping[str, float] | None = None) -> Iterator[dict[str, torch.Tensor]]:
        """One pass over the games: a random half of a kind of share 0.5, those of share 2 twice, and so on."""
        rng = np.random.default_rng(seed)
        weights = np.array([(shares or {}).get(kind, 1.0) for kind in KINDS])[self.games.kinds]
        times = (weights + rng.random(len(self.games))).astype(int)
        chosen = np.repeat(np.arange(len(self.games)), times)
        lengths = self.games.lengths[chosen]
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
        read = [self.games.read(int(g), int(c)) for g, c in zip(games, late, strict=True)]
        rows, width = len(read), max(len(plies.moves) for plies in read) + 1
        ids = np.zeros((rows, width), np.int64)
        targets = np.full((rows, width, CHOICES), PAD, np.int64)
        weights = np.zeros((rows, width, CHOICES), np.float32)
        told = np.full((rows, width, FEATURE_WIDTH), NO_FEATURE, np.int64)
        value = np.zeros((rows, width, 3), np.float32)
        picks: list[tuple[np.ndarray, np.ndarray]] = []
        for r, plies in enumerate(read):
            kind, n = int(self.games.kinds[games[r]]), len(plies.moves)
            moves, seen, legal = plies.moves, plies.features, plies.legal
            wanted, shares = self._wanted(plies, kind)
            if rng.random() < 0.5:
                moves, seen, legal = MIRROR_TOKENS[moves], MIRROR_FEATURES[seen], MIRROR_TOKENS[legal]
                wanted = np.where(wanted == PAD, PAD, MIRROR_TOKENS[wanted])
            result = int(self.games.results[games[r]])
            if late[r] % 2:
                result = int(_OTHER_SIDE[result])
            hidden = result == 3 or rng.random() < self.hide_result
            ids[r, 0] = UNKNOWN if hidden else _RESULTS[result]
            ids[r, 1] = _SOURCES[kind]
            ids[r, PREFIX : n + 1] = moves[:-1]
            targets[r, 1 : n + 1], weights[r, 1 : n + 1] = wanted, shares
            told[r, 1 : n + 1] = seen
            if hidden:
                value[r, 1 : n + 1] = result_and_score(result, plies.scores[:, 0], self.score_share)
            picks.append((np.repeat(np.arange(1, n + 1), plies.counts) + r * width, legal))
        most = int((told != NO_FEATURE).any((0, 1)).sum())
        return {
            "ids": torch.from_numpy(ids),
            "features": torch.from_numpy(told[..., :most]),
            "targets": torch.from_numpy(targets),
            "weights": torch.from_numpy(weights),
            "value": torch.from_numpy(value),
            "legal_at": torch.from_numpy(np.concatenate([p for p, _ in picks])),
            "legal": torch.from_numpy(np.concatenate([t for _, t in picks])),
        }

    def _wanted(self, plies: Plies, kind: int) -> tuple[np.ndarray, np.ndarray]:
        """What to learn at each ply [plies, CHOICES], and its weights: what people played, or the engine's choices.

        The moves of people with which an engine's game begins are no play of an engine, and learned from their games.
        """
        wanted = plies.choices.astype(np.int64)
        if not kind:
            wanted[:, 0] = plies.moves
        asked = plies.choices[:, 0] != PAD
        weights = np.zeros(wanted.shape, np.float32)
        weights[:, 0] = 1
        if self.soft:
            weights[asked] = choice_weights(plies.scores[asked])
        return wanted, weights


def choice_weights(scores: np.ndarray) -> np.ndarray:
    """How likely each of the engine's choices should be [plies, CHOICES], from centipawns, the best first.

    A softmax of the expected score. Where somebody mates the expected score tells moves apart no more: the best alone.
    """
    win, _, loss = np.moveaxis(outcomes(scores), -1, 0)
    expected = (1 + win - loss) / 2
    worth = np.exp((expected - expected[:, :1]) / _SOFTNESS)
    worth[scores == NO_SCORE] = 0
    mates = np.abs(scores[:, 0]) >= _MATE
    worth[mates] = [1.0] + [0.0] * (scores.shape[1] - 1)
    found: np.ndarray = worth / worth.sum(1, keepdims=True)
    return found


def outcomes(scores: np.ndarray) -> np.ndarray:
    """Win, draw and loss [..., 3] for the side to move at `scores` centipawns for it."""
    points = scores.astype(np.float32)
    # A lead of 250 centipawns wins three games of four in these sets' self-play.
    win, loss = _logistic((points - 180) / 90), _logistic((-points - 180) / 90)
    return np.stack([win, 1 - win - loss, loss], -1)


def result_and_score(result: int, scores: np.ndarray, share: float) -> np.ndarray:
    """Win, draw and loss for the side to move [plies, 3]: the game's result and, by its share, the engine's score.

    An unknown result with no score gives zeros: no loss.
    """
    plies = len(scores)
    outcome = np.zeros((plies, 3), np.float32)
    if result < 3:
        mover_is_first = np.arange(plies) % 2 == 0
        outcome[mover_is_first, result] = 1
        outcome[~mover_is_first, _OTHER_SIDE[result]] = 1
    scored = scores != NO_SCORE
    judged = outcomes(scores[scored])
    outcome[scored] = share * judged + (1 - share) * outcome[scored] if result < 3 else judged
    return outcome


def _logistic(x: np.ndarray) -> np.ndarray:
    found: np.ndarray = 1 / (1 + np.exp(-np.clip(x, -30, 30)))
    return found
