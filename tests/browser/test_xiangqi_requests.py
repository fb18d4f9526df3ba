"""Forged requests to the board's private functions, by plain HTTP."""

from __future__ import annotations

import json
from typing import Any
from urllib.request import Request, urlopen

import pytest


@pytest.fixture(scope="module")
def post(server: str) -> Any:
    """Calls one of the board's private functions as a stranger would, with plain HTTP."""
    with urlopen(f"{server}/config") as reply:
        components = json.loads(reply.read())["components"]
    numbers = {c["props"].get("elem_id"): c["id"] for c in components}

    def call(function: str, data: object, component: str = "xiangqi-game") -> dict[str, Any]:
        body = {"data": data, "component_id": numbers[component], "fn_name": function, "session_hash": "stranger"}
        request = Request(
            f"{server}/gradio_api/component_server", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urlopen(request, timeout=30) as reply:
            answer: dict[str, Any] = json.loads(reply.read())
        return answer

    return call


@pytest.mark.parametrize(
    ("moves", "reason"),
    [
        (["h2h8", "i9i8"], "第 1 着"),
        (["h9g7"], "轮到红方走"),
        (["h2e2", "h0g2"], "轮到黑方走"),
        (["e5e6"], "没有棋子"),
        (["e0e0"], "没有走动"),
        (["h2e2", "h9g7", "e2e6", "h7e7"], "第 4 着"),
        (["z9z8"], "看不懂"),
        (["h2e2"] * 601, "600"),
        ([["h2e2"]], "ICCS"),
        ([None], "ICCS"),
        ({"h2": "e2"}, "ICCS"),
        (7, "ICCS"),
        (["\ud83d"], "看不懂"),
    ],
)
@pytest.mark.parametrize("function", ["replay", "think", "review", "save_game"])
def test_forged_games_are_refused_with_the_reason(post: Any, function: str, moves: object, reason: str) -> None:
    assert reason in post(function, {"moves": moves})["error"]["zh"]


@pytest.mark.parametrize("data", [None, [], "x", 3, [1, 2], {"start": 5}, {"start": ["x"]}, {"start": "x" * 10_000}])
@pytest.mark.parametrize("function", ["replay", "think", "review", "save_game", "inside"])
def test_requests_of_the_wrong_shape_are_refused(post: Any, function: str, data: object) -> None:
    answer = post(function, data, "xiangqi-inside" if function == "inside" else "xiangqi-game")
    assert set(answer) == {"error"}
    assert answer["error"]["zh"]
    assert answer["error"]["en"]


@pytest.mark.parametrize(
    "settings",
    [
        {"level": "grandmaster"},
        {"level": None},
        {"level": [1]},
        {"level": "deep", "ticket": 5},
        {"ticket": "<script>alert(1)</script>"},
        {"model": "../../etc/passwd"},
        {"model": ["x"]},
    ],
)
def test_forged_settings_are_refused(post: Any, settings: dict[str, object]) -> None:
    assert set(post("think", {"moves": [], **settings})) == {"error"}


@pytest.mark.parametrize(
    "request_",
    [
        {"example": 10**6},
        {"example": "../../README.md"},
        {"example": -1},
        {"data": 5},
        {"data": "不是 base64"},
        {"data": "A" * 2_000_000},
        {"text": "x" * 2_000_000},
        {"text": None},
        {"text": "没有棋局"},
    ],
)
def test_forged_files_are_refused(post: Any, request_: dict[str, object]) -> None:
    assert set(post("open_game", request_)) == {"error"}


@pytest.mark.parametrize(
    "extra", [{"tags": []}, {"tags": {"a": 1}}, {"notation": "x"}, {"result": "2-0"}, {"result": []}]
)
def test_forged_tags_are_refused(post: Any, extra: dict[str, object]) -> None:
    assert set(post("save_game", {"moves": ["h2e2"], **extra})) == {"error"}
