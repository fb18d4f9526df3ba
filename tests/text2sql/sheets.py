"""Tables and workbooks made in a line."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from typing import Any

import openpyxl

from core.text2sql.table import Table, build_table

CSV = '城市,收入（万元）,日期\n北京,"1,234.5",2024-01-05\n上海,980,2024-02-29\n广州,,2024-03-01\n'


def types(table: Table) -> list[str]:
    return [column.type for column in table.columns]


def names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def column(name: str, *cells: Any, stated: str | None = None) -> Any:
    """The one column of a table of `cells`, and its values."""
    table = build_table([name], [[cell] for cell in cells], [stated] if stated else None)
    return table.columns[0], table.frame.iloc[:, 0].tolist()


def xlsx(*rows: list[Any], title: str = "Sheet1", more: dict[str, list[list[Any]]] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for name, content in (more or {}).items():
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def with_sheet(body: str) -> bytes:
    """An XLSX whose sheet is `body`, as a program of ill will writes it."""
    source = zipfile.ZipFile(io.BytesIO(xlsx(["a"])))
    data = io.BytesIO()
    start = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for part in source.infolist():
            sheet = part.filename.endswith("sheet1.xml")
            package.writestr(part.filename, f"{start}{body}</sheetData></worksheet>" if sheet else source.read(part))
    return data.getvalue()


def merged(data: bytes, *ranges: str) -> bytes:
    """The workbook `data` with these cells of its first sheet merged."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for cells in ranges:
        book.active.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_of(*rows: list[Any]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


@dataclass(frozen=True)
class Laid:
    """A file as people lay it out, and how it is to be read. `left`: (row of the sheet, kind); `cells`: (row of the
    table, column) → value."""

    way: str
    data: bytes | str
    header: list[str]
    types: list[str]
    length: int
    left: tuple[tuple[int, str], ...] = ()
    cells: tuple[tuple[int, int, Any], ...] = ()
    units: tuple[str, ...] = ()
    name: str = "表.xlsx"
