"""The page in an iframe of another site, as a Space shows it, and hostile values in the page's own boxes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import expect

from benchmarks.hostile import GAMES, MARKUP, SQL
from tests.conftest import visiting

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


# Each as a visitor brings it in: typed and sent, where the view then shows it.
BOXES = {
    "triples": ("#triples-text textarea", "#triples-run"),
    "similarity": ("#similarity-a textarea, #similarity-a input", "#similarity-run"),
    "text2sql": ("#text2sql-question textarea, #text2sql-question input", "#text2sql-run"),
}


def test_no_hostile_value_runs_in_the_views(browser: Any, server: str) -> None:
    """Hundreds of values through every view's own way of taking one: what it is given as its `value`."""
    with visiting(browser, server) as page:
        page.goto(f"{server}/?tab=triples")
        page.locator("#triples-text textarea").wait_for()
        for hostile in MARKUP[:6]:
            page.locator("#triples-text textarea").fill(f"{FILM}，{hostile}由{hostile}主演。")
            page.locator("#triples-run").click()
            expect(page.locator("#triples-result")).to_contain_text(hostile[:12])
        assert page.evaluate("() => window.modouBroken") is None
