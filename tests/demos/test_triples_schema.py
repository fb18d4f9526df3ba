"""What the section for one's own relations reads, refuses, trains and forgets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.errors import InputError
from core.triples.labelled import Labelled, read_labelled
from demos.server.calls import Busy
from demos.triples import tuning as triples_tuning
from demos.triples.schema import _bounded, _read, _sample, _stop, _train, _try

VISITOR: Any = SimpleNamespace(session_hash="visitor")
STRANGER: Any = SimpleNamespace(session_hash="stranger")


@pytest.fixture(scope="module")
def dishes() -> Labelled:
    path = Path("assets/examples/triples/dishes.jsonl")
    return read_labelled(path.read_bytes(), path.name)


@pytest.fixture(autouse=True)
def clean() -> Any:
    yield
    triples_tuning.leave("visitor")
    assert not list(triples_tuning.downloads().iterdir()), "files are left behind"


def test_the_sample_is_read_and_its_relations_are_counted(dishes: Labelled) -> None:
    labelled, value = _sample()
    assert labelled == dishes
    read = json.loads(value["json"])["read"]
    assert read["sentences"] == 42
    assert list(read["relations"]) == ["主料", "菜系", "口味"]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\0\1\2", "no text file"), (b"{}\n", "line 1: no text"), (b"x" * 30_000_000, "too large"), (None, "gone")],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "labels.jsonl"
    if content is not None:
        path.write_bytes(content)
    _, value = _read(str(path))
    assert said in value["error"]["en"]


def test_no_file_is_no_crash() -> None:
    assert "upload" in _read(None)[1]["error"]["en"]
    (view, *_), *more = _train(None, 1, VISITOR)
    assert "upload" in view["error"]["en"]
    assert not more


@pytest.mark.parametrize("minutes", [0, 9, -1, float("nan"), float("inf"), True, "5", None, [1]])
def test_nobody_gets_more_time_than_there_is(dishes: Labelled, minutes: Any) -> None:
    with pytest.raises(InputError):
        _bounded(minutes)
    (view, *_), *more = _train(dishes, minutes, VISITOR)
    assert "time limit" in view["error"]["en"]
    assert not more


def test_without_a_model_there_is_nothing_to_try() -> None:
    assert "gone" in _try("锅包肉是东北菜", STRANGER)["error"]["en"]
    assert "text" in _try("", STRANGER)["error"]["en"]


@pytest.mark.timeout(900)
def test_train_stop_try_and_forget(dishes: Labelled) -> None:
    shown: list[dict[str, Any]] = []
    busy: list[Any] = []
    for values in _train(dishes, 8, VISITOR):
        shown.append(json.loads(values[0]["json"]))
        if len(shown) == 1:
            busy = list(_train(dishes, 8, STRANGER))
        if shown[-1]["epochs"] and shown[-1]["epochs"][-1]["f1"] > 0 and "finished" not in shown[-1]:
            assert "notice" in _stop(VISITOR)
    assert "busy" in busy[0][0]["error"]["en"]
    _, own, _, download = values
    started, finished = shown[-1]["started"], shown[-1]["finished"]
    assert (started["train"], started["dev"], started["known"]) == (34, 8, [])
    assert finished["why"] == "stopped"
    assert finished["f1"] > finished["untrained"]
    assert own.visible
    assert 5 < shown[-1]["megabytes"] < 20
    packed = Path(download.value["path"])
    assert packed.is_relative_to(triples_tuning.downloads()), "a copy that would outlive the visit"
    assert "triples-custom/model.safetensors" in zipfile.ZipFile(packed).namelist()
    found = json.loads(_try("白切鸡属于粤菜，主料是三黄鸡。", VISITOR)["json"])
    assert found["milliseconds"] > 0
    assert {t["predicate"] for t in found["triples"]} <= {"主料", "菜系", "口味"}
    assert "gone" in _try("白切鸡属于粤菜。", STRANGER)["error"]["en"], "another visitor's model"
    triples_tuning.leave("visitor")
    assert not packed.exists()
    assert "gone" in _try("白切鸡属于粤菜。", VISITOR)["error"]["en"]


@pytest.mark.timeout(900)
def test_who_leaves_frees_the_place_at_once(dishes: Labelled) -> None:
    with triples_tuning.tuning("visitor", dishes, 8) as run:
        with pytest.raises(Busy), triples_tuning.tuning("stranger", dishes, 8):
            pass
        triples_tuning.leave("visitor")
        assert [event["epoch"] for event in run.events()] == [None]
        assert not run.zip.exists()
    with triples_tuning.tuning("stranger", dishes, 8) as other:
        assert not run.folder.exists()
    assert not other.folder.exists()
    assert not triples_tuning.stop("stranger"), "it is no longer running"


def test_a_process_that_breaks_off_is_told(dishes: Labelled) -> None:
    with triples_tuning.tuning("visitor", dishes, 8) as run:
        run.close()
        with pytest.raises(InputError, match="broke off"):
            list(run.events())


_ENDS = """
import threading, time
from contextlib import suppress
from core.errors import InputError
from demos.triples import schema as triples_schema
from demos.triples import tuning as triples_tuning

labelled, _ = triples_schema._sample()

def train():
    with suppress(InputError), triples_tuning.tuning("visitor", labelled, 8) as run:
        print(run._process.pid, flush=True)
        list(run.events())

threading.Thread(target=train).start()
while not triples_tuning._runs:
    time.sleep(0.05)
"""


@pytest.mark.timeout(300)
def test_a_training_ends_with_the_app_and_leaves_no_files(tmp_path: Path) -> None:
    """Python waits at its end for the thread that follows the training, which takes minutes unless it is ended."""
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    ended = subprocess.run([sys.executable, "-c", _ENDS], env=environment, capture_output=True, check=True, timeout=200)
    with pytest.raises(ProcessLookupError):
        os.kill(int(ended.stdout), 0)
    assert not list(tmp_path.glob("modou-tuning-*"))
