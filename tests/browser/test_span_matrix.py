"""GlobalPointer's matrices as the "how it works" view of the Triples tab draws them, on a page of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.conftest import ROOT, serving


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("matrices"), str(ROOT / "tests" / "span_matrix_page.py")) as found:
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
