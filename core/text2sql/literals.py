"""Numbers, dates and the like in a question: where they stand and what they mean.

Lexical only: whether "三" in a question is a limit, a value or nothing at all is for the model to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal as OneOf

from core.numerals import NUMERALS, chinese_number

Kind = OneOf["number", "date", "month", "age", "average"]

_DIGITS = r"\d+(?:,\d{3})*(?:\.\d+)?"
_NUMBER = re.compile(
    rf"(?<![\d.a-z])(-?{_DIGITS})\s?(百万|千万|万亿|万|亿|千|百)?(%|个百分点)?|百分之([{NUMERALS}点\d.]+)"
)
_CHINESE_NUMBER = re.compile(rf"[{NUMERALS}]+(?:点[零〇一二三四五六七八九]+)?(?:[万亿])?")
# A lone numeral is one only before a measure word or behind 前, 后, 第: 统一, 一下, 唯一 are none.
_MEASURES = "个名位家条项只座种款支部本所届次场人套张台辆年月天日度号岁元块米吨倍强"
_SCALES = {"": 1.0, "百": 1e2, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "万亿": 1e12}
_N = rf"(?:\d{{1,3}}|[{NUMERALS}]{{1,3}})"
_YEAR = r"(?:1[0-9]\d\d|20\d\d)"
_AVERAGE = re.compile(r"(?:平均(?:值|水平|数|线)?|均值)")


@dataclass(frozen=True)
class Literal:
    """What stands at [start, end) of the question.

    number: `number`, before scaling by `scale` (3.5万: 3.5 and 1e4). date: from `begin` up to, without, `until`.
    month: `number` 1-12 of any year. age: `number` times `unit`. average: the mean.
    """

    start: int
    end: int
    kind: Kind
    number: float = 0.0
    scale: float = 1.0
    unit: str = ""
    begin: date | None = None
    until: date | None = None
    percent: bool = False


def find_literals(question: str, today: date) -> list[Literal]:
    """The literals of the folded `question`, by position; dates as seen from `today`. They may overlap: 2018年 is a
    date and 2018 a number."""
    dates = list(_dates(question, today))
    # The parts of a date are no numbers; but 18年 may be eighteen years.
    whole = [d for d in dates if len(re.findall(rf"\d+|[{NUMERALS}]+", question[d.start : d.end])) > 1]
    numbers = [n for n in _numbers(question) if not any(d.start <= n.start < d.end for d in whole)]
    found = [*dates, *_ages(question), *numbers]
    found.extend(
        Literal(m.start(), m.end(), "average") for m in _AVERAGE.finditer(question) if _compares(question, m.start())
    )
    return sorted(set(found), key=lambda s: (s.start, s.end))


def _compares(question: str, start: int) -> bool:
    return bool(re.search(r"[于过比达到超]\S{0,6}$", question[max(0, start - 8) : start]))


def _numbers(question: str) -> Iterator[Literal]:
    for m in _NUMBER.finditer(question):
        if m.group(4):
            value = chinese_number(m.group(4))
            if value is not None:
                yield Literal(m.start(), m.end(), "number", value, percent=True)
            continue
        number = float(m.group(1).replace(",", ""))
        yield Literal(m.start(), m.end(), "number", number, _SCALES[m.group(2) or ""], percent=bool(m.group(3)))
    for m in _CHINESE_NUMBER.finditer(question):
        text = m.group()
        if len(text) == 1:
            before, after = question[m.start() - 1 : m.start()], question[m.end() : m.end() + 1]
            if before not in ("前", "后", "第") and (after not in _MEASURES or not after):
                continue
        if re.fullmatch("[百千万亿]+", text):
            continue
        scale = next((c for c in "亿万" if text.endswith(c)), "")
        value = chinese_number(text.removesuffix(scale))
        if value is not None:
            yield Literal(m.start(), m.end(), "number", value, _SCALES[scale])


def _ages(question: str) -> Iterator[Literal]:
    """Lengths of time that are counted back from now: 近五年, 距今不到3个月, 过去一年."""
    units = {"年": "year", "个月": "month", "月": "month", "天": "day", "日": "day", "周": "week", "星期": "week"}
    for m in re.finditer(rf"(?<![\d.])({_N}|半)\s?个?(年|个月|月|天|周|星期)", question):
        before, after = question[max(0, m.start() - 8) : m.start()], question[m.end() : m.end() + 4]
        if not (re.search(r"近|距今|过去|以来|这$|前$", before) or re.match(r"以?[内来]|之内|前|间", after)):
            continue
        unit = units[m.group(2)]
        number = 0.5 if m.group(1) == "半" else chinese_number(m.group(1))
        if number is None:
            continue
        if unit == "week":
            number, unit = 7 * number, "day"
        if number == 0.5:
            number, unit = {"year": (6.0, "month"), "month": (15.0, "day")}.get(unit, (1.0, unit))
        yield Literal(m.start(), m.end(), "age", number, unit=unit)


def _dates(question: str, today: date) -> Iterator[Literal]:
    taken: list[tuple[int, int]] = []
    for pattern, make in _date_patterns():
        for m in re.finditer(pattern, question):
            if any(a < m.end() and m.start() < b for a, b in taken):
                continue
            try:
                made = make(m, today)
            except (ValueError, OverflowError):  # the 31st of June
                continue
            if made is None:
                continue
            taken.append(m.span())
            if isinstance(made, int):
                yield Literal(m.start(), m.end(), "month", made)
            else:
                yield Literal(m.start(), m.end(), "date", begin=made[0], until=made[1])


Range = tuple[date, date]
Maker = Callable[[re.Match[str], date], Range | int | None]


def _one_day(year: int, month: int, day: int) -> Range:
    begin = date(year, month, day)
    return begin, begin + timedelta(days=1)


def _month(year: int, month: int, months: int = 1) -> Range:
    """`months` months from `month`, which may lie outside of 1-12."""
    first, last = year * 12 + month - 1, year * 12 + month - 1 + months
    return date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, 1)


def _year(year: int, years: int = 1) -> Range:
    return date(year, 1, 1), date(year + years, 1, 1)


def _int(text: str) -> int:
    value = chinese_number(text)
    if value is None:
        raise ValueError(text)
    return int(value)


def _short_year(text: str) -> int:
    """18年 is 2018, 98年 is 1998."""
    year = int(text)
    return year if year >= 1000 else 2000 + year if year < 50 else 1900 + year


def _quarter(m: re.Match[str], today: date) -> Range:
    year = {"今年": today.year, "本年": today.year, "去年": today.year - 1, "上年": today.year - 1}.get(
        m.group(1) or ""
    )
    if year is None:
        year = int(m.group(1).rstrip("年")) if m.group(1) else today.year
    return _month(year, 3 * _int(m.group(2)) - 2, 3)


def _decade(m: re.Match[str], today: date) -> Range:
    century = 19 if not m.group(1) or m.group(1) == "上" else int(m.group(1)) - 1
    return _year(100 * century + 10 * _int(m.group(2).rstrip("0十")), 10)


_RELATIVE_YEARS = {"今年": 0, "本年": 0, "去年": -1, "上一年": -1, "前年": -2, "明年": 1}
_RELATIVE_DAYS = {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "前天": -2, "明天": 1}


@cache
def _date_patterns() -> tuple[tuple[re.Pattern[str], Maker], ...]:
    """The more specific first: what one has matched is not looked at again."""
    relative = "|".join(_RELATIVE_YEARS)
    table: tuple[tuple[str, Maker], ...] = (
        (
            rf"({_YEAR})\s?[-/.年]\s?(\d{{1,2}})\s?[-/.月]\s?(\d{{1,2}})(?!\d)[日号]?",
            lambda m, _: _one_day(int(m[1]), int(m[2]), int(m[3])),
        ),
        (rf"({relative}|{_YEAR}年)?第?([一二三四1-4])季度?(?=[^度]|$)", _quarter),
        (
            rf"({relative})({_N})月(?:份)?({_N})[日号]",
            lambda m, t: _one_day(t.year + _RELATIVE_YEARS[m[1]], _int(m[2]), _int(m[3])),
        ),
        (rf"({relative})({_N})月份?", lambda m, t: _month(t.year + _RELATIVE_YEARS[m[1]], _int(m[2]))),
        (rf"({_YEAR}|(?<!\d)\d\d)年({_N})月份?", lambda m, _: _month(_short_year(m[1]), _int(m[2]))),
        (rf"(?<!\d)({_YEAR})[-/](\d{{1,2}})(?!\d)", lambda m, _: _month(int(m[1]), int(m[2]))),
        (r"(?:(1\d|20)世纪|(?<=上)世纪)?([1-9一二三四五六七八九][0十])年代", _decade),
        (
            r"(1\d|20|21)世纪(?!\d)",
            lambda m, _: (date(100 * (int(m[1]) - 1) + 1, 1, 1), date(100 * int(m[1]) + 1, 1, 1)),
        ),
        (rf"(?<!\d)({_YEAR})\s?年?(?=[\D]|$)", lambda m, _: _year(int(m[1]))),
        (r"(?<!\d)(\d\d)年(?!代|内|以|间|[前来])", lambda m, _: _year(_short_year(m[1]))),
        (rf"({relative})", lambda m, t: _year(t.year + _RELATIVE_YEARS[m[1]])),
        (r"上(?:个)?月", lambda m, t: _month(t.year, t.month - 1)),
        (r"本月|这个月", lambda m, t: _month(t.year, t.month)),
        (r"上(?:个)?季度", lambda m, t: _month(t.year, (t.month - 1) // 3 * 3 - 2, 3)),
        (r"本季度|这个季度", lambda m, t: _month(t.year, (t.month - 1) // 3 * 3 + 1, 3)),
        (
            "|".join(_RELATIVE_DAYS),
            lambda m, t: (t + timedelta(_RELATIVE_DAYS[m[0]]), t + timedelta(_RELATIVE_DAYS[m[0]] + 1)),
        ),
        (rf"(?<!\d)({_N})月({_N})[日号]", lambda m, t: _one_day(t.year, _int(m[1]), _int(m[2]))),
        (rf"(?<![\d个])({_N})月份?(?!内|以)", _any_month),
    )
    return tuple((re.compile(pattern), make) for pattern, make in table)


def _any_month(m: re.Match[str], _: object) -> int | None:
    month = _int(m[1])
    return month if 1 <= month <= 12 else None
