"""A sheet as people lay it out, read as one table: its header, its rows, and which rows are left out of it and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.text2sql import MAX_COLUMNS, MAX_ROWS
from core.text2sql.cells import cell_text, clean_name, is_empty
from core.text2sql.grid import Corrections, Grid, Left, LeftKind, Note, Row, Surroundings, filled_cells, left
from core.text2sql.header_words import is_code_header, is_date_header, unit_of_lines, year_of_lines
from core.text2sql.headers import Header, column_kinds, find_header, kind_of
from core.text2sql.left_rows import Judge, Judged, squeezed_label
from core.text2sql.table import Table, build_table

GROUP = "分组"
# Rows in which cells that were merged are looked for, and the share of them that are empty.
_MOST_FILLED, _LEAST_GAPS = 20_000, 0.25
_ABOVE, _SMALL = 60, 5_000


@dataclass
class Layout:
    """The header, the rows below it that are the table's, and what is left out; places are those of the grid's rows."""

    header: Header
    kept: list[int]
    kinds: dict[int, LeftKind]
    labels: dict[int, str]


def table_of(grid: Grid, corrections: Corrections | None = None) -> Table:
    """The table on a sheet.

    Raises:
        InputError: there is none, or it is too large.
    """
    corrections = corrections or Corrections()
    rows = grid.rows
    given = corrections.header
    if given is not None:
        given = tuple(n - grid.first for n in given if 0 <= n - grid.first < len(rows))
    header = find_header(rows[:_ABOVE] if len(rows) > 2 * _ABOVE and not given else rows, grid.merges, given)
    begin, end = header.body, len(rows)
    parted = _parted(grid, header, corrections)
    if parted is not None:
        # The greater part is the table.
        if parted - begin < end - parted:
            rest = Grid(rows[parted:], grid.name, grid.first + parted, _below(grid, parted), grid.notes)
            return _built(
                rest, find_header(rest.rows, rest.merges), len(rest.rows), corrections, _others(grid, 0, parted)
            )
        end = parted
    return _built(grid, header, end, corrections, _others(grid, end, len(rows)))


def tidied(
    header: Sequence[Any],
    rows: Sequence[Row],
    types: Sequence[str] | None = None,
    name: str = "",
    corrections: Corrections | None = None,
) -> Table:
    """The table of rows, numbered from 1, under a header that is known: without those that sum up others.

    Raises:
        InputError: as `build_table`.
    """
    corrections = corrections or Corrections()
    gone: tuple[Left, ...] = ()
    if len(rows) <= MAX_ROWS and len(header) <= MAX_COLUMNS:
        back = frozenset(n - 1 for n in corrections.back)
        found = Judge(rows, Header(list(header), (), (), (), 0), (), back).judge()
        gone = tuple(left("total", at + 1, rows[at]) for at, kind in sorted(found.kinds.items()) if kind == "total")
        out = {row.row - 1 for row in gone}
        rows = [row for i, row in enumerate(rows) if i not in out] if out else rows
    return build_table(header, rows, types, name, around=Surroundings(gone, types=corrections.types))


def _built(grid: Grid, header: Header, end: int, corrections: Corrections, others: list[Left]) -> Table:
    rows = grid.rows[:end]
    back = frozenset(n - grid.first for n in corrections.back)
    judge = Judge(rows, header, grid.merges, back)
    found = judge.judge()
    _titles_again(rows, header, found)
    notes = list(grid.notes)
    if not header.rows and header.names:
        notes.append(
            (
                "第一行像数据，没有表头，列名为 列1、列2……",
                "the first row looks like data; the columns are called 列1, 列2 ...",
            )
        )
    elif len(header.rows) > 1:
        zh, en = {2: ("两", "two"), 3: ("三", "three")}.get(len(header.rows), ("几", "several"))
        notes.append((f"表头有{zh}行，已合并", f"the header has {en} rows; they were joined"))
    kinds: dict[int, LeftKind] = dict.fromkeys(header.above, "title")
    kinds |= dict.fromkeys((i for i in header.numbers if i not in back), "numbers")
    kinds |= found.kinds
    names = list(header.names)
    begin = header.body - sum(i in back for i in header.numbers)
    kept = [i for i in range(begin, end) if i not in kinds]
    if found.labels or grid.merges:  # what is filled in shall not make rows of blank ones
        kept = [i for i in kept if i < header.body or judge.count(i)]
    body: Sequence[Row] = rows[begin:] if len(kept) == end - begin else [rows[i] for i in kept]
    body = _filled_down(grid, judge, kept, body, names, notes)
    if found.labels and (groups := _groups(found.labels, kept, header, rows, judge)):
        width = max(len(names), max(map(len, body)))
        names += [""] * (width - len(names)) + [GROUP]
        body = [[*row, *[""] * (width - len(row)), group] for row, group in zip(body, groups, strict=True)]
    gone = sorted([left(kind, grid.first + i, rows[i]) for i, kind in kinds.items()] + others, key=lambda r: r.row)
    lines = [row.text for row in gone if row.kind in ("title", "note")]
    titles = [row.text for row in gone if row.kind == "title"]
    year = year_of_lines(titles) or year_of_lines([grid.name])
    numbers = tuple(grid.first + i for i in header.rows)
    around = Surroundings(tuple(gone), numbers, unit_of_lines(lines), year, corrections.types)
    return build_table(names, body, name=grid.name, notes=notes, around=around)


def _titles_again(rows: Sequence[Row], header: Header, found: Judged) -> None:
    """Titles over a header that comes again: the same one names no group, another makes a group of the first, too."""
    if not header.above or not found.labels:
        return
    place = header.above[-1]
    first = squeezed_label(filled_cells(rows[place])[0])
    for at in [at for at, label in found.labels.items() if label == first]:
        found.kinds[at] = "title"
        del found.labels[at]
    over = [at for at in found.labels if found.kinds.get(at + 1) == "header"]
    if over and header.rows and place == header.rows[0] - 1 and len(filled_cells(rows[place])) == 1:
        found.labels[place] = first


def _parted(grid: Grid, header: Header, corrections: Corrections) -> int | None:
    """The place from which on there is another table: one with a header of its own, after a blank row."""
    if not header.rows or corrections.header is not None:
        return None
    rows = grid.rows
    told = {n - grid.first for n in corrections.back}
    sparse = range(len(rows)) if len(rows) <= _SMALL else [i for i, row in enumerate(rows) if not any(row)]
    blank = [i for i in sparse if header.body <= i < len(rows) - 2 and not filled_cells(rows[i])]
    if not blank or len(blank) > _ABOVE:
        return None
    names = [clean_name(cell) for cell in rows[header.rows[-1]]]
    kinds = column_kinds([r for r in rows[header.body : blank[0]] if len(filled_cells(r)) > 1], len(names))
    for at in blank:
        block = rows[at + 1 : at + 1 + _ABOVE]
        if not filled_cells(block[0]):
            continue
        other = find_header(block, _below(grid, at + 1))
        if not other.rows or other.body >= len(block):
            continue
        row = block[other.rows[-1]]
        over = sum(kind_of(c) == "text" for c, k in zip(row, kinds, strict=False) if k == "number")
        below = column_kinds(block[other.body :][:20], len(row))
        named = sum(kind_of(c) == "text" and k in ("number", "date") for c, k in zip(row, below, strict=False))
        texts = [clean_name(cell) for cell in row]
        unlike = over or len(filled_cells(row)) > 2 or set(filter(None, texts)).isdisjoint(filter(None, names))
        plain = len(filled_cells(row)) > 1 and all(kind_of(c) != "number" for c in row)
        if texts != names[: len(texts)] and named and plain and unlike:
            # A row that a user puts back is no other table's.
            return at if told.isdisjoint(range(at, len(rows))) else None
    return None


def _below(grid: Grid, at: int) -> tuple[tuple[int, int, int, int], ...]:
    return tuple((top - at, a, bottom - at, b) for top, a, bottom, b in grid.merges if top >= at)


def _others(grid: Grid, begin: int, end: int) -> list[Left]:
    return [left("other", grid.first + i, grid.rows[i]) for i in range(begin, end) if filled_cells(grid.rows[i])]


def _groups(labels: Mapping[int, str], kept: list[int], header: Header, rows: Sequence[Row], judge: Judge) -> list[str]:
    """The group that each row is in; [] where a column says so already."""
    groups: list[str] = []
    titles = sorted(labels)
    place, now = 0, ""
    for i in kept:
        while place < len(titles) and titles[place] < i:
            now = labels[titles[place]]
            place += 1
        groups.append(now)
    if not any(groups):
        return []
    said = any(
        all(
            not group or (c < len(rows[i]) and cell_text(rows[i][c]).strip() == group)
            for i, group in zip(kept, groups, strict=True)
        )
        for c in judge.texts
    )
    return [] if said else groups


def _filled_down(
    grid: Grid, judge: Judge, kept: list[int], body: Sequence[Row], names: list[Any], notes: list[Note]
) -> Sequence[Row]:
    """The rows with the cells of merged ones filled in: names and dates, as sums of what was merged would not be."""
    places = {at: i for i, at in enumerate(kept)} if grid.merges else {}
    new: dict[int, list[Any]] = {}
    columns: set[int] = set()
    for top, column, bottom, _ in grid.merges:
        if top == bottom or top < judge.begin or top >= len(grid.rows) or column >= len(grid.rows[top]):
            continue
        cell = grid.rows[top][column]
        name = clean_name(names[column]) if column < len(names) else ""
        if not (
            isinstance(cell, (str, date)) or is_code_header(name) or is_date_header(name) or "年" in name or not column
        ):
            continue
        for at in range(top + 1, bottom + 1):
            if (i := places.get(at)) is not None and column < len(body[i]) and is_empty(body[i][column]):
                new.setdefault(i, list(body[i]))[column] = cell
                columns.add(column)
    if not grid.merges and (gapped := _gapped(judge, body)) is not None:
        cell = ""
        columns.add(gapped)
        for i, row in enumerate(body):
            cell = row[gapped] if gapped < len(row) and not is_empty(row[gapped]) else cell
            new[i] = [*row[:gapped], cell, *row[gapped + 1 :]]
    if not new:
        return body
    listed = "、".join(
        clean_name(names[c]) if c < len(names) and clean_name(names[c]) else f"列{c + 1}" for c in sorted(columns)
    )
    notes.append((f"合并的单元格已逐行补上：{listed}", f"merged cells were filled in row by row: {listed}"))
    return [new.get(i, row) for i, row in enumerate(body)]


def _gapped(judge: Judge, body: Sequence[Row]) -> int | None:
    """The column whose cells stand for the empty ones below them, as merged cells are copied: the first of text, its
    values all different, beside another of text without gaps."""
    if not 4 <= len(body) <= _MOST_FILLED or len(judge.texts) < 2:
        return None
    column = judge.texts[0]
    if any(c < column and judge.kinds[c] == "" for c in range(column)):
        return None
    cells = [row[column] if column < len(row) else "" for row in body]
    filled = [cell_text(cell) for cell in cells if not is_empty(cell)]
    gaps = [row for cell, row in zip(cells, body, strict=True) if is_empty(cell) and filled_cells(row)]
    if is_empty(cells[0]) or len(filled) < 2 or len(set(filled)) < len(filled) or len(gaps) < _LEAST_GAPS * len(body):
        return None
    beside = [c for c in judge.texts[1:] if all(c < len(r) and not is_empty(r[c]) for r in gaps)]
    return column if beside else None
