"""Tables from files and pasted text: cleaned, typed, and refused where they are too large or broken."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.text2sql import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_PASTE, MAX_ROWS
from core.text2sql.database import Database, open_database
from core.text2sql.table import build_table
from core.text2sql.table_files import read_pasted, read_table
from tests.text2sql.sheets import CSV, column, names


def test_limits_are_said() -> None:
    with pytest.raises(InputError, match=f"10,000.*{MAX_COLUMNS}"):
        read_table((",".join(f"c{i}" for i in range(10_000)) + "\n" + ",".join("1" * 10_000)).encode(), "x.csv")
    with pytest.raises(InputError, match=f"{MAX_ROWS:,}"):
        read_table(b"a\n" * (MAX_ROWS + 500), "x.csv")
    with pytest.raises(InputError, match=f"{MAX_ROWS:,}"):
        build_table(["a"], [[1]] * (MAX_ROWS + 1))
    with pytest.raises(InputError, match=f"{MAX_BYTES // 1_000_000} MB"):
        read_table(b"a" * (MAX_BYTES + 1), "x.csv")
    with pytest.raises(InputError, match=f"{MAX_PASTE:,}"):
        read_pasted("a" * (MAX_PASTE + 1))
    with pytest.raises(InputError, match="10,000"):
        build_table([f"c{i}" for i in range(10_000)], [[1] * 10_000])


def test_long_cells_are_cut_with_a_note() -> None:
    table = build_table(["a"], [["字" * (MAX_CELL + 5)], ["b"]])
    assert len(table.frame.iloc[0, 0]) == MAX_CELL
    assert "截断" in table.notes[0][0]


def test_headers_blank_duplicate_and_unseen() -> None:
    table = build_table(["a", "", "A", "a_2", None, "a"], [[1, 2, 3, 4, 5, 6]])
    assert names(table) == ["a", "列2", "A_3", "a_2", "列5", "a_4"]
    assert len(table.notes) == 2


def test_ragged_rows_and_empty_ones() -> None:
    table = build_table(["a", "b", ""], [["x", 1], [], ["y"], ["z", 3, None, "over"], [None, "", " "]])
    assert names(table) == ["a", "b"]
    assert table.frame["a"].tolist() == ["x", "y", "z"]
    assert len(table.notes) == 4
    longer = build_table(["城市"], [["北京", 1], ["上海", 2]])
    assert names(longer) == ["城市", "列2"]


def test_types_of_columns() -> None:
    assert column("年份", "2019", "2020")[0].type == "number"
    assert column("年份", 2019.0, 2020.0)[1] == [2019, 2020]
    assert column("代码", "600519", "000001")[1] == ["600519", "000001"]
    assert column("数量", "007", "12")[0].type == "text"
    assert column("股票代码", 600519.0, 600036.0)[1] == ["600519", "600036"]
    assert column("数", "12345678901234567")[0].type == "text"
    assert column("时期", "2018年第一季度", "2018年第二季度")[0].type == "text"
    assert column("月份", "202401", "202402")[0].type == "number"
    assert column("成交日期", "20240105", "20240106")[0].type == "date"
    assert column("数", "20240105", "20240106")[0].type == "number"
    assert column("是否", True, False)[1] == ["TRUE", "FALSE"]
    assert column("编号", "是", "无", "-", "")[1] == ["是", "无", "-"]
    assert column("空", None, "x", None)[0].empty == 0  # empty rows are gone
    assert pd.isna(column("数", "5", "-", "7")[1][1])


def test_a_few_cells_that_are_no_numbers_do_not_make_text() -> None:
    cells = [str(i) for i in range(1, 40)] + ["约40"]
    found, values = column("数", *cells)
    assert (found.type, found.empty, values[0]) == ("number", 1, 1)
    assert column("数", *cells, "约41", "约42")[0].type == "text"


def test_the_first_rows_may_be_unlike_the_rest() -> None:
    cells = [f"约{i}" for i in range(30)] + [str(i) for i in range(3000)]
    assert column("数", *cells)[0].type == "number"


def test_stated_types_hold_unless_the_cells_say_otherwise() -> None:
    assert column("数", "1", "2", stated="VARCHAR(20)")[1] == ["1", "2"]
    assert column("代码", "1", "2", stated="INTEGER")[1] == [1, 2]
    assert column("名", "甲", "乙", stated="FLOAT")[0].type == "text"
    assert column("d", "20240105", stated="timestamp")[0].type == "date"
    assert column("d", "x", stated="blob")[0].type == "text"


def test_units_of_cells_and_headers() -> None:
    assert column("面积", "120平方公里", "80平方公里")[0].unit == "平方公里"
    assert column("占比", "12%", "5.5%")[1] == [12, 5.5]
    found, values = column("市值", "3亿元", "5000万元")
    assert (found.unit, values) == ("元", [300_000_000, 50_000_000])


def test_values_come_by_frequency() -> None:
    table = build_table(["a", "b"], [["x", 1], ["y", 2], ["y", 3], ["z", 4], ["z", 5], ["z", 6]])
    assert table.values(0) == ["z", "y", "x"]
    assert table.values(0, most=1) == ["z"]
    assert table.values(1) == []
    assert table.columns[0].samples == ("z", "y", "x")


def test_keys_tell_tables_apart() -> None:
    one = build_table(["a", "b"], [["x", 1], ["y", 2]])
    assert one.key == build_table(["a", "b"], pd.DataFrame({"a": ["x", "y"], "b": [1, 2]})).key
    assert one.key == build_table([" a", "b"], [["x ", "1"], ["y", "2"]]).key
    others = [
        build_table(["a", "b"], [["y", 1], ["x", 2]]),
        build_table(["a", "b"], [["x", 1], ["y", 3]]),
        build_table(["a", "c"], [["x", 1], ["y", 2]]),
        build_table(["a", "b"], [["x", 1], ["y", 2]], name="t"),
    ]
    assert len({one.key, *(t.key for t in others)}) == 5


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.dates(), st.datetimes(),
    st.sampled_from(["3万", "12%", "2024-01-05", "-", "null", "(1,234)", "'; DROP TABLE x; --", "1e400", "\ud800"]),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    header=st.lists(st.text(max_size=12), min_size=1, max_size=4),
    rows=st.lists(st.lists(CELLS, max_size=5), min_size=1, max_size=8),
    name=st.text(max_size=10),
)
def test_any_table_can_be_queried_whole(header: list[str], rows: list[list[Any]], name: str) -> None:
    try:
        table = build_table(header, rows, name=name)
    except InputError:
        return
    quoted = table.name.replace('"', '""')
    found = Database(table).run(f'SELECT * FROM "{quoted}"')  # noqa: S608
    assert found.total == len(found.rows) == len(table)
    assert list(found.columns) == names(table)
    assert found.rows == table.to_dict(rows=100)["rows"]
    json.dumps(table.to_dict(), allow_nan=False).encode()


def test_equal_tables_share_a_database() -> None:
    one = open_database(read_table(CSV.encode(), "x.csv"))
    assert open_database(read_table(CSV.encode("gbk"), "x.csv")) is one
