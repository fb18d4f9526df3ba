"""Days, months and years that a question names, as what SQL compares with: first and last days, numbers, periods.

Where a question leaves the year out, the years of the table stand in for it; where it says only 27号, its days do.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from core.numerals import chinese_number
from core.text2sql import candidate_date_words as words
from core.text2sql.candidate_calendar import Calendar, months_of, part_of

_MOST_YEARS = 3
_MOST_DAYS = 4


@dataclass(frozen=True)
class Span:
    """Characters [start, end) taken for the days from `first` to `last`, or for the number `number` that `kind` says
    of what; `year` 0: any."""

    start: int
    end: int
    kind: str
    number: int = 0
    year: int = 0
    first: date | None = None
    last: date | None = None


def find_spans(text: str, calendar: Calendar, today: date) -> list[Span]:
    """What the folded `text` says of days; the more specific first, what they cover is not looked at again."""
    reader = _Reader(text, calendar, today)
    for pattern, read in (
        (words.SHORT_YEARS, reader.short_years),
        (words.PHRASE, reader.phrase),
        (words.CHINESE_MONTHS, reader.run),
        (words.MONTH_PHRASE, reader.phrase),
        (words.QUARTER, reader.phrase),
        (words.HALF, reader.phrase),
        (words.SHORT_DAY, reader.short_day),
        (words.DAY, reader.lone_days),
        (words.EDGE, reader.edge),
        (words.WEEKDAY, reader.weekday),
        (words.DECADE, reader.decade),
        (words.BEFORE, reader.beside),
        (words.NOW, reader.now),
        (words.FESTIVAL, reader.festival),
        (words.HOLIDAY, reader.holiday),
    ):
        for match in pattern.finditer(text):
            if not any(a < match.end() and match.start() < b for a, b in reader.taken):
                before = len(reader.found)
                read(match)
                if len(reader.found) > before and pattern is not words.SHORT_DAY:
                    reader.taken.append(match.span())
    if "同" in text:
        reader.repeat()
    return reader.found


class _Reader:
    def __init__(self, text: str, calendar: Calendar, today: date) -> None:
        self.calendar = calendar
        self.today = today
        self.taken: list[tuple[int, int]] = []
        self.found: list[Span] = []
        self.said_years: list[int] = []
        self.said_months: list[tuple[int, int]] = []

    def add(self, match: re.Match[str], kind: str, number: int = 0, year: int = 0, days: object = None) -> None:
        first, last = days if isinstance(days, tuple) else (None, None)
        span = Span(match.start(), match.end(), kind, number, year, first, last)
        if span not in self.found:
            self.found.append(span)

    def years(self) -> list[int]:
        """The years that a month without one may be in."""
        known = list(dict.fromkeys([*self.said_years, *self.calendar.years[:_MOST_YEARS]]))
        return known[: _MOST_YEARS + 1] or [self.today.year]

    def _stated_years(self, match: re.Match[str]) -> list[int]:
        groups = match.groupdict()
        if groups.get("y"):
            return [int(match["y"])]
        if groups.get("y2"):
            year = int(match["y2"])
            return [2000 + year if year < 50 else 1900 + year]
        if groups.get("yc"):
            digits = "".join(str("零一二三四五六七八九".index(c.replace("〇", "零"))) for c in match["yc"])
            return [int(digits)]
        if groups.get("rel"):
            latest = self.calendar.latest
            seen_from = [*self.calendar.years[:2], latest.year if latest else self.today.year, self.today.year]
            return list(dict.fromkeys(year + words.RELATIVE[match["rel"]] for year in seen_from))
        return []

    def phrase(self, match: re.Match[str]) -> None:
        """A year, a month, a quarter, a half year, or a day, with or without a year."""
        groups = match.groupdict()
        stated = self._stated_years(match)
        if stated and not self._plausible(match, stated[0]):
            return
        if not stated and not self.said_years:
            for year in self.calendar.years[:2] if groups.get("m") or groups.get("q") else ():
                self.add(match, "its_year", year, year)
        for year in stated:
            whole = not any(groups.get(k) for k in ("im", "m", "q", "qn", "half", "ye"))
            self.add(match, "year", year, year, months_of(year, 1, 12) if whole else None)
            if year not in self.said_years:
                self.said_years.append(year)
        for year in stated or self.years():
            self._within(match, year, groups)

    def _plausible(self, match: re.Match[str], year: int) -> bool:
        """Whether 23年 and 2000 are years: where they are the only sign of it, the table has to have such."""
        groups = match.groupdict()
        if any(groups.get(k) for k in ("rel", "yc", "m", "q", "qn", "half", "ye", "im")):
            return True
        if groups.get("y2"):
            return year in self.calendar.years
        years = self.calendar.years
        return "年" in match[0] or not years or min(years) - 3 <= year <= max(years) + 3

    def _within(self, match: re.Match[str], year: int, groups: dict[str, str | None]) -> None:
        quarter = groups.get("q") or groups.get("qn")
        if groups.get("im"):
            month, day = int(match["im"]), int(groups.get("id") or 0)
            self._month(match, year, month, whole=not day)
            if day:
                self._day(match, year, month, day)
        elif quarter:
            number = _int(quarter)
            begin = (
                1 if match.string[: match.end()].endswith(("前" + match[0], "前三季度", "前3季度")) else 3 * number - 2
            )
            self.add(match, "quarter", number, year, months_of(year, begin, 3 * number))
        elif half := groups.get("half"):
            begin = 1 if half[0] == "上" else 7
            self.add(match, "half", 1 if begin == 1 else 2, year, months_of(year, begin, begin + 5))
        elif edge := groups.get("ye"):
            self.add(match, "edge", 0, year, (date(year, 1, 1),) * 2 if edge == "初" else (date(year, 12, 31),) * 2)
        elif groups.get("m"):
            self._months_of(match, year, groups)

    def _months_of(self, match: re.Match[str], year: int, groups: dict[str, str | None]) -> None:
        months = [m for m in _list(groups.get("ms"), match["m"]) if 1 <= m <= 12]
        days = list(_list(groups.get("ds"), groups.get("d")))
        for month in months:
            self._month(match, year, month, whole=not days)
        if not months:
            return
        for day in days:
            self._day(match, year, months[-1], day)
        if part := groups.get("part"):
            self.add(match, "part", 0, year, part_of(year, months[-1], part))

    def _month(self, match: re.Match[str], year: int, month: int, whole: bool = True) -> None:
        if 1 <= month <= 12:
            self.add(match, "month", month, year, months_of(year, month, month) if whole else None)
            self.said_months.append((year, month))

    def _day(self, match: re.Match[str], year: int, month: int, day: int) -> None:
        if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
            self.add(match, "day", day, year, (date(year, month, day),) * 2)

    def run(self, match: re.Match[str]) -> None:
        """七八九月, 四五六三个月."""
        months = ["一二三四五六七八九".index(c) + 1 for c in match["run"]]
        length = _int(match["run"][-1])
        if match[0][len(match["run"])] == "个" or "个" in match[0][len(match["run"]) :]:
            length = 0
        if "个月" in match[0] and not re.search(r".[两三四五六]个月$", match[0]):
            months = months[:-1] if length == len(months) - 1 else []
        if any(b - a != 1 for a, b in pairwise(months)):
            return
        for year in self.years() if months else ():
            for month in months:
                self._month(match, year, month)

    def short_day(self, match: re.Match[str]) -> None:
        """6.18, 3/15: where the table has that day."""
        wanted = int(match["m"]), int(match["d"])
        for day in [d for d in self.calendar.days if (d.month, d.day) == wanted][:_MOST_YEARS]:
            self._day(match, day.year, day.month, day.day)

    def lone_days(self, match: re.Match[str]) -> None:
        """27号: of the months said before, else the table's days with that number, the most frequent first."""
        if match["d"] and match[0][-1] not in "日号" and not self.said_months:
            return
        for day in _list(match["ds"], match["d"]):
            months = list(dict.fromkeys(self.said_months)) or [
                (d.year, d.month) for d in self.calendar.days if d.day == day
            ]
            if not months and self.calendar.days:
                months = [(d.year, d.month) for d in self.calendar.days[:1]]
            for year, month in list(dict.fromkeys(months))[:_MOST_DAYS]:
                self._day(match, year, month, day)

    def edge(self, match: re.Match[str]) -> None:
        edge = match["edge"]
        if edge[0] == "年":
            for year in self.years():
                self._within(match, year, {"ye": edge[1]})
            return
        common = Counter((d.year, d.month) for d in self.calendar.days)
        months = list(dict.fromkeys(self.said_months)) or [month for month, _ in common.most_common(2)]
        for year, month in months[:_MOST_DAYS]:
            self.add(match, "part", 0, year, part_of(year, month, edge if edge[1] == "旬" else edge[1]))

    def weekday(self, match: re.Match[str]) -> None:
        if match["work"] or match["w"] == "末":
            self.add(match, "weekday", 6)
            self.add(match, "weekday", 0)
        else:
            self.add(match, "weekday", "日一二三四五六".find(match["w"].replace("天", "日")))

    def short_years(self, match: re.Match[str]) -> None:
        """16到19年."""
        for short in (match["a"], match["b"]):
            year = 2000 + int(short)
            self.add(match, "year", year, year, months_of(year, 1, 12))
            self.said_years.append(year)

    def decade(self, match: re.Match[str]) -> None:
        """80年代, 90后: the first and the last year of them."""
        numeral = match["decade"].replace("〇", "零").replace("十", "零")
        ten = int(numeral) if numeral.isdecimal() else 10 * "零一二三四五六七八九".index(numeral[0])
        century = int(match["cent"]) if match["cent"] else 19 if ten >= 30 or match["prev"] else 20
        year = 100 * century + ten
        for number in (year, year + 9):
            self.add(match, "year", number, number, (date(year, 1, 1), date(year + 9, 12, 31)))

    def beside(self, match: re.Match[str]) -> None:
        """The year or the day before or after one that was said, or before the latest."""
        step = 1 if match[0] in words.AFTER else -1
        if match["year"]:
            seen_from = self.said_years or list(self.calendar.years[:1])
            for year in dict.fromkeys(y + step for y in seen_from[:_MOST_YEARS]):
                self.add(match, "year", year, year, months_of(year, 1, 12))
            return
        said = [s.first for s in self.found if s.kind == "day" and s.first]
        for day in dict.fromkeys(d + timedelta(step) for d in said[:_MOST_DAYS]):
            self.add(match, "day", day.day, day.year, (day, day))

    def now(self, match: re.Match[str]) -> None:
        """本月, 上个月, 今天, 昨天: seen from the table's latest day, and from today."""
        for seen_from in dict.fromkeys((self.calendar.latest or self.today, self.today)):
            if match[0][-1] == "月":
                month = seen_from.replace(day=1) - timedelta(1 if match["last"] else 0)
                self._month(match, month.year, month.month)
            else:
                day = seen_from - timedelta(1 if match["last"] else 0)
                self._day(match, day.year, day.month, day.day)

    def repeat(self) -> None:
        """2023年二季度 and 2024年同期: what was said of one year for the others."""
        for span in list(self.found):
            for year in dict.fromkeys(s.number for s in self.found if s.kind == "year"):
                if span.kind in ("month", "quarter", "half") and span.year != year and span.first and span.last:
                    first, last = months_of(year, span.first.month, span.last.month)
                    again = replace(span, year=year, first=first, last=last)
                    if again not in self.found:
                        self.found.append(again)

    def festival(self, match: re.Match[str]) -> None:
        month, day = words.FESTIVALS[match[0]]
        for year in self.years() if self.calendar.dated else ():
            self._day(match, year, month, day)

    def holiday(self, match: re.Match[str]) -> None:
        first, last = words.HOLIDAYS[match[0]]
        for year in self.years():
            for month in range(first, last + 1 if last > first else first + 1):
                self._month(match, year, month)


def _int(text: str) -> int:
    return int(chinese_number(text) or 0)


def _list(before: str | None, last: str | None) -> Iterator[int]:
    """The numbers of 7、8 and of 3月和 before the last."""
    for piece in re.findall(r"\d+|[一二三四五六七八九十]+", before or ""):
        yield _int(piece)
    if last:
        yield _int(last)
