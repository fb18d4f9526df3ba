"""What the model saw in a question: which words became what, and how sure it is of every blank."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from core.text import normalise
from core.text2sql.answer import Answer
from core.text2sql.decisions import Decision
from core.text2sql.encoding import SPECIAL_COLUMNS
from core.text2sql.form_explain import inside_form, links_of_form
from core.text2sql.linking import EXPR, LIMIT, Candidate, Linker
from core.text2sql.sketch import ALL, used_columns

# Options less likely than this are not worth showing.
_FLOOR = 0.02
_MOST_OPTIONS = 4


def links(answer: Answer, linker: Linker) -> list[dict[str, Any]]:
    """Pieces [start, end) of the question as typed, by place, not overlapping: {start, end, kind, column, condition}.

    kind: "value" (of the best sketch's condition number `condition`), "limit" or "column"; `column`: its name, or "".
    """
    if answer.written is not None:
        return links_of_form(answer.question, answer.table, answer.best.form, answer.best.sketch, answer.written)
    sketch, filled = answer.best.sketch, answer.filled
    if sketch is None or filled is None:
        return []
    text = normalise(answer.question)
    lead = len(text.text) - len(text.text.lstrip())
    names = [c.name for c in answer.table.columns]
    found: list[tuple[int, int, dict[str, Any]]] = []
    for i, candidate in enumerate(answer.best.linked):
        if candidate is not None:
            condition = sketch.conditions[i]
            column = condition.term.expr.column
            name = "" if column == ALL else names[column]
            found.append((candidate.start, candidate.end, {"kind": "value", "column": name, "condition": i}))
    limits = {sketch.limit, (sketch.shortlist or (None, None))[1]} - {None}
    for candidate in filled.candidates:
        if candidate.column == LIMIT and candidate.value.number in limits:
            found.append((candidate.start, candidate.end, {"kind": "limit", "column": "", "condition": None}))
    for column, start, end in linker.named(text.text.strip()):
        if column in used_columns(sketch):
            found.append((start, end, {"kind": "column", "column": names[column], "condition": None}))
    kept: list[dict[str, Any]] = []
    taken: list[tuple[int, int]] = []
    for start, end, what in found:
        if all(end <= a or b <= start for a, b in taken):
            taken.append((start, end))
            begin, stop = text.span_in_original(start + lead, end + lead)
            kept.append({"start": begin, "end": stop, **what})
    return sorted(kept, key=lambda k: k["start"])


def inside(answer: Answer) -> dict[str, Any]:
    """The filled sketch, or the form as it was written, with its probabilities, as JSON.

    {"columns": [{name, heads: [{head, options: [{label, probability, chosen}]}]}], "whole": [{head, options}],
    "candidates": [{text, column, value, source, options}], "answerable"}: for every column only the heads that are not
    sure to stay empty. Of a form, see `core.text2sql.form_explain`.
    """
    if answer.written is not None:
        return inside_form(answer.question, answer.table, answer.best.form, answer.written)
    names = [c.name for c in answer.table.columns]
    if answer.filled is None:
        return {"columns": [], "whole": [], "candidates": [], "answerable": round(answer.answerable, 4)}
    order = answer.filled.columns
    by_column: dict[int, list[dict[str, Any]]] = {}
    whole: list[dict[str, Any]] = []
    by_candidate: dict[int, dict[str, list[dict[str, Any]]]] = {}
    for d in answer.filled.decisions:
        head = str(d.key[0])
        if head in ("op", "having"):
            by_candidate.setdefault(int(d.key[1]), {})[head] = _options(d)
        elif head in ("order", "shortlist"):
            whole.append({"head": head, "options": [_named(o, names, order) for o in _options(d)]})
        elif len(d.key) == 1:
            whole.append({"head": head, "options": _options(d)})
        elif head != "order_aggregate" and _open(d):
            label = f"{head}:{d.key[2]}" if len(d.key) > 2 else head
            by_column.setdefault(int(d.key[1]), []).append({"head": label, "options": _options(d)})
    return {
        "columns": [{"name": _slot_name(s, names, order), "heads": heads} for s, heads in sorted(by_column.items())],
        "whole": whole,
        "candidates": [
            _candidate(c, by_candidate[i], answer, names, order)
            for i, c in enumerate(answer.filled.candidates)
            if by_candidate[i]["op"][0]["label"] != "none" or len(by_candidate[i]["op"]) > 1
        ],
        "answerable": round(answer.answerable, 4),
    }


def _candidate(
    c: Candidate, heads: dict[str, list[dict[str, Any]]], answer: Answer, names: Sequence[str], order: Sequence[int]
) -> dict[str, Any]:
    folded = normalise(answer.question).text.strip()
    value = c.value
    shown = value.text or ("" if value.number is None else f"{value.number:g}")
    if value.begin and value.kind == "date":
        shown = value.begin.isoformat()
    return {
        "text": folded[c.start : c.end],
        "column": _slot_name(_slot(c.column), names, order),
        "value": shown if value.kind != "average" else "AVG",
        "source": c.source,
        "options": heads["op"],
        "having": heads["having"] if c.column == ALL else [],
    }


def _slot(column: int) -> int:
    return SPECIAL_COLUMNS.index(column) if column < 0 else column + len(SPECIAL_COLUMNS)


def _slot_name(slot: int, names: Sequence[str], order: Sequence[int]) -> str:
    if slot < len(SPECIAL_COLUMNS):
        return {ALL: "*", EXPR: "a ∘ b", LIMIT: "LIMIT"}[SPECIAL_COLUMNS[slot]]
    return names[order[slot - len(SPECIAL_COLUMNS)]]


def _options(d: Decision) -> list[dict[str, Any]]:
    return [
        {
            "label": o if isinstance(o, (str, bool)) else o and list(o),
            "probability": round(math.exp(p), 4),
            "chosen": i == 0,
        }
        for i, (p, o) in enumerate(d.options[:_MOST_OPTIONS])
        if i == 0 or math.exp(p) >= _FLOOR
    ]


def _named(option: dict[str, Any], names: Sequence[str], order: Sequence[int]) -> dict[str, Any]:
    label = option["label"]
    return option | {"label": "none" if not label else f"{_slot_name(label[0], names, order)} {label[1]}"}


def _open(d: Decision) -> bool:
    """Whether a head says yes, or might have."""
    _, best = d.options[0]
    return best not in (False, "none") or (len(d.options) > 1 and math.exp(d.options[1][0]) >= _FLOOR)
