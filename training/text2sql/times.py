"""How a sketch's bounds in time are said in a form: by year, quarter and month, or counted back from a day."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta
from itertools import pairwise

from core.text2sql.form import Constant, Form, Node
from core.text2sql.form_parse_conditions import conjuncts, joined

_FROM_TODAY = re.compile("距今|距离今|至今|到现在|今天")
_NEW_YEAR = re.compile(r"(?<!\d)1月1[日号]|一月一[日号]|元旦|[-/.]0?1[-/.]0?1(?!\d)")
_BOUNDS = (">", "<", ">=", "<=")


def as_asked(form: Form, question: str, today: date, named: Collection[date]) -> Form:
    """`form` with its bounds in time as the `question` speaks of them; `named`: the days that it names.

    A sketch says that a day is in 2021 by the first days of two years, and that it is at most four years ago by the day
    four years before `today`; no question names these.
    """
    if not isinstance(form, Node):
        return form
    if form.word == "and":
        parts = _stretches(conjuncts(form), question, today)
        return joined("and", [as_asked(part, question, today, named) for part in parts])
    if _day(form) is not None:
        return _bound(form, question, today, named)
    return Node(form.word, tuple(as_asked(arg, question, today, named) for arg in form.args))


def _day(form: Form) -> date | None:
    """The day that a comparison compares with."""
    if isinstance(form, Node) and form.word in _BOUNDS and isinstance(form.args[1], Constant):
        value = form.args[1].value
        return value if isinstance(value, date) else None
    return None


def _stretches(parts: list[Form], question: str, today: date) -> list[Form]:
    """The parts of a chain; two neighbours that are the ends of a year, a quarter or a month as that."""
    from_today = bool(_FROM_TODAY.search(question))
    found: dict[int, list[Form]] = {i: [part] for i, part in enumerate(parts)}
    for i, (a, b) in enumerate(pairwise(parts)):
        begin, end = _day(a), _day(b)
        if not (begin and end and isinstance(a, Node) and isinstance(b, Node)):
            continue
        if (a.word, b.word) == (">=", "<") and a.args[0] == b.args[0]:
            ago = today.year - begin.year if from_today and str(begin.year) not in question else None
            found[i], found[i + 1] = _stretch(a.args[0], begin, end, ago) or [a, b], []
    return [part for mine in found.values() for part in mine]


def _stretch(column: Form, begin: date, end: date, ago: int | None) -> list[Form]:
    """`ago`: the years that the question counts back from today, if it does."""
    months = 12 * (end.year - begin.year) + end.month - begin.month
    if begin.day != 1 or end.day != 1:
        return []
    year = Node("=", (Node("year", (column,)), Constant(float(begin.year))))
    if months == 12 and begin.month == 1:
        now = Node("year", (Node("today"),))
        return [year if ago is None else Node("=", (year.args[0], Node("-", (now, Constant(float(ago))))))]
    if months == 3 and begin.month % 3 == 1:
        return [year, Node("=", (Node("quarter", (column,)), Constant(float((begin.month + 2) // 3))))]
    if months == 1:
        return [year, Node("=", (Node("month", (column,)), Constant(float(begin.month))))]
    return [Node("between", (column, Constant(begin), Constant(end - timedelta(1))))]


def _bound(form: Node, question: str, today: date, named: Collection[date]) -> Form:
    """One bound: so many years ago, a year, or the last day that is in."""
    column, day = form.args[0], _day(form)
    assert day is not None
    if (day.month, day.day) == (1, 1) and form.word in (">=", "<") and not _NEW_YEAR.search(question):
        # 2020年以后 is from its first day on, or from the next one's.
        earlier = day not in named and date(day.year - 1, 1, 1) in named
        word = {">=": ">", "<": "<="}[form.word] if earlier else form.word
        return Node(word, (Node("year", (column,)), Constant(float(day.year - earlier))))
    if (day.month, day.day) == (today.month, today.day) and day < today and day not in named:
        return _ago(form.word, column, today.year - day.year, question)
    before = day - timedelta(1)
    if day not in named and before in named and form.word in (">=", "<"):
        return Node(">" if form.word == ">=" else "<=", (column, Constant(before)))
    return form


def _ago(word: str, column: Form, years: int, question: str) -> Form:
    n = Constant(float(years))
    if _FROM_TODAY.search(question):
        return Node(word, (column, Node("minus_years", (Node("today"), n))))
    recent = Node("recent_years", (column, n))
    return recent if word in (">", ">=") else Node("not", (recent,))
