"""Other ways to write the name of a column that counts months, quarters or years: 7月 as 七月, Q3 as 三季度."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.numerals import chinese_number

_NUMERALS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_MONTH = re.compile(r"(?<![\d十])(?:0?([1-9]|1[0-2])|([一二三四五六七八九]|十[一二]?))月")
_QUARTER = re.compile(r"(?:第?([1-4一二三四])季度|(?<![a-z])q([1-4])(?!\d))")
_YEAR = re.compile(r"(?<!\d)(?:19|20)(\d\d)年")
# 6、7、8月: every number is a month.
_NUMBER = re.compile(r"1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九]")
# 6、7、8月: every number is a month; but no 前3、5月, and no 张三和七月.
_MONTHS = re.compile(
    r"(?:(?<![\d.第前后于过到达超是为])(?=\d)|(?<![一-龥\d.])(?=[一二三四五六七八九十]))"
    rf"(?:(?:{_NUMBER.pattern})\s?[、和及与]\s?)+(?=(?:{_NUMBER.pattern})月)"
)


def spellings(name: str) -> tuple[str, ...]:
    """`name`, folded, and what else it may be written as."""
    found = [name]
    if m := _MONTH.search(name):
        n = _value(m[1] or m[2])
        found += [_with(name, m, text) for text in (f"{n}月", f"{_NUMERALS[n]}月")]
    if m := _QUARTER.search(name):
        n = _value(m[1] or m[2])
        said = (f"{_NUMERALS[n]}季度", f"第{_NUMERALS[n]}季度", f"{n}季度", f"q{n}")
        found += [_with(name, m, text) for text in said]
    found += [_with(text, m, f"{m[1]}年") for text in found if (m := _YEAR.search(text))]
    return tuple(dict.fromkeys(found))


def months_listed(name: str, question: str) -> Iterator[tuple[int, int]]:
    """Where a list of months without 月 behind each of them names the column `name`: the 6 of 6、7、8月."""
    whole = _MONTH.fullmatch(name)
    if whole is None:
        return
    for row in _MONTHS.finditer(question):
        for m in _NUMBER.finditer(question, row.start(), row.end()):
            if _value(m[0]) == _value(whole[1] or whole[2]):
                yield m.span()


def whole_numbers(question: str, start: int, end: int) -> tuple[int, int]:
    """The piece [start, end) of `question` without numbers that it cuts in two: no 2 of 12, no 二 of 十二月."""
    if question[start - 1 : start] == "十" and question[start] in "一二" and question[start + 1 : start + 2] in "月季":
        start += 1
    if question[start - 1 : start].isdigit():
        while start < end and question[start].isdigit():
            start += 1
    if question[end : end + 1].isdigit():
        while start < end and question[end - 1].isdigit():
            end -= 1
    return start, end


def _value(text: str) -> int:
    return int(chinese_number(text) or 0)


def _with(name: str, match: re.Match[str], text: str) -> str:
    return name[: match.start()] + text + name[match.end() :]
