"""SQL as a sketch, where a sketch can say it: what a hand-edited or generated query means in blanks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import sqlglot
from sqlglot import exp

from core.text2sql.sketch import (
    ALL,
    Aggregate,
    Arithmetic,
    Condition,
    Connective,
    Expr,
    Operator,
    Order,
    Sketch,
    Term,
    Value,
)

_COMPARE: dict[type[exp.Expr], Operator] = {
    exp.EQ: "=",
    exp.NEQ: "!=",
    exp.GT: ">",
    exp.LT: "<",
    exp.GTE: ">=",
    exp.LTE: "<=",
}
_FLIP: dict[Operator, Operator] = {"=": "=", "!=": "!=", ">": "<", "<": ">", ">=": "<=", "<=": ">="}
_ARITHMETIC: dict[type[exp.Expr], Arithmetic] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}
_AGGREGATE: dict[type[exp.Expr], Aggregate] = {
    exp.Avg: "AVG",
    exp.Max: "MAX",
    exp.Min: "MIN",
    exp.Sum: "SUM",
    exp.Count: "COUNT",
}


class NotASketch(ValueError):
    """The query has a part that no sketch can say."""


def parse(
    sql: str, columns: Mapping[str, int], today: date, dialect: str = "duckdb", parser: type[Parser] | None = None
) -> Sketch:
    """The sketch of a query over one table; `columns`: lower-case name → index.

    Raises:
        NotASketch: it is none.
    """
    try:
        tree = sqlglot.parse_one(sql.strip().rstrip("; "), read=dialect)
    except sqlglot.errors.SqlglotError as error:
        raise NotASketch(str(error)) from error
    if not isinstance(tree, exp.Select) or tree.args.get("joins"):
        raise NotASketch(type(tree).__name__)
    return (parser or Parser)(columns, today).select(tree)


class Parser:
    """Turns a SELECT into a sketch; a data set with ways of its own overrides `stretches`."""

    def __init__(self, columns: Mapping[str, int], today: date) -> None:
        self.columns = columns
        self.today = today

    def select(self, tree: exp.Select) -> Sketch:
        source = tree.args["from_"].this if "from_" in tree.args else tree.args["from"].this
        shortlist = self.shortlist(source) if isinstance(source, exp.Subquery) else None
        conditions: list[Condition] = []
        connective: Connective = "and"
        ties: Order | None = None
        inner = source.this if isinstance(source, exp.Subquery) else tree
        if where := tree.args.get("where") or inner.args.get("where"):
            connective, parts = _flatten(where.this)
            for part in self.stretches(parts):
                if isinstance(part, Condition):
                    conditions.append(part)
                elif (extreme := self.extreme(part)) is not None:
                    ties = extreme
                else:
                    conditions.extend(self.predicate(part))
        if having := tree.args.get("having"):
            _, parts = _flatten(having.this)
            for part in parts:
                conditions.extend(self.predicate(part))
        order, limit = ties, None
        if by := tree.args.get("order"):
            if len(by.expressions) != 1:
                raise NotASketch("several orders")
            one = by.expressions[0]
            order = Order(self.term(one.this), bool(one.args.get("desc")))
        if found := tree.args.get("limit"):
            limit = int(found.expression.this)
        group = tree.args.get("group")
        return Sketch(
            select=tuple(self.term(_plain(e)) for e in tree.expressions),
            distinct=bool(tree.args.get("distinct")),
            conditions=tuple(conditions),
            connective=connective,
            group=tuple(self.column(e) for e in group.expressions) if group else (),
            order=order,
            limit=limit,
            ties=ties is not None,
            shortlist=shortlist,
        )

    def stretches(self, parts: list[exp.Expr]) -> list[exp.Expr | Condition]:
        """The parts of a WHERE, where some may be conditions already."""
        return list(parts)

    def shortlist(self, source: exp.Subquery) -> tuple[Order, int]:
        inner = source.this
        if not (inner.args.get("order") and inner.args.get("limit")):
            raise NotASketch("subquery")
        one = inner.args["order"].expressions[0]
        return Order(self.term(one.this), bool(one.args.get("desc"))), int(inner.args["limit"].expression.this)

    def extreme(self, part: exp.Expr) -> Order | None:
        """column = (SELECT MAX(column) FROM t), or IN: the rows with the highest value."""
        inner = part.args.get("query") if isinstance(part, exp.In) else part.args.get("expression")
        if not isinstance(part, exp.In | exp.EQ) or not isinstance(inner, exp.Subquery):
            return None
        highest = inner.this.expressions[0]
        if not isinstance(highest, exp.Max | exp.Min):
            return None
        return Order(self.term(part.this), isinstance(highest, exp.Max))

    def column(self, node: exp.Expr) -> int:
        if isinstance(node, exp.Star):
            return ALL
        if not isinstance(node, exp.Column) or node.name.lower() not in self.columns:
            raise NotASketch(f"column {node.sql()}")
        return self.columns[node.name.lower()]

    def expr(self, node: exp.Expr) -> Expr:
        node = node.unnest()
        if type(node) in _ARITHMETIC:
            right = node.expression.unnest()
            return Expr(
                self.column(node.this.unnest()),
                _ARITHMETIC[type(node)],
                self.column(right.this if isinstance(right, exp.Nullif) else right),
            )
        return Expr(self.column(node))

    def term(self, node: exp.Expr) -> Term:
        node = node.unnest()
        if type(node) in _AGGREGATE:
            inner = node.this
            if isinstance(inner, exp.Distinct):
                return Term(self.expr(inner.expressions[0]), "COUNT_DISTINCT")
            return Term(self.expr(inner), _AGGREGATE[type(node)])
        return Term(self.expr(node))

    def predicate(self, node: exp.Expr) -> list[Condition]:
        node = node.unnest()
        negated = isinstance(node, exp.Not)
        if negated:
            node = node.this.unnest()
        if isinstance(node, exp.Between):
            term = self.term(node.this)
            low, high = _value(node.args["low"]), _value(node.args["high"])
            return [Condition(term, ">=", low), Condition(term, "<=", high)]
        if isinstance(node, exp.In):
            term = self.term(node.this)
            return [Condition(term, "!=" if negated else "=", _value(e)) for e in node.expressions]
        if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
            return [Condition(self.term(node.this), "not_null" if negated else "is_null")]
        if isinstance(node, exp.Like | exp.ILike):
            return [self.like(node, negated)]
        if type(node) not in _COMPARE or negated:
            raise NotASketch(node.sql())
        return [self.compare(node)]

    def like(self, node: exp.Like | exp.ILike, negated: bool) -> Condition:
        pattern = node.expression.this
        operator: Operator = "contains" if pattern.startswith("%") and pattern.endswith("%") else "starts"
        if pattern.startswith("%") and not pattern.endswith("%"):
            operator = "ends"
        if negated and operator != "contains":
            raise NotASketch("NOT LIKE at an end")
        text = pattern.strip("%")
        return Condition(self.term(node.this), "not_contains" if negated else operator, Value("text", text))

    def compare(self, node: exp.Expr) -> Condition:
        operator = _COMPARE[type(node)]
        left, right = node.this.unnest(), node.expression.unnest()
        if isinstance(left, exp.Literal):
            left, right, operator = right, left, _FLIP[operator]
        if isinstance(left, exp.Sub) and left.this.name == "TIME_NOW":
            # SPDB: the years since a date.
            return Condition(
                Term(Expr(self.column(left.expression))), operator, Value("age", "year", float(right.this), self.today)
            )
        if isinstance(right, exp.Select) and isinstance(right.expressions[0], exp.Avg):
            return Condition(self.term(left), operator, Value("average"))
        if isinstance(left, exp.Extract) and left.name.upper() == "MONTH":
            return Condition(self.term(left.expression), operator, Value("month", number=float(right.this)))
        if isinstance(right, exp.Column):
            return Condition(self.term(left), operator, Value("column", number=float(self.column(right))))
        return Condition(self.term(left), operator, _value(right))


def _plain(node: exp.Expr) -> exp.Expr:
    return node.this if isinstance(node, exp.Alias) else node


def _flatten(node: exp.Expr) -> tuple[Connective, list[exp.Expr]]:
    """The parts of a chain of AND or of OR; a mixture is no sketch."""
    node = node.unnest()
    if isinstance(node, exp.And | exp.Or):
        kind = type(node)
        parts: list[exp.Expr] = []
        for side in (node.this, node.expression):
            inner = side.unnest()
            if isinstance(inner, exp.And | exp.Or) and not isinstance(inner, kind):
                raise NotASketch("and with or")
            parts.extend(_flatten(inner)[1] if isinstance(inner, kind) else [inner])
        return ("or" if kind is exp.Or else "and"), parts
    return "and", [node]


def _value(node: exp.Expr) -> Value:
    node = node.unnest()
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
        return Value("number", number=-float(node.this.this))
    if isinstance(node, exp.Cast) and node.to.this == exp.DataType.Type.DATE and node.this.is_string:
        begin = date.fromisoformat(node.this.this)
        return Value("date", begin=begin, until=begin + timedelta(1))
    if not isinstance(node, exp.Literal):
        raise NotASketch(node.sql())
    return Value("text", node.this) if node.is_string else Value("number", number=float(node.this))
