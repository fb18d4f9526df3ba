"""Text that commas, tabs and the like cut into cells: which mark does, the rows, and what to say of those that cannot
be read."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import IO, Any

from core.errors import InputError
from core.text import encoding_of

# By the end of a file's name.
MARKS = {".csv": ",", ".tsv": "\t"}
# Characters of a cell. No text is as long as this; a quote that is never closed is.
MAX_CELL = 1_000_000
# A mark that is in no text: every line is one cell.
_NONE = "\x1f"
# Enough of a file to tell its encoding, in bytes, and how it is separated, in characters and lines.
_SAMPLE_BYTES, _SAMPLE_CHARS, _SAMPLE_LINES = 100_000, 200_000, 100


class Rows(Iterator[list[str]]):
    """The rows of `lines`, which keep their line ends, cut by `mark`; `line` is the one on which the last row begins,
    counted from 1. A blank line is a row without cells.

    A row that cannot be read raises an InputError; the next is the one after it.
    """

    def __init__(self, lines: Iterable[str], mark: str) -> None:
        # One limit for the whole process, 128 KB unless told.
        csv.field_size_limit(MAX_CELL)
        self._reader = csv.reader(lines, delimiter=mark)
        self.line = 0

    def __next__(self) -> list[str]:
        self.line = self._reader.line_num + 1
        try:
            return next(self._reader)
        except csv.Error as error:
            raise InputError(
                f"无法读取这个表格，可能缺了一个引号：{error}",
                f"this table cannot be read; a quote may be missing: {error}",
            ) from error


def rows_of(text: str, mark: str) -> Rows:
    """The rows of a whole text, whatever its line ends."""
    return Rows(io.StringIO(text, newline=""), mark)


def rows_of_stream(source: IO[bytes], mark: str) -> Rows:
    """The rows of a file of any size in UTF-8, UTF-16, GB 18030 or Big5, read as they are wanted.

    Raises:
        InputError: it is in none of these, as far as its beginning tells.
    """
    sample = source.read(_SAMPLE_BYTES)
    encoding = encoding_of(sample, len(sample) < _SAMPLE_BYTES)
    joined = io.BufferedReader(_Joined(sample, source))
    return Rows(io.TextIOWrapper(joined, encoding, errors="replace", newline=""), mark)


def mark_of_header(text: str) -> str:
    """The mark of a table whose first line names the columns: of comma, tab, semicolon and bar the one that splits it
    most. Under a header of one word the commas are those of sentences, and nothing is split."""
    header = text.lstrip("\r\n").partition("\n")[0]
    counts = {mark: header.count(mark) for mark in ",\t;|"}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else _NONE


def likeliest_mark(text: str, likely: str = "") -> str:
    """The mark of a table that may have titles above its header or none: the one that splits the first lines most
    evenly. `likely` wins when two do so equally well; a text of a single column is not split."""
    sample = "".join(text[:_SAMPLE_CHARS].splitlines(keepends=True)[:_SAMPLE_LINES])
    best, best_score = _NONE, 0.0
    for mark in (",", "\t", ";", "|", "，"):
        if mark not in sample:
            continue
        try:
            rows = [row for row in rows_of(sample, mark) if any(map(str.strip, row))]
        except InputError:
            continue
        width, often = Counter(map(len, rows)).most_common(1)[0] if rows else (1, 0)
        share = often / max(1, len(rows))
        # In a list of sentences some have a comma; the header has none.
        if width < 2 or (len(rows[0]) == 1 and share < 0.8) or (mark == "，" and share < 1):
            continue
        score = share + min(width, 50) / 1000 + (0.2 if mark == likely else 0) - (0.5 if mark == "，" else 0)
        if score > best_score:
            best, best_score = mark, score
    if best_score == 0.0 and likely and likely in sample.split("\n")[0]:
        return likely  # ragged beyond any vote
    return best


class _Joined(io.RawIOBase):
    """Bytes already read, then the stream they came from: a pipe cannot be wound back."""

    def __init__(self, start: bytes, rest: IO[bytes]) -> None:
        self._start, self._rest = start, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._start[: len(buffer)]
        self._start = self._start[len(part) :]
        part = part or self._rest.read(len(buffer))
        buffer[: len(part)] = part
        return len(part)
