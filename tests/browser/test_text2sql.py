"""A visitor at the Text-to-SQL tab (see conftest.py for the server)."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from playwright.sync_api import expect

from core import catalog
from tests.browser.text2sql_page import (
    FORMULA,
    PASTED,
    STAFF,
    answer,
    ask,
    download,
    open_tab,
    paste,
    preview,
    put,
    rows,
    run_sql,
    upload,
    workbook,
)

# Sketches know no questions before, and are shown otherwise.
of_forms = pytest.mark.skipif(catalog.bundled("text2sql")[0] == "text2sql-sketch", reason="sketches are written")
of_sketches = pytest.mark.skipif(catalog.bundled("text2sql")[0] != "text2sql-sketch", reason="forms are written")


@pytest.fixture
def tab(page: Any, server: str) -> Any:
    return open_tab(page, server)


@pytest.fixture(scope="module")
def kept(kept_page: Any, server: str) -> Any:
    """The tab with the first shipped table, as the test before left it."""
    return open_tab(kept_page, server)


def test_a_suggested_question_about_a_shipped_table_gives_rows(kept: Any) -> None:
    expect(preview(kept)).to_contain_text("夏季奥运会奖牌榜")
    expect(preview(kept)).to_contain_text("110 行 × 9 列")
    expect(preview(kept).locator("th").first).to_contain_text("数字")
    chips = kept.locator("#text2sql-suggested button")
    expect(chips).to_have_count(6)
    question = chips.first.inner_text()
    chips.first.click()
    expect(answer(kept).locator(".result tbody tr").first).to_be_visible()
    expect(kept.locator("#text2sql-question textarea")).to_have_value(question)
    expect(answer(kept).locator(".reading")).to_contain_text("%")
    expect(answer(kept).locator(".sql pre .keyword").first).to_have_text("SELECT")


def test_the_other_shipped_tables_come_with_their_own_questions(tab: Any) -> None:
    first = tab.locator("#text2sql-suggested button").first.inner_text()
    tab.locator("#text2sql-example").get_by_text("化学元素").click()
    expect(preview(tab).locator("h3")).to_have_text("化学元素")
    expect(preview(tab)).to_contain_text("118 行 × 15 列")
    expect(preview(tab)).to_contain_text("℃")
    expect(tab.locator("#text2sql-suggested button").first).not_to_have_text(first)
    tab.locator("#text2sql-example").get_by_text("联合国会员国").click()
    expect(preview(tab)).to_contain_text("193 行")


def test_words_of_the_question_show_what_they_became(kept: Any) -> None:
    ask(kept, "2024年中国的金牌是多少？")
    links = answer(kept).locator(".link")
    expect(links.first).to_be_visible()
    links.first.click()
    expect(answer(kept).locator(".linked .readout")).to_contain_text("→")
    assert answer(kept).locator(".linked .question").inner_text().replace("\n", "").startswith("2024")


def test_an_uploaded_workbook_is_asked_charted_edited_and_downloaded(tab: Any) -> None:
    upload(tab, "账本.xlsx", workbook())
    # The fullest sheet is read; the other can be chosen.
    expect(preview(tab).locator("h3")).to_have_text("销售")
    tab.locator("#text2sql-sheet input").click()
    tab.get_by_role("option", name="说明").click()
    expect(preview(tab).locator("h3")).to_have_text("说明")
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
    # In the order of what is drawn.
    expect(answer(tab).locator(".chart .readout")).to_have_text("钢笔：12.5")
    tab.keyboard.press("ArrowRight")
    expect(answer(tab).locator(".chart .readout")).to_have_text("橡皮：2")
    table = list(csv.reader(io.StringIO(download(tab, "下载 CSV"))))
    assert table == [["产品", "单价"], ["铅笔", "1"], ["橡皮", "2"], ["钢笔", "12.5"], ["'" + FORMULA, "-3"]]
    found = json.loads(download(tab, "下载 JSON"))
    assert found["total"] == 4
    assert found["rows"][3] == [FORMULA, -3]


def test_how_a_table_was_read_is_corrected_and_remembered(tab: Any) -> None:
    data = "青山店销售\n商品,货号,销量\n钢笔,101,30\n铅笔,102,120\n合计,,150\n".encode()
    upload(tab, "店.csv", data)
    left = preview(tab).locator(".left li")
    expect(left).to_have_count(2)
    expect(left.nth(1)).to_contain_text("第 5 行 合计 150")
    expect(preview(tab)).to_contain_text("2 行 × 3 列")
    left.nth(1).get_by_role("button", name="放回").click()
    expect(preview(tab)).to_contain_text("3 行 × 3 列")
    preview(tab).get_by_label("“货号”的类型").select_option("number")
    expect(preview(tab).get_by_role("button", name="恢复自动识别")).to_be_visible()
    expect(preview(tab).get_by_label("“货号”的类型")).to_have_value("number")
    tab.locator("#text2sql-file").get_by_role("button", name="清除").click()
    upload(tab, "坏.pdf", b"%PDF-1.7")
    expect(preview(tab).locator(".told.error")).to_be_visible()
    expect(preview(tab).locator("h3")).to_have_text("店")
    tab.reload()
    expect(preview(tab).locator("h3")).to_have_text("店")
    expect(preview(tab)).to_contain_text("3 行 × 3 列")
    preview(tab).get_by_role("button", name="恢复自动识别").click()
    expect(preview(tab)).to_contain_text("2 行 × 3 列")


def test_conditions_are_changed_by_their_chips(kept: Any) -> None:
    ask(kept, "中国的金牌是多少？")
    run_sql(kept, 'SELECT "国家或地区", "金牌" FROM "夏季奥运会奖牌榜" WHERE "年份" = 2024')
    expect(answer(kept).locator(".result tbody tr")).to_have_count(10)
    chips = answer(kept).locator(".condition")
    expect(chips).to_have_text("年份 = 2024")
    chips.first.click()
    editor = answer(kept).locator(".editor")
    editor.get_by_label("运算").select_option(">=")
    editor.get_by_label("数字").fill("2016")
    editor.get_by_role("button", name="应用").click()
    expect(chips).to_have_text("年份 ≥ 2016")
    expect(answer(kept).locator(".result tbody tr")).to_have_count(30)
    expect(answer(kept).locator(".confidence")).to_have_text("已按你的修改")
    expect(answer(kept).locator(".sql")).to_contain_text("2016")

    answer(kept).get_by_role("button", name="＋ 条件").click()
    editor.get_by_label("列", exact=True).select_option(label="国家或地区")
    editor.get_by_label("文字").fill("中国")
    editor.get_by_label("文字").press("Enter")
    expect(answer(kept).locator(".result tbody tr")).to_have_count(3)
    answer(kept).locator(".connective").click()
    expect(answer(kept).locator(".result tbody tr")).not_to_have_count(3)
    expect(answer(kept).locator(".connective")).to_contain_text("或")

    chips.first.click()
    editor.get_by_label("列", exact=True).select_option(label="开幕日期")
    editor.get_by_label("运算").select_option("=")
    editor.get_by_label("从").fill("2020-01-01")
    editor.get_by_label("到").fill("2022-12-31")
    editor.get_by_role("button", name="应用").click()
    expect(chips.first).to_have_text("开幕日期 在 2020–2022")
    answer(kept).locator(".connective").click()
    expect(answer(kept).locator(".result tbody tr")).to_have_count(1)
    chips.nth(1).click()
    editor.get_by_role("button", name="删除").click()
    expect(chips).to_have_count(1)
    expect(answer(kept).locator(".result tbody tr")).to_have_count(10)
    chips.first.click()
    editor.get_by_label("从").fill("1900-01-01")
    editor.get_by_label("到").fill("1900-01-02")
    editor.get_by_role("button", name="应用").click()
    expect(answer(kept).locator(".nothing")).to_contain_text("没有符合条件的行")


def test_a_condition_without_a_value_is_not_sent(kept: Any) -> None:
    ask(kept, "中国的金牌是多少？")
    answer(kept).get_by_role("button", name="＋ 条件").click()
    editor = answer(kept).locator(".editor")
    editor.get_by_label("数字").fill("很多")
    editor.get_by_role("button", name="应用").click()
    expect(editor.locator(".error")).to_contain_text("请填写数字")
    editor.get_by_label("运算").focus()
    kept.keyboard.press("Escape")
    expect(editor).to_have_count(0)
    expect(answer(kept).get_by_role("button", name="＋ 条件")).to_be_focused()


def test_history_is_kept_over_tables_and_asks_again(tab: Any) -> None:
    ask(tab, "2024年中国的金牌是多少？")
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
    expect(tab.locator("#text2sql-question textarea")).to_have_value("2024年中国的金牌是多少？")
    expect(answer(tab).locator(".sql")).to_contain_text("夏季奥运会奖牌榜")
    expect(tab.locator("#text2sql-example input:checked")).to_have_value("olympics")
    expect(entries).to_have_count(2)
    history.get_by_role("button", name="清除记录").click()
    expect(entries).to_have_count(0)


def test_other_dialects_are_shown_and_copied(kept: Any) -> None:
    ask(kept, "中国的金牌是多少？")
    answer(kept).get_by_role("tab", name="MySQL").click()
    expect(answer(kept).locator(".sql pre")).to_contain_text("`")
    answer(kept).get_by_role("tab", name="MySQL").press("ArrowRight")
    expect(answer(kept).get_by_role("tab", name="PostgreSQL")).to_be_focused()
    answer(kept).get_by_role("button", name="复制 SQL").click()
    expect(answer(kept).get_by_role("button", name="已复制")).to_be_visible()
    assert kept.evaluate("navigator.clipboard.readText()") == answer(kept).locator(".sql pre").inner_text()


@of_sketches
def test_the_inside_shows_the_filled_sketch(tab: Any) -> None:
    tab.locator("#text2sql-how").get_by_role("button").first.click()
    inside = tab.locator("#text2sql-inside")
    expect(inside).to_contain_text("基于Bert的NL2SQL模型")
    ask(tab, "2024年中国的金牌是多少？")
    expect(inside.locator(".column").first).to_be_visible()
    expect(inside).to_contain_text("这张表答得了")
    expect(inside).to_contain_text("2024")


@pytest.fixture
def staff(kept: Any) -> Any:
    """A table of one's own, asked what the tests before have asked."""
    if "4 行 × 4 列" not in preview(kept).inner_text():
        paste(kept, STAFF)
        expect(preview(kept)).to_contain_text("4 行 × 4 列")
    return kept


def test_numbers_have_their_units_and_shares_are_percentages(staff: Any) -> None:
    ask(staff, "平均月薪是多少")
    expect(answer(staff).locator(".reading")).to_contain_text("平均月薪是 11,125 元")
    expect(answer(staff).locator(".lone strong")).to_have_text("11,125 元")
    run_sql(staff, 'SELECT "部门", COUNT(*) * 1.0 / SUM(COUNT(*)) OVER () FROM "表格" GROUP BY "部门" ORDER BY 1 DESC')
    expect(answer(staff).locator(".result th").nth(1)).to_contain_text("比例")
    assert [row[1] for row in rows(staff)] == ["50%", "25%", "25%"]
    expect(answer(staff).locator(".chart .value").first).to_have_text("50%")
    # No sketch says it, so that only the SQL can be changed.
    expect(answer(staff).locator(".conditions")).to_have_count(0)
    assert "0.25" in download(staff, "下载 CSV")
    found = json.loads(download(staff, "下载 JSON"))
    assert found["styles"] == ["", "percent"]
    assert 0.5 in [row[1] for row in found["rows"]]
    run_sql(staff, 'SELECT "姓名", "月薪(元)" FROM "表格"')
    expect(answer(staff).locator(".result th .unit")).to_have_text("元")
    expect(answer(staff).locator(".chart h4")).to_contain_text("元，按姓名")
    expect(answer(staff).locator(".chart .label").first).to_have_text("张三")
    expect(answer(staff).locator(".chart .value").first).to_have_text("1.5万")


def test_a_chart_over_time_keeps_its_order(staff: Any) -> None:
    ask(staff, "平均月薪是多少")
    run_sql(staff, 'SELECT MONTH("入职日期"), SUM("月薪(元)") FROM "表格" GROUP BY 1 ORDER BY 2 DESC')
    expect(answer(staff).locator(".chart .curve")).to_have_count(1)
    expect(answer(staff).locator(".chart .label").first).to_have_text("3月")


def test_what_is_counted_in_ten_thousands_is_not_counted_so_again(kept: Any) -> None:
    paste(kept, "城市\t产值(万元)\n甲市\t143807\n乙市\t34348\n")
    expect(preview(kept)).to_contain_text("2 行 × 2 列")
    ask(kept, "各城市的产值")
    expect(answer(kept).locator(".chart .value")).to_have_count(2)
    assert set(answer(kept).locator(".chart .value").all_text_contents()) == {"143,807", "34,348"}


def test_what_the_table_does_not_hold_is_refused_calmly(staff: Any) -> None:
    put(staff, "明天会下雨吗")
    notice = answer(staff).locator(".refusal")
    expect(notice).to_contain_text("这不是问这张表的问题")
    expect(notice).to_contain_text("月薪(元)")
    expect(answer(staff).locator(".error")).to_have_count(0)
    expect(answer(staff).locator(".result")).to_have_count(0)
    nearest = notice.get_by_role("button", name="仍然看看最接近的查询")
    nearest.focus()
    staff.keyboard.press("Enter")
    expect(answer(staff).locator(".sql pre")).to_contain_text("SELECT")
    expect(notice.locator(".nearest")).to_be_focused()
    staff.keyboard.press("Enter")
    expect(answer(staff).locator(".sql")).to_have_count(0)
    staff.locator("#text2sql-history summary").click()
    expect(staff.locator("#text2sql-history li", has_text="明天会下雨吗")).to_contain_text("没有答案")


@of_forms
def test_a_follow_up_leans_on_what_was_asked_until_all_starts_anew(staff: Any) -> None:
    put(staff, "平均月薪是多少")
    expect(answer(staff).locator(".carried")).to_have_count(0)
    put(staff, "那研发部呢")
    expect(answer(staff).locator(".lone strong")).to_have_text("13,500 元")
    expect(answer(staff).locator(".carried")).to_contain_text("月薪")
    # A whole new question is asked as ever.
    put(staff, "仓储部有多少人")
    expect(answer(staff).locator(".lone strong")).to_contain_text("1")
    put(staff, "平均月薪是多少")
    put(staff, "那研发部呢")
    answer(staff).get_by_role("button", name="重新开始").click()
    expect(answer(staff).locator(".carried")).to_contain_text("已重新开始")
    expect(staff.locator("#text2sql-question textarea")).to_be_focused()
    expect(answer(staff).locator(".result")).to_be_visible()
    put(staff, "那研发部呢")
    expect(answer(staff).locator(".carried")).to_have_count(0)


@of_forms
def test_another_table_is_another_conversation(staff: Any) -> None:
    put(staff, "平均月薪是多少")
    paste(staff, PASTED)
    expect(preview(staff)).to_contain_text("3 行 × 3 列")
    paste(staff, STAFF)
    expect(preview(staff)).to_contain_text("4 行 × 4 列")
    put(staff, "那研发部呢")
    expect(answer(staff).locator(".carried")).to_have_count(0)


@of_forms
def test_the_inside_shows_the_form_as_it_was_written(tab: Any) -> None:
    # Before other questions have been asked, on which this one could lean.
    staff = tab
    paste(staff, STAFF)
    expect(preview(staff)).to_contain_text("4 行 × 4 列")
    staff.locator("#text2sql-how").get_by_role("button").first.click()
    inside = staff.locator("#text2sql-inside")
    expect(inside).to_contain_text("语法")
    put(staff, "研发部的平均月薪是多少")
    expect(inside.locator(".piece", has_text="研发部")).to_be_visible()
    expect(inside.locator(".step b", has_text="月薪(元)")).to_be_visible()
    expect(inside.locator("table tr.chosen").first).to_contain_text("研发部")
    drawing = inside.locator(".tree svg")
    expect(drawing.locator(".symbol.is-column").first).to_be_visible()
    drawing.focus()
    staff.mouse.move(1, 1)
    staff.keyboard.press("End")
    staff.keyboard.press("Home")
    staff.keyboard.press("ArrowRight")
    expect(inside.locator(".readout")).to_contain_text("平均")
    expect(inside.locator(".step.lit")).to_have_count(1)
    inside.locator(".piece", has_text="研发部").focus()
    expect(inside.locator(".readout")).to_contain_text("研发部")


@of_forms
def test_where_it_is_not_sure_it_asks_back(staff: Any) -> None:
    asks = answer(staff).locator(".asks")
    for question in ("月薪情况", "高的有哪些", "各部门占比"):
        put(staff, question)
        if asks.count():
            break
    else:
        pytest.skip("the model is sure of all of them")
    expect(asks).to_contain_text("不太确定，您是想问")
    choices = asks.get_by_role("button")
    assert 2 <= choices.count() <= 3
    expect(choices.first).to_have_attribute("aria-pressed", "true")
    before = rows(staff), answer(staff).locator(".sql pre").inner_text()
    choices.nth(1).focus()
    staff.keyboard.press("Enter")
    expect(choices.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(choices.nth(1)).to_be_focused()
    assert (rows(staff), answer(staff).locator(".sql pre").inner_text()) != before
    expect(answer(staff).locator(".reading .confidence")).to_contain_text("%")
