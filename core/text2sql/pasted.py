"""Rows in text that people paste: tables drawn with bars, and lines cut by blanks or by the marks of Chinese prose."""

from __future__ import annotations

import re
from collections import Counter

from core.text2sql.cell_dates import is_date
from core.text2sql.cell_values import is_number

Rows = list[tuple[str, ...]]

_RULE = re.compile(r"\s*[|+]?\s*:?-{2,}:?\s*(?:[|+]\s*:?-{2,}:?\s*)*[|+]?\s*")
_LINE = re.compile(r"\s*[+|]?[-=+|─━┌┐└┘├┤┬┴┼═╔╗╚╝╠╣╦╩╬│┃║ ]{3,}\s*")
_PIPE = re.compile(r"(?<!\\)\|")
_GAP = re.compile(r"[ \u3000\xa0]{2,}|\u3000")
_BLANK = re.compile(r"[ \u3000\xa0]+")
_MARKS = (re.compile(r"[；;]"), re.compile(r"、"), re.compile(r"[/／]"), re.compile(r"[，,]"))
_PAIR = re.compile(r"\s*([^：:，,；;\s]{1,12})\s*[:：]\s*([^：:，,；;]{1,60}?)\s*")


def drawn_rows(text: str) -> Rows:
    """The rows of a table that is drawn with bars, as Markdown and databases do; [] if `text` is none."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        return []
    if _LINE.fullmatch(lines[0]):
        boxed = [line for line in lines if line.strip()[0] in "|│┃║" and not _LINE.fullmatch(line)]
        # Below the box a program may say how many rows there are.
        return [_cells(re.sub("[│┃║]", "|", line)) for line in boxed] if len(boxed) >= len(lines) / 3 else []
    if "|" in lines[0] and _RULE.fullmatch(lines[1]):
        return [_cells(line) for i, line in enumerate(lines) if i != 1]
    if all(line.strip().startswith("|") and line.strip().endswith("|") for line in lines):
        return [_cells(line) for line in lines]
    return []


def _cells(line: str) -> tuple[str, ...]:
    inner = line.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return tuple(cell.strip().replace("\\|", "|") for cell in _PIPE.split(inner))


def spoken_rows(text: str) -> Rows:
    """The rows of text without tabs that is cut by blanks, or as people type a table in a chat; [] if it is none."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if "\t" in text or not lines:
        return []
    if pairs := _paired(lines):
        return pairs
    gaps = [tuple(_GAP.split(line)) for line in lines]
    width, often = Counter(map(len, gaps)).most_common(1)[0]
    if width > 1 and often >= 0.8 * len(gaps):
        return gaps
    if any(mark in text for mark in ",，;；|") and not _BLANK.search(lines[0]):
        # Commas are for whoever reads CSV, but 、 and ； are not.
        return _cut(lines, _MARKS[0], 3) if "；" in lines[0] else []
    blanks = [tuple(_BLANK.split(line)) for line in lines]
    if _regular(blanks):
        return blanks
    for mark in _MARKS[:3]:
        if rows := _cut(lines, mark, 2):
            return rows
    return []


def _cut(lines: list[str], mark: re.Pattern[str], least: int) -> Rows:
    rows = [tuple(cell.strip() for cell in mark.split(line)) for line in lines]
    return rows if len(rows[0]) >= least and _regular(rows) else []


def _regular(rows: Rows) -> bool:
    """Whether rows cut at single marks are a table: as wide as each other, not of words only where they are two."""
    widths = Counter(map(len, rows))
    width, often = widths.most_common(1)[0]
    if len(rows) < 2 or width < 2 or often < max(2.0, 0.75 * len(rows)):
        return False
    body = [row for row in rows if len(row) == width][1:] or rows
    counts = [sum(is_number(cell) or is_date(cell) for cell in column) for column in zip(*body, strict=True)]
    if max(counts) >= 0.6 * len(body):
        return True
    # Lines of words alone may be prose; the words of a table are short and its lines all alike.
    return width > 2 and often == len(rows) and max(len(cell) for row in rows for cell in row) <= 12


def _paired(lines: list[str]) -> Rows:
    """Lines that say the name of every cell (姓名：张三，年龄：30) as a header and rows."""
    found = [
        [_PAIR.fullmatch(part) for part in re.split(r"[，,；;\s]+(?=[^：:，,；;\s]{1,12}\s*[:：])", line)]
        for line in lines
    ]
    if len(lines) < 2 or not all(len(parts) > 1 and all(parts) for parts in found):
        return []
    keys = [tuple(part[1] for part in parts if part) for parts in found]
    if len(set(keys)) > 1:
        return []
    return [keys[0], *(tuple(part[2] for part in parts if part) for parts in found)]
