"""Rows of a task from JSON lines, CSV or TSV, one at a time, whatever the size of the file."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import IO, Any

from core.delimited import MARKS, Rows, rows_of_stream
from core.errors import InputError

# Line number, counted from 1, and the row or what is wrong with it.
Numbered = tuple[int, dict[str, Any] | InputError]


def read_rows(source: IO[bytes], suffix: str, values: Collection[str] = ()) -> Iterator[Numbered]:
    """The rows of a file: CSV where `suffix` is .csv, TSV where it is .tsv, else JSON lines; blank lines are skipped.

    The first line of a CSV or TSV names the fields; an empty cell is a field that is not there. Cells of the columns
    `values` are numbers or truth values; those of all others stay as they are written. Their encoding may be UTF-8,
    UTF-16, GB 18030 or Big5.

    Raises:
        InputError: a CSV or TSV in no encoding that we know.
    """
    if suffix.lower() in MARKS:
        return _cells(rows_of_stream(source, MARKS[suffix.lower()]), values)
    return ((n, _parse(line)) for n, line in enumerate(source, 1) if line.strip())


def _parse(line: bytes) -> dict[str, Any] | InputError:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # also what UnicodeDecodeError and JSONDecodeError are
        return InputError("不是 UTF-8 编码的 JSON", "not JSON in UTF-8")
    if not isinstance(row, dict):
        return InputError("不是 JSON 对象", "not a JSON object")
    return row


def _cells(rows: Rows, values: Collection[str]) -> Iterator[Numbered]:
    header: list[str] | None = None
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except InputError:  # a quote that is never closed would swallow the rest of the file
            error = InputError("不是 CSV：引号没有闭合，或单元格太长", "not CSV: an open quote, or too long a cell")
            yield rows.line, error
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = [cell.strip() for cell in cells]
        elif len(cells) > len(header):
            yield rows.line, InputError("单元格比列多", "more cells than columns")
        else:
            filled = ((name, cell) for name, cell in zip(header, cells, strict=False) if cell.strip())
            yield rows.line, {name: _value(cell) if name in values else cell for name, cell in filled}


def _value(cell: str) -> Any:
    try:
        return json.loads(cell.lower())
    except (ValueError, RecursionError):
        return cell  # the task says what it wants there
