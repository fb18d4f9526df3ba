"""What a decoder need not try: columns and constants that do not go with what stands before them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.text2sql.fields import Field
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
_YEARS = (1000, 2999)
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
        return _both(_others(bank, written), _like_its_numbers(bank, written))
    if isinstance(last, str):
        kind = "number" if last in _OF_NUMBERS else "text" if last in _OF_TEXTS else "date" if last in _OF_DATES else ""
        kinds = [field.type == kind for field in bank.fields]
        if not kind or not any(kinds):
            return None
        found = np.ones(bank.size, dtype=bool)
        found[len(VOCABULARY) : bank.first_candidate] = kinds
        return found
    listed = 0
    while listed < len(written) and isinstance(written[-1 - listed], Constant):
        listed += 1
    before = written[len(written) - listed - 2 : len(written) - listed]
    if len(before) < 2 or not isinstance(before[1], Column):
        return None
    said = written[len(written) - listed :]
    own = _own_cells(bank, before[1].index, said) if before[0] in _EQUALS else None
    return _both(own, _like_its_numbers(bank, written[: len(written) - listed]) if listed else None)


def _both(a: NDArray[np.bool_] | None, b: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
    return b if a is None else a if b is None else a & b


def _like_its_numbers(bank: Bank, written: Sequence[Symbol]) -> NDArray[np.bool_] | None:
    """Behind a comparison and its column: the places without numbers that are none of the column's where the same words
    may mean one that is. 一万 of rents in yuan is 10,000, of those in 万 1; a year has four digits."""
    word, column = (written[-2] if len(written) > 1 else None), written[-1]
    if word not in _COMPARE or not isinstance(column, Column) or not bank.fields:
        return None
    field = bank.fields[column.index]
    numbers = [(i, c.start, float(c.constant.value)) for i, c in enumerate(bank.candidates) if is_number(c.constant)]
    near = [_near(number, field) for *_, number in numbers]
    found = np.ones(bank.size, dtype=bool)
    for (i, start, _), fits in zip(numbers, near, strict=True):
        others = any(ok for ok, (_, at, _) in zip(near, numbers, strict=True) if at == start or field.yearly)
        found[bank.first_candidate + i] = fits or not others
    if field.yearly:
        found[[WORD_IDS[word] for word in NUMBER_WORDS]] = False
    return found


def is_number(constant: Constant) -> bool:
    return isinstance(constant.value, (int, float))


def _near(number: float, field: Field) -> bool:
    """Whether a number may be compared with those of a column."""
    low, high = field.minimum, field.maximum
    if field.yearly:
        return _YEARS[0] <= number <= _YEARS[1]
    if low is None or high is None or field.type != "number":
        return True
    if (number < 0 <= low) or (number > 0 >= high and high < 0):
        return False
    largest = max(abs(low), abs(high))
    smallest = low if low > 0 else largest / 1000
    return number == 0 or smallest / _FAR <= abs(number) <= largest * _FAR


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
    if word in _EQUALS:
        found &= _own_cells(bank, said[0], ())
    return found


def _own_cells(bank: Bank, column: int, said: Sequence[Symbol]) -> NDArray[np.bool_]:
    """The places without cells of other columns than `column`, and without the constants `said`."""
    found = np.ones(bank.size, dtype=bool)
    for i, candidate in enumerate(bank.candidates):
        of_another = isinstance(candidate.constant.value, str) and candidate.column not in (-1, column)
        found[bank.first_candidate + i] = not of_another and candidate.constant not in said
    return found
