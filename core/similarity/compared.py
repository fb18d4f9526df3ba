"""Sentences compared, as everybody here passes them on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from core.similarity.embedding import Words
from core.similarity.transport import Array, Transport


class Usual(NamedTuple):
    """What sentence cosine goes with a WRD on dev: the least-squares line, and the standard deviation from it."""

    slope: float
    offset: float
    deviation: float

    def contextual(self, wrd: float) -> float:
        """The usual sentence cosine of a pair with this `wrd`."""
        return self.slope * wrd + self.offset


@dataclass(frozen=True)
class SimilarityResult:
    """Two sentences compared. All similarities are 1 for equal sentences; higher is closer.

    `wrd` is 1 - Word Rotator's Distance, in [-1, 1]; `wmd` is 1 - Word Mover's Distance over the distance of two
    everyday words that share no direction, so 0 is about what strangers have; `cosine` is that of the mean word
    vectors; `contextual` that of the sentence vectors of the encoder. `unweighted` is `wrd` when every word weighs the
    same. `plan` and `cost` [n, m] belong to the one of `wrd` and `unweighted` that `norms` chose, as do the weights.
    `usual` is how `contextual` goes with `wrd` in this model, where that was measured.
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

    @property
    def plan(self) -> Array:
        """The optimal plan [n, m]; its sum is 1."""
        return self.solution.plan

    def to_dict(self) -> dict[str, Any]:
        """JSON: {wrd, wmd, cosine, contextual, unweighted, tokens_*, spans_*, weights_*, plan, cost}."""
        scores = {k: round(getattr(self, k), 6) for k in ("wrd", "wmd", "cosine", "contextual", "unweighted")}
        return scores | {
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
