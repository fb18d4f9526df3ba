"""The QA pairs tab as tests use it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = {
    e["label"]["zh"]: e["text"]
    for e in json.loads((ROOT / "assets/examples/qa_pairs/examples.json").read_text(encoding="utf-8"))
}
PANDA = EXAMPLES["大熊猫"]
KING = "7月28日，泰国将迎来十世王玛哈·哇集拉隆功国王的68岁诞辰。"
ENDPOINT = re.compile(r"/component_server")


def open_tab(page: Any, server: str, options: str = "", ready: str = "模型就绪") -> Any:
    page.goto(f"{server}/?tab=qa_pairs{options}")
    expect(page.locator("#qa_pairs-state")).to_contain_text(ready, timeout=60_000)
    return page


def view(page: Any) -> Any:
    return page.locator("#qa_pairs-result")


def cards(page: Any) -> Any:
    return view(page).locator(".card")


def passage_box(page: Any) -> Any:
    return page.locator("#qa_pairs-passage textarea")


def finished(page: Any) -> Any:
    """Wait for the end of a run; the cards of all its pairs are shown then."""
    expect(view(page).locator(".summary")).to_contain_text(re.compile("用时| · .*s$"), timeout=60_000)
    expect(view(page).locator(".progress")).to_be_hidden(timeout=60_000)
    toggle = view(page).locator(".failed-toggle")
    if toggle.count() and toggle.get_attribute("aria-pressed") == "false":
        toggle.click()
        # Off the card that has taken the button's place.
        page.mouse.move(0, 0)
    return page


def generate(page: Any, text: str) -> Any:
    passage_box(page).fill(text)
    page.locator("#qa_pairs-run").click()
    expect(view(page).locator(".text")).to_have_text(text)
    return finished(page)


def number(page: Any, name: str, value: str) -> None:
    field = page.locator(f"#qa_pairs-{name} input[type=number]")
    field.fill(value)
    field.press("Tab")


def say(page: Any, **answer: Any) -> None:
    """What the server answers to the next question of a view."""
    page.route(ENDPOINT, lambda route: route.fulfill(json=answer), times=1)


def select(page: Any, piece: str) -> None:
    """Select a piece of the shown passage as a mouse or a finger would."""
    view(page).locator(".text").evaluate(
        """(text, piece) => {
            const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
            const places = [];
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                for (let i = 0; i < node.data.length; i += 1) places.push([node, i]);
            }
            const at = text.textContent.indexOf(piece);
            const [last, end] = places[at + piece.length - 1];
            getSelection().setBaseAndExtent(...places[at], last, end + 1);
        }""",
        piece,
    )


def download(page: Any, button: str) -> str:
    with page.expect_download() as caught:
        view(page).get_by_role("button", name=button).click()
    return Path(caught.value.path()).read_text(encoding="utf-8-sig")
