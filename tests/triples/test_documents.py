"""Documents from files and from one text."""

from __future__ import annotations

import json

import pytest

from core.errors import InputError
from core.triples import MAX_CHARS
from core.triples.documents import MAX_DOCUMENTS, MAX_TOTAL, columns_of, read_documents, split_documents

TABLE = "编号,正文,来源\n1,吴京出生于北京市。,甲\n2,,乙\n3,刘慈欣出生于北京。他是作家。,丙\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_file_is_a_document_with_the_name_of_the_file(encoding: str) -> None:
    text = "吴京出生于北京市。\n\n他是演员，也是导演，主演过许多动作电影。"
    assert read_documents([(text.encode(encoding), "吴京.txt")]) == [("吴京.txt", text)]


def test_markdown_is_read_without_its_marks() -> None:
    text = "# 吴京\n\n- **吴京**出生于[北京市](https://x)。"
    (document,) = read_documents([(text.encode(), "a.md")])
    assert document.text == "吴京\n\n吴京出生于北京市。"


def test_rows_of_a_table_are_documents_of_the_chosen_or_the_longest_column() -> None:
    found = read_documents([(TABLE.encode(), "a.csv")])
    assert [d.text for d in found] == ["吴京出生于北京市。", "刘慈欣出生于北京。他是作家。"]
    assert found[1].name.startswith("3 刘慈欣"), "rows keep their numbers"
    assert [d.text for d in read_documents([(TABLE.encode(), "a.csv")], "来源")] == ["甲", "乙", "丙"]
    assert read_documents([(TABLE.encode(), "a.csv")], "另一个文件的列") == found


def test_json_lines_prefer_the_field_called_text() -> None:
    rows = [
        {"id": 1, "title": "一个很长很长很长很长的标题", "text": "吴京。"},
        {"text": "郭帆。", "extra": [1]},
        {"title": "无"},
    ]
    data = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    table = columns_of(data, "a.jsonl")
    assert table is not None
    assert table.columns == ("title", "text")
    assert [d.text for d in read_documents([(data, "a.jsonl")])] == ["吴京。", "郭帆。"]


def test_several_files_of_different_kinds() -> None:
    files = [("甲。".encode(), "一.txt"), (TABLE.encode(), "b.csv"), ('{"text": "丁。"}'.encode(), "c.jsonl")]
    assert [d.text for d in read_documents(files)] == [
        "甲。",
        "吴京出生于北京市。",
        "刘慈欣出生于北京。他是作家。",
        "丁。",
    ]


def test_a_long_file_becomes_several_documents_that_lose_nothing() -> None:
    text = "吴京是演员，也是导演。" * 4_000
    found = read_documents([(text.encode(), "长.txt")])
    assert [d.name for d in found] == [f"长.txt {i}/3" for i in (1, 2, 3)]
    assert "".join(d.text for d in found) == text
    assert all(len(d.text) <= MAX_CHARS for d in found)


def test_one_text_is_cut_at_rules_or_else_at_blank_lines_and_short_first_lines_are_names() -> None:
    ruled = "吴京\n吴京出生于北京市。\n\n他是演员。\n---\n郭帆执导了《流浪地球》。\r\n=====\n  \n"
    assert split_documents(ruled) == [
        ("吴京", "吴京\n吴京出生于北京市。\n\n他是演员。"),
        ("郭帆执导了《流浪地球》。", "郭帆执导了《流浪地球》。"),
    ]
    assert [d.text for d in split_documents("一段。\n\n \n另一段，\n还是它。")] == ["一段。", "另一段，\n还是它。"]
    (long,) = split_documents("这一段没有标题，第一句话本身就已经相当长了。\n第二行。")
    assert long.name.endswith("…")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([(b"", "a.txt")], "there is no text"),
        ([(b" \n ", "a.txt")], "there is no text"),
        ([], "there is no text"),
        ([(b"PK\x03\x04....", "a.xlsx")], "Excel"),
        ([(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "a.png")], "a.png: "),
        ([(b"a,b\n1,2\n", "a.csv")], "holds no text"),
        ([("甲\n".encode() * (MAX_DOCUMENTS + 2), "a.csv")], f"{MAX_DOCUMENTS}"),
        ([("甲。".encode(), f"{i}.txt") for i in range(MAX_DOCUMENTS + 1)], f"{MAX_DOCUMENTS + 1}"),
        ([("甲" * (MAX_TOTAL + 1), "a.txt")], f"{MAX_TOTAL:,}"),
        ([(b'{"text": 3}\n', "a.jsonl")], "no text in the JSON"),
        ([(b"[1]\n", "a.jsonl")], "line 1 "),
        ([(b'{"text": "a"}\n{"text', "a.jsonl")], "line 2 "),
        ([(b"[" * 100_000, "a.jsonl")], "line 1 "),
    ],
    ids=lambda value: value[0][1] if isinstance(value, list) and value else "",
)
def test_what_cannot_be_read_is_refused_with_the_reason(files: list[tuple[bytes, str]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_documents([(data.encode() if isinstance(data, str) else data, name) for data, name in files])


def test_pasted_text_has_the_same_limits() -> None:
    with pytest.raises(InputError, match="there is no text"):
        split_documents("\n---\n \n")
    with pytest.raises(InputError, match=f"{MAX_DOCUMENTS}"):
        split_documents("甲。\n\n" * (MAX_DOCUMENTS + 1))
