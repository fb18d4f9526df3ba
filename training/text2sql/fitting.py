"""Sketches fitted to their question and table: values of the right type, and where each stands in the question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from core.text2sql.fields import Field, value_for
from core.text2sql.linking import Linker, fold
from core.text2sql.literals import Literal, find_literals
from core.text2sql.sketch import Condition, Sketch, Value
from training.text2sql.examples import TODAY, Example, Span


def as_float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def typed(sketch: Sketch, fields: Sequence[Field]) -> Sketch:
    """Values as their columns hold them: '2015' among numbers is a number, '2017-09-09' among dates a day."""
    conditions = []
    for c in sketch.conditions:
        i, v = c.term.expr.column, c.value
        if v and v.kind in ("text", "number") and i >= 0 and not c.term.aggregate and c.term.expr.other is None:
            kind = fields[i].type
            written = v.text if v.kind == "text" else f"{v.number:g}"
            number = as_float(written.rstrip("%")) if v.kind == "text" else v.number
            if kind == "number" and number is not None:
                v = Value("number", number=number)
            elif kind == "text" and v.kind == "number":
                v = Value("text", written)
            elif kind == "date" and v.kind == "text":
                spans = [s for s in find_literals(written, TODAY) if s.kind == "date"]
                v = Value("date", begin=spans[0].begin, until=spans[0].until) if spans else v
        conditions.append(replace(c, value=v))
    return replace(sketch, conditions=tuple(conditions))


def linked(example: Example) -> Example:
    """The example with the places of its values in the question, where they stand there word for word."""
    example.spans = [_place(example, c) for c in example.sketch.conditions]
    literals = [s for s in find_literals(example.question, TODAY) if s.kind == "number" and s.scale == 1]
    for name, n in (("limit", example.sketch.limit), ("shortlist", (example.sketch.shortlist or (None, None))[1])):
        place = next(((s.start, s.end) for s in literals if n and s.number == n), None)
        setattr(example, name, place)
    return example


def _place(example: Example, condition: Condition) -> Span | None:
    """Where the condition's value stands; of several places (甲大于1且乙大于1) the one nearest to its column's name."""
    value, question = condition.value, example.question
    if value is None or value.kind == "column":
        return None
    if value.kind == "text":
        text = fold(value.text)
        found = [(m.start(), m.end()) for m in re.finditer(re.escape(text), question)] if text else []
    else:
        found = [(s.start, s.end) for s in find_literals(question, TODAY) if _says(s, condition, example.fields)]
    column = condition.term.expr.column
    if len(found) < 2 or column < 0:
        return found[0] if found else None
    linker = Linker(example.fields)
    return min(found, key=lambda span: linker.distance(question, span, column))


def _says(literal: Literal, condition: Condition, fields: Sequence[Field]) -> bool:
    """Whether a number or date of the question is the condition's value, in whatever unit."""
    value, expr = condition.value, condition.term.expr
    plain = expr.column >= 0 and not condition.term.aggregate and expr.other is None
    if plain:
        meant = value_for(literal, fields[expr.column], TODAY)
    else:
        meant = Value("number", number=literal.number * literal.scale) if literal.kind == "number" else None
    if meant is None or value is None:
        return False
    same_number = value.kind == "number" and literal.kind == "number" and literal.number == value.number
    return meant == value or same_number
