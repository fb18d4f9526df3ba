"""Numbers that a question says, in the units that a table may count in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.numerals import chinese_number
from core.text2sql import candidate_number_words as words
from core.text2sql.fields import BRACKETS, Field


@dataclass(frozen=True)
class Said:
    """Characters [start, end) taken for a `value`; `kind` says how, `column` whose unit it is in, -1 for none."""

    start: int
    end: int
    kind: str
    value: float
    column: int = -1


@dataclass(frozen=True)
class Unit:
    """How a column counts: one of it is `scale` ones, and what of."""

    column: int
    scale: float
    kind: str
    size: float
    largest: float


def unit_of(column: int, field: Field, title: str = "") -> Unit:
    """The unit that the header or the cells of `field` name, or else the `title` of the table."""
    written = "".join(BRACKETS.findall(field.name)) + field.unit or "".join(BRACKETS.findall(title))
    folded = (written + field.name[-6:]).lower()
    scale = 1.0
    for name, size in (("亿", 1e8), ("百万", 1e6), ("万", 1e4), ("千元", 1e3), ("千人", 1e3)):
        if name in written:
            scale = size
            break
    if re.search(r"(?:^|[(（/])k(?:$|[)）元/])", written.lower()):
        scale = 1e3
    found = _unit_in(folded, field.name)
    kind, size = words.UNITS[found] if found else ("", 1.0)
    return Unit(column, scale, kind, size, max(abs(field.maximum or 0.0), abs(field.minimum or 0.0)))


def _unit_in(folded: str, name: str) -> str:
    for piece in re.findall(r"[a-z]+|[一-龥]+", folded):
        if piece in words.UNITS:
            return str(piece)
    short = name.lower()
    return next((u for u in ("天数", "小时", "分钟", "天") if short.endswith(u)), "").removesuffix("数")


def find_numbers(text: str, units: Sequence[Unit]) -> list[Said]:
    """Numbers of the folded `text` with what they may be in a table with these `units`."""
    found = [*_special(text), *_bare_scales(text, units), *_tenths(text, units)]
    covered = [(said.start, said.end) for said in found]
    idioms = [m.span() for m in words.IDIOM.finditer(text)]
    previous: tuple[int, int, float] | None = None
    for start, end, number, scale in sorted(_plain(text)):
        if any(a <= start and end <= b for a, b in idioms) or _inside(covered, start, end):
            continue
        found.extend(_readings(text, start, end, number, scale, units))
        # 8到10万: the first is in 万 too; 第3到第5: three of them behind two.
        if previous and words.RANGE.fullmatch(text, previous[1], start):
            if scale > 1.0:
                found.extend(_scaled(previous[0], previous[1], previous[2] * scale, units, True))
                found.append(Said(previous[0], previous[1], "number", previous[2] * scale))
            ranks = text[: previous[0]].endswith(("第", "名")) or text[end : end + 1] in ("名", "位")
            if number > previous[2] and ranks:
                found.append(Said(previous[0], end, "rank", number * scale - previous[2] + 1))
                found.append(Said(previous[0], end, "rank", previous[2] - 1))
            elif 0 < number - previous[2] < 12 and text[end : end + 1] == "月":
                found.append(Said(previous[0], end, "span", number - previous[2] + 1))
        previous = (start, end, number) if scale == 1.0 else None
    return found


def _inside(covered: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(a <= start and end <= b for a, b in covered)


def _plain(text: str) -> Iterator[tuple[int, int, float, float]]:
    """(start, end, number, scale): 3.5万 is 3.5 and 1e4, 三万五 is 3.5 and 1e4, 三百 is 300 and 1."""
    for m in words.DIGITS.finditer(text):
        scale = words.SCALES[m["s"]] if m["s"] else 1.0
        number = float(m["n"].replace(",", "")) * (-1 if m["minus"] else 1)
        end = m.end("s") if m["s"] else m.end("n")
        if m["odd"] and m["s"]:
            number += (chinese_number(m["odd"]) or 0.0) / 10
            end = m.end()
        yield m.start(), end, number, scale
    for m in words.CHINESE.finditer(text):
        said = m.group()
        before = text[m.start() - 1 : m.start()]
        if re.fullmatch("[百千万亿]+", said) or before.isdigit():
            continue
        yield from _chinese(m.start(), said)


def _chinese(start: int, said: str) -> Iterator[tuple[int, int, float, float]]:
    if said in words.ABOUT:
        for i, c in enumerate(said):
            yield start + i, start + i + 1, chinese_number(c) or 0.0, 1.0
        return
    # 三亿五: the digit behind is a tenth.
    if tenth := words.BEHIND_SCALE.fullmatch(said):
        whole = chinese_number(tenth["n"])
        if whole is not None:
            number = whole + (chinese_number(tenth["t"]) or 0.0) / 10
            yield start, start + len(said), number, words.SCALES[tenth["s"]]
            return
    scale = next((c for c in "亿万" if said.endswith(c) and len(said) > 1), "")
    value = chinese_number(said.removesuffix(scale))
    if value is not None:
        yield start, start + len(said), value, words.SCALES.get(scale, 1.0)


def _special(text: str) -> Iterator[Said]:
    """Shares, halves, multiples and lengths of time."""
    for m in words.SHARE.finditer(text):
        tenths = chinese_number(m["n"])
        if tenths is None or tenths > 10:
            continue
        tenths += 0.5 if m["h"] == "半" else (chinese_number(m["h"]) or 0.0) / 10 if m["h"] else 0.0
        yield Said(*m.span(), "share", round(tenths / 10, 6))
        yield Said(*m.span(), "percent", round(tenths * 10, 6))
        yield Said(*m.span(), "number", tenths)
    for m in words.PERCENT_OF.finditer(text):
        value = chinese_number(m["n"])
        if value is not None:
            yield Said(*m.span(), "percent", value)
            yield Said(*m.span(), "share", value / 100)
    for m in words.FRACTION.finditer(text):
        above, below = chinese_number(m["n"]), chinese_number(m["d"])
        if above and below and m["d"] != "百":
            yield Said(*m.span(), "share", above / below)
            yield Said(*m.span(), "percent", 100 * above / below)
    for m in words.HALF.finditer(text):
        yield Said(*m.span(), "share", 0.5)
        yield Said(*m.span(), "percent", 50.0)
    for word, value in words.MEANT.items():
        if (at := text.find(word)) >= 0:
            yield Said(at, at + len(word), "number", value)
    for m in words.TIMES.finditer(text):
        yield Said(*m.span(), "number", 2.0)
        yield Said(*m.span(), "number", 1.0)
    yield from _half_units(text)


def _bare_scales(text: str, units: Sequence[Unit]) -> Iterator[Said]:
    """过亿, 破万: one of them."""
    for m in words.BARE_SCALE.finditer(text):
        yield Said(*m.span(), "number", words.SCALES[m[0]])
        yield from _scaled(*m.span(), words.SCALES[m[0]], units, True)


def _tenths(text: str, units: Sequence[Unit]) -> Iterator[Said]:
    for m in words.TENTHS.finditer(text):
        value = (chinese_number(m["n"]) or 0.0) + (chinese_number(m["t"]) or 0.0) / 10
        value = round(value + (chinese_number(m["t2"]) or 0.0) / 100 if m["t2"] else value, 2)
        yield Said(*m.span(), "number", value)
        if m["u"] in words.UNITS:
            yield from _converted(*m.span(), value, m["u"], units)


def _half_units(text: str) -> Iterator[Said]:
    for m in words.HALF_UNIT.finditer(text):
        if text[m.start() - 1 : m.start()] in ("上", "下") and m["u"] == "年":
            continue
        whole = chinese_number(m["n2"] or m["n"] or "0") or 0.0
        value = whole + 0.5
        yield Said(*m.span(), "number", value)
        for small, size in words.HALF_SPANS.items():
            if small in m[0]:
                yield Said(*m.span(), "span", value * size)


def _readings(text: str, start: int, end: int, number: float, scale: float, units: Sequence[Unit]) -> Iterator[Said]:
    """What one number may be as a constant."""
    after = text[end : end + 4]
    if after.startswith(("%", "个百分点", "个点", "百分点", "‰")):
        end += 1 if after[0] in "%‰" else 0
        yield Said(start, end, "percent", number)
        yield Said(start, end, "share", number / (1000 if after[0] == "‰" else 100))
        if words.BELOW.search(text[max(0, start - 8) : start]):
            yield Said(start, end, "negative", -number)
        return
    if after.startswith("折"):
        yield Said(start, end, "share", number / (10 if number < 10 else 100))
    ranked = scale == 1.0 and bool(words.RANK.search(text[max(0, start - 4) : start]))
    yield Said(start, end, "rank" if ranked else "number", number * scale)
    if scale > 1.0:
        yield Said(start, end, "scaled", number)
    if number > 0 and words.BELOW.search(text[max(0, start - 8) : start]):
        yield Said(start, end, "negative", -number * scale)
    if not ranked:
        yield from _scaled(start, end, number * scale, units, scale > 1.0)
        yield from _in_units(text, start, end, number * scale, units)


def _scaled(start: int, end: int, value: float, units: Sequence[Unit], spoken: bool) -> Iterator[Said]:
    """The number in 万, 亿 or thousands, where a column counts in them and has numbers about that large."""
    seen: set[float] = set()
    for unit in units:
        scaled = value / unit.scale
        if unit.scale > 1.0 and unit.scale not in seen and (spoken or scaled >= max(unit.largest, 1.0) / 1000):
            seen.add(unit.scale)
            yield Said(start, end, "scaled", scaled, unit.column)


def _in_units(text: str, start: int, end: int, value: float, units: Sequence[Unit]) -> Iterator[Said]:
    """The number in another unit of the same kind, where a column counts in that: 2小时 as 120 minutes."""
    match = words.UNIT.match(text, end)
    if span := words.SPAN.match(text, end):
        yield Said(start, span.end(), "span", value * words.SPANS[span[0]])
    if not match:
        return
    yield from _converted(start, match.end(), value, match[0], units)


def _converted(start: int, end: int, value: float, said: str, units: Sequence[Unit]) -> Iterator[Said]:
    kind, size = words.UNITS[said]
    for unit in units:
        if unit.kind == kind and unit.size != size:
            yield Said(start, end, "scaled", round(value * size / unit.size, 9), unit.column)
