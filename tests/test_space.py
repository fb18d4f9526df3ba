"""What a Space is told about the app, against what the Hub takes and what the repository holds."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from demos.server.space import on_gpu

ROOT = Path(__file__).resolve().parent.parent
# https://huggingface.co/docs/hub/spaces-config-reference
COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
KEYS = {
    *("title", "emoji", "colorFrom", "colorTo", "sdk", "sdk_version", "python_version", "app_file", "license"),
    *("short_description", "suggested_hardware", "models", "datasets", "tags", "thumbnail", "pinned", "header"),
    *("fullWidth", "base_path", "startup_duration_timeout", "disable_embedding", "preload_from_hub"),
}


@pytest.fixture(scope="module")
def front() -> dict[str, str]:
    found: dict[str, str] = yaml.safe_load((ROOT / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    return found


def test_front_matter_is_what_the_hub_takes(front: dict[str, str]) -> None:
    assert set(front) <= KEYS
    assert front["sdk"] == "gradio"
    assert {front["colorFrom"], front["colorTo"]} <= COLOURS
    assert len(front["short_description"]) <= 60
    assert front["suggested_hardware"] == "cpu-basic"
    assert "disable_embedding" not in front


def test_front_matter_agrees_with_the_repository(front: dict[str, str]) -> None:
    pinned = re.search(r"^gradio(?:\[\w+\])?==([\d.]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert pinned
    assert front["sdk_version"] == pinned.group(1)
    assert (ROOT / front["app_file"]).is_file()
    assert f"FROM python:{front['python_version']}-slim" in (ROOT / "Dockerfile").read_text()
    assert "Apache License" in (ROOT / "LICENSE").read_text()
    assert front["license"] == "apache-2.0"


def test_a_gpu_is_asked_for_where_there_is_somebody_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spaces", None)
    assert on_gpu(len) is len
    monkeypatch.setitem(sys.modules, "spaces", SimpleNamespace(GPU=lambda work: lambda given: ("lent", work(given))))
    assert on_gpu(len)("四个字呢") == ("lent", 4)
