"""The recipe on a few games: it learns them by heart, resumes, and its figures and matches are right."""

from __future__ import annotations

import json
import os
import random
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

import core
from core.backbone.weights import load_model
from core.xiangqi.encoding import ENGINE, FIRST_LOSES, FIRST_WINS, HUMAN, NO_FEATURE, TOKENS, features
from core.xiangqi.fen import start_board
from core.xiangqi.game import Game
from core.xiangqi.model import XiangqiGPT, XiangqiGPTConfig
from core.xiangqi.move_tokenizer import build_tokenizer
from core.xiangqi.notation import from_iccs, to_iccs
from core.xiangqi.pipeline import XiangqiPipeline
from tests.recipes import run_recipe
from training.export import export
from training.xiangqi.data import NO_SCORE, PAD, Batches, Games, choice_weights, outcomes, result_and_score
from training.xiangqi.engine import Engine
from training.xiangqi.evaluate import measure
from training.xiangqi.ladder import bootstrap, fit, greedy_move, play, random_move
from training.xiangqi.selfplay import Play, Reader, play_judged


def lines(count: int) -> list[dict[str, object]]:
    rows = []
    for seed in range(count):
        chance, game = random.Random(seed), Game(start_board())
        for _ in range(20):
            game.push(chance.choice(game.board.legal_moves()))
        source = "engine-d3" if seed % 2 else "ccpd"
        moves = list(map(to_iccs, game.moves))
        row = {"moves": " ".join(moves), "result": ("1-0", "0-1")[seed // 2 % 2], "source": source}
        choices = [f"{move}:{(300, -300)[i % 2]}" for i, move in enumerate(moves[4:])]
        rows.append(row | ({"kind": "self", "opening": 4, "choices": choices} if seed % 2 else {}))
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
    assert games.plies == 160
    assert games.counts() == {"human": 80, "self": 80}
    assert (games.read(0).scores == NO_SCORE).all()
    engine = games.read(5)  # in the second folder
    assert engine.scores[:, 0].tolist() == [NO_SCORE] * 4 + [300, -300] * 8
    assert (engine.choices[4:, 0] == engine.moves[4:]).all()
    start = start_board()
    assert sorted(engine.legal[: engine.counts[0]]) == sorted(TOKENS[0, start.legal_moves()])
    assert engine.features[0].tolist() == features([start.squares], [0])[0].tolist()
    later = games.read(5, 7)
    assert (later.moves == engine.moves[7:]).all()
    assert (later.features == engine.features[7:]).all()
    assert later.counts.sum() == len(later.legal)


def test_a_game_played_out_from_late_on_begins_there(tmp_path: Path) -> None:
    row = lines(2)[1] | {"kind": "late"}
    (tmp_path / "games.jsonl").write_text(json.dumps(row) + "\n")
    run("prepare", "--games", str(tmp_path / "games.jsonl"), "--out", str(tmp_path / "data"))
    games = Games.open(tmp_path / "data")
    assert games.plies == 16
    assert games.read(0).scores[:, 0].tolist() == [300, -300] * 8
    (batch,) = Batches(games, 64, crop=0.0, hide_result=0.0).epoch(0)
    assert batch["ids"][0, 1] == HUMAN


def test_prepared_files_are_made_anew_only_where_the_games_have_changed(tmp_path: Path) -> None:
    source, out = tmp_path / "games.jsonl", tmp_path / "data" / "games" / "kinds.npy"
    text = "".join(json.dumps(row) + "\n" for row in lines(3))
    source.write_text(text + '{"moves": "h2e')  # being written
    args = ("--games", str(source), "--out", str(tmp_path / "data"))
    run("prepare", *args)
    made = out.stat().st_mtime_ns
    run("prepare", *args)
    assert out.stat().st_mtime_ns == made
    assert len(Games.open(tmp_path / "data")) == 3
    source.write_text(text + json.dumps(lines(5)[4]) + "\n")
    os.utime(source, ns=(made + 10**9, made + 10**9))
    run("prepare", *args)
    assert len(Games.open(tmp_path / "data")) == 4


def test_batches_tell_each_game_once_with_its_result_and_what_was_legal(prepared: Path) -> None:
    games = Games.open(prepared)
    firsts, sources, told = [], [], 0
    for batch in Batches(games, 64, crop=0.0, hide_result=0.0).epoch(0):
        firsts += batch["ids"][:, 0].tolist()
        sources += batch["ids"][:, 1].tolist()
        targets = batch["targets"][..., 0]
        told += int((targets != PAD).sum())
        width = batch["ids"].shape[1]
        pairs = set(zip(batch["legal_at"].tolist(), batch["legal"].tolist(), strict=True))
        for at, token in enumerate(targets.view(-1).tolist()):
            assert token == PAD or (at, token) in pairs
        known = targets[:, 1 : width - 1] != PAD
        assert batch["ids"][:, 2:][known].tolist() == targets[:, 1 : width - 1][known].tolist()
    assert sorted(firsts) == sorted([FIRST_WINS, FIRST_WINS, FIRST_LOSES, FIRST_LOSES])
    assert sorted(sources) == sorted([HUMAN, ENGINE] * 2)
    assert told == 20 + 16 + 20 + 16  # the moves of people before an engine's are not an engine's


def test_the_engines_lesser_choices_count_by_how_much_worse_they_are() -> None:
    scores = np.array([[10, 5, -200], [300, NO_SCORE, NO_SCORE], [9990, 9980, 500]])
    weights = choice_weights(scores)
    assert np.allclose(weights.sum(1), 1)
    assert weights[0, 0] > weights[0, 1] > 0.3
    assert weights[0, 2] < 0.01
    assert weights[1:].tolist() == [[1, 0, 0], [1, 0, 0]]


def test_a_value_to_learn_mixes_the_result_with_the_engines_score() -> None:
    scores = np.array([0, NO_SCORE, 400])
    told = result_and_score(0, scores, 0.25)
    assert np.allclose(told.sum(1), 1)
    assert told[0, 0] == pytest.approx(0.75 + 0.25 * outcomes(scores[:1])[0, 0])
    assert told[1].tolist() == [0, 0, 1]  # black to move in a game that red won
    assert result_and_score(3, scores, 0.25)[1].tolist() == [0, 0, 0]


def test_a_game_begun_in_the_middle_has_the_result_of_who_moves_first_there(prepared: Path) -> None:
    games = Games.open(prepared)
    found = set()
    for seed in range(12):
        for batch in Batches(games, 64, crop=1.0, hide_result=0.0).epoch(seed):
            lengths = (batch["features"][..., 0] != NO_FEATURE).sum(1)
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
        "--warmup",
        "5",
        "--shares",
        "self=2",
    )
    run("train", *args, *small, "--tokens", "1500", "--device", "cpu")
    first = json.loads((tmp_path / "log.jsonl").read_text().splitlines()[-1])
    stable = torch.load(tmp_path / "stable.pt", weights_only=True)
    assert 0.8 <= stable["tokens"] / 1500 < 1
    run("train", *args, *small, "--tokens", "6000", "--resume", "--device", "cpu")
    last = json.loads((tmp_path / "log.jsonl").read_text().splitlines()[-1])
    assert last["tokens"] > first["tokens"]
    assert last["move"] < first["move"]
    # The second leg began where the first one's rate had not fallen yet.
    assert torch.load(tmp_path / "last.pt", weights_only=True)["begun"][1] == stable["tokens"]
    pipeline = core.load("xiangqi", model=str(tmp_path / "model"))
    assert isinstance(pipeline, XiangqiPipeline)
    assert pipeline.board_aware == (variant == "board")
    figures = measure(pipeline.player.model, Games.open(prepared))  # type: ignore[arg-type]
    assert pipeline.player.model.config.mobility == (variant == "board")  # type: ignore[attr-defined]
    assert figures["positions"] == 80
    assert figures["top5"] > 0.5
    assert 0 <= figures["legal_mass"] <= 1


def test_legs_are_exported_as_their_mean(tmp_path: Path) -> None:
    config = XiangqiGPTConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, board_aware=False)
    legs = [XiangqiGPT(config) for _ in range(2)]
    for number, leg in enumerate(legs):
        leg.save_pretrained(tmp_path / str(number))
        build_tokenizer().save_pretrained(tmp_path / str(number))
    export([tmp_path / "0", tmp_path / "1"], tmp_path / "mean")
    found = load_model(XiangqiGPT, tmp_path / "mean").value.weight
    torch.testing.assert_close(found, (legs[0].value.weight + legs[1].value.weight) / 2, atol=1e-4, rtol=1e-2)


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
    args = ("--data", str(human), "--out", str(tmp_path), "--seed", "1", "--depth", "1", "--mix", "self=1")
    run("selfplay", *args, "--moves", "1")
    shard = tmp_path / "1-0000.jsonl"
    first = shard.read_text()
    shard.write_text(first + '{"number": 1, "mov')  # killed as it wrote
    moves = len(json.loads(first)["choices"])
    assert "2 games" in run("selfplay", *args, "--moves", str(moves + 1))
    assert shard.read_text().startswith(first)
    rows = [json.loads(line) for line in shard.read_text().splitlines()]
    assert [row["number"] for row in rows] == [0, 1]
    for row in rows:
        played = row["moves"].split()
        assert len(played) == row["opening"] + len(row["choices"])
        assert [best.split(":")[0] for best in row["choices"]] == played[row["opening"] :]
        assert row["result"] in ("1-0", "0-1", "1/2-1/2", "*")


@pytest.mark.skipif(
    not (shutil.which("fairy-stockfish") or Path("/usr/games/fairy-stockfish").exists()), reason="no engine"
)
def test_judged_games_say_what_the_engine_would_have_played_where_the_gpt_moved(tmp_path: Path) -> None:
    model = XiangqiGPT(XiangqiGPTConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2))
    openings = [Game(start_board(), map(from_iccs, str(row["moves"]).split()[:6])) for row in lines(4)]
    plays = [Play(i, 6, game, random.Random(i), gpt=i % 2) for i, game in enumerate(openings)]
    with Engine(hash_mb=1, lines=2) as engine:
        ended = list(play_judged(engine, model.eval(), plays, 1))
    assert {each.number for each in ended} == {0, 1, 2, 3}
    by_gpt = []
    for each in ended:
        row = each.row("judged", 1)
        moves = str(row["moves"]).split()[6:]
        best = [told.split()[0].split(":")[0] for told in row["choices"]]  # type: ignore[attr-defined]
        assert len(best) == len(moves)
        same = [a == b for a, b in zip(moves, best, strict=True)]
        assert all(same[1 - each.gpt :: 2])  # the engine's own side
        by_gpt += same[each.gpt :: 2]
    assert not all(by_gpt)


def test_the_gpt_reads_games_side_by_side_as_it_reads_each_alone() -> None:
    torch.manual_seed(0)
    model = XiangqiGPT(XiangqiGPTConfig(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, mobility=True))
    model.eval()
    games = [[from_iccs(m) for m in str(row["moves"]).split()] for row in lines(3)]
    plays = [Play(i, 5, Game(start_board(), moves[:5]), random.Random(0)) for i, moves in enumerate(games)]
    reader = Reader(model, plays)
    for each, moves in zip(plays, games, strict=True):
        each.game.push(moves[5])
    reader.advance([plays[0], plays[2]], [0, 2])
    for row, moves in enumerate((games[0], games[2])):
        alone = Reader(model, [Play(0, 5, Game(start_board(), moves[:6]), random.Random(0))])
        assert np.allclose(reader.logits[row], alone.logits[0], atol=1e-5)
