"""Sheets of XLSX and XLS files, read only after it is clear how large they get."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.errors import InputError
from core.text2sql import MAX_COLUMNS, MAX_ROWS
from core.text2sql.cells import is_empty
from core.text2sql.grid import Grid, Note

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

# What an XLSX may unpack to, in how many parts, and how many times over: sheets pack 5 to 30 times.
_MOST_UNPACKED = 400_000_000
_MOST_PARTS = 5_000
_MOST_RATIO = 200
_CHUNK = 1 << 20
# Cells of a sheet that are counted one by one to find the fullest.
_COUNTED = 200_000
# Longest piece of XML that a pattern below has to see whole.
_OVERLAP = 400
# calamine lays a sheet out as a full rectangle: one cell at the far corner of a sheet takes all memory. These are cells
# with something in them beyond column CV (the 100th) or row 200,099, in a file that may quote either way.
_FAR_ROW = rb"0*(?:[3-9]\d{5}|2(?!000)\d{5}|[1-9]\d{6,})"
_FAR_CELL = re.compile(
    rb"\sr\s*=\s*[\"'](?:(?:[A-Z]{3,}|[D-Z][A-Z]|C[W-Z])\d+|[A-Z]{1,2}" + _FAR_ROW + rb")[\"'](?:[^>]{0,200}[^>/])?>",
    re.I,
)
# Cells need not say where they are; then their row does.
_FAR_LINE = re.compile(rb"<(?:\w+:)?row\s(?:[^>]{0,200}\s)?r\s*=\s*[\"']" + _FAR_ROW + rb"[\"']")
_NO_PLACE = re.compile(rb"<(?:\w+:)?c(?![^>]{0,200}\sr\s*=)(?:\s[^>]{0,200}[^>/])?>")
# Looking for the above takes as long as unpacking; this, which begins with plain letters, a tenth. Either a place that
# is far, or one written as no spreadsheet program writes it.
_SUSPECT = re.compile(rb"r=\"(?:[A-Za-z]{3}|[D-Zd-z][A-Za-z]|[Cc][W-Zw-z]|[A-Za-z]{0,2}" + _FAR_ROW + rb"\")")
_ODD = re.compile(rb"r(?:\s+=|=\s|=')")
_NO_RESULT = re.compile(rb"</f>(?:<v\s*/>|<v></v>)?</c>")


def sheet_names(data: bytes) -> tuple[str, ...]:
    """Names of the sheets in which something is, hidden ones left out.

    Raises:
        InputError: the file is broken, protected, or too large.
    """
    if data.startswith(b"PK"):
        _check_package(data)
    with _opened(data) as book:
        names = _visible(book)
        if len(names) == 1:
            return tuple(names)
        return tuple(name for name in names if book.get_sheet_by_name(name).end is not None)


def fullest_sheet(data: bytes) -> str:
    """The name of the sheet with the most cells that are not empty, the first of those that are alike.

    Raises:
        InputError: as `sheet_names`; or all are empty.
    """
    if data.startswith(b"PK"):
        _check_package(data)
    with _opened(data) as book:
        names = _visible(book)
        return names[0] if len(names) == 1 else _fullest(book, names)


def read_sheet(data: bytes, name: str | None = None) -> Grid:
    """Sheet `name`, or the fullest one.

    Raises:
        InputError: as `sheet_names`; there is no such sheet; or all are empty.
    """
    notes: list[Note] = []
    if data.startswith(b"PK") and _check_package(data):
        notes.append(
            (
                "有的公式没有保存结果，那些格按空值处理；请在 Excel 里打开并保存一次",
                "some formulas were saved without a result and count as empty; open and save the file in Excel once",
            )
        )
    with _opened(data) as book:
        names = _visible(book)
        if name is not None and name not in names:
            known = "、".join(names)
            raise InputError(f"没有工作表“{name}”，文件里有：{known}", f'no sheet "{name}"; the file has: {known}')
        chosen = name if name is not None else names[0] if len(names) == 1 else _fullest(book, names)
        sheet = book.get_sheet_by_name(chosen)
        if sheet.end is None or sheet.start is None:
            raise InputError("工作表是空的", "the sheet is empty")
        top, left = sheet.start
        merges = [(a - top, b - left, c - top, d - left) for (a, b), (c, d) in sheet.merged_cell_ranges or ()]
        inside = tuple(m for m in merges if min(m) >= 0)
        return Grid(sheet.to_python(skip_empty_area=True), chosen, top + 1, inside, tuple(notes))


def _fullest(book: CalamineWorkbook, names: list[str]) -> str:
    """Large sheets are measured by their size: their cells need not be counted to be many."""
    best, most = "", 0
    for name in names:
        sheet = book.get_sheet_by_name(name)
        cells = sheet.height * sheet.width if sheet.end is not None else 0
        if cells <= most:
            continue
        if cells <= _COUNTED:
            cells = sum(not is_empty(cell) for row in sheet.to_python() for cell in row)
        if cells > most:
            best, most = name, cells
    if not best:
        raise InputError("工作表是空的", "the sheet is empty")
    return best


def _visible(book: CalamineWorkbook) -> list[str]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    tables = [s for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
    return [s.name for s in tables if s.visible == SheetVisibleEnum.Visible] or [s.name for s in tables]


@contextmanager
def _opened(data: bytes) -> Iterator[CalamineWorkbook]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    broken = InputError("无法读取这个 Excel 文件，可能已损坏", "this Excel file cannot be read; it may be broken")
    if data.startswith(b"\xd0\xcf\x11\xe0") and "EncryptedPackage".encode("utf-16-le") in data:
        raise _protected()
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            yield book
    except PasswordError as error:
        raise _protected() from error
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        if isinstance(error, InputError):
            raise
        raise broken from error
    except BaseException as error:
        # A panic in Rust is no Exception.
        if type(error).__name__ == "PanicException":
            raise broken from error
        raise


def _protected() -> InputError:
    return InputError("这个文件有密码，请去掉密码再上传", "this file is protected by a password; remove it first")


def _check_package(data: bytes) -> bool:
    """Whether some formula has no result; reads the whole package, since its directory may lie about sizes.

    Raises:
        InputError: no XLSX, broken, protected, or larger than calamine should meet.
    """
    broken = InputError("无法读取这个 Excel 文件，可能已损坏", "this Excel file cannot be read; it may be broken")
    too_large = InputError(
        f"这个文件解压后过大（上限 {_MOST_UNPACKED // 1_000_000} MB），没有读取",
        f"this file unpacks to too much (the limit is {_MOST_UNPACKED // 1_000_000} MB) and was not read",
    )
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        parts = package.infolist()
        names = {part.filename.lower() for part in parts}
        if not names & {"xl/workbook.xml", "xl/workbook.bin"}:
            raise InputError(
                "这个压缩文件不是 Excel 表格，请另存为 XLSX 或 CSV",
                "this zip file is no Excel workbook; save the table as XLSX or CSV",
            )
        if "xl/workbook.bin" in names:
            raise InputError("不支持 XLSB，请另存为 XLSX", "XLSB is not supported; save the table as XLSX")
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
            raise too_large
        if any(part.flag_bits & 1 for part in parts):
            raise _protected()
        total, no_result = 0, False
        for part in parts:
            size, lacks = _scan(package, part, _MOST_UNPACKED - total)
            total += size
            no_result |= lacks
            if total > _MOST_UNPACKED or total > _MOST_RATIO * max(len(data), 100_000):
                raise too_large
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise broken from error
    return no_result


def _scan(package: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> tuple[int, bool]:
    """(bytes in `part`, whether a formula lacks its result). Stops beyond `most` bytes.

    Raises:
        InputError: a cell lies beyond the limits, or the part is not as large as the directory says.
    """
    said = part.file_size
    # Read to where the packed data ends, not to where the directory says it does.
    part.file_size = most + _CHUNK
    part.CRC = None  # type: ignore[assignment]
    size, far_line, no_result, tail = 0, False, False, b""
    with package.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            window = tail + chunk
            tail = window[-_OVERLAP:]
            suspect = bool(_SUSPECT.search(window) or _ODD.search(window))
            far_line = far_line or (suspect and bool(_FAR_LINE.search(window)))
            no_place = far_line and bool(_NO_PLACE.search(window))
            no_result = no_result or bool(_NO_RESULT.search(window))
            if no_place or (suspect and _FAR_CELL.search(window)):
                raise InputError(
                    f"表格太大：上限 {MAX_COLUMNS} 列、{MAX_ROWS:,} 行",
                    f"the sheet is too large: the limits are {MAX_COLUMNS} columns and {MAX_ROWS:,} rows",
                )
            if size > most:
                return size, no_result
    if size != said:
        raise zipfile.BadZipFile(f"{part.filename}: {size} bytes instead of {said}")
    return size, no_result
