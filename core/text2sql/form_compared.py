"""Forms put right where the question itself says how a value is compared: 大于100万 is no `<`.

The words beside a value decide (`core.text2sql.comparators`); which column it is a value of is left to the model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from core.text2sql.candidates import Candidate
from core.text2sql.comparators import Comparison, comparison
from core.text2sql.form import Column, Constant, Symbol
from core.text2sql.form_beam import Hypothesis, Written
from core.text2sql.form_vocabulary import Bank

_ORDERS = frozenset((">", "<", ">=", "<="))
# Words between an operator and its column that leave larger and smaller as they are, unlike a difference.
_PLAIN = frozenset((
    "count", "sum", "avg", "max", "min", "median", "count_of", "count_distinct", "round", "or_zero", "abs", "year",
    "month", "quarter", "day",
))  # fmt: skip
_MOMENTS = frozenset(("year", "month", "quarter", "monthday", "day", "last_day"))
# Ranks are the better the smaller, and what a sign was read from has been turned round already.
_OTHERWISE = frozenset(("rank", "negative"))
_RANKED = re.compile("排名|名次|排行|位次")


def put_right(found: Sequence[Hypothesis], bank: Bank, begin: int) -> list[Hypothesis]:
    """The hypotheses with the operators that the question, from `begin` on, says; the likeliest first, those that come
    to the same as one."""
    said = compared(bank, begin)
    if not said:
        return list(found)
    merged: dict[tuple[Symbol, ...], Hypothesis] = {}
    for h in found:
        steps = _put_right(h.steps, bank, said)
        key = tuple(step[0] for step in steps)
        known = merged.get(key)
        score = h.score if known is None else min(float(np.logaddexp(h.score, known.score)), 0.0)
        merged[key] = replace(known or replace(h, steps=steps), score=score)
    return sorted(merged.values(), key=lambda h: -h.score)


def compared(bank: Bank, begin: int) -> dict[int, Comparison]:
    """Per candidate, by its index, what the words beside it say, where the question compares it."""
    found = {}
    moments = [(c.start, c.end) for c in bank.candidates if _is_moment(c)]
    for i, c in enumerate(bank.candidates):
        if isinstance(c.constant.value, str) or c.kind in _OTHERWISE or c.start < begin or c.end <= c.start:
            continue
        moment = any(a < c.end and c.start < b for a, b in moments)  # the 三 of 三季度 is no amount
        said = comparison(bank.text, c.start, c.end, moment)
        if said is not None and (said.timed or not isinstance(c.constant.value, date)):
            found[i] = said
    return found


def _is_moment(c: Candidate) -> bool:
    value = c.constant.value
    return c.kind in _MOMENTS or isinstance(value, date) or (isinstance(value, (int, float)) and 1000 <= value <= 2999)


def _put_right(steps: Sequence[Written], bank: Bank, said: dict[int, Comparison]) -> tuple[Written, ...]:
    """The steps with each operator as the words beside its value say, if they are of one mind."""
    written = list(steps)
    symbols = [step[0] for step in steps]
    if "not" in symbols:
        return tuple(written)
    for at, symbol in enumerate(symbols):
        value = _value(symbols, at, bank) if symbol in _ORDERS else None
        if value is None:
            continue
        mine = [i for i, c in enumerate(bank.candidates) if c.constant == symbols[value]]
        words = {said[i] for i in mine if i in said}
        if len(words) != 1 or any(_elsewhere(bank.candidates[i], mine, bank, said) for i in mine):
            continue
        [word] = words
        if symbol not in word.operators:
            _, p, options, _ = written[at]
            right = word.operators[0]
            written[at] = right, dict(options).get(right, p), options, (word.start, word.end)
        bound = _bound(str(written[at][0]), symbols[value], word, bank)
        if bound is not None:
            written[value] = bound, *written[value][1:]
    return tuple(written)


def _value(symbols: Sequence[Symbol], at: int, bank: Bank) -> int | None:
    """Where the constant stands that a column, or plain words over one, is compared with by the operator at `at`."""
    for i in range(at + 1, len(symbols)):
        symbol = symbols[i]
        if isinstance(symbol, Constant):
            return i
        if isinstance(symbol, Column):
            if bank.fields and _RANKED.search(bank.fields[symbol.index].name):
                return None
        elif symbol not in _PLAIN:
            return None
    return None


def _elsewhere(c: Candidate, mine: Sequence[int], bank: Bank, said: dict[int, Comparison]) -> bool:
    """Whether the text says the value once more without these words, so that either place may be meant."""
    places = [bank.candidates[i] for i in mine if i in said]
    return c.end > c.start and not any(p.start < c.end and c.start < p.end for p in places)


def _bound(operator: str, value: Symbol, word: Comparison, bank: Bank) -> Constant | None:
    """The end of a period that was meant, where the other end stands: later than 2000 is later than its last day."""
    if not word.exact or not isinstance(value, Constant) or not isinstance(value.value, date):
        return None
    kind = "last_day" if operator in (">", "<=") else "day"
    places = {(c.start, c.end) for c in bank.candidates if c.constant == value and c.kind in ("day", "last_day")}
    ends = [c.constant for c in bank.candidates if c.kind == kind and (c.start, c.end) in places]
    # A day alone is its own end.
    if len(places) != 1 or not ends or ends[0] == value:
        return None
    return ends[0]
