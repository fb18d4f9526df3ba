"""Bounds in time of the older sets, as their questions speak of them."""

from __future__ import annotations

from datetime import date

import pytest

from core.text2sql.form_parse import parse_form
from core.text2sql.form_sql import sql_text
from training.text2sql.times import as_asked

TODAY = date(2024, 6, 15)
NAMES = ["名称", "日期"]


def said(where: str, question: str, named: tuple[date, ...] = ()) -> str:
    found = as_asked(parse_form('SELECT "名称" FROM t WHERE ' + where, NAMES), question, TODAY, named)  # noqa: S608
    return sql_text(found, NAMES, "t").replace("\n", " ")


def between(begin: str, end: str) -> str:
    return f""""日期" >= DATE '{begin}' AND "日期" < DATE '{end}'"""


@pytest.mark.parametrize(
    ("where", "question", "wanted"),
    [
        (between("2021-01-01", "2022-01-01"), "2021年的", 'YEAR("日期") = 2021'),
        (between("2021-07-01", "2021-10-01"), "2021年三季度的", 'QUARTER("日期") = 3'),
        (between("2021-12-01", "2022-01-01"), "2021年12月的", 'MONTH("日期") = 12'),
        (between("2021-01-01", "2021-07-01"), "2021年上半年的", "'2021-06-30'"),
        (""""日期" >= DATE '2020-01-01'""", "2020年以后的", 'YEAR("日期") >= 2020'),
        (""""日期" > DATE '2020-01-01'""", "元旦之后的", "> CAST('2020-01-01'"),
        (""""日期" >= DATE '2020-01-01'""", "2020年1月1日以后的", "'2020-01-01'"),
        (""""日期" > DATE '2020-06-15'""", "近四年的", 'MAX("日期")'),
        (""""日期" > DATE '2020-06-15'""", "距今不到四年的", "CURRENT_DATE"),
    ],
)
def test_as_asked(where: str, question: str, wanted: str) -> None:
    assert wanted in said(where, question), said(where, question)


def test_a_day_that_is_named_stays() -> None:
    where = """"日期" < DATE '2020-04-01'"""
    assert "'2020-04-01'" in said(where, "2020年4月1日以前的", (date(2020, 4, 1),))
    assert "< CAST('2023-06-15'" in said(""""日期" < DATE '2023-06-15'""", "2023年6月15日之前的", (date(2023, 6, 15),))
    assert "<= CAST('2020-03-31'" in said(where, "2020年3月底以前的", (date(2020, 3, 31),))


def test_a_year_is_the_one_that_was_named() -> None:
    where = """"日期" >= DATE '2020-01-01'"""
    assert 'YEAR("日期") > 2019' in said(where, "晚于一九年的", (date(2019, 1, 1),))
    assert 'YEAR("日期") >= 2020' in said(where, "二〇二〇年以后的", (date(2020, 1, 1),))
