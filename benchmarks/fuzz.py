"""Hostile requests to a live app: nothing may crash it, hang it, or make it tell what is not theirs to know.

    python benchmarks/fuzz.py                # starts the app; 12,000 inputs
    python benchmarks/fuzz.py --inputs 300 --seed 1 --url http://127.0.0.1:7860

Hand-made and hypothesis-made values (`benchmarks/hostile.py`) go into every argument of the named endpoints, into the
private events of the page, into what the scripts of its views ask, into uploads, file addresses and bare bodies. The
counts of outcomes are printed: answered, refused with a message, or turned away with 4xx. Faults are printed with what
was sent, and make the exit status 1: a status of 500 or above, an answer without a message, the text of a traceback
in an answer or in the app's log, a line of /etc/passwd, no answer within the time limit, an app that has ended or
holds more than 2,500 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.hostile import FILES, GAMES, HAND_MADE, MARKUP, PATHS, SQL, TABLES, TEXTS, made
from benchmarks.serving import Served, resident_mb

Json = dict[str, Any]

MOST_MB = 2_500
_TIMEOUT = 60.0
_AT_ONCE = 6
_SECRETS = ("root:x:0", "root:*:0", "daemon:x:1", "Traceback (most recent call last)")

_TEXT, _PASSAGE = "《战狼2》是由吴京执导的电影", "泼水节已有700年的历史，是傣族最盛大的节日。"
_CITIES = {"header": ["城市", "人口"], "rows": [["甲市", 300], ["乙市", 500]]}
_MOVES = ["h2e2", "h9g7"]
CALLS: dict[str, list[Any]] = {
    "triples": [_TEXT, None, None, None],
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
        self._events = config["dependencies"]
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


class Outcomes:
    """Counts by kind of input, and every fault with what was sent."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.faults: list[str] = []
        self.slowest = (0.0, "")

    def add(self, one: Input, outcome: str, seconds: float) -> None:
        self.counts[one.kind][outcome] += 1
        if seconds > self.slowest[0]:
            self.slowest = seconds, repr(one)[:200]

    def fault(self, one: Input, what: str) -> None:
        self.counts[one.kind]["FAULT"] += 1
        self.faults.append(f"{what}: {repr(one)[:600]}")

    def table(self) -> str:
        """Markdown."""
        names = sorted({name for counts in self.counts.values() for name in counts})
        lines = ["| input | " + " | ".join(names) + " |", "|---|" + "--:|" * len(names)]
        total: Counter[str] = sum(self.counts.values(), Counter())
        for kind, counts in [*sorted(self.counts.items()), (f"all {total.total():,}", total)]:
            lines.append(f"| {kind} | " + " | ".join(f"{counts[name]:,}" for name in names) + " |")
        return "\n".join(lines)


class Fuzzer:
    """Sends inputs and judges what comes back."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        # The messages of a session come in one stream.
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.outcomes = Outcomes()

    async def send(self, one: Input) -> None:
        begin = time.perf_counter()
        try:
            async with asyncio.timeout(_TIMEOUT), self._turns[one.session or repr(one)]:
                begin = time.perf_counter()
                outcome, text = await self._outcome(one)
        except (TimeoutError, httpx.TimeoutException):
            self.outcomes.fault(one, f"no answer in {_TIMEOUT:.0f} s")
            return
        except (httpx.HTTPError, OSError, LookupError, TypeError, ValueError) as error:
            self.outcomes.fault(one, f"{type(error).__name__}: {error}")
            return
        leaked = next((secret for secret in _SECRETS if secret in text), None)
        if leaked or outcome.startswith("FAULT"):
            self.outcomes.fault(one, leaked or f"{outcome}: {text[:300]}")
        else:
            self.outcomes.add(one, outcome, time.perf_counter() - begin)

    async def _outcome(self, one: Input) -> tuple[str, str]:
        if one.kind == "address":
            return await self._address(one.path)
        reply = await self._post(one)
        text = reply.text
        if reply.status_code != 200 or one.path.split("/")[0] not in ("call", "queue"):
            said = self._status(reply.status_code)
            if one.path == "component_server" and said == "answered":
                return ("refused" if text.startswith('{"error"') else said), text
            return said, text
        event = reply.json()["event_id"]
        if one.path == "queue/join":
            if not one.session.isprintable():
                return "answered", text  # no address for its stream
            return await self._joined(one.session, event)
        async with self._client.stream("GET", f"/gradio_api/{one.path}/{event}") as stream:
            text = await self._some(stream)
            return self._ended(text), text

    async def _address(self, path: str) -> tuple[str, str]:
        """What is there, with the address as it is: a client would tidy it up."""
        url = self._client.base_url
        reader, writer = await asyncio.open_connection(url.host, url.port or 80)
        try:
            # Not two requests, though.
            line = "".join(f"%{ord(c):02x}" if c in " \r\n" else c for c in path)
            writer.write(f"GET {line} HTTP/1.1\r\nHost: {url.host}\r\nConnection: close\r\n\r\n".encode())
            found = b""
            while len(found) < 300_000 and (part := await reader.read(65_536)):
                found += part
        finally:
            writer.close()
        code = found[9:12]
        return self._status(int(code) if code.isdigit() else 599), found.decode("utf-8", "replace")

    async def _post(self, one: Input) -> httpx.Response:
        if one.file:
            name, content = one.file
            return await self._client.post("/gradio_api/upload", files={"files": (name, content)})
        wire = one.wire if one.wire is not None else json.dumps(one.body).encode()
        return await self._client.post(
            f"/gradio_api/{one.path}", content=wire, headers={"Content-Type": "application/json"}
        )

    async def _joined(self, session: str, event: str) -> tuple[str, str]:
        texts = []
        async with self._client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as reply:
            async for line in reply.aiter_lines():
                texts.append(line)
                told = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
                if told.get("msg") == "process_completed" and told.get("event_id") == event:
                    said = told["output"].get("error") if not told["success"] else ""
                    return ("answered" if told["success"] else "refused" if said else "FAULT no message"), line
                if told.get("msg") == "unexpected_error":
                    return "FAULT unexpected", line
        return self._status(reply.status_code) if reply.status_code != 200 else "FAULT cut off", "\n".join(texts)

    @staticmethod
    async def _some(reply: httpx.Response) -> str:
        """An answer, or as much of it as tells: some streams have no end."""
        found = b""
        async for part in reply.aiter_bytes():
            found += part
            if len(found) > 3_000_000 or b"event: heartbeat" in found:
                break
        return found.decode("utf-8", "replace")

    @staticmethod
    def _status(code: int) -> str:
        return "FAULT status" if code >= 500 and code != 503 else "answered" if code < 400 else "turned away"

    @staticmethod
    def _ended(text: str) -> str:
        if "event: complete" in text:
            return "answered"
        if "event: error\ndata: null" in text or "event: error" not in text:
            return "FAULT no message"
        return "refused"


async def run(url: str, number: int, start: int) -> Outcomes:
    """`number` inputs, the same for the same `start`."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=_TIMEOUT, limits=limits) as client:
        fuzzer = Fuzzer(client)
        inputs = Attack((await client.get("/config")).json(), start, number).inputs(number)

        async def work() -> None:
            for one in inputs:
                await fuzzer.send(one)

        await asyncio.gather(*(work() for _ in range(_AT_ONCE)))
        await client.get("/config")  # alive
    return fuzzer.outcomes


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--url", help="an app that runs already; without it one is started")
    parser.add_argument("--inputs", type=int, default=12_000)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    app = None if args.url else Served()
    begin = time.perf_counter()
    try:
        outcomes = asyncio.run(run(args.url or app.url, args.inputs, args.seed))
        alive = app is None or app.alive
        memory = resident_mb(app.pid) if app and alive else 0.0
    finally:
        if app:
            app.stop()
    print(outcomes.table())
    print(f"\n{time.perf_counter() - begin:.0f} s; slowest {outcomes.slowest[0]:.1f} s: {outcomes.slowest[1]}")
    print(f"memory {memory:,.0f} MB" if alive else "THE APP ENDED")
    log = "".join(app.log) if app else ""
    print(*outcomes.faults[:100], sep="\n")
    traces = log.count("Traceback (most recent call last)")
    if traces:
        print(f"{traces} tracebacks in the app's log, such as:\n", log[log.find("Traceback") :][:6000])
    sys.exit(bool(outcomes.faults) or not alive or memory > MOST_MB or traces > 0)


if __name__ == "__main__":
    main()
