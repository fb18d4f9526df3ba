"""One real server for all browser and API tests, started as a visitor's host would start it, with the network cut."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What Gradio's client says of requests that a reload of the page cuts off.
CUT_OFF = ("console: AbortError: signal is aborted", "console: Unexpected error Connection errored out")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Files made at collection hold the time; every worker must find the tests under the same names."""
    return "file" if isinstance(val, bytes) and len(val) > 40 else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests get two more tries, shown as R: on a machine with more to do than cores a page may miss a click.

    Files whose tests may take the longest come first, then those with a browser: what is left at the end of a run in
    two processes is short, and neither waits long for the other."""
    longest: dict[Path, float] = {}
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.flaky(reruns=2))
        limit = item.get_closest_marker("timeout")
        longest[item.path] = max(longest.get(item.path, 0), limit.args[0] if limit else 0)
    items.sort(key=lambda item: (-longest[item.path], "browser" not in item.path.parts))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app's address. Its process may connect to nothing but this machine; attempts fail the run at the end."""
    with serving(tmp_path_factory.mktemp("server")) as address:
        yield address


@contextmanager
def serving(folder: Path, *program: str, **environment: str) -> Iterator[str]:
    """The address of the app, or of another `program` that starts it, cut from the network; its log is in `folder`."""
    log, attempts = folder / "server.log", folder / "attempts.log"
    process = start(folder, *program, **environment)
    try:
        yield address(process, log)
        assert process.poll() is None, f"the server died:\n{log.read_text()[-2000:]}"
    finally:
        process.terminate()
        process.wait(60)  # it closes its connections and deletes its temporary files
    assert "Traceback" not in log.read_text()
    assert not attempts.exists(), f"the server reached for the network: {attempts.read_text()}"


@contextmanager
def serving_here(make: Callable[[], Any]) -> Iterator[str]:
    """The address of the Gradio page that `make` gives, served by this process, which has imported what it needs."""
    from demos import launch_options

    page, port = make(), free_port()
    options = launch_options() | {"server_port": port, "prevent_thread_lock": True, "quiet": True}
    with ThreadPoolExecutor(1) as apart:  # where browser tests have run, this thread has an event loop already
        apart.submit(page.launch, **options).result()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        page.close()


def start(folder: Path, *program: str, **environment: str) -> subprocess.Popen[bytes]:
    """A process that serves the app; what it says is in `folder`/server.log."""
    env = os.environ | {"MODOU_ATTEMPTS": str(folder / "attempts.log"), "HF_HOME": str(folder / "hub")}
    # Two apps that start at once would both take the first port they find free, and one would wait forever.
    env |= {"GRADIO_TEMP_DIR": str(folder), "GRADIO_SERVER_PORT": str(free_port())}
    with (folder / "server.log").open("w") as out:
        return subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "offline_server.py"), *program],
            cwd=ROOT,
            env=env | environment,
            stdout=out,
            stderr=out,
        )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Where the app of `start` is served, once it is."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"http://(?:127\.0\.0\.1|0\.0\.0\.0)(:\d+)", log.read_text())
        if found:
            return f"http://127.0.0.1{found.group(1)}"
        time.sleep(0.2)
    raise RuntimeError(f"no server:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=20_000)

    chromium = shutil.which("chromium")
    assert chromium, "chromium is needed: `make test` installs it for root"
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)


def new_visitor(browser: Any, server: str) -> Any:
    """A browser context as a Chinese visitor has it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN", accept_downloads=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server)
    return context


@contextmanager
def visiting(context: Any, server: str) -> Iterator[Any]:
    """A page of `context`; at its end a script error, an alert, or a request to any other host is a failure."""
    problems: list[str] = []
    visits: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    page.on("console", lambda m: problems.append(f"console: {m.text}") if m.type == "error" else None)
    page.on("request", lambda r: None if r.url.startswith((server, "data:", "blob:")) else problems.append(r.url))
    page.on("framenavigated", lambda frame: visits.append(frame.url) if frame == page.main_frame else None)
    page.on("dialog", lambda dialog: (problems.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    yield page
    # What the page says while it is torn down is about requests cut off, not about the app; so is what it says of
    # those cut off by a reload.
    found = [p for p in problems if len(visits) < 2 or not p.startswith(CUT_OFF)]
    page.close()
    assert not found, found


@pytest.fixture(scope="session")
def visitor(browser: Any, server: str) -> Any:
    """One context for all pages: with what it has cached and compiled, a page opens in half the time."""
    return new_visitor(browser, server)


@pytest.fixture
def page(visitor: Any, server: str) -> Iterator[Any]:
    """A new visitor's page: nothing is kept in the browser but the cache."""
    with visiting(visitor, server) as opened:
        storage = visitor.new_cdp_session(opened)
        kinds = "cookies,local_storage,indexeddb,service_workers,cache_storage"
        storage.send("Storage.clearDataForOrigin", {"origin": server, "storageTypes": kinds})
        yield opened


@pytest.fixture(scope="module")
def kept_page(browser: Any, server: str) -> Iterator[Any]:
    """One page for all tests of a module that ask for it: loading it takes longer than most of them."""
    context = new_visitor(browser, server)
    with visiting(context, server) as opened:
        yield opened
    context.close()
