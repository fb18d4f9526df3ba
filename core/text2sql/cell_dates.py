"""The cells of a spreadsheet as dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

from core.text2sql.cell_values import MOST_ODD, Parsed
from core.text2sql.cells import FULL_WIDTH, cell_text, is_nothing

# From so many distinct cells on it pays to look at all of them at once.
_MANY = 100
_ISO = {10: "%Y-%m-%d", 19: "%Y-%m-%d %H:%M:%S"}
_WEEKDAY = r"(?:\s*[(（]?\s*(?:星期|周|礼拜)[一二三四五六日天]\s*[)）]?)?"
_TIME = (
    rf"{_WEEKDAY}(?:\s*[T ]?\s*(?P<half>上午|下午|晚上|凌晨|中午|AM|PM)?\s*(?P<h>\d{{1,2}})[:时点](?P<i>\d{{1,2}})"
    r"(?:[:分](?P<s>\d{1,2})?(?:\.\d+)?)?[秒分]?\s*(?P<half2>AM|PM)?\s*(?:Z|[+-]\d\d:?\d\d)?)?"
)
_DATE = re.compile(
    r"(?P<y>(?:1[5-9]|20|21)\d\d)\s*(?:年\s*(?P<m1>\d{1,2})\s*月份?(?:\s*(?P<d1>\d{1,2})\s*[日号]?)?"
    rf"|(?P<sep>[-/.])\s?(?P<m2>\d{{1,2}})(?:(?P=sep)\s?(?P<d2>\d{{1,2}}))?){_TIME}",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])(?:[ T]?(\d\d):?(\d\d)(?::?(\d\d))?)?")
_SHORT_YEAR = re.compile(rf"(?P<y>\d\d)(?P<sep>[-/.])(?P<m>\d{{1,2}})(?P=sep)(?P<d>\d{{1,2}}){_TIME}", re.IGNORECASE)
_NO_YEAR = re.compile(rf"(?P<m>\d{{1,2}})\s*月\s*(?P<d>\d{{1,2}})\s*[日号]{_TIME}")
_NO_YEAR_COMPACT = re.compile(rf"(?P<m>\d{{1,2}})[-/](?P<d>\d{{1,2}}){_TIME}")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2((?:19|20)\d\d)(?:\s+(\d{1,2}):(\d\d)(?::(\d\d))?)?")
_NAMED = re.compile(r"(?:(\d{1,2})[-\s]+([A-Za-z]{3,9})|([A-Za-z]{3,9})\.?\s+(\d{1,2}))(?:st|nd|rd|th)?[-,\s]+(\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LATE = ("下午", "晚上", "中午", "pm")
# The days that spreadsheets count from; 1955 to 2064 are likely.
_ZERO = datetime(1899, 12, 30)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_SERIALS = (20_000, 60_000)


def is_date(cell: object) -> bool:
    """Whether one cell is a date, in any of the forms that name a year."""
    if isinstance(cell, str):
        return not is_nothing(cell) and _date(cell.strip(), True, False) is not None
    return isinstance(cell, date)


def parse_dates(
    cells: Sequence[object], counts: Sequence[int], compact: bool, year: int | None = None, serial: bool = False
) -> Parsed:
    """The datetime64 of the distinct `cells`; with `compact` 20240105 and 2024.10 are dates too, with `year` days
    without one (3月5日) are in it, with `serial` 45292 is a day as spreadsheets count them."""
    values = np.full(len(cells), np.datetime64("NaT"), dtype="datetime64[us]")
    first = cells[0] if len(cells) else None
    if len(cells) >= _MANY and isinstance(first, str) and len(first) in _ISO and not isinstance(cells[-1], date):
        texts = pd.Series([cell if isinstance(cell, str) else None for cell in cells], dtype=object)
        values[:] = pd.to_datetime(texts, format=_ISO[len(first)], errors="coerce").to_numpy("datetime64[us]")
    bad = 0
    odd: list[str] = []
    how: set[str] = set()
    left = np.flatnonzero(np.isnat(values)).tolist()
    day_first = any(isinstance(cells[i], str) and _begins_with_day(str(cells[i])) for i in left)
    for i in left:
        cell = cells[i]
        value: datetime | None = None
        if isinstance(cell, datetime):
            value = cell.replace(tzinfo=None)
        elif isinstance(cell, date):
            value = datetime(cell.year, cell.month, cell.day)
        elif not (isinstance(cell, str) and is_nothing(cell)):
            text = cell_text(cell)
            value = _date(text, compact, day_first)
            if value is None and serial and (value := _serial(text)):
                how.add("serial")
            if value is None and year and (value := _in_year(text, compact, year)):
                how.add("year")
            bad += 0 if value else counts[i]
            odd += [text] if not value and len(odd) <= MOST_ODD else []
        if value:
            values[i] = value
    return Parsed(values, bad=bad, odd=tuple(odd), how=frozenset(how))


def _date(text: str, compact: bool, day_first: bool) -> datetime | None:
    text = text if text.isascii() else text.translate(FULL_WIDTH)
    found = _DATE.fullmatch(text)
    if found:
        day = found["d1"] or found["d2"]
        if found["sep"] == "." and not day and not compact:
            return None
        return _moment(found, int(found["y"]), int(found["m1"] or found["m2"]), int(day or 1))
    return _rarer(text, day_first) if compact else None


def _rarer(text: str, day_first: bool) -> datetime | None:
    """Forms that are dates only where a date is expected."""
    if found := _COMPACT.fullmatch(text):
        return _valid(*(int(part or 0) for part in found.groups()))
    if found := _SHORT_YEAR.fullmatch(text):
        return _moment(found, 2000 + int(found["y"]), int(found["m"]), int(found["d"]))
    if found := _YEAR_LAST.fullmatch(text):
        a, b, y = int(found[1]), int(found[3]), int(found[4])
        month, day = (b, a) if day_first or a > 12 else (a, b)
        return _valid(y, month, day, *(int(part or 0) for part in found.groups()[4:]))
    if found := _NAMED.fullmatch(text):
        name = (found[2] or found[3])[:3].lower()
        return _valid(int(found[5]), _MONTHS.index(name) + 1, int(found[1] or found[4])) if name in _MONTHS else None
    return None


def _begins_with_day(text: str) -> bool:
    found = _YEAR_LAST.match(text)
    return bool(found and int(found[1]) > 12)


def _in_year(text: str, compact: bool, year: int) -> datetime | None:
    text = text if text.isascii() else text.translate(FULL_WIDTH)
    found = _NO_YEAR.fullmatch(text) or (_NO_YEAR_COMPACT.fullmatch(text) if compact else None)
    return _moment(found, year, int(found["m"]), int(found["d"])) if found else None


def _serial(text: str) -> datetime | None:
    if not _SERIAL.fullmatch(text) or not _SERIALS[0] <= float(text) < _SERIALS[1]:
        return None
    # A second is no power of two: what was 9:00 shall not be 8:59:59.999.
    return _ZERO + timedelta(seconds=round(float(text) * 86_400))


def _moment(found: re.Match[str], year: int, month: int, day: int) -> datetime | None:
    hour = int(found["h"] or 0)
    half = (found["half"] or found["half2"] or "").lower()
    if half in _LATE and hour < (11 if half == "中午" else 12):
        hour += 12
    elif half in ("am", "上午", "凌晨") and hour == 12:
        hour = 0
    return _valid(year, month, day, hour, int(found["i"] or 0), int(found["s"] or 0))


def _valid(*parts: int) -> datetime | None:
    make: Callable[..., datetime] = datetime
    try:
        return make(*parts)
    except ValueError:
        return None
