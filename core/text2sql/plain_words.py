"""A sketch in plain words, Chinese and English: what the query does, for those who do not read SQL."""

from __future__ import annotations

from collections.abc import Sequence

from core.text2sql.sketch import ALL, Condition, Expr, Order, Sketch, Term, Value
from core.text2sql.table import Table

_OPERATORS = {
    "=": ("是", "is"), "!=": ("不是", "is not"), ">": ("大于", "is more than"), "<": ("小于", "is less than"),
    ">=": ("不小于", "is at least"), "<=": ("不大于", "is at most"), "starts": ("开头是", "begins with"),
    "ends": ("结尾是", "ends with"), "contains": ("含有", "contains"), "not_contains": ("不含", "does not contain"),
    "is_null": ("为空", "is empty"), "not_null": ("不为空", "is not empty"),
}  # fmt: skip
_IN_TIME = {
    "=": ("在", "is in"), "!=": ("不在", "is not in"), ">": ("晚于", "is after"), "<": ("早于", "is before"),
    ">=": ("不早于", "is not before"), "<=": ("不晚于", "is not after"),
}  # fmt: skip
_AGGREGATES = {
    "AVG": ("{c}的平均值", "mean of {c}"), "MAX": ("{c}的最大值", "highest {c}"), "MIN": ("{c}的最小值", "lowest {c}"),
    "SUM": ("{c}的总和", "sum of {c}"), "COUNT": ("{c}的个数", "number of {c}"),
    "COUNT_DISTINCT": ("不同{c}的个数", "number of different {c}"),
}  # fmt: skip
_SIGNS = {
    "+": ("{a}加{b}", "{a} plus {b}"), "-": ("{a}减{b}", "{a} minus {b}"), "*": ("{a}乘{b}", "{a} times {b}"),
    "/": ("{a}除以{b}", "{a} divided by {b}"),
}  # fmt: skip
_UNITS = {"year": ("年", "years"), "year_number": ("年", "years"), "month": ("个月", "months"), "day": ("天", "days")}


def read_aloud(sketch: Sketch, table: Table) -> dict[str, str]:
    """{"zh", "en"}: one sentence each."""
    reader = _Reader([c.name for c in table.columns])
    zh, en = reader.sentence(sketch)
    return {"zh": zh, "en": en}


Pair = tuple[str, str]


class _Reader:
    def __init__(self, names: Sequence[str]) -> None:
        self.names = names

    def sentence(self, sketch: Sketch) -> Pair:
        where = [c for c in sketch.conditions if not c.term.aggregate]
        having = [c for c in sketch.conditions if c.term.aggregate]
        zh: list[str] = []
        en: list[str] = []

        def say(pair: Pair) -> None:
            zh.append(pair[0])
            en.append(pair[1])

        if where:
            a, b = self.joined(where, sketch.connective)
            say((f"从{a}的行里", f"among rows where {b}"))
        if sketch.shortlist:
            order, n = sketch.shortlist
            a, b = self.extreme(order)
            say((f"先取{a}的 {n} 行", f"first take the {n} rows with the {b}"))
        if sketch.group:
            groups = [self.names[g] for g in sketch.group]
            say((f"按{'、'.join(groups)}分组", f"group by {', '.join(groups)}"))
        if having:
            a, b = self.joined(having, sketch.connective)
            say((f"只留{a}的组", f"keep groups where {b}"))
        if sketch.order:
            say(self.ordering(sketch))
        say(self.wanted(sketch))
        return "，".join(zh) + "。", _capital(", ".join(en)) + "."

    def wanted(self, sketch: Sketch) -> Pair:
        terms = [self.term(t) for t in sketch.select]
        unlike = ("（去重）", " (each once)") if sketch.distinct else ("", "")
        return (
            f"看{'、'.join(t[0] for t in terms)}{unlike[0]}",
            f"show {', '.join(t[1] for t in terms)}{unlike[1]}",
        )

    def ordering(self, sketch: Sketch) -> Pair:
        order = sketch.order
        assert order is not None
        if sketch.limit:
            a, b = self.extreme(order)
            if sketch.ties:
                return f"取{a}的（并列都算）", f"take those with the {b}, ties included"
            return f"取{a}的 {sketch.limit} 个", f"take the {sketch.limit} with the {b}"
        a, b = self.term(order.term)
        return (
            f"按{a}从{'高到低' if order.descending else '低到高'}排",
            f"sort by {b}, {'highest' if order.descending else 'lowest'} first",
        )

    def extreme(self, order: Order) -> Pair:
        a, b = self.term(order.term)
        return (f"{a}最{'大' if order.descending else '小'}", f"{'highest' if order.descending else 'lowest'} {b}")

    def joined(self, conditions: Sequence[Condition], connective: str) -> Pair:
        parts: list[Pair] = []
        done: set[int] = set()
        for i, c in enumerate(conditions):
            if i in done:
                continue
            # Equalities on one column are alternatives, as in the query.
            alike = [
                j
                for j in range(i, len(conditions))
                if conditions[j].term == c.term and conditions[j].operator == c.operator and c.operator in ("=", "!=")
            ]
            done.update(alike)
            parts.append(self.condition(c, [conditions[j] for j in alike] or [c]))
        glue = ("，或者", " or ") if connective == "or" else ("，且", " and ")
        return glue[0].join(p[0] for p in parts), glue[1].join(p[1] for p in parts)

    def condition(self, first: Condition, alike: Sequence[Condition]) -> Pair:
        name = self.term(first.term)
        value = first.value
        if value is None:
            zh, en = _OPERATORS[first.operator]
            return f"{name[0]}{zh}", f"{name[1]} {en}"
        if value.kind == "age":
            younger = first.operator in ("<", "<=")
            unit = _UNITS.get(value.text, ("年", "years"))
            return (
                f"{name[0]}{'在最近' if younger else '早于'} {value.number:g} {unit[0]}{'内' if younger else '之前'}",
                f"{name[1]} is {'within the last' if younger else 'more than'} {value.number:g} {unit[1]}"
                + ("" if younger else " ago"),
            )
        table = _IN_TIME if value.kind in ("date", "month") else _OPERATORS
        zh, en = table.get(first.operator, _OPERATORS[first.operator])
        values = [self.value(c.value) for c in alike if c.value]
        return (
            f"{name[0]}{zh}{'或'.join(v[0] for v in values)}",
            f"{name[1]} {en} {' or '.join(v[1] for v in values)}",
        )

    def value(self, value: Value) -> Pair:
        if value.kind == "text":
            return f"“{value.text}”", f"“{value.text}”"
        if value.kind == "date" and value.begin and value.until:
            return _stretch(value)
        if value.kind == "month":
            return f" {value.number:g} 月", f"month {value.number:g}"
        if value.kind == "average":
            return "平均值", "the mean"
        if value.kind == "column":
            name = self.names[int(value.number or 0)]
            return name, name
        text = f"{value.number:,.10g}" if abs(value.number or 0) >= 10_000 else f"{value.number:g}"
        return f" {text} ", text

    def term(self, term: Term) -> Pair:
        a, b = self.expr(term.expr)
        if not term.aggregate:
            return a, b
        if term.expr.column == ALL and term.aggregate == "COUNT":
            return "行数", "number of rows"
        zh, en = _AGGREGATES[term.aggregate]
        return zh.format(c=a), en.format(c=b)

    def expr(self, expr: Expr) -> Pair:
        if expr.column == ALL:
            return "所有列", "all columns"
        a = self.names[expr.column]
        if expr.other is None or not expr.arithmetic:
            return a, a
        zh, en = _SIGNS[expr.arithmetic]
        return zh.format(a=a, b=self.names[expr.other]), en.format(a=a, b=self.names[expr.other])


def _stretch(value: Value) -> Pair:
    begin, until = value.begin, value.until
    assert begin is not None
    assert until is not None
    if (until - begin).days == 1:
        return f" {begin.isoformat()}", begin.isoformat()
    if begin.month == begin.day == until.month == until.day == 1:
        years = until.year - begin.year
        last = until.year - 1
        return (
            (f" {begin.year} 年", str(begin.year))
            if years == 1
            else (f" {begin.year}–{last} 年", f"{begin.year}–{last}")
        )
    return f" {begin.isoformat()} 到 {until.isoformat()} 前", f"{begin.isoformat()} to before {until.isoformat()}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
