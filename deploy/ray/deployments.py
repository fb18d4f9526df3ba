"""Each task's pipelines as a Ray Serve deployment.

    POST /TASK        one JSON row of the task, as `python -m core TASK` reads it; {..., "model"?} → its JSON, or
                      422 {"error": {"zh", "en"}} where it cannot be used. Rows that come together share a batch.
    GET  /TASK        what this replica has done: {"replica", "rows", "batches", "largest", "calls", "models"}
    POST /TASK/call   for `core.remote`: any method of the pipeline that needs the model; the answer is JSON lines.

All that is sent is data: rows and `core.wire`, which makes nothing but plain values.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import json
import os
import threading
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, get_type_hints

from ray import serve
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

import core
from core import catalog, tasks
from core.cache import Cache
from core.errors import InputError
from core.pipeline import attempt
from core.text2sql.table import Table
from core.wire import NotWire, UnknownTable, pack, unpack, unpack_table

# Seconds that a row waits for others to share its batch: of an idle model, and of one at work, where it would wait
# anyhow, as long as the batch before took, up to so many.
_IDLE, _BUSY = 0.002, 0.1
# Bytes of a request beyond which it is one that keeps others waiting.
_LONG = 8_000
_MOST_BYTES = 100_000_000
_JSON_LINES = "application/x-ndjson"


class _Left(Exception):
    """The one who asked has gone."""


@serve.deployment
class Models:
    """The bundled models of one task. Requests come in on the event loop; models work in threads."""

    def __init__(self, task: str) -> None:
        os.environ.pop("MODOU_REMOTE", None)  # here the models are
        self.task = task
        self.done: Counter[str] = Counter()
        self.loaded: set[str] = set()
        self.pause = _IDLE
        self.tables: Cache[str, Table] = Cache()
        self.operation = tasks.find(task).operations[0]
        # What a request is once it is checked.
        self.asked: type[Any] = get_type_hints(tasks.find(task).pipeline_class.normalise)["return"]
        self.batched.set_max_batch_size(self.pipeline(None).together)  # type: ignore[attr-defined]

    def pipeline(self, model: object) -> Any:
        """The pipeline of one of the bundled models, the default for None. Raises InputError for any other."""
        catalog.check_offered(self.task, model)
        found = core.load(self.task, model)  # type: ignore[arg-type]
        self.loaded.add(str(model or catalog.bundled(self.task)[0]))
        return found

    @serve.batch(max_batch_size=1, batch_wait_timeout_s=_IDLE, max_concurrent_batches=1)
    async def batched(self, rows: list[tuple[str | None, Any]]) -> list[Any]:
        """Results or InputErrors of (model, checked request), in order."""
        self.done["rows"] += len(rows)
        self.done["batches"] += 1
        self.done["largest"] = max(self.done["largest"], len(rows))
        # Serve forms batches while the model is at work, one after another, and would make them as small as rows come.
        self.batched.set_batch_wait_timeout_s(self.pause)  # type: ignore[attr-defined]
        begin = time.perf_counter()
        try:
            return await asyncio.to_thread(self._run, rows)
        finally:
            self.pause = min(time.perf_counter() - begin, _BUSY)
            self.batched.set_batch_wait_timeout_s(_IDLE)  # type: ignore[attr-defined]

    def _run(self, rows: Sequence[tuple[str | None, Any]]) -> list[Any]:
        by_model: dict[str | None, list[int]] = defaultdict(list)
        for i, (model, _) in enumerate(rows):
            by_model[model].append(i)
        found: list[Any] = [None] * len(rows)
        for model, places in by_model.items():
            try:
                answers = self.pipeline(model).answer([rows[i][1] for i in places])
            except InputError as error:  # no such model
                answers = [error] * len(places)
            for i, answer in zip(places, answers, strict=True):
                found[i] = answer
        return found

    async def __call__(self, request: Request) -> Response:
        path = request.url.path.removeprefix(request.scope.get("root_path", "")).strip("/")
        if request.method == "GET" and not path:
            return JSONResponse({**self._facts(), **self.done})
        if request.method != "POST" or path not in ("", "call"):
            return Response(status_code=404)
        if int(request.headers.get("content-length") or 0) > _MOST_BYTES:
            return Response(status_code=413)
        try:
            body = await request.body()
            sent = json.loads(body)
        except (ValueError, RecursionError):
            sent = None
        except ClientDisconnect:
            return Response(status_code=400)
        if not isinstance(sent, dict):
            return Response("not a JSON object", status_code=400)
        return await (self._call(sent, len(body)) if path else self._row(sent))

    def _facts(self) -> dict[str, Any]:
        replica = serve.get_replica_context().replica_id.unique_id
        zero = {"rows": 0, "batches": 0, "largest": 0, "calls": 0}
        return {"task": self.task, "replica": replica, "process": os.getpid(), "models": sorted(self.loaded)} | zero

    async def _row(self, sent: dict[str, Any]) -> Response:
        # A path would name a file of this machine.
        row = {k: v for k, v in sent.items() if k not in ("model", "table_path")}
        kind = tasks.find(self.task).pipeline_class
        answer = await asyncio.to_thread(attempt, kind.normalise, self.operation.read_row(row))
        if not isinstance(answer, InputError):
            answer = await self.batched((sent.get("model"), answer))
        if isinstance(answer, InputError):
            return JSONResponse(answer.to_dict(), 422)
        return Response(json.dumps(answer.to_dict()), media_type="application/json")

    async def _call(self, sent: dict[str, Any], size: int) -> Response:
        """What `core.remote` asks: {model, method, given, progress, tables?}."""
        method = sent.get("method")
        self.done["calls"] += 1
        try:
            tables = sent.get("tables") or {}
            # A large table takes its time.
            given = await asyncio.to_thread(unpack, sent.get("given"), functools.partial(self._table, tables))
            pipeline = await asyncio.to_thread(self.pipeline, sent.get("model"))
        except UnknownTable:
            return _line({"unknown": True})
        except InputError as error:
            return _line({"refused": pack(error)})
        except (NotWire, AttributeError):
            return Response("not a call", status_code=400)
        if method == "facts":
            return _line({"value": {name: pack(getattr(pipeline, name)) for name in pipeline.facts}})
        if method not in pipeline.at_model or not isinstance(given, dict) or not _fits(pipeline, method, given):
            return Response("not a call", status_code=400)
        asked = given.get("asked") if method == "answer" else []
        if not isinstance(asked, list) or not all(isinstance(a, self.asked | InputError) for a in asked):
            return Response("not a call", status_code=400)
        alone = len(asked) == 1 and isinstance(asked[0], self.asked) and not sent.get("progress") and size < _LONG
        if alone and pipeline.shares(asked[0]):
            return _line({"value": [pack(await self.batched((sent.get("model"), asked[0])))]})
        work = _Work(getattr(pipeline, method), given, bool(sent.get("progress")))
        return StreamingResponse(work.lines(), media_type=_JSON_LINES)

    def _table(self, sent: Mapping[str, Any], key: str) -> Table:
        def read() -> Table:
            if key not in sent:
                raise UnknownTable(key)
            return unpack_table(sent[key])

        return self.tables.get_or_build(key, read, lambda table: table.size)


class _Work:
    """A method at work in a thread, and the lines that tell of it."""

    def __init__(self, method: Any, given: dict[str, Any], progress: bool) -> None:
        self.method = method
        self.given = given | ({"progress": self._progress} if progress else {})
        self.left = threading.Event()
        self.loop = asyncio.get_running_loop()
        self.queue: asyncio.Queue[bytes | BaseException | None] = asyncio.Queue()

    async def lines(self) -> AsyncIterator[bytes]:
        """JSON lines as they come; where nobody reads them any more, the work ends at its next word."""
        worker = self.loop.run_in_executor(None, self._work)
        try:
            while (line := await self.queue.get()) is not None:
                if isinstance(line, BaseException):
                    raise line  # breaks off the answer, which tells the other side
                yield line
        finally:
            self.left.set()
        await worker

    def _work(self) -> None:
        try:
            found = self.method(**self.given)
            if isinstance(found, Iterator):
                self._tell({"stream": True})
                for item in found:
                    self._tell({"item": pack(item)})
                self._tell({"end": True})
            else:
                self._tell({"value": pack(found)})
        except InputError as error:
            self._tell({"refused": pack(error)})
        except _Left:
            return
        except Exception as error:
            self.loop.call_soon_threadsafe(self.queue.put_nowait, error)
            return
        self.loop.call_soon_threadsafe(self.queue.put_nowait, None)

    def _progress(self, done: int, total: int) -> None:
        self._tell({"progress": [done, total]})

    def _tell(self, line: dict[str, Any]) -> None:
        if self.left.is_set():
            raise _Left
        self.loop.call_soon_threadsafe(self.queue.put_nowait, json.dumps(line).encode() + b"\n")


def _fits(pipeline: Any, method: str, given: dict[str, Any]) -> bool:
    try:
        inspect.signature(getattr(pipeline, method)).bind(**given)
    except TypeError:
        return False
    return True


def _line(line: dict[str, Any]) -> Response:
    return Response(json.dumps(line) + "\n", media_type=_JSON_LINES)


def build(args: dict[str, str]) -> serve.Application:
    """The application of `args["task"]`, for config.yaml; how many replicas, and of what size, stands there."""
    return Models.bind(args["task"])  # type: ignore[attr-defined, no-any-return]
