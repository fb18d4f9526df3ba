"""Sentences compared, as everybody here passes them on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from core.similarity.embedding import Words
from core.similarity.opposed import Opposed
from core.similarity.transport import Array, Transport


class Usual(NamedTuple):
    """What sentence cosine goes with a WRD on dev: the least-squares line, and the standard deviation from it."""

    slope: float
    offset: float
    deviation: float

    def contextual(self, wrd: float) -> float:
        """The usual sentence cosine of a pair with this `wrd`."""
        return self.slope * wrd + self.offset


Level = Literal["duplicate", "close", "same topic", "unrelated"]
LEVELS: tuple[Level, ...] = ("duplicate", "close", "same topic", "unrelated")


class Limits(NamedTuple):
    """From which WRD on two sentences are a duplicate, close, or of the same topic, as people graded dev pairs.

    `right` is the share of those pairs for which the word is that of their grade, by WRD alone.
    """

    duplicate: float
    close: float
    topic: float
    right: float

    def level(self, wrd: float) -> Level:
        """The word for this `wrd`."""
        return LEVELS[sum(wrd < limit for limit in self[:3])]


class SameAmount(NamedTuple):
    """Word `a` of the one sentence and `b` of the other are amounts of one kind; `equal` where their values are."""

    a: int
    b: int
    equal: bool


@dataclass(frozen=True)
class SimilarityResult:
    """Two sentences compared. All similarities are 1 for equal sentences; higher is closer.

    `wrd` is 1 - Word Rotator's Distance, in [-1, 1]; `wmd` is 1 - Word Mover's Distance over the distance of two
    everyday words that share no direction, so 0 is about what strangers have; `cosine` is that of the mean word
    vectors; `contextual` that of the sentence vectors of the encoder. `unweighted` is `wrd` when every word weighs the
    same. `plan` and `cost` [n, m] belong to the one of `wrd` and `unweighted` that `norms` chose, as do the weights.
    `usual` is how `contextual` goes with `wrd` in this model, and `limits` what `wrd` means, where that was measured.
    `amounts` are those that say the same in both sentences, and share one vector, and those that say another each;
    `opposed` is what sets the sentences against each other though their words can be aligned.
    """

    a: Words
    b: Words
    norms: bool
    wrd: float
    unweighted: float
    wmd: float
    cosine: float
    contextual: float
    weights_a: Array
    weights_b: Array
    cost: Array
    solution: Transport
    usual: Usual | None = None
    limits: Limits | None = None
    amounts: tuple[SameAmount, ...] = ()
    opposed: Opposed | None = None

    @property
    def level(self) -> Level | None:
        """What `wrd` means in a word, where that was measured; no duplicate where something that matters differs."""
        found = self.limits and self.limits.level(self.wrd)
        differs = self.opposed or any(not pair.equal for pair in self.amounts)
        return "close" if found == "duplicate" and differs else found

    @property
    def plan(self) -> Array:
        """The optimal plan [n, m]; its sum is 1."""
        return self.solution.plan

    def to_dict(self) -> dict[str, Any]:
        """JSON: {wrd, wmd, cosine, contextual, unweighted, level, amounts: [{a, b, equal}], opposed: {denials_a,
        denials_b, opposites: [[i, j]]} or null, tokens_*, spans_*, weights_*, plan, cost}."""
        scores = {k: round(getattr(self, k), 6) for k in ("wrd", "wmd", "cosine", "contextual", "unweighted")}
        return scores | {
            "level": self.level,
            "amounts": [pair._asdict() for pair in self.amounts],
            "opposed": self.opposed and self.opposed.to_dict(),
            "tokens_a": list(self.a.tokens),
            "tokens_b": list(self.b.tokens),
            "spans_a": [list(s) for s in self.a.spans],
            "spans_b": [list(s) for s in self.b.spans],
            "weights_a": np.round(self.weights_a, 6).tolist(),
            "weights_b": np.round(self.weights_b, 6).tolist(),
            "plan": np.round(self.plan, 6).tolist(),
            "cost": np.round(self.cost, 6).tolist(),
        }


@dataclass(frozen=True)
class MatrixResult:
    """Every sentence of a list against every other: `wrd` similarities [n, n], 1 on the diagonal."""

    sentences: tuple[str, ...]
    wrd: Array

    def to_dict(self) -> dict[str, Any]:
        """JSON: {sentences, wrd}."""
        return {"sentences": list(self.sentences), "wrd": np.round(self.wrd, 6).tolist()}
