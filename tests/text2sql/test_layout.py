"""Files as people lay them out, read as tables; and what a user may correct."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import pandas as pd
import pytest

from core.errors import InputError
from core.text2sql.grid import Corrections
from core.text2sql.request import table_of
from core.text2sql.table import Table
from core.text2sql.table_files import read_pasted, read_table
from core.text2sql.task import Ask
from tests.text2sql.laid_out import FILES
from tests.text2sql.sheets import Laid, csv_of, names, types


def read(file: Laid, **options: Any) -> Table:
    if isinstance(file.data, str):
        return read_pasted(file.data, **options)
    return read_table(file.data, file.name, **options)


def plain(value: Any) -> Any:
    return None if value is None or value is pd.NA or value != value else value


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.way)
def test_a_file_is_read_as_it_was_meant(file: Laid) -> None:
    table = read(file)
    assert names(table) == file.header
    assert types(table) == file.types
    assert len(table) == file.length
    assert tuple((row.row, row.kind) for row in table.left) == file.left
    for row, column, value in file.cells:
        assert plain(table.frame.iloc[row, column]) == value
    if file.units:
        assert tuple(column.unit for column in table.columns) == file.units


def test_every_way_has_a_file() -> None:
    assert len({file.way for file in FILES}) == 20


def test_a_row_that_was_left_out_is_put_back() -> None:
    data = csv_of(["城市", "收入"], ["甲", 5], ["合计", 9], ["乙", 4])
    assert len(read_table(data, "x.csv")) == 2
    table = read_table(data, "x.csv", corrections=Corrections(back=frozenset([3])))
    assert table.frame["城市"].tolist() == ["甲", "合计", "乙"]
    assert table.left == ()


def test_the_header_is_where_the_user_says() -> None:
    data = csv_of(["甲", "乙"], ["丙", "丁"], ["戊", "己"])
    assert names(read_table(data, "x.csv", corrections=Corrections(header=()))) == ["列1", "列2"]
    second = read_table(data, "x.csv", corrections=Corrections(header=(2,)))
    assert (names(second), len(second), second.header) == (["丙", "丁"], 1, (2,))
    joined = read_table(data, "x.csv", corrections=Corrections(header=(1, 2)))
    assert names(joined) == ["甲 丙", "乙 丁"]


def test_a_type_is_what_the_user_says_where_it_can_be() -> None:
    data = csv_of(["工号", "备注"], [1, "好"], [2, "5"], [3, "差"])
    table = read_table(data, "x.csv", corrections=Corrections(types={"工号": "number", "备注": "number"}))
    assert types(table) == ["number", "number"]
    assert [plain(value) for value in table.frame["备注"]] == [None, 5, None]
    table = read_table(data, "x.csv", corrections=Corrections(types={"备注": "date"}))
    assert types(table) == ["text", "text"]
    assert any("所选的类型" in zh for zh, _ in table.notes)


@pytest.mark.parametrize(
    "given", [None, [], {"back": "x"}, {"back": [1.5]}, {"header": 3}, {"types": {"a": "blob"}}, {"back": [1] * 9999}]
)
def test_corrections_that_are_none_are_refused(given: object) -> None:
    with pytest.raises(InputError):
        Corrections.from_dict(given)


def test_names_that_only_look_like_sums_stay() -> None:
    data = csv_of(
        ["姓名", "部门", "月薪"], ["张合", "研发", 1], ["汇总达", "销售", 2], ["总和平", "研发", 3], ["计小", "销售", 4]
    )
    assert len(read_table(data, "x.csv")) == 4


def test_a_sum_is_left_out_of_a_request_too() -> None:
    asked = Ask("平均收入", {"header": ["城市", "收入"], "rows": [["甲", 5], ["乙", 7], ["合计", 12]]})
    table = table_of(asked)
    assert len(table) == 2
    assert table.to_dict()["left"][0]["row"] == 3
    assert table.to_dict()["left_count"] == 1


def test_a_hostile_page_is_read_in_time_and_bounds() -> None:
    pages = [
        "<table>" * 200_000,
        "<table><tr>" + "<td colspan=90>" * 50_000,
        "<table>" + "<!--" * 400_000,
        "<table><tr><td rowspan=999999 colspan=9>x" * 2_000,
        "<table>" + "<tr>" * 200_200,
        "<table " * 300_000,
    ]
    for text in pages:
        begin = time.perf_counter()
        with suppress(InputError):
            read_table(text.encode(), "x.xls")
        assert time.perf_counter() - begin < 10


def test_an_unnamed_last_row_that_sums_up_is_left_out() -> None:
    data = csv_of(["日期", "收入"], ["2024-01-01", 100], ["2024-01-02", 200], ["2024-01-03", 300], ["", 600])
    assert [row.kind for row in read_table(data, "x.csv").left] == ["total"]
