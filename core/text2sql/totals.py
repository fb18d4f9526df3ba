"""Rows of a sheet that sum up others: what they are called, and rows that are sums without saying so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from core.text2sql.cell_values import parse_numbers
from core.text2sql.cells import cell_text, is_empty
from core.text2sql.grid import Row

_S = r"[ \t\u3000\xa0]*"


def _spaced(words: str) -> str:
    """Words parted by bars, each with any blanks between its characters: 合 计."""
    return "|".join(_S.join(word) for word in words.split("|"))


_CORE = _spaced("合计|小计|总计|共计|累计|总和|总合计|合計|小計|總計|总合|合共|汇总合计")
_PERIOD = "本|当|上|全|年|月|日|周|季|期|页|度|部|门|各|项|以|公|司|校|班|国|省|市"
_MONEY = r"(?:人民币|[(（][^()（）\n]{0,12}[)）])"
# Plain ones count wherever they stand; ones with a name before them (研发部小计), where the row has less text.
_STRONG = (
    rf"{_S}[(（【*]*{_S}(?:(?:{_PERIOD}){{1,4}}|分|总)?{_S}(?:{_CORE}){_S}(?:数|金额|额|数量|人数|{_MONEY})?"
    rf"{_S}[)）】*]*{_S}[:：]?{_S}"
)
_VALUE = rf"(?:[¥￥]?{_S}-?[\d,]+(?:\.\d+)?{_S}[^\d\s]{{0,3}})?"
_ENGLISH = r"(?:grand|sub|net|overall)?[ -]?totals?|total[ ]\w{1,12}|sub-?total"
_PREFIXED = (
    rf"[^\n,，。；;]{{1,24}}?{_S}(?:{_CORE}|{_spaced('汇总')}){_S}(?:数|金额|额|{_MONEY})?{_S}[:：]?{_S}"
    r"|[^\n,，]{1,24} (?:平均值|计数|求和|最大值|最小值|total|average|count)"
)
_WEAK = (
    _spaced(
        "平均|平均值|平均数|平均分|平均成绩|均值|均分|人均|最大值|最小值|最高|最高分|最低|最低分|最高值|最低值|最大|最小|中位数|标准差|方差|极差|及格率|优秀率|合格率"
        "|占比|比例|百分比|同比|环比|增长率|同比增长|环比增长|同比增长率|完成率|差额|差异|汇总|总额|总数|总分|总人数|人数合计|计数|总体|及格人数|优秀人数"
    )
    + r"|average|avg\.?|mean|max|min|median|sum|std\.?|count"
)
_WHOLES = "全年|全国|全省|全市|全县|全区|全校|全班|全厂|全院|全公司|集团|全集团|全部|全体|整体|总体|所有|总数|总"
# The whole of something may be a row like others, unless it is their sum.
_WHOLE = re.compile(
    rf"^{_S}(?:{_spaced(_WHOLES)}){_S}$",
    re.MULTILINE,
)
_LINE_STRONG = re.compile(
    rf"^(?:{_STRONG}{_VALUE}|{_S}(?:{_ENGLISH}){_S}:?{_S}|承前页|过次页|转次页)$", re.MULTILINE | re.IGNORECASE
)
_LINE_PREFIXED = re.compile(rf"^(?:{_PREFIXED})$", re.MULTILINE | re.IGNORECASE)
_OF = "全[班校年部]|本[班校月年]|各项|班级|年级|月|季度?|年|每[月人日]"
_LINE_WEAK = re.compile(
    rf"^{_S}[(（【*]*(?:{_OF})?{_S}(?:{_WEAK}){_S}(?:{_MONEY})?[)）】*]*[:：]?{_S}$", re.MULTILINE | re.IGNORECASE
)
# Each of the words above has one of these; few columns of names do.
_KEYS = (
    *"计計总和均率比差数汇额最極极合全",
    "整体", "集团", "所有", "承前", "过次", "转次", "total", "avg", "mean", "max", "min", "sum", "std", "count",
    "median",
)  # fmt: skip
_LONGEST = 40
_MOST_SUMMED = 20_000


class Words(NamedTuple):
    """Texts that a sum is called by: plainly (合计), after a name (研发部小计), sometimes (平均), and where the numbers
    are sums (全国)."""

    strong: set[str]
    prefixed: set[str]
    weak: set[str]
    whole: set[str]


def may_have_words(texts: Sequence[str]) -> bool:
    """Whether a sum may be named in `texts`: one look at all of them together, as most columns hold none."""
    together = "\n".join(texts).lower()
    return any(key in together for key in _KEYS)


def summing_words(texts: set[str]) -> Words:
    """Those of `texts` that a sum may be called by."""
    together = "\n".join(texts).lower()
    keys = [key for key in _KEYS if key in together]
    if not keys:
        return Words(set(), set(), set(), set())
    likely = [t for t in texts if len(t) <= _LONGEST and any(key in t.lower() for key in keys)]
    together = "\n".join(t for t in likely if "\n" not in t)
    strong, prefixed, weak, whole = (
        {found[0] for found in pattern.finditer(together) if found[0]}
        for pattern in (_LINE_STRONG, _LINE_PREFIXED, _LINE_WEAK, _WHOLE)
    )
    return Words(strong, prefixed - strong, weak - strong, whole - strong - weak)


def sums_of(rows: Sequence[Row], at: int, numeric: Sequence[int], others: Sequence[int]) -> tuple[int, int, int]:
    """Of the numbers in row `at` how many are the sums of those of the rows `others`, how many the means, and how many
    there are."""
    if not 1 < len(others) <= _MOST_SUMMED:
        return 0, 0, 0
    sums = means = seen = 0
    for column in numeric:
        if column >= len(rows[at]) or is_empty(rows[at][column]):
            continue
        cells = [rows[i][column] if column < len(rows[i]) else "" for i in [*others, at]]
        values = parse_numbers([_plain(c) for c in cells], [1] * len(cells)).values
        *numbers, own = values.tolist()
        numbers = [n for n in numbers if n == n]
        seen += 1
        if not numbers or own != own or not any(numbers):
            continue
        total = sum(numbers)
        # Cells show fewer digits than were summed.
        sums += abs(total - own) <= max(0.02 * len(numbers) ** 0.5, 1e-6 * abs(total))
        means += abs(total / len(numbers) - own) <= max(0.05, 1e-4 * abs(own))
    return sums, means, seen


def _plain(cell: object) -> object:
    return cell if isinstance(cell, float) else cell_text(cell).strip()
