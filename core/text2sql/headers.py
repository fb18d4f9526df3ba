"""Where the header of a sheet is (below titles, in two rows, or nowhere), and what it says of its column."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.text2sql.cell_values import UNIT, is_date, is_number
from core.text2sql.cells import cell_text, clean_name, is_empty

Row = Sequence[object]
Note = tuple[str, str]

# Lines above a header that are looked at: titles, "unit: ...", blank ones.
_ABOVE = 10
_HEADER_UNIT = re.compile(
    r"[(（\[【]\s*(?:单位\s*[:：]?\s*)?([^()（）\[\]【】]{1,12}?)\s*[)）\]】]|(?<=[^\x00-\x7f])[/_]\s*([^/_\s]{1,6})$"
)

_CODE_HEADER = re.compile(
    r"(?:代码|编号|编码|号码|条码|条形码|电话|手机|手机号|邮编|学号|工号|证号|身份证|身份证号|卡号|账号|帐号|单号|车牌号|ISBN)"
    r"(?:[(（].*[)）])?$|(?:^|[^A-Za-z])[Ii][Dd]$|[a-z](?:Id|ID)$|(?:^|_)[Cc]ode$"
)
_DATE_HEADER = re.compile(r"日期|时间|日$|月份|年月|date|time|day|month", re.IGNORECASE)


def split_header(rows: Sequence[Row], notes: list[Note]) -> tuple[Row, Sequence[Row]]:
    """The header of `rows` and the rows below it; `notes` get what was taken for a title, or for no header."""
    start = _skip_titles(rows, notes)
    if start >= len(rows):
        return [], []
    first = list(rows[start])
    second = rows[start + 1] if start + 1 < len(rows) else ()
    if _is_data(first, second):
        notes.append(
            (
                "第一行像数据，没有表头，列名为 列1、列2……",
                "the first row looks like data; the columns are called 列1, 列2 ...",
            )
        )
        return [f"列{i + 1}" for i in range(len(first))], rows[start:]
    third = rows[start + 2] if start + 2 < len(rows) else ()
    if _is_double(first, second, third):
        notes.append(("表头有两行，已合并", "the header has two rows; they were joined"))
        return _join(first, second), rows[start + 2 :]
    while first and is_empty(first[-1]):
        first.pop()
    return first, rows[start + 1 :]


def _filled(row: Row) -> list[object]:
    return [cell for cell in row if not is_empty(cell)]


def _skip_titles(rows: Sequence[Row], notes: list[Note]) -> int:
    titles: list[str] = []
    start = 0
    while start < min(len(rows) - 1, _ABOVE):
        filled = _filled(rows[start])
        if len(filled) > 1 or (filled and not _is_title(rows, start)):
            break
        titles += [clean_name(cell) for cell in filled]
        start += 1
    if start < len(rows) and not _filled(rows[start]):
        start += 1
    if titles:
        listed = " / ".join(titles)
        notes.append((f"表头上面的标题已去掉：{listed}", f"titles above the header were left out: {listed}"))
    return start


def _is_title(rows: Sequence[Row], at: int) -> bool:
    """Whether the one cell of row `at` stands above a header: the next row with several cells is full of names."""
    below = next((row for row in rows[at + 1 : at + _ABOVE] if len(_filled(row)) > 1), None)
    if below is None:
        return False
    names = _filled(below)
    if len(names) == 2 and is_empty(rows[at][0]):
        return False  # the corner of a small table is empty more often than a title is set to the right
    return len(names) >= max(2, len(below) // 2) and not any(is_number(cell) for cell in names)


def _is_year(cell: object) -> bool:
    text = cell_text(cell).strip().removesuffix("年")
    return len(text) == 4 and text.isdecimal() and 1900 <= int(text) <= 2100


def _is_data(first: Row, second: Row) -> bool:
    filled = _filled(first)
    if not filled:
        return False
    if not all(is_number(c) or is_date(c) for c in filled):
        return False
    # Years over columns are names, unless years are what the columns hold.
    below = _filled(second)
    return not all(map(_is_year, filled)) or not below or any(map(_is_year, below))


def _is_double(first: Row, second: Row, third: Row) -> bool:
    """Groups of columns above, their parts below: some cells of either row are merged with their neighbour's."""
    width = len(first)
    if width < 3 or len(second) != width or not any(is_number(c) for c in _filled(third)):
        return False
    pairs = [(is_empty(a), is_empty(b)) for a, b in zip(first, second, strict=True)]
    if any(a and b for a, b in pairs) or pairs[0][0]:
        return False
    return (
        any(a for a, _ in pairs)
        and any(b for _, b in pairs)
        and not any(is_number(c) and not _is_year(c) for c in _filled(second))
    )


def _join(first: Row, second: Row) -> list[str]:
    names: list[str] = []
    group = ""
    for above, below in zip(first, second, strict=True):
        group = clean_name(above) or group
        part = clean_name(below)
        names.append(f"{group} {part}" if part else group)
    return names


def header_unit(name: str) -> str:
    """The unit in the last brackets of a header, as written: 收入（万元） has 万元, 姓名(中文) has none."""
    for found in reversed(list(_HEADER_UNIT.finditer(name))):
        unit = found[1] or found[2]
        if UNIT.fullmatch(unit.strip()):
            return "%" if unit.strip() == "％" else unit.strip()
    return ""


def is_code_header(name: str) -> bool:
    """Whether the numbers under this header name things and are not to be counted with: 代码, 编号, ID, 电话 ..."""
    return bool(_CODE_HEADER.search(name))


def is_date_header(name: str) -> bool:
    """Whether 20240105 and 2024.10 under this header are dates."""
    return bool(_DATE_HEADER.search(name))
