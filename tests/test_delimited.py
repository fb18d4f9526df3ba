"""Text in cells: which mark cuts it, where rows begin, and what a row that cannot be read leaves of the others."""

from __future__ import annotations

import io

import pytest

from core.delimited import MAX_CELL, likeliest_mark, mark_of_header, rows_of, rows_of_stream
from core.errors import InputError


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_know_the_line_they_begin_on(end: str) -> None:
    text = end.join(["a,b", "", '1,"two', 'lines"', "3,4"])
    rows = rows_of(text, ",")
    found = [(rows.line, row) for row in rows]
    assert found == [(1, ["a", "b"]), (2, []), (3, ["1", f"two{end}lines"]), (5, ["3", "4"])]


def test_a_cell_may_be_as_long_as_the_limit_and_no_longer() -> None:
    assert len(next(rows_of("x" * MAX_CELL, ","))[0]) == MAX_CELL
    with pytest.raises(InputError, match="a quote may be missing"):
        next(rows_of("x" * (MAX_CELL + 1), ","))


def test_after_a_row_that_cannot_be_read_comes_the_next() -> None:
    rows = rows_of(f'a\n"{"x" * (MAX_CELL + 1)}"\nb\n', ",")
    assert next(rows) == ["a"]
    with pytest.raises(InputError):
        next(rows)
    assert rows.line == 2
    assert (next(rows), rows.line) == (["b"], 3)
    with pytest.raises(StopIteration):
        next(rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "big5", "utf-16"])
def test_a_stream_is_read_in_its_own_encoding_beyond_the_sample(encoding: str) -> None:
    line = "今天的天氣非常好,我們到郊外去走一走"
    data = "\n".join([line] * 10_000).encode(encoding)
    assert len(data) > 200_000
    rows = list(rows_of_stream(io.BytesIO(data), ","))
    assert rows == [line.split(",")] * 10_000


def test_a_stream_of_no_text_is_refused_at_once() -> None:
    with pytest.raises(InputError, match="no text file"):
        rows_of_stream(io.BytesIO(b"\x89PNG\0\0\0\r" * 1000), ",")


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("id,text\n1;2;3;4,x", ","),
        ("id\ttext\tmore, or less\n", "\t"),
        ("id;text\n", ";"),
        ("\r\n\nid|text|more, or less\n", "|"),
        ("句子\n你好, 世界\n再见, 明天\n", "\x1f"),
        ("", "\x1f"),
    ],
)
def test_the_header_tells_the_mark(text: str, mark: str) -> None:
    assert mark_of_header(text) == mark


@pytest.mark.parametrize(
    ("text", "likely", "mark"),
    [
        ("2024 年度报表\n城市;收入;备注\n" + "甲;3;一,二\n乙;4;\n" * 3, "", ";"),
        ("甲\t1,5\n乙\t2,5\n", "", ","),
        ("甲\t1,5\n乙\t2,5\n", "\t", "\t"),
        ("句子\n你好, 世界\n再见\n明天, 后天, 大后天\n好\n", "", "\x1f"),
        ("城市，人口\n甲，3\n", "", "，"),
        ("城市，人口\n甲\n", "", "\x1f"),
        ("a,b,c\n1\n2,3,4,5,6\n7,8\n", ",", ","),
        ("", ",", "\x1f"),
    ],
)
def test_the_first_lines_vote_for_the_mark(text: str, likely: str, mark: str) -> None:
    assert likeliest_mark(text, likely) == mark
