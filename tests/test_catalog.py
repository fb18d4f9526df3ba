from __future__ import annotations

from pathlib import Path

import pytest

import core
from core import catalog
from core.errors import InputError

LIMIT_FILE = 25_000_000
LIMIT_ALL = 170_000_000


def test_every_task_has_a_bundled_checkpoint_with_a_licence() -> None:
    licences = {
        "triples": "research-only",
        "triples_by_example": "research-only",
        "events": "research-only",
        "qa_pairs": "research-only",
        "answer": "research-only",
        "qa_pairs_by_example": "research-only",
        "similarity": "research-only",
        "similarity_by_example": "research-only",
        "xiangqi": "cc-by-4.0",
        "text2sql": "research-only",
    }
    for task in core.TASKS:
        for name in catalog.bundled(task):
            checkpoint = catalog.find(task, name)
            assert checkpoint.name == name
            assert checkpoint.size > 0
            assert checkpoint.parameters > 1_000_000
            assert checkpoint.licence == licences[task]


def test_bundled_models_stay_light_and_have_cards() -> None:
    files = [f for f in catalog.MODELS.rglob("*") if f.is_file()]
    assert sum(f.stat().st_size for f in files) <= LIMIT_ALL
    assert max(f.stat().st_size for f in files) <= LIMIT_FILE
    for folder in {f.parent for f in files if f.suffix == ".safetensors"}:
        name = folder.relative_to(catalog.MODELS)
        assert (folder / "README.md").is_file(), f"{name}: no card"
        card = (folder / "README.md").read_text(encoding="utf-8")
        for part in ("license:", "## Data", "## Recipe", "## Dev figures", "## Known failures"):
            assert part in card, f"{name}: no {part}"


def test_an_unknown_task_is_refused_and_the_known_named() -> None:
    with pytest.raises(InputError, match="triples"):
        core.load("poetry")


def test_a_folder_without_a_model_names_the_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"config\.json"):
        core.load("triples", model=str(tmp_path))


def test_a_model_of_another_kind_is_refused() -> None:
    with pytest.raises(InputError, match="backbone"):
        core.load("triples", model=str(catalog.MODELS / "backbone"))


def test_a_device_nobody_has_is_refused() -> None:
    with pytest.raises(InputError, match="abacus"):
        core.load("triples", device="abacus")


@pytest.mark.parametrize("model", ["no-such-owner/no-such-model", "not a hub id!", "../no/such/folder"])
def test_an_id_that_cannot_be_had_is_an_input_error(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(InputError):
        core.load("triples", model=model)
