"""Pipelines whose models are elsewhere: a cluster answers what needs a model (`deploy/ray`), over HTTP.

`core.load` gives these instead of the real ones where the environment variable MODOU_REMOTE holds the cluster's
address, such as http://127.0.0.1:8000. They are of the real ones' classes, so all that needs no model still runs here.
"""

from __future__ import annotations

import functools
import inspect
import json
import logging
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

import httpx

from core.errors import Busy
from core.wire import NotWire, UnknownTable, pack, pack_table, unpack

if TYPE_CHECKING:
    from core.pipeline import AnyPipeline
    from core.text2sql.table import Table

VARIABLE = "MODOU_REMOTE"
# Seconds. A cluster that is there takes a connection at once and, busy or not, has something to say within 30 s.
_TIMES = httpx.Timeout(30.0, connect=2.0, pool=5.0)
_LOG = logging.getLogger(__name__)


class _Overloaded(Exception):
    """The cluster took no more requests."""


def address() -> str | None:
    """The address of the cluster, if there is one."""
    return os.environ.get(VARIABLE, "").rstrip("/") or None


@functools.cache
def _client() -> httpx.Client:
    # The cluster is ours: no proxy of the environment stands before it.
    return httpx.Client(timeout=_TIMES, trust_env=False, limits=httpx.Limits(max_connections=100))


def connect(kind: type[AnyPipeline], model: str, base: str) -> AnyPipeline:
    """A pipeline of class `kind` whose bundled `model` is at `base`.

    Raises:
        Busy: the cluster does not answer.
    """
    methods: dict[str, Any] = {name: _forwarded(getattr(kind, name)) for name in kind.at_model}
    pipeline: AnyPipeline = object.__new__(type(f"Remote{kind.__name__}", (kind,), methods | {"__module__": __name__}))
    pipeline.__dict__["_place"] = _Place(f"{base}/{kind.task}/call", model)
    for name, value in pipeline.__dict__["_place"].ask("facts", {}).items():
        setattr(pipeline, name, value)
    return pipeline


def _forwarded(method: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(method)

    @functools.wraps(method)
    def ask(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = dict(signature.bind(self, *args, **kwargs).arguments)
        del given[next(iter(signature.parameters))]
        progress = given.pop("progress", None)
        return self._place.ask(method.__name__, given, progress)

    return ask


class _Place:
    """One model of the cluster."""

    def __init__(self, url: str, model: str) -> None:
        self.url = url
        self.model = model

    def ask(self, method: str, given: dict[str, Any], progress: Callable[[int, int], None] | None = None) -> Any:
        """What `method` of the model's pipeline gives; what it refuses is raised here.

        `progress` may raise to end it. A result that comes bit by bit does so here.

        Raises:
            InputError: the input cannot be used.
            Busy: the cluster has too much to do, or does not answer.
        """
        tables: dict[str, Table] = {}
        request = {"model": self.model, "method": method, "progress": progress is not None}
        request["given"] = pack(given, tables)
        for last_try in (False, True):
            try:
                return self._answer(request, tables, progress)
            except _Overloaded:
                raise Busy from None
            except (httpx.HTTPError, NotWire, KeyError, json.JSONDecodeError) as error:
                # Whoever answered may have died meanwhile; another takes over. What is slow is no better for it.
                _LOG.warning("%s of %s: %s", method, self.model, type(error).__name__)
                if last_try or isinstance(error, httpx.TimeoutException | httpx.ConnectError):
                    raise _gone() from error
        raise AssertionError

    def _answer(self, request: dict[str, Any], tables: dict[str, Table], progress: Any) -> Any:
        lines = _post(self.url, request)
        first = next(lines)
        if "unknown" in first:  # a table that the one asked has not seen yet
            lines.close()
            lines = _post(self.url, request | {"tables": {key: pack_table(t) for key, t in tables.items()}})
            first = next(lines)
        if "stream" in first:
            return _items(lines, tables)
        with closing(lines):
            while "progress" in first:
                if progress:
                    progress(*first["progress"])
                first = next(lines)
            if "refused" in first:
                raise unpack(first["refused"])
            found = unpack(first["value"], _among(tables))
            next(lines)  # to the end, so that the connection is kept for the next request
            return found


Lines = Generator[dict[str, Any], None, None]


def _post(url: str, request: dict[str, Any]) -> Lines:
    """The lines of the answer; an empty one after the last."""
    with _client().stream("POST", url, content=json.dumps(request).encode()) as reply:
        if reply.status_code == 503:
            raise _Overloaded
        reply.raise_for_status()
        for line in reply.iter_lines():
            yield json.loads(line)
        yield {}


def _items(lines: Lines, tables: dict[str, Table]) -> Iterator[Any]:
    try:
        with closing(lines):
            for line in lines:
                if "refused" in line:
                    raise unpack(line["refused"])
                if "end" in line:
                    return
                yield unpack(line["item"], _among(tables))
    except (httpx.HTTPError, NotWire, KeyError, json.JSONDecodeError) as error:
        raise _gone() from error


def _among(tables: dict[str, Table]) -> Callable[[str], Table]:
    def table_of(key: str) -> Table:
        if key not in tables:
            raise UnknownTable(key)
        return tables[key]

    return table_of


def _gone() -> Busy:
    return Busy("模型集群没有回应，请稍后再试", "the model cluster does not answer, please try again in a moment")
