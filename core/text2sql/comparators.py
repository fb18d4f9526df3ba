"""Words of comparison: which operators the words beside a value leave open.

They are a closed class of the language, so a question that has one of them beside a value says itself how the value is
compared, whatever a model makes of the rest. This is the one place that lists them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from core.numerals import NUMERALS

# Operators that a word admits, the one that it says first.
Operators = tuple[str, ...]
_MORE: Operators = (">",)
_LESS: Operators = ("<",)
_LEAST: Operators = (">=",)
_MOST: Operators = ("<=",)
_FROM, _UP_TO = (">=", ">"), ("<=", "<")  # 以上 and 以下 are used both ways
_AFTER, _BEFORE = (">", ">="), ("<", "<=")
_OPPOSITE = {_MORE: _MOST, _LESS: _LEAST, _LEAST: _LESS, _MOST: _MORE}

_NOT = r"没有|没|未曾|未|不会|不能|并不|不是|并非|不"
_LARGER, _SMALLER = "大高多长重贵快远深宽厚强", "小低少短轻慢近浅窄薄弱"
_EQUAL = r"(?:或者?)?(?:等于|=)"
# Words before a value: 不大于 5, 没有超过 5, 晚于 2000 年. A negation turns them round, but 不到 is one word.
_BEHIND = r"了?(?:大约|约)?\s*$"
_WORDS_BEFORE: tuple[tuple[re.Pattern[str], Operators], ...] = tuple(
    (re.compile(rf"(?P<no>{_NOT})?(?:{words}){_BEHIND}"), operators)
    for words, operators in (
        (rf"[{_LARGER}晚]于{_EQUAL}|至少|起码|不下于?|不亚于|达到|>=|≥", _LEAST),
        (rf"[{_SMALLER}早]于{_EQUAL}|至多|<=|≤", _MOST),
        (rf"[{_LARGER}晚]于|超过|超出|>", _MORE),
        (rf"[{_SMALLER}早]于|(?<!达)不到|达不到|不足|不满|未满|未到|没到|没有到|<", _LESS),
    )
)
# Between a value and the word behind it a measure word or a unit may stand: 20 枚以上.
_UNIT = rf"\s*[^\W\d_{NUMERALS}的且但和或与并而在比到至超不]{{0,5}}?[)）]?\s*"
_INCLUDING = r"(?:及其?|或者?|和)?"
_WORDS_AFTER: tuple[tuple[re.Pattern[str], Operators], ...] = (
    (re.compile(rf"{_UNIT}{_INCLUDING}(?:以上|之上|开外|往上|起步)"), _FROM),
    (re.compile(rf"{_UNIT}{_INCLUDING}(?:以下|之下|以内|之内|往下)"), _UP_TO),
)
_TIMES_AFTER: tuple[tuple[re.Pattern[str], Operators], ...] = (
    (re.compile(rf"{_INCLUDING}(?:以后|之后)"), _AFTER),
    (re.compile(rf"{_INCLUDING}(?:以前|之前)"), _BEFORE),
    (re.compile(rf"{_INCLUDING}(?:以来)"), _FROM),
)
# 三季度 and 5月 are no amounts, so that nothing is more than them.
_THAN = re.compile(rf"(?!\s*(?:季度|[年月日号周])){_UNIT}(?:还要|还|要|更)?(?:(?P<more>[{_LARGER}])|[{_SMALLER}])")
# What takes the rows away that are described behind it, or denies a word that stands behind the value: 不在 5 以上.
_TAKES_AWAY = re.compile(r"除了?|除去|排除|去掉|剔除|不算|不包括|不含|不要")
_DENIED = re.compile(r"(?:不在|不是|并非|没有?在?|非)$")
_PARTED = re.compile(r"[,，、;；。?？!！]")
_TIMED = re.compile(r"(?:[早晚]于|[以之][前后])")


class Comparison(NamedTuple):
    """The operators that the words at [start, end) leave open. `exact`: whether a period after them counts as a whole:
    later than 2000 is later than its last day. `timed`: whether they are of time."""

    operators: Operators
    start: int
    end: int
    exact: bool = False
    timed: bool = False


def comparison(text: str, start: int, end: int, moment: bool) -> Comparison | None:
    """What the words beside the value at [start, end) of the folded `text` say; None where there are none, or others
    turn them round. `moment`: whether the value is a time, for which 以前 and 以后 are words of comparison."""
    clause = _PARTED.split(text[:start])[-1]
    if _TAKES_AWAY.search(clause):
        return None
    return _before(text, start, clause) or _after(text, end, clause, moment)


def _before(text: str, start: int, clause: str) -> Comparison | None:
    for pattern, operators in _WORDS_BEFORE:
        if found := pattern.search(clause):
            at = start - len(clause)
            said = _OPPOSITE[operators] if found["no"] else operators
            timed = _TIMED.search(found[0]) is not None
            return Comparison(said, at + found.start(), at + found.end(), True, timed)
    return None


def _after(text: str, end: int, clause: str, moment: bool) -> Comparison | None:
    if _DENIED.search(clause):
        return None
    for pattern, operators in (*_WORDS_AFTER, *(_TIMES_AFTER if moment else ())):
        if found := pattern.match(text, end):
            return Comparison(operators, *found.span(), timed=_TIMED.search(found[0]) is not None)
    if clause.endswith("比") and not moment and (found := _THAN.match(text, end)):
        return Comparison(_MORE if found["more"] else _LESS, *found.span(), True)
    return None
