"""A visitor at the search and matrix panes of the Similarity tab (see conftest.py for the server)."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.similarity_lists_page import cells, download, expect_compared, open_pane, paste

QUERY = "明天上海会下大雨"
LINES = ["今天晚上吃什么好", "", "气象台说明天上海有暴雨", QUERY, "主队在最后一分钟进球", "！！！", "请问怎样退货"]
TABLE = "编号,问题,分类\n1,快递三天了还没有送到,物流\n2,怎样修改登录密码,账号\n3,退货的运费谁来出,售后\n"
HOSTILE = [
    "<script>alert(1)</script>明天下雨",
    "<img src=x onerror=alert(1)>明天下雨",
    "${alert(1)} {{value}} `${alert(2)}` 明天下雨",
    "{{#each value}}<b>x</b>{{/each}} 明天下雨",
    "=cmd|' /C calc'!A0 明天下雨",
]


@pytest.fixture
def search(page: Any, server: str) -> Any:
    return open_pane(page, server, "在列表里找")


@pytest.fixture(scope="module")
def kept(kept_page: Any, server: str) -> Any:
    """The search as the test before left it."""
    return open_pane(kept_page, server, "在列表里找")


def find(page: Any, query: str, lines: list[str] | None = None) -> None:
    if lines is not None:
        paste(page, "\n".join(lines))
    page.locator("#similarity-query textarea").fill(query)
    page.locator("#similarity-search-run").click()


def upload(page: Any, name: str, data: bytes) -> None:
    page.locator("#similarity-file input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )


def hits(page: Any) -> Any:
    return page.locator("#similarity-hits tbody tr")


def test_pasted_lines_are_ranked_with_their_numbers_and_the_work_is_told(search: Any) -> None:
    find(search, QUERY, LINES)
    expect(hits(search)).to_have_count(5)
    first = hits(search).first
    expect(first).to_contain_text(QUERY)
    expect(first).to_contain_text("第 4 行")
    assert float(first.locator(".number").inner_text()) > 0.99
    work = search.locator("#similarity-hits .work")
    expect(work).to_contain_text("与 5 句精确比较")
    expect(work).to_contain_text("首次读取列表")
    expect(work).to_contain_text("另有 1 句无法比较")
    search.locator("#similarity-query textarea").press("Enter")
    expect(work).to_contain_text("列表已读过")


def test_the_sample_works_by_one_click(kept: Any) -> None:
    kept.locator("#similarity-search-sample").click()
    expect(hits(kept)).to_have_count(10)
    assert kept.locator("#similarity-sentences textarea").input_value().count("\n") >= 190


def test_static_vectors_and_number_of_results(search: Any) -> None:
    search.locator("#similarity-search-vectors").get_by_text("静态词向量").click()
    search.locator("#similarity-k input[type=number]").fill("2")
    find(search, QUERY, LINES)
    expect(hits(search)).to_have_count(2)
    expect(hits(search).first).to_contain_text(QUERY)


def test_a_text_file_is_searched_instead_of_the_pasted_lines(search: Any) -> None:
    upload(search, "list.txt", "\n".join(LINES).encode("gb18030"))
    expect(search.locator("#similarity-note")).to_contain_text("已读入")
    expect(search.locator("#similarity-column")).to_have_count(0)
    find(search, QUERY, ["不该出现的一句"])
    expect(hits(search)).to_have_count(5)
    expect(hits(search).first).to_contain_text(QUERY)


def test_a_column_of_a_table_is_chosen_and_the_hits_are_downloaded(search: Any) -> None:
    upload(search, "questions.csv", TABLE.encode("gbk"))
    expect(search.locator("#similarity-note")).to_contain_text("3 行，3 列")
    column = search.locator("#similarity-column input")
    expect(column).to_have_value("问题")
    find(search, "怎样修改登录密码")
    expect(hits(search)).to_have_count(3)
    expect(hits(search).first).to_contain_text("数据第 2 行")
    table = list(csv.DictReader(io.StringIO(download(search, "#similarity-hits", "下载 CSV"))))
    assert [row["rank"] for row in table] == ["1", "2", "3"]
    assert table[0]["sentence"] == "怎样修改登录密码"
    assert table[0]["number"] == "2"
    assert float(table[0]["wrd"]) > 0.99
    found = json.loads(download(search, "#similarity-hits", "下载 JSON"))
    assert [hit["text"] for hit in found["hits"]] == [row["sentence"] for row in table]
    column.click()
    search.get_by_role("option", name="分类").click()
    find(search, "物流")
    expect(hits(search).first).to_contain_text("物流")
    column.click()
    search.get_by_role("option", name="编号").click()
    find(search, "物流")
    expect(search.locator("#similarity-hits .error")).to_contain_text("列“编号”里没有文字")
    expect(hits(search).first).to_contain_text("物流")


def workbook() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        pytest.param("a.xlsx", workbook(), "请另存为 CSV", id="workbook"),
        pytest.param("a.txt", b"a\n" * 1_000_001, "上限 100,000", id="a million lines"),
    ],
)
def test_a_bad_file_gets_a_clear_message_and_the_hits_stay(search: Any, name: str, data: bytes, message: str) -> None:
    find(search, QUERY, LINES)
    expect(hits(search)).to_have_count(5)
    upload(search, name, data)
    expect(search.locator("#similarity-note .error")).to_contain_text(message)
    # It is put away again: the list that was there before is still searched.
    expect(search.locator("#similarity-file input[type=file]")).to_be_attached()
    search.locator("#similarity-search-run").click()
    expect(hits(search)).to_have_count(5)
    expect(search.locator("#similarity-hits .error")).to_have_count(0)


@pytest.mark.parametrize(
    ("query", "text", "message"),
    [
        pytest.param("", "好", "查询句：请输入文字", id="no query"),
        pytest.param("，。", "好", "查询句：句子里没有词", id="no word"),
        pytest.param("字" * 400, "好", "查询句：文字太长", id="long query"),
        pytest.param(QUERY, " \n\n", "请粘贴句子", id="no sentence"),
        pytest.param(QUERY, "a\n" * 100_001, "100,001 句，上限 100,000", id="too many lines"),
        pytest.param(QUERY, "今天天气不错\n" * 420_000, "没有处理任何一句", id="more than a request may carry"),
    ],
)
def test_bad_input_gets_a_clear_message_and_the_hits_stay(kept: Any, query: str, text: str, message: str) -> None:
    find(kept, QUERY, LINES)
    expect(kept.locator("#similarity-hits .error")).to_have_count(0)
    expect(hits(kept)).to_have_count(5)
    paste(kept, text)
    find(kept, query)
    expect(kept.locator("#similarity-hits .error")).to_contain_text(message)
    expect(kept.locator("#similarity-hits .earlier .before")).to_be_visible()
    expect(hits(kept)).to_have_count(5)


def test_a_million_lines_are_not_even_pasted(search: Any) -> None:
    find(search, QUERY, LINES)
    expect(hits(search)).to_have_count(5)
    box = search.locator("#similarity-sentences textarea")
    allowed = box.evaluate(
        """(node) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text", "好\\n".repeat(1_000_001));
            return node.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
        }"""
    )
    assert not allowed
    expect(search.locator("#similarity-hits .error")).to_contain_text("1,000,001 行，上限 100,000 行")
    expect(hits(search)).to_have_count(5)
    expect(box).to_have_value("\n".join(LINES))


def test_a_long_search_can_be_cancelled(search: Any) -> None:
    search.locator("#similarity-search-vectors").get_by_text("静态词向量").click()
    find(search, QUERY, [f"第{i}句话说的是明天的天气和{i}件小事" for i in range(95_000)])
    expect(search.locator("#similarity-hits")).to_contain_text("/95")
    search.locator("#similarity-search-cancel").click()
    expect(search.locator("#similarity-hits .told")).to_contain_text("已取消")
    find(search, QUERY, LINES)
    expect(hits(search)).to_have_count(5)
    expect(search.locator("#similarity-hits .told")).to_have_count(0)


@pytest.mark.parametrize("press", ["click", "Enter"])
def test_a_hit_opens_the_compare_pane(search: Any, press: str) -> None:
    find(search, "明天会下雨吗", LINES)
    expect(hits(search)).to_have_count(5)
    hit = hits(search).nth(1).get_by_role("button")
    sentence = hit.inner_text()
    if press == "click":
        hits(search).nth(1).locator(".score").click()
    else:
        hit.press("Enter")
    expect_compared(search, "明天会下雨吗", sentence)


def test_hostile_text_is_shown_as_text_and_runs_nothing(search: Any) -> None:
    find(search, HOSTILE[2], HOSTILE)
    expect(hits(search)).to_have_count(len(HOSTILE))
    assert set(hits(search).get_by_role("button").all_inner_texts()) == set(HOSTILE)
    assert search.locator("#similarity-hits script, #similarity-hits img, #similarity-hits .sentence b").count() == 0
    upload(search, "a.csv", ("\t".join(HOSTILE[:2]) + "\n好\t坏\n").encode())
    expect(search.locator("#similarity-note")).to_contain_text("1 行，2 列")
    search.get_by_role("tab", name="两两矩阵").click()
    search.locator("#similarity-matrix-text textarea").fill("\n".join(HOSTILE))
    search.wait_for_timeout(300)  # Gradio takes in what is typed into a box that has just come a little later
    search.locator("#similarity-matrix-run").click()
    expect(cells(search)).to_have_count(len(HOSTILE) ** 2)
    grid = list(csv.reader(io.StringIO(download(search, "#similarity-matrix", "下载 CSV"))))
    assert grid[0][-1] == grid[-1][0] == "'" + HOSTILE[-1]
    assert search.locator("#similarity-matrix script, #similarity-matrix img").count() == 0


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_no_sideways_scroll(kept: Any, width: int) -> None:
    page = kept
    page.set_viewport_size({"width": width, "height": 844})
    page.get_by_role("tab", name="在列表里找").click()
    page.locator("#similarity-search-sample").click()
    expect(hits(page)).to_have_count(10)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 1
    page.get_by_role("tab", name="两两矩阵").click()
    page.locator("#similarity-matrix-text textarea").fill("\n".join(f"第{i}句话说的是天气" for i in range(30)))
    page.locator("#similarity-matrix-run").click()
    expect(cells(page)).to_have_count(900)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 1


def test_english_labels(page: Any, server: str) -> None:
    open_pane(page, server, "Search a list", "&lang=en")
    expect(page.locator("#similarity-search-run")).to_have_text("Search")
    page.locator("#similarity-search-run").click()
    expect(page.locator("#similarity-hits .error")).to_have_text("the query: please enter some text")
    find(page, QUERY, LINES)
    expect(page.locator("#similarity-hits .work")).to_contain_text("of the transport problems were skipped")
    expect(hits(page).first).to_contain_text("line 4")
    page.get_by_role("tab", name="Matrix", exact=True).click()
    expect(page.locator("#similarity-matrix-run")).to_have_text("Compare all")
