"""The transport between two sentences, in numbers that can be drawn and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.similarity import transport
from core.similarity.compared import SimilarityResult
from core.similarity.simplex import Solution, transport_steps

# Words of one sentence whose solution is still worth following step by step.
MAX_STEP_WORDS = 24
# From this WRD on the words of two sentences pass for aligned.
ALIGNED = 0.5
# A sentence cosine that many standard deviations below the usual one is remarkable: about one pair in forty of dev.
_REMARKABLE = 2.0


@dataclass(frozen=True)
class CostliestWord:
    """The word whose moving costs most: `side` is "a" or "b", `share` its part of the whole distance, and `partners`
    the words that its mass goes to or comes from, with that mass and its cost."""

    side: str
    word: int
    share: float
    partners: tuple[tuple[int, float, float], ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON: {side, word, share, partners: [[word, mass, cost]]}."""
        partners = [[j, round(mass, 6), round(cost, 6)] for j, mass, cost in self.partners]
        return {"side": self.side, "word": self.word, "share": round(self.share, 4), "partners": partners}


def costliest_word(result: SimilarityResult) -> CostliestWord | None:
    """The word of either sentence that contributes most to the distance; None where nothing costs anything."""
    paid = result.plan * result.cost
    total = float(paid.sum())
    if total <= 1e-9:
        return None
    by_side = {"a": paid.sum(1), "b": paid.sum(0)}
    side = max(by_side, key=lambda s: float(by_side[s].max()))
    word = int(by_side[side].argmax())
    plan, cost = (result.plan, result.cost) if side == "a" else (result.plan.T, result.cost.T)
    order = np.argsort(-plan[word] * cost[word])
    partners = tuple((int(j), float(plan[word, j]), float(cost[word, j])) for j in order if plan[word, j] > 1e-9)
    return CostliestWord(side, word, float(by_side[side][word]) / total, partners)


def reads_apart(result: SimilarityResult) -> float | None:
    """The sentence cosine that usually goes with the WRD of `result`, where its own is remarkably lower; else None.

    A plan between words cannot see what lies in how they are put together (每个都不 and 不是每个 have the same words);
    a vector of the whole can. The rule: WRD is at least ALIGNED, and the sentence cosine lies more than two standard
    deviations below the line that was fitted to the pairs of STS-B dev from there on.
    """
    if result.usual is None or result.wrd < ALIGNED:
        return None
    usual = result.usual.contextual(result.wrd)
    return usual if result.contextual < usual - _REMARKABLE * result.usual.deviation else None


@dataclass(frozen=True)
class Inside:
    """How the distance came about: bounds that need no solving, then the simplex method step by step.

    `solution` is None where a sentence has more than MAX_STEP_WORDS words.
    """

    result: SimilarityResult
    centroid_bound: float
    relaxed_bound: float
    solution: Solution | None

    def to_dict(self) -> dict[str, Any]:
        """JSON: {tokens_*, weights_*, cost, norms, wrd, contextual, usual: the sentence cosine that such a WRD usually
        goes with or null, apart: whether this one is remarkably lower, distance, centroid_bound, relaxed_bound, steps,
        prices_*}; a step is {flow: [[i, j, mass]], cost, entering: [i, j] or null, cycle: [[i, j], ...], moved}."""
        found = self.result.to_dict()
        data = {k: found[k] for k in ("tokens_a", "tokens_b", "weights_a", "weights_b", "cost", "wrd", "contextual")}
        usual = self.result.usual and self.result.usual.contextual(self.result.wrd)
        data |= {
            "norms": self.result.norms,
            "usual": None if usual is None else round(usual, 6),
            "apart": reads_apart(self.result) is not None,
            "distance": round(self.result.solution.distance, 6),
            "centroid_bound": round(self.centroid_bound, 6),
            "relaxed_bound": round(self.relaxed_bound, 6),
            "steps": None,
        }
        if self.solution is None:
            return data
        steps = [
            {
                "flow": [[i, j, round(mass, 6)] for (i, j), mass in sorted(s.flow.items()) if mass > 1e-9],
                "cost": round(s.cost, 6),
                "entering": s.entering,
                "cycle": [list(c) for c in s.cycle],
                "moved": round(s.moved, 6),
            }
            for s in self.solution.steps
        ]
        return data | {
            "steps": steps,
            "prices_a": np.round(self.solution.prices_a, 6).tolist(),
            "prices_b": np.round(self.solution.prices_b, 6).tolist(),
        }


def explain(result: SimilarityResult) -> Inside:
    """The inside of `result`: what the lower bounds say, and the solution step by step."""
    x, y = (words.vectors.astype(np.float64) for words in (result.a, result.b))
    small = max(result.cost.shape) <= MAX_STEP_WORDS
    return Inside(
        result=result,
        centroid_bound=transport.centroid_bound(result.weights_a, x, result.weights_b, y),
        relaxed_bound=transport.relaxed_bound(result.weights_a, result.weights_b, result.cost),
        solution=transport_steps(result.weights_a, result.weights_b, result.cost) if small else None,
    )
