"""The check before a talk tries every model and tells which does not answer."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import core
from core import catalog
from core.check import Checked, table, versions
from tests.conftest import ROOT


def run(models: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"MODOU_BUNDLED": str(models)}
    command = [sys.executable, "app.py", "--check"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_every_model_is_tried_and_a_damaged_one_told(tmp_path: Path) -> None:
    # A few of them here: the others' answers have tests of their own, and these are missing as far as the check knows.
    there = {"triples-dgcnn", "xiangqi-board", "xiangqi-moves"}
    for name in there:
        shutil.copytree(catalog.MODELS / name, tmp_path / name)
    with next((tmp_path / "xiangqi-moves").glob("*.safetensors")).open("r+b") as file:
        file.truncate(100)
    done = run(tmp_path)
    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == versions()
    tried = {tuple(line.split()[:2]): line for line in lines[2:-1]}
    assert list(tried) == [(task, model) for task in core.TASKS for model in catalog.bundled(task)]
    assert {model for (_, model), line in tried.items() if "damaged" in line} == {"xiangqi-moves"}
    answered = {model for (_, model), line in tried.items() if re.fullmatch(r"(\s+[\d.]+){5}", line[46:])}
    assert answered == there - {"xiangqi-moves"}
    not_usable = lines[-1].partition("not usable: ")[2].split(", ")
    assert set(not_usable) == {model for _, model in tried} - answered


def test_figures_stand_below_their_names() -> None:
    head, row = table([Checked("triples", "triples-gplinker", 1.5, 0.25, 0.125, 16.0, 512.4)]).splitlines()
    assert row.split() == ["triples", "triples-gplinker", "1.50", "0.25", "0.12", "16.0", "512"]
    assert len(head) == len(row)
