"""How likely a pair is right and well put."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core import catalog
from core.qa_pairs.kinds import Tagged
from core.qa_pairs.loading import load_generator
from core.qa_pairs.pair_worth import FIGURES, FILE, WAYS, Facts, Worth, figures
from training.qa_pairs.pair_worth import Judged, fit, held_out, least_for

TEXT = "青龙桥位于甘肃省,全长86米,由石匠周大山主持修建。"
SPAN = (TEXT.index("86"), TEXT.index("86") + 3)


def facts(question: str, read: float = 0.9, written: float = -0.5) -> Facts:
    return Facts(question, SPAN, (written, written), read, 1.0, True, True, "青龙桥")


def test_the_figures_of_a_pair_are_those_that_are_named() -> None:
    found = dict(zip(FIGURES, figures(Tagged(TEXT), facts("青龙桥全长多少米?")), strict=True))
    assert found["one"] == 1.0
    assert found["measure"]
    assert found["about"]
    assert found["about first"]
    assert found["place"] == pytest.approx(SPAN[0] / len(TEXT))
    assert not found["vague"]
    assert dict(zip(FIGURES, figures(Tagged(TEXT), facts("它全长多少米?")), strict=True))["vague"]
    run_together = figures(Tagged(TEXT), facts("青龙石匠全甘肃86?"))
    assert dict(zip(FIGURES, run_together, strict=True))["seams"] > found["seams"]


def test_what_ships_prefers_a_question_that_the_reader_understands() -> None:
    worth = load_generator(catalog.MODELS / "qa-generator", "cpu").worth
    assert worth is not None
    sure, unsure = (worth(Tagged(TEXT), facts("青龙桥全长多少米?", read)) for read in (0.99, 0.05))
    assert 0 < unsure < sure < 1
    assert 0 < worth.least < 1


def test_a_folder_without_weights_judges_nothing(tmp_path: Path) -> None:
    assert Worth.from_folder(tmp_path) is None
    table = {way: dict.fromkeys(FIGURES, 0.0) for way in WAYS}
    (tmp_path / FILE).write_text(json.dumps(table | {"least": 0.5}))
    found = Worth.from_folder(tmp_path)
    assert found is not None
    assert found(Tagged(TEXT), facts("青龙桥全长多少米?")) == 0.5


def test_weights_are_found_again_and_tell_pairs_that_they_have_not_seen() -> None:
    rng = np.random.default_rng(0)
    x = np.concatenate([np.ones((1200, 1)), rng.normal(size=(1200, len(FIGURES) - 1))], 1)
    true = rng.normal(size=len(FIGURES))
    right = rng.random(1200) < 1 / (1 + np.exp(-x @ true))
    pairs = [Judged(list(row), WAYS[i % 2], bool(r), i // 6) for i, (row, r) in enumerate(zip(x, right, strict=True))]
    assert fit(pairs, 0.01) == pytest.approx(true, abs=0.9)
    found = held_out(pairs, 1.0)
    assert np.corrcoef(found, right)[0, 1] > 0.5


def test_the_threshold_keeps_the_share_of_right_ones() -> None:
    worth, right = np.array([0.9, 0.8, 0.7, 0.6, 0.5]), np.array([True, True, False, True, False])
    assert least_for(worth, right, 0.75) == 0.6
    assert least_for(worth, right, 1.0) == 0.8
    assert least_for(worth, ~right, 1.0) == 1.0


@pytest.mark.parametrize(
    ("question", "told"),
    [("青龙桥什么时候工匠修成了它?", True), ("青龙桥什么时候修成?", False), ("工匠什么时候修成了青龙桥?", False)],
)
def test_a_second_subject_behind_when_is_seen(question: str, told: bool) -> None:
    assert dict(zip(FIGURES, figures(Tagged(TEXT), facts(question)), strict=True))["two subjects"] == told
