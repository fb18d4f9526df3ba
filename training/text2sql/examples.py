"""One question over one table with the sketch that answers it: what every training set becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.text2sql.fields import Field, field_of
from core.text2sql.sketch import Sketch
from core.text2sql.table import Table, build_table

# The day from which 去年 is seen in training, as good as any.
TODAY = date(2024, 6, 15)
Span = tuple[int, int]


@dataclass
class Example:
    """`spans`: where the value of each condition stands in the question, where that is known. `loose`: the values of
    conditions were found by likeness of words, so that one without a place is no error."""

    question: str
    fields: Sequence[Field]
    sketch: Sketch
    source: str
    spans: list[Span | None] = field(default_factory=list)
    limit: Span | None = None
    shortlist: Span | None = None
    answerable: bool = True


def to_table(found: dict[str, Any]) -> Table:
    return build_table(found["header"], found["rows"], found.get("types"), found.get("name") or "")


def fields_of(table: Table, most: int = 400) -> list[Field]:
    """The table's columns as the linker takes them."""
    return [field_of(c, table.values(i, most) if c.type == "text" else ()) for i, c in enumerate(table.columns)]
