"""The question word for an amount or a date where it stands: 多少米, 几点, 哪一年."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.numerals import NUMERALS, chinese_number
from core.qa_pairs.amounts import Amount
from core.segmenter import cut_tagged

# With those that leave the number open.
ROUGH_NUMERALS = NUMERALS + "半几数"
_N = rf"(?:\d[\d,.]*|(?![百千万亿]+(?![{ROUGH_NUMERALS}]))(?:[{ROUGH_NUMERALS}](?<!千)|千(?![米克瓦卡]))+)"
AMOUNT = re.compile(
    rf"(?:大?约|近|超过|不到|多达|至少)?(?P<nth>第)?(?P<n>{_N})(?:(?:至|到|-|~|—){_N})?(?:[百万亿]|千(?![米克瓦卡]))*[多余几来]?[万亿]?"
    rf"(?:(?P<clock>[点时](?:{_N}分?|半|整|钟)?)|(?P<unit>%|℃|[a-z]{{1,3}}|[\u4e00-\u9fff]{{0,4}}?))[多余]?(?:左右|以上|以下)?"
)
_CHINESE = re.compile("[\u4e00-\u9fff]")
_UNITS = frozenset(("q", "mq", "m"))
_MORE_UNITS = re.compile(
    r"人次?|[万亿美欧日]?元|岁|倍|度|字|国|点|世纪.*|周年|小时|分钟|年|月|天|代|届|公里|千米|平方.*|立方.*|.*以上|个.+"
)
_AGAIN = re.compile(rf"[\d{ROUGH_NUMERALS}](?<!千)|千(?![米克瓦卡])")
_MEASURED = frozenset(("length", "area", "mass", "volume", "money", "dollars", "speed", "share", "temperature"))
_ABOUT = re.compile(r"(?:大约|约|近|将近|接近|大概)$")
_TOLD = re.compile("(?:是|为|有|达|到|共|高|长|宽|深|重|约|占|于|近)$")
_NTH = frozenset("届任位名代次版期")
_TRIVIAL = frozenset("处面端股步点边侧头方块")
_BEHIND = re.compile(r"^(?:左右|以上|以下|上下|多)")


@dataclass(frozen=True)
class Put:
    """A question word with what it takes away: it stands for the answer and `before` characters in front of it and
    `behind` after it."""

    word: str
    before: int = 0
    behind: int = 0


def is_amount(answer: str) -> bool:
    """Whether the answer is a number with its unit, however it is written."""
    found = AMOUNT.fullmatch(answer)
    whole = [flag for _, flag in cut_tagged(answer)] if found else []
    if found and len(whole) == 1 and whole[0] in ("n", "i", "l"):
        return False  # 三脚架, 四面八方
    if not found or not found["unit"] or not _CHINESE.match(found["unit"]):
        return bool(found)
    words = list(cut_tagged("一" + re.split(_AGAIN, found["unit"])[0]))  # a numeral before it tells what it is
    return len(words) <= 2 and (words[-1][1] in _UNITS or bool(_MORE_UNITS.fullmatch(words[-1][0].lstrip("一"))))


def date_words(date: Amount, left: str) -> Iterator[Put]:
    """Question words for a date behind `left`, the likeliest first."""
    before = len(_ABOUT.search(left)[0]) if _ABOUT.search(left) else 0  # type: ignore[index]
    year, month, day = date.date
    if year and not month:
        yield Put("哪一年", before)
    elif month and day:
        yield Put("哪一天", before)
        yield Put("什么时候", before)
    elif month:
        yield Put("几月" if not year else "什么时候", before)
    else:
        yield Put("什么时候", before)


def amount_words(answer: str, kind: str, left: str, right: str) -> Iterator[Put]:
    """Question words for an amount, of one of the kinds of `amounts` or none, between `left` and `right`, the likeliest
    first; none for numbers that nobody asks for."""
    about, behind = _ABOUT.search(left), _BEHIND.match(right)
    before = len(about[0]) if about else 0
    after = len(behind[0]) if behind else 0
    found = AMOUNT.fullmatch(answer)
    assert found is not None
    if answer == "十分" or found["unit"] == "号":
        return  # very; which of some things
    if found["nth"]:
        if found["unit"] in _NTH:
            yield Put("第几" + found["unit"])
        return
    if found["clock"]:
        yield Put("几点", before, after)
        return
    unit = {"%": "", "℃": "摄氏度", "m": "米", "km": "公里", "kg": "公斤", "g": "克"}.get(found["unit"], found["unit"])
    if not unit and not _TOLD.search(left):
        return
    if kind == "share" or not unit:
        yield Put("多少", before, after)
        return
    if _AGAIN.search(unit):
        yield Put("多长时间" if kind in ("time", "years") else "多少", before, after)
        return
    if (unit == "年" and _named_era(left)) or (unit == "月" and "个" not in answer):
        return
    number = chinese_number(found["n"])
    if (number == 1 and unit == "度") or found["n"].startswith("零"):
        return  # 一度, 零件
    if number is not None and number <= (3 if unit in _TRIVIAL else 1) and kind not in _MEASURED:
        return  # 一种, 两端 are no numbers that anybody asks for
    if unit == "世纪":
        yield Put("哪个世纪")
        return
    if unit == "年" or unit == "月":
        yield Put("多少" + ("个月" if unit == "月" else unit), before, after)
        return
    if number is not None and number <= 10 and not behind and kind not in _MEASURED:
        yield Put("几" + unit, before, after)
    yield Put("多少" + unit, before, after)


def _named_era(left: str) -> bool:
    """Whether a name stands right before a year, which then is one of an era: 康熙八年."""
    words = list(cut_tagged(left))
    return bool(words) and words[-1][1] in ("nr", "ns", "nz", "nt", "nrt")
