"""SQL of the data sets as sketches: what they write in a way of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from sqlglot import exp

from core.text2sql.parse import NotASketch, Parser
from core.text2sql.parse import parse as parse_query
from core.text2sql.sketch import OPERATORS, Condition, Expr, Operator, Sketch, Term, Value

__all__ = ["NotASketch", "parse"]
Compared = tuple[Operator, int]  # with a piece of a date, or with so many years or months ago


def parse(sql: str, columns: Mapping[str, int], today: date) -> Sketch:
    """The sketch of a query in SQLite's dialect; `columns`: lower-case name → index. Raises NotASketch."""
    return parse_query(sql, columns, today, "sqlite", DatasetParser)


class DatasetParser(Parser):
    """Reads BULL's comparisons of the pieces of a date."""

    def stretches(self, parts: list[exp.Expr]) -> list[exp.Expr | Condition]:
        """BULL's comparisons of strftime pieces, joined into comparisons with a stretch of time."""
        rest: list[exp.Expr | Condition] = []
        pieces: dict[int, dict[str, Compared]] = {}
        for part in parts:
            found = _strftime(part.sql("sqlite"))
            if not found:
                rest.append(part)
                continue
            name, key, value = found
            if name.lower() not in self.columns:
                raise NotASketch(name)
            pieces.setdefault(self.columns[name.lower()], {})[key] = value
        for column, compared in pieces.items():
            rest.extend(Condition(Term(Expr(column)), op, value) for op, value in _stretch(compared, self.today))
        return rest


_SIGNS: dict[str, Operator] = {name: name for name in OPERATORS}
_PIECE = re.compile(r"STRFTIME\('%([Ymd])', [`\"]?(\w+)[`\"]?\) (=|>=|<=|>|<) '?(\d+)'?$", re.I)
_QUARTER = re.compile(r"ROUND\(STRFTIME\('%m', [`\"]?(\w+)[`\"]?\) / 3\.0 \+ 0\.495\) = (\d)", re.I)
_AGO = re.compile(
    r"STRFTIME\('%([Ym])', [`\"]?(\w+)[`\"]?\) (=|>=|<=|>|<) STRFTIME\('%\1', DATE\('now', '-(\d+) (year|month)'\)\)",
    re.I,
)


def _strftime(sql: str) -> tuple[str, str, Compared] | None:
    sql = sql.replace("CAST(", "").replace(" AS TEXT)", "")
    if m := _AGO.search(sql):
        return m[2], f"ago {m[5].lower()}", (_SIGNS[m[3]], int(m[4]))
    if m := _QUARTER.search(sql):
        return m[1], "quarter", ("=", int(m[2]))
    if m := _PIECE.search(sql):
        return m[2], m[1], (_SIGNS[m[3]], int(m[4]))
    if "STRFTIME" in sql.upper() or "DATE(" in sql.upper():
        raise NotASketch(sql)
    return None


def _stretch(found: Mapping[str, Compared], today: date) -> list[tuple[Operator, Value]]:
    if "ago year" in found:
        operator, n = found["ago year"]
        if operator == "=":
            return [("=", Value("date", begin=date(today.year - n, 1, 1), until=date(today.year - n + 1, 1, 1)))]
        if operator == ">" and len(found) == 1:
            return [("<", Value("age", "year", float(n), today))]
        raise NotASketch("years ago")
    if "Y" not in found:
        if set(found) == {"m"} and found["m"][0] == "=":
            return [("=", Value("month", number=float(found["m"][1])))]
        raise NotASketch("no year")
    operator, year = found["Y"]
    if operator != "=":
        if len(found) > 1:
            raise NotASketch("more than a year")
        return [(operator, Value("date", begin=date(year, 1, 1), until=date(year + 1, 1, 1)))]
    begin, until = date(year, 1, 1), date(year + 1, 1, 1)
    if "quarter" in found:
        month = 3 * found["quarter"][1] - 2
        begin, until = date(year, month, 1), _next(date(year, month + 2, 1))
    elif "m" in found and found["m"][0] == "=":
        begin = date(year, found["m"][1], 1)
        until = _next(begin)
        if "d" in found and found["d"][0] == "=":
            begin = begin.replace(day=found["d"][1])
            until = begin + timedelta(1)
    elif len(found) > 1:
        raise NotASketch("pieces of a date")
    return [("=", Value("date", begin=begin, until=until))]


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
