"""Health, metrics and logs, and what they leave out."""

from __future__ import annotations

import io
import json
import logging
import sys
import tomllib
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

import core
from core import catalog
from core.errors import Busy, InputError
from core.runtime import load_once, loaded, on_load
from demos.server import monitoring
from demos.server.calls import answering
from tests.audit import installed, report
from tests.conftest import ROOT

DEFAULT = catalog.bundled("triples")[0]
SECRET = "秘密的句子"


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Values by name and labels, these in the order of their names."""
    families = text_string_to_metric_families(text)
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


def metrics(server: str) -> dict[tuple[str, ...], float]:
    return samples(urlopen(f"{server}/metrics").read().decode())


def test_health_and_metrics_follow_the_calls(server: str) -> None:
    before = metrics(server)
    client = Client(server, verbose=False)
    client.predict(f"{SECRET}，雷军毕业于武汉大学。", api_name="/triples")
    with pytest.raises(AppError):
        client.predict("", api_name="/triples")
    after = metrics(server)

    def gained(*key: str) -> float:
        return after.get(key, 0) - before.get(key, 0)

    assert gained("modou_requests_total", "triples", "ok") >= 1
    assert gained("modou_requests_total", "triples", "refused") >= 1
    assert gained("modou_request_seconds_count", "triples") >= 2
    assert after["modou_model_loads_total", DEFAULT, "triples"] == 1
    assert after["modou_model_load_seconds_total", DEFAULT, "triples"] > 0
    assert after["modou_queue_size", "triples"] >= 0
    assert after["modou_in_flight",] >= 0
    told = urlopen(f"{server}/metrics").read().decode() + urlopen(f"{server}/healthz").read().decode()
    assert SECRET not in told

    health = json.load(urlopen(f"{server}/healthz"))
    assert health["status"] == "ok"
    assert health["version"] == core.__version__
    assert f"triples/{DEFAULT}" in health["models"]
    assert health["uptime_seconds"] > 0


def test_the_version_is_the_project_s() -> None:
    project = tomllib.loads((Path(catalog.__file__).parent.parent / "pyproject.toml").read_text())
    assert project["project"]["version"] == core.__version__


@pytest.mark.parametrize("path", ["/healthz", "/modou/healthz", "/modou/metrics"])
def test_health_and_metrics_are_found_behind_a_root_path(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_ROOT_PATH", "https://example.org/modou")
    inner = Starlette(routes=[Route("/{rest:path}", lambda request: PlainTextResponse("the app"))])
    client = TestClient(monitoring.Operations(inner))
    assert client.get(path).text != "the app"
    assert client.get("/modou/other").text == "the app"
    assert client.post(path).status_code == 405


def test_health_says_so_when_the_queue_has_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitoring.watch, "serving", lambda: False)
    reply = TestClient(monitoring.Operations(Starlette())).get("/healthz")
    assert (reply.status_code, reply.json()["status"]) == (503, "stopping")


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Reads what has been logged since it was last asked."""
    kept = monitoring.log.handlers, monitoring.log.propagate, monitoring.log.level
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    monkeypatch.setenv("MODOU_LOG", "info")
    monitoring.configure()
    told = 0

    def read() -> list[dict[str, Any]]:
        nonlocal told
        told, begin = written.tell(), told
        return [json.loads(line) for line in written.getvalue()[begin:].splitlines()]

    yield read
    monitoring.log.handlers, monitoring.log.propagate = kept[0], kept[1]
    monitoring.log.setLevel(kept[2])


def fails(request: dict[str, Any]) -> dict[str, Any]:
    raise {"refused": InputError(SECRET, SECRET), "busy": Busy(), "failed": KeyError(SECRET)}[request["how"]]


@pytest.mark.parametrize("how", ["refused", "busy", "failed"])
def test_a_call_is_a_line_without_what_was_sent(lines: Any, how: str) -> None:
    answer = answering(fails)({"how": how})
    told = lines()
    call = next(line for line in told if line["event"] == "call")
    assert set(call) == {"time", "level", "event", "endpoint", "outcome", "ms", "waited_ms", "session"}
    assert call["endpoint"].endswith(".fails")
    assert call["outcome"] == how
    assert SECRET not in json.dumps(told, ensure_ascii=False)
    assert answer.get("busy", False) is (how == "busy")
    if how == "failed":
        fault = next(line for line in told if line["event"] == "fault")
        assert fault["error"] == "KeyError"
        assert any(frame.endswith(" fails") for frame in fault["traceback"])
        assert SECRET not in json.dumps(answer, ensure_ascii=False)
        assert answer["error"]["zh"] != answer["error"]["en"]


def test_a_session_is_told_by_a_digest_and_the_level_holds(lines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        with monitoring.observed("x", SECRET):
            pass
    first, second = lines()
    assert first["session"] == second["session"] != SECRET
    monkeypatch.setenv("MODOU_LOG", "warning")
    monitoring.configure()
    with monitoring.observed("x"):
        pass
    assert lines() == []
    assert monitoring.log.level == logging.WARNING


def test_loads_are_told_once_with_their_time() -> None:
    told: list[tuple[Any, float]] = []
    on_load(lambda key, seconds: told.append((key, seconds)))
    for _ in range(2):
        load_once("test-observed", object)
    assert [key for key, _ in told] == ["test-observed"]
    assert told[0][1] >= 0
    assert "test-observed" in loaded()


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ([{"name": "a", "version": "1", "vulns": []}], 0),
        ([{"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}], 1),
        ([{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "not found"}], 2),
        ([], 2),
    ],
)
def test_an_audit_that_looked_nothing_up_is_no_clean_one(found: list[dict[str, Any]], status: int) -> None:
    assert report(found)[0] == status


def test_an_audit_covers_what_comes_with_the_requirements() -> None:
    names = {pin.partition("==")[0] for pin in installed(ROOT / "requirements.txt")}
    assert {"gradio", "starlette", "torch", "tokenizers", "uvicorn"} <= names
    assert "pytest" not in names
