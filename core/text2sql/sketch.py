"""The filled form of a question over one table: what is selected, under which conditions, in which order.

Sketch filling is the way of the post 基于Bert的NL2SQL模型 (spaces.ac.cn/archives/6771), which selects columns with
aggregates and joins conditions by and/or; ours has grouping, ordering, limits, arithmetic between two columns and a
shortlist (the cheapest of the five best-selling) besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Literal, TypeVar

from core.errors import InputError

Aggregate = Literal["", "AVG", "MAX", "MIN", "COUNT", "SUM", "COUNT_DISTINCT"]
Operator = Literal["=", "!=", ">", "<", ">=", "<=", "starts", "ends", "contains", "not_contains", "is_null", "not_null"]
Arithmetic = Literal["", "+", "-", "*", "/"]
Connective = Literal["and", "or"]
Kind = Literal["text", "number", "date", "month", "age", "average", "column"]
AGGREGATES: tuple[Aggregate, ...] = ("", "AVG", "MAX", "MIN", "COUNT", "SUM", "COUNT_DISTINCT")
OPERATORS: tuple[Operator, ...] = (
    "=", "!=", ">", "<", ">=", "<=", "starts", "ends", "contains", "not_contains", "is_null", "not_null",
)  # fmt: skip
ARITHMETIC: tuple[Arithmetic, ...] = ("", "+", "-", "*", "/")
KINDS: tuple[Kind, ...] = ("text", "number", "date", "month", "age", "average", "column")
# Stands for every column: SELECT *, COUNT(*).
ALL = -1
Name = TypeVar("Name", bound=str)


@dataclass(frozen=True)
class Expr:
    """A column by its index in the table, or `ALL`, or arithmetic between two columns."""

    column: int
    arithmetic: Arithmetic = ""
    other: int | None = None


@dataclass(frozen=True)
class Term:
    """An expression, aggregated or not."""

    expr: Expr
    aggregate: Aggregate = ""


@dataclass(frozen=True)
class Value:
    """What a column is compared with.

    text: `text`. number: `number`. date: from `begin` up to and without `until`. month: every year's month `number`.
    age: as long ago as `number` units of `text` ("year", "month", "day"; "year_number" in a column of years), counted
    back from `begin`. average: the
    column's own mean. column: the column of index `number`.
    """

    kind: Kind
    text: str = ""
    number: float | None = None
    begin: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Condition:
    """`term operator value`; with an aggregate it is a condition on groups (HAVING)."""

    term: Term
    operator: Operator
    value: Value | None = None


@dataclass(frozen=True)
class Order:
    term: Term
    descending: bool = True


@dataclass(frozen=True)
class Sketch:
    """`limit` rows of the order, with `ties` every row as high as the last of them; `shortlist`: only the first n rows
    of another order are looked at."""

    select: tuple[Term, ...]
    distinct: bool = False
    conditions: tuple[Condition, ...] = ()
    connective: Connective = "and"
    group: tuple[int, ...] = ()
    order: Order | None = None
    limit: int | None = None
    ties: bool = False
    shortlist: tuple[Order, int] | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; columns as indices, dates as ISO strings."""
        found: dict[str, Any] = asdict(self)
        for condition in found["conditions"]:
            for name in ("begin", "until"):
                if condition["value"] and condition["value"][name]:
                    condition["value"][name] = condition["value"][name].isoformat()
        if self.shortlist:
            found["shortlist"] = {"order": found["shortlist"][0], "limit": self.shortlist[1]}
        return found


def from_dict(found: Mapping[str, Any], columns: int) -> Sketch:
    """The sketch of `to_dict()`'s JSON over a table of `columns` columns.

    Raises:
        InputError: it is not such JSON, or names columns that are not there.
    """
    try:
        sketch = _sketch(found)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError("查询草图的格式不对", "this is no valid query sketch") from error
    if not sketch.select or any(not ALL <= i < columns for i in used_columns(sketch)):
        raise InputError("查询草图里的列不存在", "the sketch names columns that the table does not have")
    return sketch


def _sketch(found: Mapping[str, Any]) -> Sketch:
    shortlist = found.get("shortlist")
    connective = found.get("connective", "and")
    limit = found.get("limit")
    if connective not in ("and", "or"):
        raise ValueError(connective)
    return Sketch(
        select=tuple(_term(t) for t in found["select"]),
        distinct=bool(found.get("distinct")),
        conditions=tuple(
            Condition(_term(c["term"]), _one_of(c["operator"], OPERATORS), _value(c.get("value")))
            for c in found.get("conditions") or ()
        ),
        connective=connective,
        group=tuple(int(i) for i in found.get("group") or ()),
        order=_order(found["order"]) if found.get("order") else None,
        limit=None if limit is None else max(1, int(limit)),
        ties=bool(found.get("ties")),
        shortlist=(_order(shortlist["order"]), max(1, int(shortlist["limit"]))) if shortlist else None,
    )


def _one_of(name: object, names: tuple[Name, ...]) -> Name:
    for known in names:
        if name == known:
            return known
    raise ValueError(name)


def _term(found: Mapping[str, Any]) -> Term:
    expr, other = found["expr"], found["expr"].get("other")
    return Term(
        Expr(
            int(expr["column"]),
            _one_of(expr.get("arithmetic", ""), ARITHMETIC),
            None if other is None else int(other),
        ),
        _one_of(found.get("aggregate", ""), AGGREGATES),
    )


def _order(found: Mapping[str, Any]) -> Order:
    return Order(_term(found["term"]), bool(found.get("descending", True)))


def _value(found: Mapping[str, Any] | None) -> Value | None:
    if found is None:
        return None
    number = found.get("number")
    begin, until = (date.fromisoformat(found[n]) if found.get(n) else None for n in ("begin", "until"))
    return Value(
        _one_of(found["kind"], KINDS),
        str(found.get("text") or ""),
        None if number is None else float(number),
        begin,
        until,
    )


def terms(sketch: Sketch) -> list[Term]:
    """Every term of `sketch`, in the order of its parts."""
    found = [*sketch.select, *(c.term for c in sketch.conditions)]
    if sketch.order:
        found.append(sketch.order.term)
    if sketch.shortlist:
        found.append(sketch.shortlist[0].term)
    return found


def used_columns(sketch: Sketch) -> set[int]:
    """Indices of the columns that `sketch` names; `ALL` where it names every column."""
    found = set(sketch.group)
    for term in terms(sketch):
        found.add(term.expr.column)
        if term.expr.other is not None:
            found.add(term.expr.other)
    for condition in sketch.conditions:
        if condition.value and condition.value.kind == "column":
            found.add(int(condition.value.number or 0))
    return found


def renumbered(sketch: Sketch, place: Mapping[int, int]) -> Sketch:
    """The sketch with column i as column `place[i]`."""
    place = {**place, ALL: ALL}

    def term(t: Term) -> Term:
        other = None if t.expr.other is None else place[t.expr.other]
        return replace(t, expr=replace(t.expr, column=place[t.expr.column], other=other))

    def value(v: Value | None) -> Value | None:
        return replace(v, number=float(place[int(v.number or 0)])) if v and v.kind == "column" else v

    def order(o: Order) -> Order:
        return replace(o, term=term(o.term))

    return replace(
        sketch,
        select=tuple(map(term, sketch.select)),
        conditions=tuple(replace(c, term=term(c.term), value=value(c.value)) for c in sketch.conditions),
        group=tuple(place[g] for g in sketch.group),
        order=order(sketch.order) if sketch.order else None,
        shortlist=(order(sketch.shortlist[0]), sketch.shortlist[1]) if sketch.shortlist else None,
    )
