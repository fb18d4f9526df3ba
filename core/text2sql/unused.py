"""Values that a question has and a reading of it does nothing with: 经理 of 上海的经理 where it is about 上海 alone."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.text2sql.candidates import Candidate
from core.text2sql.form import Column, Constant, Node, walk
from core.text2sql.form_reading import Reading
from core.text2sql.grammar import NUMBER_WORDS

# How much less likely a reading is for each of them: what is taken from its log-odds.
_PENALTY = 2.0
_DIGITS = re.compile(r"\d")
_AMOUNTS = frozenset(("number", "scaled", "percent", "year", "month", "day"))
_Spans = Sequence[tuple[int, int]]


def weighed(
    readings: Iterable[Reading], text: str, begin: int, candidates: Sequence[Candidate], named: _Spans
) -> list[Reading]:
    """The readings with what each leaves `unused`, less likely for it; the likeliest first.

    `text`: the conversation, in which the question starts at `begin`; `candidates` are found there, and `named` is
    where it has names of columns.
    """
    found = []
    for reading in readings:
        left = _unused(reading, text, begin, candidates, named)
        odds = reading.probability / max(1 - reading.probability, 1e-9) * math.exp(-_PENALTY * len(left))
        found.append(replace(reading, unused=left, probability=odds / (1 + odds)) if left else reading)
    return sorted(found, key=lambda reading: -reading.probability)


def _unused(reading: Reading, text: str, begin: int, candidates: Sequence[Candidate], named: _Spans) -> tuple[str, ...]:
    """Cells, and numbers in digits, in the order of the question."""
    symbols = [step.symbol for step in reading.steps]
    values = {s.value for s in symbols if isinstance(s, Constant)}
    values |= {NUMBER_WORDS[s] for s in symbols if isinstance(s, str) and s in NUMBER_WORDS}
    # 直营和加盟各 is said of a column by whose cells the rows are divided.
    groups = [node for node in walk(reading.form) if isinstance(node, Node) and node.word == "group"]
    divided = {c.index for node in groups for c in node.args if isinstance(c, Column)}
    taken = [step.span for step in reading.steps if step.span] + list(named)
    taken += [(c.start, c.end) for c in candidates if c.constant.value in values or c.column in divided]
    left = {
        (c.start, c.end): _said(c, text)
        for c in candidates
        if begin <= c.start < c.end
        and _is_value(c, text)
        and not any(start < c.end and c.start < end for start, end in taken)
    }
    whole = [(a, b) for a, b in left if not any((c, d) != (a, b) and c <= a and b <= d for c, d in left)]
    return tuple(left[span] for span in sorted(whole))


def _said(c: Candidate, text: str) -> str:
    """The value in the letters of the table, where those of the folded text are only smaller."""
    said, value = text[c.start : c.end], str(c.constant.value)
    return value if value.lower() == said else said


def _is_value(c: Candidate, text: str) -> bool:
    """Whether what it was read from is a value, whatever is asked: a single character may be part of a word."""
    if c.kind == "cell":
        return c.end - c.start > 1
    return c.kind in _AMOUNTS and _DIGITS.search(text, c.start, c.end) is not None


def say_unused(values: Sequence[str]) -> tuple[str, str]:
    """Chinese and English."""
    zh, en = "、".join(f"“{value}”" for value in values), ", ".join(f"“{value}”" for value in values)
    return f"问题里的{zh}没有用上", f"{en} of the question {'was' if len(values) == 1 else 'were'} not used"
