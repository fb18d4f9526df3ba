"""When an event was, as far as its time says it in figures: 2019年2月5日, 2019-02-05, 二〇一九年二月."""

from __future__ import annotations

import re

from core.text import normalise

_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_N = r"(?:[0-9]{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_YEAR = re.compile(r"(?<![0-9])((?:1[0-9]|20)[0-9]{2}|[一二][〇零一二三四五六七八九]{3})\s*年")
_MONTH = re.compile(rf"({_N})\s*月(?!前|后|内|以|来)(?:份|\s*({_N})\s*[日号])?")
_DASHED = re.compile(r"(?<![0-9])((?:1[0-9]|20)[0-9]{2})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")


def date_of(time: str) -> str:
    """The date in `time` in the form of ISO 8601, as much of it as there is: "2019-02-05", "2019-02", "2019", and
    without the year "--02-05" or "--02"; "" where there is none, as in 昨天."""
    text = normalise(time).text
    dashed = _DASHED.search(text)
    if dashed:
        return _iso(int(dashed[1]), int(dashed[3]), int(dashed[4]))
    year, month = _YEAR.search(text), _MONTH.search(text)
    if month and year and month.start() < year.end():
        month = _MONTH.search(text, year.end())
    return _iso(
        int(year[1].translate(_DIGITS)) if year else None,
        _number(month[1]) if month else None,
        _number(month[2]) if month and month[2] else None,
    )


def _number(written: str) -> int:
    """The number below 100 that is written in figures or characters."""
    if "十" not in written:
        return int(written.translate(_DIGITS))
    tens, _, ones = written.partition("十")
    return 10 * int((tens or "一").translate(_DIGITS)) + int((ones or "〇").translate(_DIGITS))


def _iso(year: int | None, month: int | None, day: int | None) -> str:
    if (month is not None and not 1 <= month <= 12) or (day is not None and not 1 <= day <= 31):
        month = day = None
    parts = [f"{n:02}" for n in (month, day) if n is not None]
    if year is not None:
        return "-".join([f"{year:04}", *parts])
    return f"--{'-'.join(parts)}" if parts else ""
