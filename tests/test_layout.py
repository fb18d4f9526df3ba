"""What the layout promises; who may import whom is checked by `make check`."""

from __future__ import annotations

import ast
import dataclasses
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

import core
from core import tasks
from core.operation import Operation
from demos import TABS

ROOT = Path(__file__).resolve().parent.parent


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_each_task_has_its_parts_under_one_name() -> None:
    for name in tasks.NAMES:
        places = (f"core/{name}/task.py", f"demos/{name}/tab.py", f"training/{name}", f"tests/{name}")
        for place in (*places, f"assets/examples/{name}"):
            assert (ROOT / place).exists(), place
        assert tasks.find(name).pipeline == f"core.{name}.pipeline:{tasks.find(name).pipeline_class.__name__}"
    assert [tab.NAME for tab in TABS] == list(tasks.NAMES)


@pytest.mark.parametrize("operation", [operation for _, operation in tasks.operations()], ids=lambda o: o.name)
def test_an_operation_is_a_typed_request_and_a_typed_result(operation: Operation) -> None:
    assert dataclasses.is_dataclass(operation.request)
    assert dataclasses.is_dataclass(operation.result_type)
    assert callable(operation.result_type.to_dict)
    told = operation.request.__doc__ or ""
    for field in dataclasses.fields(operation.request):
        assert f"\n        {field.name}: " in told, field.name


def test_what_is_loaded_is_of_the_type_that_the_task_names() -> None:
    for name in core.TASKS:
        steps = tasks.find(name).pipeline_class
        assert steps.task == name
        assert not steps.__abstractmethods__


def test_the_way_of_a_request_leads_through_files_that_are_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    way = text.split("## How a request travels")[1].split("\n## ")[0]
    steps = re.findall(r"^\d\. .*(?:\n   .*)*", way, re.M)
    assert 1 <= len(steps) <= 8
    for step in steps:
        files = re.findall(r"`([\w/]+\.py)`", step)
        assert files, step
        assert all((ROOT / file).is_file() for file in files), step


def test_every_task_has_an_application_in_the_shipped_configuration() -> None:
    config = yaml.safe_load((ROOT / "deploy" / "ray" / "config.yaml").read_text(encoding="utf-8"))
    served = {app["args"]["task"]: app["route_prefix"] for app in config["applications"]}
    assert served == {task: f"/{task}" for task in core.TASKS}


def test_no_two_modules_of_core_are_called_alike_but_those_that_every_task_has() -> None:
    shared = {"__init__", "task", "pipeline", "request", "model", "encoding", "explain"}
    names = Counter(path.stem for path in (ROOT / "core").rglob("*.py"))
    assert {name for name, count in names.items() if count > 1} <= shared


@pytest.mark.parametrize(
    ("library", "owner"), [("csv", "delimited"), ("jieba", "segmenter"), ("cachetools", "cache"), ("opencc", "text")]
)
def test_what_is_done_once_has_one_owner(library: str, owner: str) -> None:
    paths = (path for folder in ("core", "training") for path in (ROOT / folder).rglob("*.py"))
    users = {path for path in paths if library in imported(path)}
    assert users == {ROOT / "core" / f"{owner}.py"}


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
