"""The Triples tab and its graph as tests use them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import expect

FILM = (
    "《战狼2》是由吴京执导的动作电影，由吴京、弗兰克·格里罗主演，2017年7月27日在中国上映。"
    "吴京的妻子是谢楠。雷军毕业于武汉大学。"
)


def open_tab(page: Any, server: str) -> Any:
    page.goto(f"{server}/?tab=triples")
    expect(page.locator("#triples-state")).to_contain_text("模型就绪", timeout=60_000)
    return page


def extract(page: Any, text: str) -> None:
    page.locator("#triples-text textarea").fill(text)
    page.locator("#triples-run").click()


def open_extracted(page: Any, server: str) -> Any:
    """The tab with a text extracted and its graph at rest."""
    page.emulate_media(reduced_motion="reduce")
    open_tab(page, server)
    extract(page, FILM)
    expect(nodes(page).first).to_be_visible()
    return page


def nodes(page: Any, where: str = "#triples-result") -> Any:
    return page.locator(f"{where} .node")


def edges(page: Any, where: str = "#triples-result") -> Any:
    return page.locator(f"{where} .edge")


def rows(page: Any, where: str = "#triples-result") -> Any:
    return page.locator(f"{where} tbody tr")


def node(page: Any, name: str, where: str = "#triples-result") -> Any:
    return page.locator(f'{where} .node[aria-label^="{name}，"]')


def middle(locator: Any) -> tuple[float, float]:
    box = locator.locator(".dot").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def spread(page: Any) -> float:
    """How far two entities are apart on the screen."""
    (x, y), (u, v) = middle(node(page, "战狼2")), middle(node(page, "武汉大学"))
    return float(((x - u) ** 2 + (y - v) ** 2) ** 0.5)


def set_least(page: Any, value: float, where: str = "#triples-result") -> None:
    page.locator(f"{where} .least input").evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', {bubbles: true})); }", value
    )


def download(page: Any, button: str, where: str = "#triples-result") -> str:
    with page.expect_download() as caught:
        page.locator(where).get_by_role("button", name=button, exact=True).click()
    return Path(caught.value.path()).read_text(encoding="utf-8-sig")
