"""What comes before Gradio: requests that are none are turned away, and a visitor costs little."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from gradio import blocks, route_utils, state_holder
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.testclient import TestClient

from core import catalog
from demos import build_app
from demos.server.guard import Guard, Session


def post(server: str, path: str, body: Any) -> tuple[int, bytes]:
    request = Request(f"{server}/gradio_api/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urlopen(request) as reply:
            return reply.status, reply.read()
    except HTTPError as error:
        return error.code, error.read()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("component_server", {"data": {}, "component_id": 10**6, "fn_name": "think", "session_hash": "x"}),
        ("component_server", {"data": {}, "component_id": [], "fn_name": None, "session_hash": {}}),
        ("queue/join", {"data": [], "fn_index": 10**6, "session_hash": "x"}),
        ("call/nothing", {"data": []}),
        ("call/v2/nothing", {"text": "x"}),
        ("run/predict", {"data": [], "session_hash": "x"}),
    ],
    ids=str,
)
def test_what_is_not_there_is_turned_away(server: str, path: str, body: Any) -> None:
    code, text = post(server, path, body)
    assert 400 <= code < 500, text


def test_nobody_gets_past_the_queue(server: str) -> None:
    code, _ = post(server, "run/triples", {"data": ["雷军毕业于武汉大学", None, None, None]})
    assert code == 404


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/x", "http://localhost/x", "https://example.org/x.html"])
def test_no_address_is_fetched_for_a_stranger(server: str, address: str) -> None:
    """The server fixture fails the run, too, if a connection was tried."""
    with pytest.raises(HTTPError) as refused:
        urlopen(f"{server}/gradio_api/file={address}")
    assert refused.value.code == 403
    with urlopen(f"{server}/config") as reply:
        config = json.load(reply)
    [files] = [c["id"] for c in config["components"] if c["props"].get("elem_id") == "text2sql-file"]
    event = next(d for d in config["dependencies"] if [files, "upload"] in d["targets"])
    file = {"path": address, "url": address, "orig_name": "x.csv", "meta": {"_type": "gradio.FileData"}}
    data = [file if wanted == files else None for wanted in event["inputs"]]
    _, _ = post(server, "queue/join", {"data": data, "fn_index": event["id"], "session_hash": address})
    with urlopen(f"{server}/gradio_api/queue/data?session_hash={quote(address, safe='')}") as stream:
        said = next(line for line in map(bytes.decode, stream) if "process_completed" in line)
    assert "addresses are not fetched" in said


def test_the_queue_keeps_no_list_of_calls(server: str) -> None:
    """Gradio's would choke on half an emoji in a session's name, which the server fixture would find in the log."""
    queue = build_app()._queue
    assert queue.ANALYTICS_MAX_EVENTS == 0
    assert queue.compute_analytics_summary([{"function": "triples", "session_hash": "\ud83d"}]) == {"functions": {}}
    with urlopen(f"{server}/config") as reply:
        [number] = [d["id"] for d in json.load(reply)["dependencies"] if d["api_name"] == "similarity"]
    code, _ = post(server, "queue/join", {"data": ["甲", "乙"], "fn_index": number, "session_hash": "\ud83d"})
    assert code == 200


def test_a_fault_of_our_own_is_still_one() -> None:
    async def ours(request: Any) -> None:
        catalog.bundled("nothing")

    async def theirs(request: Any) -> None:
        raise KeyError("nothing")

    app = Starlette(routes=[Route("/ours", ours), Route("/theirs", theirs)], middleware=[Middleware(Guard)])
    client = TestClient(app, raise_server_exceptions=False)
    assert client.get("/theirs").status_code == 400
    assert client.get("/ours").status_code == 500


def test_a_session_has_the_components_of_the_page_without_holding_them() -> None:
    app = build_app()
    [theirs] = Session.__bases__
    for user in (blocks, route_utils, state_holder):
        assert user.SessionState is Session, "Gradio makes sessions of its own"
    session = Session(app)
    assert not session.config_values
    assert {c["id"]: c["type"] for c in session.components} == {c["id"]: c["type"] for c in theirs(app).components}
