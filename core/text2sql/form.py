"""What was asked about a table, as a tree: words of a small grammar over the table's columns and constants.

A sketch with blanks (`core.text2sql.sketch`) has one level; a tree says shares, ranks within groups, changes from row
to row and queries within queries too. Which words there are and what may follow what: `core.text2sql.grammar`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Column:
    """A column of the table, by its index."""

    index: int


@dataclass(frozen=True)
class Constant:
    """A text as it stands in a cell, a number, or a day."""

    value: str | float | date


@dataclass(frozen=True)
class Node:
    """A word of the grammar with what it is said of."""

    word: str
    args: tuple[Form, ...] = ()


Form = Node | Column | Constant
Symbol = str | Column | Constant


def walk(form: Form) -> Iterator[Form]:
    """`form` and everything below it, in the order in which it is written."""
    yield form
    if isinstance(form, Node):
        for arg in form.args:
            yield from walk(arg)


def renumbered(form: Form, columns: Sequence[int]) -> Form:
    """The form with column i as column `columns[i]`."""
    if isinstance(form, Column):
        return Column(columns[form.index])
    if isinstance(form, Node):
        return Node(form.word, tuple(renumbered(arg, columns) for arg in form.args))
    return form


def goes_astray(form: Form) -> bool:
    """Whether a part of `form` says nothing: the same shown or joined twice, a thing less or through itself, a column
    that equals two values at once, or is under one and over a larger one."""
    return any(isinstance(node, Node) and (_is_idle(node) or _contradicts(node)) for node in walk(form))


def _is_idle(node: Node) -> bool:
    if node.word in ("-", "/"):
        return node.args[0] == node.args[1]
    if node.word in ("select", "distinct"):
        return len(set(node.args)) < len(node.args)
    return node.word in ("and", "or") and len(set(parts := _joined(node, node.word))) < len(parts)


def _contradicts(node: Node) -> bool:
    """Whether the parts of a chain of `and` leave no value for some column."""
    if node.word != "and":
        return False
    equal: dict[Form, set[Form]] = {}
    below: dict[Form, float] = {}
    above: dict[Form, float] = {}
    for part in _joined(node, "and"):
        if not isinstance(part, Node) or len(part.args) < 2 or not isinstance(part.args[1], Constant):
            continue
        key, value = part.args[0], part.args[1].value
        if part.word in ("=", "in"):
            among = set(part.args[1:])
            equal[key] = equal.get(key, among) & among
        elif isinstance(value, (int, float)) and part.word in ("<", "<="):
            below[key] = min(value, below.get(key, value))
        elif isinstance(value, (int, float)) and part.word in (">", ">="):
            above[key] = max(value, above.get(key, value))
    return not all(equal.values()) or any(below[key] < above[key] for key in below.keys() & above.keys())


def _joined(form: Form, word: str) -> list[Form]:
    """What `word` joins, through all its levels."""
    if isinstance(form, Node) and form.word == word:
        return [part for arg in form.args for part in _joined(arg, word)]
    return [form]
