"""Files and pasted text as tables, and those that are none."""

from __future__ import annotations

import io
import json
import time
import zipfile
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.text2sql.table_files import read_pasted, read_table, sheets
from tests.text2sql.sheets import CSV, names, types, with_sheet, xlsx


def test_a_csv_file() -> None:
    table = read_table(CSV.encode(), "城市 收入.csv")
    assert table.name == "城市 收入"
    assert names(table) == ["城市", "收入（万元）", "日期"]
    assert types(table) == ["text", "number", "date"]
    income, day = table.columns[1:]
    assert (income.unit, income.empty, income.distinct, income.minimum, income.maximum) == ("万元", 1, 2, 980, 1234.5)
    assert (day.minimum, day.maximum) == (date(2024, 1, 5), date(2024, 3, 1))
    shown = json.loads(json.dumps(table.to_dict(rows=2), ensure_ascii=False))
    assert shown["rows"] == [["北京", 1234.5, "2024-01-05"], ["上海", 980.0, "2024-02-29"]]
    assert (shown["length"], shown["columns"][2]["samples"][0]) == (3, "2024-01-05")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_encodings_and_separators(encoding: str, mark: str) -> None:
    text = CSV.replace('"1,234.5"', "1234.5").replace(",", mark)
    assert read_table(text.encode(encoding), "x.csv").key == read_table(CSV.encode(), "x.csv").key


def test_a_long_gb18030_file_whose_sample_ends_within_a_character() -> None:
    for pad in range(4):
        data = ("名称" + "a" * pad + ",数量\n" + "某某某公司,12\n" * 20_000).encode("gb18030")
        assert read_table(data, "x.csv").columns[0].samples == ("某某某公司",)


def test_quotes_line_breaks_and_the_separator_line_of_excel() -> None:
    table = read_table('sep=;\n名称;说明\nA;"第一行\r\n第二行; ""引"""\n'.encode(), "x.csv")
    assert table.frame.iloc[0].tolist() == ["A", '第一行\n第二行; "引"']


def test_a_list_of_sentences_is_one_column() -> None:
    table = read_table("评论\n很好，下次还来, 真的\n一般\n不错, 推荐, 好\n".encode(), "x.csv")
    assert (names(table), len(table)) == (["评论"], 3)


def test_full_width_commas_separate_only_where_they_always_do() -> None:
    assert names(read_pasted("城市，人口\n北京，2184\n上海，2475")) == ["城市", "人口"]
    assert len(read_pasted("评论\n好，真好\n一般").columns) == 1


@pytest.mark.parametrize(
    "text",
    [
        "城市\t人口\n北京\t2,184\n上海\t2,475\n",
        "城市,人口\r\n北京,2184\r\n上海,2475",
        "| 城市 | 人口 |\n|:---|---:|\n| 北京 | 2184 |\n| 上海 | 2475 |",
        "城市 | 人口\n--- | ---\n北京 | 2184\n上海 | 2475",
        "城市    人口\n北京    2184\n上海    2475",
        '[{"城市": "北京", "人口": 2184}, {"城市": "上海", "人口": 2475}]',
        '{"城市": "北京", "人口": 2184}\n{"城市": "上海", "人口": 2475}',
        '{"header": ["城市", "人口"], "rows": [["北京", 2184], ["上海", 2475]], "types": ["text", "real"]}',
    ],
)
def test_pasted_tables(text: str) -> None:
    table = read_pasted(text)
    assert types(table) == ["text", "number"]
    assert table.frame.values.tolist() == [["北京", 2184], ["上海", 2475]]


def test_excel_files_with_types_of_their_own() -> None:
    data = xlsx(
        ["2023 年报表"],
        ["编号", "时间", "完成", "金额", "=1+1"],
        [1, datetime(2024, 1, 5, 8), True, 3, "=cmd|' /C calc'!A0"],
    )
    table = read_table(data, "报表.xlsx")
    assert table.name == "报表"
    assert types(table)[:4] == ["text", "date", "text", "number"]
    assert table.frame.iloc[0, :4].tolist() == ["1", pd.Timestamp(2024, 1, 5, 8), "TRUE", 3]
    assert table.columns[1].minimum == datetime(2024, 1, 5, 8)
    assert any("公式" in zh for zh, _ in table.notes)


def test_sheets_are_chosen_and_empty_ones_left_out() -> None:
    data = xlsx(["a", "b"], ["x", "y"], title="一月", more={"空": [], "二月": [["c"], [5]]})
    assert sheets(data, "x.xlsx") == ("一月", "二月")
    assert names(read_table(data, "x.xlsx")) == ["a", "b"]
    second = read_table(data, "x.xlsx", "二月")
    assert (second.name, names(second)) == ("二月", ["c"])
    with pytest.raises(InputError, match="一月"):
        read_table(data, "x.xlsx", "三月")
    assert sheets(CSV.encode(), "x.csv") == ()


def test_parquet_with_nested_values(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    duckdb.sql(
        "SELECT * FROM (VALUES ('北京', 1.5::DECIMAL(5,2), DATE '2024-01-05', [1, 2], TRUE), "
        "(NULL, 2, NULL, NULL, FALSE)) "
        't("城市", "数", d, l, "城市 ")'
    ).write_parquet(str(path))
    table = read_table(path.read_bytes(), "x.bin")
    assert names(table) == ["城市", "数", "d", "l", "城市_2"]
    assert types(table) == ["text", "number", "date", "text", "text"]
    assert table.frame.iloc[0].tolist() == ["北京", 1.5, pd.Timestamp(2024, 1, 5), "[1, 2]", "true"]


def test_a_parquet_file_of_too_many_rows_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    duckdb.sql("SELECT 7 AS a FROM range(300000)").write_parquet(str(path))
    with pytest.raises(InputError, match="300,000"):
        read_table(path.read_bytes(), "x.parquet")


def test_json_values_that_are_lists() -> None:
    table = read_table(b'[{"a": {"b": 1}, "c": true}, {"a": [1], "d": 12345678901234567890}]', "x.json")
    assert table.frame.values.tolist() == [['{"b": 1}', "true", None], ["[1]", None, "12345678901234567890"]]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        ("城市,人口\n".encode(), "no rows"),
        (b"PK\x03\x04" + b"junk" * 50, "broken"),
        (xlsx(["a"], ["b"])[:3000], "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"PAR1" + bytes(100) + b"PAR1", "broken"),
        (b"%PDF-1.7 ...", "no table"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "no table"),
        (bytes(range(256)) * 20, "text file"),
        (b"<html><body><p>1</p></body></html>", "web page"),
        (b'<?xml version="1.0"?><Workbook/>', "web page"),
        (b'[{"a": 1}, {"a": ]', "JSON"),
        (b"[1, 2, 3]", "list of objects"),
        (b"[" * 100_000, "JSON"),
        (b'a,b\n1,"' + b"x" * 1_100_000, "quote"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_table(data, "x.json" if data.startswith(b"[") else "x.xls")


def test_a_zip_that_is_no_workbook() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as package:
        package.writestr("readme.txt", "hi")
    with pytest.raises(InputError, match="no Excel"):
        read_table(data.getvalue(), "x.xlsx")


def bomb(size: int, said: int | None = None) -> bytes:
    """An XLSX with `size` zeros in it, `said` bytes by its directory."""
    data = io.BytesIO(xlsx(["a"], ["b"]))
    with zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as package:
        with package.open("xl/sharedStrings2.xml", "w", force_zip64=False) as part:
            for _ in range(size // 1_000_000):
                part.write(bytes(1_000_000))
        if said is not None:
            package.getinfo("xl/sharedStrings2.xml").file_size = said
    return data.getvalue()


@pytest.mark.parametrize(("size", "said"), [(60_000_000, None), (60_000_000, 1000), (1_000_000, 500_000_000)])
def test_zip_bombs_are_refused_unopened(size: int, said: int | None) -> None:
    data = bomb(size, said)
    begin = time.perf_counter()
    with pytest.raises(InputError, match=r"unpacks|broken"):
        read_table(data, "x.xlsx")
    assert time.perf_counter() - begin < 5


@pytest.mark.parametrize(
    "body",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1'><c r='A1'><v>1</v></c></row><row r='1000000'><c r = 'a1000000'  t='n'><v>1</v></c></row>",
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1000000"><c><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="CW1"><v>1</v></c></row>',
    ],
)
def test_a_cell_at_the_far_corner_takes_no_memory(body: str) -> None:
    with pytest.raises(InputError, match="too large"):
        read_table(with_sheet(body), "x.xlsx")


def test_far_cells_that_only_have_a_style_do_no_harm() -> None:
    body = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>名</t></is></c><c r="XFD1" s="0"/></row>'
        '<row r="2"><c r="A2"><v>7</v></c></row><row r="1048576"><c r="A1048576" s="1"/></row>'
    )
    table = read_table(with_sheet(body), "x.xlsx")
    assert (names(table), len(table)) == (["名"], 1)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda t: t.encode("utf-8", "replace"))))
def test_any_bytes_give_a_table_or_a_message(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0"):
        with suppress(InputError):
            assert len(read_table(start + data, "x.csv")) > 0
