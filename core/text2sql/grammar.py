"""The words of a form, and which symbol may follow which: a pushdown that the decoder asks before every step.

A form is written in prefix order. Lists and optional parts end where a symbol comes that they cannot take; where the
next part could be mistaken for one more of the list, the word `)` closes it. So one symbol always decides (LL(1)).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from core.text2sql.form import Column, Constant, Form, Node, Symbol
from core.text2sql.grammar_rules import CLOSE, EVERY_COLUMN, NUMBER_WORDS, RULES, VALUES

__all__ = [
    "CLAUSES", "CLOSE", "EVERY_COLUMN", "NUMBER_WORDS", "ROW_WORDS", "START", "WORDS", "Allowed", "State",
    "from_tokens", "tokens",
]  # fmt: skip
# The parts of a query behind what it shows.
CLAUSES = frozenset((
    "shortlist", "where", "group", "having", "first", "rank", "keep", "order", "limit", "percent",
))  # fmt: skip
LONGEST_LIST = 12
# Deeper than this only columns and constants may stand, so that no decoder runs away: six levels of arguments, or a
# chain of twelve conditions.
_DEEPEST, _LEVEL, _CHAIN = 24, 4, 2
_EXPRESSIONS = ("value", "result", "operand", "bound", "right", "moment")
# Words that say something of one row, whatever the others are.
ROW_WORDS = frozenset({*VALUES[0], EVERY_COLUMN})
WORDS: tuple[str, ...] = tuple(
    dict.fromkeys(
        [w for rules in RULES.values() for w in rules]
        + [w for words in VALUES for w in words]
        + [EVERY_COLUMN, *NUMBER_WORDS]
    )
)


class _Part(NamedTuple):
    """Something that is still expected.

    kind: a key of `RULES`, or one of `_EXPRESSIONS`, or number, text, constant, column. holds: see `RULES`.
    more: in a list, how many may come besides; such a part may be left out.
    """

    kind: str
    holds: int = 0
    depth: int = 0
    more: int = 0

    @property
    def optional(self) -> bool:
        return self.more > 0 or self.kind.endswith("?")


@dataclass(frozen=True)
class Allowed:
    """What may come next.

    words: these, number words among them. column: any column. constant: a constant of any type. text, number: a
    constant of that type; both are also true where any may come as an equal. end: the form may end here.
    """

    words: frozenset[str] = frozenset()
    column: bool = False
    constant: bool = False
    text: bool = False
    number: bool = False
    end: bool = False

    def admits(self, symbol: Symbol) -> bool:
        if isinstance(symbol, str):
            return symbol in self.words
        if isinstance(symbol, Column):
            return self.column
        return self.constant or (self.text if isinstance(symbol.value, str) else self.number and _is_number(symbol))


@dataclass(frozen=True)
class State:
    """What is still expected after some symbols, nearest first."""

    stack: tuple[_Part, ...]

    @property
    def allowed(self) -> Allowed:
        near = []
        for part in self.stack:
            near.append((part.kind, part.holds, part.depth >= _DEEPEST))
            if not part.optional:
                return _allowed(tuple(near), False)
        return _allowed(tuple(near), True)

    def after(self, symbol: Symbol) -> State:
        """Raises:
        ValueError: `symbol` may not come here.
        """
        for i, part in enumerate(self.stack):
            if _first(part).admits(symbol):
                rest = self.stack[i + 1 :]
                if part.more > 1:
                    rest = (part._replace(more=part.more - 1), *rest)
                return State(_parts(part, symbol) + rest)
            if not part.optional:
                break
        raise ValueError(f"{symbol} may not come here")


START = State((_Part("query"),))


def tokens(form: Form) -> list[Symbol]:
    """`form` as it is written.

    Raises:
        ValueError: the grammar cannot say it.
    """
    found: list[Symbol] = []
    forms = deque([form])
    _write(_Part("query"), forms, found)
    return found


def from_tokens(symbols: Sequence[Symbol]) -> Form:
    """The form that is written so; a number word is that constant.

    Raises:
        ValueError: the symbols are no whole form.
    """
    left = deque(symbols)
    forms = list(_read(_Part("query"), left))
    if left:
        raise ValueError(f"{left[0]} after the end")
    return forms[0]


def _write(part: _Part, forms: deque[Form], found: list[Symbol]) -> None:
    """Takes what belongs to `part` from the head of `forms` and puts its symbols at the end of `found`."""
    if part.kind == CLOSE:
        found.append(CLOSE)
        return
    times = part.more or 1
    first = _first(part)
    while times and forms:
        form = forms[0]
        symbol = form.word if isinstance(form, Node) else form
        if symbol in NUMBER_WORDS or not first.admits(symbol):
            break
        forms.popleft()
        found.append(symbol)
        if isinstance(form, Node):
            below = deque(form.args)
            for inner in _parts(part, form.word):
                _write(inner, below, found)
            if below:
                raise ValueError(f"{form.word} takes no {below[0]}")
        times -= 1
    if times == (part.more or 1) and not part.optional:
        raise ValueError(f"no {part.kind}" + (f" in {forms[0]}" if forms else ""))


def _read(part: _Part, symbols: deque[Symbol]) -> Iterator[Form]:
    """The forms that stand for `part` at the head of `symbols`, which are taken away."""
    times = part.more or 1
    first = _first(part)
    while times and symbols and first.admits(symbols[0]):
        symbol = symbols.popleft()
        if not isinstance(symbol, str):
            yield symbol
        elif symbol in NUMBER_WORDS:
            yield Constant(NUMBER_WORDS[symbol])
        elif symbol == CLOSE:
            return
        else:
            yield Node(symbol, tuple(form for inner in _parts(part, symbol) for form in _read(inner, symbols)))
        times -= 1
    if times == (part.more or 1) and not part.optional:
        raise ValueError(f"no {part.kind}" + (f" but {symbols[0]}" if symbols else ""))


def _is_number(symbol: Constant) -> bool:
    return isinstance(symbol.value, int | float)


def _first(part: _Part) -> Allowed:
    return _allowed(((part.kind, part.holds, part.depth >= _DEEPEST),), False)


@cache
def _allowed(near: tuple[tuple[str, int, bool], ...], end: bool) -> Allowed:
    """What the nearest parts (kind, holds, whether too deep) take."""
    words: set[str] = set()
    kinds = {kind for kind, _, _ in near}
    for kind, holds, deep in near:
        words |= _words(kind, holds, deep)
    return Allowed(
        words=frozenset(words),
        column=not kinds.isdisjoint((*_EXPRESSIONS, "column")),
        constant=not kinds.isdisjoint(("bound", "right", "constant", "moment")),
        text=not kinds.isdisjoint(("right", "constant", "text")),
        number=not kinds.isdisjoint(("operand", "bound", "right", "constant", "number")),
        end=end,
    )


def _words(kind: str, holds: int, deep: bool) -> set[str]:
    words: set[str] = set()
    if kind in RULES:
        words = {w for w, parts in RULES[kind].items() if not (deep and "condition" in parts)}
    if kind in _EXPRESSIONS:
        words = {w for level in VALUES[: holds + 1] for w, parts in level.items() if not (deep and parts)}
    if kind in ("operand", "bound", "right", "constant", "number"):
        words |= NUMBER_WORDS.keys()
    return words | {EVERY_COLUMN} if kind == "result" else words


def _parts(part: _Part, symbol: Symbol) -> tuple[_Part, ...]:
    """What `symbol` brings with it where `part` was expected."""
    if not isinstance(symbol, str) or symbol in NUMBER_WORDS or symbol == EVERY_COLUMN:
        return ()
    return _expanded(part.kind, part.holds, part.depth, symbol)


@cache
def _expanded(kind: str, holds: int, depth: int, word: str) -> tuple[_Part, ...]:
    of_values = next((level[word] for level in VALUES if word in level), "")
    rule = of_values if kind in _EXPRESSIONS else RULES[kind][word]
    found: list[_Part] = []
    deeper = depth + _LEVEL if kind in (*_EXPRESSIONS, "condition") else depth
    for name in rule.split():
        many = name.endswith("+")
        bare = name.rstrip("+")
        inner = int(bare[-1]) if bare[-1].isdigit() else holds
        at = depth + _CHAIN if word in ("and", "or") and found else deeper
        bare = bare.rstrip("012")
        # Where and having say for themselves what they hold; the results of a query may hold everything.
        found.append(_Part(bare, 2 if bare == "result" else inner, at))
        if many:
            found.append(found[-1]._replace(more=LONGEST_LIST - 1))
    return tuple(found)
