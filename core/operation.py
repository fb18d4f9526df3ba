"""What Modou can be asked: each thing once, with its typed request, for everybody who offers it.

The command line, the API's endpoints, the tools of agents, a cluster, the metrics and the READMEs are loops over the
operations of `core.tasks`.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, get_type_hints

from core.errors import InputError

if TYPE_CHECKING:
    from core.pipeline import AnyPipeline

Words = dict[str, str]
_ONLY = "only"
# Marks of a request's field: strangers may set it, and rows have not; rows have it, and strangers may not set it.
IN_API, IN_ROWS = {_ONLY: "api"}, {_ONLY: "rows"}
# Of a field that means something in this process alone; in another it has its default.
STAYS = {"stays": True}


class Result(Protocol):
    """An answer; `to_dict()` is the JSON of the command line and of the API."""

    def to_dict(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Operation:
    """One thing that Modou can be asked.

    `request` is a frozen dataclass of plain values; its docstring is what the API and the tools say of it. `result` is
    "module:class", since it may stand beside a model, and naming an operation must load none. The pipeline's class
    checks a request by `normalise`, and a pipeline answers what that gives by `method`. `endpoint` names it in the API,
    among the tools and in the metrics; calls of it wait in a queue of that name, `concurrent` of them run at a time.
    `bounds` are those of numbers that strangers send, where they are tighter than the package's own.
    """

    name: str
    endpoint: str
    request: type[Any]
    result: str
    normalise: str = "normalise"
    method: str = "ask"
    concurrent: int = 4
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def limits(self) -> dict[str, Any]:
        """Where its calls wait, and how many run at a time, as Gradio's events take it."""
        return {"concurrency_id": self.endpoint, "concurrency_limit": self.concurrent}

    @property
    def result_type(self) -> type[Any]:
        """The class of its results."""
        return find_class(self.result)

    def parameters(self) -> list[inspect.Parameter]:
        """The arguments of its endpoint, with types and defaults."""
        types = get_type_hints(self.request)
        return [
            inspect.Parameter(
                f.name,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=inspect.Parameter.empty if f.default is dataclasses.MISSING else f.default,
                annotation=types[f.name],
            )
            for f in self._fields("api")
        ]

    def columns(self) -> dict[str, Any]:
        """The fields of its rows with their types."""
        types = get_type_hints(self.request)
        return {f.name: types[f.name] for f in self._fields("rows")}

    def values(self) -> frozenset[str]:
        """The fields of its rows that are numbers or truth values: cells of a CSV say them in writing."""
        return frozenset(name for name, kind in self.columns().items() if {int, float, bool} & set(_kinds(kind)))

    def read_row(self, row: Mapping[str, Any]) -> Any:
        """The request in a JSON row; what is null is not there, and other keys are left alone."""
        given = {name: row[name] for name in self.columns() if row.get(name) is not None}
        return self.request(**dict.fromkeys(self._required()) | given)

    def read_call(self, given: Mapping[str, Any]) -> Any:
        """The request that a stranger sends. Raises InputError for a number out of bounds."""
        types = get_type_hints(self.request)
        found = {p.name: p.default for p in self.parameters() if p.default is not p.empty} | dict(given)
        for name, (low, high) in self.bounds.items():
            if found[name] is not None or type(None) not in _kinds(types[name]):
                value = number(found, name, low, high)
                found[name] = value if float in _kinds(types[name]) else int(value)
        return self.request(**found)

    def _fields(self, place: str) -> list[dataclasses.Field[Any]]:
        return [f for f in dataclasses.fields(self.request) if f.metadata.get(_ONLY, place) == place]

    def _required(self) -> list[str]:
        return [f.name for f in self._fields("rows") if f.default is dataclasses.MISSING]


@dataclass(frozen=True)
class Task:
    """A task: what it is called, the checkpoints that ship for it, the default first, and what they can be asked.

    `pipeline` is "module:class". The first of `operations` is the one of the command line and of rows; `sample` is a
    row to try it on. `brings` names tasks whose default models its pipeline loads beside its own.
    """

    name: str
    title: Words
    pipeline: str
    models: tuple[str, ...]
    operations: tuple[Operation, ...]
    sample: Mapping[str, Any]
    brings: tuple[str, ...] = ()

    @property
    def pipeline_class(self) -> type[AnyPipeline]:
        """The class of its pipelines, with all that it needs."""
        return find_class(self.pipeline)


def _kinds(kind: Any) -> tuple[Any, ...]:
    """The types of a union, or the one type."""
    return getattr(kind, "__args__", None) or (kind,)


def find_class(name: str) -> type[Any]:
    """The class that "module:class" names."""
    module, _, qualname = name.partition(":")
    found: type[Any] = getattr(importlib.import_module(module), qualname)
    return found


def number(request: Mapping[str, Any], key: str, low: float, high: float) -> float:
    """The number called `key`, or `low` where there is none. Raises InputError for anything out of range."""
    value = request.get(key, low)
    # bool is an int to Python, and NaN is in no range.
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise InputError(f"{key} 应为 {low} 到 {high} 之间的数", f"{key} must be a number from {low} to {high}")
    return value
