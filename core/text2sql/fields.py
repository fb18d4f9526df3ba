"""A table's columns as linking takes them, and what a number or date of a question is as a value of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.text2sql.grid import ColumnType
from core.text2sql.literals import Literal
from core.text2sql.profile import Column
from core.text2sql.sketch import Value

BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")


@dataclass(frozen=True)
class Field:
    """What linking has to know of a column. `values`: distinct cells of a text column, the most frequent first."""

    name: str
    type: ColumnType
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    values: tuple[str, ...] = ()

    @property
    def scale(self) -> float:
        """How many ones the unit of the column is: 1e4 for 万元."""
        unit = self.unit + "".join(BRACKETS.findall(self.name))
        return 1e8 if "亿" in unit else 1e4 if "万" in unit else 1.0

    @property
    def yearly(self) -> bool:
        """Whether the numbers are years."""
        if self.minimum is not None and self.maximum is not None:
            return 1000 <= self.minimum <= self.maximum <= 2200
        return "年份" in self.name or self.name in ("年", "年度")


def value_for(literal: Literal, field: Field, today: date) -> Value | None:
    """What `literal` is as a value of the column `field`, or nothing where the two do not go together."""
    if field.type == "number":
        if literal.kind == "number":
            return Value("number", number=_scaled(literal, field))
        if literal.kind == "average":
            return Value("average")
        if literal.kind == "date" and literal.begin and literal.until:
            # A year in a column of years; 年代 is ten of them and has no single number.
            years = literal.until.year - literal.begin.year
            if field.yearly and years == 1 and literal.begin.month == 1 == literal.until.month:
                return Value("number", number=literal.begin.year)
        if literal.kind == "month" and "月" in field.name:
            return Value("number", number=literal.number)
        if literal.kind == "age" and field.yearly and literal.unit == "year":
            return Value("age", "year_number", literal.number, today)
        return None
    if field.type == "date":
        if literal.kind == "date":
            return Value("date", begin=literal.begin, until=literal.until)
        if literal.kind == "month":
            return Value("month", number=literal.number)
        if literal.kind == "age":
            return Value("age", literal.unit, literal.number, today)
    return None


def _scaled(literal: Literal, field: Field) -> float:
    """The literal in the column's unit: 3.5亿 is 35,000 in a column in 万元.

    Where the table does not say its unit, its numbers do: a bound far above all of them was meant in their unit.
    """
    if literal.scale == 1.0 and not literal.percent:
        return literal.number
    if literal.percent:
        small = field.maximum is not None and field.maximum <= 1.0 and "%" not in field.unit + field.name
        return literal.number / 100 if small else literal.number
    if field.scale > 1.0:
        return literal.number * literal.scale / field.scale
    full = literal.number * literal.scale
    if field.maximum is None or full > 10 * max(abs(field.maximum), 1.0):
        return literal.number
    return full


def field_of(column: Column, values: Sequence[str]) -> Field:
    """The `Field` of a table's `Column`."""
    numeric = column.type == "number"
    return Field(
        column.name,
        column.type,
        column.unit,
        float(column.minimum) if numeric and column.minimum is not None else None,
        float(column.maximum) if numeric and column.maximum is not None else None,
        tuple(values),
    )
