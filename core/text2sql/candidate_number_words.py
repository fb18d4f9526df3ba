"""How questions write numbers, on folded text, and which units go into which: what `candidate_numbers` reads by."""

from __future__ import annotations

import re

from core.numerals import NUMERALS

_DIGIT = "[一二三四五六七八九1-9]"
_SMALL = "[一二两三四五六七八九十]"
SCALES = {"百": 1e2, "千": 1e3, "k": 1e3, "万": 1e4, "w": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "万亿": 1e12}
DIGITS = re.compile(
    r"(?<![\d.])(?P<minus>(?:(?<![\da-z一-龥)%])|(?<=[于为是过达超在从])|(?<=不到))-)?(?P<n>\d+(?:,\d{3})*(?:\.\d+)?)"
    rf"\s?(?P<s>百万|千万|万亿|万|亿|千|百|[kw](?![a-z0-9]))?(?P<odd>{_DIGIT}(?![\d个.]))?"
)
CHINESE = re.compile(rf"[{NUMERALS}]+(?:点[零〇一二三四五六七八九]+)?")
BEHIND_SCALE = re.compile(r"(?P<n>[^万亿]+)(?P<s>[万亿])(?P<t>[一二三四五六七八九])")
# Two numerals that stand for each of the two.
ABOUT = ("一二", "两三", "二三", "三四", "三五", "四五", "五六", "六七", "七八", "八九")
# Words that have a numeral in them and say no number.
IDIOM = re.compile(
    r"统一|唯一|同一|任一|单一|之一|一下|一共|一起|一般|一样|一直|一些|一点|一定|一律|一览|一切|一旦|一致|一并|一块(?!钱|九|八|五|多)|一边|一线|一手"
    r"|万一|十分(?!钟)|一清二楚|一一|千万别|百货|百度|千克|千米|千卡|千瓦|三明治|百分(?!之|点)|百科|万科|四川|三亚|百香|一行"
)
# 过万, 百万以上: a scale that no numeral goes before.
BARE_SCALE = re.compile(
    r"(?:(?<=[过破超上满达到逾够近于])(?:百万|千万|亿|万|千|百)(?![一-龥]?分)"
    r"|(?<![\d一-龥])(?:百万|千万|亿|万)(?=元?以[上下内])"
    r"|(?<=[^\d零〇一二两三四五六七八九十百千万几])(?:百万|千万)(?=元?以[上下内]))"
)
SHARE = re.compile(rf"(?P<n>[\d.]+|[{NUMERALS}]+)成(?P<h>半|{_DIGIT})?(?![交立本员分长功都为了品色果绩])")
PERCENT_OF = re.compile(rf"百分之(?P<n>[\d.]+|[{NUMERALS}]+(?:点[零一二三四五六七八九]+)?)")
FRACTION = re.compile(rf"(?P<d>\d+|[{NUMERALS}]+)分之(?P<n>\d+|[{NUMERALS}]+)")
HALF = re.compile(r"一半|半数|过半|对半")
HALF_UNIT = re.compile(
    rf"(?P<n>{_SMALL}|\d+)?个?半个?(?P<u>年|月|天|小时|钟头|分钟|斤|公斤|米|吨|价)"
    rf"|(?P<n2>{_SMALL}|\d+)(?:个|年|小时|天|万|斤|点)半"
)
HALF_SPANS = {"年": 12.0, "月": 30.0, "小时": 60.0, "钟头": 60.0, "天": 24.0, "分钟": 60.0}
# 一米八, 两块五: the digits behind the unit are tenths of it.
TENTHS = re.compile(rf"(?P<n>\d+|{_SMALL}+)(?P<u>米|块|元|斤)(?P<t>{_DIGIT})(?P<t2>{_DIGIT})?(?![个.\d])")
MEANT = {"成年": 18.0, "及格": 60.0, "满分": 100.0}
TIMES = re.compile(r"翻[倍番]|(?:加|成)倍|(?:一|1)倍")
BELOW = re.compile(r"(?:跌|降|减|负|零下|亏|少|低|缩|下滑|滑)[^\d]{0,6}$")
RANK = re.compile(r"(?:前|第|倒数|最后|末|后|top ?|no\.? ?)$")
RANGE = re.compile(r"(?:元|块|岁|名|个|%)?\s?(?:[到至~—-]|或者?|和)\s?第?")
# Lengths of time and counts in the next smaller unit that people count in.
SPANS = {"周": 7.0, "个周": 7.0, "个星期": 7.0, "星期": 7.0, "个礼拜": 7.0, "礼拜": 7.0, "个季度": 3.0, "季度": 3.0}
SPANS |= {"年": 12.0, "刻钟": 15.0, "打": 12.0}
SPAN = re.compile("|".join(sorted(SPANS, key=len, reverse=True)))
# Units of one kind in the smallest of them, as folded questions and headers have them.
_KINDS: dict[str, dict[str, float]] = {
    "time": {"秒": 1, "s": 1, "分钟": 60, "分": 60, "min": 60, "小时": 3600, "个小时": 3600, "钟头": 3600, "个钟": 3600,
             "h": 3600, "天": 86400, "周": 604800, "毫秒": 0.001, "ms": 0.001},
    "months": {"个月": 1, "月": 1, "年": 12, "季度": 3},
    "length": {"毫米": 1, "mm": 1, "厘米": 10, "cm": 10, "公分": 10, "米": 1e3, "m": 1e3, "公里": 1e6, "千米": 1e6,
               "km": 1e6},
    "mass": {"毫克": 1e-3, "mg": 1e-3, "克": 1, "g": 1, "斤": 500, "公斤": 1e3, "千克": 1e3, "kg": 1e3, "吨": 1e6,
             "t": 1e6},
    "volume": {"毫升": 1, "ml": 1, "升": 1e3, "l": 1e3},
    "data": {"mb": 1, "gb": 1024, "tb": 1048576},
}  # fmt: skip
UNITS = {name: (kind, size) for kind, sizes in _KINDS.items() for name, size in sizes.items()}
UNIT = re.compile("|".join(sorted(UNITS, key=len, reverse=True)))
