"""Numbers, shares, times, dates and measures in a sentence, by their value: 三点 and 15:00, 一千 and 1,000.

What counts as one is for jieba's dictionary to say: a numeral within a word (统一, 四川) is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from core.numerals import NUMERALS, SCALES, chinese_number
from core.similarity.words import Span
from core.units import MASS, TIME

_ONES = "零〇一二三四五六七八九"
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_N = (
    rf"(?:{_DIGITS}(?:\s?(?:百万|千万|万亿|个?[百千万亿]|[kw](?![a-z])))?"
    rf"|(?!零[{NUMERALS[2:12]}])[{NUMERALS}]+(?:个?亿|点[{_ONES}]+(?![十分]))?)"
)
_WHOLE = rf"(?:\d{{1,2}}|[{NUMERALS[:11]}十]{{1,3}})"
# Minutes that need no 分 to be such.
_TENS = rf"(?:\d\d|[零〇][{_ONES[2:]}]|[二三四五]?十[{_ONES[2:]}]?)"
_YEAR = r"(?P<y>\d{4}|[零〇一二三四五六七八九]{4})"
_PART = (
    r"(?:(?P<part>凌晨|清晨|早晨|早上|清早|今早|明早|上午|中午|正午|下午|午后|傍晚"
    r"|今晚|明晚|晚上|晚间|夜里|夜间|深夜|半夜)的?\s?)?"
)
# Units in the smallest of their kind. A month is no certain number of days.
_KINDS: dict[str, dict[str, float]] = {
    "time": {**TIME, "min": 60, "个小时": 3600, "个钟头": 3600, "h": 3600,
             "个星期": 604800, "个礼拜": 604800, "ms": 1e-3},
    "months": {"个月": 1, "年": 12, "个季度": 3, "世纪": 1200, "个世纪": 1200},
    "length": {"毫米": 1, "mm": 1, "厘米": 10, "公分": 10, "cm": 10, "米": 1e3, "m": 1e3, "里": 5e5, "公里": 1e6,
               "千米": 1e6, "km": 1e6},
    "mass": {**MASS, "两重": 50},
    "area": {"平方米": 1, "平米": 1, "公顷": 1e4, "平方公里": 1e6, "平方千米": 1e6},
    "volume": {"毫升": 1, "ml": 1, "升": 1e3, "l": 1e3},
    "data": {"mb": 1, "gb": 1024, "tb": 1048576},
    # What is counted, where saying so is part of the amount.
    "元": {"元": 1, "块": 1, "块钱": 1, "元钱": 1, "毛": 0.1, "毛钱": 0.1, "角": 0.1, "角钱": 0.1},
    "岁": {"岁": 1}, "度": {"度": 1, "°c": 1, "摄氏度": 1},
    "次": {"次": 1, "回": 1}, "倍": {"倍": 1}, "层": {"层": 1}, "页": {"页": 1}, "分": {"分": 1},
}  # fmt: skip
_UNITS = {unit: (kind, size) for kind, units in _KINDS.items() for unit, size in units.items()}
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
# Measure words that say nothing but that something is counted.
_COUNTERS = "个名位家条件张只匹头辆台套本支部座所场款项种棵颗把双对幅封门首艘架枚户"
_ORDERED = "次章节天届期层楼排组课集轮代季卷页"
_PARTS = {"%": 100.0, "成": 10.0, "百": 100.0, "千": 1000.0, "万": 10_000.0}
# Vague, for all that they name a unit.
_VAGUE = ("半天", "十分", "千里", "万里", "百倍", "一层", "一页", "一面")
# Before or behind a numeral these make it a rough one.
_ROUGH_BEFORE, _ROUGH_BEHIND = tuple("几数好第"), tuple("多余几来")
# 差五分八点 and 八点差五分 are not eight.
_SHORT = re.compile(rf"差(?:\d+|[{NUMERALS}]+)[分刻]钟?到?$")
_DIGIT_RUN = re.compile("[一二两三四五六七八九]{2,3}")
# Behind a number these say that 三点零五 is 3.05, not five past three.
_NO_HOUR = "[倍万亿%米元块度吨斤岁升]|公[里斤分顷]|[千厘毫]米|千克"


class When(NamedTuple):
    """A time of the day: minutes from 0 or 12 o'clock, and which of the two where that is said."""

    minutes: int
    afternoon: bool | None


@dataclass(frozen=True)
class Amount:
    """What stands at [start, end) of a folded sentence. `value` is in the smallest unit of its `kind`; a date is (year,
    month, day) with None for what is not said."""

    start: int
    end: int
    kind: str
    value: float | When | tuple[int | None, ...]

    def same(self, other: Amount) -> bool:
        """Whether the two may say the same: 三点 and 15:00, 三亿 and 3亿元."""
        if isinstance(self.value, When) and isinstance(other.value, When):
            halves = {self.value.afternoon, other.value.afternoon}
            return self.value.minutes == other.value.minutes and (len(halves) == 1 or None in halves)
        bare = "number" in (self.kind, other.kind) and {self.kind, other.kind} <= _COUNTED
        return self.value == other.value and (self.kind == other.kind or bare)

    def unlike(self, other: Amount) -> bool:
        """Whether the two cannot be the same: another value, or another kind of amount; but a month may be 30 days."""
        if self.kind == other.kind:
            return self.differs(other)
        return not self.same(other) and {self.kind, other.kind} != {"time", "months"}

    def differs(self, other: Amount) -> bool:
        """Whether the two are of one kind and cannot be the same; dates where both say a part and it is another."""
        if self.kind != other.kind:
            return False
        if self.kind == "date":
            assert isinstance(self.value, tuple)
            assert isinstance(other.value, tuple)
            pairs = zip(self.value, other.value, strict=True)
            return any(x is not None and y is not None and x != y for x, y in pairs)
        return not self.same(other)


# Kinds in which the unit may go without saying: 三亿 is 3亿元.
_COUNTED = {"number", "元", "岁", "度", "次", "倍", "层", "页", "分"}


def find_amounts(text: str, spans: Sequence[Span]) -> list[Amount]:
    """The amounts of folded `text`, whose words are `spans`, by position; they do not overlap."""
    borders = {at for span in spans for at in span}
    inside = {at for a, b in spans for at in range(a + 1, b)}
    found: list[Amount] = []
    taken: set[int] = set()
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            amount = read(match)
            if amount is None or taken.intersection(range(match.start(), match.end())):
                continue
            counter = match.groupdict().get("c")
            if counter and not _stands_alone(text, amount, inside - borders):
                # 本书 and 台车 are words.
                amount = replace(amount, end=match.start("c"))
            if _stands_alone(text, amount, inside - borders):
                taken.update(range(amount.start, amount.end))
                found.append(amount)
    return sorted(found, key=lambda a: a.start)


def one_word_each(spans: Sequence[Span], amounts: Sequence[Amount]) -> list[Span]:
    """`spans` with every amount as one of them, and what an amount cuts off a word as another."""
    taken = {at for a in amounts for at in range(a.start, a.end)}
    cut: list[Span] = [(a.start, a.end) for a in amounts]
    for start, end in spans:
        at = start
        while at < end:
            stop = at
            while stop < end and (stop in taken) == (at in taken):
                stop += 1
            if at not in taken:
                cut.append((at, stop))
            at = stop
    return sorted(cut)


def _stands_alone(text: str, amount: Amount, inside: set[int]) -> bool:
    """Whether the words of the sentence leave the amount whole, and nothing makes it a rough one."""
    start, end = amount.start, amount.end
    before, behind = text[:start], text[end:]
    if before.endswith(_ROUGH_BEFORE) or behind.startswith(_ROUGH_BEHIND) or re.search(r"[a-z\d.]$", before):
        return False
    # 昨天下午 is one word, and 下午三点 takes its half of it.
    told = amount.kind == "clock" and text[start] not in NUMERALS
    if text[start:end] in _VAGUE or (start in inside and not told and not before.endswith(tuple(NUMERALS))):
        return False
    return end not in inside or bool(re.match(f"[{_COUNTERS}{NUMERALS}年元人余分以之斤]|{_UNIT}", behind))


def _number(text: str) -> float | None:
    digits = re.fullmatch(rf"({_DIGITS})\s?(\D*)", text)
    if digits:
        return round(float(digits[1].replace(",", "")) * SCALES.get(digits[2].removeprefix("个"), 1.0), 6)
    # 三四 is three or four, and a scale alone is no number.
    run = _DIGIT_RUN.search(text.partition("点")[0])
    if run or re.fullmatch("[百千万亿]+", text) or not text:
        return None
    return chinese_number(text.replace("个", ""))


def _whole(text: str | None) -> int | None:
    value = _number(text) if text else None
    return None if value is None else int(value)


def _date(match: re.Match[str]) -> Amount | None:
    said = match.groupdict()
    year = said.get("y")
    if year and not year.isdecimal():
        year = "".join(str("零一二三四五六七八九".index(c.replace("〇", "零"))) for c in year)
    month, day = _whole(said.get("m")), _whole(said.get("d"))
    if not (1 <= (month or 1) <= 12 and 1 <= (day or 1) <= 31) or (year and not 1000 <= int(year) < 3000):
        return None
    return Amount(match.start(), match.end(), "date", (int(year) if year else None, month, day))


def _clock(match: re.Match[str]) -> Amount | None:
    hour, part = _whole(match["h"]), match["part"] or ""
    said = match.groupdict()
    minute = 30 if said.get("half") else 15 * (_whole(said.get("quarter")) or 0) or (_whole(said.get("min")) or 0)
    # 一点 is mostly a little.
    little = match.group() == "一点" and match.string[match.end() : match.end() + 1] not in tuple("到至前之")
    behind = match.string[match.end() :]
    short = _SHORT.search(match.string[: match.start()]) or re.match(rf"差[\d{NUMERALS}]", behind)
    if hour is None or hour > 24 or minute > 59 or little or short:
        return None
    afternoon: bool | None = None
    if hour == 0 or hour > 12 or match["h"].startswith("0"):
        afternoon = 12 < hour < 24
    elif re.search("下午|午后|傍晚", part) or (re.search("[中正]午", part) and hour in (12, 1, 2)):
        afternoon = True
    elif re.search("[晚夜]", part):
        afternoon = 5 <= hour < 12
    elif part:
        afternoon = False
    return Amount(match.start(), match.end(), "clock", When(hour % 12 * 60 + minute, afternoon))


def _share(match: re.Match[str]) -> Amount | None:
    said = match.groupdict()
    if said.get("half"):
        return Amount(match.start(), match.end(), "share", 0.5)
    of = said.get("of") or said["sign"]
    above, below = _number(said["n"]), _PARTS[of] if of in _PARTS else _number(of)
    if above is None or not below:
        return None
    tenths = 0.5 if said.get("more") == "半" else (_number(said.get("more") or "") or 0.0) / 10
    return Amount(match.start(), match.end(), "share", round((above + tenths) / below, 9))


def _broken(match: re.Match[str]) -> Amount | None:
    kind, size = _UNITS[match["u"]]
    number, digits = _number(match["n"]), [*match["tail"], *(match["cent"] or "")]
    if number is None:
        return None
    value = number + sum((_number(digit) or 0.0) / 10**n for n, digit in enumerate(digits, 1))
    return Amount(match.start(), match.end(), kind, round(value * size, 6))


def _measure(match: re.Match[str]) -> Amount | None:
    kind, size = _UNITS[match["u"]]
    number = _number(match["n"]) if match["n"] else 0.0
    if number is None or (not match["n"] and not match["half"]):
        return None
    half = 0.5 if match["half"] or match["more"] else 0.0
    sign = -1 if match["minus"] else 1
    return Amount(match.start(), match.end(), kind, round(sign * (number + half) * size, 6))


def _counted(match: re.Match[str]) -> Amount | None:
    text = match["n"]
    number = _number(text)
    # A lone numeral counts only with what it counts, and 一 hardly then: 一个男人 is just a man.
    if number is None or (len(text) == 1 and not text.isdecimal() and (text == "一" or not match["c"])):
        return None
    return Amount(match.start(), match.end(), "number", number)


def _ordinal(match: re.Match[str]) -> Amount | None:
    number = _number(match["n"])
    return None if number is None else Amount(match.start(), match.end(), "ordinal", number)


# The more is said the earlier; what one has taken is no other's.
_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Amount | None]], ...] = (
    (re.compile(rf"{_YEAR}年(?:(?P<m>{_WHOLE})月份?(?:(?P<d>{_WHOLE})[日号])?)?"), _date),
    (re.compile(r"(?<!\d)(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})(?!\d)"), _date),
    (re.compile(rf"(?P<m>{_WHOLE})月份?(?:(?P<d>{_WHOLE})[日号])?"), _date),
    (re.compile(rf"(?P<d>{_WHOLE})(?:日(?!元)|号(?![线楼门馆机位院店桌房选字]))"), _date),
    (re.compile(rf"{_PART}(?<!\d)(?P<h>\d{{1,2}}):(?P<min>\d\d)(?::\d\d)?(?!\d)"), _clock),
    (re.compile(rf"{_PART}(?<![一有这那提下列几{NUMERALS[11:]}])(?P<h>{_WHOLE})(?:点钟?|时(?![间刻候代期不]))"
                rf"(?:整|(?P<half>半)|(?P<quarter>[一三])刻|(?P<min>{_WHOLE}(?=分)|{_TENS})分?(?!之|{_NO_HOUR}))?"
                rf"(?![意建要原体{_ONES}十])"), _clock),
    (re.compile(rf"(?P<of>{_N})分之(?P<n>{_N})"), _share),
    (re.compile(r"(?<![\d/.])(?P<n>\d{1,3})/(?P<of>\d{1,3})(?=的|以[上下])"), _share),
    (re.compile(rf"(?P<n>{_N})(?P<sign>%|成(?![交立本员分长功都为了品色果绩就熟]))"
                r"(?P<more>半|[一二三四五六七八九])?"), _share),
    (re.compile(r"(?P<half>一半|半数)"), _share),
    (re.compile(rf"(?P<n>{_N})(?P<u>[块元米])(?P<tail>[1-9{_ONES[2:]}]{{1,2}})(?:[毛角](?P<cent>[1-9{_ONES[2:]}])?分?钱?)?"
                rf"(?![{_COUNTERS}{NUMERALS}\d折成%月日号点:./]|{_UNIT})"), _broken),
    (re.compile(rf"(?P<minus>零下|(?<![a-z\d])-)?(?P<n>{_N})?个?(?P<half>半)?"
                rf"(?P<u>{_UNIT})(?![a-z])(?P<more>半)?"), _measure),
    (re.compile(rf"第(?P<n>{_N})(?P<c>[{_COUNTERS}{_ORDERED}])?"), _ordinal),
    (re.compile(rf"(?P<n>{_N})(?P<c>[{_COUNTERS}])?"), _counted),
)  # fmt: skip


def equal_groups(a: Sequence[Amount], b: Sequence[Amount]) -> list[tuple[list[int], list[int]]]:
    """The numbers of the amounts of `a` and of `b` that say the same, group by group."""
    groups: list[tuple[list[int], list[int]]] = []
    used: set[int] = set()
    for i, amount in enumerate(a):
        if i in used:
            continue
        right = [j for j, other in enumerate(b) if amount.same(other)]
        left = [k for k, other in enumerate(a) if k not in used and all(other.same(b[j]) for j in right)]
        if right:
            used.update(left)
            groups.append((left, right))
    return groups


def unequal_pairs(a: Sequence[Amount], b: Sequence[Amount]) -> Iterator[tuple[int, int]]:
    """Amounts of `a` and `b` of one kind of which neither has its equal in the other sentence, in the order in which
    they stand."""
    left = [i for i, x in enumerate(a) if not any(x.same(y) for y in b)]
    right = [j for j, y in enumerate(b) if not any(y.same(x) for x in a)]
    for i in left:
        other = next((j for j in right if a[i].differs(b[j])), None)
        if other is not None:
            right.remove(other)
            yield i, other
