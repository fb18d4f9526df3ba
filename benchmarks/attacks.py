"""Hostile requests: which values go where, for `benchmarks/fuzz.py`."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from benchmarks.hostile import FILES, GAMES, HAND_MADE, MARKUP, PATHS, SQL, TABLES, TEXTS, made

Json = dict[str, Any]

_TEXT, _PASSAGE = "《战狼2》是由吴京执导的电影", "泼水节已有700年的历史，是傣族最盛大的节日。"
_CITIES = {"header": ["城市", "人口"], "rows": [["甲市", 300], ["乙市", 500]]}
_MOVES = ["h2e2", "h9g7"]
CALLS: dict[str, list[Any]] = {
    "triples": [_TEXT, None, None, None],
    "events": ["2024年5月18日，张三与李四在青岛结婚。", None, None],
    "qa_pairs": [_PASSAGE, 1, "700年", 0.9, 1, 0],
    "answer": [_PASSAGE, "泼水节有多少年的历史？"],
    "xiangqi": [" ".join(_MOVES), None, 0, None],
    "similarity": ["今天天气很好", "今天是晴天", None, True],
    "similarity_search": ["今天天气很好", ["今天是晴天", "吃了吗"], 2, None],
    "text2sql": ["乙市的人口是多少", _CITIES, None],
}
_TRIPLE = [0, "战狼2", "导演", "吴京", [1, 4], [8, 10], 0.9]
VIEWS: dict[tuple[str, str], Json] = {
    ("xiangqi-game", "replay"): {"moves": _MOVES, "start": None},
    ("xiangqi-game", "think"): {
        "moves": _MOVES,
        "start": None,
        "temperature": 0,
        "top_k": 0,
        "search": 0,
        "model": None,
    },
    ("xiangqi-game", "review"): {"moves": _MOVES, "start": None, "model": None},
    ("xiangqi-game", "open_game"): {"text": "h2e2"},
    ("xiangqi-game", "save_game"): {"moves": _MOVES, "tags": {"Red": "x"}, "notation": "wxf", "result": "*"},
    ("xiangqi-inside", "inside"): {"moves": _MOVES, "start": None, "model": None},
    ("qa_pairs-result", "new_pair"): {"passage": _PASSAGE, "answer": [4, 8], "beams": 1},
    ("qa_pairs-result", "judge_answer"): {"question": "是谁的节日？", "answer": "傣族", "given": "傣族人"},
    ("qa_pairs-result", "wrong_choices"): {
        "passage": _PASSAGE,
        "pairs": [{"question": "是谁的节日？", "answer": "傣族", "span": None}],
    },
    ("qa_pairs-result", "check_pair"): {"passage": _PASSAGE, "question": "是谁的节日？", "answer": "傣族"},
    ("qa_pairs-result", "ask_passage"): {"passage": _PASSAGE, "question": "是谁的节日？"},
    ("qa_pairs-inside", "look_inside"): {"passage": _PASSAGE, "span": [4, 8], "top_p": 0.5, "beams": 1},
    ("triples-result", "export_graph"): {
        "format": "turtle",
        "documents": ["a"],
        "triples": [_TRIPLE],
        "communities": {"战狼2": 0},
    },
}
# What the page sends along with the events of its views.
_EVENT_DATA = [
    {"sql": sql} for sql in (*SQL, "SELECT 1", "SELECT * FROM x")
] + [
    {"sketch": {"select": [[0, ""]], "where": [[0, "=", "x"]]}},
    {"sketch": {}},
    {"entry": 0},
    {"entry": -1},
    {"question": MARKUP[0]},
    {"a": 0, "b": 1},
    {"text_a": MARKUP[6], "text_b": "x"},
    {"wish": 1, "input": {"text": MARKUP[0], "passage": MARKUP[1], "a": "x", "b": MARKUP[2], "moves": "h2e2"}},
    {"wish": MARKUP[0], "input": {"question": "x", "example": MARKUP[0]}},
    {"wish": {}, "input": []},
]  # fmt: skip
_USUAL: dict[str, Any] = {"textbox": _TEXT, "slider": 2, "number": 0, "checkbox": True}
_ADDRESSES = (
    "/gradio_api/file={}",
    "/gradio_api/file/{}",
    "/file={}",
    "/static/{}",
    "/assets/{}",
    "/svelte/{}",
    "/gradio_api/proxy={}",
    "/gradio_api/custom_component/{}/client/component/index.js",
    "/gradio_api/call/triples/{}",
    "/gradio_api/stream/{}/1/1/playlist.m3u8",
    "/gradio_api/upload_progress?upload_id=&x={}",
    "/?tab={}&lang={}",
    "/{}",
)


_POSTS = (
    *(
        "call/triples",
        "call/nothing",
        "call/v2/triples",
        "queue/join",
        "component_server",
        "run/predict",
        "run/triples",
    ),
    *("cancel", "reset", "upload", "stream/x", "process_recording", "run/_selected"),
)


@dataclass(frozen=True)
class Input:
    """A request to make: `kind` is for the table of outcomes; a body is JSON, as data or as it goes over the wire."""

    kind: str
    path: str
    body: Any = None
    wire: bytes | None = None
    file: tuple[str, bytes] | None = None
    session: str = ""


def _changed(chance: random.Random, usual: Any, values: list[Any]) -> Any:
    """`usual` with one of its parts, or now and then two, none or the whole, replaced."""
    if chance.random() < 0.03:
        return usual
    if chance.random() < 0.04:
        return chance.choice(values)
    found = copy.copy(usual)
    places = list(found) if isinstance(found, dict) else range(len(found))
    for _ in range(chance.choice((1, 1, 1, 2))):
        if places:
            found[chance.choice(list(places))] = chance.choice(values)
    if isinstance(found, list) and chance.random() < 0.05:
        found = found[: chance.randrange(len(found) + 1)] + [chance.choice(values)] * chance.randrange(3)
    return found


class Attack:
    """An endless mix of hostile requests to an app whose configuration is `config`."""

    def __init__(self, config: Json, start: int, number: int) -> None:
        self.chance = random.Random(start)
        self.values = [*HAND_MADE, *made(max(200, number // 2), start)]
        self._components = {c["id"]: c for c in config["components"]}
        self._views = {c["props"].get("elem_id"): c["id"] for c in config["components"]}
        # A training takes minutes by its nature, and holds up what its session asks next.
        trains = {c["id"] for c in config["components"] if c["props"].get("elem_id") == "triples-schema-train"}
        self._events = [e for e in config["dependencies"] if not trains & {element for element, _ in e["targets"]}]
        self._sessions = [f"fuzz{start:04d}{i}" for i in range(12)]

    def inputs(self, number: int) -> Iterator[Input]:
        """`number` different requests."""
        ways = [self._call] * 45 + [self._view] * 20 + [self._event] * 18 + [self._upload] * 6
        ways += [self._address] * 6 + [self._bare] * 5
        seen: set[str] = set()
        while len(seen) < number:
            one = self.chance.choice(ways)()
            if (told := repr(one)) not in seen:
                seen.add(told)
                yield one

    def _call(self) -> Input:
        endpoint = self.chance.choice(list(CALLS))
        fitting = {"xiangqi": GAMES, "text2sql": TABLES + SQL + TEXTS}.get(endpoint, TEXTS)
        values = fitting if self.chance.random() < 0.3 else self.values
        data = _changed(self.chance, CALLS[endpoint], values)
        return Input(f"/{endpoint}", f"call/{endpoint}", {"data": data})

    def _view(self) -> Input:
        (view, name), usual = self.chance.choice(list(VIEWS.items()))
        values = GAMES if view.startswith("xiangqi") and self.chance.random() < 0.4 else self.values
        body = {
            "data": _changed(self.chance, usual, values),
            "component_id": self._views[view],
            "fn_name": name,
            "session_hash": self.chance.choice(self._sessions),
        }
        if self.chance.random() < 0.1:
            body = _changed(self.chance, body, self.values)
        return Input(f"view {name}", "component_server", body)

    def _event(self) -> Input:
        entry = self.chance.choice(self._events)
        types = [self._components[i]["type"] for i in entry["inputs"]]
        data = _changed(self.chance, [_USUAL.get(kind) for kind in types], self.values)
        body: Json = {"data": data, "fn_index": entry["id"], "session_hash": self.chance.choice(self._sessions)}
        if self.chance.random() < 0.5:
            body["event_data"] = self.chance.choice([*_EVENT_DATA, *self.values])
        if self.chance.random() < 0.08:
            body = _changed(self.chance, body, self.values)
        session = body.get("session_hash") if isinstance(body, dict) else None
        if entry["queue"]:
            return Input("page event", "queue/join", body, session=session if isinstance(session, str) else "")
        return Input("page event, unqueued", "run/predict", body)

    def _upload(self) -> Input:
        if self.chance.random() < 0.5:
            name, content = self.chance.choice(FILES)
        else:
            name, content = self.chance.choice(FILES)[0], self.chance.randbytes(self.chance.randrange(3000))
        return Input("upload", "upload", file=(name, content))

    def _address(self) -> Input:
        form, value = self.chance.choice(_ADDRESSES), self.chance.choice(PATHS + MARKUP + [str(v) for v in self.values])
        value = value.encode("utf-8", "replace").decode()[:3000]
        if self.chance.random() < 0.7:
            value = str(httpx.QueryParams({"x": value}))[2:]
        return Input("address", form.replace("{}", value.replace("#", "%23")))

    def _bare(self) -> Input:
        path = self.chance.choice(_POSTS)
        whole = json.dumps({"data": [self.chance.choice(self.values)]}).encode()
        wire = self.chance.choice(
            [
                whole[: self.chance.randrange(len(whole))],
                self.chance.randbytes(self.chance.randrange(200)),
                b"[" * 100_000,
                b'{"data":' * 20_000,
                b'{"data": [' + b"9" * 5000 + b"]}",
                b'{"data": ["\xff\xfe"]}',
                whole,
                json.dumps(self.chance.choice(self.values)).encode(),
            ]
        )
        return Input("bare body", path, wire=wire)
