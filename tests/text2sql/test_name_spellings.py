"""Columns of months, quarters and years are found however a question writes them."""

from __future__ import annotations

import pytest

from core.text2sql.fields import Field
from core.text2sql.linking import Linker

MONTHS = Linker([Field("城市", "text"), *(Field(f"{n}月", "number") for n in range(1, 13)), Field("Q3销量", "number")])
YEARS = Linker([Field("2023年产量(吨)", "number"), Field("2024年产量(吨)", "number"), Field("第一季度", "number")])


def whole(linker: Linker, question: str) -> list[str]:
    """The columns that the question names by their whole name."""
    found = linker.mentions(question)
    return [f.name for f, mine in zip(linker.fields, found, strict=True) if any(s == 2 for *_, s in mine)]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("北京七月和八月各下多少雨", ["7月", "8月"]),
        ("12月超过30毫米的", ["12月"]),
        ("十二月", ["12月"]),
        ("十月的雨", ["10月"]),
        ("夏季（6、7、8月）合计", ["6月", "7月", "8月"]),
        ("一、二和12月", ["1月", "2月", "12月"]),
        ("三季度销量最高的", ["Q3销量"]),
        ("第三季度销量", ["Q3销量"]),
        ("哪个城市", ["城市"]),
        ("库存少于10，7月最高的", ["7月"]),
        ("张三和七月", ["7月"]),
        ("前10和7月", ["7月"]),
        ("前3、5月", ["5月"]),
    ],
)
def test_months_and_quarters(question: str, names: list[str]) -> None:
    assert whole(MONTHS, question) == names


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("23年产量", ["2023年产量(吨)"]),
        ("2024年产量", ["2024年产量(吨)"]),
        ("一季度多少", ["第一季度"]),
        ("123年产量", []),
    ],
)
def test_years(question: str, names: list[str]) -> None:
    assert whole(YEARS, question) == names


def test_the_characters_of_both_are_marked() -> None:
    said, names = MONTHS.name_matches("看看十月")
    assert said == [0, 0, 2, 2]
    assert names[10] == [2, 2, 2]
    assert max(names[1]) <= 1


def test_a_number_is_not_cut_in_two() -> None:
    marks = Linker([Field("语文1", "number"), Field("语文2", "number"), Field("5公里成绩", "number")])
    assert marks.mentions("语文120以上的，15公里成绩") == [[(0, 2, 1)], [(0, 2, 1)], [(11, 15, 1)]]


def test_the_stronger_of_two_spellings_counts() -> None:
    assert Linker([Field("第一季度", "number")]).mentions("一季度超过1000") == [[(0, 3, 2)]]
    both = Linker([Field("2023年7月销量", "number"), Field("2024年7月销量", "number")])
    assert both.mentions("24年七月销量") == [[], [(0, 7, 2)]]
    assert Linker([Field("2月", "number")]).named("十二月和二月") == [(0, 4, 6)]
