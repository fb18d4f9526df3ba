"""A sheet as it came, what was left out of it, and what a user has corrected in how it was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from core.errors import InputError
from core.text2sql.cells import cell_text, clean_name, is_empty

Row = Sequence[Any]
Note = tuple[str, str]
# Top, left, bottom, right of cells that are one: places in the rows, from 0, the last ones included.
Merge = tuple[int, int, int, int]
ColumnType = Literal["text", "number", "date"]
LeftKind = Literal["title", "header", "total", "note", "label", "numbers", "other"]

_REASONS: dict[LeftKind, Note] = {
    "title": ("表头上面的标题或说明", "a title or remark above the header"),
    "header": ("重复的表头", "the header once more"),
    "total": ("合计、平均之类的行，不参加计算", "a total or mean, which is not counted with"),
    "note": ("表格下面的说明", "a remark below the table"),
    "label": ("分组标题，已写进“分组”列", "the title of a group, now in the column 分组"),
    "numbers": ("列的编号", "numbers of the columns"),
    "other": ("同一页上的另一张表", "of another table on the same sheet"),
}
_TEXT = 80
# Rows that are told one by one.
MOST_TOLD = 200
_MOST_CORRECTIONS = 2_000


@dataclass(frozen=True)
class Grid:
    """Rows of cells, empty ones "" or None; the first is row `first` of its sheet, counted from 1."""

    rows: Sequence[Row]
    name: str = ""
    first: int = 1
    merges: tuple[Merge, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Left:
    """A row of the sheet that is not in the table: its number there, from 1, why (in both languages), its text."""

    row: int
    kind: LeftKind
    zh: str
    en: str
    text: str


def left(kind: LeftKind, number: int, row: Row) -> Left:
    """Row `number` of the sheet as one that is left out."""
    words = (clean_name(cell) for cell in row if not is_empty(cell))
    return Left(number, kind, *_REASONS[kind], " ".join(w for w in words if w)[:_TEXT])


@dataclass(frozen=True)
class Corrections:
    """What a user says of a table: the numbers of its header's rows (none: (); unsaid: None), types by the names of
    columns, and numbers of rows that belong to it."""

    header: tuple[int, ...] | None = None
    types: Mapping[str, ColumnType] = field(default_factory=dict)
    back: frozenset[int] = frozenset()

    @classmethod
    def from_dict(cls, given: object) -> Corrections:
        """JSON as the page has it: {header?: [row], types?: {name: type}, back?: [row]}.

        Raises:
            InputError: it is not that.
        """
        wrong = InputError("对表格的更正格式不对", "these are no valid corrections of a table")
        if not isinstance(given, Mapping):
            raise wrong
        header, types, back = given.get("header"), given.get("types") or {}, given.get("back") or []
        lists = [back] if header is None else [back, header]
        for found in lists:
            if not isinstance(found, list) or len(found) > _MOST_CORRECTIONS or not all(type(n) is int for n in found):
                raise wrong
        if not isinstance(types, Mapping) or len(types) > _MOST_CORRECTIONS:
            raise wrong
        if not all(isinstance(k, str) and v in ("text", "number", "date") for k, v in types.items()):
            raise wrong
        return cls(None if header is None else tuple(sorted(set(header)))[:3], dict(types), frozenset(back))


@dataclass(frozen=True)
class Surroundings:
    """What a sheet says beside the table's cells: rows left out, the unit of its amounts (单位：万元), the year of days
    that are written without, the numbers of the header's rows; and the types that a user chose."""

    left: tuple[Left, ...] = ()
    header: tuple[int, ...] = ()
    unit: str = ""
    year: int | None = None
    types: Mapping[str, ColumnType] = field(default_factory=dict)


def filled_cells(row: Row) -> list[Any]:
    """The cells of a row that say something."""
    return [cell for cell in row if not is_empty(cell)]


def squeezed(cell: object) -> str:
    """A cell's text without any blanks: 合 计 is 合计."""
    return "".join(cell_text(cell).split())
