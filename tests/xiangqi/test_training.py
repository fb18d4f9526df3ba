"""The recipe on a few games: it learns them by heart, resumes, and its figures and matches are right."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import numpy as np
import pytest

import core
from core.xiangqi.encoding import ENGINE, FIRST_LOSES, FIRST_WINS, HUMAN, TOKENS
from core.xiangqi.fen import start_board
from core.xiangqi.game import Game
from core.xiangqi.notation import to_iccs
from core.xiangqi.pipeline import XiangqiPipeline
from tests.recipes import run_recipe
from training.xiangqi.data import NO_SCORE, PAD, Batches, Games
from training.xiangqi.evaluate import measure
from training.xiangqi.ladder import bootstrap, fit, greedy_move, play, random_move


def lines(count: int) -> list[dict[str, object]]:
    rows = []
    for seed in range(count):
        chance, game = random.Random(seed), Game(start_board())
        for _ in range(20):
            game.push(chance.choice(game.board.legal_moves()))
        source = "engine-d3" if seed % 2 else "ccpd"
        row = {"moves": " ".join(map(to_iccs, game.moves)), "result": ("1-0", "0-1")[seed // 2 % 2], "source": source}
        rows.append(row | ({"opening": 4, "scores": [300, -300] * 8} if seed % 2 else {}))
    return rows


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    (folder / "games.jsonl").write_text("\n".join(json.dumps(row) for row in lines(4)) + "\n")
    run("prepare", "--games", str(folder / "games.jsonl"), "--out", str(folder / "data"))
    return folder / "data"


def run(recipe: str, *args: str) -> str:
    return run_recipe(f"training.xiangqi.{recipe}", *args)


def test_prepared_games_hold_moves_positions_legal_moves_and_scores(prepared: Path) -> None:
    games = Games.open(prepared, prepared)
    assert len(games) == 8
    assert games.offsets[-1] == len(games.moves) == 160
    assert games.scores[:20].tolist() == [NO_SCORE] * 20
    assert games.scores[20:40].tolist() == [NO_SCORE] * 4 + [300, -300] * 8
    start = start_board()
    legal = games.legal[games.spans[80] : games.spans[81]]  # the first position of the second folder
    assert sorted(legal) == sorted(TOKENS[0, start.legal_moves()])


def test_a_game_played_out_from_late_on_begins_there(tmp_path: Path) -> None:
    row = lines(2)[1] | {"late": True}
    (tmp_path / "games.jsonl").write_text(json.dumps(row) + "\n")
    run("prepare", "--games", str(tmp_path / "games.jsonl"), "--out", str(tmp_path / "data"))
    games = Games.open(tmp_path / "data")
    assert len(games.moves) == 16
    assert games.scores.tolist() == [300, -300] * 8
    assert not games.engine[0]


def test_batches_tell_each_game_once_with_its_result_and_what_was_legal(prepared: Path) -> None:
    games = Games.open(prepared)
    firsts, sources, told = [], [], 0
    for batch in Batches(games, 64, crop=0.0, hide_result=0.0).epoch(0):
        firsts += batch["ids"][:, 0].tolist()
        sources += batch["ids"][:, 1].tolist()
        told += int((batch["targets"] != PAD).sum())
        width = batch["ids"].shape[1]
        pairs = set(zip(batch["legal_at"].tolist(), batch["legal"].tolist(), strict=True))
        for at, token in enumerate(batch["targets"].view(-1).tolist()):
            assert token == PAD or (at, token) in pairs
        assert batch["ids"][:, 2:].tolist() == batch["targets"][:, 1 : width - 1].clamp(min=0).tolist()
    assert sorted(firsts) == sorted([FIRST_WINS, FIRST_WINS, FIRST_LOSES, FIRST_LOSES])
    assert sorted(sources) == sorted([HUMAN, ENGINE] * 2)
    assert told == 80


def test_a_game_begun_in_the_middle_has_the_result_of_who_moves_first_there(prepared: Path) -> None:
    games = Games.open(prepared)
    found = set()
    for seed in range(12):
        for batch in Batches(games, 64, crop=1.0, hide_result=0.0).epoch(seed):
            lengths = (batch["targets"] != PAD).sum(1)
            for row, length in zip(batch["ids"].tolist(), lengths.tolist(), strict=True):
                found.add((row[0], row[1], length % 2))
    # An even number of moves left: red moves first, as at the start; both results occur with both parities.
    assert {(result, parity) for result, _, parity in found} == {
        (r, p) for r in (FIRST_WINS, FIRST_LOSES) for p in (0, 1)
    }


@pytest.mark.parametrize("variant", ["board", "moves"])
def test_a_run_learns_the_games_resumes_and_loads(prepared: Path, tmp_path: Path, variant: str) -> None:
    args = ("--games", str(prepared), "--dev", str(prepared), "--out", str(tmp_path), "--variant", variant)
    small = (
        "--hidden",
        "64",
        "--layers",
        "2",
        "--batch",
        "100",
        "--crop",
        "0",
        "--ema",
        "0.9",
        "--lr",
        "0.01",
        "--shares",
        "1",
    )
    run("train", *args, *small, "--tokens", "1500", "--device", "cpu")
    first = json.loads((tmp_path / "log.jsonl").read_text().splitlines()[-1])
    run("train", *args, *small, "--tokens", "8000", "--resume", "--device", "cpu")
    last = json.loads((tmp_path / "log.jsonl").read_text().splitlines()[-1])
    assert last["tokens"] > first["tokens"]
    assert last["move"] < first["move"]
    pipeline = core.load("xiangqi", model=str(tmp_path / "model"))
    assert isinstance(pipeline, XiangqiPipeline)
    assert pipeline.board_aware == (variant == "board")
    figures = measure(pipeline.player.model, Games.open(prepared))  # type: ignore[arg-type]
    assert figures["positions"] == 80
    assert figures["top5"] > 0.5
    assert 0 <= figures["legal_mass"] <= 1


def test_the_ladder_fit_recovers_a_rating() -> None:
    chance = np.random.default_rng(0)

    def pairs(rating: float, against: float) -> list[float]:
        expected = 1 / (1 + 10 ** ((against - rating) / 400))
        return chance.binomial(2, expected, 200).astype(float).tolist()

    scores = {"skill0": pairs(1500, 1330), "depth1": pairs(1500, 1722)}
    assert abs(fit(scores) - 1500) < 60
    low, high = bootstrap(scores, 100)
    assert low < fit(scores) < high


def test_greedy_beats_random_in_a_match() -> None:
    chance = random.Random(1)
    opening: list[int] = []
    total = 0.0
    for _ in range(3):
        red, game = play((greedy_move, random_move), opening, chance)
        total += red
        assert game.status().over or len(game.moves) == 200
    assert total >= 1.5


@pytest.mark.skipif(
    not (shutil.which("fairy-stockfish") or Path("/usr/games/fairy-stockfish").exists()), reason="no engine"
)
def test_engine_games_are_whole_and_go_on_where_they_stopped(tmp_path: Path) -> None:
    human = tmp_path / "human.jsonl"
    human.write_text("\n".join(json.dumps(row) for row in lines(3)) + "\n")
    args = ("--data", str(human), "--out", str(tmp_path / "engine.jsonl"), "--seed", "1")
    run("selfplay", *args, "--games", "1")
    run("selfplay", *args, "--games", "2")
    rows = [json.loads(line) for line in (tmp_path / "engine.jsonl").read_text().splitlines()]
    assert len(rows) == 2
    for row in rows:
        moves = row["moves"].split()
        assert len(moves) == row["opening"] + len(row["scores"])
        assert row["result"] in ("1-0", "0-1", "1/2-1/2", "*")
