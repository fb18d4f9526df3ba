"""Dates as they are written: where one begins and ends, and, in figures, when it is: 2019年2月5日, 二〇一九年二月."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from core.segmenter import cut_words
from core.text import normalise
from core.triples.triple import Span

_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_N = r"(?:[0-9]{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_YEAR = re.compile(r"(?<![0-9])((?:1[0-9]|20)[0-9]{2}|[一二][〇零一二三四五六七八九]{3})\s*年")
_MONTH = re.compile(rf"({_N})\s*月(?!前|后|内|以|来)(?:份|\s*({_N})\s*[日号])?")
_DASHED = re.compile(r"(?<![0-9])((?:1[0-9]|20)[0-9]{2})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")

_REIGNS = (
    "洪武|建文|永乐|洪熙|宣德|正统|景泰|天顺|成化|弘治|正德|嘉靖|隆庆|万历|泰昌|天启|崇祯|"
    "顺治|康熙|雍正|乾隆|嘉庆|道光|咸丰|同治|光绪|宣统|民国|明治|大正|昭和|平成|令和"
)
_COUNTED = r"(?:\d{1,4}|[元〇零一二三四五六七八九十百廿卅]{1,5})"
_MONTH_NAME = r"(?:\d{1,2}|十[一二]?|[正元腊冬一二三四五六七八九])"
_IN_YEAR = rf"(?:[农阴公阳旧夏]历)?\s*闰?{_MONTH_NAME}\s*月(?![前后内以来])(?:份(?!额))?"
_LUNAR_DAY = "(?:初[一二三四五六七八九十]|(?:[二三]?十|廿)[一二三四五六七八九]?)(?![百千万多余几个名位家])"
_IN_MONTH = rf"\s*(?:{_COUNTED}\s*[日号]|{_LUNAR_DAY})"
_MONTH_DAY = rf"{_IN_YEAR}(?:{_IN_MONTH})?"
_WRITTEN = re.compile(
    rf"(?<!\d)(?:公元前?|西元前?|[明清]?(?:{_REIGNS}))?\s*{_COUNTED}\s*年"
    rf"(?:(?:\s*\([^()]{{1,8}}\))?\s*{_MONTH_DAY})?|(?<!\d){_MONTH_DAY}|{_DASHED.pattern}"
)
_PART = re.compile("年?[初底末]|[春夏秋冬][天季]?|[上下]半年|[上中下]旬")


def written_dates(text: str) -> Iterator[Span]:
    """The dates in the normalised `text`, each as a whole: with its era, and the part of the year or the month that it
    ends with (1998年底, 2024年春), where that is a word: 2012年初中 has none."""
    ends: set[int] = set()
    for match in _WRITTEN.finditer(text):
        begin, end = match.span()
        part = _PART.match(text, end)
        if part:
            ends = ends or set(accumulate(map(len, cut_words(text))))
            end = part.end() if part.end() in ends else end
        yield begin, end


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
