"""What a host watches: /healthz, /metrics, and a line of JSON for each call.

Nothing of what visitors send gets in: endpoints and outcomes are names of ours, a session is told by a digest.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import core
from core import catalog, runtime
from core.errors import Busy, InputError

FAULT = InputError("服务器内部出错，已记录", "something went wrong on the server, and has been noted")

_STARTED = time.monotonic()
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 480)
# Requests outside Gradio's events that are worth a count, by how their path ends.
_PATHS = {("POST", "/gradio_api/upload"): "upload", ("POST", "/gradio_api/mcp"): "mcp", ("GET", ""): "page"}

log = logging.getLogger("modou")
registry = CollectorRegistry()
_calls = Counter("modou_requests", "Calls by endpoint and outcome.", ["endpoint", "outcome"], registry=registry)
_latency = Histogram(
    "modou_request_seconds", "Time a call ran, waiting left out.", ["endpoint"], buckets=_SECONDS, registry=registry
)
_in_flight = Gauge("modou_in_flight", "Calls being answered now.", registry=registry)
_loads = Counter("modou_model_loads", "Models loaded.", ["task", "model"], registry=registry)
_load_seconds = Counter("modou_model_load_seconds", "Time spent loading models.", ["task", "model"], registry=registry)


@dataclass
class Watch:
    """What can be asked of the running app: how many wait, by kind of work, and whether it takes more."""

    waiting: Callable[[], dict[str, int]] = dict
    serving: Callable[[], bool] = lambda: True


watch = Watch()


class _Queue(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        sizes = GaugeMetricFamily("modou_queue_size", "Calls waiting, by kind of work.", labels=["work"])
        for work, size in watch.waiting().items():
            sizes.add_metric([work], size)
        yield sizes


registry.register(_Queue())


@dataclass
class Call:
    """One call while it runs: whoever knows better sets its outcome."""

    endpoint: str
    session: str | None = None
    waited: float = 0.0
    outcome: str = "ok"
    begin: float = field(default_factory=time.perf_counter)


@contextmanager
def observed(endpoint: str, session: str | None = None, waited: float = 0.0) -> Iterator[Call]:
    """Counts, times and logs what runs inside; `waited` is the seconds before it began."""
    call = Call(endpoint, session, waited)
    _in_flight.inc()
    try:
        yield call
    except InputError as error:
        call.outcome = "busy" if isinstance(error, Busy) else "refused"
        raise
    except Exception:
        if call.outcome == "ok":
            call.outcome = "failed"
        raise
    except BaseException:  # also a generator that is closed, a task that is cancelled
        call.outcome = "cancelled"
        raise
    finally:
        _in_flight.dec()
        _finish(call)


def refused(endpoint: str, session: str | None) -> None:
    """Note a call that was told to come back later without having run."""
    _finish(Call(endpoint, session, outcome="busy"))


def _finish(call: Call) -> None:
    seconds = time.perf_counter() - call.begin
    _calls.labels(call.endpoint, call.outcome).inc()
    _latency.labels(call.endpoint).observe(seconds)
    facts = {"endpoint": call.endpoint, "outcome": call.outcome, "ms": round(1000 * seconds, 1)}
    told = {"waited_ms": round(1000 * call.waited, 1), "session": _digest(call.session)}
    log.info("call", extra={"facts": facts | told})


def _digest(session: str | None) -> str | None:
    # Whoever knows a session's own name can read its answers, and a client may write anything into it.
    return hashlib.sha256(session.encode("utf-8", "replace")).hexdigest()[:12] if session else None


def unexpected(endpoint: str, error: BaseException) -> None:
    """Log a fault of ours: where it happened and of what kind. Its message is left out: it may quote the visitor."""
    frames = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
    log.error("fault", extra={"facts": {"endpoint": endpoint, "error": type(error).__name__, "traceback": frames}})


def _loaded(key: Hashable, seconds: float) -> None:
    task, model = _model(key)
    _loads.labels(task, model).inc()
    _load_seconds.labels(task, model).inc(seconds)
    log.info("load", extra={"facts": {"task": task, "model": model, "ms": round(1000 * seconds, 1)}})


def _model(key: Hashable) -> tuple[str, str]:
    """Task and bundled model of a key of `core.load`; names of other models are not for everybody."""
    task, folder, _ = key if isinstance(key, tuple) and len(key) == 3 else ("other", "", "")
    name = Path(str(folder)).name
    return (str(task), name if name in catalog.bundled(task) else "other") if task in core.TASKS else ("other", "other")


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        head = {"time": f"{moment}.{int(record.msecs):03d}Z", "level": record.levelname.lower()}
        return json.dumps({**head, "event": record.getMessage(), **getattr(record, "facts", {})}, ensure_ascii=False)


def configure() -> None:
    """Log to stderr at the level of $MODOU_LOG (debug, info, warning, error, off; usually info)."""
    name = os.environ.get("MODOU_LOG", "info").strip().upper()
    levels = {"OFF": logging.CRITICAL + 1, **logging.getLevelNamesMapping()}
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json())
    log.handlers = [handler]
    log.propagate = False
    log.setLevel(levels.get(name, logging.INFO))
    # It repeats what clients send, such as the name of a tool that does not exist.
    logging.getLogger("mcp").setLevel(logging.CRITICAL)


def health() -> dict[str, Any]:
    """What /healthz says."""
    return {
        "status": "ok" if watch.serving() else "stopping",
        "version": core.__version__,
        "models": sorted("/".join(_model(key)) for key in runtime.loaded()),
        "uptime_seconds": round(time.monotonic() - _STARTED, 1),
        "waiting": sum(watch.waiting().values()),
    }


class Operations:
    """Answers /healthz and /metrics, with or without the root path in front, and observes pages, uploads and MCP."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.root = urlsplit(os.environ.get("GRADIO_ROOT_PATH", "")).path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"].rstrip("/")
        for root in (scope.get("root_path", ""), self.root):
            path = path.removeprefix(root.rstrip("/"))
        if path in ("/healthz", "/metrics") and scope["method"] in ("GET", "HEAD"):
            await self._answer(path)(scope, receive, send)
            return
        endpoint = _PATHS.get((scope["method"], path))
        # Whoever hangs up while sending is no fault to be logged.
        with suppress(ClientDisconnect):
            if endpoint is None:
                await self.app(scope, receive, send)
            else:
                await self._observe(endpoint, scope, receive, send)

    async def _observe(self, endpoint: str, scope: Scope, receive: Receive, send: Send) -> None:
        with observed(endpoint) as call:

            async def note(message: Message) -> None:
                if message["type"] == "http.response.start" and message["status"] >= 400:
                    call.outcome = "refused" if message["status"] < 500 else "failed"
                await send(message)

            try:
                await self.app(scope, receive, note)
            except ClientDisconnect:
                call.outcome = "cancelled"

    def _answer(self, path: str) -> Response:
        if path == "/metrics":
            return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
        told = health()
        return JSONResponse(told, 200 if told["status"] == "ok" else 503, {"cache-control": "no-store"})


runtime.on_load(_loaded)
