"""The named endpoints, called as an engineer would: with gradio_client and with plain HTTP."""

from __future__ import annotations

import json
from urllib.request import Request, urlopen

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

FILM = "《战狼2》是由吴京执导的动作电影，由吴京、弗兰克·格里罗主演"


@pytest.fixture(scope="module")
def client(server: str) -> Client:
    return Client(server, verbose=False)


def test_triples_endpoint(client: Client) -> None:
    answer = client.predict(FILM, api_name="/triples")
    assert ("导演", "吴京") in {(t["predicate"], t["object"]) for t in answer["triples"]}


def test_triples_endpoint_over_http(server: str) -> None:
    def call(path: str, data: bytes | None = None) -> bytes:
        with urlopen(Request(f"{server}/gradio_api/call{path}", data, {"Content-Type": "application/json"})) as reply:
            return reply.read()

    event = json.loads(call("/triples", json.dumps({"data": [FILM, None]}).encode()))["event_id"]
    lines = call(f"/triples/{event}").decode().splitlines()
    assert lines[0] == "event: complete"
    answer = json.loads(lines[1].removeprefix("data: "))[0]
    assert len(answer["triples"]) >= 2


@pytest.mark.parametrize("text", ["", pytest.param("字" * 200_000, id="too-long"), None, 5, {"a": 1}])
def test_bad_input_is_an_error_with_a_message_and_no_traceback(client: Client, text: object) -> None:
    with pytest.raises(AppError) as caught:
        client.predict(text, api_name="/triples")
    assert "Traceback" not in str(caught.value)
    assert "(" in str(caught.value), "no message in both languages"


def test_xiangqi_endpoint(client: Client) -> None:
    answer = client.predict(moves="h2e2 h9g7", api_name="/xiangqi")
    assert answer["status"] == "playing"
    assert answer["move"] == answer["candidates"][0]["move"]
    fen = "4k4/R8/9/9/9/9/9/9/9/1R1K5 w"
    assert client.predict(moves="b0b9", fen=fen, api_name="/xiangqi")["status"] == "checkmate"


@pytest.mark.parametrize(
    "arguments",
    [
        {"moves": "h2h9 h9h2"},
        {"moves": 5},
        {"fen": "K" * 10_000},
        {"temperature": "hot"},
        {"temperature": -1},
        {"seed": -5},
    ],
    ids=str,
)
def test_bad_games_are_an_error_with_a_message_and_no_traceback(client: Client, arguments: dict[str, object]) -> None:
    with pytest.raises(AppError) as caught:
        client.predict(**arguments, api_name="/xiangqi")
    assert "Traceback" not in str(caught.value)
    assert "(" in str(caught.value), "no message in both languages"


def test_half_an_emoji_does_not_break_the_reply(server: str) -> None:
    def call(path: str, data: bytes | None = None) -> bytes:
        with urlopen(Request(f"{server}/gradio_api/call{path}", data, {"Content-Type": "application/json"})) as reply:
            return reply.read()

    event = json.loads(call("/triples", b'{"data": ["\\ud83d' + FILM.encode() + b'", null]}'))["event_id"]
    assert call(f"/triples/{event}").decode().startswith("event: complete")


def test_only_named_endpoints_are_advertised(client: Client) -> None:
    endpoints = client.view_api(return_format="dict")
    assert set(endpoints["named_endpoints"]) == {"/triples", "/xiangqi"}
    assert not endpoints["unnamed_endpoints"]
