"""Stretches of time in words and in SQL."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

import calendar
import re
from datetime import date

from training.text2sql.made.condition import Cond
from training.text2sql.made.speech import WEEKDAYS, chinese
from training.text2sql.made.view import Col, View

_STEMS = {"生日": "出生", "出生日期": "出生", "出生年月": "出生", "有效期至": "到期", "截止日": "截止", "日期": "", "dt": "", "Date": "", "时间": "", "营业日": "", "交易日": "", "统计日期": "", "记录日期": "", "Created": "建", "Closed": "关闭", "数据日期": "", "填写日期": "填"}  # fmt: skip


def stem_of(col: Col) -> str:
    """The verb in a column's name: 下单日期 is 下单."""
    if col.plain in _STEMS:
        return _STEMS[col.plain]
    word = re.sub(r"(的?日期|时间|年月日|日)$", "", col.plain)
    return re.sub(r"^(最近一次|最近|首次|实际|上次)(?=[\u4e00-\u9fff]{2})", "", word) if len(word) > 2 else word


def month_word(v: View, month: int) -> str:
    return v.one((f"{month}月", f"{month}月", f"{month}月份", f"{chinese(month)}月", f"{chinese(month)}月份"))


def year_word(v: View, year: int) -> str:
    return v.one((f"{year}年", f"{year}年", f"{year}年", f"{year}", f"{year % 100:02d}年", f"{year}年度")) if year >= 2000 else f"{year}年"


def date_condition(v: View, col: Col | None = None) -> Cond | None:
    """A condition on a date, a month or a year."""
    if col is None:
        col = v.pick([*v.dates, *v.months, *v.years])
    if col is None or not col.filled:
        return None
    if col.year:
        return _year(v, col)
    if col.month:
        return _month(v, col)
    return _date(v, col)


def _cond(v: View, col: Col, sql: str, word: str, show: tuple[Col, ...], op: str = "=") -> Cond:
    stem = stem_of(col) if col.type == "date" else ""
    if stem:
        if len(stem) > 5 or v.maybe(0.12):
            attr = f"{v.say(col)}在{word}的"
        else:
            attr = f"{word}{stem}的"
            if v.maybe(0.06):
                attr = f"在{word}{stem}的"
    else:
        attr = f"{word}的"
    return Cond(sql, attr, attr, word if v.maybe(0.55) and (not stem or (v.record and len(v.dates) == 1)) else attr, f"是{attr}", show, (col,), op)


def _year(v: View, col: Col) -> Cond:
    year = int(v.one(col.filled))
    roll = v.rng.random()
    last = max(col.filled)
    if roll < 0.7 or year == last:
        return _cond(v, col, f"{col.sql} = {year}", year_word(v, year), ())
    if roll < 0.85:
        return _cond(v, col, f"{col.sql} >= {year}", v.one((f"{year}年以来", f"{year}年及以后", f"{year}年起", f"从{year}年开始", f"{year}年以后（含）")), (col,), ">=")
    if roll < 0.93:
        return _cond(v, col, f"{col.sql} > {year}", v.one((f"{year}年之后", f"{year}年后", f"晚于{year}年")), (col,), ">")
    if year == min(col.filled):
        return _cond(v, col, f"{col.sql} = {year}", year_word(v, year), ())
    return _cond(v, col, f"{col.sql} < {year}", v.one((f"{year}年以前", f"{year}年之前", f"{year}年前", f"早于{year}年")), (col,), "<")


def _month(v: View, col: Col) -> Cond:
    value = str(v.one(col.filled))
    year, month = int(value[:4]), int(value[5:])
    years = {str(c)[:4] for c in col.filled}
    roll = v.rng.random()
    word = month_word(v, month)
    if len(years) > 1 or v.maybe(0.2):
        word = f"{year_word(v, year)}{word}" if not year_word(v, year).endswith("度") else f"{year}年{month}月"
        word = word if "年" in word else f"{year}年{month}月"
    if roll < 0.6:
        return _cond(v, col, f"{col.sql} = '{value}'", word, ())
    if roll < 0.75 and len(years) > 1:
        return _cond(v, col, f"{col.sql} LIKE '{year}-%'", v.one((f"{year}年", f"{year}年", f"{year}全年", f"{year}年度")), ())
    begin, end, said = _stretch(v, year, month, len(years) > 1)
    if sum(begin.strftime("%Y-%m") <= str(c) <= end.strftime("%Y-%m") for c in col.filled) in (0, len(col.filled)):
        return _cond(v, col, f"{col.sql} = '{value}'", word, ())
    return _cond(v, col, f"{col.sql} BETWEEN '{begin:%Y-%m}' AND '{end:%Y-%m}'", said, (col,), "BETWEEN")


def _stretch(v: View, year: int, month: int, tell: bool) -> tuple[date, date, str]:
    """A half, a quarter, or a few months around this month, with the year's name if `tell`."""
    head = f"{year}年" if tell or v.maybe(0.4) else ""
    way = v.rng.random()
    if way < 0.4:
        first = month <= 6
        return (date(year, 1, 1), date(year, 6, 30), f"{head}上半年") if first else (date(year, 7, 1), date(year, 12, 31), f"{head}下半年")
    if way < 0.7:
        q = (month - 1) // 3
        word = v.one((f"{chinese(q + 1)}季度", f"第{chinese(q + 1)}季度", f"Q{q + 1}"))
        last = q * 3 + 3
        return date(year, q * 3 + 1, 1), date(year, last, calendar.monthrange(year, last)[1]), head + word
    until = min(12, month + v.rng.randint(1, 4))
    said = v.one((f"{month}月到{until}月", f"{month}到{until}月", f"{chinese(month)}月至{chinese(until)}月", f"{month}-{until}月"))
    return date(year, month, 1), date(year, until, calendar.monthrange(year, until)[1]), head + said


def _date(v: View, col: Col) -> Cond:
    day: date = v.one(col.filled)
    years = {d.year for d in col.filled}
    several = len(years) > 1
    roll = v.rng.random()
    if several and roll < 0.3:
        return _cond(v, col, f"year({col.sql}) = {day.year}", year_word(v, day.year), (col,))
    if roll < 0.42:
        word = month_word(v, day.month)
        if several:
            if v.maybe(0.35):
                return _cond(v, col, f"month({col.sql}) = {day.month}", word, (col,))
            return _cond(v, col, f"year({col.sql}) = {day.year} AND month({col.sql}) = {day.month}", f"{day.year}年{word}", (col,))
        return _cond(v, col, f"month({col.sql}) = {day.month}", word, (col,))
    if roll < 0.5:
        word = f"{day.year}年" if several or v.maybe(0.4) else ""
        q = (day.month - 1) // 3 + 1
        said = v.one((f"{chinese(q)}季度", f"第{chinese(q)}季度", f"{chinese(q)}季度"))
        sql = f"quarter({col.sql}) = {q}"
        return _cond(v, col, f"year({col.sql}) = {day.year} AND {sql}" if word else sql, word + said, (col,))
    said_day = f"{day.month}月{day.day}{v.one(('号', '日', '号'))}"
    full = f"{day.year}年{said_day}" if several or v.maybe(0.12) else said_day
    if v.maybe(0.1):
        full = v.one((f"{day.isoformat()}", f"{day.year}/{day.month}/{day.day}", f"{day.year}.{day.month}.{day.day}"))
    if roll < 0.6:
        return _cond(v, col, f"{col.sql} = DATE '{day}'", v.one((full, full, f"{full}那天", f"{full}当天")), ())
    if roll < 0.78:
        begin, end, said = _stretch(v, day.year, day.month, several)
        return _cond(v, col, f"{col.sql} BETWEEN DATE '{begin}' AND DATE '{end}'", said, (col,), "BETWEEN")
    if roll < 0.84:
        other: date = v.one(col.filled)
        a, b = min(day, other), max(day, other)
        if a != b:
            left = f"{a.year}年{a.month}月{a.day}日" if several else f"{a.month}月{a.day}号"
            right = f"{b.year}年{b.month}月{b.day}日" if several else f"{b.month}月{b.day}号"
            if not several and a.month == b.month and v.maybe(0.5):
                right = f"{b.day}号"
            said = v.one((f"{left}到{right}", f"{left}至{right}之间", f"{left}到{right}之间", f"{left}到{right}这段时间"))
            return _cond(v, col, f"{col.sql} BETWEEN DATE '{a}' AND DATE '{b}'", said, (col,), "BETWEEN")
    if several and roll < 0.92:
        op, words = v.one(((">=", ("{y}年以后（含{y}）", "{y}年及以后", "{y}年以来", "{y}年起")), ("<", ("{y}年以前", "{y}年之前", "{y}年前")), (">", ("{y}年之后", "{y}年后"))))
        year = day.year
        if (op == "<" and year == min(years)) or (op == ">" and year == max(years)):
            op, words = "=", ("{y}年",)
        return _cond(v, col, f"year({col.sql}) {op} {year}", v.one(words).format(y=year), (col,), op)
    if roll < 0.97:
        op, words = v.one(((">=", ("{d}以后（含当天）", "{d}及以后", "{d}起", "{d}以来", "从{d}开始")), ("<", ("{d}之前", "{d}以前", "早于{d}")), (">", ("{d}之后", "{d}以后", "晚于{d}")), ("<=", ("截至{d}", "到{d}为止", "{d}及以前"))))  # fmt: skip
        return _cond(v, col, f"{col.sql} {op} DATE '{day}'", v.one(words).format(d=full), (col,), op)
    if v.maybe(0.6):
        n = (day.weekday() + 1) % 7
        return _cond(v, col, f"dayofweek({col.sql}) = {n}", v.one((f"周{WEEKDAYS[n]}", f"星期{WEEKDAYS[n].replace('日', '天')}")), (col,))
    return _cond(v, col, f"dayofweek({col.sql}) IN (0, 6)", v.one(("周末", "周六日", "双休日")), (col,), "IN")
