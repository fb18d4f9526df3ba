"""The API: an endpoint, and by it a tool for agents, for each operation of `core`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from gradio.events import api

import core
from core.operation import Operation


def endpoint(operation: Operation) -> Callable[..., dict[str, Any]]:
    """A function as Gradio reads it, with the parameters, types, defaults and docstring of the operation's request.

    It raises InputError for what cannot be used.
    """
    # In writing, as Gradio finds it in other modules: it calls that "Any", and clients have read so ever since.
    signature = inspect.Signature(operation.parameters(), return_annotation="dict[str, Any]")

    def answer(*arguments: Any, **named: Any) -> dict[str, Any]:
        given = signature.bind(*arguments, **named)
        given.apply_defaults()
        return core.ask(operation.name, **given.arguments).to_dict()

    answer.__name__ = answer.__qualname__ = operation.endpoint
    answer.__doc__ = operation.request.__doc__
    answer.__signature__ = signature  # type: ignore[attr-defined]
    answer.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
    return answer


def add_endpoints() -> None:
    """Offer every operation; called inside the app. Events of the page that ask the same wait in the same queue."""
    for _, operation in core.tasks.operations():
        api(endpoint(operation), api_name=operation.endpoint, **operation.limits)
