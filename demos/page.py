"""What comes before Gradio: a script at the top of the page, a limit on what is posted, arguments left out."""

from __future__ import annotations

import inspect
import logging
import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import orjson
from gradio import blocks, route_utils, state_holder
from gradio.routes import ORJSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger(__name__)
_OURS = tuple(str(Path(__file__).resolve().parent.parent / folder) + os.sep for folder in ("core", "demos"))


class EarlyScript:
    """Puts `html` at the top of the page's <head>.

    Gradio adds `launch(head=)` only when the page is already built, too late to choose its language.
    """

    def __init__(self, app: ASGIApp, html: str) -> None:
        self.app = app
        self.html = html.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_page = scope["type"] == "http" and scope["method"] == "GET"
        # A proxy may or may not have stripped the root path.
        if not is_page or scope["path"].rstrip("/") not in ("", scope.get("root_path", "")):
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def hold_back(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body") or start is None:
                return
            whole = body.replace(b"<head>", b"<head>" + self.html, 1)
            headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
            start["headers"] = [*headers, (b"content-length", str(len(whole)).encode())]
            await send(start)
            await send({"type": "http.response.body", "body": whole})

        await self.app(scope, receive, hold_back)


class BodyLimit:
    """Refuses posts of more than `megabytes`, uploads aside, which Gradio limits itself."""

    def __init__(self, app: ASGIApp, megabytes: int) -> None:
        self.app = app
        self.most = megabytes * 1_000_000

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope.get("headers", ()))
        length = headers.get(b"content-length", b"")
        size = int(length) if length.isdigit() else 0
        if scope["type"] != "http" or scope["path"].endswith("/upload") or size <= self.most:
            await self.app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 413, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"too large"})


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
    return any(file.startswith(_OURS) and file != __file__ for file in files)


class Session(state_holder.SessionState):
    """A visitor's state, with the configuration of a component once it is wanted.

    Gradio copies that of the whole page for every visitor and every call of an endpoint, and keeps it: 57 ms and a
    third of a megabyte each time, where this takes 0.1 ms.
    """

    def __init__(self, page: Any) -> None:
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
    _user.SessionState = Session  # type: ignore[attr-defined, misc]


class App(gr.Blocks):
    """Blocks whose page is quickly made, and whose endpoints may be called without their last arguments.

    Gradio's own client fills in defaults; a plain request with the arguments of an earlier version must work too.
    """

    def get_config_file(self) -> Any:
        """The page's configuration as plain data.

        Gradio copies it for every visit, and with the components that it refers to that takes most of a second.
        """
        return orjson.loads(ORJSONResponse._render(super().get_config_file()))

    def validate_inputs(self, block_fn: Any, inputs: list[Any]) -> None:
        missing = len(block_fn.inputs) - len(inputs)
        if missing > 0 and block_fn.fn is not None and block_fn.api_visibility == "public":
            parameters = list(inspect.signature(block_fn.fn).parameters.values())[len(inputs) : len(block_fn.inputs)]
            if all(p.default is not p.empty for p in parameters):
                inputs.extend(p.default for p in parameters)
        super().validate_inputs(block_fn, inputs)

    async def preprocess_data(self, block_fn: Any, *args: Any, **kwargs: Any) -> Any:
        """The arguments of an event. What is wrong with them is the sender's fault, and stays out of the log."""
        with _blaming_the_sender():
            if block_fn.fn is None:
                raise ValueError("an event of the browser alone")
            return await super().preprocess_data(block_fn, *args, **kwargs)

    async def call_function(self, *args: Any, **kwargs: Any) -> Any:
        """The outputs of an event. Gradio's own handlers, as those of examples, trust their arguments."""
        with _blaming_the_sender():
            return await super().call_function(*args, **kwargs)


@contextmanager
def _blaming_the_sender() -> Iterator[None]:
    try:
        yield
    except gr.Error:
        raise
    except Exception as error:
        if _is_ours(error):
            raise
        raise gr.Error("参数无法使用 (the arguments cannot be used)", print_exception=False) from error
