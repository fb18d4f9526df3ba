"""Names and dates whole: in the rules by hand, and in the shipped model's triples."""

from __future__ import annotations

import pytest

import core
from core.text import normalise
from core.triples.bounds import mended
from core.triples.dates import written_dates
from core.triples.triple import Found

_DATES = """
1987年 1987年11月 1987年11月23日 11月23日 1987年11月23号 1987-11-23 1987.11.23 1987年末 1987年年底
2031年夏 2031年冬季 1987年11月中旬 公元前87年 公元1087年 宣统二年 清咸丰七年六月 大正十年 二〇一一年
民国三十二年二月二日 一九六一年七月 一九六一年七月三十一日 1943年农历五月廿三 1943年农历五月二十二
1943年正月初七 1943年(癸未年)五月 1943年闰四月
"""


@pytest.mark.parametrize("date", [*_DATES.split(), "1987年 11月 23日"])
@pytest.mark.parametrize("text", ["韩小舟{}生于西安,作家。", "韩小舟({}-),西安人", "{}", "成立于{}的公司", "{}、"])
def test_a_date_is_found_whole(date: str, text: str) -> None:
    whole = normalise(text.format(date)).text
    begin = whole.index(date[0], len(text.split("{")[0]))
    assert (begin, begin + len(date)) in list(written_dates(whole))


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("1998年3月5日至2004年9月", ["1998年3月5日", "2004年9月"]),
        ("(1913年-1990年)", ["1913年", "1990年"]),
        ("2009年初中毕业", ["2009年"]),
        ("2009年春节", ["2009年"]),
        ("1995年冬奥会", ["1995年"]),
        ("2009年3月前完工", ["2009年"]),
        ("2003年中国上映", ["2003年"]),
        ("今年,去年底", []),
        ("占3月份额", ["3月"]),
    ],
)
def test_what_follows_a_date_is_no_part_of_it(text: str, dates: list[str]) -> None:
    assert [text[slice(*span)] for span in written_dates(text)] == dates


@pytest.mark.parametrize(
    ("text", "relation", "marked", "whole"),
    [
        ("许言生于1976年12月9日。", "出生日期", ("许言", "1976年"), ("许言", "1976年12月9日")),
        ("许言生于1976年12月9日。", "出生日期", ("许言", "12月9日"), ("许言", "1976年12月9日")),
        ("许言,1976年-2019年", "出生日期", ("许言", "1976年-2019年"), ("许言", "1976年-2019年")),
        ("《雪线之上2》由许言导演", "导演", ("雪线之上", "许言"), ("雪线之上2", "许言")),
        ("《远山:第二部》由许言导演", "导演", ("第二部", "许言"), ("远山:第二部", "许言")),
        ("“远山 第二部”由许言导演", "导演", ("远山", "许言"), ("远山 第二部", "许言")),
        ("“许言写了远山,后来他走了”", "作者", ("远山", "许言"), ("远山", "许言")),  # a quotation is no title
        ("《许言作品集》", "作者", ("许言作品集", "许言"), ("许言作品集", "许言")),  # a person in a title stays one
        ("青禾公司注册资本3,650.5万元", "注册资本", ("青禾公司", "650.5万元"), ("青禾公司", "3,650.5万元")),
        ("《远山》由周静、许言合著", "作者", ("远山", "许言合"), ("远山", "许言")),
        ("《远山》由许合著", "作者", ("远山", "许合"), ("远山", "许合")),  # nobody has a name of one character
        ("《远山》由许合、周静著", "作者", ("远山", "许合"), ("远山", "许合")),
        ("novatech由许言创办", "创始人", ("nova", "许言"), ("novatech", "许言")),
        ("1.2019年5月,青禾公司成立", "成立日期", ("青禾公司", "2019年"), ("青禾公司", "2019年5月")),
    ],
)
def test_a_span_takes_what_it_was_cut_off_from(
    text: str, relation: str, marked: tuple[str, str], whole: tuple[str, str]
) -> None:
    subject, item = ((text.index(name), text.index(name) + len(name)) for name in marked)
    (found,) = mended(text, [Found(subject, relation, item, 0.5)])
    assert (text[slice(*found.subject)], text[slice(*found.object)]) == whole


def test_what_becomes_the_same_counts_once() -> None:
    text = "许言生于1976年12月9日"
    found = [Found((0, 2), "出生日期", (4, 9), 0.3), Found((0, 2), "出生日期", (4, len(text)), 0.7)]
    assert mended(text, found) == [found[1]]


@pytest.mark.parametrize(
    "text", ["苏晓晴是苏建民和杜月的女儿。", "杜月与苏建民结婚，育有一子苏阳。", "苏建民和杜月的儿子叫苏阳。"]
)
def test_nobody_is_father_and_mother_of_one(text: str) -> None:
    found = [t for t in core.load("triples")(text, 0.0).triples if t.predicate in ("父亲", "母亲")]
    pairs = [(t.subject, t.object) for t in found]
    assert pairs
    assert len(set(pairs)) == len(pairs)


@pytest.mark.parametrize("date", ["民国十二年五月", "2019年冬", "2006年3月下旬", "1953年10月9日"])
def test_the_model_gives_dates_whole(date: str) -> None:
    found = core.load("triples")(f"青禾集团成立于{date}，董事长为许言。").triples
    assert [t.object for t in found if t.predicate == "成立日期"] == [date]
