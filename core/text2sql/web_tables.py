"""Tables of web pages and of XML spreadsheets, which many programs call .xls. Tags are looked for, nothing is loaded or
run, and no pattern goes over the text more than once."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.errors import InputError
from core.text2sql import MAX_COLUMNS, MAX_ROWS
from core.text2sql.grid import Grid, Merge
from core.text2sql.table import check_size

# Characters of a page; a table of the most rows has more cells than a page is read for.
_MOST = 20_000_000
_DEEPEST, _MOST_TABLES = 50, 1_000
_SPARE = 100
_MARKUP = re.compile(r"\s*<(?:!doctype|!--|html|head|body|table|thead|div|\?xml|\?mso|meta|style|link)", re.IGNORECASE)
# Tags that make a table, in HTML and in the XML of spreadsheets; what is in others is text.
_TAG = re.compile(
    r"<(/?)(?:\w{1,20}:)?(table|caption|worksheet|row|tr|cell|data|td|th|br|p|div|li)\b([^<>]*)>", re.IGNORECASE
)
_ANY_TAG = re.compile(r"<[^<>]*>")
_SPAN = re.compile(r"\b(col|row)span\s*=\s*[\"']?\s*(\d{1,6})", re.IGNORECASE)
_XML_SPAN = re.compile(r"\b(?:\w+:)?(Index|MergeAcross|MergeDown)\s*=\s*[\"'](\d{1,6})", re.IGNORECASE)
_NAME = re.compile(r"\b(?:\w+:)?Name\s*=\s*[\"']([^\"'<>]{1,100})", re.IGNORECASE)
_TYPE = re.compile(r"\b(?:\w+:)?Type\s*=\s*[\"'](\w+)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_CELLS, _ROWS, _BREAKS = ("td", "th", "cell"), ("tr", "row"), ("br", "p", "div", "li")
_UNSEEN = (("<!--", "-->"), ("<script", "</script"), ("<style", "</style"), ("<head", "</head"))


@dataclass
class _Open:
    """A table that is being read: its rows, merged cells, the rows that cells from above still fill by column, and the
    text of the cell that is open."""

    name: str = ""
    rows: list[list[str]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    below: dict[int, int] = field(default_factory=dict)
    cell: list[str] | None = None
    span: tuple[int, int] = (1, 1)

    def begin_row(self) -> None:
        self.end_cell()
        self.rows.append([])
        check_size(len(self.rows) - _SPARE, 1)
        self.below = {column: more - 1 for column, more in self.below.items() if more > 1}

    def begin_cell(self, attributes: str) -> None:
        self.end_cell()
        if not self.rows:
            self.begin_row()
        row = self.rows[-1]
        while self.below.get(len(row), 0) > 0:
            row.append("")
        spans = {name.lower(): int(count) for name, count in _SPAN.findall(attributes)}
        places = {name.lower(): int(count) for name, count in _XML_SPAN.findall(attributes)}
        check_size(0, places.get("index", 0))
        row += [""] * (places.get("index", 0) - 1 - len(row))
        wide, tall = spans.get("col", 1), spans.get("row", 1)
        self.span = (
            max(wide, places.get("mergeacross", 0) + 1),
            min(max(tall, places.get("mergedown", 0) + 1), MAX_ROWS),
        )
        self.cell = []

    def end_cell(self) -> None:
        if self.cell is None:
            return
        row, (wide, tall) = self.rows[-1], self.span
        text = html.unescape(_ANY_TAG.sub("", "".join(self.cell))) if self.cell else ""
        top, left = len(self.rows) - 1, len(row)
        check_size(0, min(left + wide, left + 1 + MAX_COLUMNS))
        row += [text.replace("\xa0", " ").strip(), *[""] * (wide - 1)]
        if wide > 1 or tall > 1:
            self.merges.append((top, left, top + tall - 1, left + wide - 1))
        if tall > 1:
            self.below |= dict.fromkeys(range(left, left + wide), tall)
        self.cell = None

    def grid(self, number: int) -> Grid:
        self.end_cell()
        width = max(map(len, self.rows), default=0)
        rows = [row + [""] * (width - len(row)) for row in self.rows]
        last = len(rows) - 1
        merges = tuple((top, a, min(bottom, last), b) for top, a, bottom, b in self.merges)
        return Grid(rows, self.name or f"表格{number}", 1, merges)

    @property
    def cells(self) -> int:
        """How many cells have something in them."""
        return sum(map(bool, (cell for row in self.rows for cell in row)))


def is_markup(text: str) -> bool:
    """Whether a text is a web page or XML."""
    return bool(_MARKUP.match(text[:2_000].lstrip("\ufeff")))


def web_table_names(text: str) -> tuple[str, ...]:
    """What the tables of a page are called, those of more than one row; () for other texts."""
    if not is_markup(text):
        return ()
    return tuple(grid.name for grid in _grids(text) if len(grid.rows) > 1)


def read_web_table(text: str, name: str | None = None) -> Grid:
    """The table of a page that is called `name`, or the fullest one.

    Raises:
        InputError: there is none, or the page is too large.
    """
    grids = _grids(text)
    named = [grid for grid in grids if grid.name == name]
    if name is not None and not named:
        known = "、".join(grid.name for grid in grids)
        raise InputError(f"没有表格“{name}”，文件里有：{known}", f'no table "{name}"; the file has: {known}')
    return max(named or grids, key=lambda grid: sum(map(bool, (cell for row in grid.rows for cell in row))))


def _grids(text: str) -> list[Grid]:
    if len(text) > _MOST:
        raise InputError(
            f"网页太大：{len(text):,} 个字符，上限 {_MOST:,}；请在 Excel 里打开后另存为 XLSX 或 CSV",
            f"the web page has {len(text):,} characters, the limit is {_MOST:,}; save it as XLSX or CSV in Excel",
        )
    found = [table for table in _tables(text) if table.cells]
    grids: list[Grid] = []
    for i, table in enumerate(found, 1):
        if table.name in {grid.name for grid in grids}:
            table.name = f"{table.name}_{i}"
        grids.append(table.grid(i))
    if not grids:
        raise InputError(
            "这是网页或 XML 文件，里面没有表格；请在 Excel 里打开后另存为 XLSX 或 CSV",
            "this is a web page or XML without a table; open it in Excel and save it as XLSX or CSV",
        )
    return grids


def _tables(text: str) -> list[_Open]:
    text = _seen(text)
    done: list[_Open] = []
    stack: list[_Open] = []
    sheet = ""
    caption = False
    for closes, tag, attributes, between in _tags(text):
        table = stack[-1] if stack else None
        if table is not None and between:
            if caption:
                table.name += html.unescape(_ANY_TAG.sub("", between)).strip()[:100]
            elif table.cell is not None:
                table.cell.append(between)
        if tag == "worksheet" and not closes:
            sheet = html.unescape(found[1]) if (found := _NAME.search(attributes)) else ""
        elif tag == "caption":
            caption = not closes
        elif tag == "table" and closes:
            done += [stack.pop()] if stack else []
        elif tag == "table" and len(stack) < _DEEPEST and len(done) < _MOST_TABLES:
            stack.append(_Open(name=sheet))
        elif table is not None:
            _take(table, closes, tag, attributes)
    # A file that ends early has tables that do.
    return done + stack[::-1]


def _take(table: _Open, closes: bool, tag: str, attributes: str) -> None:
    if tag in _ROWS:
        if closes:
            table.end_cell()
        elif not attributes.rstrip().endswith("/"):
            table.begin_row()
            for name, count in _XML_SPAN.findall(attributes):
                if name.lower() == "index":
                    check_size(int(count) - _SPARE, 1)
                    table.rows[-1:] = [[] for _ in range(max(1, int(count) - len(table.rows) + 1))]
    elif tag in _CELLS:
        if closes:
            table.end_cell()
        elif not _HIDDEN.search(attributes):
            table.begin_cell(attributes)
            if attributes.rstrip().endswith("/"):
                table.end_cell()
    elif tag in _BREAKS and table.cell:
        table.cell.append("\n")


def _tags(text: str) -> Iterator[tuple[bool, str, str, str]]:
    """(whether it closes, its name, its attributes, the text before it) of the tags that make a table."""
    end = 0
    for found in _TAG.finditer(text):
        yield bool(found[1]), found[2].lower(), found[3], text[end : found.start()]
        end = found.end()


def _seen(text: str) -> str:
    """A page without what its reader never sees."""
    for start, stop in _UNSEEN:
        lower = text.lower()
        if len(lower) != len(text):
            lower = text
        parts, at = [], 0
        while (begin := lower.find(start, at)) >= 0 and (end := lower.find(stop, begin)) >= 0:
            parts.append(text[at:begin])
            at = end + len(stop)
        text = "".join([*parts, text[at:]])
    return text
