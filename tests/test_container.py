"""The image, as far as that goes without an engine: a folder of the files that it would hold, and the app in it."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from tests.conftest import serving, visiting

ROOT = Path(__file__).resolve().parent.parent


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (instruction, arguments), continued lines joined."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines if line.strip()]


def ignored(path: PurePosixPath) -> bool:
    """Whether .dockerignore leaves `path` out, itself or a folder above it."""
    patterns = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    for part in (path, *path.parents):
        for pattern in patterns:
            if pattern.startswith("**/"):
                if fnmatch.fnmatch(part.name, pattern[3:]):
                    return True
            elif part.parts and part.parent == PurePosixPath(pattern).parent and part.match(pattern):
                return True
    return False


def copied() -> Iterator[tuple[PurePosixPath, PurePosixPath]]:
    """(file in the repository, file below the image's WORKDIR) for every COPY."""
    tracked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines() or [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if p.is_file()]
    files = [PurePosixPath(name) for name in tracked if not ignored(PurePosixPath(name))]
    for what, arguments in instructions():
        if what != "COPY":
            continue
        *sources, target = shlex.split(arguments)
        for source in sources:
            found = False
            for file in files:
                if (ROOT / source).is_dir() and file.is_relative_to(source):
                    yield file, PurePosixPath(target) / file.relative_to(source)
                    found = True
                elif file.parent == PurePosixPath(source).parent and file.match(source):
                    yield file, PurePosixPath(target) / file.name
                    found = True
            assert found, f"COPY {source}: there is no such file, or .dockerignore leaves it out"


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the image's WORKDIR."""
    folder = tmp_path_factory.mktemp("image")
    for source, target in copied():
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / source, folder / target)
    return folder


def environment() -> dict[str, str]:
    """What the Dockerfile sets."""
    found = [shlex.split(arguments) for what, arguments in instructions() if what == "ENV"]
    return dict(pair.split("=", 1) for pairs in found for pair in pairs)


def test_image_is_small_and_its_user_is_not_root(image: Path) -> None:
    names = {path.name for path in image.iterdir()}
    assert names == {"app.py", "assets", "core", "demos", "training", "requirements.txt", "LICENSE"}
    assert {path.name for path in (image / "training").iterdir() if path.is_dir()} == {"triples"}
    assert sum(path.stat().st_size for path in image.rglob("*") if path.is_file()) < 190e6
    steps = instructions()
    kinds = [what for what, _ in steps]
    assert dict(steps)["USER"] not in ("root", "0")
    assert dict(steps)["EXPOSE"] == "7860"
    assert "/healthz" in dict(steps)["HEALTHCHECK"]
    # A changed source file must not install the libraries again.
    assert kinds.index("RUN", kinds.index("COPY")) < kinds.index("COPY", kinds.index("COPY") + 1)
    assert kinds.index("USER") < kinds.index("CMD")


def test_image_can_train_a_head(image: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "training.triples.custom", "--help"],
        cwd=image,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_app_runs_from_the_image_files_under_a_root_path_and_from_any_folder(
    image: Path, tmp_path: Path, browser: Any
) -> None:
    start = tmp_path / "start.py"
    start.write_text(
        f"import os, runpy, sys\nos.chdir({str(tmp_path)!r})\nsys.path.insert(0, {str(image)!r})\n"
        f"runpy.run_path({str(image / 'app.py')!r}, run_name='__main__')\n"
    )
    settings = environment() | {"GRADIO_ROOT_PATH": "/modou"}
    assert settings["GRADIO_SERVER_NAME"] == "0.0.0.0"
    with serving(tmp_path, str(start), PYTHONPATH=os.fspath(tmp_path), **settings) as address:
        with urlopen(f"{address}/config") as reply:
            assert json.loads(reply.read())["root"].endswith("/modou")
        data = json.dumps({"data": ["《战狼2》是由吴京执导的电影"]}).encode()
        request = Request(f"{address}/gradio_api/call/triples", data, {"Content-Type": "application/json"})
        with urlopen(request) as reply:
            event = json.loads(reply.read())["event_id"]
        with urlopen(f"{address}/gradio_api/call/triples/{event}") as reply:
            assert "吴京" in json.dumps(json.loads(reply.read().decode().split("data: ")[1]), ensure_ascii=False)
        # Without the slash at its end the page's addresses would lead beside the path.
        with visiting(browser.new_context(locale="zh-CN"), f"{address}/modou") as page:
            page.goto(f"{address}/modou?tab=triples")
            expect(page.locator("#triples-run")).to_be_visible(timeout=60_000)
            assert page.url == f"{address}/modou/?tab=triples"
            icon = page.locator("link[rel=icon]").evaluate("(link) => link.href")
            assert icon.startswith(f"{address}/modou/")
            assert "svg" in page.request.get(icon).headers["content-type"]
