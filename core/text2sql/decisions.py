"""From the heads' probabilities to sketches, the likeliest first.

Every head is a decision of its own. The best sketch takes the best option of each; the alternatives take the second
best of the decisions that were close. `assemble` puts the options together.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.text2sql.assemble import Array, Chosen, Key, Scores, assemble, log_softmax
from core.text2sql.encoding import SPECIAL_COLUMNS
from core.text2sql.linking import LIMIT, Candidate, Linker
from core.text2sql.model import DIRECTIONS, EXPRESSIONS, LIMITS, NULLS, OPS
from core.text2sql.sketch import AGGREGATES, Sketch

_FLIPS = 10  # close decisions tried the other way round
_TAG_FLOOR = 0.35


@dataclass(frozen=True)
class Decision:
    """One blank: what it is about, and its options as (log-probability, what is filled in), the likeliest first."""

    key: Key
    options: tuple[tuple[float, Any], ...]


@dataclass(frozen=True)
class Ranked:
    """A sketch with its probability: the product of its decisions'. `linked`: candidate of each condition, or None."""

    sketch: Sketch
    probability: float
    linked: tuple[Candidate | None, ...]


def pieces(tags: Array, start: int, end: int) -> list[tuple[int, int]]:
    """Pieces [start, end) of the question that the tagger takes for values, from logits `tags` [L, 3] of the sequence,
    where the question is [start, end); offsets in the question."""
    probabilities = _softmax(tags[start:end])
    found: list[tuple[int, int]] = []
    i = 0
    while i < len(probabilities):
        if probabilities[i, 1] >= _TAG_FLOOR:
            j = i + 1
            while j < len(probabilities) and probabilities[j, 2] > max(probabilities[j, 0], probabilities[j, 1]):
                j += 1
            found.append((i, j))
            i = j
        else:
            i += 1
    return found


def decisions(logits: Mapping[str, Array], candidates: Sequence[Candidate]) -> list[Decision]:
    """The decisions of one question; `logits` by the names of `model.Logits`, without their batch axis."""
    found: list[Decision] = []
    n = logits["select"].shape[0]

    def decide(key: Key, values: Array, names: Sequence[Any]) -> None:
        logs = log_softmax(values)
        found.append(
            Decision(key, tuple(sorted(((float(p), x) for p, x in zip(logs, names, strict=True)), key=lambda o: -o[0])))
        )

    def yes_no(key: Key, value: float) -> None:
        surer, other = (True, False) if value > 0 else (False, True)
        doubt = math.log1p(math.exp(-abs(value)))
        found.append(Decision(key, ((-doubt, surer), (-doubt - abs(value), other))))

    for slot in range(n):
        if slot == SPECIAL_COLUMNS.index(LIMIT):
            continue
        for a, aggregate in enumerate(AGGREGATES):
            yes_no(("select", slot, aggregate), float(logits["select"][slot, a]))
        yes_no(("group", slot), float(logits["group"][slot]))
        decide(("null", slot), logits["null"][slot], NULLS)
    slots = [s for s in range(n) if s != SPECIAL_COLUMNS.index(LIMIT)]
    for name in ("order", "shortlist"):
        # At most one column orders: every column against nobody.
        logs = log_softmax(logits[name])
        none = float(sum(logs[s, 0] for s in slots))
        options: list[tuple[float, Any]] = [(none, None)]
        for s in slots:
            rest = none - float(logs[s, 0])
            options += [(rest + float(logs[s, d]), (s, DIRECTIONS[d])) for d in (1, 2)]
        options.sort(key=lambda o: -o[0])
        total = math.log(sum(math.exp(p) for p, _ in options))
        found.append(Decision((name,), tuple((p - total, o) for p, o in options[:6])))
    for slot in slots:
        decide(("order_aggregate", slot), logits["order_aggregate"][slot], AGGREGATES)
    decide(("limit",), logits["limit"], LIMITS)
    decide(("expression",), logits["expression"], EXPRESSIONS)
    yes_no(("distinct",), float(logits["distinct"]))
    yes_no(("either",), float(logits["either"]))
    for i, c in enumerate(candidates):
        allowed = _allowed(c)
        decide(("op", i), np.where(allowed, logits["op"][i], -1e4).astype(np.float32), OPS)
        decide(("having", i), logits["having"][i], AGGREGATES)
    return found


def _allowed(c: Candidate) -> NDArray[np.bool_]:
    """Which operators make sense for a candidate's value."""
    if c.column == LIMIT:
        names: tuple[str, ...] = ("none", "=", "!=")
    elif c.value.kind == "text":
        names = (
            ("none", "=", "!=")
            if c.source != "text"
            else ("none", "=", "!=", "starts", "ends", "contains", "not_contains")
        )
    else:
        names = ("none", "=", "!=", ">", "<", ">=", "<=")
    return np.array([op in names for op in OPS])


def rank(
    blanks: Sequence[Decision],
    logits: Mapping[str, Array],
    candidates: Sequence[Candidate],
    linker: Linker,
    question: str,
    most: int = 4,
) -> list[Ranked]:
    """The likeliest sketches of `decisions(logits, candidates)`, at most `most`, all different."""
    places = [[start for start, _, _ in mine] for mine in linker.mentions(question)]
    best = {d.key: d.options[0][1] for d in blanks}
    relevant = [d for d in blanks if _matters(d, best)]
    total = sum(d.options[0][0] for d in relevant)
    flips: list[tuple[float, Key, Any]] = []
    for d in relevant:
        flips += [(d.options[0][0] - p, d.key, o) for p, o in d.options[1:3]]
    flips.sort(key=lambda f: f[0])
    trials: list[tuple[float, dict[Key, Any]]] = [(0.0, {})]
    trials += [(cost, {key: option}) for cost, key, option in flips[:_FLIPS]]
    for (c1, k1, o1), (c2, k2, o2) in combinations(flips[:5], 2):
        if k1 != k2:
            trials.append((c1 + c2, {k1: o1, k2: o2}))
    trials.sort(key=lambda t: t[0])
    ranked: list[Ranked] = []
    seen: set[Sketch] = set()
    scores = Scores(logits)
    for cost, changed in trials:
        sketch, linked = assemble(best | changed, scores, candidates, places)
        if sketch not in seen:
            seen.add(sketch)
            ranked.append(Ranked(sketch, math.exp(min(0.0, total - cost)), linked))
        if len(ranked) == most:
            break
    return ranked


def _matters(d: Decision, best: Chosen) -> bool:
    """Whether a decision shows in the sketch: the aggregate of an order only where there is that order."""
    kind = d.key[0]
    if kind == "order_aggregate":
        return best[("order",)] is not None and best[("order",)][0] == d.key[1]
    if kind == "having":
        return bool(best[("op", d.key[1])] != "none")
    return True


def _softmax(x: Array) -> Array:
    e = np.exp(x - x.max(-1, keepdims=True))
    found: Array = e / e.sum(-1, keepdims=True)
    return found
