"""Lists of sentences from files, and the encodings they come in."""

from __future__ import annotations

import io
import zipfile

import pytest

from core.errors import InputError
from core.similarity import MAX_SENTENCES
from core.similarity.sentence_lists import MAX_BYTES, read_file
from core.text import decode

LINES = "今天天气很好，适合出去走走\n快递三天了还没有送到\n主队在最后一分钟进球\n"
TABLE = "编号,问题,分类\n1,快递三天了还没有送到,物流\n2,怎样修改登录密码,账号\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("text", [LINES, TABLE])
def test_the_usual_encodings_are_recognised(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_big5_is_recognised_where_there_is_enough_of_it() -> None:
    text = "這間圖書館的書很多，學生們都喜歡在這裡讀書。今天的天氣非常好，我們決定到郊外去走一走。\n" * 3
    assert decode(text.encode("big5")) == text


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0", bytes(range(256)) * 8])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="text file"):
        decode(data)


def test_a_text_file_is_a_sentence_a_line() -> None:
    file = read_file(LINES.replace("\n", "\r\n").encode(), "list.txt")
    assert file.columns == ("",)
    assert file.texts() == LINES.splitlines()


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_a_table_has_columns_and_the_one_with_the_longest_texts_is_preselected(separator: str, encoding: str) -> None:
    file = read_file(TABLE.replace(",", separator).encode(encoding), "questions.CSV")
    assert file.columns == ("编号", "问题", "分类")
    assert file.likeliest == "问题"
    assert file.texts() == ["快递三天了还没有送到", "怎样修改登录密码"]
    assert file.texts("分类") == ["物流", "账号"]


def test_quoted_commas_and_short_rows() -> None:
    file = read_file('id,text\n1,"他说, 好"\n2\n'.encode(), "a.csv")
    assert file.texts("text") == ["他说, 好", ""]


def test_doubled_quotes() -> None:
    file = read_file('id,text\n1,"他说：""好, 好"""\n'.encode(), "a.csv")
    assert file.texts("text") == ['他说："好, 好"']


def test_a_cell_of_two_lines() -> None:
    file = read_file('id,text\n1,"第一行\n第二行"\n'.encode(), "a.csv")
    assert file.texts("text")[0].split() == ["第一行", "第二行"]


def test_blank_and_repeated_headers_get_names() -> None:
    file = read_file("题目,,题目\n一,二,三\n".encode(), "a.csv")
    assert len(set(file.columns)) == 3
    assert all(file.columns)
    assert [file.texts(name) for name in file.columns] == [["一"], ["二"], ["三"]]


def test_made_up_names_meet_no_others() -> None:
    assert len(set(read_file("x,x (4),y,x\n一,二,三,四\n".encode(), "a.csv").columns)) == 4


def test_a_column_of_numbers_is_refused_with_its_name() -> None:
    file = read_file(TABLE.encode(), "a.csv")
    with pytest.raises(InputError, match="编号"):
        file.texts("编号")


def test_an_unknown_column_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match="问题"):
        read_file(TABLE.encode(), "a.csv").texts("没有")


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"", "a.txt"), (b"\n \n\n", "a.txt"), (b"", "a.csv"), ("只有表头,没有行\n".encode(), "a.csv")],
    ids=["empty", "blank", "empty-table", "header-only"],
)
def test_a_file_without_sentences_is_refused(data: bytes, name: str) -> None:
    with pytest.raises(InputError, match="no sentence"):
        read_file(data, name)


def test_a_workbook_is_refused_whatever_its_name() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    for name in ("a.xlsx", "a.csv", "a.txt"):
        with pytest.raises(InputError, match="CSV"):
            read_file(out.getvalue(), name)


def test_too_many_lines_are_refused_before_anything_is_read() -> None:
    with pytest.raises(InputError, match=f"{MAX_SENTENCES:,}"):
        read_file(b"a\n" * 1_000_001, "a.txt")
    assert len(read_file(b"a\n" * MAX_SENTENCES, "a.txt").rows) == MAX_SENTENCES


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(InputError, match="30 MB"):
        read_file(b"a" * (MAX_BYTES + 1), "a.txt")


def test_a_table_may_have_as_many_rows_as_a_text_has_lines() -> None:
    assert len(read_file("句子\n".encode() + b"a\n" * MAX_SENTENCES, "a.csv").rows) == MAX_SENTENCES


def test_the_lines_of_utf_16_are_counted_as_characters() -> None:
    assert len(read_file(("上" * (MAX_SENTENCES + 2)).encode("utf-16"), "a.txt").rows) == 1


def test_a_text_may_begin_with_pk() -> None:
    assert read_file("PK赛今晚开始\n".encode(), "a.txt").texts() == ["PK赛今晚开始"]


def test_a_file_of_nuls_is_no_text() -> None:
    with pytest.raises(InputError):
        read_file(b"\0" * 1000, "a.txt")


def test_one_column_keeps_the_commas_of_its_sentences() -> None:
    file = read_file("句子\n你好, 世界\n再见; 明天\n".encode(), "a.csv")
    assert file.texts() == ["你好, 世界", "再见; 明天"]


def test_old_line_ends() -> None:
    assert read_file("编号,句子\r1,你好\r2,再见\r".encode(), "a.csv").texts("句子") == ["你好", "再见"]


def test_blank_lines_stay_so_that_numbers_are_those_of_the_file() -> None:
    assert read_file("一\n\n三\n".encode(), "a.txt").texts() == ["一", "", "三"]
