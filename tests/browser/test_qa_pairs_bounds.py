"""What the QA pairs tab does with long files, hostile text, bad input and a small screen, in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.qa_pairs_page import (
    EXAMPLES,
    KING,
    PANDA,
    cards,
    finished,
    generate,
    number,
    open_tab,
    passage_box,
    say,
    select,
    view,
)

HOSTILE = "<img src=x onerror=alert(1)> ${alert(1)} {{value}} 竺可桢于1890年出生在浙江绍兴，是中国近代气象学的奠基人。"


@pytest.fixture
def tab(page: Any, server: str) -> Any:
    return open_tab(page, server)


def test_stopping_keeps_what_is_there_and_leaves_the_way_free(tab: Any) -> None:
    number(tab, "n", "20")
    long = "\n".join([*EXAMPLES.values(), PANDA] * 40)[:4990]
    passage_box(tab).fill(long)
    tab.locator("#qa_pairs-run").click()
    expect(view(tab).locator(".progress")).to_be_visible(timeout=30_000)
    expect(view(tab).locator(".reached")).to_contain_text(re.compile(r"读到第 \d{2,3} 字，共 4,990 字"), timeout=30_000)
    expect(cards(tab).first).to_be_visible(timeout=60_000)
    tab.locator("#qa_pairs-stop").press("Enter")  # by key: a click waits until nothing moves, and pairs keep coming
    expect(view(tab).locator(".summary")).to_contain_text("已停止")
    kept = cards(tab).locator(".question").all_inner_texts()
    assert kept
    expect(view(tab).locator(".progress")).to_be_hidden()
    expect(view(tab).locator(".text")).to_have_text(long)
    tab.wait_for_timeout(2_000)  # in which more would have come
    assert cards(tab).locator(".question").all_inner_texts() == kept
    number(tab, "n", "1")
    generate(tab, KING)
    expect(view(tab).locator(".summary")).not_to_contain_text("已停止")
    tab.locator("#qa_pairs-clear").click()
    expect(view(tab)).to_contain_text("点一个示例试试")
    expect(passage_box(tab)).to_have_value("")


def upload(page: Any, name: str, data: bytes) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator("#qa_pairs-file").click()
    chooser.value.set_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})


def test_a_long_file_is_asked_part_by_part_and_a_bad_one_says_why(tab: Any) -> None:
    paragraphs = [f"第{i}段说的是第{i}座城市的历史。" + "那里的人从很早的时候起就会修水渠。" * 60 for i in range(12)]
    upload(tab, "长文.txt", "\r\n".join(paragraphs).encode("gb18030"))
    expect(tab.locator("#qa_pairs-note")).to_contain_text("3 部分", timeout=30_000)
    first = passage_box(tab).input_value()
    assert first.startswith(paragraphs[0])
    assert 2500 <= len(first) <= 5000
    assert first.endswith(paragraphs[first.count("\n")])
    part = tab.locator("#qa_pairs-part input")
    part.click()
    tab.get_by_role("option", name=re.compile("2.3 第")).click()
    expect(passage_box(tab)).to_have_value(re.compile(f"^{paragraphs[first.count(chr(10)) + 1][:10]}"))
    expect(tab.locator("#qa_pairs-count")).to_contain_text("/ 5,000 字")
    upload(tab, "短文.md", "# 标题\n\n**泼水节**是[傣族](http://x)的节日。".encode())
    expect(passage_box(tab)).to_have_value("标题\n\n泼水节是傣族的节日。")
    expect(part).to_have_count(0)
    upload(tab, "a.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0")
    expect(tab.locator("#qa_pairs-note .error")).to_contain_text("不是文本文件")
    expect(passage_box(tab)).to_have_value("标题\n\n泼水节是傣族的节日。")


def test_a_table_pasted_as_text_is_told_to_be_one(tab: Any) -> None:
    passage_box(tab).fill("姓名\t数学\t语文\n何田\t91\t88\n苏木\t75\t93\n秦越\t84\t79\n白芷\t66\t71")
    tab.locator("#qa_pairs-run").click()
    expect(view(tab)).to_contain_text("多半是表格", timeout=60_000)


def test_hostile_text_is_shown_as_text_and_runs_nothing(tab: Any) -> None:
    generate(tab, HOSTILE)
    select(tab, "${alert(1)}")
    expect(view(tab).locator(".picking b")).to_have_text("${alert(1)}")
    pair = {"question": HOSTILE[:30], "answer": HOSTILE[:28], "answer_span": [0, 28], "score": 0.5}
    say(tab, pair={**pair, "reader_answer": "${alert(2)}", "reader_score": 0.5, "passed": False})
    view(tab).locator(".ask-for").click()
    expect(view(tab).locator('.card[data-key="own-1"] .question')).to_have_text(HOSTILE[:30])
    box = view(tab).locator(".asking input")
    say(tab, answer=HOSTILE[:28], answer_span=[0, 28], score=0.5, milliseconds=1)
    box.fill("{{value}} <b>x</b>")
    box.press("Enter")
    expect(view(tab).locator(".said")).to_contain_text("{{value}} <b>x</b>")
    view(tab).locator(".quiz").click()
    expect(tab.get_by_role("dialog").locator(".question")).to_have_text(HOSTILE[:30])
    tab.keyboard.press("Space")
    tab.keyboard.press("Escape")
    tab.locator("#qa_pairs-how").get_by_role("button").first.click()
    expect(tab.locator("#qa_pairs-inside .begins")).to_have_text(HOSTILE, timeout=30_000)
    for place in ("result", "inside"):
        assert tab.locator(f"#qa_pairs-{place} img, #qa_pairs-{place} script").count() == 0


def test_bad_input_says_why_and_the_pairs_stay(tab: Any) -> None:
    number(tab, "n", "1")
    generate(tab, KING)
    shown = cards(tab).count()
    for text, message in [
        ("", "请输入文字"),
        ("太短", "文章太短"),
        ("An English text is none that these models can read.", "只读中文"),
        ("字" * 5001, "5,001 个字符，上限 5,000"),
    ]:
        passage_box(tab).fill(text)
        tab.locator("#qa_pairs-run").click()
        expect(view(tab).locator(".told.error")).to_contain_text(message)
        expect(view(tab).locator(".told .before")).to_be_visible()
        expect(cards(tab)).to_have_count(shown)
        expect(view(tab).locator(".text")).to_have_text(KING)
    expect(tab.locator("#qa_pairs-count .error")).to_contain_text("5,001")


def test_an_english_visitor_on_a_phone(page: Any, server: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_tab(page, server, "&lang=en", "Model ready")
    expect(page.locator("#qa_pairs-run")).to_have_text("Generate pairs")
    page.locator("#qa_pairs-run").click()
    expect(view(page).locator(".error")).to_have_text("please enter some text")
    number(page, "n", "2")
    passage_box(page).fill(PANDA)
    page.locator("#qa_pairs-run").click()
    finished(page)
    expect(cards(page).first.get_by_role("button", name="Ask anew")).to_be_visible()
    expect(view(page).locator(".verdict").first).to_contain_text("the reader")
    assert view(page).locator(".summary").bounding_box()["y"] < 844, "the result is scrolled to"
    page.locator("#qa_pairs-how").get_by_role("button").first.click()
    expect(page.locator("#qa_pairs-inside .tree")).to_be_visible(timeout=30_000)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 1
    view(page).locator(".quiz").click()
    page.get_by_role("dialog").locator(".main").click()
    expect(page.get_by_role("dialog").locator(".sentence")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_role("button", name="End the quiz")).to_be_visible()
