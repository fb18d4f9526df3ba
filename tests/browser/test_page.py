"""What people run into on any page: text that is gone, the way back, phones, paper, contrast themes, screen readers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from benchmarks.page import AXE, serious
from demos import TABS
from tests.browser.similarity_page import A, B, compare
from tests.conftest import new_visitor

TYPED = "雷军毕业于武汉大学。"
QUESTION = "人口最多的国家"


def box(page: Any, name: str) -> Any:
    return page.locator(f"#{name} textarea")


def open_tab(page: Any, name: str) -> None:
    page.locator(f"#tab-{name}-button").click()


def test_what_is_typed_outlives_every_new_start_of_the_page(browser: Any, server: str) -> None:
    context = new_visitor(browser, server)
    page = context.new_page()
    page.goto(server)
    open_tab(page, "triples")
    box(page, "triples-text").fill(TYPED)
    context.set_offline(True)
    page.locator("#triples-run").click()
    expect(page.locator("#modou-connection")).to_contain_text("连接断开了")
    context.set_offline(False)
    expect(page.locator("#modou-connection")).to_contain_text("页面刷新过了")
    expect(page.locator("#tab-triples-button")).to_have_attribute("aria-selected", "true")
    expect(box(page, "triples-text")).to_have_value(TYPED)

    open_tab(page, "text2sql")
    box(page, "text2sql-question").fill(QUESTION)
    page.get_by_text("联合国会员国", exact=True).first.click()
    table = page.locator("#text2sql-table h3")
    expect(table).to_have_text("联合国会员国")
    page.locator("#modou-language").click()
    expect(page.locator("#text2sql-run")).to_have_text("Ask")
    expect(box(page, "text2sql-question")).to_have_value(QUESTION)
    expect(table).to_have_text("联合国会员国")
    # A tab is built when it is looked at; its text waits for that.
    open_tab(page, "triples")
    expect(box(page, "triples-text")).to_have_value(TYPED)
    page.go_back()
    expect(page.locator("#tab-text2sql-button")).to_have_attribute("aria-selected", "true")

    # What was typed after a link filled in its text is newer than the link.
    page.goto(f"{server}/?tab=triples&text={TYPED}")
    expect(page.locator("#triples-result .summary")).to_be_visible()
    box(page, "triples-text").press("End")
    box(page, "triples-text").press_sequentially("改过")
    page.reload()
    expect(box(page, "triples-text")).to_have_value(f"{TYPED}改过")
    context.close()


# How much of what is on the page moves by itself, and how far: the sum of what the browser has noted.
MOVED = """() => new Promise((told) => new PerformanceObserver((list) => told(
    list.getEntries().reduce((sum, { value, hadRecentInput }) => sum + (hadRecentInput ? 0 : value), 0)))
    .observe({ type: "layout-shift", buffered: true }) || setTimeout(() => told(0), 500))"""
# What is there when a tab is.
DRAWN = ":is(.modou-home .card:last-child, .modou-xiangqi .book .opening, [id$='-share'] button):visible"


@pytest.mark.parametrize(
    ("name", "width"), [("home", 1440), *((tab.NAME, 1440) for tab in TABS), ("xiangqi", 390), ("text2sql", 390)]
)
def test_what_is_on_the_page_stays_where_it_is(page: Any, server: str, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{server}/?tab={name}")
    expect(page.locator(DRAWN).first).to_be_visible()
    page.wait_for_timeout(700)
    assert page.evaluate(MOVED) < 0.1


@pytest.fixture(scope="module")
def compared(kept_page: Any, server: str) -> Any:
    """Two sentences compared, on a phone."""
    kept_page.set_viewport_size({"width": 390, "height": 844})
    kept_page.goto(f"{server}/?tab=similarity")
    expect(kept_page.locator("#similarity-state")).to_contain_text("模型就绪", timeout=90_000)
    compare(kept_page, A, B)
    expect(kept_page.locator("#similarity-result .summary")).to_be_visible()
    return kept_page


def test_on_a_phone_the_result_comes_into_view_and_every_tab_can_be_hit(compared: Any) -> None:
    compared.wait_for_function("""() => {
        const { top } = document.querySelector("#similarity-result .summary").getBoundingClientRect();
        return Math.round(top) >= 0 && top < innerHeight / 2;
    }""")
    tabs = compared.locator("#modou-tabs [role=tab]:visible")
    assert tabs.count() >= len(TABS) + 1
    for tab in tabs.all():
        place = tab.bounding_box()
        assert place["height"] >= 44
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= 390
    # Gradio hides a link of its own there, but not the dot behind it.
    assert compared.locator("footer").inner_text().strip() == "设置"
    open_tab(compared, "home")
    links = compared.locator(".modou-home :is(.tour, .links a)")
    expect(links.last).to_be_visible()
    sizes = [link.bounding_box() for link in links.all()]
    assert len(sizes) > len(TABS)
    assert all(size["width"] >= 44 and size["height"] >= 44 for size in sizes)
    open_tab(compared, "similarity")


def test_screen_readers_hear_the_result_and_its_drawing_is_a_table_too(compared: Any) -> None:
    live = compared.locator("#modou-live")
    expect(live).to_contain_text(re.compile(r"WRD .*0\.\d{3}"))
    assert live.get_attribute("aria-live") == "polite"
    expect(compared.locator("#similarity-result .heat table")).to_be_visible()


def test_a_result_is_one_page_of_paper_without_anything_to_press(compared: Any) -> None:
    assert compared.pdf(format="A4").count(b"/Type /Page\n") == 1
    compared.emulate_media(media="print")
    assert not compared.locator("button:visible, footer:visible, [role=tab]:visible").count()
    expect(compared.locator("#similarity-result .summary")).to_be_visible()
    compared.emulate_media(media="screen")


def test_contrast_themes_and_large_text_lose_nothing(compared: Any) -> None:
    compared.set_viewport_size({"width": 1280, "height": 900})
    compared.emulate_media(forced_colors="active")
    border = "(node, side) => getComputedStyle(node).getPropertyValue(`border-${side}-width`)"
    assert float(compared.locator("#similarity-run").evaluate(border, "top")[:-2]) >= 1
    filled = "(node) => getComputedStyle(node).backgroundColor"
    chosen, other = (compared.locator(f"#tab-{name}-button").evaluate(filled) for name in ("similarity", "home"))
    assert chosen != other
    assert compared.locator("#similarity-model input").first.evaluate("(n) => getComputedStyle(n).appearance") == "auto"
    compared.emulate_media(forced_colors="none")
    size = "(node) => parseFloat(getComputedStyle(node).fontSize)"
    before = box(compared, "similarity-a").evaluate(size)
    compared.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    assert box(compared, "similarity-a").evaluate(size) == pytest.approx(2 * before)
    assert compared.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    compared.evaluate("() => { document.documentElement.style.fontSize = ''; }")


@pytest.mark.skipif(not AXE.exists(), reason="the axe checker comes with `npm ci` (make check)")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_nothing_serious(compared: Any, server: str, language: str) -> None:
    compared.goto(f"{server}/?tab=similarity&lang={language}")
    for name in ("home", *(tab.NAME for tab in TABS)):
        open_tab(compared, name)
        expect(compared.locator(f"#tab-{name}")).to_be_visible()
        assert not serious(compared), name
