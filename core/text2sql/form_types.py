"""What a decoder need not try: columns and constants that do not go with the word before them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.text2sql.form import Column, Constant, Symbol
from core.text2sql.form_vocabulary import VOCABULARY, Bank

_OF_NUMBERS = frozenset(("sum", "avg", "median", "stddev"))
_OF_TEXTS = frozenset(("starts", "ends", "contains", "not_starts", "not_ends", "not_contains"))
_PARTS = ("year", "month", "quarter", "day", "weekday", "year_month", "days", "months", "years")
_OF_DATES = frozenset((*_PARTS, "recent_days", "recent_weeks", "recent_months", "recent_years"))
_EQUALS = frozenset(("=", "!=", "in", "not_in"))
# Words that take no column twice in a row, and those that take two sides, of which one column is not both.
_LISTS = frozenset(("select", "distinct", "count_groups", "group", "per", "greatest", "least", "plus"))
_SIDES = frozenset(("=", "!=", ">", "<", ">=", "<=", "-", "/", "days", "months", "years"))


def fitting(bank: Bank, written: Sequence[Symbol]) -> NDArray[np.bool_] | None:
    """Which places of `bank` go with what was `written` last; None where all do.

    A cell is compared with its own column, and stands once in a list, as a column does; nothing is compared with
    itself; sums are of numbers, beginnings of texts, years of dates.
    """
    if written and isinstance(written[-1], Column):
        found = _others(bank, written)
        if found is not None:
            return found
    last = written[-1] if written else None
    if isinstance(last, str):
        kind = "number" if last in _OF_NUMBERS else "text" if last in _OF_TEXTS else "date" if last in _OF_DATES else ""
        kinds = [t == kind for t in bank.column_types]
        if not kind or not any(kinds):
            return None
        found = np.ones(bank.size, dtype=bool)
        found[len(VOCABULARY) : bank.first_candidate] = kinds
        return found
    listed = 0
    while listed < len(written) and isinstance(written[-1 - listed], Constant):
        listed += 1
    before = written[len(written) - listed - 2 : len(written) - listed]
    if len(before) < 2 or before[0] not in _EQUALS or not isinstance(before[1], Column):
        return None
    return _own_cells(bank, before[1].index, written[len(written) - listed :])


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
