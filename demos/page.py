"""What has to happen to the page before Gradio's own script starts."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send


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
