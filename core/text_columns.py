"""Texts in uploaded files: columns of a CSV, TSV or JSON-lines file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from core.delimited import MARKS, mark_of_header, rows_of
from core.errors import InputError

TABLES = tuple(MARKS)
JSON_LINES = (".jsonl", ".ndjson")
_SAMPLE = 200


@dataclass(frozen=True)
class TextColumns:
    """A file as columns of text. What has no columns of its own has one without a name."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def likeliest(self) -> str:
        """The column with the longest texts."""
        sizes = [sum(len(row[i]) for row in self.rows[:_SAMPLE]) for i in range(len(self.columns))]
        return self.columns[sizes.index(max(sizes))]

    def texts(self, column: str | None = None) -> list[str]:
        """The texts of `column` (default: the likeliest), row by row.

        Raises:
            InputError: there is no such column, or it holds no text but numbers.
        """
        name = self.likeliest if column is None else column
        if name not in self.columns:
            known = "、".join(self.columns)
            raise InputError(f"没有列“{name}”，文件里有：{known}", f'no column "{name}"; the file has: {known}')
        at = self.columns.index(name)
        found = [row[at] for row in self.rows]
        if not any(any(c.isalpha() for c in text) for text in found):
            raise InputError(f"列“{name}”里没有文字，请换一列", f'column "{name}" holds no text; choose another')
        return found


def check_no_workbook(data: bytes) -> None:
    """Raises InputError for a zip file, which is what XLSX is."""
    if data.startswith(b"PK\x03\x04"):
        raise InputError(
            "这是 Excel 或压缩文件，请另存为 CSV 或 TXT", "this is an Excel or zip file; save it as CSV or TXT"
        )


def check_count(count: int, most: int) -> None:
    """Raises InputError where a file has more than `most` lines."""
    if count > most:
        raise InputError(
            f"文件有 {count:,} 行，上限 {most:,} 行；没有处理任何一行",
            f"the file has {count:,} lines, the limit is {most:,}; none was read",
        )


def read_table(text: str, most: int) -> TextColumns:
    """A table of at most `most` rows below a header, separated by commas, tabs, semicolons or bars.

    Columns without a name, or with one that another has, get one of their own; blank rows are left out.

    Raises:
        InputError: no table, or too many rows.
    """
    rows = [row for row in rows_of(text, mark_of_header(text)) if any(row)]
    check_count(len(rows) - 1, most)
    if not rows:
        return TextColumns(("",), ())
    width = max(map(len, rows))
    names = _names(rows[0] + [""] * (width - len(rows[0])))
    body = tuple(tuple(cell.strip() for cell in row + [""] * (width - len(row))) for row in rows[1:])
    return TextColumns(names, body)


def read_json_lines(text: str, most: int) -> TextColumns:
    """JSON objects, one a line: a column for each name whose values are texts.

    Raises:
        InputError: a line is no JSON object, no value is a text, or there are too many lines.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    check_count(len(lines), most)
    rows: list[dict[str, str]] = []
    for number, line in lines:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise InputError(f"第 {number} 行不是 JSON 对象", f"line {number} is not a JSON object")
        rows.append({key: value.strip() for key, value in found.items() if isinstance(value, str)})
    names = tuple(dict.fromkeys(key for row in rows for key in row))
    if not names:
        raise InputError("JSON 里没有文字", "there is no text in the JSON")
    return TextColumns(names, tuple(tuple(row.get(name, "") for name in names) for row in rows))


def _names(header: Sequence[str]) -> tuple[str, ...]:
    names: list[str] = []
    for i, cell in enumerate(header, 1):
        name = cell.strip() or f"#{i}"
        while name in names:
            name = f"{name} ({i})"
        names.append(name)
    return tuple(names)
