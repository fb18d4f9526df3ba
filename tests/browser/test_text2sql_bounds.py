"""What the Text-to-SQL tab does with refused SQL, hostile cells, bad files and small screens, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.text2sql_page import (
    FORBIDDEN,
    HOSTILE,
    PASTED,
    TEMPLATE,
    answer,
    ask,
    download,
    open_tab,
    paste,
    preview,
    rows,
    rows_of,
    run_sql,
    upload,
    workbook,
)


@pytest.fixture
def tab(page: Any, server: str) -> Any:
    return open_tab(page, server)


@pytest.fixture(scope="module")
def kept(kept_page: Any, server: str) -> Any:
    """The tab as the test before left it."""
    return open_tab(kept_page, server)


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


def test_hostile_headers_and_cells_are_shown_as_text(tab: Any) -> None:
    text = f'{HOSTILE}\t数量\t{TEMPLATE}\n{HOSTILE}\t3\tx"; DROP TABLE x; --\n{TEMPLATE}\t5\t{{{{value}}}}\n'
    paste(tab, text)
    expect(preview(tab).locator("th").first).to_contain_text(HOSTILE)
    assert rows_of(preview(tab))[0][0] == HOSTILE
    ask(tab, f"数量最多的{HOSTILE}是哪个")
    run_sql(tab, 'SELECT * FROM "表格"')
    expect(answer(tab).locator(".result tbody tr")).to_have_count(2)
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
        pytest.param("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "不是表格", id="picture"),
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
def test_a_bad_question_gets_a_message_or_an_answer(kept: Any, question: str, message: str) -> None:
    ask(kept, "中国的金牌是多少？")
    kept.locator("#text2sql-question textarea").fill(question)
    kept.locator("#text2sql-question textarea").press("Enter")
    if message:
        expect(answer(kept).locator(".told.error")).to_contain_text(message)
        expect(answer(kept).locator(".told .before")).to_be_visible()
    expect(answer(kept).locator(".result")).to_be_visible()


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
