"""Numbers and dates in questions, and which of a table's values they may be."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text2sql.fields import Field
from core.text2sql.linking import LIMIT, NEARNESS, Linker, fold
from core.text2sql.literals import find_literals
from core.text2sql.sketch import Value

TODAY = date(2026, 11, 21)


def dates(question: str) -> list[tuple[str, str]]:
    return [
        (s.begin.isoformat(), s.until.isoformat())
        for s in find_literals(question, TODAY)
        if s.kind == "date" and s.begin and s.until
    ]


def numbers(question: str) -> list[float]:
    return [s.number * s.scale for s in find_literals(question, TODAY) if s.kind == "number"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("2020年3月5日上映", [("2020-03-05", "2020-03-06")]),
        ("2021-07-08之后", [("2021-07-08", "2021-07-09")]),
        ("2019/12/31前", [("2019-12-31", "2020-01-01")]),
        ("2022年07月", [("2022-07-01", "2022-08-01")]),
        ("2022年12月份", [("2022-12-01", "2023-01-01")]),
        ("去年", [("2025-01-01", "2026-01-01")]),
        ("去年第三季度", [("2025-07-01", "2025-10-01")]),
        ("上个月", [("2026-10-01", "2026-11-01")]),
        ("20世纪90年代", [("1990-01-01", "2000-01-01")]),
        ("上世纪八十年代", [("1980-01-01", "1990-01-01")]),
        ("21世纪以来", [("2001-01-01", "2101-01-01")]),
        ("18年的", [("2018-01-01", "2019-01-01")]),
        ("2020年2月30日", []),
    ],
)
def test_dates(question: str, expected: list[tuple[str, str]]) -> None:
    assert dates(question)[: len(expected) or None] == expected or (
        not expected and "2020-02-30" not in str(dates(question))
    )


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("超过3.5亿", 3.5e8),
        ("1,200人以上", 1200),
        ("五百亿", 5e10),
        ("前三名", 3),
        ("最高的两个", 2),
        ("百分之三十", 30),
        ("12%", 12),
        ("负债-20", -20),
    ],
)
def test_numbers(question: str, expected: float) -> None:
    assert expected in numbers(question)


@pytest.mark.parametrize("question", ["统计一下", "唯一", "万一", "哪些城市"])
def test_words_with_numerals_in_them_are_no_numbers(question: str) -> None:
    assert numbers(question) == []


def test_ages_count_back_from_today() -> None:
    found = [s for s in find_literals("距今不到4年，近六个月，过去30天", TODAY) if s.kind == "age"]
    assert [(s.number, s.unit) for s in found] == [(4, "year"), (6, "month"), (30, "day")]


@given(st.text(max_size=120))
def test_anything_may_be_asked(question: str) -> None:
    folded = fold(question)
    for s in find_literals(folded, TODAY):
        assert 0 <= s.start < s.end <= len(folded)
    for c in Linker(
        [Field("名称", "text", values=("甲", "乙丙", question[:20] or "x")), Field("数量", "number")]
    ).candidates(folded, TODAY):
        assert 0 <= c.start < c.end <= len(folded)


LINKER = Linker(
    [
        Field("城市", "text", values=("北京", "北京市", "上海市", "石家庄")),
        Field("销售额（万元）", "number", "万元", 10, 90_000),
        Field("年份", "number", "", 1990, 2024),
        Field("成立日期", "date"),
    ]
)


def test_cells_are_found_whole_and_nearly() -> None:
    found = LINKER.candidates("北京市和石家装的销售额", TODAY)
    cells = {(c.value.text, c.source) for c in found if c.value.kind == "text"}
    assert ("北京市", "cell") in cells
    assert ("北京", "cell") not in cells, "the longer match is meant"
    assert ("石家庄", "fuzzy") in cells


def test_numbers_come_in_the_unit_of_their_column() -> None:
    found = LINKER.candidates("销售额超过3.5亿", TODAY)
    assert Value("number", number=35_000) in [c.value for c in found if c.column == 1]


def test_a_year_is_a_number_or_a_stretch_of_time_as_the_column_has_it() -> None:
    found = LINKER.candidates("2019年前三名", TODAY)
    assert [c.value.number for c in found if c.column == 2 and c.source == "date"] == [2019]
    assert [c.value.begin for c in found if c.column == 3] == [date(2019, 1, 1)]
    assert 3 in [c.value.number for c in found if c.column == LIMIT]


def test_names_are_matched_without_their_units() -> None:
    question, names = LINKER.name_matches("各城市的销售额")
    assert question == [0, 2, 2, 0, 2, 2, 2]
    assert names[1][:3] == [2, 2, 2]
    assert names[3] == [0, 0, 0, 0]


def test_the_nearest_name_stands_out() -> None:
    linker = Linker([Field("人口", "number"), Field("面积（平方公里）", "number"), Field("海拔", "number")])
    question = "人口超过500并且面积大于80的城市"
    spans = [(question.find(n), question.find(n) + len(n), c) for n in ("500", "80") for c in (0, 1, 2)]
    found = linker.nearness(question, spans)
    assert all(0 <= n < NEARNESS for n in found)
    assert found[0] == found[4], "each number stands as near to its own column"
    assert found[2] == found[5] == 0, "海拔 is not named"
    assert len({found[0], found[1], found[3]}) == 3


def test_a_column_is_mentioned_by_its_whole_name_else_by_the_longest_piece_of_it() -> None:
    linker = Linker([Field(n, "number") for n in ("周均成交", "周均成交环比", "备注", "海拔", "EPS(元)2011A")])
    found = linker.mentions("周均成交大于5,周均成交环比小于1的备注,备注和eps2011")
    assert found[0] == [(0, 4, 2)], "not within the longer name"
    assert found[1] == [(8, 14, 2)]
    assert found[2] == [(18, 20, 2), (21, 23, 2)]
    assert found[3] == []
    assert found[4] == [(24, 31, 1)]


def test_names_of_one_character_are_found_where_names_are_that_short() -> None:
    elements = tuple(
        "氢氦锂铍硼碳氮氧氟氖钠镁铝硅磷硫氯氩钾钙钪钛钒铬锰铁钴镍铜锌镓锗砷硒溴氪铷锶钇锆铌钼锝钌铑钯银镉铟锡锑碲碘"
    )
    linker = Linker([Field("元素名称", "text", values=elements), Field("类别", "text", values=("金属", "碳族"))])
    found = {(c.column, c.value.text) for c in linker.candidates("铁和碳族的熔点", TODAY)}
    assert (0, "铁") in found
    assert (1, "碳族") in found
    assert (0, "碳") not in found, "it is part of 碳族"
    many = Linker([Field("公司", "text", values=(*(f"公司{i}" for i in range(60)), "铁"))])
    assert not many.candidates("铁的熔点", TODAY)


def test_a_name_before_a_value_is_nearer_than_one_behind() -> None:
    linker = Linker([Field("人口", "number"), Field("面积", "number")])
    question = "人口大于5面积大于5"
    first, second = (4, 5), (9, 10)
    assert linker.distance(question, first, 0) < linker.distance(question, second, 0)
    assert linker.distance(question, second, 1) < linker.distance(question, first, 1)
    assert linker.distance("海拔大于5", first, 0) > 1_000


def test_a_part_of_the_columns_links_like_the_whole() -> None:
    part = LINKER.part((0, 2))
    found = part.candidates("北京市2019年", TODAY)
    assert {(c.column, c.value.text or c.value.number) for c in found if c.column >= 0} >= {(0, "北京市"), (1, 2019)}
