"""What comes before Gradio: a script at the top of the page, a limit on what is posted, arguments left out."""

from __future__ import annotations

import gzip
import inspect
from typing import Any

import gradio as gr
import orjson
from gradio.block_function import BlockFunction
from gradio.routes import ORJSONResponse
from gradio.utils import get_function_description
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import Busy, InputError
from demos.server import monitoring, waiting
from demos.server.calls import clean
from demos.server.guard import blaming_the_sender


class EarlyScript:
    """Puts `html` at the top of the page's <head>, and sends the page compressed to whoever takes it so: a sixth.

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
        is_small = b"gzip" in dict(scope.get("headers", ())).get(b"accept-encoding", b"")
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
            if is_small:
                whole = gzip.compress(whole, compresslevel=5)
                headers += [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")]
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


def one_line_each(doc: str) -> str:
    """A docstring with each argument, and what is returned, on a line of its own: Gradio reads no more than that."""
    found: list[str] = []
    section = ""
    for line in inspect.cleandoc(doc).splitlines():
        if line.rstrip() in ("Args:", "Returns:"):
            section = line.strip()
        continues = {"Args:": line.startswith(" " * 8), "Returns:": line.startswith(" ") and found[-1] != section}
        if line and continues.get(section):
            found[-1] += " " + line.strip()
        else:
            found.append(line)
    return "\n".join(found)


def whole(value: Any) -> Any:
    """JSON without halves of emoji in its texts."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [whole(item) for item in value]
    return {whole(key): whole(item) for key, item in value.items()} if isinstance(value, dict) else value


class App(gr.Blocks):
    """Blocks whose page is quickly made, whose calls are counted, and whose queue says when it is full.

    Endpoints may be called without their last arguments: Gradio's own client fills in defaults; a plain request with
    the arguments of an earlier version must work too.
    """

    def queue(self, *args: Any, **kwargs: Any) -> App:
        super().queue(*args, **kwargs)
        made = self._queue
        bounded = waiting.BoundedQueue(
            made.live_updates,
            made.max_thread_count,
            made.update_intervals,
            made.max_size,
            self,
            made.default_concurrency_limit,
        )
        self._queue = bounded
        monitoring.watch.waiting = bounded.sizes
        monitoring.watch.serving = lambda: not bounded.stopped
        return self

    def document(self) -> None:
        """Ready the docstrings of the public endpoints for Gradio, once all are there."""
        for fn in self.fns.values():
            if fn.api_visibility == "public" and fn.fn is not None:
                fn.fn.__doc__ = one_line_each(fn.fn.__doc__ or "")

    def get_api_info(self, *args: Any, **kwargs: Any) -> Any:
        """What endpoints there are; with what their docstrings say of the arguments, which Gradio tells to MCP only."""
        info = super().get_api_info(*args, **kwargs)
        functions = {f"/{fn.api_name}": fn.fn for fn in self.fns.values() if fn.api_visibility == "public"}
        for name, endpoint in info["named_endpoints"].items():
            function = functions[name]
            if function is None:
                continue
            _, told, _ = get_function_description(function)
            for parameter in endpoint["parameters"]:
                parameter["python_type"]["description"] = told.get(parameter["parameter_name"], "")
        return info

    async def process_api(self, block_fn: BlockFunction | int, *args: Any, **kwargs: Any) -> dict[str, Any]:
        fn = self.fns[block_fn] if isinstance(block_fn, int) else block_fn
        call = waiting.current.get()
        if call is not None:
            return await self._answer(call, fn, *args, **kwargs)
        with monitoring.observed(waiting.endpoint(fn), kwargs.get("session_hash")) as call:
            return await self._answer(call, fn, *args, **kwargs)

    async def _answer(self, call: monitoring.Call, fn: BlockFunction, *args: Any, **kwargs: Any) -> dict[str, Any]:
        try:
            return await super().process_api(fn, *args, **kwargs)
        except (gr.Error, InputError) as error:
            busy = isinstance(error, Busy) or isinstance(error.__cause__, Busy)
            call.outcome = "busy" if busy else "refused"
            if isinstance(error, gr.Error):
                raise
            raise gr.Error(str(error), print_exception=False) from error
        except Exception as error:
            call.outcome = "failed"
            monitoring.unexpected(call.endpoint, error)
            raise gr.Error(str(monitoring.FAULT), print_exception=False) from error

    def get_config_file(self) -> Any:
        """The page's configuration as plain data.

        Gradio copies it for every visit, and with the components that it refers to that takes most of a second.
        """
        return orjson.loads(ORJSONResponse._render(super().get_config_file()))

    def validate_inputs(self, block_fn: BlockFunction, inputs: list[Any]) -> None:
        missing = len(block_fn.inputs) - len(inputs)
        if missing > 0 and block_fn.fn is not None and block_fn.api_visibility == "public":
            parameters = list(inspect.signature(block_fn.fn).parameters.values())[len(inputs) : len(block_fn.inputs)]
            if all(p.default is not p.empty for p in parameters):
                inputs.extend(p.default for p in parameters)
        try:
            super().validate_inputs(block_fn, inputs)
        except ValueError as error:
            raise InputError("参数个数不对", "the number of arguments is wrong") from error

    async def preprocess_data(self, block_fn: BlockFunction, inputs: list[Any], *args: Any, **kwargs: Any) -> Any:
        """The arguments of an event. What is wrong with them is the sender's fault, and stays out of the log."""
        with blaming_the_sender():
            if block_fn.fn is None:
                raise ValueError("an event of the browser alone")
            # Half an emoji may come back in an answer, and no answer could be sent with it.
            return await super().preprocess_data(block_fn, [whole(value) for value in inputs], *args, **kwargs)

    async def call_function(self, *args: Any, **kwargs: Any) -> Any:
        """The outputs of an event. Gradio's own handlers, as those of examples, trust their arguments."""
        with blaming_the_sender():
            return await super().call_function(*args, **kwargs)
