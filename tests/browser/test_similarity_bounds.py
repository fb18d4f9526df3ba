"""What the Similarity tab does with hostile text, bad input and small screens, in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.similarity_page import LONG, A, B, compare, expect_words, words


@pytest.fixture
def tab(page: Any, server: str) -> Any:
    page.goto(f"{server}/?tab=similarity")
    expect(page.locator("#similarity-state")).to_contain_text("模型就绪", timeout=90_000)
    return page


@pytest.fixture(scope="module")
def kept(kept_page: Any, server: str) -> Any:
    """The tab as the test before left it."""
    kept_page.goto(f"{server}/?tab=similarity")
    expect(kept_page.locator("#similarity-state")).to_contain_text("模型就绪", timeout=90_000)
    return kept_page


HOSTILE = [
    "<script>alert(1)</script>我去上海",
    "<img src=x onerror=alert(1)>我去上海",
    "${alert(1)} {{value}} `${alert(2)}` 我去上海",
    "😀👨‍👩‍👧\u202e\u200b我去上海",
    "=1+1 [CLS][MASK] 我去上海",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text_and_runs_nothing(kept: Any, text: str) -> None:
    compare(kept, text, B)
    expect(words(kept, "a").last).to_have_text("上海")
    if kept.locator("#similarity-inside").is_hidden():
        kept.locator("#similarity-how button").first.click()
    expect(kept.locator("#similarity-inside .stepper")).to_be_visible()
    for view in ("#similarity-result", "#similarity-inside"):
        assert kept.locator(f"{view} script, {view} img").count() == 0


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ("", B, "句子一：请输入文字"),
        (A, "  \n", "句子二：请输入文字"),
        (A, "……！？", "句子二：句子里没有词"),
        ("😀😀", B, "句子一：句子里没有词"),
        pytest.param("字" * 3000, B, "3,000", id="too-long"),
        pytest.param(A, "\x01\x02\x03\x04PK\x05", "二进制", id="binary"),
    ],
)
def test_bad_input_gets_a_clear_message_and_the_result_stays(kept: Any, a: str, b: str, message: str) -> None:
    compare(kept, A, B)
    expect(kept.locator("#similarity-result .error")).to_have_count(0)
    expect_words(kept, "a", "我", "上海")
    before = words(kept, "a").count()
    compare(kept, a, b)
    expect(kept.locator("#similarity-result .error")).to_contain_text(message)
    expect(kept.locator("#similarity-result .earlier .before")).to_be_visible()
    assert words(kept, "a").count() == before, "the earlier result was lost"
    assert kept.locator("#similarity-a textarea").input_value().strip() == a.strip(), "the text was lost"


def test_english_by_link(page: Any, server: str) -> None:
    page.goto(f"{server}/?tab=similarity&lang=en")
    expect(page.locator("#similarity-run")).to_have_text("Compare")
    expect(page.locator("#similarity-model")).to_contain_text("Contextual encoder")
    page.locator("#similarity-run").click()
    expect(page.locator("#similarity-result .error")).to_have_text("sentence A: please enter some text", timeout=90_000)
    compare(page, A, B)
    expect(page.locator("#similarity-result .dearest")).to_contain_text("The costliest word is")
    labels = page.locator("#similarity-result").inner_text()
    assert not re.search("[代价搬运距离]", labels), labels


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_no_sideways_scroll(kept: Any, width: int) -> None:
    page = kept
    page.set_viewport_size({"width": width, "height": 844})
    for a, b in ((A, B), (LONG * 5, LONG), ("A" * 300, "B" * 300)):
        compare(page, a, b)
        expect(words(page, "b").first).to_have_text({LONG: "原定"}.get(b, "明天" if b == B else re.compile("^B+…$")))
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 1
        fits = """() => { const box = document.querySelector("#similarity-result .ribbons");
                          return box.scrollWidth - box.clientWidth <= 1 }"""
        assert page.evaluate(fits), "the ribbons need sideways scrolling"
        if page.locator("#similarity-inside").is_hidden():
            page.locator("#similarity-how button").first.click()
