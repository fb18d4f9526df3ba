"""What a query selects, compares and orders by, as forms."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from sqlglot import exp

from core.text2sql.form import Column, Constant, Form, Node
from core.text2sql.form_values import MONTH_FORMAT, SPANS, UNITS

_ARITHMETIC: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}
_SPANS = {unit: word for word, unit in SPANS.items()}
_UNITS = {unit: word for word, unit in UNITS.items()}
ONE = Constant(1.0)


class NotAForm(ValueError):
    """The query has a part that no form can say."""


class ValueParser(ABC):
    """Reads expressions over the columns `names`; what they need of whole queries, those who read these have."""

    def __init__(self, names: Sequence[str]) -> None:
        self.columns = {name.lower(): i for i, name in reversed(list(enumerate(names)))}
        self.tables: set[str] | None = None
        self.named: dict[str, exp.Expr] = {}

    @abstractmethod
    def condition(self, node: exp.Expr) -> Form:
        """A condition as a form."""

    @abstractmethod
    def in_brackets(self, tree: exp.Expr) -> Form:
        """A query that gives one value."""

    @abstractmethod
    def by(self, node: exp.Expr, results: list[Form] | None = None) -> Node:
        """A key that rows are ordered by, with its direction."""

    def check(self, node: exp.Expr, known: set[str]) -> None:
        for key, value in node.args.items():
            if value and key not in known:
                raise NotAForm(f"{type(node).__name__} with {key}")

    @contextmanager
    def scope(self, source: exp.Expr | None) -> Iterator[None]:
        """Columns that say their table must mean `source` then: no query looks at the row around it."""
        before = self.tables
        if isinstance(source, exp.Table):
            self.check(source, {"this", "alias", "db", "catalog"})
        elif source is not None and not isinstance(source, exp.Subquery):
            raise NotAForm(f"FROM {type(source).__name__}")
        self.tables = {source.alias_or_name.lower()} if source is not None else set()
        yield
        self.tables = before

    @contextmanager
    def aliases(self, tree: exp.Select, more: bool = False) -> Iterator[None]:
        before = self.named
        found = {e.alias.lower(): e.this for e in tree.expressions if isinstance(e, exp.Alias)}
        self.named = before | found if more else found
        yield
        self.named = before

    def table_of(self, tree: exp.Select) -> exp.Expr:
        if not tree.args.get("from_"):
            raise NotAForm("no FROM")
        found: exp.Expr = tree.args["from_"].this
        return found

    def alias(self, node: exp.Expr) -> Form | None:
        """What the query itself calls by this name."""
        inner = self.named.get(node.name.lower()) if isinstance(node, exp.Column) and not node.table else None
        if inner is None or inner == node:
            return None
        before = self.named
        self.named = {}
        found = self.value(inner)
        self.named = before
        return found

    def value(self, node: exp.Expr) -> Form:
        node = node.unnest()
        if isinstance(node, exp.Subquery):
            return self.in_brackets(node.this)
        if isinstance(node, exp.Select):
            return self.in_brackets(node)
        if isinstance(node, exp.Column):
            return self.column(node)
        for way in self.ways():
            if (found := way(node)) is not None:
                return found
        raise NotAForm(node.sql()[:200])

    def ways(self) -> Sequence[Callable[[exp.Expr], Form | None]]:
        """Readers of expressions; the first that knows one has it."""
        return (self.constant, self.arithmetic, self.dates, self.function)

    def column(self, node: exp.Column) -> Form:
        if node.table and self.tables is not None and node.table.lower() not in self.tables:
            raise NotAForm("a query that looks at the row around it")
        if node.name.lower() in self.columns:
            return Column(self.columns[node.name.lower()])
        if (found := self.alias(node)) is not None:
            return found
        raise NotAForm(f"no column {node.name}")

    def constant(self, node: exp.Expr) -> Form | None:
        if isinstance(node, exp.Neg):
            inner = self.value(node.this)
            if isinstance(inner, Constant) and isinstance(inner.value, float):
                return Constant(-inner.value)
            return Node("-", (Constant(0.0), inner))
        if isinstance(node, exp.Literal):
            return Constant(node.this) if node.is_string else _number(node.this)
        if isinstance(node, exp.Cast) and node.to.this == exp.DataType.Type.DATE and node.this.is_string:
            try:
                return Constant(date.fromisoformat(node.this.this))
            except ValueError as error:
                raise NotAForm(node.sql()) from error
        return None

    def number(self, node: exp.Expr) -> Constant:
        found = self.value(node)
        if isinstance(found, Constant) and isinstance(found.value, float):
            return found
        raise NotAForm(f"{node.sql()} is no number")

    def arithmetic(self, node: exp.Expr) -> Form | None:
        if type(node) not in _ARITHMETIC:
            return None
        if isinstance(node.args["expression"].unnest(), exp.Interval):
            return None
        word = _ARITHMETIC[type(node)]
        left, right = self.value(node.this), self.value(node.args["expression"])
        if word == "+":
            return _added((*_addends(left), *_addends(right)))
        if word == "*" and ONE in (left, right):
            return right if left == ONE else left
        return Node(word, (left, right))

    def dates(self, node: exp.Expr) -> Form | None:
        if isinstance(node, exp.DateDiff):
            unit = (node.text("unit") or "DAY").upper()
            if unit not in _SPANS:
                raise NotAForm(f"date_diff in {unit}")
            return Node(_SPANS[unit], (self.value(node.args["expression"]), self.value(node.this)))
        if isinstance(node, exp.TimeToStr) and node.text("format") == MONTH_FORMAT:
            return Node("year_month", (self.value(node.this),))
        if isinstance(node, exp.Extract):
            part = {"dow": "weekday", "dayofweek": "weekday"}.get(node.name.lower(), node.name.lower())
            if part not in ("year", "month", "quarter", "day", "weekday"):
                raise NotAForm(f"extract {part}")
            return Node(part, (self.value(node.args["expression"]),))
        if isinstance(node, exp.CurrentDate):
            return Node("today")
        interval = node.args.get("expression") if isinstance(node, exp.Add | exp.Sub) else None
        interval = interval.unnest() if interval else None
        if not isinstance(interval, exp.Interval):
            return None
        unit = interval.text("unit").upper().rstrip("S")
        word = f"{'minus' if isinstance(node, exp.Sub) else 'plus'}_{_UNITS.get(unit, '')}"
        if unit not in _UNITS or not isinstance(interval.this, exp.Literal):
            raise NotAForm(interval.sql())
        return Node(word, (self.value(node.this), _number(interval.this.this)))

    def function(self, node: exp.Expr) -> Form | None:
        if isinstance(node, exp.Greatest | exp.Least):
            word = "greatest" if isinstance(node, exp.Greatest) else "least"
            return Node(word, tuple(self.value(e) for e in (node.this, *node.expressions)))
        if isinstance(node, exp.Round):
            return Node(
                "round", (self.value(node.this), self.number(node.args.get("decimals") or exp.Literal.number(0)))
            )
        if isinstance(node, exp.Coalesce) and len(node.expressions) == 1:
            value, other = self.value(node.this), self.value(node.expressions[0])
            return Node("or_zero", (value,)) if other == Constant(0.0) else Node("if_null", (value, other))
        if isinstance(node, exp.Left | exp.Right):
            word = "left" if isinstance(node, exp.Left) else "right"
            return Node(word, (self.value(node.this), self.number(node.args["expression"])))
        if isinstance(node, exp.Substring):
            return self.substring(node)
        if isinstance(node, exp.Case):
            return self.case(node)
        if isinstance(node, exp.Nullif) and self.value(node.expression) == Constant(0.0):
            # A guard against a division by zero, which gives no row worth having either way.
            return self.value(node.this)
        if isinstance(node, exp.Cast) and node.to.this in exp.DataType.REAL_TYPES:
            inner = self.value(node.this)
            return Node("as_number", (inner,)) if isinstance(node, exp.TryCast) else inner
        return None

    def substring(self, node: exp.Substring) -> Form:
        value, start, length = self.value(node.this), node.args.get("start"), node.args.get("length")
        if not start or not length:
            raise NotAForm(node.sql())
        begin, width = self.number(start), self.number(length)
        return Node("left", (value, width)) if begin == ONE else Node("substr", (value, begin, width))

    def case(self, node: exp.Case) -> Form:
        default = node.args.get("default")
        if node.this or len(node.args["ifs"]) != 1 or default is None:
            raise NotAForm(node.sql()[:200])
        one = node.args["ifs"][0]
        return Node("if", (self.condition(one.this), self.value(one.args["true"]), self.value(default)))


def _number(text: str) -> Constant:
    value = float(text)
    if value == int(value) and text.isdigit() and int(text) != int(value):
        raise NotAForm(f"{text} is too long a number")
    return Constant(value)


def _addends(form: Form) -> tuple[Form, ...]:
    return form.args if isinstance(form, Node) and form.word in ("+", "plus") else (form,)


def _added(parts: tuple[Form, ...]) -> Form:
    return Node("+" if len(parts) == 2 else "plus", parts)
