"""What the layout promises; who may import whom is checked by `make check`."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

import core
from core import tasks
from core.operation import Operation
from demos import TABS

ROOT = Path(__file__).resolve().parent.parent


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


def test_importing_core_loads_no_torch() -> None:
    code = "import sys, core; sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_no_user_text_reaches_a_template_or_inner_html() -> None:
    for path in (ROOT / "demos").rglob("*.js"):
        script = path.read_text(encoding="utf-8")
        for unsafe in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
            assert unsafe not in script, f"{path.name}: {unsafe}"
