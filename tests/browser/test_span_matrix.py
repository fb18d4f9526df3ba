"""GlobalPointer's matrices as the "how it works" view of the Triples tab draws them, on a page of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import gradio as gr
import pytest
from playwright.sync_api import expect

from demos.triples.views import TriplesInside
from tests.conftest import serving_here

# The matrices of a GPLinker model for two sentences.
TOKENS = list("《战狼2》由吴京执导，谢楠主演")
FIRST = {
    "kind": "gplinker",
    "tokens": TOKENS,
    "entities": {"subject": [[1, 3, 0.97], [1, 2, 0.12]], "object": [[6, 7, 0.93], [11, 12, 0.88], [11, 11, 0.06]]},
    "heads": {"导演": [[1, 6, 0.95]], "主演": [[1, 11, 0.9], [1, 6, 0.2]]},
    "tails": {"导演": [[3, 7, 0.94], [2, 7, 0.08]], "主演": [[3, 12, 0.87]], "编剧": []},
}
LONG = {
    "kind": "gplinker",
    "tokens": list("<b>" + "字" * 120),
    "entities": {"subject": [], "object": [[100, 110, 0.5]]},
    "heads": {},
    "tails": {},
}
VALUE = {"json": json.dumps({"sentences": [FIRST, LONG]}, ensure_ascii=False)}


def matrices() -> gr.Blocks:
    """A page of nothing but the view."""
    with gr.Blocks(analytics_enabled=False) as page:
        TriplesInside(VALUE, elem_id="triples-inside")
    return page


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving_here(matrices) as found:
        yield found


@pytest.fixture(params=[1280, 390])
def view(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Any]:
    """The view at desktop and at phone width; the test fails on a script error."""
    errors: list[str] = []
    page = browser.new_page(viewport={"width": request.param, "height": 844}, locale="zh-CN")
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    expect(page.locator("#triples-inside .matrix").first).to_be_visible(timeout=60_000)
    yield page
    page.close()
    assert not errors, errors


def cells(view: Any, number: int = 0) -> Any:
    return view.locator("#triples-inside .matrix").nth(number).locator(".cell")


def pick(view: Any, name: str) -> None:
    view.locator("#triples-inside").get_by_role("button", name=name, exact=True).click()


def test_each_head_is_a_matrix_and_heads_without_entries_are_left_out(view: Any) -> None:
    expect(cells(view)).to_have_count(2)
    heads = view.locator("#triples-inside .picks").last.locator("button")
    assert heads.all_inner_texts() == ["主语", "宾语", "导演", "主演"]
    pick(view, "宾语")
    expect(cells(view)).to_have_count(3)
    expect(heads.filter(has_text="宾语")).to_be_focused()
    pick(view, "主演")
    expect(view.locator("#triples-inside .matrix")).to_have_count(2)
    expect(cells(view, 0)).to_have_count(2)
    expect(cells(view, 1)).to_have_count(1)
    expect(view.locator("#triples-inside .linked")).to_contain_text("战狼2 主演 谢楠 67%")


def test_pointing_at_a_cell_tells_the_span_and_its_probability(view: Any) -> None:
    cells(view).first.hover()
    told = view.locator("#triples-inside .readout").first
    expect(told).to_contain_text("战狼2")
    expect(told).to_contain_text("97%")
    expect(view.locator("#triples-inside .axis .on")).to_have_count(2)
    pick(view, "导演")
    cells(view, 1).first.hover()
    expect(view.locator("#triples-inside .readout").last).to_contain_text("2 × 京")


def test_the_arrow_keys_step_through_the_entries(view: Any) -> None:
    drawing = view.locator("#triples-inside .scroller svg").first
    drawing.focus()
    told = view.locator("#triples-inside .readout").first
    drawing.press("ArrowRight")
    expect(told).to_contain_text("12%")
    drawing.press("ArrowDown")
    expect(told).to_contain_text("97%")
    drawing.press("ArrowLeft")
    expect(told).to_contain_text("12%")


def test_a_long_sentence_scrolls_inside_itself_and_is_no_markup(view: Any) -> None:
    pick(view, "第 2 句")
    expect(view.locator("#triples-inside")).to_contain_text("没有概率超过 5% 的格子")
    expect(view.locator("#triples-inside .axis text").first).to_have_text("<")
    pick(view, "宾语")
    scroller = view.locator("#triples-inside .scroller")
    assert scroller.evaluate("box => box.scrollWidth > box.clientWidth")
    assert view.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 1
    view.locator("#triples-inside .scroller svg").press("ArrowRight")
    assert scroller.evaluate("box => box.scrollLeft") > 0
