"""Questions that a table can answer, made from its own columns and cells: where to begin with an unknown table."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from core.text2sql.table import Column, Table

_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_CODES = re.compile(r"(?:id|ID|编号|代码|编码|序号)$")


def suggest(table: Table, count: int = 6) -> list[str]:
    """Up to `count` different questions; the same for the same table."""
    maker = _Maker(table)
    made: list[str] = []
    for kind in maker.kinds():
        question = kind()
        if question and question not in made:
            made.append(question)
    return made[:count]


class _Maker:
    def __init__(self, table: Table) -> None:
        self.rng = random.Random(table.key)
        columns = [c for c in table.columns if c.distinct]
        self.texts = [c for c in columns if c.type == "text"]
        self.numbers = [c for c in columns if c.type == "number" and not _yearly(c) and not _CODES.search(c.name)]
        self.years = [c for c in columns if c.type == "number" and _yearly(c)]
        self.dates = [c for c in columns if c.type == "date"]
        rows = max(1, len(table))
        named = [c for c in self.texts if not _CODES.search(c.name) and c.distinct > 0.5 * rows]
        # What a row is about: a column that tells rows apart, or the one that does so best.
        most = sorted(self.texts, key=lambda c: -c.distinct)
        self.label: Column | None = next(iter(named or most), None)
        self.groups = [c for c in self.texts if 2 <= c.distinct <= max(12, rows // 4) and c is not self.label]

    def kinds(self) -> list[Callable[[], str | None]]:
        return [
            self.top,
            self.by_group,
            self.lookup,
            self.average,
            self.since,
            self.counted,
            self.difference,
            self.most,
        ]

    def number(self) -> Column | None:
        return self.rng.choice(self.numbers) if self.numbers else None

    def top(self) -> str | None:
        n = self.number()
        if n is None or self.label is None:
            return None
        return f"{_said(n)}最高的{self.rng.choice((3, 5))}个{_said(self.label)}"

    def by_group(self) -> str | None:
        n = self.number()
        if not self.groups or n is None:
            return None
        return f"每个{_said(self.rng.choice(self.groups))}的平均{_said(n)}是多少？"

    def lookup(self) -> str | None:
        n = self.number() or (self.dates[0] if self.dates else None)
        if self.label is None or n is None or not self.label.samples:
            return None
        return f"{self.rng.choice(self.label.samples)}的{_said(n)}是多少？"

    def average(self) -> str | None:
        n = self.number()
        if n is None or self.label is None:
            return None
        return f"哪些{_said(self.label)}的{_said(n)}高于平均值？"

    def since(self) -> str | None:
        days = self.dates or self.years
        if not days or days[0].minimum is None or self.label is None:
            return None
        first, last = days[0].minimum, days[0].maximum
        low, high = (first.year, last.year) if self.dates else (int(first), int(last))
        return f"{_said(days[0])}在{(low + high) // 2}年以后的{_said(self.label)}有哪些？"

    def counted(self) -> str | None:
        if not self.groups:
            return None
        group = self.rng.choice(self.groups)
        return f"{_said(group)}是{self.rng.choice(group.samples)}的有多少个？"

    def difference(self) -> str | None:
        alike = [
            (a, b) for a in self.numbers for b in self.numbers if a is not b and a.unit == b.unit and a.name < b.name
        ]
        if not alike or self.label is None:
            return None
        a, b = self.rng.choice(alike)
        return f"{_said(a)}和{_said(b)}相差最大的{_said(self.label)}"

    def most(self) -> str | None:
        if not self.groups:
            return None
        return f"按{_said(self.groups[0])}统计数量，从多到少排列"


def _said(column: Column) -> str:
    return _BRACKETS.sub("", column.name).strip() or column.name


def _yearly(column: Column) -> bool:
    return column.minimum is not None and 1000 <= column.minimum <= column.maximum <= 2200
