"""What a form selects, compares and orders by, as nodes of a syntax tree."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date
from typing import Protocol

from sqlglot import exp

from core.text2sql.form import Column, Constant, Form, Node
from core.text2sql.grammar_rules import EVERY_COLUMN

_ARITHMETIC: dict[str, type[exp.Binary]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul, "/": exp.Div}
_LOOSE = (exp.Add, exp.Sub)
ROW_FUNCTIONS: dict[str, type[exp.Expr]] = {
    "abs": exp.Abs, "year": exp.Year, "month": exp.Month, "quarter": exp.Quarter, "day": exp.Day,
    "weekday": exp.DayOfWeek, "length": exp.Length,
}  # fmt: skip
AGGREGATE_FUNCTIONS: dict[str, type[exp.Expr]] = {
    "sum": exp.Sum, "avg": exp.Avg, "max": exp.Max, "min": exp.Min, "median": exp.Median, "stddev": exp.StddevSamp,
    "mode": exp.Mode, "count_of": exp.Count,
}  # fmt: skip
OF_TWO: dict[str, type[exp.Expr]] = {"at_max": exp.ArgMax, "at_min": exp.ArgMin, "corr": exp.Corr}
AGGREGATES = (
    *AGGREGATE_FUNCTIONS, *OF_TWO, "count", "count_distinct", "count_if", "sum_if", "avg_if", "max_if", "min_if",
    "count_distinct_if", "count_all",
)  # fmt: skip
SPANS = {"days": "DAY", "months": "MONTH", "years": "YEAR"}
UNITS = {"days": "DAY", "weeks": "WEEK", "months": "MONTH", "years": "YEAR"}
# Windows over every row, or those of the same key; and windows along an order.
OVER: dict[str, type[exp.Expr]] = {"total": exp.Sum, "mean": exp.Avg, "max": exp.Max, "min": exp.Min}
ALONG: dict[str, type[exp.Expr]] = {
    "before": exp.Lag, "after": exp.Lead, "running": exp.Sum, "running_mean": exp.Avg, "first_of": exp.FirstValue,
    "last_of": exp.LastValue,
}  # fmt: skip
OF_GROUPS: dict[str, type[exp.Expr]] = {"groups_avg": exp.Avg, "groups_max": exp.Max, "groups_min": exp.Min}
QUERIES = ("of_all", *OF_GROUPS)
MONTH_FORMAT = "%Y-%m"


class Values(ABC):
    """Builds expressions over the columns `names` of `table`."""

    def __init__(self, names: Sequence[str], table: str) -> None:
        self.names = names
        self.table = exp.to_identifier(table, quoted=True)

    @abstractmethod
    def condition(self, form: Form) -> exp.Expr:
        """A condition as an expression of SQL."""

    def rows(self) -> exp.Table:
        return exp.Table(this=self.table.copy())

    def count(self) -> exp.Expr:
        return exp.Count(this=exp.Star())

    def ordered(self, form: Form) -> exp.Ordered:
        """`desc` or `asc` of something; an empty cell comes last either way."""
        if not isinstance(form, Node):
            raise ValueError(f"{form} is no order")
        return exp.Ordered(this=self.value(form.args[0]), desc=form.word == "desc", nulls_first=False)

    def value(self, form: Form) -> exp.Expr:
        if isinstance(form, Column):
            if not 0 <= form.index < len(self.names):
                raise ValueError(f"no column {form.index}")
            return exp.column(exp.to_identifier(self.names[form.index], quoted=True))
        if isinstance(form, Constant):
            return literal(form.value)
        for way in (self.computed, self.of_row, self.aggregated, self.window, self.along, self.in_brackets):
            if (found := way(form.word, form.args)) is not None:
                return found
        raise ValueError(f"{form.word} is no value")

    def operand(self, form: Form) -> exp.Expr:
        """A value that binds tighter than what stands around it."""
        inner = self.value(form)
        return exp.paren(inner) if isinstance(inner, exp.Binary | exp.Not) else inner

    def computed(self, word: str, args: Sequence[Form]) -> exp.Expr | None:
        if word == "plus":
            added = self.value(args[0])
            for arg in args[1:]:
                added = exp.Add(this=added, expression=self.operand(arg))
            return added
        if word not in _ARITHMETIC:
            return None
        left, right = self.value(args[0]), self.operand(args[1])
        if word in ("*", "/") and isinstance(left, _LOOSE):
            left = exp.paren(left)
        if word == "/":
            # Whole numbers divide into a fraction in every database then.
            left = exp.Mul(this=left, expression=exp.Literal.number("1.0"))
        return _ARITHMETIC[word](this=left, expression=right)

    def of_row(self, word: str, args: Sequence[Form]) -> exp.Expr | None:
        if word in ROW_FUNCTIONS:
            return ROW_FUNCTIONS[word](this=self.value(args[0]))
        if word == "if":
            condition = exp.If(this=self.condition(args[0]), true=self.value(args[1]))
            return exp.Case(ifs=[condition], default=self.value(args[2]))
        if word.startswith(("minus_", "plus_")):
            sign, _, unit = word.partition("_")
            return (exp.Sub if sign == "minus" else exp.Add)(
                this=self.operand(args[0]), expression=self.interval(args[1], unit)
            )
        if word == "today":
            return exp.CurrentDate()
        if word not in _OF_ROW:
            return None
        return _OF_ROW[word](word, [self.value(arg) for arg in args])

    def aggregated(self, word: str, args: Sequence[Form]) -> exp.Expr | None:
        if word == "count":
            return self.count()
        if word in AGGREGATE_FUNCTIONS:
            return AGGREGATE_FUNCTIONS[word](this=self.value(args[0]))
        if word in OF_TWO:
            return OF_TWO[word](this=self.value(args[0]), expression=self.value(args[1]))
        if word == "count_distinct":
            return exp.Count(this=exp.Distinct(expressions=[self.value(args[0])]))
        if not word.endswith("_if") or word not in AGGREGATES:
            return None
        value = exp.Literal.number(1) if word == "count_if" else self.value(args[1])
        case = exp.Case(ifs=[exp.If(this=self.condition(args[0]), true=value)])
        if word in ("count_if", "sum_if"):
            case.set("default", exp.Literal.number(0))
        if word == "count_distinct_if":
            return exp.Count(this=exp.Distinct(expressions=[case]))
        return AGGREGATE_FUNCTIONS["sum" if word == "count_if" else word.removesuffix("_if")](this=case)

    def window(self, word: str, args: Sequence[Form]) -> exp.Expr | None:
        """Windows without an order: over everything, or over the rows with the same key."""
        name, _, reach = word.partition("_")
        keys = [self.value(args[-1])] if reach == "by" else []
        if word in ("count_all", "count_by"):
            return exp.Window(this=self.count(), partition_by=keys)
        if word != "total" and (name not in OVER or reach not in ("all", "by")):
            return None
        return exp.Window(this=OVER[name](this=self.value(args[0])), partition_by=keys)

    def along(self, word: str, args: Sequence[Form]) -> exp.Expr | None:
        """Windows along an order: row before, sum so far, rank."""
        keys = [self.value(args[-1])] if word.endswith("_in") else []
        name = word.removesuffix("_in")
        if name in ("rank_desc", "rank_asc"):
            order = exp.Ordered(this=self.value(args[0]), desc=name == "rank_desc", nulls_first=False)
            return exp.Window(this=exp.Rank(), partition_by=keys, order=exp.Order(expressions=[order]))
        if name not in (*ALONG, "before_n", "moving_mean", "running_desc"):
            return None
        value = self.value(args[0])
        order = exp.Ordered(this=self.value(args[1]), desc=name == "running_desc", nulls_first=False)
        if name == "before_n":
            function: exp.Expr = exp.Lag(this=value, offset=self.value(args[2]))
        else:
            function = exp.Avg(this=value) if name == "moving_mean" else ALONG[name.removesuffix("_desc")](this=value)
        found = exp.Window(this=function, partition_by=keys, order=exp.Order(expressions=[order]))
        if name == "last_of":
            found.set("spec", frame("UNBOUNDED", "UNBOUNDED", "FOLLOWING"))
        if name == "moving_mean":
            found.set("spec", frame(literal(max(0, int(_number(args[2])) - 1)), "CURRENT ROW", None))
        return found

    def in_brackets(self, word: str, args: Sequence[Form]) -> exp.Expr | None:
        """A query within the query that gives one value."""
        if word != "of_all" and word not in OF_GROUPS:
            return None
        inner = exp.Select().from_(self.rows())
        last = args[-1]
        if isinstance(last, Node) and last.word == "where":
            inner = inner.where(self.condition(last.args[0]))
        if word == "of_all":
            return inner.select(self.value(args[0])).subquery()
        inner = inner.select(exp.alias_(self.value(args[0]), "v", quoted=True)).group_by(self.value(args[1]))
        over = OF_GROUPS[word](this=exp.column(exp.to_identifier("v", quoted=True)))
        return exp.Select().select(over).from_(inner.subquery(exp.to_identifier("groups", quoted=True))).subquery()

    def interval(self, number: Form, unit: str) -> exp.Interval:
        n = _number(number)
        if n != int(n):
            raise ValueError(f"{n} is no number of {unit}")
        return exp.Interval(this=exp.Literal.string(str(int(n))), unit=exp.var(UNITS[unit]))


class _Way(Protocol):
    def __call__(self, word: str, args: list[exp.Expr]) -> exp.Expr: ...


def _span(word: str, args: list[exp.Expr]) -> exp.Expr:
    return exp.DateDiff(this=args[1], expression=args[0], unit=exp.var(SPANS[word]))


_OF_ROW: dict[str, _Way] = {
    "days": _span, "months": _span, "years": _span,
    "greatest": lambda word, args: exp.Greatest(this=args[0], expressions=args[1:], ignore_nulls=True),
    "least": lambda word, args: exp.Least(this=args[0], expressions=args[1:], ignore_nulls=True),
    "round": lambda word, args: exp.Round(this=args[0], decimals=args[1]),
    "or_zero": lambda word, args: exp.Coalesce(this=args[0], expressions=[exp.Literal.number(0)]),
    "if_null": lambda word, args: exp.Coalesce(this=args[0], expressions=[args[1]]),
    "year_month": lambda word, args: exp.TimeToStr(this=args[0], format=exp.Literal.string(MONTH_FORMAT)),
    "left": lambda word, args: exp.Left(this=args[0], expression=args[1]),
    "right": lambda word, args: exp.Right(this=args[0], expression=args[1]),
    "substr": lambda word, args: exp.Substring(this=args[0], start=args[1], length=args[2]),
    "as_number": lambda word, args: exp.TryCast(this=args[0], to=exp.DataType.build("double")),
}  # fmt: skip


def looks_at_rows(form: Form) -> bool:
    """Whether a result needs the rows of the query itself, not only those of queries in brackets."""
    if not isinstance(form, Node):
        return isinstance(form, Column)
    if form.word in QUERIES:
        return False
    return form.word in (EVERY_COLUMN, *AGGREGATES) or any(looks_at_rows(arg) for arg in form.args)


def literal(value: str | float | date) -> exp.Expr:
    if isinstance(value, str):
        return exp.Literal.string(value)
    if isinstance(value, date):
        return exp.Cast(this=exp.Literal.string(value.isoformat()), to=exp.DataType.build("date"))
    if value != value or abs(value) == float("inf"):
        raise ValueError(f"{value} is no number")
    whole = value == int(value) and abs(value) < 1e15
    number = exp.Literal.number(abs(int(value)) if whole else repr(abs(float(value))))
    return exp.Neg(this=number) if value < 0 else number


def frame(start: exp.Expr | str, end: str, end_side: str | None) -> exp.WindowSpec:
    """Rows of a window from `start` PRECEDING to `end`."""
    return exp.WindowSpec(kind="ROWS", start=start, start_side="PRECEDING", end=end, end_side=end_side)


def _number(form: Form) -> float:
    if not isinstance(form, Constant) or not isinstance(form.value, int | float):
        raise ValueError(f"{form} is no number")
    return form.value
