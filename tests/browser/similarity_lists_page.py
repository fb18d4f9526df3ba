"""The panes of the Similarity tab that take many sentences, as tests use them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import expect


def open_pane(page: Any, server: str, name: str, options: str = "") -> Any:
    page.goto(f"{server}/?tab=similarity{options}")
    expect(page.locator("#similarity-state")).to_contain_text("similarity-encoder", timeout=60_000)
    page.get_by_role("tab", name=name, exact=True).click()
    return page


def paste(page: Any, text: str) -> None:
    """Put `text` into the list; out of sight where laying it out would take the browser long."""
    page.locator("#similarity-sentences textarea").evaluate(
        """(node, text) => {
            node.style.display = text.length > 100_000 ? "none" : "";
            node.value = text;
            node.dispatchEvent(new Event("input", {bubbles: true}));
        }""",
        text,
    )


def cells(page: Any) -> Any:
    return page.locator("#similarity-matrix td[data-i]")


def download(page: Any, where: str, button: str) -> str:
    with page.expect_download() as caught:
        page.locator(where).get_by_role("button", name=button).click()
    return Path(caught.value.path()).read_text(encoding="utf-8-sig")


def expect_compared(page: Any, a: str, b: str) -> None:
    expect(page.get_by_role("tab", name="比较两句")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#similarity-a textarea")).to_have_value(a)
    expect(page.locator("#similarity-b textarea")).to_have_value(b)
    expect(page.locator("#similarity-result")).to_contain_text("WRD")
    expect(page.locator("#similarity-result")).to_contain_text("ms")
