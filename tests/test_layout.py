"""What the layout promises: who may import whom, and that each task's parts carry its name."""

from __future__ import annotations

import ast
import subprocess
import sys
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


def test_importing_core_loads_no_torch() -> None:
    code = "import sys, core; sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_no_user_text_reaches_a_template_or_inner_html() -> None:
    for path in (ROOT / "demos").rglob("*.js"):
        # d3 has a method of that kind, which nobody calls: our scripts would have to name it.
        if "vendor" in path.parts:
            continue
        script = path.read_text(encoding="utf-8")
        unsafe = ("innerHTML", ".html(", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function")
        assert not [name for name in unsafe if name in script], path
