"""Which constants a question about a table may mean: what a decoder that writes a form can point at.

Cells named exactly, in part or nearly, short lists of cells whether named or not, numbers in the units of the columns,
and days. Recall comes first; which of them is meant is for the model to say.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from core.numerals import chinese_number
from core.text2sql.candidate_calendar import Calendar, calendar_of
from core.text2sql.candidate_cells import CellIndex, by_alias, by_characters, in_part, index_cells, months_between
from core.text2sql.candidate_dates import Span, find_spans
from core.text2sql.candidate_numbers import Unit, find_numbers, unit_of
from core.text2sql.form import Constant
from core.text2sql.linking import Linker, fold
from core.text2sql.table import Table

KINDS = (
    "cell", "near", "listed", "period", "prefix", "ending", "time", "number", "scaled", "percent", "share", "negative",
    "span", "rank",
    "year", "month", "quarter", "weekday", "monthday", "day", "last_day",
)  # fmt: skip
MOST = 64
_MOST_SAME_PERIOD = 4
_CLOCK = re.compile(
    r"(?P<half>上午|早上|早|中午|下午|晚上|晚|凌晨)?\s?"
    r"(?:(?P<h>\d{1,2}):(?P<i>\d\d)|(?P<hc>\d{1,2}|[一二两三四五六七八九十]{1,3})点(?!半?[的个])"
    r"(?:(?P<ic>\d{1,2})分?|(?P<hi>半)|(?P<k>[一三])刻)?)"
)


@dataclass(frozen=True)
class Candidate:
    """A constant, and the characters [start, end) of the text that it was read from; (0, 0) where the text need not
    say it. `kind` is one of `KINDS`; `column` is the one whose cell it is or whose unit fits, -1 for none."""

    constant: Constant
    kind: str
    start: int
    end: int
    column: int
    score: float = 1.0


@dataclass
class Known:
    """What is known of a table before anything is asked."""

    linker: Linker
    cells: CellIndex
    units: list[Unit]
    calendar: Calendar
    dates: list[int]
    timed: bool


def known_of(linker: Linker, table: Table | None = None) -> Known:
    """What `candidates` has to know of a table; to be kept for all questions about it."""
    cells = index_cells(linker)
    days: list[date] = []
    dates = [i for i, f in enumerate(linker.fields) if f.type == "date"]
    for i in dates if table else ():
        column = table.frame.iloc[:, i].dropna()  # type: ignore[union-attr]
        days += column.dt.date.tolist()
    years = cells.years
    yearly = [i for i, f in enumerate(linker.fields) if f.type == "number" and f.yearly]
    for i in yearly if table else ():
        years += table.frame.iloc[:, i].dropna().astype(int).tolist()  # type: ignore[union-attr]
    title = table.name if table else ""
    years += [int(year) for year in re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", " ".join([title, *linker.names]))]
    calendar = calendar_of(days, years)
    units = [unit_of(i, f, title) for i, f in enumerate(linker.fields) if f.type == "number"]
    monthly = any(f.type == "number" and re.search("[年月季周]", f.name) for f in linker.fields)
    timed = bool(dates or yearly or cells.periods or cells.yearly or monthly)
    return Known(linker, cells, units, calendar, dates, timed)


def candidates(text: str, linker: Linker, today: date, known: Known | None = None) -> list[Candidate]:
    """The constants that the folded `text`, a question behind those that went before, may mean: at most `MOST` that it
    says, by position, and behind them the listed ones. `known`: `known_of(linker, table)`."""
    known = known or known_of(linker)
    found: dict[tuple[object, ...], Candidate] = {}
    for candidate in _said(text, known, today):
        value = candidate.constant.value
        # One candidate for each value that a piece of the text says, of each column if it is a cell.
        key = (type(value), value, candidate.column if isinstance(value, str) else candidate.start)
        if key not in found or found[key].score < candidate.score:
            found[key] = candidate
    said = sorted(found.values(), key=lambda c: -c.score)[:MOST]
    said.sort(key=lambda c: (c.start, c.end, c.column))
    named = {(c.constant.value, c.column) for c in said}
    listed = [c for c in _listed(text, known) if (c.constant.value, c.column) not in named]
    return said + listed


def same(candidate: Candidate, constant: Constant) -> bool:
    """Whether `candidate` says what `constant` does: numbers up to rounding, texts up to width and case."""
    mine, other = candidate.constant.value, constant.value
    if isinstance(mine, str) and isinstance(other, str):
        if candidate.kind == "prefix":
            other = other.rstrip("-/.")
        return mine == other or fold(mine) == fold(other)
    if isinstance(mine, date) or isinstance(other, date):
        return mine == other
    if isinstance(mine, str) or isinstance(other, str):
        return False
    return math.isclose(mine, other, rel_tol=1e-9, abs_tol=1e-12)


def _said(text: str, known: Known, today: date) -> Iterator[Candidate]:
    yield from _cells(text, known, today)
    spans = find_spans(text, known.calendar, today) if known.timed else []
    for span in spans:
        yield from _periods(span, known)
        yield from _days(span, known)
    yield from _clocks(text, known)
    # The parts of a date are said by it; but 18年 may be eighteen years.
    dated = [s for s in spans if re.search("[年月日号季旬]", text[s.start : s.end]) or s.end - s.start >= 6]
    days = [(s.start, s.end) for s in dated if s.kind != "year" or s.end - s.start > 3]
    for said in find_numbers(text, known.units):
        if not any(a <= said.start and said.end <= b for a, b in days):
            yield Candidate(Constant(said.value), said.kind, said.start, said.end, said.column, 0.9)


def _cells(text: str, known: Known, today: date) -> Iterator[Candidate]:
    for c in known.linker.candidates(text, today):
        if c.source not in ("cell", "fuzzy"):
            continue
        kind = "cell" if c.source == "cell" else "near"
        yield Candidate(Constant(c.value.text or ""), kind, c.start, c.end, c.column, c.score)
    named, beginnings = in_part(text, known.cells)
    for n in (*named, *by_alias(text, known.cells)):
        yield Candidate(Constant(n.text), "near", n.start, n.end, n.column, 0.95 * n.score)
    for n in beginnings:
        yield Candidate(Constant(n.text), "prefix", n.start, n.end, n.column, n.score)


def _listed(text: str, known: Known) -> Iterator[Candidate]:
    for cell in known.cells.listed:
        yield Candidate(Constant(cell.text), "listed", 0, 0, cell.column, 0.5)
    for cell in by_characters(text, known.cells):
        yield Candidate(Constant(cell.text), "listed", 0, 0, cell.column, 0.4)


def _periods(span: Span, known: Known) -> Iterator[Candidate]:
    """Cells of text columns that are the month, quarter or day of the week that was said, and beginnings of them."""
    cells = known.cells
    if span.kind in ("month", "quarter", "half", "weekday", "year"):
        wanted = [(span.kind, year, span.number) for year in dict.fromkeys((span.year, 0))]
        for period in wanted:
            for cell in cells.periods.get(period, ())[:_MOST_SAME_PERIOD]:
                yield Candidate(Constant(cell.text), "period", span.start, span.end, cell.column, 0.96)
    if span.first and span.last:
        for column, text in months_between(cells, span.first, span.last):
            yield Candidate(Constant(text), "period", span.start, span.end, column, 0.95)
    for column, mark in cells.monthly if span.kind == "month" else ():
        yield Candidate(Constant(f"{mark}{span.number:02d}"), "ending", span.start, span.end, column, 0.6)
    if span.year and cells.yearly:
        column = min(cells.yearly)
        yield Candidate(Constant(str(span.year)), "prefix", span.start, span.end, column, 0.94)


def _days(span: Span, known: Known) -> Iterator[Candidate]:
    """The first and last day of what was said, and its number."""
    if known.dates and span.first and span.last:
        column = known.dates[0] if len(known.dates) == 1 else -1
        yield Candidate(Constant(span.first), "day", span.start, span.end, column, 0.97)
        if span.last != span.first:
            yield Candidate(Constant(span.last), "last_day", span.start, span.end, column, 0.97)
    kinds = {"year": "year", "its_year": "year", "month": "month", "quarter": "quarter", "weekday": "weekday"}
    kind = "monthday" if span.kind == "day" else kinds.get(span.kind)
    if kind:
        yield Candidate(Constant(float(span.number)), kind, span.start, span.end, -1, 0.95)


def _clocks(text: str, known: Known) -> Iterator[Candidate]:
    """Times of day as the cells write them: 下午两点半 as 14:30."""
    for m in _CLOCK.finditer(text) if known.cells.clocks else ():
        hour = int(m["h"] or chinese_number(m["hc"]) or 0)
        minute = int(m["i"] or m["ic"] or 0) or (30 if m["hi"] else 15 if m["k"] == "一" else 45 if m["k"] else 0)
        late = m["half"] in ("下午", "晚上", "晚") or (m["half"] == "中午" and hour < 11)
        hours = [hour + 12] if late and hour < 12 else [hour] if m["half"] else [hour, hour + 12]
        for h in (h for h in hours if h < 24 and minute < 60):
            for padded in known.cells.clocks:
                yield Candidate(
                    Constant(f"{h:02d}:{minute:02d}" if padded else f"{h}:{minute:02d}"), "time", *m.span(), -1, 0.9
                )
