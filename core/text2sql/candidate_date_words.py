"""How questions write days, months and years, on folded text: the patterns that `candidate_dates` reads by."""

from __future__ import annotations

import re

NUMERAL = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
JOIN = r"\s*(?:[、,和及跟与到至~—-]|以及|或)\s*"
YEAR = (
    r"(?:(?P<y>(?<!\d)(?:1[5-9]|20)\d\d)(?=\s?年|\D|$)(?:\s?年度?)?|(?<![\d.])(?P<y2>\d\d)年(?!代)|(?P<yc>二[〇零][〇零一二]"
    r"[〇零一二三四五六七八九])年|(?P<rel>今年|本年|当年|去年|上一?年(?!度)|前年|明年))"
)
MONTHS = rf"(?P<ms>(?:{NUMERAL}月?份?{JOIN})*)(?<!\d)(?P<m>{NUMERAL})月(?!球|饼|卡)份?"
DAYS = (
    rf"(?P<ds>(?:{NUMERAL}[日号]?{JOIN})*)(?<![\d.])(?P<d>{NUMERAL})"
    r"(?:[日号](?!楼|线|店|馆|机)|(?=\s*[到至~—-]))"
)
PART = r"(?P<part>上旬|中旬|下旬|初|底|末)"
PHRASE = re.compile(
    rf"{YEAR}\s*的?(?:(?P<iso>[-/.](?P<im>\d{{1,2}})(?!\d)(?:[-/.](?P<id>\d{{1,2}})(?!\d))?)"
    rf"|{MONTHS}(?:{PART}|{DAYS})?|(?:[第前]?(?P<q>[一二三四1-4])季度?|q(?P<qn>[1-4]))|(?P<half>[上下]半年)|(?P<ye>[底初末]))?"
)
MONTH_PHRASE = re.compile(rf"(?<![\d个.近第]){MONTHS}(?![内以之]内)(?:{PART}|{DAYS})?")
SHORT_DAY = re.compile(
    r"(?<![\d./])(?P<m>1[0-2]|0?[1-9])[./-](?P<d>[12]\d|3[01]|0?[1-9])(?![\d./%万亿千百元名位个人件次岁分])"
)
QUARTER = re.compile(r"(?:第?(?P<q>[一二三四1-4])季度?(?!花)|(?<![a-z])q(?P<qn>[1-4])(?!\d))")
HALF = re.compile(r"(?P<half>[上下]半年)")
DAY = re.compile(rf"(?<![\d一二三四五六七八九十月.第a-z-]){DAYS}")
EDGE = re.compile(r"(?<!\d)(?P<edge>年底|年末|年初|月底|月末|月初|上旬|中旬|下旬)")
WEEKDAY = re.compile(r"(?:周|星期|礼拜)(?P<w>[一二三四五六日天末1-6])|(?P<work>工作日|双休日?)")
DECADE = re.compile(
    r"(?<!\d)(?:(?P<cent>19|20)|(?P<prev>上世纪)|20世纪)?(?P<decade>[1-9]0|[01]0|[〇零一二三四五六七八九][〇零十])(?:后(?![的一-龥]?\d)|年代)"
)
SHORT_YEARS = re.compile(rf"(?<![\d.])(?P<a>[012]\d){JOIN}(?P<b>[012]\d)年")
BEFORE = re.compile(
    r"(?P<year>前一年|上一年|同比|去年同[期月]|次年|后一年|下一年)|(?P<day>前一天|头天|前天|后一天|第二天|次日|隔天)"
)
NOW = re.compile(r"(?P<last>上个?月|昨[天日])|本月|这个月|今[天日]")
AFTER = ("次年", "后一年", "下一年", "后一天", "第二天", "次日", "隔天")
CHINESE_MONTHS = re.compile(r"(?P<run>[一二三四五六七八九]{2,6})(?:[两三四五六]个)?月")
FESTIVALS = {
    "元旦": (1, 1), "情人节": (2, 14), "妇女节": (3, 8), "三八": (3, 8), "清明": (4, 4), "五一": (5, 1),
    "劳动节": (5, 1), "儿童节": (6, 1), "六一": (6, 1), "618": (6, 18), "教师节": (9, 10),
    "国庆": (10, 1), "十一": (10, 1),
    "双11": (11, 11), "双十一": (11, 11), "双12": (12, 12), "双十二": (12, 12), "圣诞": (12, 25),
}  # fmt: skip
FESTIVAL = re.compile("|".join(sorted(FESTIVALS, key=len, reverse=True)))
HOLIDAYS = {"暑假": (7, 8), "寒假": (1, 2), "春天": (3, 5), "夏天": (6, 8), "秋天": (9, 11), "冬天": (12, 2)}
HOLIDAY = re.compile("|".join(HOLIDAYS))
RELATIVE = {"今年": 0, "本年": 0, "当年": 0, "去年": -1, "上年": -1, "上一年": -1, "前年": -2, "明年": 1}
