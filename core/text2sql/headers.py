"""Where the header of a sheet is: below titles, in one to three rows, or nowhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.text2sql.cell_dates import is_date
from core.text2sql.cell_values import UNIT, is_number
from core.text2sql.cells import cell_text, clean_name, is_nothing
from core.text2sql.cells import is_empty as is_blank
from core.text2sql.grid import Merge, Row, filled_cells, squeezed
from core.text2sql.header_words import count_up

# Lines above a header that are looked at: titles, "unit: ...", blank ones.
_ABOVE = 12
# Rows that tell what a column holds.
_SAMPLE = 40
_MOST_ROWS = 3
Kind = Literal["number", "date", "text", ""]
# 制表人：张三, but not 金额（单位：元）.
_STATEMENT = re.compile(r"[^(（:：]{1,10}[:：]")
_STEMS, _LETTERS = "甲乙丙丁戊己庚辛壬癸", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_COMMON = re.compile(
    r"(?:序号|编号|姓名|名称|名字|日期|时间|部门|单位|城市|省份|地区|类别|类型|项目|科目|商品|产品|数量|金额|单价|备注|说明|地址|电话|手机号?|性别|年龄|班级|学号|工号"
    r"|职位|职务|状态|name|date|type|id|no\.?|city|amount|price|status)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Header:
    """`names` of the columns; places of the header's rows, of what stands above, of numbered columns below; and where
    the body begins."""

    names: list[object]
    rows: tuple[int, ...]
    above: tuple[int, ...]
    numbers: tuple[int, ...]
    body: int


def find_header(rows: Sequence[Row], merges: Sequence[Merge] = (), given: tuple[int, ...] | None = None) -> Header:
    """The header of `rows`; `given` are the places of its rows where a user has said them."""
    titles = _titles(rows, merges)
    start = next((i for i in range(len(titles), len(rows)) if filled_cells(rows[i])), len(rows))
    above = tuple(i for i in range(start) if filled_cells(rows[i]))
    if given:
        places = tuple(range(given[0], given[-1] + 1))
        above = tuple(i for i in range(given[0]) if filled_cells(rows[i]))
        return Header(_names(rows, places, merges), places, above, (), given[-1] + 1)
    if start >= len(rows):
        return Header([], (), above, (), start)
    if given == () or _is_data(rows, start):
        width = max(len(row) for row in rows[start : start + _SAMPLE])
        return Header([f"列{i + 1}" for i in range(width)], (), above, (), start)
    places = (start,)
    while len(places) < _MOST_ROWS and _continues(rows, places, merges):
        places += (places[-1] + 1,)
    body = places[-1] + 1
    numbers = (body,) if _is_count(rows, body) else ()
    return Header(_names(rows, places, merges), places, above, numbers, body + len(numbers))


def is_statement(cell: object) -> bool:
    """Whether a cell says a thing and its value, as the lines around a table do: 制表人：张三."""
    return isinstance(cell, str) and bool(_STATEMENT.match(cell.strip()))


def kind_of(cell: object) -> Kind:
    """What a cell is; "" for one that says nothing."""
    if is_blank(cell) or (isinstance(cell, str) and is_nothing(cell)):
        return ""
    if is_number(cell):
        return "number"
    return "date" if is_date(cell) else "text"


def column_kinds(rows: Sequence[Row], width: int) -> list[Kind]:
    """What most cells of each column are, by a sample of `rows`."""
    sample = rows[:: max(1, len(rows) // _SAMPLE)][: _SAMPLE + 1]
    found: list[Kind] = []
    for column in range(width):
        seen: list[Kind] = [kind for row in sample if column < len(row) and (kind := kind_of(row[column]))]
        common: Kind = max(set(seen), key=lambda kind: (seen.count(kind), kind == "text"), default="")
        found.append(common if seen.count(common) * 2 >= len(seen) else "text")
    return found


def _titles(rows: Sequence[Row], merges: Sequence[Merge]) -> range:
    start = 0
    while start < min(len(rows) - 1, _ABOVE):
        filled = filled_cells(rows[start])
        if filled and not _is_title(rows, start, filled, merges):
            break
        start += 1
    return range(start)


def _is_title(rows: Sequence[Row], at: int, filled: list[object], merges: Sequence[Merge]) -> bool:
    """Whether row `at` stands above a header: a title of one cell, or statements such as 日期：2024年3月."""
    lines = [row for row in rows[at + 1 : at + _ABOVE] if len(filled_cells(row)) > 1]
    below = next((row for row in lines if not _states(filled_cells(row))), lines[0] if lines else None)
    if below is None:
        return False
    names = filled_cells(below)
    if len(filled) > 1 and len(set(map(cell_text, filled))) == 1 and isinstance(filled[0], str):
        return len(filled) > 2 and len(set(map(cell_text, names))) > 1  # a title that is in each of its merged cells
    if len(filled) == 1:
        column = next(i for i, cell in enumerate(rows[at]) if not is_blank(cell))
        if any(top == at and left == column < right < _width(rows) - 1 and left for top, left, _, right in merges):
            return False  # a group of columns
        if is_statement(filled[0]) or (is_number(filled[0]) and not _is_year(filled[0])):
            return is_statement(filled[0])
        if len(names) == 2 and is_blank(rows[at][0]):
            return False  # the corner of a small table is empty more often than a title is set to the right
        texts = sum(kind_of(cell) == "text" for cell in names)
        return len(names) >= max(2, len(below) // 2) and (texts == len(names) or column == 0)
    if len(filled) >= len(names) + 2 or any(is_number(cell) and not _is_year(cell) for cell in filled):
        return _states(filled) and len(filled) <= 8 and _fuller_below(rows, at, len(filled) - 2)
    apart = len(filled) <= 2 and len(names) >= 4 and any(is_date(c) or "第" in cell_text(c) for c in filled)
    return (_states(filled) or apart) and _fuller_below(rows, at, len(filled))


def _states(filled: Sequence[object]) -> bool:
    return 2 * sum(map(is_statement, filled)) >= len(filled) / 2 and any(map(is_statement, filled))


def _fuller_below(rows: Sequence[Row], at: int, least: int) -> bool:
    for row in rows[at + 1 : at + _ABOVE]:
        filled = filled_cells(row)
        if len(filled) >= max(2, least) and not any(map(is_statement, filled)):
            return True
    return False


def _width(rows: Sequence[Row]) -> int:
    return max((len(row) for row in rows[: _SAMPLE + _ABOVE]), default=0)


def _is_year(cell: object) -> bool:
    text = cell_text(cell).strip().removesuffix("年")
    return len(text) == 4 and text.isdecimal() and 1900 <= int(text) <= 2100


def _votes(row: Row, below: Sequence[Row], first: bool = True) -> tuple[int, int, int]:
    """(cells of `row` that name a column of numbers or dates, cells that are such themselves, such columns)."""
    kinds = column_kinds(below, len(row))
    cells = [kind_of(cell) for cell in row]
    plain = [cell for cell, kind in zip(row, cells, strict=True) if kind == "number"]
    next_row = filled_cells(below[0]) if below else []
    # Years over columns are names, unless years are what the columns hold; so are 1, 2, 3 for months.
    years = bool(plain) and all(map(_is_year, plain)) and bool(next_row) and not any(map(_is_year, next_row))
    counted = (
        first and len(plain) < len(filled_cells(row)) and count_up(plain) and not count_up(next_row[-len(plain) :])
    )
    names = data = 0
    for cell, kind in zip(cells, kinds, strict=True):
        if not cell or kind in ("", "text"):
            continue
        if cell == "text" or (cell == "date" and kind == "number") or (cell == "number" and (years or counted)):
            names += 1
        else:
            data += 1
    return names, data, sum(kind in ("number", "date") for kind in kinds)


def _is_data(rows: Sequence[Row], start: int) -> bool:
    """Whether the first row is like those below it, so that there is no header."""
    row = rows[start]
    below = [r for r in rows[start + 1 : start + 5 * _SAMPLE] if len(filled_cells(r)) > 1 or len(row) == 1]
    below = [r for r in below if list(r) != list(row)]
    filled = filled_cells(row)
    numbers = [cell for cell in filled if is_number(cell) or is_date(cell)]
    if not below:
        return bool(numbers) and not all(map(_is_year, filled))
    names, data, _ = _votes(row, below)
    if names or data:
        return data > names
    if any(_COMMON.match(squeezed(cell)) for cell in filled):
        return False
    alike = 0
    for column, cell in enumerate(row):
        if kind_of(cell) != "text":
            continue
        others = [cell_text(r[column]) for r in below if column < len(r) and not is_blank(r[column])]
        text = cell_text(cell)
        form = _form(text)
        again = text in others
        alike += again or (
            form != "" and len(others) > 1 and sum(_form(o) == form for o in others) >= 0.8 * len(others)
        )
    return alike > 0


def _form(text: str) -> str:
    """How a text with digits is made: A001 and B217 are alike; "" for one without."""
    if not any(map(str.isdecimal, text)):
        return ""
    return "".join(
        "0" if c.isdecimal() else "a" if c.isascii() and c.isalpha() else "字" if c.isalpha() else c for c in text
    )


def _continues(rows: Sequence[Row], places: tuple[int, ...], merges: Sequence[Merge]) -> bool:
    """Whether the row below the header's rows is one of them: it names parts of what stands above, or units."""
    at = places[-1] + 1
    if at + 1 >= len(rows):
        return False
    row, above, below = rows[at], rows[at - 1], rows[at + 1 : at + 1 + 5 * _SAMPLE]
    filled = filled_cells(row)
    if not filled or any(map(is_statement, filled)):
        return False
    names, data, numeric = _votes(row, below, first=False)
    if data or _is_count(rows, at):
        return False
    if len(filled) > 1 and all(_unit_in(cell) for cell in filled):
        return True
    wide = [(left, right) for top, left, bottom, right in merges if top in places and left < right]
    parted = any(sum(not is_blank(c) for c in row[left : right + 1]) > 1 for left, right in wide)
    tall = any(top in places and bottom >= at for top, _, bottom, _ in merges)
    if tall or (parted and names == numeric):
        return len(filled) > 1 or tall
    gaps = any(is_blank(a) and not is_blank(b) for a, b in zip(above, row, strict=False))
    return len(filled) > 1 and ((gaps and names > 0) or names == numeric >= 2)


def _unit_in(cell: object) -> str:
    text = squeezed(cell).strip("()（）[]【】")
    return text if UNIT.fullmatch(text) or text in ("%", "/", "-") else ""


def _is_count(rows: Sequence[Row], at: int) -> bool:
    """Whether row `at` numbers the columns, as forms of the authorities do: 甲, 乙, 1, 2, 3."""
    if at + 1 >= len(rows):
        return False
    texts = [squeezed(cell).strip("()（）[]①") for cell in filled_cells(rows[at])]
    stems = [text for text in texts if text and text in _STEMS]
    numbers = [text.partition("=")[0] for text in texts if text not in (*_STEMS, "栏次", "行次", "—", "-")]
    if len(texts) < 3 or stems != list(_STEMS[: len(stems)]):
        return False
    if numbers and numbers not in (list(map(str, range(1, len(numbers) + 1))), list(_LETTERS[: len(numbers)])):
        return False
    # A row of data may be 甲, 1, 2; then the next begins alike.
    after = squeezed(rows[at + 1][0]) if rows[at + 1] else ""
    return len(numbers) != 1 and not (is_number(after) or (after and after in _STEMS + _LETTERS))


def _names(rows: Sequence[Row], places: tuple[int, ...], merges: Sequence[Merge]) -> list[object]:
    """The rows of a header as one: the groups of columns, then their parts."""
    if len(places) == 1:
        first = list(rows[places[0]])
        while first and is_blank(first[-1]):
            first.pop()
        return first
    width = max(len(rows[i]) for i in places)
    levels = [[clean_name(c) for c in rows[i]] + [""] * (width - len(rows[i])) for i in places]
    _spread(levels, places, merges)
    names: list[object] = []
    for column in range(width):
        parts: list[str] = []
        for depth, level in enumerate(levels):
            part = level[column]
            unit = _unit_in(part) if depth == len(levels) - 1 and parts else ""
            if unit and unit not in "/-":
                parts[-1] += f"（{unit}）"
            elif part and part not in parts and not unit:
                parts.append(part)
        names.append(" ".join(parts))
    while names and names[-1] == "":
        names.pop()
    return names


def _spread(levels: list[list[str]], places: tuple[int, ...], merges: Sequence[Merge]) -> None:
    """Write the name of a group over each of its columns: as far as its merged cell goes or, where the sheet does not
    say, to the next name."""
    spans = {(top, left): right for top, left, _, right in merges if top in places}
    for depth, place in enumerate(places[:-1]):
        level, group, end = levels[depth], "", -1
        for column in range(len(level)):
            if level[column]:
                group = level[column]
                end = spans.get((place, column), column) if merges else len(level)
            elif depth and any(levels[d][column] != levels[d][column - 1] for d in range(depth)):
                group = ""  # no group goes beyond the one that it is part of
            elif group and column <= end and any(levels[d][column] for d in range(depth + 1, len(levels))):
                level[column] = group
