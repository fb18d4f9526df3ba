"""What the numbers of a result count in, and how they are to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from core.text2sql.database import Rows
from core.text2sql.form import Column, Constant, Form, Node
from core.text2sql.form_conditions import WEEKDAYS
from core.text2sql.grammar import CLAUSES, EVERY_COLUMN
from core.text2sql.table import Table

# percent: 0.25 is shown as 25%. plain: a year, shown without marks. weekday: 0 is Sunday.
Style = Literal["", "percent", "plain", "weekday"]

_OF_VALUE = frozenset((
    "sum", "avg", "max", "min", "median", "stddev", "mode", "total", "mean_all", "max_all", "min_all", "total_by",
    "mean_by", "max_by", "min_by", "before", "before_in", "before_n", "after", "after_in", "running", "running_in",
    "running_desc",
    "running_mean", "moving_mean", "first_of", "last_of", "abs", "round", "or_zero", "if_null", "of_all", "groups_avg",
    "groups_max", "groups_min", "at_max", "at_min",
))  # fmt: skip
_OF_SECOND = frozenset(("sum_if", "avg_if", "max_if", "min_if"))
_COUNTS = frozenset(("count", "count_of", "count_if", "count_distinct", "count_distinct_if", "count_all", "count_by"))
_OF_TIME = {
    "days": "天", "months": "个月", "years": "年", "month": "月", "quarter": "季度", "day": "号", "length": "字",
}  # fmt: skip


@dataclass(frozen=True)
class Measure:
    """The unit that stands behind a number, "" for none, and the number's style."""

    unit: str = ""
    style: Style = ""


NOTHING = Measure()
_SHARE, _RATE = Measure(style="percent"), Measure("%")


def measures(form: Form | None, table: Table, rows: Rows) -> list[Measure]:
    """Of every column of `rows`, which the query of `form` gave."""
    unknown = [NOTHING] * len(rows.columns)
    if not isinstance(form, Node) or form.word not in ("select", "distinct"):
        return unknown
    results: list[Form] = []
    for arg in form.args:
        if arg == Node(EVERY_COLUMN):
            results += [Column(i) for i in range(len(table.columns))]
        elif not (isinstance(arg, Node) and arg.word in CLAUSES):
            results.append(arg)
    if len(results) != len(rows.columns):
        return unknown
    return [
        _fitting(_measure(result, table), result, [row[i] for row in rows.rows])
        if rows.types[i] == "number"
        else NOTHING
        for i, result in enumerate(results)
    ]


def show(value: Any, measure: Measure) -> tuple[str, str]:
    """A value of a result as a sentence has it, Chinese and English."""
    if value is None:
        return "（空）", "(empty)"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value), str(value)
    if measure.style == "weekday":
        return WEEKDAYS[int(value) % 7]
    if measure.style == "plain":
        return f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}", f"{value:.0f}"
    text = _rounded(100 * value if measure.style == "percent" else value)
    if measure.style == "percent" or measure.unit == "%":
        return f"{text}%", f"{text}%"
    return (f"{text} {measure.unit}", f"{text} {measure.unit}") if measure.unit else (text, text)


def _rounded(value: float) -> str:
    """Two decimals, or as many as a small number needs."""
    if value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.2f}".rstrip("0").rstrip(".") if abs(value) >= 0.1 else f"{value:.2g}"


def _measure(form: Form, table: Table) -> Measure:
    if isinstance(form, Column):
        column = table.columns[form.index]
        if column.type != "number":
            return NOTHING
        yearly = "年" in column.name and column.minimum is not None and 1000 <= column.minimum <= column.maximum <= 2200
        return Measure(column.unit, "plain" if yearly and not column.unit else "")
    if isinstance(form, Constant):
        return NOTHING
    word, args = form.word, form.args
    if word in _OF_VALUE:
        return _measure(args[0], table)
    if word in _OF_SECOND:
        return _measure(args[1], table)
    if word in _OF_TIME:
        return Measure(_OF_TIME[word])
    if word in ("year", "weekday"):
        return Measure(style="plain" if word == "year" else "weekday")
    if word in ("+", "-"):
        return _SHARE if _grown(form) else _together(args, table)
    if word in ("plus", "greatest", "least"):
        return _together(args, table)
    if word == "if":
        return _together(args[1:], table)
    if word == "*":
        return _product(args[0], args[1], table)
    return _ratio(args[0], args[1], table) if word == "/" else NOTHING


def _together(args: Sequence[Form], table: Table) -> Measure:
    """The one unit of values that are added or compared; a plain number among them has any."""
    found = {_measure(arg, table) for arg in args if not isinstance(arg, Constant)}
    one = found.pop() if len(found) == 1 else NOTHING
    # Years are plain, their differences are not.
    return NOTHING if one.style in ("plain", "weekday") else one


def _product(left: Form, right: Form, table: Table) -> Measure:
    if isinstance(left, Constant):
        left, right = right, left
    found = _measure(left, table)
    if not isinstance(right, Constant) or not isinstance(right.value, (int, float)):
        return NOTHING
    if right.value == 100 and (found.style == "percent" or (isinstance(left, Node) and left.word == "/")):
        return _RATE
    return NOTHING if _scale(right.value) else found


def _ratio(part: Form, whole: Form, table: Table) -> Measure:
    if isinstance(whole, Constant):
        found = _measure(part, table)
        scaled = isinstance(whole.value, (int, float)) and _scale(whole.value)
        return NOTHING if scaled else found
    over = isinstance(whole, Node) and whole.word in ("total", "total_by", "count_all", "count_by")
    if over or (isinstance(part, Node) and part.word == "-" and part.args[1] == whole):
        return _SHARE
    above, below = _measure(part, table), _measure(whole, table)
    if _counted(part) and _counted(whole):
        return _SHARE
    if _counted(whole):
        return above
    if above == below:
        return _SHARE
    return Measure(f"{above.unit}/{below.unit}") if above.unit and below.unit and "%" not in above.unit else NOTHING


def _grown(form: Node) -> bool:
    """Whether it is one value divided by another, less one."""
    first = form.args[0]
    return form.word == "-" and form.args[1] == Constant(1.0) and isinstance(first, Node) and first.word == "/"


def _counted(form: Form) -> bool:
    return isinstance(form, Node) and form.word in _COUNTS


def _scale(value: float) -> bool:
    """Whether multiplying by it turns one unit into another: 10,000 from 万元 to 元."""
    return value in (1_000, 10_000, 100_000_000, 1_000_000, 60, 24, 12, 0.0001)


def _fitting(measure: Measure, form: Form, values: Sequence[Any]) -> Measure:
    """A share that is none by its values, such as 客单价, loses its style."""
    if measure.style != "percent" or not isinstance(form, Node) or _certain(form):
        return measure
    numbers = [v for v in values if isinstance(v, (int, float))]
    return measure if all(abs(v) <= 2 for v in numbers) else NOTHING


def _certain(form: Form) -> bool:
    """Whether an expression is a share or a rate whatever its values are."""
    if not isinstance(form, Node):
        return False
    if form.word == "/":
        part, whole = form.args
        of_whole = isinstance(whole, Node) and whole.word in ("total", "total_by", "count_all", "count_by")
        return of_whole or (isinstance(part, Node) and part.word in ("-", "count_if", "sum_if"))
    return _grown(form) or any(_certain(arg) for arg in form.args)
