"""Many visitors at once, each asking about things of their own and checking that the answers are about those.

    python benchmarks/load.py                       # starts the app; 50 visitors, 3 minutes, 1 to 3 s between questions
    python benchmarks/load.py --closed              # no pause between questions: what the machine can do
    python benchmarks/load.py --url http://HOST:7860 --users 20 --seconds 60

Visitors mix the five demos evenly, through the named endpoints and as the page does it (xiangqi's board, a table pasted
and asked in a session). Prints a Markdown table of latencies, from sending a question to its whole answer, and the
memory of the app every 30 s; `--json FILE` keeps all of it. Models are loaded before the clock starts. A busy answer is
counted, and the visitor asks again later. The exit status is 1 after any error or leak, or where memory grew: above
110 % of what it was after the first minute.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.serving import Served, resident_mb
from benchmarks.visitors import Json, Leak, Visitor
from core import errors

_TIMEOUT = 120.0
_EVERY = 30.0
_GROWTH = 1.1


class Busy(Exception):
    """The app asks to come again."""


class Failure(Exception):
    """An answer that no visitor should get."""


def _refusal(what: str, said: Any) -> Exception:
    """What an error event of Gradio's means to a visitor."""
    message = str(said.get("error") if isinstance(said, dict) else said)
    return Busy() if message == str(errors.Busy()) else Failure(f"{what}: {message[:300]}")


class Http:
    """Requests as Gradio's clients make them, with nothing on top."""

    def __init__(self, client: httpx.AsyncClient, config: Json) -> None:
        self._client = client
        names = {c["id"]: c["props"].get("elem_id") for c in config["components"]}
        self._views = {name: number for number, name in names.items() if name}
        self._events = {
            (names.get(element), event): entry["id"]
            for entry in config["dependencies"]
            if entry["backend_fn"]
            for element, event in entry["targets"]
        }

    async def call(self, endpoint: str, data: list[Any]) -> Any:
        """The answer of a named endpoint."""
        event = (await self._post(f"call/{endpoint}", {"data": data}))["event_id"]
        kind = ""
        async for line in self._lines(f"call/{endpoint}/{event}"):
            key, _, value = line.partition(": ")
            if key == "event":
                kind = value
            elif key == "data" and kind == "complete":
                return json.loads(value)[0]
            elif key == "data" and kind == "error":
                raise _refusal(endpoint, json.loads(value))
        raise Failure(f"{endpoint}: the answer ended without a result")

    async def ask_view(self, view: str, name: str, data: Json) -> Json:
        """What a view's script is told by the server."""
        sent = {"data": data, "component_id": self._views[view], "fn_name": name, "session_hash": "load"}
        found = await self._post("component_server", sent)
        if found.get("busy"):
            raise Busy
        if "error" in found:
            raise Failure(f"{view} {name}: {found['error']}")
        return found

    async def press(self, element: str, event: str, data: list[Any], session: str) -> list[Any]:
        """The first of what an event of the page puts into its outputs, once it is done; later ones are differences."""
        sent = {"data": data, "fn_index": self._events[element, event], "session_hash": session}
        wanted = (await self._post("queue/join", sent))["event_id"]
        first: list[Any] | None = None
        async for line in self._lines(f"queue/data?session_hash={session}"):
            told = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
            if told.get("event_id") != wanted or told["msg"] not in ("process_generating", "process_completed"):
                continue
            if not told["success"]:
                raise _refusal(f"{element} {event}", told["output"])
            first = first or told["output"]["data"]
            if told["msg"] == "process_completed":
                break
        if first is None:
            raise Failure(f"{element} {event}: the answer ended without a result")
        return first

    async def _post(self, path: str, body: Json) -> Any:
        reply = await self._client.post(f"/gradio_api/{path}", json=body)
        if reply.status_code in (429, 503):
            raise Busy
        if reply.status_code != 200:
            raise Failure(f"{path}: {reply.status_code} {reply.text[:300]}")
        return reply.json()

    async def _lines(self, path: str) -> AsyncIterator[str]:
        async with self._client.stream("GET", f"/gradio_api/{path}") as reply:
            if reply.status_code != 200:
                raise Failure(f"{path}: {reply.status_code}")
            async for line in reply.aiter_lines():
                yield line


class Tally:
    """What happened, by way into a demo."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, list[float]] = defaultdict(list)
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.told: list[str] = []
        self.memory: list[tuple[int, float]] = []

    def tell(self, what: str, kind: str, message: str) -> None:
        self.counts[what][kind] += 1
        self.told.append(f"{kind}: {what}: {message}")

    def rows(self) -> list[Json]:
        found = []
        for what in sorted(self.milliseconds.keys() | self.counts.keys()):
            times = sorted(self.milliseconds[what]) or [0.0]
            found.append(
                {
                    "demo": what,
                    "answers": len(self.milliseconds[what]),
                    "p50_ms": round(statistics.median(times)),
                    "p95_ms": round(times[min(len(times) - 1, int(0.95 * len(times)))]),
                    "max_ms": round(times[-1]),
                    **{kind: self.counts[what][kind] for kind in ("errors", "busy", "leaks")},
                }
            )
        return found

    def grown(self) -> float | None:
        """The last memory over that after the first minute; None for a run too short to tell."""
        later = [megabytes for second, megabytes in self.memory if second >= 60]
        return later[-1] / later[0] if len(later) > 1 else None


async def _visit(visitor: Visitor, link: Http, tally: Tally, until: float, pause: tuple[float, float]) -> None:
    # People do not come in step.
    await asyncio.sleep(visitor.chance.uniform(0, max(pause)))
    while True:
        for demo, act in visitor.actions():
            if time.perf_counter() >= until:
                return
            what = f"{demo}: {act.__name__}"
            begin = time.perf_counter()
            try:
                await act(link)
                tally.milliseconds[what].append(1000 * (time.perf_counter() - begin))
            except Busy:
                tally.counts[what]["busy"] += 1
                await asyncio.sleep(visitor.chance.uniform(0.5, 1.5))
            except Leak as leak:
                tally.tell(what, "leaks", str(leak))
            except (Failure, httpx.HTTPError, LookupError, TypeError, ValueError) as error:
                tally.tell(what, "errors", f"{type(error).__name__} {error}")
            await asyncio.sleep(visitor.chance.uniform(*pause))


async def _weigh(pid: int, tally: Tally, begin: float, seconds: float) -> None:
    for turn in range(int(seconds // _EVERY) + 1):
        await asyncio.sleep(max(0.0, begin + turn * _EVERY - time.perf_counter()))
        tally.memory.append((round(turn * _EVERY), resident_mb(pid)))


async def run(url: str, pid: int | None, users: int, seconds: float, pause: tuple[float, float]) -> Tally:
    """`users` visitors for `seconds`, with a pause of between `pause` seconds after each answer."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=4 * users)
    async with httpx.AsyncClient(base_url=url, timeout=_TIMEOUT, limits=limits) as client:
        link = Http(client, (await client.get("/config")).json())
        warm = Visitor(users)
        for act in (warm.triples, warm.qa_pairs, warm.answer, warm.move, warm.similarity, warm.text2sql):
            await act(link)
        tally, begin = Tally(), time.perf_counter()
        jobs = [_visit(Visitor(i), link, tally, begin + seconds, pause) for i in range(users)]
        if pid:
            jobs.append(_weigh(pid, tally, begin, seconds))
        await asyncio.gather(*jobs)
    return tally


def report(tally: Tally, users: int, seconds: float) -> str:
    """The run as Markdown."""
    rows = tally.rows()
    answers = sum(row["answers"] for row in rows)
    everything = sorted(t for times in tally.milliseconds.values() for t in times) or [0.0]
    lines = [
        "| demo | answers | p50 ms | p95 ms | max ms | errors | busy | leaks |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    lines += ["| " + " | ".join(str(value) for value in row.values()) + " |" for row in rows]
    lines.append(
        f"| all | {answers} | {statistics.median(everything):.0f} | {everything[int(0.95 * len(everything))]:.0f} | "
        f"{everything[-1]:.0f} | {sum(r['errors'] for r in rows)} | {sum(r['busy'] for r in rows)} | "
        f"{sum(r['leaks'] for r in rows)} |"
    )
    lines.append(f"\n{users} visitors, {seconds:.0f} s, {answers / seconds:.1f} answers a second")
    if tally.memory:
        weights = ", ".join(f"{megabytes:,.0f} ({second} s)" for second, megabytes in tally.memory)
        grown = tally.grown()
        lines.append(f"memory, MB: {weights}" + (f"; x{grown:.3f} since the first minute" if grown else ""))
    return "\n".join([*lines, *tally.told[:20]])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--url", help="an app that runs already; without it one is started")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument(
        "--think", type=float, nargs=2, default=(1.0, 3.0), metavar=("FROM", "TO"), help="pause, seconds"
    )
    parser.add_argument("--closed", action="store_true", help="no pause")
    parser.add_argument("--json", type=Path, help="file for the figures")
    args = parser.parse_args()
    app = None if args.url else Served()
    try:
        if app:
            app.first_page()
        pause = (0.0, 0.0) if args.closed else tuple(args.think)
        url = args.url or app.url
        tally = asyncio.run(run(url, app and app.pid, args.users, args.seconds, pause))
        trouble = bool(app) and (not app.alive or "Traceback" in "".join(app.log))
    finally:
        if app:
            app.stop()
    print(report(tally, args.users, args.seconds))
    if trouble:
        print("the app's log:", *app.log[-40:], sep="\n")
    if args.json:
        found = {"users": args.users, "seconds": args.seconds, "closed": args.closed, "rows": tally.rows()}
        args.json.write_text(json.dumps(found | {"memory_mb": tally.memory}, ensure_ascii=False, indent=1))
    wrong = any(row["errors"] or row["leaks"] for row in tally.rows())
    sys.exit(trouble or wrong or (tally.grown() or 0) > _GROWTH)


if __name__ == "__main__":
    main()
