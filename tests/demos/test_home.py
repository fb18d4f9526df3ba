from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import core
from core import catalog, remote
from core.wire import pack, unpack
from demos import TABS
from demos.assets import ASSETS
from demos.server.calls import Json
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
    [xiangqi] = [card for card in cards if card["task"] == "xiangqi"]
    played = catalog.find("xiangqi").figures
    assert f"{played['human_games']:,}" in xiangqi["data"]["zh"]
    assert f"{played['engine_games']:,}" in xiangqi["data"]["en"]


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
    assert cards["triples"]["figure"]["en"] == cards["xiangqi"]["data"]["en"] == "—"


def test_a_thumbnail_is_what_the_model_says_and_is_measured_once() -> None:
    first = home.thumbnail({"task": "xiangqi"})
    assert first["milliseconds"] > 0
    assert 0 < first["at"] <= time.time()
    assert all(0 < p <= 1 for _, p in first["shown"]["candidates"])
    assert home.thumbnail({"task": "xiangqi"}) is first


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many tokens the GPT reads, each time that it does."""
    model = core.load("xiangqi").player.model
    whole, seen = model.read, []

    def counted(ids: Any, *rest: Any) -> Any:
        seen.append(ids.shape[1])
        return whole(ids, *rest)

    monkeypatch.setattr(model, "read", counted)
    return seen


def test_the_latency_of_a_move_is_that_of_reading_the_last_two(read: list[int]) -> None:
    card = cards()["xiangqi"]
    shown = []
    for _ in range(3):
        card.prepare()
        read.clear()
        shown.append(card.show())
        assert read == [2]
    assert shown[0] == shown[2]


def test_measuring_leaves_the_games_of_others_read(read: list[int]) -> None:
    game = ["c3c4", "b7c7", "h2e2", "h9g7", "h0g2", "c6c5", "i0h0", "c5c4", "b0a2", "c4b4", "a0b0", "b9a7"]
    core.load("xiangqi")(game[:-1])
    home._measured(cards()["xiangqi"])
    read.clear()
    core.load("xiangqi")(game)
    assert read == [1]


def test_a_move_is_measured_where_a_cluster_has_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    local, asked = core.load("xiangqi"), []

    def answer(_: str, request: Json) -> Iterator[Json]:
        asked.append(request["method"])
        given = unpack(request["given"])
        yield {"value": {} if asked[-1] == "facts" else pack(getattr(local, asked[-1])(**given))}
        yield {}

    monkeypatch.setattr(remote, "_post", answer)
    connected = remote.connect(type(local), "xiangqi-board", "http://elsewhere")
    monkeypatch.setattr(core, "load", lambda _: connected)
    found = home._measured(cards()["xiangqi"])
    assert found["shown"]["candidates"]
    assert asked.count("answer") > 2


@pytest.mark.parametrize("request_", [{}, {"task": "answer"}, {"task": ["xiangqi"]}, None])
def test_other_thumbnails_are_refused(request_: object) -> None:
    assert home.thumbnail(request_)["error"]["en"]
