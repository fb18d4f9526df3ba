from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from demos.server import modules
from demos.server.app import EarlyScript
from demos.views.view import View, styles
from tests.conftest import ROOT

DEMOS = ROOT / "demos"
SVG = "modou/views/svg.js"


def client(**options: str) -> TestClient:
    inner = Starlette(routes=[Route("/{rest:path}", lambda request: PlainTextResponse("the app"))])
    return TestClient(modules.Modules(inner), **options)  # type: ignore[arg-type]


def views() -> list[type[View]]:
    import demos  # noqa: F401 (its tabs define the views)

    found = [View]
    for view in found:
        found.extend(view.__subclasses__())
    return found[1:]


def test_every_script_below_demos_is_a_module() -> None:
    scripts = {path.relative_to(DEMOS).as_posix() for path in DEMOS.rglob("*.js")}
    assert {f"modou/{path}" for path in scripts} == set(modules.modules())


def test_a_module_is_kept_for_ever_under_an_address_of_its_content() -> None:
    address = modules.addresses()[SVG]
    assert re.fullmatch(r"/modules/views/svg\.[0-9a-f]{16}\.js", address)
    reply = client().get(address)
    assert reply.content == (DEMOS / "views" / "svg.js").read_bytes()
    assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert reply.headers["content-type"] == "text/javascript; charset=utf-8"
    assert client().head(address).status_code == 200
    assert client().post(address).status_code == 405


def test_another_content_gets_another_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def address(content: str) -> str:
        (tmp_path / "views").mkdir(exist_ok=True)
        (tmp_path / "views" / "one.js").write_text(content)
        modules.modules.cache_clear()
        modules.addresses.cache_clear()
        return modules.addresses()["modou/views/one.js"]

    monkeypatch.setattr(modules, "_DEMOS", tmp_path)
    try:
        assert address("export const a = 1;") != address("export const a = 2;")
    finally:
        modules.modules.cache_clear()
        modules.addresses.cache_clear()


@pytest.mark.parametrize(
    "path",
    [
        "/modules/views/svg.js",
        "/modules/views/svg.0000000000000000.js",
        "/modules/",
        "/modules/views/view.py",
        "/modules/server/app.py",
        "/modules/../app.py",
        "/modules/%2e%2e/app.py",
        "/modules//etc/passwd",
        "/modules/views/result.css",
    ],
)
def test_nothing_else_is_served(path: str) -> None:
    reply = client().get(path)
    assert reply.text == ("the app" if path == "/modules/../app.py" else "there is no such module")
    assert "immutable" not in reply.headers.get("cache-control", "")


@pytest.mark.parametrize("root", ["https://example.org/modou", "/modou", "/modules"])
def test_modules_are_found_below_a_root_path(root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    address = modules.addresses()[SVG]
    monkeypatch.setenv("GRADIO_ROOT_PATH", root)
    below = root.removeprefix("https://example.org")
    # A proxy may or may not have stripped it.
    assert client().get(below + address).status_code == 200
    assert client().get(address).status_code == 200
    monkeypatch.delenv("GRADIO_ROOT_PATH")
    assert client(root_path=below).get(below + address).status_code == 200
    assert client().get("/elsewhere" + address).text == "the app"


def test_the_head_maps_all_names_before_any_module() -> None:
    head = modules.head(first=["modou/shell/views/home.js"], early=["modou/shell/views/connection.js"])
    table = json.loads(head.split('<script type="importmap">')[1].split("</script>")[0])["imports"]
    assert set(table) == set(modules.modules())
    # From the page's own place, wherever it is.
    assert all(address.startswith("./modules/") for address in table.values())
    assert head.index("importmap") < head.index("modulepreload") < head.index('type="module"')
    assert f'href="{table["modou/xiangqi/views/drawing.js"]}"' in head
    assert f'<script type="module" src="{table["modou/shell/views/connection.js"]}">' in head


def test_imports_are_by_bare_names_of_modules_that_are_there() -> None:
    for name, content in modules.modules().items():
        named = re.findall(r'^(?:import|export)\b[^;]*?\bfrom "([^"]+)";', content.decode(), re.MULTILINE)
        assert set(named) <= set(modules.modules()), name


def test_every_view_has_a_module_that_makes_it() -> None:
    for view in views():
        content = modules.modules()[f"modou/{view.script}"].decode()
        assert "export const create = " in content, view
        for event in re.findall(r'\bemit\("(\w+)"', content):
            assert event in view.emits, (view, event)


def test_a_view_has_the_styles_of_what_it_imports() -> None:
    sheet = styles("shell/views/home.js")
    own = (DEMOS / "shell" / "views" / "home.css").read_text(encoding="utf-8")
    board = (DEMOS / "xiangqi" / "views" / "drawing.css").read_text(encoding="utf-8")
    assert sheet.index(board) < sheet.index(own)
    used = {name for view in views() for name in modules.imported([f"modou/{view.script}"])}
    for path in DEMOS.glob("*/views/**/*.css"):
        name = f"modou/{path.relative_to(DEMOS).with_suffix('.js').as_posix()}"
        assert name in used or path.name == "connection.css", f"{path} styles nothing"


def test_no_script_is_longer_than_a_reader_s_patience() -> None:
    for path in DEMOS.rglob("*.js"):
        if "vendor" not in path.parts:
            assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path


def test_the_page_travels_compressed_to_whoever_takes_it_so() -> None:
    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        await HTMLResponse("<html><head></head>" + "x" * 50_000)(scope, receive, send)

    visitor = TestClient(EarlyScript(page, "<b>first</b>"))
    small, plain = (visitor.get("/", headers={"accept-encoding": way}) for way in ("gzip, br", "identity"))
    assert small.text == plain.text
    assert plain.text.startswith("<html><head><b>first</b>")
    assert int(small.headers["content-length"]) < 1_000
    assert "content-encoding" not in plain.headers
