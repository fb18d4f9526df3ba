"""Tables from uploaded files and pasted text. What a file is, its first bytes say; its name only helps to choose
between kinds of text."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

from core.delimited import MARKS, likeliest_mark, rows_of
from core.errors import InputError
from core.text import check_bytes, check_text, decode
from core.text2sql import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_PASTE, MAX_ROWS
from core.text2sql.cells import clean_name
from core.text2sql.grid import Corrections, Grid, Row
from core.text2sql.layout import table_of, tidied
from core.text2sql.pasted import drawn_rows, spoken_rows
from core.text2sql.spreadsheet import fullest_sheet, read_sheet, sheet_names
from core.text2sql.table import Table, build_table, check_size
from core.text2sql.web_tables import is_markup, read_web_table, web_table_names

_ZIP, _OLE, _PARQUET = b"PK", b"\xd0\xcf\x11\xe0", b"PAR1"
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"\x7fELF", b"MZ\x90")
_MARKUP_BYTES = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*<")
_MARKS = MARKS | {".tab": "\t"}
# Rows beyond the limit that may be titles, a header and blank lines.
_SPARE = 100


def sheets(data: bytes, filename: str) -> tuple[str, ...]:
    """Names of the sheets in which something is; () for files that have no sheets.

    Raises:
        InputError: too large, or an Excel file that is broken, protected or too large.
    """
    _check_bytes(data)
    if data.startswith((_ZIP, _OLE)):
        return sheet_names(data)
    return web_table_names(_text(data)) if _MARKUP_BYTES.match(data) else ()


def fullest(data: bytes, filename: str) -> str | None:
    """The name of the sheet that `read_table` reads unless it is told; None for files of one table.

    Raises:
        InputError: as `sheets`.
    """
    names = sheets(data, filename)
    if len(names) < 2:
        return None
    return fullest_sheet(data) if data.startswith((_ZIP, _OLE)) else read_web_table(_text(data)).name


def read_table(data: bytes, filename: str, sheet: str | None = None, corrections: Corrections | None = None) -> Table:
    """The table in an uploaded file called `filename`: CSV, TSV, XLSX, XLS, HTML, Parquet, JSON or JSON lines.

    `sheet` is one of `sheets`; without it the fullest is read. The table is called as the file is, or as the
    sheet where one is named. `corrections` are what a user said of how the sheet is to be read.

    Raises:
        InputError: too large, broken, no table, or of another kind.
    """
    _check_bytes(data)
    name = PurePath(filename.replace("\\", "/")).stem
    if data.startswith((_ZIP, _OLE)):
        found = read_sheet(data, sheet)
        default = re.fullmatch(r"(?i)sheet\d*|工作表\d*", found.name)
        return table_of(found if sheet is not None and not default else replace(found, name=name), corrections)
    if data.startswith(_PARQUET):
        return _from_parquet(data, name)
    if data.startswith(_BINARY):
        raise InputError(
            "这不是表格文件；支持 CSV、TSV、XLSX、XLS、Parquet、JSON",
            "this is no table; CSV, TSV, XLSX, XLS, Parquet and JSON can be read",
        )
    text = _text(data)
    if is_markup(text):
        page = read_web_table(text, sheet)
        return table_of(page if sheet is not None else replace(page, name=name), corrections)
    suffix = PurePath(filename).suffix.lower()
    if text.lstrip()[:1] in ("{", "["):
        try:
            return _from_json(text, name, corrections)
        except json.JSONDecodeError as error:
            if suffix not in _MARKS:
                raise InputError(f"JSON 有错误：{error}", f"error in the JSON: {error}") from error
    rows = _split(text, _MARKS.get(suffix, ""))
    if suffix in ("", ".txt", ".md", ".log") and len(text) <= MAX_PASTE:
        rows = drawn_rows(text) or (spoken_rows(text) if max(map(len, rows)) == 1 else []) or rows
    return _from_rows(rows, name, corrections)


def read_pasted(text: str, corrections: Corrections | None = None) -> Table:
    """The table in pasted text: tabs as spreadsheets copy them, CSV, Markdown, HTML, or columns parted by blanks.

    Raises:
        InputError: too long, or no table in it.
    """
    if len(text) > MAX_PASTE:
        raise InputError(
            f"粘贴的内容太长：{len(text):,} 个字符，上限 {MAX_PASTE:,}；请上传文件",
            f"too much was pasted: {len(text):,} characters, the limit is {MAX_PASTE:,}; upload a file instead",
        )
    text = check_text(text.strip("\r\n\ufeff"), MAX_PASTE)
    if is_markup(text):
        return table_of(read_web_table(text), corrections)
    if text.lstrip()[:1] in ("{", "["):
        try:
            return _from_json(text, "", corrections)
        except json.JSONDecodeError:
            pass  # a table whose first cell begins with a bracket
    return _from_rows(drawn_rows(text) or spoken_rows(text) or _split(text, ""), "", corrections)


def _text(data: bytes) -> str:
    text = decode(data)
    check_text(text.lstrip()[:20_000], 20_000)
    return text


def _check_bytes(data: bytes) -> None:
    if not data.strip():
        raise InputError("文件是空的", "the file is empty")
    check_bytes(data, MAX_BYTES)


def _from_rows(rows: Sequence[Row], name: str, corrections: Corrections | None) -> Table:
    if not rows:
        raise InputError("表格是空的", "the table is empty")
    return table_of(Grid(rows, name), corrections)


def _split(text: str, likely: str) -> list[tuple[str, ...]]:
    """`text` as rows of cells; `likely` is the mark that wins when two split it equally well."""
    if text[:4].lower() == "sep=" and "\n" in text:
        first, _, text = text.partition("\n")
        mark = first[4:5] or ","
    else:
        mark = likeliest_mark(text, likely)
    rows: list[tuple[str, ...]] = []
    for row in rows_of(text, mark):
        if len(row) > MAX_COLUMNS:
            while row and not row[-1].strip():
                row.pop()
            check_size(0, len(row))
        rows.append(tuple(row))  # the garbage collector passes over tuples of text
        if len(rows) > MAX_ROWS + _SPARE:
            check_size(max(len(rows), text.count("\n")), 1)
    return rows


def _from_json(text: str, name: str, corrections: Corrections | None) -> Table:
    """Raises json.JSONDecodeError besides InputError."""
    try:
        records = _records(text)
    except RecursionError as error:
        raise InputError("JSON 嵌套太深", "the JSON is nested too deeply") from error
    if isinstance(records, dict):
        rows = [[_flat(cell) for cell in row] for row in records["rows"] if isinstance(row, list)]
        types = records.get("types")
        stated = types if isinstance(types, list) else None
        return tidied(list(map(_flat, records["header"])), rows, stated, str(records.get("name") or name), corrections)
    check_size(len(records) - _SPARE, 1)
    if records and all(isinstance(record, list) for record in records):
        return _from_rows([[_flat(cell) for cell in row] for row in records], name, corrections)
    if not records or not all(isinstance(record, dict) for record in records):
        raise InputError("JSON 里应是对象的列表", "the JSON must be a list of objects")
    header: dict[str, None] = {}
    for record in records:
        header |= dict.fromkeys(record)
        check_size(0, len(header))
    rows = [[_flat(record.get(key)) for key in header] for record in records]
    return tidied(list(header), rows, None, name, corrections)


def _records(text: str) -> Any:
    """A list, or the form that requests have: {header, rows, types?, name?}."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        lines = [line for line in text.split("\n") if line.strip()]
        check_size(len(lines), 1)
        if len(lines) < 2:
            raise
        return [json.loads(line) for line in lines]
    if isinstance(found, dict) and not (isinstance(found.get("header"), list) and isinstance(found.get("rows"), list)):
        return [found]
    return found if isinstance(found, (list, dict)) else []


def _flat(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


def _from_parquet(data: bytes, name: str) -> Table:
    """DuckDB reads it, in a connection that is thrown away; how many rows there are is known before any is read."""
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "table.parquet")
        Path(path).write_bytes(data)
        try:
            with duckdb.connect(":memory:", config={"memory_limit": "1GB", "threads": 2}) as connection:
                connection.execute("SET autoinstall_known_extensions = false")
                described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [path]).fetchall()
                counted = connection.execute("SELECT num_rows FROM parquet_file_metadata(?)", [path]).fetchone()
                check_size(counted[0] if counted else 0, len(described))
                names = ", ".join(f"c{i}" for i in range(len(described)))
                parts = ", ".join(_parquet_cast(f"c{i}", kind) for i, (_, kind, *_) in enumerate(described))
                query = f"SELECT {parts} FROM read_parquet(?) AS t({names})"  # noqa: S608 (names of our own)
                frame = connection.execute(query, [path]).df()
        except duckdb.Error as error:
            raise InputError(
                "无法读取这个 Parquet 文件，可能已损坏", "this Parquet file cannot be read; it may be broken"
            ) from error
    return build_table([clean_name(column) for column, *_ in described], frame, name=name)


def _parquet_cast(name: str, kind: str) -> str:
    if kind.startswith(("TIMESTAMP", "DATE")):
        return f"CAST({name} AS TIMESTAMP)"
    if kind.endswith("INT") or kind == "INTEGER":
        return name
    if kind.startswith(("DECIMAL", "FLOAT", "DOUBLE")):
        return f"CAST({name} AS DOUBLE)"
    return f"left(CAST({name} AS VARCHAR), {MAX_CELL + 1})"
