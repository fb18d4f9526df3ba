"""One sketch from one option for every blank, made consistent: what no SQL could mean is mended."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.text2sql.encoding import SPECIAL_COLUMNS
from core.text2sql.linking import EXPR, LIMIT, Candidate
from core.text2sql.model import OPS
from core.text2sql.sketch import AGGREGATES, ALL, ARITHMETIC, Aggregate, Condition, Expr, Order, Sketch, Term, Value

Array = NDArray[np.float32]
# What a decision is about: the name of the blank, then the slot or candidate.
Key = tuple[str | int, ...]
# What is filled in: a name, yes or no, or a slot with its direction, as the blank wants it.
Chosen = Mapping[Key, Any]
# The expressions that slots stand for, where they stand for one.
Slots = Mapping[int, Expr]
# One value compared with two columns (both above 10) is rarer than a model in doubt between them.
_SURE = math.log(0.9)
# The least that something is asked of a group, as a logit.
_POSSIBLE = math.log(0.05 / 0.95)


class Scores:
    """What `assemble` falls back on where a blank that must be filled was left empty."""

    def __init__(self, logits: Mapping[str, Array]) -> None:
        self.select = logits["select"]
        self.left, self.right = logits["left"], logits["right"]
        self.op = log_softmax(logits["op"]) if len(logits["op"]) else logits["op"]
        self.order = log_softmax(logits["order"])


def assemble(
    chosen: Chosen,
    scores: Scores,
    candidates: Sequence[Candidate],
    places: Sequence[Sequence[int]],
) -> tuple[Sketch, tuple[Candidate | None, ...]]:
    """The sketch of the chosen options, made consistent; `places`: per column where the question names it."""
    sign = chosen[("expression",)]
    pair = None if sign == "none" else _pair(scores)
    arithmetic = Expr(pair[0], sign, pair[1]) if pair and sign in ARITHMETIC else None
    slots = scores.select.shape[0]
    expr = {SPECIAL_COLUMNS.index(ALL): Expr(ALL)}
    if arithmetic:
        expr[SPECIAL_COLUMNS.index(EXPR)] = arithmetic
    expr |= {slot: Expr(slot - len(SPECIAL_COLUMNS)) for slot in range(len(SPECIAL_COLUMNS), slots)}
    select = _select(chosen, scores, expr, places)
    group = tuple(s - len(SPECIAL_COLUMNS) for s in range(len(SPECIAL_COLUMNS), slots) if chosen[("group", s)])
    conditions, linked = _conditions(chosen, scores, candidates, expr, bool(group))
    if pair and arithmetic is None:
        conditions.append(Condition(Term(Expr(pair[0])), sign, Value("column", number=float(pair[1]))))
        linked.append(None)
    order, limit, ties = _order(chosen, scores, candidates, expr)
    shortlist = _shortlist(chosen, scores, candidates, expr)
    if shortlist and order and limit is None:
        limit = 1
    if group and not _aggregates(select, conditions, order):
        select += _likeliest_aggregate(scores, expr, select)
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


def _pair(scores: Scores) -> tuple[int, int] | None:
    """The two columns that arithmetic or a comparison is likeliest to be of."""
    first = len(SPECIAL_COLUMNS)
    if len(scores.left) - first < 2:
        return None
    left = int(scores.left[first:].argmax())
    right_scores = scores.right[first:].copy()
    right_scores[left] = -1e9
    return left, int(right_scores.argmax())


def _select(chosen: Chosen, scores: Scores, expr: Slots, places: Sequence[Sequence[int]]) -> tuple[Term, ...]:
    picked = [(s, a) for s in expr for a in AGGREGATES if chosen.get(("select", s, a))]
    if not picked:
        fallback = scores.select.copy()
        for s in range(len(fallback)):
            if s not in expr:
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
    asked = _asked_at([expr[s] for s, _ in picked], places)
    picked.sort(key=lambda p: (asked[expr[p[0]]], p[0], AGGREGATES.index(p[1])))
    terms = [Term(expr[s], a) for s, a in picked if not (expr[s].column == ALL and a not in ("", "COUNT"))]
    whole = Term(Expr(ALL))
    if whole in terms and not any(t.aggregate for t in terms):
        return (whole,)
    terms = [t for t in terms if t != whole]
    return tuple(dict.fromkeys(terms)) or (whole,)


def _aggregates(select: Sequence[Term], conditions: Sequence[Condition], order: Order | None) -> bool:
    return any(t.aggregate for t in (*select, *(c.term for c in conditions), *((order.term,) if order else ())))


def _likeliest_aggregate(scores: Scores, expr: Slots, select: Sequence[Term]) -> tuple[Term, ...]:
    """What is most likely wanted of each group, where something may be: groups alone are seldom asked for."""
    found = [
        (float(scores.select[s, a]), Term(of, name))
        for s, of in expr.items()
        for a, name in enumerate(AGGREGATES)
        if name and (of.column != ALL or name == "COUNT")
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
    chosen: Chosen,
    scores: Scores,
    candidates: Sequence[Candidate],
    expr: Slots,
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
        target = expr.get(SPECIAL_COLUMNS.index(c.column)) if c.column < 0 else Expr(c.column)
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


def _limit_candidate(chosen: Chosen, scores: Scores, candidates: Sequence[Candidate], operator: str) -> int | None:
    mine = [i for i, c in enumerate(candidates) if c.column == LIMIT and chosen[("op", i)] == operator]
    return max(mine, key=lambda i: scores.op[i, OPS.index(operator)], default=None)


def _order(
    chosen: Chosen, scores: Scores, candidates: Sequence[Candidate], expr: Slots
) -> tuple[Order | None, int | None, bool]:
    by, kind = chosen[("order",)], chosen[("limit",)]
    if by is None or by[0] not in expr:
        return None, None, False
    aggregate = chosen[("order_aggregate", by[0])]
    target = expr[by[0]]
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
    chosen: Chosen, scores: Scores, candidates: Sequence[Candidate], expr: Slots
) -> tuple[Order, int] | None:
    by, at = chosen[("shortlist",)], _limit_candidate(chosen, scores, candidates, "!=")
    if by is None:
        return None
    if at is None:
        mine = [i for i, c in enumerate(candidates) if c.column == LIMIT]
        at = max(mine, key=lambda i: scores.op[i, 2], default=None)
    target = expr.get(by[0])
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


def log_softmax(x: Array) -> Array:
    x = x.astype(np.float64)
    shifted = x - x.max(-1, keepdims=True)
    found: Array = (shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))).astype(np.float32)
    return found
