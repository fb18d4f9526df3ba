"""What a question measures by and the table has no name for: 面积最大 where no column is a 面积.

The model takes some column for it, often rightly (岁数 is 年龄) and sometimes for want of a better one, and no word of
the table tells which. So nothing is declined, but what was taken for what is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from core.text import normalise
from core.text2sql.comparators import comparison
from core.text2sql.form import Column, Constant, Form, Node, walk
from core.text2sql.form_filler import Written
from core.text2sql.linking import Linker
from core.text2sql.refusal import unknown_words

# What stands behind the thing that is measured, and before it.
_SUPERLATIVE = re.compile(r"(?:是|也|都|的)?最")
_MEAN = re.compile(r"平均的?$")
_ORDERED = frozenset(("desc", "asc", "max", "min", "sum", "avg", "median", ">", "<", ">=", "<=", "between"))


def assumed(question: str, written: Written, form: Form | None, linker: Linker, today: date) -> tuple[str, str] | None:
    """Chinese and English: what the `question` measures by has no column of its name, and which was taken. None where
    there is such a column, or the form takes one that the conversation speaks of."""
    columns = _measured(form)
    if not columns or columns & _spoken_of(written, linker):
        return None
    text = normalise(question).text.strip()
    word = next((w for w in unknown_words(text, linker, today) if _measures(w, text, linker, today)), None)
    if word is None:
        return None
    names = [linker.fields[i].name for i in sorted(columns)]
    zh, en = "、".join(f"“{name}”" for name in names), ", ".join(f"“{name}”" for name in names)
    return (
        f"表里没有叫“{word}”的列，是按{zh}算的，不一定对",
        f"no column is called “{word}”; {en} was taken for it, perhaps wrongly",
    )


def _measured(form: Form | None) -> set[int]:
    """The columns that a form orders, sums or compares by size."""
    if form is None:
        return set()
    nodes = [n for n in walk(form) if isinstance(n, Node) and n.word in _ORDERED]
    return {c.index for n in nodes for c in walk(n) if isinstance(c, Column)}


def _spoken_of(written: Written, linker: Linker) -> set[int]:
    """The columns that the conversation names, in part at least, or by a value in their unit."""
    named = {i for i, places in enumerate(linker.mentions(written.text)) if places}
    cells = (c for c in written.candidates if c.end > c.start and isinstance(c.constant, Constant))
    return named | {c.column for c in cells if c.kind == "scaled"}


def _measures(word: str, text: str, linker: Linker, today: date) -> bool:
    """Whether `word` stands where the name of a measure does: before a superlative or a comparison, or behind 平均."""
    values: Sequence[tuple[int, int]] = [
        (c.start, c.end) for c in linker.candidates(text, today) if c.source == "number"
    ]
    for found in re.finditer(re.escape(word), text):
        if _SUPERLATIVE.match(text, found.end()) or _MEAN.search(text[: found.start()]):
            return True
        compared = (comparison(text, *span, False) for span in values)
        if any(c is not None and c.start == found.end() for c in compared):
            return True
    return False
