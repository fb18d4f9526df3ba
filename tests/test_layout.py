"""What the layout promises: who may import whom, and that each task's parts carry its name."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import core
from demos import TABS

ROOT = Path(__file__).resolve().parent.parent


def imported(folder: str) -> dict[Path, set[str]]:
    found: dict[Path, set[str]] = {}
    for path in (ROOT / folder).rglob("*.py"):
        names = found.setdefault(path, set())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        ("core", {"gradio", "demos", "training", "deploy", "ray"}),
        ("demos", {"torch", "transformers", "training", "deploy", "ray"}),
        ("training", {"demos", "gradio"}),
    ],
)
def test_who_may_import_whom(folder: str, forbidden: set[str]) -> None:
    for path, names in imported(folder).items():
        assert not names & forbidden, f"{path} imports {names & forbidden}"


def test_each_task_has_its_parts_under_one_name() -> None:
    for task in core.TASKS:
        part = "qa_pairs" if task == "answer" else task  # the reader of the pairs, as a task of its own
        for place in (
            f"core/{part}",
            f"demos/{part}/tab.py",
            f"training/{part}",
            f"tests/{part}",
            f"assets/examples/{part}",
        ):
            assert (ROOT / place).exists(), place
    assert {tab.NAME for tab in TABS} <= set(core.TASKS)


def test_no_two_modules_of_core_are_called_alike_but_those_that_every_task_has() -> None:
    shared = {"__init__", "pipeline", "model", "encoding", "explain"}
    names = Counter(path.stem for path in (ROOT / "core").rglob("*.py"))
    assert {name for name, count in names.items() if count > 1} <= shared


@pytest.mark.parametrize(
    ("library", "owner"), [("csv", "delimited"), ("jieba", "segmenter"), ("cachetools", "cache"), ("opencc", "text")]
)
def test_what_is_done_once_has_one_owner(library: str, owner: str) -> None:
    users = {path for folder in ("core", "training") for path, names in imported(folder).items() if library in names}
    assert users == {ROOT / "core" / f"{owner}.py"}


def test_importing_core_loads_no_torch() -> None:
    code = "import sys, core; sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_no_user_text_reaches_a_template_or_inner_html() -> None:
    for path in (ROOT / "demos").rglob("*.js"):
        script = path.read_text(encoding="utf-8")
        for unsafe in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
            assert unsafe not in script, f"{path.name}: {unsafe}"
