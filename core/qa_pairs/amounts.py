"""Numbers, measures and dates of a folded text by value: 一九六一年 is 1961年, 1.5公里 are 1500米."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.numerals import NUMERALS, SCALES, chinese_number
from core.segmenter import cut_tagged
from core.units import MASS, TIME

Date = tuple[int | None, int | None, int | None]

_N = rf"(?:\d+(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|[{NUMERALS}]+(?:点[零〇一二三四五六七八九]+)?)"
# Units of one kind in one of them; months and years are of no fixed number of days.
_KINDS: dict[str, dict[str, float]] = {
    "time": {**TIME, "分": 60, "日": 86400},
    "years": {"月": 1, "季度": 3, "年": 12, "周年": 12, "世纪": 1200},
    "length": {"纳米": 1e-9, "微米": 1e-6, "毫米": 1e-3, "mm": 1e-3, "厘米": 1e-2, "公分": 1e-2, "cm": 1e-2,
               "分米": 0.1, "米": 1, "m": 1, "公里": 1e3, "千米": 1e3, "km": 1e3, "里": 500, "海里": 1852,
               "英里": 1609.344, "英尺": 0.3048, "英寸": 0.0254, "光年": 9.4607e15},
    "area": {"平方厘米": 1e-4, "cm2": 1e-4, "平方米": 1, "平米": 1, "m2": 1, "亩": 1e4 / 15, "公顷": 1e4,
             "平方公里": 1e6, "平方千米": 1e6, "km2": 1e6},
    "mass": {**MASS, "两": 50},
    "volume": {"毫升": 1e-3, "ml": 1e-3, "升": 1, "l": 1, "立方米": 1e3, "m3": 1e3},
    "money": {"元": 1, "块": 1, "块钱": 1, "元钱": 1, "元人民币": 1, "角": 0.1, "毛": 0.1, "毛钱": 0.1},
    "dollars": {"美元": 1, "美金": 1},
    "speed": {"公里/小时": 1 / 3.6, "km/h": 1 / 3.6, "米/秒": 1, "m/s": 1},
    "share": {"%": 0.01, "‰": 0.001, "成": 0.1},
    "temperature": {"摄氏度": 1, "℃": 1, "°c": 1, "度": 1},
}  # fmt: skip
_UNITS = {name: (kind, size) for kind, sizes in _KINDS.items() for name, size in sizes.items()}
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
# After these a number may stand that is smaller, larger, or about as large.
_BELOW, _ABOVE = "不到|不足|少于|低于|将近|接近|近", "超过|多于|高于|至少"
_MEASURE = re.compile(
    rf"(?P<bound>{_BELOW}|{_ABOVE})?(?:(?P<n>{_N})\s?(?P<scale>百万|千万|万亿|[百千万亿])?(?P<more>[多余])?"
    rf"(?P<scale2>[万亿])?个?)?(?P<half>半个?)?\s?(?P<unit>{_UNIT})?(?(n)(?:(?P<rest>半|(?<=[米块元])[\d{NUMERALS}]{{1,2}}"
    rf"(?![\d{NUMERALS}个])))?|)(?P<over>多|余|以上|以下)?"
)
_FRACTION = re.compile(rf"(?P<d>{_N})分之(?P<n>{_N})")
_YEAR = r"(?:(?P<era>公元前|公元|前)?(?P<y>\d{1,4}|[零〇一二三四五六七八九]{2,4})年)"
_LASTING = re.compile("[的来里以之多]|时间")
_MONTH = rf"(?:(?P<m>\d{{1,2}}|[{NUMERALS}]{{1,3}})月份?)"
_DAY = rf"(?:(?P<d>\d{{1,2}}|[{NUMERALS}]{{1,3}})[日号])"
_DATES = (
    re.compile(rf"{_YEAR}\s?(?:{_MONTH}\s?{_DAY}?)?"),
    re.compile(rf"{_MONTH}\s?{_DAY}?"),
    re.compile(_DAY),
    re.compile(r"(?<![\d.])(?P<y>\d{4})[-/.](?P<m>\d{1,2})(?:[-/.](?P<d>\d{1,2}))?(?![\d.])"),
)
# Measure words that jieba's dictionary has under other parts of speech.
_COUNTED = frozenset({"人", "岁", "倍", "人次", "国", "字"})
# What a day of the month cannot stand behind, unlike 在3号, 到3号, 本月3号.
_NAMED = re.compile("[\u4e00-\u9fff](?<![月在于到至从自是的了和与或将定期天前这那每])")
_IN_WORD = re.compile("[a-z]$")
_LONG = 300  # years that a clause does not begin with unless they are a date
_FEW = "几数"  # 十几, 几十: no number
_REACH = 6  # characters behind a number in which its measure word is looked for


@dataclass(frozen=True)
class Amount:
    """What stands at [start, end) of a text: a measure of some `kind` (`_KINDS`, "count" with any other measure word,
    "number" with none), its `value` in that kind's unit; or the `date` (year, negative before our era, month, day).

    `bound`: 1 for more than the value, -1 for less. `unit` is as written.
    """

    start: int
    end: int
    kind: str
    value: float = 0.0
    unit: str = ""
    date: Date = (None, None, None)
    bound: int = 0

    def equals(self, other: Amount) -> bool:
        """Whether both say the same; a number may leave out the other's unit, a year its 年."""
        if self.bound * other.bound < 0:
            return False
        if self.kind == other.kind == "date":
            return self.date == other.date
        if "date" in (self.kind, other.kind):
            date, number = (self, other) if self.kind == "date" else (other, self)
            return number.kind == "number" and date.date == (int(number.value), None, None)
        alike = self.kind == other.kind or "number" in (self.kind, other.kind)
        if self.kind != other.kind:  # as written: 1.5 for 1.5公里
            return alike and math.isclose(self._written, other._written, rel_tol=1e-6)
        return alike and math.isclose(self.value, other.value, rel_tol=1e-6)

    @property
    def _written(self) -> float:
        return self.value / _UNITS[self.unit][1] if self.unit in _UNITS else self.value


def amounts(text: str) -> list[Amount]:
    """The amounts of the folded `text`, from left to right, none overlapping another. A length of time in several units
    (1小时30分) is one."""
    found: list[Amount] = []
    taken: list[tuple[int, int]] = []
    for amount in (*_dates(text), *_fractions(text), *_measures(text)):
        if not any(a < amount.end and amount.start < b for a, b in taken):
            found.append(amount)
            taken.append((amount.start, amount.end))
    joined: list[Amount] = []
    for amount in sorted(found, key=lambda a: a.start):
        last = joined[-1] if joined else None
        if last and last.end == amount.start and last.kind == amount.kind in ("time", "length", "money"):
            joined[-1] = Amount(last.start, amount.end, last.kind, last.value + amount.value, amount.unit)
        else:
            joined.append(amount)
    return joined


def _dates(text: str) -> Iterator[Amount]:
    for pattern in _DATES:
        for m in pattern.finditer(text):
            said = m.groupdict()
            parts = [int(chinese_number(said[k]) or 0) if said.get(k) else None for k in "ymd"]
            year, month, day = parts
            if not _is_date(text, m, year, month, day):
                continue
            if said.get("era") in ("公元前", "前") and year:
                year = -year
            yield Amount(m.start(), m.end(), "date", date=(year, month, day))


def _is_date(text: str, m: re.Match[str], year: int | None, month: int | None, day: int | None) -> bool:
    """700年 and 3个月 are lengths of time, and so are 10日 alone."""
    if not 1 <= (month or 1) <= 12 or not 1 <= (day or 1) <= 31:
        return False
    if re.match("[份]?(?!前后)[内间后前]", text[m.end() : m.end() + 3]) or re.match("代", text[m.end() :]):
        return False
    if year is not None and month is None:
        told = m.start() > 0 and text[m.start() - 1] in "在于至自从"
        told = told or (year >= _LONG and not re.search(r"\w$", text[: m.start()]))
        return bool(m["era"]) or year >= 1000 or (year >= 100 and told and not _LASTING.match(text, m.end()))
    if year is None and month is None:
        return text[m.end() - 1] == "号" and not _is_label(text, m)
    return True


def _is_label(text: str, m: re.Match[str]) -> bool:
    """Whether the number says which of some things: 三号瓶, 18号线, 旅行者1号."""
    following = next(iter(cut_tagged(text[m.end() : m.end() + _REACH])), ("", ""))
    return following[1][:1] in ("n", "q", "k") or (m.start() > 0 and bool(_NAMED.match(text, m.start() - 1)))


def _fractions(text: str) -> Iterator[Amount]:
    for m in _FRACTION.finditer(text):
        part, whole = chinese_number(m["n"]), SCALES.get(m["d"]) or chinese_number(m["d"])
        if part is not None and whole:
            yield Amount(m.start(), m.end(), "share", part / whole, "分之")


def _measures(text: str) -> Iterator[Amount]:
    for m in _MEASURE.finditer(text):
        if not m["n"] and not (m["half"] and m["unit"]):
            continue
        if m["n"] and m["n"][0].isdigit() and _IN_WORD.search(text, 0, m.start("n")):
            continue  # a3, mp4
        if m["unit"] == "角" and text[m.end() : m.end() + 1] in ("分", "秒", "度", "形"):
            continue  # of an angle
        value = chinese_number(m["n"]) if m["n"] else 0.0
        around = text[m.start() - 1 : m.start()] + text[m.end("n") : m.end("n") + 1] if m["n"] else ""
        if value is None or re.fullmatch("[百千万亿]+", m["n"] or "") or set(around) & set(_FEW):
            continue
        value *= SCALES.get(m["scale"] or "", 1.0) * SCALES.get(m["scale2"] or "", 1.0)
        value += 0.5 if m["half"] else 0.0
        value += _rest(m["rest"])
        end, unit = m.end(), m["unit"] or ""
        kind, size = _UNITS.get(unit, ("number", 1.0))
        if not unit:
            end, unit = _measure_word(text, end)
            kind = "count" if unit else kind
            if not unit and not m["n"][0].isdigit() and not _stands_alone(text, m):
                continue
        bound = 1 if m["more"] or m["over"] in ("多", "余", "以上") else -1 if m["over"] else 0
        if m["bound"]:
            bound = 1 if m["bound"] in _ABOVE.split("|") else -1
        start = m.start() + (m["bound"] == "近" and text[m.start() - 1 : m.start()] == "附")  # 附近五十人
        yield Amount(start, end, kind, value * size, unit, bound=bound)


def _rest(said: str | None) -> float:
    """一米六五, 两年半: what is said behind the unit, as part of one."""
    if not said:
        return 0.0
    if said == "半":
        return 0.5
    digits = [chinese_number(c) for c in said]
    return sum(((d or 0.0) / 10.0**i for i, d in enumerate(digits, 1)), 0.0)


def _measure_word(text: str, at: int) -> tuple[int, str]:
    """Where the measure word at `at` ends, and that word; `at` and "" where there is none."""
    # A numeral before it tells jieba what it is: 只 alone is an adverb.
    first, *rest = cut_tagged("一" + text[at : at + _REACH])
    word, flag = (first[0][1:], "q") if len(first[0]) > 1 and first[1] == "m" else rest[0] if rest else ("", "")
    return (at + len(word), word) if flag == "q" or word in _COUNTED else (at, "")


def _stands_alone(text: str, m: re.Match[str]) -> bool:
    """Whether Chinese numerals without a unit say a number: 一起, 统一 and 三亚 do not."""
    said = m["n"]
    return len(said) >= 3 or (len(said) == 2 and said[1] in "十百千万") or m.group() == text.strip("约是有共。,?!")
