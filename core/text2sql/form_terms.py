"""Expressions of a form in words, Chinese and English: 平均工资, 女性的行所占的比例, 销售额比上一行的变化."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date

from core.text2sql.fields import BRACKETS
from core.text2sql.form import Column, Constant, Form, Node
from core.text2sql.table import Column as ColumnInTable
from core.text2sql.table import Table

Pair = tuple[str, str]

# {0}, {1}, ...: the arguments, in brackets where they are calculations themselves.
_TEMPLATES: dict[str, Pair] = {
    "+": ("{0}加{1}", "{0} plus {1}"), "-": ("{0}减{1}", "{0} minus {1}"), "*": ("{0}乘{1}", "{0} times {1}"),
    "/": ("{0}除以{1}", "{0} divided by {1}"), "abs": ("{0}的绝对值", "absolute value of {0}"),
    "round": ("{0}（保留{1}位小数）", "{0} rounded to {1} decimals"),
    "or_zero": ("{0}（空值算 0）", "{0} (empty as 0)"),
    "if_null": ("{0}（空值算{1}）", "{0} (empty as {1})"), "year": ("{0}的年份", "year of {0}"),
    "month": ("{0}的月份", "month of {0}"), "quarter": ("{0}的季度", "quarter of {0}"),
    "day": ("{0}的日子", "day of {0}"),
    "weekday": ("{0}的星期", "weekday of {0}"), "year_month": ("{0}的年月", "year and month of {0}"),
    "days": ("{0}到{1}的天数", "days from {0} to {1}"), "months": ("{0}到{1}的月数", "months from {0} to {1}"),
    "years": ("{0}到{1}的年数", "years from {0} to {1}"), "length": ("{0}的字数", "length of {0}"),
    "left": ("{0}的前{1}个字", "first {1} characters of {0}"),
    "right": ("{0}的后{1}个字", "last {1} characters of {0}"),
    "substr": ("{0}从第{1}个字起的{2}个字", "{2} characters of {0} from number {1}"),
    "as_number": ("{0}的数值", "{0} as a number"), "count": ("行数", "number of rows"),
    "mode": ("最常见的{0}", "most frequent {0}"), "count_of": ("有{0}的行数", "number of rows with {0}"),
    "count_distinct": ("不同{0}的个数", "number of different {0}"), "median": ("{0}的中位数", "median of {0}"),
    "stddev": ("{0}的标准差", "standard deviation of {0}"), "sum": ("{0}的总和", "sum of {0}"),
    "avg": ("{0}的平均值", "mean of {0}"), "max": ("{0}的最大值", "highest {0}"), "min": ("{0}的最小值", "lowest {0}"),
    "at_max": ("{1}最大的{0}", "{0} of the highest {1}"), "at_min": ("{1}最小的{0}", "{0} of the lowest {1}"),
    "corr": ("{0}和{1}的相关系数", "correlation of {0} and {1}"),
    "total": ("全部{0}的合计", "total of all {0}"), "mean_all": ("全部{0}的平均值", "mean of all {0}"),
    "max_all": ("全部{0}的最大值", "highest of all {0}"), "min_all": ("全部{0}的最小值", "lowest of all {0}"),
    "count_all": ("全部行数", "number of all rows"), "total_by": ("同一{1}里{0}的合计", "total of {0} in the same {1}"),
    "mean_by": ("同一{1}里{0}的平均值", "mean of {0} in the same {1}"),
    "max_by": ("同一{1}里{0}的最大值", "highest {0} in the same {1}"),
    "min_by": ("同一{1}里{0}的最小值", "lowest {0} in the same {1}"),
    "count_by": ("同一{0}的行数", "number of rows of the same {0}"),
    "before": ("按{1}上一行的{0}", "{0} of the row before, by {1}"),
    "before_in": ("同一{2}里按{1}上一行的{0}", "{0} of the row before, by {1} within {2}"),
    "before_n": ("按{1}往前{2}行的{0}", "{0} of {2} rows before, by {1}"),
    "after": ("按{1}下一行的{0}", "{0} of the next row, by {1}"),
    "after_in": ("同一{2}里按{1}下一行的{0}", "{0} of the next row, by {1} within {2}"),
    "running": ("按{1}累计的{0}", "running total of {0} by {1}"),
    "running_in": ("同一{2}里按{1}累计的{0}", "running total of {0} by {1} within {2}"),
    "running_desc": ("按{1}从后往前累计的{0}", "running total of {0} by {1}, from the last"),
    "running_mean": ("按{1}到当行为止{0}的平均值", "running mean of {0} by {1}"),
    "moving_mean": ("按{1}最近{2}行{0}的平均值", "mean of {0} over {2} rows by {1}"),
    "first_of": ("按{1}第一行的{0}", "{0} of the first row by {1}"),
    "last_of": ("按{1}最后一行的{0}", "{0} of the last row by {1}"),
    "rank_desc": ("{0}从高到低的名次", "rank by {0}, highest first"),
    "rank_asc": ("{0}从低到高的名次", "rank by {0}, lowest first"),
    "rank_desc_in": ("同一{1}里{0}从高到低的名次", "rank by {0} within {1}, highest first"),
    "rank_asc_in": ("同一{1}里{0}从低到高的名次", "rank by {0} within {1}, lowest first"),
    "minus_days": ("{0}之前{1}天", "{1} days before {0}"), "minus_weeks": ("{0}之前{1}周", "{1} weeks before {0}"),
    "minus_months": ("{0}之前{1}个月", "{1} months before {0}"),
    "minus_years": ("{0}之前{1}年", "{1} years before {0}"),
    "plus_days": ("{0}之后{1}天", "{1} days after {0}"), "plus_months": ("{0}之后{1}个月", "{1} months after {0}"),
    "plus_years": ("{0}之后{1}年", "{1} years after {0}"), "today": ("今天", "today"),
    "every_column": ("所有列", "all columns"),
}  # fmt: skip
_IN_TIME: dict[str, Pair] = {"max": ("最晚的{0}", "latest {0}"), "min": ("最早的{0}", "earliest {0}")}
# {0}: the value; {c}: the condition.
_WITH_CONDITION: dict[str, Pair] = {
    "count_if": ("{c}的行数", "number of rows where {c}"), "sum_if": ("{c}的{0}总和", "sum of {0} where {c}"),
    "avg_if": ("{c}的{0}平均值", "mean of {0} where {c}"), "max_if": ("{c}的{0}最大值", "highest {0} where {c}"),
    "min_if": ("{c}的{0}最小值", "lowest {0} where {c}"),
    "count_distinct_if": ("{c}的不同{0}的个数", "number of different {0} where {c}"),
    "if": ("{c}则{0}、否则{1}", "{0} if {c}, else {1}"),
}  # fmt: skip
_GROUPS: dict[str, Pair] = {
    "groups_avg": ("各{k}的{0}的平均值", "mean of {0} over all {k}"),
    "groups_max": ("各{k}的{0}里最大的", "highest {0} of all {k}"),
    "groups_min": ("各{k}的{0}里最小的", "lowest {0} of all {k}"),
}
# Aggregates; beside `of_all` and `groups_`, whose own are of another query.
_AGGREGATES = frozenset((
    "count", "sum", "avg", "max", "min", "median", "stddev", "mode", "count_of", "count_distinct", "count_if", "sum_if",
    "avg_if", "max_if", "min_if", "count_distinct_if", "at_max", "at_min", "corr",
))  # fmt: skip
_APART = frozenset(("of_all", "groups_avg", "groups_max", "groups_min", "in_rows", "in_groups"))
_CALCULATED = frozenset(("+", "-", "*", "/", "plus", "if"))
_WINDOWS = frozenset(("total", "total_by", "count_all", "count_by"))
# A name that says how it was computed takes no 平均 before it, nor does a long one.
_LONG = 8
_COMPUTED = ("平均", "均", "总", "合计", "最", "累计", "人均", "中位")


class Terms(ABC):
    """Expressions in words over the columns of one table."""

    def __init__(self, table: Table) -> None:
        names = [c.name for c in table.columns]
        short = [_short(c) for c in table.columns]
        self.names = [s if short.count(s) == 1 else name for s, name in zip(short, names, strict=True)]
        self.types = [c.type for c in table.columns]

    @abstractmethod
    def condition(self, form: Form) -> Pair:
        """A condition in words."""

    def narrow(self, form: Form) -> Pair:
        """A condition within an expression."""
        zh, en = self.condition(form)
        return (f"（{zh}）", f"({en})") if "，" in zh else (zh, en)

    def term(self, form: Form) -> Pair:
        """An expression in words."""
        if isinstance(form, Column):
            name = self.names[form.index]
            return name, name
        if isinstance(form, Constant):
            return self.constant(form)
        found = self._shared(form) or self._changed(form) or self._aggregate(form) or self._special(form)
        if found is None:
            template = _TEMPLATES.get(form.word, (f"{form.word}（{{0}}）", f"{form.word} of {{0}}"))
            found = self._filled(template, form.args)
        return found

    def timed(self, form: Form) -> bool:
        """Whether the values of an expression are days."""
        if isinstance(form, Column):
            return self.types[form.index] == "date"
        if isinstance(form, Constant):
            return isinstance(form.value, date)
        kept = ("max", "min", "mode", "before", "after", "max_if", "min_if", "of_all", "greatest", "least")
        if form.word in kept:
            return any(self.timed(arg) for arg in form.args if not is_clause(arg))
        return form.word.startswith(("minus_", "plus_"))

    def listed(self, forms: Sequence[Form]) -> Pair:
        """Expressions one after the other."""
        found = [self.term(form) for form in forms]
        return "、".join(f[0] for f in found), ", ".join(f[1] for f in found)

    def constant(self, constant: Constant) -> Pair:
        """A text between quotation marks; a number or a day with blanks around, as it stands in a sentence."""
        value = constant.value
        if isinstance(value, str):
            return f"“{value}”", f"“{value}”"
        text = number(value) if isinstance(value, (int, float)) else value.isoformat()
        return f" {text} ", text

    def operand(self, form: Form) -> Pair:
        """An expression within another one."""
        zh, en = self.term(form)
        if isinstance(form, Node) and form.word in _CALCULATED and self._shared(form) is None:
            return f"（{zh}）", f"({en})"
        return zh, en

    def _filled(self, template: Pair, args: Sequence[Form], **more: Pair) -> Pair:
        found = [self.operand(arg) for arg in args] or [("", "")]
        zh = template[0].format(*(f[0] for f in found), **{k: v[0] for k, v in more.items()})
        return zh, template[1].format(*(f[1] for f in found), **{k: v[1] for k, v in more.items()})

    def _aggregate(self, form: Node) -> Pair | None:
        """平均工资 and 工资总和 for columns of plain names, 最早的日期 for days."""
        if form.word in _IN_TIME and self.timed(form.args[0]):
            return self._filled(_IN_TIME[form.word], form.args)
        [column, *_] = form.args or (None,)
        if form.word not in ("avg", "sum") or not isinstance(column, Column):
            return None
        name = self.names[column.index]
        if len(name) > _LONG or name.startswith(_COMPUTED) or not name[:1].isalpha() or name[:1].isascii():
            return None
        return (f"平均{name}", f"mean {name}") if form.word == "avg" else (f"{name}总和", f"total {name}")

    def _special(self, form: Node) -> Pair | None:
        word, args = form.word, form.args
        if word in _WITH_CONDITION:
            return self._filled(_WITH_CONDITION[word], args[1:], c=self.narrow(args[0]))
        if word in ("greatest", "least"):
            zh, en = self.listed(args)
            return (
                f"{zh}里最{'大' if word == 'greatest' else '小'}的",
                f"the {'highest' if word == 'greatest' else 'lowest'} of {en}",
            )
        if word == "plus":
            found = [self.operand(arg) for arg in args]
            return "加".join(f[0] for f in found), " plus ".join(f[1] for f in found)
        where = next((arg for arg in args if isinstance(arg, Node) and arg.word == "where"), None)
        limits = self.condition(where.args[0]) if where else None
        if word == "of_all":
            zh, en = self.operand(args[0])
            return (f"{limits[0]}的{zh}", f"{en} where {limits[1]}") if limits else (f"全表的{zh}", f"overall {en}")
        if word in _GROUPS:
            zh, en = self._filled(_GROUPS[word], args[:1], k=self.term(args[1]))
            return (f"{limits[0]}的行里{zh}", f"{en} where {limits[1]}") if limits else (zh, en)
        return None

    def _shared(self, form: Node) -> Pair | None:
        """A part divided by its whole."""
        if form.word != "/":
            return None
        part, whole = form.args
        if not isinstance(part, Node) and not isinstance(whole, Node):
            return None
        if isinstance(part, Node) and isinstance(whole, Node) and part.word in ("count_if", "sum_if"):
            if (part.word, whole.word) == ("count_if", "count"):
                return self._filled(("{c}的行所占的比例", "share of rows where {c}"), (), c=self.narrow(part.args[0]))
            if whole == Node("sum", part.args[1:]):
                template = ("{c}的{0}所占的比例", "share of {0} where {c}")
                return self._filled(template, part.args[1:], c=self.narrow(part.args[0]))
        if not isinstance(whole, Node) or whole.word not in _WINDOWS:
            return None
        inside = whole.args[0] if whole.word in ("total", "total_by") else Node("count")
        if inside != part:
            return None
        if whole.word in ("total", "count_all"):
            return self._filled(("{0}占全部的比例", "share of {0}"), (part,))
        return self._filled(("{0}占同一{1}的比例", "share of {0} within {1}"), (part, whole.args[-1]))

    def _changed(self, form: Node) -> Pair | None:
        """The change from one value, most often that of the row before, to another: by how much, or at what rate."""
        if form.word == "-":
            first, second = form.args
            if isinstance(first, Node) and first.word == "/" and second == Constant(1.0):
                return self._rate(*first.args)
            named = self._named(first, second)
            if named:
                return f"{named[0][0]}减{named[1][0]}", f"{named[0][1]} minus {named[1][1]}"
            return self._change(first, second, ("变化", "change of {0}"))
        if form.word in ("days", "months", "years"):
            return self._span(form)
        if form.word == "/" and isinstance(form.args[0], Node) and form.args[0].word == "-":
            first, second = form.args[0].args
            if second == form.args[1]:
                return self._rate(first, second)
        return None

    def _rate(self, first: Form, second: Form) -> Pair | None:
        found = self._change(first, second, ("增长率", "growth rate of {0}"))
        return found or self._filled(("{0}比{1}的增长率", "growth of {0} over {1}"), (first, second))

    def _change(self, value: Form, before: Form, what: Pair) -> Pair | None:
        if not isinstance(before, Node) or not before.word.startswith("before") or before.args[0] != value:
            return None
        if before.word == "before":
            zh, en = "{0}按{1}比上一行的", " on the row before, ordered by {1}"
        elif before.word == "before_in":
            zh, en = "{0}在同一{2}里按{1}比上一行的", " on the row before, ordered by {1} within {2}"
        else:
            zh, en = "{0}按{1}比往前{2}行的", " over {2} rows, ordered by {1}"
        return self._filled((zh + what[0], what[1] + en), before.args)

    def _span(self, form: Node) -> Pair | None:
        """Days and the like from the row before, or from one row that is known by its name to another."""
        first, second = form.args
        zh = {"days": "天数", "months": "月数", "years": "年数"}[form.word]
        if isinstance(first, Node) and first.word == "before" and first.args[0] == second:
            return self._filled((f"{{0}}距上一行的{zh}", f"{form.word} since {{0}} of the row before"), (second,))
        named = self._named(first, second)
        if named is None:
            return None
        (a, one), (b, other) = named
        return f"{a}到{b}的{zh}", f"{form.word} from {one} to {other}"

    def _named(self, *forms: Form) -> list[Pair] | None:
        """Values of rows that are known by a condition, where all are that."""
        if not all(isinstance(form, Node) and form.word == "max_if" for form in forms):
            return None
        template = ("{c}的{0}", "{0} where {c}")
        nodes = [form for form in forms if isinstance(form, Node)]
        return [self._filled(template, form.args[1:], c=self.narrow(form.args[0])) for form in nodes]


def _short(column: ColumnInTable) -> str:
    """A column's name without its unit: 月薪(元), 价格/元."""
    name = BRACKETS.sub("", column.name).strip()
    for mark in "/／":
        name = name.removesuffix(f"{mark}{column.unit}") if column.unit else name
    return name or column.name


def number(value: float) -> str:
    """A number as people write it."""
    return f"{value:,.10g}" if abs(value) >= 10_000 else f"{value:.10g}"


def is_clause(form: Form) -> bool:
    """Whether a form is the condition of a query within an expression."""
    return isinstance(form, Node) and form.word == "where"


def aggregates(form: Form) -> bool:
    """Whether an expression sums up several rows of the query that it stands in."""
    if not isinstance(form, Node) or form.word in _APART:
        return False
    return form.word in _AGGREGATES or any(aggregates(arg) for arg in form.args)
