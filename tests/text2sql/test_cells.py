"""What cells and headers mean, and where a header is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pytest

from core.text2sql.cell_dates import parse_dates
from core.text2sql.cell_values import parse_numbers
from core.text2sql.cells import cell_text, clean_name, is_nothing
from core.text2sql.header_words import header_unit, is_code_header, is_date_header
from core.text2sql.headers import find_header


def numbers(*cells: Any) -> tuple[list[Any], str]:
    parsed = parse_numbers(cells, [1] * len(cells))
    return [None if np.isnan(v) else v for v in parsed.values.tolist()], parsed.unit


def dates(*cells: Any, compact: bool = False) -> list[Any]:
    return parse_dates(cells, [1] * len(cells), compact).values.tolist()


@pytest.mark.parametrize(
    ("cell", "value", "unit"),
    [
        ("12", 12, ""),
        (" -3.5 ", -3.5, ""),
        ("1,234,567.5", 1234567.5, ""),
        ("１，２３４．５", 1234.5, ""),
        ("(1,234)", -1234, ""),
        ("（1,234）", -1234, ""),
        ("-¥3", -3, "元"),
        ("￥1,200.00", 1200, "元"),
        ("$5", 5, "美元"),
        ("12%", 12, "%"),
        ("12.5 ％", 12.5, "%"),
        ("3‰", 3, "‰"),
        ("3万", 3, "万"),
        ("3.2亿元", 3.2, "亿元"),
        ("120平方公里", 120, "平方公里"),
        ("4500元/月", 4500, "元/月"),
        ("1e5", 1e5, ""),
        ("+7", 7, ""),
        ("2018年", 2018, "年"),
        ("35岁", 35, "岁"),
        (4.5, 4.5, ""),
        (3, 3, ""),
    ],
)
def test_a_number_and_its_unit(cell: Any, value: float, unit: str) -> None:
    assert numbers(cell) == ([value], unit)


@pytest.mark.parametrize(
    "cell",
    ["", "abc", "1,23", "12,3456", "1.2.3", "10-20", "约100", "1号楼", "2班", "第3名", "e5", ".", "万", "(5", "1_000"],
)  # fmt: skip
def test_what_is_no_number(cell: str) -> None:
    assert numbers(cell)[0] == [None]


def test_one_scale_stays_and_several_are_multiplied_out() -> None:
    assert numbers("3万元", "2.5万元") == ([3, 2.5], "万元")
    assert numbers("3万元", "2亿元") == ([30_000, 200_000_000], "元")
    assert numbers("3万", "500") == ([30_000, 500], "")
    assert numbers("12%", "0") == ([12, 0], "%")


def test_spellings_of_a_unit_are_one_unit() -> None:
    assert numbers("80kG", "88KG", "90KG") == ([80, 88, 90], "KG")
    assert numbers("120平方公里", "80平方千米", "7㎢")[0] == [120, 80, 7]


def test_several_units_are_no_numbers() -> None:
    assert numbers("3元", "3个")[0] == [None, None]


def test_many_alike_are_read_as_each_is_for_itself() -> None:
    cells = [f"{i * 7919:,}.{i % 10}万元" for i in range(300)]
    assert numbers(*cells) == ([numbers(cell)[0][0] for cell in cells], "万元")
    crooked = [*cells, "1,23万元", "12,34,567万元"]
    assert numbers(*crooked)[0][-2:] == [None, None]


@pytest.mark.parametrize("cell", ["-", "—", "--", "/", "N/A", "无", "null", "#DIV/0!", "－"])
def test_what_stands_for_nothing_is_no_bad_number(cell: str) -> None:
    assert is_nothing(cell)
    assert parse_numbers([cell, "1"], [1, 1]).bad == 0
    assert parse_dates([cell, "2024-01-05"], [1, 1], False).bad == 0


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2024-01-05", datetime(2024, 1, 5)),
        ("2024/1/5", datetime(2024, 1, 5)),
        ("2024.1.5", datetime(2024, 1, 5)),
        ("2024年1月5日", datetime(2024, 1, 5)),
        ("2024年01月", datetime(2024, 1, 1)),
        ("２０２４年１月", datetime(2024, 1, 1)),
        ("2022-07-01 08:00:00", datetime(2022, 7, 1, 8)),
        ("2022/7/1 8:05", datetime(2022, 7, 1, 8, 5)),
        ("2022-07-01T08:00:00.000Z", datetime(2022, 7, 1, 8)),
        ("2022年7月1日8时30分", datetime(2022, 7, 1, 8, 30)),
        (date(2024, 1, 5), datetime(2024, 1, 5)),
        (datetime(2024, 1, 5, 9), datetime(2024, 1, 5, 9)),
    ],
)
def test_a_date(cell: Any, value: datetime) -> None:
    assert dates(cell) == [value]


@pytest.mark.parametrize(
    "cell", ["2018年第一季度", "2024-13-01", "2024-02-30", "20240105", "2024", "2024.10", "1月5日", "5", 7.0]
)
def test_what_is_no_date(cell: Any) -> None:
    assert dates(cell) == [None]


def test_under_a_date_header_bare_digits_are_dates() -> None:
    assert dates("20240105", "2024.10", compact=True) == [datetime(2024, 1, 5), datetime(2024, 10, 1)]
    assert dates(*["2024-01-05"] * 200, "2024/1/6", "?") == [datetime(2024, 1, 5)] * 200 + [datetime(2024, 1, 6), None]


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("  收入 \n（万元） ", "收入（万元）"),
        ("total\nsales", "total sales"),
        ("产品  名称", "产品 名称"),
        ("\ufeff\u200b城市\x00", "城市"),
        (2020.0, "2020"),
        (None, ""),
        ("ＡＢＣ", "ＡＢＣ"),
        ("字" * 500, "字" * 100),
        ("\ud83d半", "\ufffd半"),
    ],
)
def test_names_are_squeezed(cell: Any, name: str) -> None:
    assert clean_name(cell) == name


def test_units_in_headers() -> None:
    assert header_unit("收入（万元）") == "万元"
    assert header_unit("增速(%)") == "%"
    assert header_unit("面积[平方公里]") == "平方公里"
    assert header_unit("金额（单位：亿元）") == "亿元"
    assert header_unit("速度 km/h") == ""
    assert header_unit("姓名(中文)") == header_unit("收入(2019)") == header_unit("城市") == ""


def test_headers_of_codes_and_dates() -> None:
    assert all(map(is_code_header, ["股票代码", "编号", "user_id", "ID", "userId", "联系电话", "邮编", "学号"]))
    assert not any(map(is_code_header, ["数量", "paid", "年份", "人口", "编号数量", "valid"]))
    assert is_date_header("成交日期")
    assert not is_date_header("金额")


def test_cells_as_text() -> None:
    assert [cell_text(c) for c in (3.0, 0.5, True, None, float("nan"), date(2024, 1, 5), datetime(2024, 1, 5))] == [
        "3", "0.5", "TRUE", "", "", "2024-01-05", "2024-01-05",
    ]  # fmt: skip


def header(*rows: list[Any]) -> tuple[list[Any], int]:
    """The names of the columns, and the place of the first row below."""
    found = find_header(rows)
    return found.names, found.body


def test_titles_above_the_header_are_left_out() -> None:
    rows = [["2023年销售表", "", ""], ["", "", "单位：万元"], ["城市", "收入", "人数"], ["北京", "1", "2"]]
    assert header(*rows) == (["城市", "收入", "人数"], 3)
    assert find_header(rows).above == (0, 1)


def test_without_a_header_columns_are_numbered() -> None:
    assert header([1, 2.5], [3, 4.5]) == (["列1", "列2"], 0)


def test_years_over_columns_are_names() -> None:
    assert header(["", "2019", "2020"], ["北京", "1", "2"])[0] == ["", "2019", "2020"]
    assert header(["2019", "2020"], ["15", "27"])[0] == ["2019", "2020"]
    assert header(["2019", "2020"], ["2018", "2021"])[0] == ["列1", "列2"]


def test_two_rows_of_header_are_joined() -> None:
    rows = [["城市", "2020", "", "备注"], ["", "收入", "支出", ""], ["北京", "1", "2", "x"]]
    assert header(*rows) == (["城市", "2020 收入", "2020 支出", "备注"], 2)


def test_a_single_column_is_no_title() -> None:
    assert header(["城市"], ["北京"], ["上海"]) == (["城市"], 1)
