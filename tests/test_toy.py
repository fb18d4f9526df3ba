"""A task is one folder in `core`, one in `demos` and one line: then the command line, the API and the page have it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from safetensors.numpy import save_file

from tests.conftest import ROOT, serving

TOY = ROOT / "tests" / "toy"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository with the toy's two folders, its checkpoint, and the one line."""
    house = tmp_path_factory.mktemp("house")
    for part in ("core", "demos"):
        shutil.copytree(ROOT / part, house / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(TOY / part, house / part / "toy")
    shutil.copy(ROOT / "app.py", house)
    models = house / "assets" / "models"
    models.mkdir(parents=True)
    for place in (ROOT / "assets", ROOT / "assets" / "models"):
        for path in place.iterdir():
            target = house / path.relative_to(ROOT)
            if not target.exists():
                target.symlink_to(path)
    (models / "toy-model").mkdir()
    for name in ("config.json", "tokenizer.json"):
        (models / "toy-model" / name).write_text("{}")
    save_file({"weight": np.zeros(1, np.float32)}, models / "toy-model" / "model.safetensors")
    before = (house / "core" / "tasks.py").read_text(encoding="utf-8").splitlines()
    after = [line.replace('"text2sql")', '"text2sql", "toy")') for line in before]
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1
    (house / "core" / "tasks.py").write_text("\n".join(after) + "\n", encoding="utf-8")
    return house


def test_the_command_line_has_it(house: Path) -> None:
    rows = '{"text": "墨斗", "id": 7}\n{"text": ""}\n{"text": "墨斗", "times": 2}\n'
    done = subprocess.run(
        [sys.executable, "-m", "core", "toy"], cwd=house, input=rows.encode(), capture_output=True, check=False
    )
    first, second, third = map(json.loads, done.stdout.splitlines())
    assert first == {"text": "墨斗", "id": 7, "turned": "斗墨"}
    assert second["line"] == 2
    assert third["turned"] == "墨斗"
    assert done.returncode == 1


def test_the_api_the_metrics_and_the_page_have_it(house: Path, tmp_path: Path) -> None:
    with serving(tmp_path, str(house / "app.py"), PYTHONPATH=str(house)) as address:
        client = Client(address, verbose=False)
        assert client.predict("墨斗", api_name="/toy") == {"turned": "斗墨"}
        with pytest.raises(AppError, match=r"请输入.*\("):
            client.predict("", api_name="/toy")
        described = client.view_api(return_format="dict")["named_endpoints"]["/toy"]
        assert described["description"].startswith("Turn a text round.")
        text, times = described["parameters"]
        assert (text["parameter_has_default"], times["parameter_default"]) == (False, 1)
        assert text["python_type"] == {"type": "str", "description": "at most 100 characters."}
        assert 'modou_requests_total{endpoint="toy",outcome="ok"} 1.0' in urlopen(f"{address}/metrics").read().decode()
        config = json.load(urlopen(f"{address}/config"))
        elements = {c["props"].get("elem_id") for c in config["components"]}
        assert {"tab-toy", "toy-text"} <= elements
        title = next(c["props"]["label"] for c in config["components"] if c["props"].get("elem_id") == "tab-toy")
        assert "toy_tab" in json.dumps(title)
        assert client.view_api(return_format="dict")["named_endpoints"].keys() >= {"/triples", "/toy"}
