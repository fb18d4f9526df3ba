"""Lists of sentences from files: text with one sentence a line, or a column of a table."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import islice

from core.errors import InputError
from core.similarity import MAX_SENTENCES
from core.text import decode

MAX_BYTES = 30_000_000
_TABLES = (".csv", ".tsv")
_SAMPLE = 200
# The csv module's own limit of 128 KB a field is about lines that never end; no sentence is as long.
csv.field_size_limit(1_000_000)


@dataclass(frozen=True)
class SentenceFile:
    """A file as columns of text. A plain text file has one column without a name."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def likeliest(self) -> str:
        """The column with the longest texts."""
        sizes = [sum(len(row[i]) for row in self.rows[:_SAMPLE]) for i in range(len(self.columns))]
        return self.columns[sizes.index(max(sizes))]

    def sentences(self, column: str | None = None) -> list[str]:
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


def read_file(data: bytes, name: str) -> SentenceFile:
    """The content of an uploaded file called `name`; .csv and .tsv are tables, all else is a sentence a line.

    Raises:
        InputError: too large, no text, empty, or too many lines.
    """
    if len(data) > MAX_BYTES:
        raise InputError(
            f"文件太大：{len(data) / 1e6:.0f} MB，上限 {MAX_BYTES / 1e6:.0f} MB",
            f"the file is too large: {len(data) / 1e6:.0f} MB, the limit is {MAX_BYTES / 1e6:.0f} MB",
        )
    if data.startswith(b"PK"):
        raise InputError(
            "这是 Excel 或压缩文件，请另存为 CSV 或 TXT", "this is an Excel or zip file; save it as CSV or TXT"
        )
    lines = data.count(b"\n") + 1
    if lines > MAX_SENTENCES + 1:
        raise InputError(
            f"文件有 {lines:,} 行，上限 {MAX_SENTENCES:,} 行；没有处理任何一行",
            f"the file has {lines:,} lines, the limit is {MAX_SENTENCES:,}; none was read",
        )
    text = decode(data)
    found = _table(text) if name.lower().endswith(_TABLES) else _lines(text)
    if not found.rows:
        raise InputError("文件里没有句子", "there is no sentence in the file")
    return found


def _lines(text: str) -> SentenceFile:
    return SentenceFile(("",), tuple((line.strip(),) for line in text.splitlines() if line.strip()))


def _table(text: str) -> SentenceFile:
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff("\n".join(text.splitlines()[:20]), ",\t;|")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = [row for row in islice(csv.reader(text.splitlines(), dialect), MAX_SENTENCES + 1) if any(row)]
    except csv.Error as error:
        raise InputError(f"无法读取这个表格：{error}", f"this table cannot be read: {error}") from error
    if not rows:
        raise InputError("文件里没有句子", "there is no sentence in the file")
    width = max(map(len, rows))
    header = [cell.strip() or f"#{i}" for i, cell in enumerate(rows[0] + [""] * (width - len(rows[0])), 1)]
    names = [name if header.index(name) == i else f"{name} ({i + 1})" for i, name in enumerate(header)]
    body = tuple(tuple(cell.strip() for cell in row + [""] * (width - len(row))) for row in rows[1:])
    return SentenceFile(tuple(names), body)
