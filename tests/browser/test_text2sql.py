"""A visitor at the Text-to-SQL tab (see conftest.py for the server)."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import expect

HOSTILE = "<img src=x onerror=alert(1)>"
TEMPLATE = "${alert(1)}"
FORMULA = "=cmd|' /C calc'!A0"
PASTED = "城市\t人口(万人)\t面积\n甲市\t1,200\t350\n乙市\t80\t9\n丙市\t640\t77\n"
FORBIDDEN = "SELECT * FROM read_csv('/etc/passwd')"


def open_tab(page: Any, server: str, options: str = "", ready: str = "模型就绪") -> Any:
    page.goto(f"{server}/?tab=text2sql{options}")
    expect(page.locator("#text2sql-state")).to_contain_text(ready, timeout=60_000)
    return page


@pytest.fixture
def tab(page: Any, server: str) -> Any:
    return open_tab(page, server)


@pytest.fixture(scope="module")
def kept(kept_page: Any, server: str) -> Any:
    """The tab as the test before left it."""
    return open_tab(kept_page, server)


def answer(page: Any) -> Any:
    return page.locator("#text2sql-answer")


def preview(page: Any) -> Any:
    return page.locator("#text2sql-table")


def ask(page: Any, question: str) -> None:
    # The answer to another question may still stand there.
    answer(page).locator(".result").evaluate_all("(all) => all.forEach((node) => node.classList.add('before'))")
    page.locator("#text2sql-question textarea").fill(question)
    page.locator("#text2sql-run").click()
    expect(answer(page).locator(".result:not(.before)")).to_be_visible()


def rows_of(place: Any) -> list[list[str]]:
    read = "(all) => all.map((row) => [...row.cells].map((cell) => cell.textContent))"
    return place.locator("tbody tr").evaluate_all(read)


def rows(page: Any) -> list[list[str]]:
    return rows_of(answer(page).locator(".result"))


def workbook() -> bytes:
    book = openpyxl.Workbook()
    first = book.active
    first.title = "说明"
    for row in (["项目", "内容"], ["来源", "自编"], ["日期", "2024"]):
        first.append(row)
    second = book.create_sheet("销售")
    for row in (["产品", "销量", "单价"], ["钢笔", 30, 12.5], ["铅笔", 120, 1], [FORMULA, 7, -3], ["橡皮", 64, 2]):
        second.append(row)
    # openpyxl would take the text for a formula.
    second["A4"].data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(page: Any, name: str, data: bytes) -> None:
    page.get_by_role("tab", name=re.compile("^(上传|Upload)$")).click()
    page.locator("#text2sql-file input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )


def paste(page: Any, text: str) -> None:
    page.get_by_role("tab", name="粘贴", exact=True).click()
    page.locator("#text2sql-pasted textarea").fill(text)
    page.locator("#text2sql-use").click()


def run_sql(page: Any, sql: str) -> None:
    """Put `sql` in the place of the query and run it."""
    if not answer(page).locator(".sql textarea").count():
        answer(page).locator(".edit").click()
    answer(page).locator(".sql textarea").fill(sql)
    answer(page).get_by_role("button", name="运行", exact=True).click()


def download(page: Any, button: str) -> str:
    with page.expect_download() as caught:
        answer(page).get_by_role("button", name=button).click()
    return Path(caught.value.path()).read_text(encoding="utf-8-sig")


def test_a_suggested_question_about_a_shipped_table_gives_rows(tab: Any) -> None:
    expect(preview(tab)).to_contain_text("夏季奥运会奖牌榜")
    expect(preview(tab)).to_contain_text("110 行 × 9 列")
    expect(preview(tab).locator("th").first).to_contain_text("数字")
    chips = tab.locator("#text2sql-suggested button")
    expect(chips).to_have_count(6)
    question = chips.first.inner_text()
    chips.first.click()
    expect(answer(tab).locator(".result tbody tr").first).to_be_visible()
    expect(tab.locator("#text2sql-question textarea")).to_have_value(question)
    expect(answer(tab).locator(".reading")).to_contain_text("%")
    expect(answer(tab).locator(".sql pre .keyword").first).to_have_text("SELECT")


def test_the_other_shipped_tables_come_with_their_own_questions(tab: Any) -> None:
    first = tab.locator("#text2sql-suggested button").first.inner_text()
    tab.locator("#text2sql-example").get_by_text("化学元素").click()
    expect(preview(tab).locator("h3")).to_have_text("化学元素")
    expect(preview(tab)).to_contain_text("118 行 × 15 列")
    expect(preview(tab)).to_contain_text("℃")
    expect(tab.locator("#text2sql-suggested button").first).not_to_have_text(first)
    tab.locator("#text2sql-example").get_by_text("联合国会员国").click()
    expect(preview(tab)).to_contain_text("193 行")


def test_words_of_the_question_show_what_they_became(tab: Any) -> None:
    ask(tab, "2024年中国的金牌是多少？")
    links = answer(tab).locator(".link")
    expect(links.first).to_be_visible()
    links.first.click()
    expect(answer(tab).locator(".linked .readout")).to_contain_text("→")
    assert answer(tab).locator(".linked .question").inner_text().replace("\n", "").startswith("2024")


def test_an_uploaded_workbook_is_asked_charted_edited_and_downloaded(tab: Any) -> None:
    upload(tab, "账本.xlsx", workbook())
    expect(preview(tab)).to_contain_text("说明")
    tab.locator("#text2sql-sheet input").click()
    tab.get_by_role("option", name="销售").click()
    expect(preview(tab).locator("h3")).to_have_text("销售")
    expect(preview(tab)).to_contain_text("4 行 × 3 列")
    ask(tab, "销量最高的产品")
    expect(answer(tab).locator(".result")).to_be_visible()
    run_sql(tab, 'SELECT "产品", "单价" FROM "销售" ORDER BY "销量" DESC')
    expect(answer(tab).locator(".confidence")).to_have_text("手写的 SQL")
    assert [row[0] for row in rows(tab)] == ["铅笔", "橡皮", "钢笔", FORMULA]
    expect(answer(tab).locator(".chart .mark")).to_have_count(4)
    answer(tab).locator(".chart svg").focus()
    tab.mouse.move(1, 1)
    tab.keyboard.press("Home")
    expect(answer(tab).locator(".chart .readout")).to_have_text("铅笔：1")
    tab.keyboard.press("ArrowRight")
    expect(answer(tab).locator(".chart .readout")).to_have_text("橡皮：2")
    table = list(csv.reader(io.StringIO(download(tab, "下载 CSV"))))
    assert table == [["产品", "单价"], ["铅笔", "1"], ["橡皮", "2"], ["钢笔", "12.5"], ["'" + FORMULA, "-3"]]
    found = json.loads(download(tab, "下载 JSON"))
    assert found["total"] == 4
    assert found["rows"][3] == [FORMULA, -3]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (FORBIDDEN, "不支持函数"),
        ("DROP TABLE x", "只能执行 SELECT"),
        ("SELECT 1; SELECT 2", "只能执行一条语句"),
        ("SELECT * FROM 别的表", "只能查询表格"),
        ("SELECT FROM WHERE", "SQL"),
        (" ", "请输入 SQL"),
    ],
)
def test_refused_sql_says_why_and_keeps_text_and_rows(kept: Any, sql: str, message: str) -> None:
    ask(kept, "中国的金牌是多少？")
    before = rows(kept)
    run_sql(kept, sql)
    expect(answer(kept).locator(".sql .error")).to_contain_text(message)
    expect(answer(kept).locator(".sql textarea")).to_have_value(sql)
    assert rows(kept) == before
    run_sql(kept, 'SELECT DISTINCT "年份" FROM "夏季奥运会奖牌榜"')
    expect(answer(kept).locator(".sql .error")).to_have_count(0)
    expect(answer(kept).locator(".result tbody tr")).to_have_count(11)
    answer(kept).get_by_role("button", name="回到模型的理解").click()
    expect(answer(kept).locator(".reading .confidence")).to_contain_text("%")
    assert rows(kept) == before


def test_conditions_are_changed_by_their_chips(tab: Any) -> None:
    ask(tab, "中国的金牌是多少？")
    run_sql(tab, 'SELECT "国家或地区", "金牌" FROM "夏季奥运会奖牌榜" WHERE "年份" = 2024')
    expect(answer(tab).locator(".result tbody tr")).to_have_count(10)
    chips = answer(tab).locator(".condition")
    expect(chips).to_have_text("年份 = 2024")
    chips.first.click()
    editor = answer(tab).locator(".editor")
    editor.get_by_label("运算").select_option(">=")
    editor.get_by_label("数字").fill("2016")
    editor.get_by_role("button", name="应用").click()
    expect(chips).to_have_text("年份 ≥ 2016")
    expect(answer(tab).locator(".result tbody tr")).to_have_count(30)
    expect(answer(tab).locator(".confidence")).to_have_text("已按你的修改")
    expect(answer(tab).locator(".sql")).to_contain_text("2016")

    answer(tab).get_by_role("button", name="＋ 条件").click()
    editor.get_by_label("列", exact=True).select_option(label="国家或地区")
    editor.get_by_label("文字").fill("中国")
    editor.get_by_label("文字").press("Enter")
    expect(answer(tab).locator(".result tbody tr")).to_have_count(3)
    answer(tab).locator(".connective").click()
    expect(answer(tab).locator(".result tbody tr")).not_to_have_count(3)
    expect(answer(tab).locator(".connective")).to_contain_text("或")

    chips.first.click()
    editor.get_by_label("列", exact=True).select_option(label="开幕日期")
    editor.get_by_label("运算").select_option("=")
    editor.get_by_label("从").fill("2020-01-01")
    editor.get_by_label("到").fill("2022-12-31")
    editor.get_by_role("button", name="应用").click()
    expect(chips.first).to_have_text("开幕日期 在 2020–2022")
    answer(tab).locator(".connective").click()
    expect(answer(tab).locator(".result tbody tr")).to_have_count(1)
    chips.nth(1).click()
    editor.get_by_role("button", name="删除").click()
    expect(chips).to_have_count(1)
    expect(answer(tab).locator(".result tbody tr")).to_have_count(10)
    chips.first.click()
    editor.get_by_label("从").fill("1900-01-01")
    editor.get_by_label("到").fill("1900-01-02")
    editor.get_by_role("button", name="应用").click()
    expect(answer(tab).locator(".nothing")).to_contain_text("没有符合条件的行")


def test_a_condition_without_a_value_is_not_sent(tab: Any) -> None:
    ask(tab, "中国的金牌是多少？")
    answer(tab).get_by_role("button", name="＋ 条件").click()
    editor = answer(tab).locator(".editor")
    editor.get_by_label("数字").fill("很多")
    editor.get_by_role("button", name="应用").click()
    expect(editor.locator(".error")).to_contain_text("请填写数字")
    editor.get_by_label("运算").focus()
    tab.keyboard.press("Escape")
    expect(editor).to_have_count(0)
    expect(answer(tab).get_by_role("button", name="＋ 条件")).to_be_focused()


def test_history_is_kept_over_tables_and_asks_again(tab: Any) -> None:
    ask(tab, "中国的金牌是多少？")
    tab.locator("#text2sql-example").get_by_text("化学元素").click()
    expect(preview(tab).locator("h3")).to_have_text("化学元素")
    expect(answer(tab).locator(".result")).to_have_count(0)
    ask(tab, "氢的英文名")
    history = tab.locator("#text2sql-history")
    history.locator("summary").click()
    entries = history.locator("li")
    expect(entries).to_have_count(2)
    expect(entries.nth(0)).to_contain_text("化学元素")
    expect(entries.nth(1)).to_contain_text("夏季奥运会奖牌榜")
    expect(entries.nth(1)).to_contain_text("行")
    entries.nth(1).get_by_role("button").click()
    expect(preview(tab).locator("h3")).to_have_text("夏季奥运会奖牌榜")
    expect(tab.locator("#text2sql-question textarea")).to_have_value("中国的金牌是多少？")
    expect(answer(tab).locator(".sql")).to_contain_text("夏季奥运会奖牌榜")
    expect(tab.locator("#text2sql-example input:checked")).to_have_value("olympics")
    expect(entries).to_have_count(2)
    history.get_by_role("button", name="清除记录").click()
    expect(entries).to_have_count(0)


def test_hostile_headers_and_cells_are_shown_as_text(tab: Any) -> None:
    text = f'{HOSTILE}\t数量\t{TEMPLATE}\n{HOSTILE}\t3\tx"; DROP TABLE x; --\n{TEMPLATE}\t5\t{{{{value}}}}\n'
    paste(tab, text)
    expect(preview(tab).locator("th").first).to_contain_text(HOSTILE)
    assert rows_of(preview(tab))[0][0] == HOSTILE
    ask(tab, f"数量最多的{HOSTILE}是哪个")
    run_sql(tab, 'SELECT * FROM "表格"')
    expect(answer(tab).locator(".result th")).to_have_count(3)
    assert [row[0] for row in rows(tab)] == [HOSTILE, TEMPLATE]
    tab.locator("#text2sql-how").get_by_role("button").first.click()
    tab.locator("#text2sql-history summary").click()
    expect(tab.locator("#text2sql-history li")).to_contain_text(HOSTILE)
    run_sql(tab, f"SELECT '{HOSTILE}' AS \"{TEMPLATE}\", 1 AS n UNION ALL SELECT '{TEMPLATE}', 2")
    expect(answer(tab).locator(".chart .label").first).to_contain_text("<img")
    for place in ("table", "suggested", "history", "answer", "inside"):
        assert tab.locator(f"#text2sql-{place} img, #text2sql-{place} script").count() == 0


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        pytest.param("a.xlsx", workbook()[:900], "", id="broken workbook"),
        pytest.param("a.csv", b"", "空", id="empty"),
        pytest.param("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "不是表格", id="picture"),
        pytest.param("a.csv", b"a,b\n", "没有数据", id="header only"),
        pytest.param("a.csv", (",".join(f"c{i}" for i in range(10_000)) + "\n1\n").encode(), "上限 100", id="wide"),
    ],
)
def test_a_bad_file_says_why_and_the_earlier_table_stays(tab: Any, name: str, data: bytes, message: str) -> None:
    upload(tab, name, data)
    error = preview(tab).locator(".error")
    expect(error).to_be_visible()
    expect(error).to_contain_text(message)
    expect(preview(tab).locator("h3")).to_have_text("夏季奥运会奖牌榜")
    ask(tab, "中国的金牌是多少？")
    expect(answer(tab).locator(".sql")).to_contain_text("夏季奥运会奖牌榜")


def test_cells_pasted_from_a_spreadsheet(tab: Any) -> None:
    paste(tab, PASTED)
    expect(preview(tab)).to_contain_text("3 行 × 3 列")
    assert rows_of(preview(tab))[0] == ["甲市", "1,200", "350"]
    expect(tab.locator("#text2sql-example input:checked")).to_have_count(0)
    ask(tab, "甲市的人口是多少？")
    run_sql(tab, 'SELECT "城市" FROM "表格" WHERE "面积" < 100')
    expect(answer(tab).locator(".result tbody tr")).to_have_count(2)
    paste(tab, "   ")
    expect(preview(tab).locator(".error")).to_be_visible()
    expect(preview(tab)).to_contain_text("3 行 × 3 列")


def test_too_much_is_not_even_pasted(tab: Any) -> None:
    tab.get_by_role("tab", name="粘贴", exact=True).click()
    box = tab.locator("#text2sql-pasted textarea")
    allowed = box.evaluate(
        """(node) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text", "好\\t坏\\n".repeat(600_000));
            return node.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
        }"""
    )
    assert not allowed
    expect(preview(tab).locator(".error")).to_contain_text("上限 2,000,000")


@pytest.mark.parametrize(
    ("question", "message"), [("", "请输入"), ("字" * 201, "200"), pytest.param("，" * 3, "", id="no word")]
)
def test_a_bad_question_gets_a_message_or_an_answer(tab: Any, question: str, message: str) -> None:
    ask(tab, "中国的金牌是多少？")
    tab.locator("#text2sql-question textarea").fill(question)
    tab.locator("#text2sql-question textarea").press("Enter")
    if message:
        expect(answer(tab).locator(".told.error")).to_contain_text(message)
    expect(answer(tab).locator(".result")).to_be_visible()


def test_other_dialects_are_shown_and_copied(tab: Any) -> None:
    ask(tab, "中国的金牌是多少？")
    answer(tab).get_by_role("tab", name="MySQL").click()
    expect(answer(tab).locator(".sql pre")).to_contain_text("`")
    answer(tab).get_by_role("tab", name="MySQL").press("ArrowRight")
    expect(answer(tab).get_by_role("tab", name="PostgreSQL")).to_be_focused()
    answer(tab).get_by_role("button", name="复制 SQL").click()
    expect(answer(tab).get_by_role("button", name="已复制")).to_be_visible()
    assert tab.evaluate("navigator.clipboard.readText()") == answer(tab).locator(".sql pre").inner_text()


def test_the_inside_shows_the_filled_sketch(tab: Any) -> None:
    tab.locator("#text2sql-how").get_by_role("button").first.click()
    inside = tab.locator("#text2sql-inside")
    expect(inside).to_contain_text("基于Bert的NL2SQL模型")
    ask(tab, "2024年中国的金牌是多少？")
    expect(inside.locator(".column").first).to_be_visible()
    expect(inside).to_contain_text("这张表答得了")
    expect(inside).to_contain_text("2024")


def test_a_long_result_is_shown_in_part_and_downloaded_whole(tab: Any) -> None:
    lines = ["编号,名称"] + [f"{i},物品{i}" for i in range(3_000)]
    upload(tab, "long.csv", "\n".join(lines).encode())
    expect(preview(tab)).to_contain_text("3,000 行")
    ask(tab, "编号最大的名称")
    run_sql(tab, 'SELECT * FROM "long"')
    expect(answer(tab).locator(".summary").first).to_contain_text("3,000")
    expect(answer(tab).locator(".summary").first).to_contain_text("前 1,000 行")
    expect(answer(tab).locator(".result tbody tr")).to_have_count(100)
    answer(tab).locator(".result .grid").evaluate("(box) => box.scrollTo(0, box.scrollHeight)")
    expect(answer(tab).locator(".result tbody tr")).to_have_count(200)
    assert download(tab, "下载全部 3,000 行").count("\n") == 3_001


def test_no_sideways_scroll(tab: Any) -> None:
    page = tab
    ask(page, "2024年中国的金牌是多少？")
    run_sql(page, 'SELECT "国家或地区", SUM("金牌") FROM "夏季奥运会奖牌榜" WHERE "年份" > 2000 GROUP BY "国家或地区"')
    expect(answer(page).locator(".chart svg")).to_be_visible()
    answer(page).locator(".condition").first.click()
    page.locator("#text2sql-how").get_by_role("button").first.click()
    expect(page.locator("#text2sql-inside .column").first).to_be_visible()
    for width in (1440, 768, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 1, width
    small = page.evaluate(
        """() => [...document.querySelectorAll("[id^=text2sql] :is(button, select, input, summary)")]
            .filter((node) => node.closest(".modou-view") && node.offsetParent && node.offsetHeight < 38)
            .map((node) => `${node.className} ${node.textContent} ${node.offsetHeight}`)"""
    )
    assert not small


def test_english_labels(page: Any, server: str) -> None:
    open_tab(page, server, "&lang=en", "Model ready")
    expect(page.locator("#text2sql-run")).to_have_text("Ask")
    expect(preview(page)).to_contain_text("110 rows × 9 columns")
    expect(page.locator("#text2sql-example")).to_contain_text("Chemical elements")
    page.locator("#text2sql-run").click()
    expect(answer(page).locator(".error")).to_contain_text("please enter some text")
    ask(page, "中国的金牌是多少？")
    expect(answer(page).locator(".result .summary")).to_contain_text("row")
    answer(page).get_by_role("button", name="Edit and run").click()
    answer(page).locator(".sql textarea").fill(FORBIDDEN)
    answer(page).get_by_role("button", name="Run", exact=True).click()
    expect(answer(page).locator(".sql .error")).to_contain_text("not supported")
    expect(page.locator("#text2sql-how")).to_contain_text("How it works")


def test_the_endpoint_answers_and_refuses(server: str) -> None:
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    client = Client(server, verbose=False)
    found = client.predict("甲市的人口是多少？", None, PASTED, api_name="/text2sql")
    assert found["columns"]
    assert found["rows"]
    assert set(found["dialects"]) == {"mysql", "postgres", "sqlite"}
    table = {"header": ["城市", "人口"], "rows": [["甲市", 3], ["乙市", 5]]}
    assert client.predict("人口最多的城市", table, None, api_name="/text2sql")["sql"].startswith("SELECT")
    for question, given, text in (("", table, None), ("人口最多的城市", None, None), ("人口", {"header": 3}, None)):
        with pytest.raises(AppError):
            client.predict(question, given, text, api_name="/text2sql")
