"""What a decoder need not try: columns and constants that do not go with what stands before them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from core.text2sql.candidates import Candidate
from core.text2sql.fields import BRACKETS, Field
from core.text2sql.form import Column, Constant, Symbol
from core.text2sql.form_vocabulary import VOCABULARY, WORD_IDS, Bank
from core.text2sql.grammar import NUMBER_WORDS

_OF_NUMBERS = frozenset(("sum", "avg", "median", "stddev"))
_OF_TEXTS = frozenset(("starts", "ends", "contains", "not_starts", "not_ends", "not_contains"))
_PARTS = ("year", "month", "quarter", "day", "weekday", "year_month", "days", "months", "years")
_OF_DATES = frozenset((*_PARTS, "recent_days", "recent_weeks", "recent_months", "recent_years"))
_EQUALS = frozenset(("=", "!=", "in", "not_in"))
_COMPARE = frozenset((*_EQUALS, ">", "<", ">=", "<=", "between"))
# A number this many times as large as the largest of a column, or as small, is not one of it.
_FAR = 20.0
# A number without 万, 亿 or a unit behind it.
_BARE = re.compile(r"-?[\d.,一二三四五六七八九十百零两]+")
_YEAR_NAME = re.compile(r"年$|年[份度]|届|year", re.IGNORECASE)
# Words that take no column twice in a row, and those that take two sides, of which one column is not both.
_LISTS = frozenset(("select", "distinct", "count_groups", "group", "per", "greatest", "least", "plus"))
_SIDES = frozenset(("=", "!=", ">", "<", ">=", "<=", "-", "/", "days", "months", "years"))


def fitting(bank: Bank, written: Sequence[Symbol]) -> NDArray[np.bool_] | None:
    """Which places of `bank` go with what was `written` last; None where all do.

    A cell is compared with its own column, and stands once in a list, as a column does; nothing is compared with
    itself; sums are of numbers, beginnings of texts, years of dates.
    """
    last = written[-1] if written else None
    if isinstance(last, Column):
        own = _own_cells(bank, last.index, ()) if len(written) > 1 and written[-2] in _EQUALS else None
        return _both(_both(_others(bank, written), own), _like_its_numbers(bank, written))
    if isinstance(last, str):
        kind = "number" if last in _OF_NUMBERS else "text" if last in _OF_TEXTS else "date" if last in _OF_DATES else ""
        kinds = [field.type == kind for field in bank.fields]
        if not kind or not any(kinds):
            return None
        found = np.ones(bank.size, dtype=bool)
        found[len(VOCABULARY) : bank.first_candidate] = kinds
        return found
    return _further(bank, written)


def _further(bank: Bank, written: Sequence[Symbol]) -> NDArray[np.bool_] | None:
    """The places that go on with a list of constants, or with the second end of a range."""
    said = listed(written)
    before = written[: len(written) - len(said)]
    if not said or len(before) < 2 or not isinstance(before[-1], Column):
        return None
    if before[-2] in ("in", "not_in"):
        return _both(_own_cells(bank, before[-1].index, said), _like_its_numbers(bank, before))
    return _like_its_numbers(bank, before) if before[-2] == "between" and len(said) == 1 else None


def listed(written: Sequence[Symbol]) -> list[Symbol]:
    """The constants written last, one behind the other."""
    return list(takewhile(lambda symbol: isinstance(symbol, Constant), reversed(written)))


def _both(a: NDArray[np.bool_] | None, b: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
    return b if a is None else a if b is None else a & b


def _like_its_numbers(bank: Bank, written: Sequence[Symbol]) -> NDArray[np.bool_] | None:
    """Behind a comparison and its column: the places without readings of a number that are none of the column's, where
    the same words have one that is. 一万 of rents in yuan is 10,000, of those in 万 1; a year has four digits."""
    word, column = (written[-2] if len(written) > 1 else None), written[-1]
    if word not in _COMPARE or not isinstance(column, Column) or not bank.fields:
        return None
    field = bank.fields[column.index]
    if field.type != "number":
        return None
    found = np.ones(bank.size, dtype=bool)
    groups: dict[int, list[int]] = {}
    for i, c in enumerate(bank.candidates):
        if isinstance(c.constant.value, (int, float)):
            groups.setdefault(c.start, []).append(i)
    years = [i for i, c in enumerate(bank.candidates) if c.kind == "year"] if _of_years(field) else []
    for group in groups.values():
        readings = [bank.candidates[i] for i in group]
        kept = [i for i, ok in zip(group, _meant(readings, field, column.index, bank.text), strict=True) if ok]
        dropped = set(group) - set(kept) if kept else set()
        if years:
            dropped |= {i for i in group if not _is_year(bank.candidates[i])}
        found[[bank.first_candidate + i for i in dropped]] = False
    if years:
        found[[WORD_IDS[word] for word in NUMBER_WORDS]] = False
    return found


def _meant(readings: Sequence[Candidate], field: Field, column: int, text: str) -> list[bool]:
    """Which readings of one number, as values of a column, may be meant."""
    own = [c.column == column for c in readings]
    spoken = not _BARE.fullmatch(text[readings[0].start : readings[0].end])
    if spoken and any(own):
        return own
    kinds = {c.kind for c in readings}
    high = field.maximum
    if {"share", "percent"} <= kinds and high is not None:
        return [c.kind != ("percent" if high <= 1.0 else "share") for c in readings]
    if field.scale == 1.0 and (field.unit or BRACKETS.search(field.name)):
        return [mine or c.kind != "scaled" for c, mine in zip(readings, own, strict=True)]
    return [_near(c, field) for c in readings]


def _near(reading: Candidate, field: Field) -> bool:
    """Whether a number is about as large as those of a column; its sign is the question's own affair."""
    low, high, value = field.minimum, field.maximum, reading.constant.value
    assert isinstance(value, (int, float))
    if low is None or high is None or value == 0:
        return True
    largest = max(abs(low), abs(high))
    smallest = low if low > 0 else largest / 1000
    return smallest / _FAR <= abs(value) <= largest * _FAR


def _of_years(field: Field) -> bool:
    return field.yearly and bool(_YEAR_NAME.search(BRACKETS.sub("", field.name)))


def _is_year(candidate: Candidate) -> bool:
    value = candidate.constant.value
    return isinstance(value, (int, float)) and 1000 <= value <= 2999


def _others(bank: Bank, written: Sequence[Symbol]) -> NDArray[np.bool_] | None:
    """The places without the columns written last, behind a word that does not take a column twice."""
    said: list[int] = []
    for symbol in reversed(written):
        if not isinstance(symbol, Column):
            break
        said.append(symbol.index)
    word = written[-1 - len(said)] if len(said) < len(written) else ""
    if word not in _LISTS and not (word in _SIDES and len(said) == 1):
        return None
    found = np.ones(bank.size, dtype=bool)
    found[[len(VOCABULARY) + column for column in said]] = False
    return found


def _own_cells(bank: Bank, column: int, said: Sequence[Symbol]) -> NDArray[np.bool_]:
    """The places without cells of other columns than `column`, and without the constants `said`."""
    found = np.ones(bank.size, dtype=bool)
    for i, candidate in enumerate(bank.candidates):
        of_another = isinstance(candidate.constant.value, str) and candidate.column not in (-1, column)
        found[bank.first_candidate + i] = not of_another and candidate.constant not in said
    return found
