"""Rows of a task from JSON lines, CSV or TSV, one at a time, whatever the size of the file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterator
from typing import IO, Any

from core.errors import InputError
from core.files import MAX_CELL
from core.text import encoding_of

# Line number, counted from 1, and the row or what is wrong with it.
Numbered = tuple[int, dict[str, Any] | InputError]

# Enough of a file to tell its encoding.
_SAMPLE = 100_000


def read_rows(source: IO[bytes], suffix: str, values: Collection[str] = ()) -> Iterator[Numbered]:
    """The rows of a file: CSV where `suffix` is .csv, TSV where it is .tsv, else JSON lines; blank lines are skipped.

    The first line of a CSV or TSV names the fields; an empty cell is a field that is not there. Cells of the columns
    `values` are numbers or truth values; those of all others stay as they are written. Their encoding may be UTF-8,
    UTF-16, GB 18030 or Big5.

    Raises:
        InputError: a CSV or TSV in no encoding that we know.
    """
    if suffix.lower() in (".csv", ".tsv"):
        return _cells(_text(source), "," if suffix.lower() == ".csv" else "\t", values)
    return ((n, _parse(line)) for n, line in enumerate(source, 1) if line.strip())


def _parse(line: bytes) -> dict[str, Any] | InputError:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # also what UnicodeDecodeError and JSONDecodeError are
        return InputError("不是 UTF-8 编码的 JSON", "not JSON in UTF-8")
    if not isinstance(row, dict):
        return InputError("不是 JSON 对象", "not a JSON object")
    return row


def _cells(source: IO[str], delimiter: str, values: Collection[str]) -> Iterator[Numbered]:
    csv.field_size_limit(MAX_CELL)
    lines = csv.reader(source, delimiter=delimiter)
    header: list[str] | None = None
    while True:
        line = lines.line_num + 1
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error:  # a quote that is never closed would swallow the rest of the file
            yield line, InputError("不是 CSV：引号没有闭合，或单元格太长", "not CSV: an open quote, or too long a cell")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = [cell.strip() for cell in cells]
        elif len(cells) > len(header):
            yield line, InputError("单元格比列多", "more cells than columns")
        else:
            filled = ((name, cell) for name, cell in zip(header, cells, strict=False) if cell.strip())
            yield line, {name: _value(cell) if name in values else cell for name, cell in filled}


def _value(cell: str) -> Any:
    try:
        return json.loads(cell.lower())
    except (ValueError, RecursionError):
        return cell  # the task says what it wants there


def _text(source: IO[bytes]) -> IO[str]:
    """`source` as text in its own encoding, told by its beginning."""
    sample = source.read(_SAMPLE)
    rest = _Joined(sample, source)
    return io.TextIOWrapper(
        io.BufferedReader(rest), encoding_of(sample, len(sample) < _SAMPLE), errors="replace", newline=""
    )


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
