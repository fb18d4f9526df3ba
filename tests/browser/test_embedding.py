"""The page in an iframe of another site, as a Space shows it, and hostile values in the page's own boxes."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import expect

from benchmarks.hostile import MARKUP, SQL, TEXTS

FILM = "《战狼2》是由吴京执导的动作电影"


@pytest.fixture
def site(server: str) -> Iterator[str]:
    """Another origin whose one page embeds the app."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"<!doctype html><title>x</title><iframe src='{server}/?tab=triples' width=1200 height=800></iframe>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode() if self.path == "/" else b"")

        def log_message(self, *args: object) -> None:
            pass

    # Another name for this machine is another site to a browser.
    web = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    yield f"http://localhost:{web.server_port}"
    web.shutdown()


def test_app_works_in_an_iframe_of_another_site(browser: Any, server: str, site: str) -> None:
    context = browser.new_context(locale="zh-CN")
    problems: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(site)
    frame = page.frame_locator("iframe")
    frame.locator("#triples-text textarea").fill(FILM)
    frame.locator("#triples-run").click()
    expect(frame.locator("#triples-result")).to_contain_text("吴京")
    expect(frame.locator("#triples-result")).to_contain_text("导演")
    context.close()
    assert not problems


# What fits into a line of a list or a cell of a table.
LINES = [
    text
    for text in (*MARKUP, *SQL, *TEXTS)
    if not set(text) & set("\n\t") and "\x00" not in text and 3 < len(text) < 200
]
LINES = [text for text in LINES if not any(0xD800 <= ord(c) < 0xE000 for c in text)]


def test_no_hostile_value_runs_in_the_views(page: Any, server: str) -> None:
    """Typed, pasted and sent as a visitor would; alerts and script errors end the visit as failures."""

    def open_tab(*names: str) -> None:
        for name in names:
            page.get_by_role("tab", name=name, exact=True).click()

    def enter(element: str, text: str, press: str) -> None:
        page.locator(f"#{element} textarea, #{element} input").first.fill(text)
        page.locator(f"#{press}").click()

    page.goto(f"{server}/?tab=triples")
    enter("triples-text", f"{FILM}。" + "。".join(f"{line}由{line}主演" for line in LINES), "triples-run")
    expect(page.locator("#triples-result")).to_contain_text(MARKUP[6], timeout=60_000)
    open_tab("问答对")
    enter("qa_pairs-passage", "泼水节是傣族最盛大的节日。" + "".join(MARKUP), "qa_pairs-run")
    expect(page.locator("#qa_pairs-result")).to_contain_text(MARKUP[7])
    open_tab("相似度")
    page.locator("#similarity-b textarea").fill("".join(MARKUP[:6]))
    enter("similarity-a", "".join(MARKUP[6:10]), "similarity-run")
    expect(page.locator("#similarity-result")).to_contain_text("onerror")
    open_tab("在列表里找")
    page.locator("#similarity-sentences textarea").fill("\n".join(LINES))
    enter("similarity-query", MARKUP[6], "similarity-search-run")
    expect(page.locator("#similarity-hits")).to_contain_text(MARKUP[6])
    open_tab("两两矩阵")
    enter("similarity-matrix-text", "\n".join(MARKUP[:15]), "similarity-matrix-run")
    expect(page.locator("#similarity-matrix")).to_contain_text(MARKUP[5])
    open_tab("问表格", "粘贴")
    rows = ["\t".join(MARKUP[6:11]), *("\t".join((LINES + LINES)[i : i + 5]) for i in range(0, 90, 3))]
    enter("text2sql-pasted", "\n".join(rows), "text2sql-use")
    expect(page.locator("#text2sql-table")).to_contain_text("onerror")
    enter("text2sql-question", f"{MARKUP[6]}是多少", "text2sql-run")
    expect(page.locator("#text2sql-answer")).to_contain_text(re.compile("SELECT|没有"))
    assert page.evaluate("() => window.modouBroken") is None
