"""Results as files: JSON and CSV text that a spreadsheet can open without harm."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_json(data: Any) -> str:
    """Readable JSON."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def to_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """CSV with a byte-order mark, which Excel needs to see UTF-8.

    Text that a spreadsheet would take for a formula gets a leading quote.
    """
    return to_grid([columns, *([row.get(column, "") for column in columns] for row in rows)])


def to_grid(rows: Iterable[Sequence[Any]]) -> str:
    """The same for a table whose header is data too: `rows` cell by cell."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    return out.getvalue()


def _harmless(value: Any) -> Any:
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value
