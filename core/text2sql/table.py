"""One table, cleaned and profiled: what its columns are called, hold, and count in."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from core.errors import InputError
from core.text2sql import MAX_COLUMNS, MAX_ROWS
from core.text2sql.cells import clean_name, is_empty
from core.text2sql.grid import MOST_TOLD, ColumnType, Left, Note, Surroundings
from core.text2sql.profile import Cells, Column, Told, factorise, has_times, profile, to_json

__all__ = ["Column", "ColumnType", "Note", "Table", "build_table", "check_size", "has_times", "to_json"]

_CHUNK = 2_000
_TYPES: dict[str, ColumnType] = {
    "text": "text", "string": "text", "str": "text", "varchar": "text", "char": "text", "bool": "text",
    "boolean": "text", "number": "number", "real": "number", "double": "number", "float": "number", "numeric": "number",
    "decimal": "number", "integer": "number", "int": "number", "bigint": "number", "smallint": "number",
    "tinyint": "number", "hugeint": "number", "date": "date", "datetime": "date", "timestamp": "date", "time": "date",
}  # fmt: skip


class Table:
    """Columns of text, numbers and dates; `build_table` makes it.

    `frame` has the columns by name: text as str or None, numbers as float64 or Int64 (where all are whole), dates as
    datetime64. `notes` say in both languages what cleaning changed, `left` which rows of the sheet are not in it and
    why, `header` which rows of the sheet name the columns, from 1. Tables of equal content have equal `key`s.
    """

    def __init__(
        self,
        name: str,
        columns: Sequence[Column],
        frame: pd.DataFrame,
        notes: Sequence[Note],
        key: str,
        size: int,
        left: Sequence[Left] = (),
        header: Sequence[int] = (),
    ) -> None:
        self.name = name
        self.columns = tuple(columns)
        self.frame = frame
        self.notes = tuple(notes)
        self.key = key
        self.size = size
        self.left = tuple(left)
        self.header = tuple(header)

    def __len__(self) -> int:
        return len(self.frame)

    def values(self, column: int, most: int = 50_000) -> list[str]:
        """The distinct values of text column `column` (from 0), the most frequent first; [] for other types."""
        if self.columns[column].type != "text":
            return []
        found: list[str] = self.frame.iloc[:, column].value_counts().index[:most].tolist()
        return found

    def to_dict(self, rows: int = 20) -> dict[str, Any]:
        """JSON: {name, columns: [{name, type, unit, empty, distinct, samples, minimum, maximum}], rows: the first,
        length, notes: [{zh, en}], left: [{row, kind, zh, en, text}], the first 200 of `left_count` rows of the
        sheet that are not in the table, header: numbers of the header's rows in the sheet}."""
        columns = [
            {
                "name": c.name,
                "type": c.type,
                "unit": c.unit,
                "empty": c.empty,
                "distinct": c.distinct,
                "samples": [to_json(v) for v in c.samples],
                "minimum": to_json(c.minimum),
                "maximum": to_json(c.maximum),
            }
            for c in self.columns
        ]
        head = self.frame.head(rows).astype(object).itertuples(index=False, name=None)
        return {
            "name": self.name,
            "columns": columns,
            "rows": [[to_json(v) for v in row] for row in head],
            "length": len(self),
            "notes": [{"zh": zh, "en": en} for zh, en in self.notes],
            "left": self.left_out(),
            "left_count": len(self.left),
            "header": list(self.header),
        }

    def left_out(self, most: int = MOST_TOLD) -> list[dict[str, Any]]:
        """The first `most` rows of the sheet that are not in the table, as JSON."""
        return [vars(row).copy() for row in self.left[:most]]


def build_table(
    header: Sequence[Any],
    rows: Sequence[Sequence[Any]] | pd.DataFrame,
    types: Sequence[str] | None = None,
    name: str = "",
    notes: Sequence[Note] = (),
    around: Surroundings | None = None,
) -> Table:
    """A table of `rows` under `header`, cleaned.

    `types` are names as databases use them (VARCHAR, FLOAT, date ...); a stated type that the cells contradict and one
    that is not known are inferred. `notes` come before those of the cleaning. `around`: what the sheet says beside its
    cells.

    Raises:
        InputError: no column or row with something in it, or more than MAX_ROWS or MAX_COLUMNS.
    """
    said = list(notes)
    raw = _columns(list(header), rows, said)
    cleaned = [factorise(values, said) for values in raw.values]
    raw, cleaned = _drop_empty(raw, cleaned, said)
    names = _names(raw.header, raw.numbers, said)
    around = around or Surroundings()
    stated = _stated(types, raw.numbers)
    columns: list[Column] = []
    series: dict[str, pd.Series[Any]] = {}
    digest = hashlib.sha256(repr((clean_name(name), names)).encode("utf-8", "replace"))
    size = 0
    for title, cells, kind in zip(names, cleaned, stated, strict=True):
        column, data, used = profile(title, cells, _told(title, kind, around), said, digest)
        columns.append(column)
        series[title] = data
        size += used
    frame = pd.DataFrame(series)
    if around.left:
        # A copy without totals is another table: the same answers, but nothing to put back.
        digest.update(repr(around.left).encode("utf-8", "replace"))
    key = digest.hexdigest()
    return Table(clean_name(name) or "表格", columns, frame, said, key, size, around.left, around.header)


def _told(name: str, stated: ColumnType | None, around: Surroundings) -> Told:
    year = around.year or date.today().year
    chosen = around.types.get(name)
    return Told(chosen or stated, chosen is not None, around.unit, year)


@dataclass
class _Raw:
    """Columns as they came; `numbers` are their places from 0."""

    header: list[Any]
    values: list[Sequence[Any]]
    numbers: list[int]


def check_size(rows: int, columns: int) -> None:
    """Raises InputError if a table is beyond the limits."""
    if columns > MAX_COLUMNS:
        raise InputError(
            f"表格有 {columns:,} 列，上限 {MAX_COLUMNS} 列",
            f"the table has {columns:,} columns, the limit is {MAX_COLUMNS}",
        )
    if rows > MAX_ROWS:
        raise InputError(
            f"表格有 {rows:,} 行，上限 {MAX_ROWS:,} 行", f"the table has {rows:,} rows, the limit is {MAX_ROWS:,}"
        )


def _columns(header: list[Any], rows: Sequence[Sequence[Any]] | pd.DataFrame, said: list[Note]) -> _Raw:
    if isinstance(rows, pd.DataFrame):
        check_size(len(rows), max(len(header), rows.shape[1]))
        header += [None] * (rows.shape[1] - len(header))
        values: list[Sequence[Any]] = [rows.iloc[:, i].tolist() for i in range(rows.shape[1])]
        return _Raw(header, values, list(range(len(values))))
    check_size(len(rows), len(header))
    lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    width = len(header)
    longer = lengths > width
    if longer.any() and longer.mean() >= 0.5:
        # Most rows have more cells than the header: it lacks names, the rows have no cell too many.
        width = int(lengths.max())
        check_size(len(rows), width)
        header += [None] * (width - len(header))
        longer[:] = False
    odd = [i for i in np.flatnonzero(longer).tolist() if any(not is_empty(c) for c in rows[i][width:])]
    # An empty line is no short row.
    short = int(((lengths < width) & (lengths > 0)).sum())
    if odd:
        said.append(
            (
                f"{len(odd):,} 行比表头长，多出的单元格已去掉",
                f"{len(odd):,} rows are longer than the header; their extra cells are left out",
            )
        )
    if short:
        said.append(
            (f"{short:,} 行比表头短，缺的按空值处理", f"{short:,} rows are shorter than the header; the rest is empty")
        )
    if longer.any() or (lengths < width).any():
        blank = [None] * width
        rows = [row if len(row) == width else [*row, *blank][:width] for row in rows]
    return _Raw(header, _transposed(rows, width), list(range(width)))


def _transposed(rows: Sequence[Sequence[Any]], width: int) -> list[Sequence[Any]]:
    """Columns of rows of equal width; not all rows at once, as they would not fit the processor's cache."""
    columns: list[list[Any]] = [[] for _ in range(width)]
    for i in range(0, len(rows), _CHUNK):
        for column, part in zip(columns, zip(*rows[i : i + _CHUNK], strict=True), strict=True):
            column.extend(part)
    return list(columns)


def _drop_empty(raw: _Raw, cells: list[Cells], said: list[Note]) -> tuple[_Raw, list[Cells]]:
    """Without rows in which nothing is, and columns that have neither a name nor a value."""
    kept = [i for i, c in enumerate(cells) if c.distinct or clean_name(raw.header[i])]
    if not any(c.distinct for c in cells):
        if kept:
            named = [name for name in map(clean_name, raw.header) if name]
            listed = "、".join(named[:8]) + ("……" if len(named) > 8 else "")
            raise InputError(f"表格只有表头（{listed}），没有数据", f"the table has a header ({listed}) but no rows")
        raise InputError("表格是空的", "the table is empty")
    if len(kept) < len(cells):
        gone = len(cells) - len(kept)
        said.append((f"去掉了 {gone} 个空列", f"{gone} empty columns were left out"))
    filled = np.zeros(len(cells[0].codes), dtype=bool)
    for c in cells:
        filled |= c.codes >= 0
    if not filled.all():
        gone = int((~filled).sum())
        said.append((f"去掉了 {gone:,} 个空行", f"{gone:,} empty rows were left out"))
    left = [Cells(cells[i].codes if filled.all() else cells[i].codes[filled], cells[i].distinct) for i in kept]
    return _Raw([raw.header[i] for i in kept], [], [raw.numbers[i] for i in kept]), left


def _names(header: list[Any], numbers: list[int], said: list[Note]) -> list[str]:
    """Names that are not blank and that no two columns share, whatever the case of their letters."""
    names: list[str] = []
    used: set[str] = set()
    taken = {_fold(clean_name(cell)) for cell in header}
    blank, repeated = [], []
    for cell, number in zip(header, numbers, strict=True):
        name = wanted = clean_name(cell)
        if not wanted:
            wanted = name = f"列{number + 1}"
            blank.append(name)
        suffix = 2
        while _fold(name) in used or (name != wanted and _fold(name) in taken):
            name = f"{wanted}_{suffix}"
            suffix += 1
        if name != wanted:
            repeated.append(name)
        used.add(_fold(name))
        names.append(name)
    if blank:
        listed = "、".join(blank[:5])
        said.append((f"没有名字的列改称 {listed}", f"columns without a name are now called {listed}"))
    if repeated:
        listed = "、".join(repeated[:5])
        said.append((f"重名的列改称 {listed}", f"columns of the same name are now called {listed}"))
    return names


def _fold(name: str) -> str:
    return name.lower().casefold()


def _stated(types: Sequence[str] | None, numbers: list[int]) -> list[ColumnType | None]:
    if not types:
        return [None] * len(numbers)
    known = [_TYPES.get(str(t).lower().split("(")[0].split()[0] if str(t).strip() else "") for t in types]
    return [known[i] if i < len(known) else None for i in numbers]
