"""Readings that differ only in which columns they show, as one that shows them all.

Who asks 哪些没盘点 may want the article's number or its name: both beside each other answer it either way.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from core.text2sql.form import Column, Form, Node
from core.text2sql.form_reading import Reading
from core.text2sql.grammar import CLAUSES

# Readings this much less likely than the best add nothing to it, and one this sure needs nothing added.
_LEAST, _SURE = 0.2, 0.5
_MOST = 2  # columns added


def united(readings: Sequence[Reading], named: Set[int] = frozenset()) -> tuple[Reading, ...]:
    """The readings, the best of them with the columns that others like it show; those others are left out.

    `named`: columns that the question has by their whole name. Where it names all that the best reading shows, nothing
    is added that it does not name.
    """
    if not readings or readings[0].probability >= _SURE:
        return tuple(readings)
    found, kept, added = readings[0], [], 0
    assert isinstance(found.form, Node)
    told = all(e.index in named for e in found.form.args if isinstance(e, Column))
    for other in readings[1:]:
        more = _more(found.form, other.form)
        if (
            more is None
            or (told and any(c.index not in named for c in more))
            or other.probability < _LEAST * found.probability
            or added + len(more) > _MOST
        ):
            kept.append(other)
        else:
            found, added = _showing(found, other, more), added + len(more)
    return (found, *kept)


def _parts(form: Node) -> tuple[tuple[Form, ...], tuple[Form, ...]]:
    """What a query shows, and its clauses."""
    clauses = tuple(a for a in form.args if isinstance(a, Node) and a.word in CLAUSES)
    return form.args[: len(form.args) - len(clauses)], clauses


def _more(form: Form, other: Form) -> list[Column] | None:
    """The columns that `other` shows beside those of `form`, both queries of rows; None where they differ in anything
    else."""
    if not (isinstance(form, Node) and isinstance(other, Node) and form.word == other.word == "select"):
        return None
    (mine, clauses), (theirs, same) = _parts(form), _parts(other)
    if clauses != same or any(isinstance(c, Node) and c.word == "group" for c in clauses):
        return None
    both = isinstance(mine[0], Column) and isinstance(theirs[0], Column)
    if not both or not all(isinstance(e, Column) for e in set(mine) ^ set(theirs)):
        return None
    return [e for e in theirs if isinstance(e, Column) and e not in mine]


def _showing(reading: Reading, other: Reading, more: Sequence[Column]) -> Reading:
    """`reading` with the columns `more`, of `other`, behind the columns it begins with."""
    assert isinstance(reading.form, Node)
    args, steps = reading.form.args, reading.steps
    at = next((i for i, e in enumerate(args) if not isinstance(e, Column)), len(args))
    written = [next(step for step in other.steps if step.symbol == column) for column in more]
    form = Node(reading.form.word, (*args[:at], *more, *args[at:]))
    # The first step is the word "select".
    return replace(reading, form=form, steps=(*steps[: at + 1], *written, *steps[at + 1 :]))
