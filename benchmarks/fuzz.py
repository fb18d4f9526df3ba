"""Hostile requests to a live app: nothing may crash it, hang it, or make it tell what is not theirs to know.

    python benchmarks/fuzz.py                # starts the app; 12,000 inputs
    python benchmarks/fuzz.py --inputs 300 --seed 1 --url http://127.0.0.1:7860

Hand-made and hypothesis-made values (`benchmarks/hostile.py`) go into every argument of the named endpoints, into the
private events of the page, into what the scripts of its views ask, into uploads, file addresses and bare bodies. The
counts of outcomes are printed: answered, refused with a message, turned away with 4xx, or left: Gradio forgets what a
visitor waits for who closes the stream of answers, as this one does after each. Faults are printed with what
was sent, and make the exit status 1: a status of 500 or above, an answer without a message, the text of a traceback
in an answer or in the app's log, a line of /etc/passwd, no answer within the time limit, an app that has ended or
holds more than 2,500 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.attacks import Attack, Input
from benchmarks.serving import Served, resident_mb

MOST_MB = 2_500
_TIMEOUT = 60.0
_AT_ONCE = 6
_SECRETS = ("root:x:0", "root:*:0", "daemon:x:1", "Traceback (most recent call last)")


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
                if told.get("session_not_found"):
                    return "left", line
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
