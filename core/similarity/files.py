"""Lists of sentences from files: text with one sentence a line, or a column of a table."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from core.errors import InputError
from core.similarity import MAX_SENTENCES
from core.text import check_bytes, decode

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
    check_bytes(data, MAX_BYTES)
    if data.startswith(b"PK\x03\x04"):
        raise InputError(
            "这是 Excel 或压缩文件，请另存为 CSV 或 TXT", "this is an Excel or zip file; save it as CSV or TXT"
        )
    text = decode(data)
    found = _table(text) if name.lower().endswith(_TABLES) else _lines(text)
    if not any(any(row) for row in found.rows):
        raise InputError("文件里没有句子", "there is no sentence in the file")
    return found


def _check_count(count: int) -> None:
    if count > MAX_SENTENCES:
        raise InputError(
            f"文件有 {count:,} 行，上限 {MAX_SENTENCES:,} 行；没有处理任何一行",
            f"the file has {count:,} lines, the limit is {MAX_SENTENCES:,}; none was read",
        )


def _lines(text: str) -> SentenceFile:
    # Blank lines stay, so that numbers are those an editor shows.
    lines = [line.strip() for line in text.splitlines()]
    _check_count(len(lines))
    return SentenceFile(("",), tuple((line,) for line in lines))


def _table(text: str) -> SentenceFile:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
            if any(row):
                rows.append(row)
    except csv.Error as error:
        raise InputError(f"无法读取这个表格：{error}", f"this table cannot be read: {error}") from error
    if not rows:
        raise InputError("文件里没有句子", "there is no sentence in the file")
    _check_count(len(rows) - 1)
    width = max(map(len, rows))
    names: list[str] = []
    for i, cell in enumerate(rows[0] + [""] * (width - len(rows[0])), 1):
        name = cell.strip() or f"#{i}"
        while name in names:
            name = f"{name} ({i})"
        names.append(name)
    body = tuple(tuple(cell.strip() for cell in row + [""] * (width - len(row))) for row in rows[1:])
    return SentenceFile(tuple(names), body)


def _delimiter(text: str) -> str:
    """Of comma, tab, semicolon and bar the one that splits the header; of a header of one word, none of the sentence's
    own commas."""
    header = text.lstrip("\r\n").partition("\n")[0]
    counts = {mark: header.count(mark) for mark in ",\t;|"}
    best = max(counts, key=lambda mark: counts[mark])
    # A mark that is nowhere in the header splits nothing: the file has one column.
    return best if counts[best] else "\x1f"
