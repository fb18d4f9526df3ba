"""A sketch as SQL: a syntax tree for DuckDB, and the same query as other databases would have it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlglot import exp

from core.text2sql.sketch import ALL, Condition, Expr, Operator, Order, Sketch, Term, Value

DIALECTS = ("mysql", "postgres", "sqlite")
_COMPARE: dict[Operator, type[exp.Binary]] = {
    "=": exp.EQ, "!=": exp.NEQ, ">": exp.GT, "<": exp.LT, ">=": exp.GTE, "<=": exp.LTE,
}  # fmt: skip
_ARITHMETIC: dict[str, type[exp.Binary]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul, "/": exp.Div}
_AGGREGATE: dict[str, type[exp.Expr]] = {"AVG": exp.Avg, "MAX": exp.Max, "MIN": exp.Min, "SUM": exp.Sum}
_LONGEST_CHAIN = 50


def to_tree(sketch: Sketch, columns: Sequence[str], table: str, dates: frozenset[int] = frozenset()) -> exp.Select:
    """The query of `sketch` over `table`, whose columns are called `columns`; those in `dates` hold dates, whose
    difference is one of years."""
    return _Builder(columns, table, dates).query(sketch)


def to_sql(
    sketch: Sketch, columns: Sequence[str], table: str, pretty: bool = False, dates: frozenset[int] = frozenset()
) -> str:
    """The query as text for DuckDB."""
    text: str = to_tree(sketch, columns, table, dates).sql(dialect="duckdb", identify=True, pretty=pretty)
    return text


class _Builder:
    def __init__(self, columns: Sequence[str], table: str, dates: frozenset[int]) -> None:
        self.columns = columns
        self.dates = dates
        self.table = exp.to_identifier(table, quoted=True)

    def query(self, sketch: Sketch) -> exp.Select:
        select = exp.Select().from_(self.source(sketch))
        where = [c for c in sketch.conditions if not c.term.aggregate]
        having = [c for c in sketch.conditions if c.term.aggregate]
        if where and not sketch.shortlist:
            select = select.where(self.joined(where, sketch.connective))
        select = select.select(*(self.term(t) for t in sketch.select))
        if sketch.distinct:
            select = select.distinct()
        if sketch.group:
            select = select.group_by(*(self.column(i) for i in sketch.group))
        if having:
            select = select.having(self.joined(having, sketch.connective))
        return self.ordered(select, sketch)

    def source(self, sketch: Sketch) -> exp.Expr:
        """The table, or its shortlist as a query in brackets."""
        if not sketch.shortlist:
            return exp.Table(this=self.table.copy())
        order, limit = sketch.shortlist
        where = [c for c in sketch.conditions if not c.term.aggregate]
        inner = exp.Select().select(exp.Star()).from_(exp.Table(this=self.table.copy()))
        if where:
            inner = inner.where(self.joined(where, sketch.connective))
        inner = inner.order_by(self.by(order)).limit(limit)
        return inner.subquery(exp.to_identifier("shortlist", quoted=True))

    def ordered(self, select: exp.Select, sketch: Sketch) -> exp.Select:
        order = sketch.order
        if not order:
            return select.limit(sketch.limit) if sketch.limit else select
        if sketch.ties and not sketch.group and not order.term.aggregate and not sketch.shortlist:
            # The extreme rows, however many share it.
            extreme = (exp.Max if order.descending else exp.Min)(this=self.expr(order.term.expr))
            inner = exp.Select().select(extreme).from_(exp.Table(this=self.table.copy()))
            where = select.args.get("where")
            if where:
                inner = inner.where(where.this.copy())
            return select.where(exp.EQ(this=self.expr(order.term.expr), expression=exp.Subquery(this=inner)))
        select = select.order_by(self.by(order))
        return select.limit(sketch.limit) if sketch.limit else select

    def by(self, order: Order) -> exp.Ordered:
        # An empty cell is neither highest nor lowest.
        return exp.Ordered(this=self.term(order.term), desc=order.descending, nulls_first=False)

    def column(self, index: int) -> exp.Expr:
        return exp.Star() if index == ALL else exp.column(exp.to_identifier(self.columns[index], quoted=True))

    def expr(self, expr: Expr) -> exp.Expr:
        left = self.column(expr.column)
        if not expr.arithmetic or expr.other is None:
            return left
        right = self.column(expr.other)
        if expr.arithmetic == "-" and {expr.column, expr.other} <= self.dates:
            return exp.DateDiff(this=left, expression=right, unit=exp.var("YEAR"))
        if expr.arithmetic == "/":
            # A database errs on division by zero, or gives infinity; neither is a row worth having.
            right = exp.Nullif(this=right, expression=exp.Literal.number(0))
        return _ARITHMETIC[expr.arithmetic](this=left, expression=right)

    def term(self, term: Term) -> exp.Expr:
        inner = self.expr(term.expr)
        if not term.aggregate:
            return inner
        if term.aggregate == "COUNT":
            return exp.Count(this=inner)
        if term.aggregate == "COUNT_DISTINCT":
            return exp.Count(this=exp.Distinct(expressions=[inner]))
        return _AGGREGATE[term.aggregate](this=inner)

    def joined(self, conditions: Sequence[Condition], connective: str) -> exp.Expr:
        """One expression. Equalities on a column are alternatives, whatever joins the rest: no cell has two values."""
        parts: list[exp.Expr] = []
        done: set[int] = set()
        for i, condition in enumerate(conditions):
            if i in done:
                continue
            alike = [
                j
                for j in range(i, len(conditions))
                if conditions[j].term == condition.term and _mergeable(conditions[j], condition)
            ]
            merged = self.merged([conditions[j] for j in alike], connective)
            if merged is None:
                parts.append(self.condition(condition))
            else:
                parts.append(merged)
                done.update(alike)
        combine = exp.or_ if connective == "or" else exp.and_
        return combine(*parts[:_LONGEST_CHAIN], wrap=True)

    def merged(self, conditions: Sequence[Condition], connective: str) -> exp.Expr | None:
        """IN, NOT IN or BETWEEN for conditions on one term, where they say that."""
        if len(conditions) < 2:
            return None
        first = conditions[0]
        term = self.term(first.term)
        values = [c.value for c in conditions if c.value]
        if first.operator in ("=", "!=") and all(v.kind in ("text", "number") for v in values):
            within = exp.In(this=term, expressions=[_literal(v) for v in values])
            return within if first.operator == "=" else exp.Not(this=within)
        if first.operator in ("=", "contains", "starts", "ends"):
            return exp.paren(exp.or_(*(self.condition(c) for c in conditions)))
        bounds = {c.operator: c.value for c in conditions}
        numbers = len(values) == 2 and all(v.kind == "number" for v in values)
        if connective == "and" and set(bounds) == {">=", "<="} and numbers:
            low, high = sorted(values, key=lambda v: v.number or 0)
            return exp.Between(this=term, low=_literal(low), high=_literal(high))
        return None

    def condition(self, condition: Condition) -> exp.Expr:
        term, value, operator = self.term(condition.term), condition.value, condition.operator
        if operator in ("is_null", "not_null") or value is None:
            null = exp.Is(this=term, expression=exp.Null())
            return exp.Not(this=null) if operator == "not_null" else null
        if operator in ("starts", "ends", "contains", "not_contains"):
            like = _like(term, value.text, operator)
            return exp.Not(this=like) if operator == "not_contains" else like
        if value.kind == "date":
            return self.in_time(term, operator, value)
        if value.kind == "age":
            # Younger than four years is later than the day four years ago.
            back = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}[operator]
            if value.text == "year_number":
                year = (value.begin or date.today()).year - int(value.number or 0)
                return _COMPARE[back](this=term, expression=exp.Literal.number(year))  # type: ignore[index]
            bound = _day(_ago(value))
            if operator in ("=", "!="):
                return self.in_time(term, operator, _same_year(value))
            return _COMPARE[back](this=term, expression=bound)  # type: ignore[index]
        if value.kind == "month":
            month = exp.Extract(this=exp.var("MONTH"), expression=term)
            return _COMPARE[operator](this=month, expression=exp.Literal.number(int(value.number or 1)))
        if value.kind == "average":
            mean = exp.Select().select(exp.Avg(this=term.copy())).from_(exp.Table(this=self.table.copy()))
            return _COMPARE[operator](this=term, expression=exp.Subquery(this=mean))
        if value.kind == "column":
            return _COMPARE[operator](this=term, expression=self.column(int(value.number or 0)))
        return _COMPARE[operator](this=term, expression=_literal(value))

    def in_time(self, term: exp.Expr, operator: Operator, value: Value) -> exp.Expr:
        """A comparison with a stretch of time: a day is compared as such, a longer one by its ends."""
        begin, until = value.begin or date.min, value.until or date.max
        if until - begin <= timedelta(days=1):
            return _COMPARE[operator](this=term, expression=_day(begin))
        since, before = exp.GTE(this=term, expression=_day(begin)), exp.LT(this=term.copy(), expression=_day(until))
        if operator == "=":
            return exp.and_(since, before)
        if operator == "!=":
            return exp.paren(
                exp.or_(exp.LT(this=term, expression=_day(begin)), exp.GTE(this=term.copy(), expression=_day(until)))
            )
        if operator in (">=", "<"):
            return since if operator == ">=" else exp.LT(this=term, expression=_day(begin))
        return before if operator == "<=" else exp.GTE(this=term, expression=_day(until))


def _mergeable(a: Condition, b: Condition) -> bool:
    ranges = {">=", "<="}
    return a.operator == b.operator or ({a.operator, b.operator} == ranges)


def _literal(value: Value) -> exp.Expr:
    if value.kind == "number" and value.number is not None:
        number = value.number
        return exp.Literal.number(int(number) if number == int(number) and abs(number) < 1e15 else repr(number))
    return exp.Literal.string(value.text)


def _day(day: date) -> exp.Expr:
    return exp.Cast(this=exp.Literal.string(day.isoformat()), to=exp.DataType.build("date"))


def _ago(value: Value) -> date:
    today, n = value.begin or date.today(), int(value.number or 0)
    if value.text == "day":
        return today - timedelta(days=min(n, 700_000))
    months = today.year * 12 + today.month - 1 - (n if value.text == "month" else 12 * n)
    year, month = max(1, months // 12), months % 12 + 1
    # The 29th of February and the like fall back on a day that every month has.
    return date(year, month, min(today.day, 28))


def _same_year(value: Value) -> Value:
    begin = _ago(value)
    return Value("date", begin=date(begin.year, 1, 1), until=date(begin.year + 1, 1, 1))


def _like(term: exp.Expr, text: str, operator: str) -> exp.Expr:
    plain = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    pattern = {"starts": f"{plain}%", "ends": f"%{plain}"}.get(operator, f"%{plain}%")
    like = exp.Like(this=term, expression=exp.Literal.string(pattern))
    return like if plain == text else exp.Escape(this=like, expression=exp.Literal.string("!"))


def translations(tree: exp.Expr) -> dict[str, str]:
    """The query for other databases: dialect → text."""
    return {dialect: tree.sql(dialect=dialect, identify=True, pretty=True) for dialect in DIALECTS}
