"""What the writer of forms saw in a question: every symbol with its probability, and the characters it points to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.text import normalise
from core.text2sql.form import Column, Constant, Form, Node, Symbol
from core.text2sql.form_filler import Written
from core.text2sql.form_reading import Reading
from core.text2sql.form_terms import number
from core.text2sql.form_words import Queries, tidy
from core.text2sql.sketch import Sketch
from core.text2sql.table import Table

# Words whose arguments are no part of a sentence of their own.
_UNSAID = frozenset((
    "select", "distinct", "count_groups", "refuse", "shortlist", "where", "group", "having", "first", "rank", "keep",
    "order", "limit", "percent", "offset", "desc", "asc", "per",
))  # fmt: skip


def links_of_form(
    question: str, table: Table, form: Form | None, sketch: Sketch | None, written: Written
) -> list[dict[str, Any]]:
    """Pieces of the question as typed that a form's columns and constants point to: see `core.text2sql.explain.links`.

    A value's `condition` is its number in the sketch, None where there is no such.
    """
    reading = _reading(form, written)
    names = [c.name for c in table.columns]
    kept: list[dict[str, Any]] = []
    column = ""
    for step in reading.steps if reading else ():
        if isinstance(step.symbol, str):
            continue
        if isinstance(step.symbol, Column):
            column = names[step.symbol.index]
        place = _typed(step.span, question, written)
        if place is None or any(place[0] < k["end"] and k["start"] < place[1] for k in kept):
            continue
        kind = "column" if isinstance(step.symbol, Column) else "value"
        condition = _condition(step.symbol, sketch) if isinstance(step.symbol, Constant) else None
        kept.append({"start": place[0], "end": place[1], "kind": kind, "column": column, "condition": condition})
    return sorted(kept, key=lambda k: k["start"])


def inside_form(question: str, table: Table, form: Form | None, written: Written) -> dict[str, Any]:
    """The form with its probabilities, as JSON.

    {"steps": [{symbol, kind: word, column or value, probability, options: [{label, probability, chosen}], span: of the
    question as typed, or null}], "tree": {word, label, said: {zh, en} or null, args: [trees]}, "candidates": [{text,
    column, value, kind, score}], "text": the conversation as read, "begin": where the question begins in it,
    "answerable"}.
    """
    reading = _reading(form, written)
    names = [c.name for c in table.columns]
    steps = [
        {
            "symbol": _label(step.symbol, names),
            "kind": _kind(step.symbol),
            "probability": round(step.probability, 4),
            "options": [
                {"label": _label(symbol, names), "probability": round(p, 4), "chosen": symbol == step.symbol}
                for symbol, p in step.options
            ],
            "span": _typed(step.span, question, written),
        }
        for step in (reading.steps if reading else ())
    ]
    return {
        "steps": steps,
        "tree": _tree(form, Queries(table), names) if form is not None else None,
        "candidates": [
            {
                "text": written.text[c.start : c.end],
                "column": names[c.column] if c.column >= 0 else "",
                "value": _label(c.constant, names),
                "kind": c.kind,
                "score": round(c.score, 4),
            }
            for c in written.candidates
        ],
        "text": written.text,
        "begin": written.begin,
        "answerable": round(written.answerable, 4),
    }


def _reading(form: Form | None, written: Written) -> Reading | None:
    return next((r for r in written.readings if r.form == form), None)


def _typed(span: tuple[int, int] | None, question: str, written: Written) -> tuple[int, int] | None:
    """A span of the conversation as one of the question as typed; None where it is of what was asked before."""
    if span is None or span[0] < written.begin or span[1] <= span[0]:
        return None
    folded = normalise(question)
    # Of a long conversation the end is read.
    lead = len(folded.text.rstrip()) - len(written.text)
    start, end = span[0] + lead, span[1] + lead
    if not 0 <= start < end <= len(folded.text):
        return None
    return folded.span_in_original(start, end)


def _condition(constant: Constant, sketch: Sketch | None) -> int | None:
    for i, condition in enumerate(sketch.conditions if sketch else ()):
        value = condition.value
        if value and constant.value in (value.text or None, value.number):
            return i
    return None


def _kind(symbol: Symbol) -> str:
    if isinstance(symbol, Column):
        return "column"
    return "value" if isinstance(symbol, Constant) else "word"


def _label(symbol: Symbol, names: Sequence[str]) -> str:
    if isinstance(symbol, str):
        return symbol
    if isinstance(symbol, Column):
        return names[symbol.index]
    value = symbol.value
    return value if isinstance(value, str) else number(value) if isinstance(value, (int, float)) else value.isoformat()


def _tree(form: Form, words: Queries, names: Sequence[str]) -> dict[str, Any]:
    if not isinstance(form, Node):
        return {"word": _kind(form), "label": _label(form, names), "said": None, "args": []}
    said = None
    if form.word not in _UNSAID and form.args:
        zh, en = words.condition(form)
        said = {"zh": tidy(zh), "en": tidy(en)}
    args = [_tree(arg, words, names) for arg in form.args]
    return {"word": form.word, "label": form.word, "said": said, "args": args}
