"""The cells of a spreadsheet as numbers with units."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.text2sql.cells import FULL_WIDTH, cell_text, is_nothing

_SCALES = {"百": 1e2, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "十亿": 1e9, "百亿": 1e10}
_SCALES |= {"千亿": 1e11, "万亿": 1e12}
_SCALE = "万亿|千亿|百亿|十亿|亿|千万|百万|万|千|百"
_MONEY = {"¥": "元", "rmb": "元", "cny": "元", "人民币": "元", "$": "美元", "us$": "美元", "usd": "美元", "hk$": "港元"}
_MONEY |= {"€": "欧元", "£": "英镑"}
_BASE = (
    "元|块|圆|角|分|人民币|美元|欧元|英镑|日元|港元|港币|美金|韩元|卢布|人次|人|名|位|户|家|个百分点|个月|个|只|头|匹|条|件|集|首|期|级|盆|套|台|辆|架|艘"
    "|部|本|册|篇|张|枚|瓶|箱|袋|盒|包|份|支|把|双|对|组|块|根|棵|株|座|栋|幢|间|层|所|处|场|次|轮|届|天|日|周|年|岁|小时|分钟|秒|毫秒"
    "|平方公里|平方千米|平方米|平方厘米|立方米|立方厘米|平米|公顷|亩|公里|千米|毫米|厘米|分米|海里|米|英里|英尺|英寸|公斤|千克|毫克|克|斤|吨|磅"
    "|毫升|升|加仑|摄氏度|度|千瓦时|千瓦|兆瓦|瓦|伏|安|焦耳|千焦|千卡|大卡|卡|帕|倍|点|票|股|手|笔|单|万吨公里|吨公里|人公里|标准煤|桶|TEU|标箱"
    "|km²|km2|m²|m2|㎡|㎢|m³|m3|km/h|km|cm|mm|m|kg|mg|g|t|L|ml|kWh|kW|MW|GW|W|GB|MB|KB|TB|h|min|ms|s|k|℃|°C|°|%|％|‰"
)
_SAME = {
    "平方千米": "平方公里",
    "km²": "平方公里",
    "km2": "平方公里",
    "㎢": "平方公里",
    "㎡": "平方米",
    "平米": "平方米",
}
_SAME |= {
    "m²": "平方米",
    "m2": "平方米",
    "kg": "公斤",
    "千克": "公斤",
    "km": "公里",
    "人民币": "元",
    "块": "元",
    "美金": "美元",
}
_PER = r"(?:\s*[/／每]\s*[^\s\d()（）]{1,8})?"
UNIT = re.compile(rf"(?:(?:{_SCALE})(?:{_BASE})?|{_BASE}){_PER}", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?P<open>\()?(?P<sign>[+-])?\s*(?P<money>us\$|hk\$|[¥$€£]|rmb|cny|usd|人民币)?\s*(?P<minus>-)?"
    r"(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:e[+-]?\d{1,3})?)\s*"
    rf"(?P<scale>{_SCALE})?\s*(?P<base>(?:{_BASE}){_PER})?(?P<close>\))?",
    re.IGNORECASE,
)
# Different cells that are no numbers which are told.
MOST_ODD = 5
# From so many distinct cells on it pays to look at all of them at once.
_MANY = 100
_TRAILING = re.compile(r"[^\d.()]+$")
_FOOTNOTE = re.compile(r"(?<=\S)\s*(?:\[\d{1,3}\]|\*{1,3}|[†‡])+$")
_MONEY_OUTSIDE = re.compile(r"(us\$|hk\$|[¥$€£]|rmb)\s*\(\s*([\d,.]+)\s*\)", re.IGNORECASE)
_ARROWS = {"↑": "+", "↓": "-"}
_SPACED = re.compile(r"-?\d{1,3}(?:[ \xa0]\d{3})+(?:\.\d+)?")
# As people write in chats; a capital W is a watt.
_SPOKEN = {"w": "万", "k": "千", "K": "千"}
_MISGROUPED = re.compile(r",(?!\d{3}(?!\d))|\d{4},|(?<!\d),|\.\d*,")


def _usual(text: str) -> str:
    """A number as ledgers and web pages write it in the usual form: 1,234- and ¥(1,234), ↓12, 85* and 85[2], 1 234."""
    text = _FOOTNOTE.sub("", text)
    if found := _MONEY_OUTSIDE.fullmatch(text):
        text = f"-{found[1]}{found[2]}"
    if text[-1:] == "-" and text[:1] not in "-+(":
        text = "-" + text[:-1].rstrip()
    elif text[:1] in _ARROWS:
        text = _ARROWS[text[:1]] + text[1:].lstrip()
    return text.replace(" ", "").replace("\xa0", "") if _SPACED.fullmatch(text) else text


def _number(text: str) -> tuple[float, str, str] | None:
    """(value as written, scale, base unit), or None if `text` is no number."""
    plain = text if text.isascii() else text.translate(FULL_WIDTH).strip()
    found = _NUMBER.fullmatch(plain) or _NUMBER.fullmatch(_usual(plain))
    if not found:
        return None
    opening, sign, money, minus, digits, scale, base, closing = found.groups()
    # The expression would also take a lone unit, or an exponent without digits before it.
    if not digits or digits[0] in "eE" or digits == "." or (opening is None) != (closing is None):
        return None
    value = float(digits.replace(",", ""))
    if not math.isfinite(value):
        return None
    negative = (opening is not None) != (sign == "-" or minus is not None)
    unit = base.replace(" ", "") if base else _MONEY.get(money.lower(), "") if money else ""
    if unit in _SPOKEN and not scale:
        scale, unit = _SPOKEN[unit], ""
    return -value if negative else value, scale or "", unit


@dataclass(frozen=True)
class Parsed:
    """One value for each distinct cell, NaN or NaT where there is none; `bad` of the cells counted are not so, among
    them the texts `odd`. `how` says what else had to be done: "serial", "year"."""

    values: NDArray[Any]
    unit: str = ""
    bad: int = 0
    scaled: bool = False
    odd: tuple[str, ...] = ()
    how: frozenset[str] = frozenset()


def is_number(cell: object) -> bool:
    """Whether one cell is a number, with or without a unit."""
    if isinstance(cell, str):
        return _number(cell.strip()) is not None
    return isinstance(cell, (int, float, np.number)) and not isinstance(cell, bool) and math.isfinite(cell)


def parse_numbers(cells: Sequence[object], counts: Sequence[int]) -> Parsed:
    """The numbers of the distinct `cells`, of which there are `counts`, as float64.

    With one unit throughout, numbers stay as written. With several scales (3万, 2亿) they are multiplied out to the
    base unit. With several base units none is a number: 3元 and 3个 cannot be added.
    """
    often = np.asarray(counts)
    dated = not set(map(type, cells)) <= {str, float}
    values = _to_floats([None if isinstance(cell, date) else cell for cell in cells] if dated else cells)
    is_plain = ~np.isnan(values)
    units: Counter[tuple[str, str]] = Counter()
    if is_plain.any():
        units["", ""] = int(often[is_plain].sum())
    left = np.flatnonzero(~is_plain)
    scales: dict[str, list[int]] = {}
    if alike := _alike([cells[i] for i in left.tolist()]):
        scale, base, found_values = alike
        values[left] = found_values
        units[scale, base] += int(often[left].sum())
        scales[scale] = left.tolist()
        left = left[:0]
    bad = 0
    odd: list[str] = []
    for i in left.tolist():
        cell = cells[i]
        found = _number(cell) if isinstance(cell, str) else None
        if found:
            values[i], scale, base = found
            units[scale, base] += counts[i]
            scales.setdefault(scale, []).append(i)
        elif not isinstance(cell, (str, float)) or (isinstance(cell, str) and not is_nothing(cell)):
            bad += counts[i]
            odd += [cell_text(cell)] if len(odd) <= MOST_ODD else []
    bases = [base for (_, base), _ in units.most_common() if base]
    if len({_SAME.get(base.lower(), base.lower()) for base in bases}) > 1:
        return Parsed(np.full(len(values), np.nan), bad=int(often.sum()))
    unit = bases[0] if bases else ""  # the usual spelling of it
    if len({scale for scale, _ in units}) <= 1:
        return Parsed(values, next((scale for scale, _ in units), "") + unit, bad, odd=tuple(odd))
    for scale, places in scales.items():
        values[places] = np.round(values[places] * _SCALES.get(scale, 1.0), 6)
    return Parsed(values, unit, bad, scaled=True, odd=tuple(odd))


def _to_floats(cells: Sequence[object]) -> NDArray[np.float64]:
    """Cells that are numbers as programs write them; NaN for the others."""
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    numbers = pd.to_numeric(pd.Series(array), errors="coerce").to_numpy("float64", na_value=np.nan)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _alike(cells: Sequence[object]) -> tuple[str, str, NDArray[np.float64]] | None:
    """(scale, unit, values) of many cells that all end in the same unit: one look at all of them instead of one each.
    None if some are otherwise."""
    if len(cells) < _MANY or not isinstance(cells[0], str) or not (first := _number(cells[0])):
        return None
    unit = _TRAILING.search(cells[0])
    suffix = unit[0] if unit else ""
    texts = [cell for cell in cells if isinstance(cell, str)]
    if len(texts) < len(cells):
        return None
    together = "\n".join(texts) + "\n"
    if suffix:
        if together.count(suffix + "\n") != len(cells):
            return None
        together = together.replace(suffix + "\n", "\n")
    if _MISGROUPED.search(together):
        return None
    values = _to_floats(together.replace(",", "").split("\n")[:-1])
    if len(values) != len(cells) or np.isnan(values).any():
        return None
    return first[1], first[2], values
