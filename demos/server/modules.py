"""The page's JavaScript modules: each at an address that holds its content's hash, so that it can be kept for ever.

A module is imported by its bare name, "modou/" and its path below `demos`, which the page's one import map turns into
its address: `import { svg } from "modou/views/svg.js"`. Nothing but the modules is served.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

_DEMOS = Path(__file__).resolve().parent.parent
_PREFIX = "/modules/"
_IMPORT = re.compile(r'^(?:import|export)\b[^;"]*"(modou/[^"]+)";', re.MULTILINE)
_HEADERS = {"cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff"}


def path_of(name: str) -> Path:
    """The file of a module."""
    return _DEMOS / name.removeprefix("modou/")


@functools.cache
def modules() -> dict[str, bytes]:
    """What there is to import: bare names and content."""
    found = sorted([*_DEMOS.glob("views/**/*.js"), *_DEMOS.glob("*/views/**/*.js")])
    return {f"modou/{path.relative_to(_DEMOS).as_posix()}": path.read_bytes() for path in found}


@functools.cache
def addresses() -> dict[str, str]:
    """Bare name → address below the app's root."""

    def address(name: str, content: bytes) -> str:
        path = name.removeprefix("modou/").removesuffix(".js")
        return f"{_PREFIX}{path}.{hashlib.sha256(content).hexdigest()[:16]}.js"

    return {name: address(name, content) for name, content in modules().items()}


def imported(names: Iterable[str]) -> list[str]:
    """`names` and every module that they import, directly or not, what is imported first."""
    found: dict[str, None] = {}

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above or name in found:
            return
        for other in _IMPORT.findall(modules()[name].decode()):
            visit(other, (*above, name))
        found[name] = None

    for name in names:
        visit(name, ())
    return list(found)


def head(first: Iterable[str] = (), early: Iterable[str] = ()) -> str:
    """For the top of the page: the import map, the modules `early` that run before Gradio's own, and word of those that
    the views `first` seen need. Addresses start from the page's, as Gradio's own do, so that they hold below any path.
    """
    # JSON in a script must not be able to end it.
    table = json.dumps({"imports": {name: f".{at}" for name, at in addresses().items()}}).replace("<", "\\u003c")
    loads = "".join(f'<link rel="modulepreload" href=".{addresses()[name]}">' for name in imported([*early, *first]))
    runs = "".join(f'<script type="module" src=".{addresses()[name]}"></script>' for name in early)
    return f'<script type="importmap">{table}</script>{loads}{runs}'


class Modules:
    """Answers what is asked below /modules/, with or without the root path in front."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.root = urlsplit(os.environ.get("GRADIO_ROOT_PATH", "")).path.rstrip("/")
        self._files = {at: modules()[name] for name, at in addresses().items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        for root in (scope.get("root_path", "").rstrip("/"), self.root):
            if root and path.startswith(f"{root}{_PREFIX}"):
                path = path.removeprefix(root)
        if not path.startswith(_PREFIX):
            await self.app(scope, receive, send)
            return
        await self._answer(scope["method"], path)(scope, receive, send)

    def _answer(self, method: str, path: str) -> Response:
        content = self._files.get(path)
        if content is None:
            return PlainTextResponse("there is no such module", 404)
        if method not in ("GET", "HEAD"):
            return PlainTextResponse("modules can only be read", 405, {"allow": "GET, HEAD"})
        return Response(content, headers=_HEADERS, media_type="text/javascript; charset=utf-8")
