"""The days of a table, and the first and last ones of months."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Calendar:
    """The days of a table's date columns: its `years`, the most frequent first, and its `days`, likewise."""

    years: tuple[int, ...] = ()
    days: tuple[date, ...] = ()
    dated: bool = False

    @property
    def latest(self) -> date | None:
        return max(self.days, default=date(max(self.years), 12, 31) if self.years else None)


def calendar_of(days: Iterable[date], years: Iterable[int] = ()) -> Calendar:
    """The calendar of a table with these `days`, and with `years` besides (of columns of years or months)."""
    counts = Counter(days)
    by_year = Counter(d.year for d in counts.elements())
    spoken = by_year or Counter(years)
    ordered = [year for year, _ in sorted(spoken.items(), key=lambda at: (-at[1], -at[0]))]
    return Calendar(tuple(ordered), tuple(day for day, _ in counts.most_common()), bool(counts))


def months_of(year: int, first: int, last: int) -> tuple[date, date]:
    """The first day of one month and the last of another."""
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def part_of(year: int, month: int, part: str) -> tuple[date, date]:
    """The days of a part of a month: a third, or its first or last day."""
    first, last = months_of(year, month, month)
    if part == "初":
        return first, first
    if part in "底末":
        return last, last
    begin = {"上旬": 1, "中旬": 11, "下旬": 21}[part]
    return first + timedelta(begin - 1), last if begin == 21 else first + timedelta(begin + 8)
