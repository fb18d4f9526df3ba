"""The examples of both READMEs run as they stand there; only the address is another."""

from __future__ import annotations

import dataclasses
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from core import tasks
from tests.conftest import ROOT

ADDRESS = "http://127.0.0.1:7860"
READMES = ("README.md", "README.zh.md")
OPERATIONS = {operation.endpoint: operation for _, operation in tasks.operations()}
# What each example of the API calls.
TASKS = len(OPERATIONS)


def blocks(readme: str, language: str, mark: str) -> list[str]:
    """Code blocks in which `mark` stands."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    return [code for code in re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S) if mark in code]


def plain(code: str) -> str:
    """Code without its comments, which are in the README's language."""
    return re.sub(r" *#.*", "", code)


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(("language", "mark"), [("python", "core"), ("python", ADDRESS), ("bash", ADDRESS)])
def test_both_readmes_have_the_same_examples(language: str, mark: str) -> None:
    first, second = (list(map(plain, blocks(readme, language, mark))) for readme in READMES)
    assert first == second


@pytest.mark.parametrize("readme", READMES)
def test_the_table_and_the_examples_are_the_operations(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    head = re.search(r"^\| .*`?operation`? .*\n\|[-|]+\n((?:\|.*\n)+)", text, re.M)
    assert head
    rows = {line.split("|")[1].strip(" `"): line.split("|")[2:4] for line in head[1].splitlines()}
    assert list(rows) == [operation.name for operation in OPERATIONS.values()]
    for operation in OPERATIONS.values():
        endpoint, given = rows[operation.name]
        assert endpoint.strip() == f"`{operation.endpoint}`"
        fields = {field.name for field in dataclasses.fields(operation.request)} - {"model"}
        assert fields <= set(re.findall(r"`(\w+)`", given)), operation.name
    for example in blocks(readme, "python", ADDRESS) + blocks(readme, "bash", ADDRESS):
        called = re.findall(r'api_name="/(\w+)"|^(?:print\(call\("|call )(\w+)', example, re.M)
        assert [a or b for a, b in called] == list(OPERATIONS), example


def test_examples_of_the_api_in_python(server: str, tmp_path: Path) -> None:
    examples = blocks("README.md", "python", ADDRESS)
    assert len(examples) == 2
    for code in examples:
        script = tmp_path / "example.py"
        script.write_text(code.replace(ADDRESS, server), encoding="utf-8")
        lines = [line for line in run(sys.executable, str(script)).splitlines() if line.startswith("{")]
        assert len(lines) == TASKS
        assert "毕业院校" in lines[0]
        assert "500" in lines[-1]


def test_examples_of_the_api_in_bash(server: str) -> None:
    (code,) = blocks("README.md", "bash", ADDRESS)
    told = run("bash", "-euc", code.replace(ADDRESS, server))
    assert told.count("event: complete") == TASKS
    assert "event: error" not in told


def test_examples_of_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One script, since the later ones go on where the first began."""
    script = tmp_path / "example.py"
    script.write_text("\n".join(blocks("README.md", "python", "core")), encoding="utf-8")
    monkeypatch.chdir(ROOT)
    runpy.run_path(str(script), run_name="__main__")
    told = capsys.readouterr().out
    assert "雷军" in told
    assert "SELECT" in told
