"""Which cells of a table a question may mean: named in part, or chosen from a short list that it need not name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from core.text2sql.linking import Linker, fold_all

# How many characters of cells a question may choose from without naming them.
LISTED_CHARACTERS = 72
_SHORT_LIST = 12
_LONGEST_LISTED = 10
# A piece that so many cells of a column share tells none of them from the others.
_SHARED = 6
_POSTINGS = 40
_INDEXED = 20_000
_DIGITS = str.maketrans("零〇一二两三四五六七八九", "001223456789")
_LOOSE = re.compile(r"[\s()（）\[\]【】·・.,，。、《》<>:：/_\\'\"“”-]")
_STOP = frozenset("的了是在有和与及或个各每都多少几哪些谁什么怎样吗呢大小高低最第一二两三不没无人名")
_ALIASES = {
    "帝都": "北京", "魔都": "上海", "沪": "上海", "渝": "重庆", "粤": "广东", "鲁": "山东", "冀": "河北", "晋": "山西",
    "豫": "河南", "鄂": "湖北", "湘": "湖南", "闽": "福建", "皖": "安徽", "赣": "江西", "桂": "广西", "琼": "海南",
    "黔": "贵州", "滇": "云南", "蓉": "成都", "穗": "广州", "羊城": "广州", "鹏城": "深圳",
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_PERIODS = (
    (re.compile(r"(?:fy\s?)?((?:19|20)\d\d)年?度?"), "year"),
    (re.compile(r"((?:19|20)\d\d)[-/.年]?(0?[1-9]|1[0-2])月?"), "month"),
    (re.compile(r"()(0?[1-9]|1[0-2])月份?"), "month"),
    (re.compile(r"()([一二三四五六七八九十]{1,2})月份?"), "month"),
    (re.compile(r"(?:((?:19|20)\d\d)年?\s?-?)?(?:q|第)?([1-4一二三四])(?:季度?)?"), "quarter"),
    (re.compile(r"(?:((?:19|20)\d\d)年?)?([上下])半年"), "half"),
    (re.compile(r"()(?:周|星期|礼拜)([一二三四五六日天])"), "weekday"),
)


@dataclass(frozen=True)
class Cell:
    """A cell of text column `column`, and the text that it is compared by."""

    column: int
    text: str
    loose: str


@dataclass(frozen=True)
class Named:
    """Characters [start, end) of a text taken for a cell."""

    start: int
    end: int
    column: int
    text: str
    score: float


Period = tuple[str, int, int]


@dataclass
class CellIndex:
    """The text cells of a table, ready to be found."""

    cells: list[Cell]
    pairs: dict[str, list[int]]
    listed: list[Cell]
    left: int
    sizes: dict[int, int]
    periods: dict[Period, list[Cell]] = field(default_factory=dict)
    monthly: set[tuple[int, str]] = field(default_factory=set)
    yearly: set[int] = field(default_factory=set)
    clocks: set[bool] = field(default_factory=set)

    @property
    def years(self) -> list[int]:
        """The years that periods among the cells are in, one for each cell."""
        return [year for (_, year, _), cells in self.periods.items() if year for _ in cells]


def loosen(text: str) -> tuple[str, list[int]]:
    """Folded text without brackets and the like, digits for Chinese numerals, and where each character came from."""
    kept = [i for i, c in enumerate(text) if not _LOOSE.match(c)]
    return "".join(text[i] for i in kept).translate(_DIGITS), kept


def index_cells(linker: Linker) -> CellIndex:
    """The index of the text columns of `linker`."""
    folded_all = [fold_all(f.values) for f in linker.fields]
    cells: list[Cell] = []
    pairs: dict[str, list[int]] = defaultdict(list)
    columns: list[tuple[int, list[Cell]]] = []
    for column, (values, folded) in enumerate(zip((f.values for f in linker.fields), folded_all, strict=True)):
        mine = [Cell(column, v, loosen(f)[0]) for v, f in zip(values, folded, strict=True)]
        if mine:
            columns.append((column, mine))
        for cell in mine if len(cells) < _INDEXED else ():
            for pair in {cell.loose[i : i + 2] for i in range(len(cell.loose) - 1)}:
                pairs[pair].append(len(cells))
            cells.append(cell)
    index = CellIndex(cells, pairs, [], LISTED_CHARACTERS, {c: len(mine) for c, mine in columns})
    for column, mine in sorted(columns, key=lambda at: len(at[1])):
        _list(index, mine)
        _note_periods(index, mine, folded_all[column])
    return index


def _list(index: CellIndex, mine: Sequence[Cell]) -> None:
    cost = sum(len(c.text) for c in mine)
    if len(mine) > _SHORT_LIST or cost > index.left or max(len(c.text) for c in mine) > _LONGEST_LISTED:
        return
    index.listed.extend(mine)
    index.left -= cost


def _note_periods(index: CellIndex, mine: Sequence[Cell], folded: Sequence[str]) -> None:
    """Which cells are months, quarters, days of the week, and times of day, where most of a column's are."""
    read = [(cell, period_of(text)) for cell, text in zip(mine[:400], folded, strict=False)]
    known = [(cell, period) for cell, period in read if period]
    if 2 * len(known) > len(read):
        for cell, period in known:
            index.periods.setdefault(period, []).append(cell)
        if all(re.fullmatch(r"\d{4}[-/]\d\d", cell.text) for cell, _ in known):
            index.monthly.add((known[0][0].column, known[0][0].text[4]))
    if sum(text[:2] in ("19", "20") and text[:4].isdecimal() for text in folded[:50]) * 2 > len(folded[:50]):
        index.yearly.add(mine[0].column)
    clocks = [text for text in folded[:50] if re.fullmatch(r"\d{1,2}:\d\d(?::\d\d)?", text)]
    if 2 * len(clocks) > len(folded[:50]):
        index.clocks.add(any(text[0] == "0" for text in clocks))


def period_of(text: str) -> Period | None:
    """(unit, year or 0, number) of a folded cell that is a month, a quarter or the like."""
    if text[:3] in _MONTHS and text.isalpha():
        return "month", 0, _MONTHS.index(text[:3]) + 1
    if text[:3] in _WEEKDAYS and text.isalpha():
        return "weekday", 0, _WEEKDAYS.index(text[:3])
    for pattern, unit in _PERIODS:
        if found := pattern.fullmatch(text):
            if unit == "year":
                return unit, int(found[1]), int(found[1])
            if unit == "quarter" and text.isdecimal():
                return None
            year = int(found[1] or 0)
            if unit == "half":
                return unit, year, 1 if found[2] == "上" else 2
            if unit == "weekday":
                return unit, 0, "日一二三四五六".index(found[2].replace("天", "日"))
            return unit, year, _number(found[2])
    return None


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    tens, _, ones = text.rpartition("十")
    return 10 * ("十" in text) + ("零一二三四五六七八九".index(ones) if ones else 0) if not tens else 0


def in_part(text: str, index: CellIndex) -> tuple[list[Named], list[Named]]:
    """Cells that share a piece of two or more characters with `text`, which few others of their column have; and the
    beginnings of cells that it says with another numeral (三室: 3室)."""
    loose, places = loosen(text)
    best: dict[int, tuple[int, int]] = {}
    for at in range(len(loose) - 1):
        postings = index.pairs.get(loose[at : at + 2])
        if not postings or len(postings) > _POSTINGS:
            continue
        for number in postings:
            cell = index.cells[number].loose
            end = at + 2
            while end < len(loose) and loose[at : end + 1] in cell:
                end += 1
            if loose[at:end].isdecimal() and end - at < 3 and not _has_number(index.cells[number].text, loose[at:end]):
                continue
            if number not in best or end - at > best[number][1] - best[number][0]:
                best[number] = (at, end)
    by_piece: dict[tuple[int, str], list[Named]] = defaultdict(list)
    for number, (at, end) in best.items():
        cell_ = index.cells[number]
        score = (end - at) / len(cell_.loose)
        found = Named(places[at], places[end - 1] + 1, cell_.column, cell_.text, score)
        by_piece[cell_.column, loose[at:end]].append(found)
    beginnings = [
        replace(group[0], text=piece, score=0.9)
        for (_, piece), group in by_piece.items()
        if piece not in text and all(n.text.lower().startswith(piece) for n in group)
    ]
    # All of a short list may share a piece: 技术部 and 销售部.
    few = [group for group in by_piece.values() if len(group) <= _SHARED]
    return [named for group in few for named in group], beginnings


def _has_number(cell: str, number: str) -> bool:
    """Whether the digits stand in the cell for themselves: the 14 of T-14, not of 2014."""
    return re.search(rf"(?<![\d:]){number}(?![\d:])", loosen(cell)[0] if not cell.isascii() else cell) is not None


def by_alias(text: str, index: CellIndex) -> Iterator[Named]:
    """Cities and provinces by the names that share no character with theirs."""
    said = {name: text.find(alias) for alias, name in _ALIASES.items() if alias in text}
    for cell in index.cells if said else ():
        for name, at in said.items():
            if cell.text.startswith(name) and len(cell.text) <= len(name) + 6:
                yield Named(at, at + 1, cell.column, cell.text, 0.9)


def by_characters(text: str, index: CellIndex) -> Iterator[Cell]:
    """Cells that share a character with `text`, the most alike first, as long as there is room for more."""
    said = set(loosen(text)[0]) - _STOP
    listed = {cell.column for cell in index.listed}
    scored: list[tuple[float, int, Cell]] = []
    for cell in index.cells:
        if cell.column in listed or len(cell.text) > _LONGEST_LISTED or index.sizes[cell.column] > 60:
            continue
        common = len(said.intersection(cell.loose))
        if common:
            scored.append((-common / len(cell.loose), len(scored), cell))
    room = index.left
    for _, _, cell in sorted(scored, key=lambda at: at[:2]):
        if len(cell.text) <= room:
            room -= len(cell.text)
            yield cell


def months_between(index: CellIndex, first: date, last: date) -> Iterator[tuple[int, str]]:
    """(column, text) of a first and a last month as columns of texts such as 2024-05 write them."""
    for column, mark in index.monthly:
        for day in dict.fromkeys((first, last)):
            yield column, f"{day.year}{mark}{day.month:02d}"
