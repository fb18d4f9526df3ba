"""What the answer to a question owes to the questions before it."""

from __future__ import annotations

from collections.abc import Iterator

from core.text2sql.form import Column, Constant, Form, Node
from core.text2sql.form_filler import Written
from core.text2sql.form_reading import Reading
from core.text2sql.form_words import Queries, tidy
from core.text2sql.linking import Linker
from core.text2sql.table import Table

_MOST = 4
_COMPARISONS = frozenset((
    "=", "!=", ">", "<", ">=", "<=", "between", "in", "not_in", "starts", "ends", "contains", "not_starts", "not_ends",
    "not_contains", "recent_days", "recent_weeks", "recent_months", "recent_years", "newest", "oldest",
))  # fmt: skip


def carried(reading: Reading, written: Written, table: Table, linker: Linker) -> dict[str, str] | None:
    """{"zh", "en"}: conditions and columns that earlier questions speak of and this one does not; None where there are
    none, such as where nothing was asked before."""
    old = _old_symbols(reading, written, linker)
    if not old:
        return None
    words = Queries(table)
    conditions = [
        c for c in _comparisons(reading.form) if any(arg in old for arg in c.args if isinstance(arg, Constant))
    ]
    within = {arg for c in conditions for arg in c.args if isinstance(arg, Column)}
    rest = [s for s in old if isinstance(s, Column) and s not in within]
    found = [words.condition(c) for c in conditions] + [words.term(s) for s in rest]
    if not found:
        found = [words.constant(s) for s in old if isinstance(s, Constant)]
    found = found[:_MOST]
    zh = "、".join(f[0] for f in found)
    return {"zh": tidy(f"沿用前面的：{zh}"), "en": tidy(f"Carried over: {', '.join(f[1] for f in found)}")}


def _old_symbols(reading: Reading, written: Written, linker: Linker) -> list[Column | Constant]:
    """Columns and constants of the form that only the earlier questions name, in the order of the form."""
    if not written.begin:
        return []
    text, begin = written.text, written.begin
    named = {column for column, mine in enumerate(linker.mentions(text[begin:])) if mine}
    said = {c.constant for c in written.candidates if c.end > c.start and c.start >= begin}
    found: dict[Column | Constant, None] = {}
    for step in reading.steps:
        symbol, span = step.symbol, step.span
        if span is None or isinstance(symbol, str):
            continue
        new = symbol.index in named if isinstance(symbol, Column) else symbol in said
        if span[1] <= begin and not new:
            found[symbol] = None
    return list(found)


def _comparisons(form: Form) -> Iterator[Node]:
    """The comparisons of a form, by place."""
    if isinstance(form, Node):
        if form.word in _COMPARISONS:
            yield form
        for arg in form.args:
            yield from _comparisons(arg)
