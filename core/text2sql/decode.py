"""From the heads' probabilities to sketches, the likeliest first.

Every head is a decision of its own. The best sketch takes the best option of each; the alternatives take the second
best of the decisions that were close. What no SQL could mean (an aggregate beside a column without a group) is mended.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.text2sql.encoding import SPECIAL_COLUMNS
from core.text2sql.linking import EXPR, LIMIT, Candidate, Linker
from core.text2sql.model import DIRECTIONS, EXPRESSIONS, LIMITS, NULLS, OPS
from core.text2sql.sketch import AGGREGATES, ALL, Aggregate, Condition, Expr, Order, Sketch, Term, Value

Array = NDArray[np.float32]
_FLIPS = 10  # close decisions tried the other way round
_TAG_FLOOR = 0.35
# One value compared with two columns (both above 10) is rarer than a model in doubt between them.
_SURE = math.log(0.9)
_POSSIBLE = math.log(0.05 / 0.95)


@dataclass(frozen=True)
class Decision:
    """One blank: what it is about, and its options as (log-probability, what is filled in), the likeliest first."""

    key: tuple[Hashable, ...]
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

    def decide(key: tuple[Hashable, ...], values: Array, names: Sequence[Any]) -> None:
        logs = _log_softmax(values)
        found.append(
            Decision(key, tuple(sorted(((float(p), x) for p, x in zip(logs, names, strict=True)), key=lambda o: -o[0])))
        )

    def yes_no(key: tuple[Hashable, ...], value: float) -> None:
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
        logs = _log_softmax(logits[name])
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
    flips: list[tuple[float, tuple[Hashable, ...], Any]] = []
    for d in relevant:
        flips += [(d.options[0][0] - p, d.key, o) for p, o in d.options[1:3]]
    flips.sort(key=lambda f: f[0])
    trials: list[tuple[float, dict[tuple[Hashable, ...], Any]]] = [(0.0, {})]
    trials += [(cost, {key: option}) for cost, key, option in flips[:_FLIPS]]
    for (c1, k1, o1), (c2, k2, o2) in combinations(flips[:5], 2):
        if k1 != k2:
            trials.append((c1 + c2, {k1: o1, k2: o2}))
    trials.sort(key=lambda t: t[0])
    ranked: list[Ranked] = []
    seen: set[Sketch] = set()
    scores = _Scores(logits)
    for cost, changed in trials:
        sketch, linked = assemble(best | changed, scores, candidates, places)
        if sketch not in seen:
            seen.add(sketch)
            ranked.append(Ranked(sketch, math.exp(min(0.0, total - cost)), linked))
        if len(ranked) == most:
            break
    return ranked


def _matters(d: Decision, best: Mapping[tuple[Hashable, ...], Any]) -> bool:
    """Whether a decision shows in the sketch: the aggregate of an order only where there is that order."""
    kind = d.key[0]
    if kind == "order_aggregate":
        return best[("order",)] is not None and best[("order",)][0] == d.key[1]
    if kind == "having":
        return bool(best[("op", d.key[1])] != "none")
    return True


class _Scores:
    """What `assemble` falls back on where a blank that must be filled was left empty."""

    def __init__(self, logits: Mapping[str, Array]) -> None:
        self.select = logits["select"]
        self.left, self.right = logits["left"], logits["right"]
        self.op = _log_softmax(logits["op"]) if len(logits["op"]) else logits["op"]
        self.order = _log_softmax(logits["order"])


def assemble(
    chosen: Mapping[tuple[Hashable, ...], Any],
    scores: _Scores,
    candidates: Sequence[Candidate],
    places: Sequence[Sequence[int]],
) -> tuple[Sketch, tuple[Candidate | None, ...]]:
    """The sketch of the chosen options, made consistent; `places`: per column where the question names it."""
    expression = _expression(chosen[("expression",)], scores)
    arithmetic = expression if expression and expression.arithmetic in ("+", "-", "*", "/") else None
    slots = scores.select.shape[0]

    def expr(slot: int) -> Expr | None:
        column = SPECIAL_COLUMNS[slot] if slot < len(SPECIAL_COLUMNS) else slot - len(SPECIAL_COLUMNS)
        return arithmetic if column == EXPR else None if column == LIMIT else Expr(column)

    select = _select(chosen, scores, expr, slots, places)
    group = tuple(s - len(SPECIAL_COLUMNS) for s in range(len(SPECIAL_COLUMNS), slots) if chosen[("group", s)])
    conditions, linked = _conditions(chosen, scores, candidates, expr, bool(group))
    if expression and arithmetic is None:
        operator: Any = expression.arithmetic
        conditions.append(
            Condition(Term(Expr(expression.column)), operator, Value("column", number=float(expression.other or 0)))
        )
        linked.append(None)
    order, limit, ties = _order(chosen, scores, candidates, expr)
    shortlist = _shortlist(chosen, scores, candidates, expr)
    if shortlist and order and limit is None:
        limit = 1
    if group and not _aggregates(select, conditions, order):
        select += _likeliest_aggregate(scores, expr, slots, select)
    sketch = Sketch(
        select,
        bool(chosen[("distinct",)]),
        tuple(conditions),
        "or" if chosen[("either",)] else "and",
        group,
        order,
        limit,
        ties and not shortlist,
        shortlist if order else None,
    )
    return _grouped(sketch), tuple(linked)


def _expression(name: str, scores: _Scores) -> Expr | None:
    """Arithmetic or comparison of the two likeliest columns."""
    first = len(SPECIAL_COLUMNS)
    if name == "none" or len(scores.left) - first < 2:
        return None
    left = int(scores.left[first:].argmax())
    right_scores = scores.right[first:].copy()
    right_scores[left] = -1e9
    sign: Any = name
    return Expr(left, sign, int(right_scores.argmax()))


def _select(
    chosen: Mapping[tuple[Hashable, ...], Any], scores: _Scores, expr: Any, slots: int, places: Sequence[Sequence[int]]
) -> tuple[Term, ...]:
    picked = [(s, a) for s in range(slots) for a in AGGREGATES if chosen.get(("select", s, a)) and expr(s) is not None]
    if not picked:
        fallback = scores.select.copy()
        for s in range(slots):
            if expr(s) is None:
                fallback[s] = -1e9
        best = divmod(int(fallback.argmax()), fallback.shape[1])
        picked = [(best[0], AGGREGATES[best[1]])]
    # A column is wanted as it stands or in sum, hardly both: then what is likelier.
    plain = {s: float(scores.select[s, 0]) for s, a in picked if not a}
    picked = [
        (s, a)
        for s, a in picked
        if a or not any(o == s and b and float(scores.select[s, AGGREGATES.index(b)]) > plain[s] for o, b in picked)
    ]
    # As the question names them; what it does not name stays in the table's order behind.
    asked = _asked_at([expr(s) for s, _ in picked], places)
    picked.sort(key=lambda p: (asked[expr(p[0])], p[0], AGGREGATES.index(p[1])))
    terms = [Term(expr(s), a) for s, a in picked if not (expr(s).column == ALL and a not in ("", "COUNT"))]
    whole = Term(Expr(ALL))
    if whole in terms and not any(t.aggregate for t in terms):
        return (whole,)
    terms = [t for t in terms if t != whole]
    return tuple(dict.fromkeys(terms)) or (whole,)


def _aggregates(select: Sequence[Term], conditions: Sequence[Condition], order: Order | None) -> bool:
    return any(t.aggregate for t in (*select, *(c.term for c in conditions), *((order.term,) if order else ())))


def _likeliest_aggregate(scores: _Scores, expr: Any, slots: int, select: Sequence[Term]) -> tuple[Term, ...]:
    """What is most likely wanted of each group, where something may be: groups alone are seldom asked for."""
    found = [
        (float(scores.select[s, a]), Term(expr(s), name))
        for s in range(slots)
        for a, name in enumerate(AGGREGATES)
        if name and expr(s) is not None and (expr(s).column != ALL or name == "COUNT")
    ]
    best, term = max(found, key=lambda f: f[0])
    return (term,) if best > _POSSIBLE and all(t.expr != term.expr for t in select) else ()


def _asked_at(wanted: Sequence[Expr], places: Sequence[Sequence[int]]) -> dict[Expr, int]:
    """Where the question asks for each expression. A column that is named twice, once in a condition, is asked for
    where the others are."""
    far = 10_000
    named = {e: places[e.column] if e.column != ALL else [] for e in wanted}
    once = [p[0] for p in named.values() if len(p) == 1]
    return {
        e: far if not p else min(p, key=lambda at: min((abs(at - other) for other in once), default=-at))
        for e, p in named.items()
    }


def _conditions(
    chosen: Mapping[tuple[Hashable, ...], Any],
    scores: _Scores,
    candidates: Sequence[Candidate],
    expr: Any,
    grouped: bool,
) -> tuple[list[Condition], list[Candidate | None]]:
    """Conditions by their place in the question; of text values that overlap, and of repeated conditions, the likeliest
    one."""
    found: list[tuple[float, Candidate, Condition]] = []
    limit = _limit_candidate(chosen, scores, candidates, "=")
    for i, c in enumerate(candidates):
        operator = chosen[("op", i)]
        if operator == "none" or c.column == LIMIT:
            continue
        aggregate: Aggregate = chosen[("having", i)] if grouped and c.value.kind == "number" else ""
        target = expr(SPECIAL_COLUMNS.index(c.column)) if c.column < 0 else Expr(c.column)
        if target is None or (c.column == ALL and aggregate != "COUNT"):
            continue
        score = float(scores.op[i, OPS.index(operator)])
        if limit is not None and candidates[limit].start == c.start and scores.op[limit, 1] > score:
            continue
        found.append((score, c, Condition(Term(target, aggregate), operator, c.value)))
    found.sort(key=lambda f: -f[0])
    kept: list[tuple[Candidate, Condition]] = []
    for score, c, condition in found:
        clash = any(
            k.start < c.end and c.start < k.end and (c.value.kind == "text" or k.column == c.column or score < _SURE)
            for k, _ in kept
        )
        if not clash and all(condition != other for _, other in kept):
            kept.append((c, condition))
    kept.sort(key=lambda k: (k[0].start, k[0].column))
    conditions, linked = [c for _, c in kept], [c for c, _ in kept]
    nulls = [
        Condition(Term(Expr(s - len(SPECIAL_COLUMNS))), chosen[("null", s)])
        for s in range(len(SPECIAL_COLUMNS), scores.select.shape[0])
        if chosen[("null", s)] != "none"
    ]
    return conditions + nulls, [*linked, *([None] * len(nulls))]


def _limit_candidate(
    chosen: Mapping[tuple[Hashable, ...], Any], scores: _Scores, candidates: Sequence[Candidate], operator: str
) -> int | None:
    mine = [i for i, c in enumerate(candidates) if c.column == LIMIT and chosen[("op", i)] == operator]
    return max(mine, key=lambda i: scores.op[i, OPS.index(operator)], default=None)


def _order(
    chosen: Mapping[tuple[Hashable, ...], Any], scores: _Scores, candidates: Sequence[Candidate], expr: Any
) -> tuple[Order | None, int | None, bool]:
    by, kind = chosen[("order",)], chosen[("limit",)]
    if by is not None and expr(by[0]) is None:
        by = None
    if by is None:
        return None, None, False
    aggregate = chosen[("order_aggregate", by[0])]
    target = expr(by[0])
    if target.column == ALL:
        aggregate = "COUNT"
    order = Order(Term(target, aggregate), by[1] == "desc")
    if kind == "none":
        return order, None, False
    if kind == "ties":
        return order, 1, True
    if kind == "one":
        return order, 1, False
    at = _limit_candidate(chosen, scores, candidates, "=")
    if at is None:
        mine = [i for i, c in enumerate(candidates) if c.column == LIMIT]
        at = max(mine, key=lambda i: scores.op[i, 1], default=None)
    return order, 1 if at is None else int(candidates[at].value.number or 1), False


def _shortlist(
    chosen: Mapping[tuple[Hashable, ...], Any], scores: _Scores, candidates: Sequence[Candidate], expr: Any
) -> tuple[Order, int] | None:
    by, at = chosen[("shortlist",)], _limit_candidate(chosen, scores, candidates, "!=")
    if by is None:
        return None
    if at is None:
        mine = [i for i, c in enumerate(candidates) if c.column == LIMIT]
        at = max(mine, key=lambda i: scores.op[i, 2], default=None)
    target = expr(by[0])
    if at is None or target is None or target.column == ALL:
        return None
    return Order(Term(target), by[1] == "desc"), int(candidates[at].value.number or 1)


def _grouped(sketch: Sketch) -> Sketch:
    """Beside an aggregate, columns are grouped by; a group shows what it is."""
    aggregated = [t for t in sketch.select if t.aggregate]
    plain = [t for t in sketch.select if not t.aggregate]
    by_aggregate = bool(sketch.order and sketch.order.term.aggregate)
    having = any(c.term.aggregate for c in sketch.conditions)
    if aggregated and plain:
        keys = [t.expr.column for t in plain if t.expr.other is None and t.expr.column != ALL]
        sketch = replace(sketch, group=tuple(dict.fromkeys([*sketch.group, *keys])))
        plain = [t for t in plain if t.expr.other is None and t.expr.column != ALL]
        return replace(sketch, select=tuple(t for t in sketch.select if t.aggregate or t in plain), ties=False)
    if (by_aggregate or having) and not aggregated and not sketch.group:
        keys = [t.expr.column for t in plain if t.expr.other is None and t.expr.column != ALL]
        sketch = replace(sketch, group=tuple(dict.fromkeys(keys)))
    if sketch.group and plain:
        kept = tuple(t for t in plain if t.expr.column in sketch.group and t.expr.other is None)
        sketch = replace(sketch, select=kept or tuple(Term(Expr(g)) for g in sketch.group))
        if sketch.order and not sketch.order.term.aggregate and sketch.order.term.expr.column not in sketch.group:
            sketch = replace(sketch, group=(), select=tuple(plain))
    if aggregated and not sketch.group and sketch.order:
        sketch = replace(sketch, order=None, limit=None, ties=False, shortlist=None)
    return replace(sketch, ties=sketch.ties and not sketch.group)


def _softmax(x: Array) -> Array:
    e = np.exp(x - x.max(-1, keepdims=True))
    found: Array = e / e.sum(-1, keepdims=True)
    return found


def _log_softmax(x: Array) -> Array:
    x = x.astype(np.float64)
    shifted = x - x.max(-1, keepdims=True)
    found: Array = (shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))).astype(np.float32)
    return found
