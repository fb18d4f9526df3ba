"""More than the server can take, a connection cut in an upload, the server killed, models damaged: who says what."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from playwright.sync_api import expect

from core import catalog
from core.errors import Busy
from tests.conftest import address, free_port, start

pytestmark = pytest.mark.timeout(600)
# Long enough that pairs still come when the first one is there.
PASSAGE = "青龙桥位于甘肃省，全长86米，由石匠周大山主持修建。1736年，青龙桥正式完工。因为桥墩太矮，青龙桥常常被淹。"
PASSAGE += "桥上的栏杆刻着狮子、莲花和祥云。1958年，工人们把桥墩加高了两米，又在桥头立了一块石碑。"
WORD = "绝不该出现在日志里的话"
FILM = "《战狼2》是由吴京执导的动作电影"


class Host:
    """The app in a process of its own, on a port of its own, that may be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "server.log").read_text()

    def start(self, **environment: str) -> None:
        self.process = start(self.folder, GRADIO_SERVER_PORT=str(self.port), **environment)

    def ready(self) -> None:
        assert self.process
        assert address(self.process, self.folder / "server.log") == self.url

    def end(self, how: signal.Signals) -> None:
        if self.process:
            self.process.send_signal(how)
            self.process.wait(60)

    def uploads(self) -> list[Path]:
        return [p for p in self.folder.rglob("*") if p.is_file() and p.name not in ("server.log", "attempts.log")]


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A server that lets one call wait for each kind of work. The last test kills it."""
    made = Host(tmp_path_factory.mktemp("host"))
    made.start(MODOU_QUEUE="1")
    try:
        made.ready()
        yield made
    finally:
        made.end(signal.SIGKILL)


def post(host: Host, name: str, data: list[Any]) -> str:
    body = json.dumps({"data": data}).encode()
    request = Request(f"{host.url}/gradio_api/call/{name}", body, {"Content-Type": "application/json"})
    return str(json.load(urlopen(request))["event_id"])


def answer(host: Host, name: str, event: str) -> tuple[str, Any]:
    """How an event ended, and its answer or error."""
    lines = urlopen(f"{host.url}/gradio_api/call/{name}/{event}").read().decode().splitlines()
    told = [line for line in lines if line and "heartbeat" not in line and line != "data: null"]
    return told[-2].removeprefix("event: "), json.loads(told[-1].removeprefix("data: "))


def test_too_many_calls_are_told_so_at_once_and_later_ones_are_served(host: Host) -> None:
    client = Client(host.url, verbose=False)
    client.predict(PASSAGE, 1, api_name="/qa_pairs")  # loads the models
    ended: list[tuple[str, Any]] = []

    # Different passages: what has been read is remembered, and a fast machine would have read it by the next call.
    def ask(number: int) -> None:
        ended.append(answer(host, "qa_pairs", post(host, "qa_pairs", [f"{number}。{WORD}{PASSAGE}", 3])))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(100, 124)]
    for thread in threads:
        thread.start()
    while not any(kind == "error" for kind, _ in ended):
        assert any(thread.is_alive() for thread in threads), "nobody was turned away"
        time.sleep(0.01)
    for thread in threads:
        thread.join()
    busy = [said for kind, said in ended if kind == "error"]
    assert {said["error"] for said in busy} == {str(Busy())}
    assert len(busy) + sum(kind == "complete" for kind, _ in ended) == len(threads)
    assert ended[-1][0] == "complete", "those turned away had to wait for the others"
    metrics = urlopen(f"{host.url}/metrics").read().decode()
    assert re.search(r'modou_requests_total\{endpoint="qa_pairs",outcome="busy"\} \d', metrics)

    # Thirty different passages, one after the other: no machine finishes them as fast as they come.
    jobs = [client.submit(f"{number}。{PASSAGE}", 3, api_name="/qa_pairs") for number in range(30)]
    errors = [error for job in jobs if (error := job.exception())]
    assert 0 < len(errors) < 30
    assert all(isinstance(error, AppError) and str(Busy()) in str(error) for error in errors)
    assert client.predict(FILM, api_name="/triples")["triples"]
    lines = [json.loads(line) for line in host.log.splitlines() if line.startswith("{")]
    outcomes = {line["outcome"] for line in lines if line.get("endpoint") == "qa_pairs"}
    assert outcomes >= {"ok", "busy"}
    assert WORD not in host.log
    assert WORD not in metrics


def test_an_upload_cut_half_way_leaves_nothing_behind(host: Host) -> None:
    before = host.uploads()
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n'
    half = head + b"1,2\n" * 200_000
    connection = http.client.HTTPConnection(urlsplit(host.url).netloc)
    connection.putrequest("POST", "/gradio_api/upload")
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", str(2 * len(half)))
    connection.endheaders()
    connection.send(half)
    deadline = time.monotonic() + 60
    while host.uploads() == before:
        assert time.monotonic() < deadline, "nothing was written yet"
        time.sleep(0.02)
    connection.close()
    while host.uploads() != before:
        assert time.monotonic() < deadline, host.uploads()
        time.sleep(0.02)

    # All that was announced has come, but the form has no end.
    request = Request(f"{host.url}/gradio_api/upload", half, {"Content-Type": "multipart/form-data; boundary=x"})
    assert json.load(urlopen(request)) == []
    assert host.uploads() == before
    whole = Request(request.full_url, half + b"\r\n--x--\r\n", dict(request.headers))
    (kept,) = json.load(urlopen(whole))
    assert Path(kept) in host.uploads()
    assert "Traceback" not in host.log


def test_the_page_tells_of_lost_servers_damaged_models_and_full_queues(
    host: Host, browser: Any, tmp_path: Path
) -> None:
    models = tmp_path / "models"
    shutil.copytree(catalog.MODELS, models, copy_function=os.symlink)
    weights = models / "text2sql-form" / "model.safetensors"
    half, empty = weights.read_bytes()[:100_000], models / "xiangqi-moves" / "model.safetensors"
    for path, content in ((weights, half), (empty, b"")):
        path.unlink()
        path.write_bytes(content)

    page = browser.new_page(locale="zh-CN")
    page.goto(f"{host.url}/?tab=qa_pairs")
    expect(page.locator("#qa_pairs-state")).to_contain_text("模型就绪", timeout=60_000)
    page.locator("#qa_pairs-passage textarea").fill(PASSAGE)
    page.get_by_role("button", name="生成问答对").click()
    expect(page.locator("#qa_pairs-result")).to_contain_text("？", timeout=60_000)
    host.end(signal.SIGKILL)
    banner = page.locator("#modou-connection")
    expect(banner).to_have_text("与服务器的连接断开了，正在重连…", timeout=60_000)
    assert banner.get_attribute("aria-live") == "polite"

    host.start(MODOU_BUNDLED=str(models), MODOU_QUEUE="1")
    host.ready()
    expect(banner).to_have_text("已重新连上，页面刷新过了", timeout=60_000)
    expect(page.locator("#qa_pairs-passage textarea")).to_have_value(PASSAGE)
    page.get_by_role("button", name="生成问答对").click()
    expect(page.locator("#qa_pairs-result")).to_contain_text("？", timeout=60_000)

    page.get_by_role("tab", name="问表格").click()
    state = page.locator("#text2sql-state")
    expect(state).to_contain_text("模型文件损坏", timeout=60_000)
    expect(state).to_contain_text(str(weights))
    page.get_by_role("tab", name="象棋").click()
    expect(page.locator("#xiangqi-state")).to_contain_text("模型就绪", timeout=60_000)
    page.get_by_role("tab", name="问答对").click()
    for _ in range(6):
        post(host, "qa_pairs", [PASSAGE * 8, 20])
    page.get_by_role("button", name="生成问答对").click()
    expect(page.get_by_test_id("toast-body")).to_contain_text(Busy().zh)
    page.close()
    with pytest.raises(AppError, match=re.escape(os.path.basename(weights))):
        Client(host.url, verbose=False).predict("人口", {"header": ["a"], "rows": [[1]]}, api_name="/text2sql")
    assert "Traceback" not in host.log
