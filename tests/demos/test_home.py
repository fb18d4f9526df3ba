from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

import core
from core import catalog
from demos import TABS
from demos.assets import ASSETS
from demos.shell import home
from demos.shell.card import cards


def test_each_tab_has_a_card_with_facts_from_its_models() -> None:
    cards = home.build_home().value["cards"]
    assert [card["task"] for card in cards] == [tab.NAME for tab in TABS]
    for card in cards:
        assert card["figure"]["en"][0].isalnum()
        assert all(link["url"].startswith("https://") for link in card["links"])
        for model in card["models"]:
            assert model["parameters"] > 1e6
            assert 0 < model["megabytes"] < 26  # in files of at most 25
    triples = cards[0]
    shipped = [*catalog.bundled("triples"), *catalog.bundled("events")]
    assert [model["name"] for model in triples["models"]] == shipped
    assert triples["figure"]["en"] == "0.689 / 0.658 / 0.554 F1, DuIE 2.0"


def test_a_model_that_is_missing_or_damaged_leaves_its_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "MODELS", tmp_path)
    for name in catalog.bundled("similarity"):
        shutil.copytree(ASSETS / "models" / name, tmp_path / name, copy_function=os.symlink)
    weights = tmp_path / "similarity-static" / "model.safetensors"
    weights.unlink()
    weights.write_bytes(b"half a file")
    cards = {card["task"]: card for card in home.build_home().value["cards"]}
    assert [model["name"] for model in cards["similarity"]["models"]] == ["similarity-encoder"]
    assert cards["triples"]["models"] == []
    assert cards["triples"]["figure"]["en"] == "—"


def test_a_thumbnail_is_what_the_model_says_and_is_measured_once() -> None:
    first = home.thumbnail({"task": "xiangqi"})
    assert first["milliseconds"] > 0
    assert all(0 < p <= 1 for _, p in first["shown"]["candidates"])
    assert home.thumbnail({"task": "xiangqi"}) is first


def test_the_latency_of_a_move_is_none_of_what_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    model = core.load("xiangqi").player.model
    read, seen = model.read, []

    def counted(ids: Any, *rest: Any) -> Any:
        seen.append(ids.shape[1])
        return read(ids, *rest)

    monkeypatch.setattr(model, "read", counted)
    shown = [cards()["xiangqi"].show() for _ in range(3)]
    assert shown[0] == shown[2]
    assert len(seen) == 3
    assert min(seen) > len(shown[0]["moves"])


@pytest.mark.parametrize("request_", [{}, {"task": "answer"}, {"task": ["xiangqi"]}, None])
def test_other_thumbnails_are_refused(request_: object) -> None:
    assert home.thumbnail(request_)["error"]["en"]
