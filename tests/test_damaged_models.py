"""Weights and their companions cut short, changed or missing: the message names the file and what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import core
from core import catalog, runtime
from core.errors import InputError


def cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def change(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1000] ^= 0xFF
    path.write_bytes(data)


def garble(path: Path) -> None:
    path.write_bytes(b"<html>404</html>")


DAMAGE: list[Callable[[Path], None]] = [cut, change, garble, Path.unlink]
KINDS = [(task, name) for task in core.TASKS for name in catalog.bundled(task)]


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The models once more, as links: `own` makes a copy of what is to be damaged."""
    linked = tmp_path / "models"
    shutil.copytree(catalog.MODELS, linked, copy_function=os.symlink)
    monkeypatch.setattr(catalog, "MODELS", linked)
    return linked


def own(path: Path) -> Path:
    """`path` as a file of its own in the place of a link: damage is written into it."""
    whole = path.read_bytes()
    path.unlink()
    path.write_bytes(whole)
    return path


@pytest.mark.parametrize(("task", "name"), KINDS)
def test_bad_weights_are_named_with_the_fix(models: Path, task: str, name: str) -> None:
    for path in map(own, sorted((models / name).rglob("*.safetensors"))):
        whole = path.read_bytes()
        for damage in DAMAGE:
            damage(path)
            refused(task, name, path)
            path.write_bytes(whole)


@pytest.mark.parametrize(("task", "name"), KINDS)
def test_bad_configurations_and_vocabularies_are_named_with_the_fix(models: Path, task: str, name: str) -> None:
    # Our own GPTs of xiangqi know their moves by heart, and read no vocabulary.
    for part in ("config.json",) if task == "xiangqi" else ("config.json", "tokenizer.json"):
        path = own(models / name / part)
        whole = path.read_bytes()
        for damage in (cut, garble, Path.unlink):
            damage(path)
            refused(task, name, path)
            path.write_bytes(whole)


def test_the_reader_behind_the_pairs_is_named_too(models: Path) -> None:
    path = own(models / "qa-reader" / "model.safetensors")
    change(path)
    refused("qa_pairs", "qa-generator", path)


def test_weights_without_checksums_are_still_looked_at(models: Path) -> None:
    (models / catalog.SUMS).unlink()
    path = own(models / "similarity-static" / "model.safetensors")
    cut(path)
    refused("similarity", "similarity-static", path)


def test_checksums_of_all_weights_ship_and_are_those_that_are_written(tmp_path: Path) -> None:
    copy = tmp_path / "models"
    for path in catalog.MODELS.rglob("*.safetensors"):
        target = copy / path.relative_to(catalog.MODELS)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(path)
    catalog.write_sums(copy)
    assert (copy / catalog.SUMS).read_text() == (catalog.MODELS / catalog.SUMS).read_text()


def refused(task: str, name: str, path: Path) -> None:
    with pytest.raises(InputError) as caught:
        core.load(task, name)
    for message in (caught.value.zh, caught.value.en):
        assert str(path) in message, f"{path.name} of {name}: {message}"
    assert "重新克隆" in caught.value.zh
    assert "clone the repository again" in caught.value.en
    assert not any(str(path.parent) in str(key) for key in runtime.loaded())
