"""What Gradio's server takes from strangers: functions that are not there, useless arguments, addresses to fetch."""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import gradio as gr
import safehttpx
from gradio import blocks, route_utils, state_holder
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger(__name__)
_HERE = Path(__file__).resolve().parent
_OURS = tuple(str(folder) + os.sep for folder in (_HERE.parent.parent / "core", _HERE.parent))
# Its modules only hand on what Gradio does.
_BETWEEN = str(_HERE) + os.sep


class Guard:
    """Turns away what is no request: Gradio looks up the functions and components that are named without asking whether
    there are any, and calls an argument that cannot be used a fault of the server.

    A fault of our own code goes on as one.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False
        held: Message | None = None

        async def pass_on(message: Message) -> None:
            nonlocal started, held
            started = True
            if message["type"] == "http.response.start" and message["status"] == 500:
                held = message
                return
            if held is not None:
                # A message for the caller comes with what was refused; faults have none.
                if b'"error":"' in message.get("body", b""):
                    held["status"] = 400
                await send(held)
                held = None
            await send(message)

        try:
            await self.app(scope, receive, pass_on)
        except Exception as error:
            if _is_ours(error):
                raise
            _log.info("turned away: %s %s", scope["method"], type(error).__name__)
            if started:  # a stream that turned out to have nobody's events
                await send({"type": "http.response.body", "body": b""})
                return
            content_type = (b"content-type", b"application/json")
            await send({"type": "http.response.start", "status": 400, "headers": [content_type]})
            await send({"type": "http.response.body", "body": b'{"detail":"there is nothing like that here"}'})


def _is_ours(error: BaseException) -> bool:
    """Whether code of `core` or `demos` raised or passed on `error`."""
    files = (frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__))
    return any(file.startswith(_OURS) and not file.startswith(_BETWEEN) for file in files)


class Session(state_holder.SessionState):
    """A visitor's state, with the configuration of a component once it is wanted.

    Gradio copies that of the whole page for every visitor and every call of an endpoint, and keeps it: 57 ms and a
    third of a megabyte each time, where this takes 0.1 ms.
    """

    def __init__(self, page: blocks.Blocks) -> None:
        # Gradio's copies the configuration of the components in `page.blocks`.
        super().__init__(SimpleNamespace(default_config=page.default_config, blocks={}))  # type: ignore[arg-type]
        self._page = page.blocks

    @property
    def components(self) -> Iterator[dict[str, Any]]:
        config = self.blocks_config
        for key in config.blocks.keys() & self._page.keys() - self.config_values.keys():
            self.config_values[key] = config.config_for_block(key, [], config.blocks[key])
        yield from super().components


for _user in (state_holder, route_utils, blocks):
    _user.SessionState = Session  # type: ignore[attr-defined]


async def _fetch_nothing(*_: Any, **__: Any) -> NoReturn:
    raise gr.Error("文件请上传，不能给网址 (upload files: addresses are not fetched)", print_exception=False)


# Gradio would get whatever page a stranger names and hand it on, and ask a public service who an unknown host is.
safehttpx.get = safehttpx.async_validate_url = _fetch_nothing


@contextmanager
def blaming_the_sender() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # Gradio's own refusals quote what was sent, and would have the log quote it, too.
        if isinstance(error, gr.Error) and not error.print_exception:
            raise
        if not isinstance(error, gr.Error) and _is_ours(error):
            raise
        raise gr.Error("参数无法使用 (the arguments cannot be used)", print_exception=False) from error
