from __future__ import annotations

import json
from pathlib import Path

import pytest

import core
from core.__main__ import main
from core.errors import InputError
from core.xiangqi import MAX_PLIES
from core.xiangqi.encoding import VOCABULARY
from core.xiangqi.model import XiangqiGPT
from core.xiangqi.notation import from_iccs
from core.xiangqi.pipeline import XiangqiPipeline
from core.xiangqi.result import XiangqiResult
from core.xiangqi.session import read_game

OPENING = "h2e2 h9g7 h0g2 i9h9 i0h0 b9c7 h0h6 c6c5"
MATED = "1R2k4/R8/9/9/9/9/9/9/9/3K5 b"


def test_the_answer_is_a_legal_move_with_candidates(pipeline: XiangqiPipeline) -> None:
    result = pipeline(OPENING)
    legal = read_game(OPENING).board.legal_moves()
    assert result.move == result.candidates[0].move
    assert all(from_iccs(c.move) in legal for c in result.candidates)
    probabilities = [c.probability for c in result.candidates]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) <= 1.0001
    assert result.value
    assert sum(result.value) == pytest.approx(1)
    assert set(result.to_dict()) >= {"move", "candidates", "status"}


def test_the_shipped_model_knows_openings_and_rules(pipeline: XiangqiPipeline) -> None:
    first = pipeline()
    assert first.move in {"h2e2", "b2e2", "c3c4", "g3g4", "g0e2", "c0e2", "h0g2", "b0c2"}
    assert pipeline(OPENING).legal_mass > 0.9


def test_seed_and_temperature(pipeline: XiangqiPipeline) -> None:
    assert len({pipeline(temperature=2.0, seed=s).move for s in range(20)}) > 3
    assert pipeline(temperature=2.0, seed=1) == pipeline(temperature=2.0, seed=1)


def test_an_ended_game_has_no_move(tiny: XiangqiPipeline) -> None:
    mated = tiny("b0b9", "4k4/R8/9/9/9/9/9/9/9/1R1K5 w")
    assert (mated.move, mated.candidates, mated.status, mated.winner) == (None, (), "checkmate", "red")
    assert mated.value == (1.0, 0.0, 0.0)
    assert tiny("", MATED).status == "checkmate"


def test_review_and_explain_cover_every_move(tiny: XiangqiPipeline) -> None:
    count = len(OPENING.split())
    opinions = tiny.review(OPENING)
    assert [o.move for o in opinions] == OPENING.split()
    assert all(0 <= o.probability <= 1 and o.rank >= 1 for o in opinions)
    inside = tiny.explain(OPENING)
    assert len(inside.tokens) == count
    assert len(inside.prefix) == 2
    assert sum(t["attention"] for t in inside.tokens) + sum(inside.prefix_attention) == pytest.approx(1, abs=1e-4)
    assert inside.tokens[1]["text"] == "b0c2"  # black's h9g7, seen from black's side
    json.dumps(inside.to_dict())
    assert tiny.review("") == []


def test_a_position_set_up_is_played_from_by_either_side(tiny: XiangqiPipeline) -> None:
    for side in "wb":
        result = tiny("", f"3ak4/4a4/9/9/9/9/9/9/4A4/3AK4 {side}")
        assert result.status == "material" or result.move


@pytest.mark.parametrize(
    ("moves", "fen", "words"),
    [
        ("h2e9", None, "ply 1: a cannon goes in a straight line"),
        ("hello", None, "hello"),
        ("h9g7", None, "turn"),
        ("h2e2 " * (MAX_PLIES + 1), None, str(MAX_PLIES)),
        ("", "not a fen", "FEN"),
        (5, None, "list"),
        ("", 7, "FEN"),
        (["h2e2", None], None, "ICCS"),
        ("🀄 <script>", None, "🀄"),
    ],
)
def test_bad_games_are_refused_by_name(tiny: XiangqiPipeline, moves: object, fen: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        tiny(moves, fen)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "settings",
    [
        {"temperature": -1},
        {"temperature": float("nan")},
        {"temperature": "x"},
        {"top_k": -3},
        {"seed": -1},
        {"search": 10**9},
        {"to_win": 1},
    ],
)
def test_bad_settings_are_refused(tiny: XiangqiPipeline, settings: dict[str, object]) -> None:
    with pytest.raises(InputError):
        tiny("", **settings)  # type: ignore[arg-type]


def test_a_move_that_loses_by_perpetual_check_is_not_played(tiny: XiangqiPipeline) -> None:
    fen = "3k5/9/9/9/9/9/9/9/9/R3K4 w"
    cycle = "a0a9 d9d8 a9a8 d8d9 a8a9 d9d8 a9a8 d8d9"
    legal = read_game(cycle, fen).board.legal_moves()
    assert from_iccs("a8a9") in legal
    assert all(tiny(cycle, fen, temperature=5.0, seed=s).move != "a8a9" for s in range(40))


def test_rows_keep_their_order_and_their_errors(tiny: XiangqiPipeline) -> None:
    rows = [{"moves": OPENING}, {"moves": "zz"}, {}, {"fen": "x"}, {"moves": "h2e2", "seed": 3, "temperature": 1.0}]
    results = tiny.run(rows)
    assert [isinstance(r, InputError) for r in results] == [False, True, False, True, False]
    first = results[0]
    assert isinstance(first, XiangqiResult)
    assert first.candidates[0].move == tiny(OPENING).move


def test_a_causal_model_of_others_plays(foreign: Path) -> None:
    other = core.load("xiangqi", model=str(foreign))
    assert isinstance(other, XiangqiPipeline)
    result = other(OPENING)
    assert result.move
    assert result.value is None
    assert other("h2e2", search=0).candidates
    assert len(other.review(OPENING)) == 8


def test_a_language_model_without_the_moves_is_refused(foreign: Path, tmp_path: Path) -> None:
    for path in foreign.iterdir():
        text = path.read_bytes()
        (tmp_path / path.name).write_bytes(
            text.replace(b'"h2e2"', b'"h2??"') if path.name == "tokenizer.json" else text
        )
    with pytest.raises(InputError):
        core.load("xiangqi", model=str(tmp_path))


def test_both_bundled_models_load(pipeline: XiangqiPipeline) -> None:
    assert pipeline.board_aware
    moves_only = core.load("xiangqi", model="xiangqi-moves")
    assert isinstance(moves_only, XiangqiPipeline)
    assert not moves_only.board_aware
    assert moves_only(OPENING).move
    assert isinstance(moves_only.player.model, XiangqiGPT)
    assert len(VOCABULARY) == moves_only.player.model.tokens.num_embeddings


def test_the_command_line_answers_in_json_lines(tmp_path: Path) -> None:
    lines = [{"moves": OPENING, "id": 1}, {"moves": "h2h9 a0a9"}, {"fen": MATED}]
    source, sink = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(map(json.dumps, lines)))
    assert main(["xiangqi", "--input", str(source), "--output", str(sink)]) == 1
    answers = [json.loads(line) for line in sink.read_text(encoding="utf-8").splitlines()]
    assert answers[0]["id"] == 1
    assert from_iccs(answers[0]["move"]) in read_game(OPENING).board.legal_moves()
    assert {"move", "chinese", "probability"} == set(answers[0]["candidates"][0])
    assert answers[1]["line"] == 2
    assert (answers[2]["move"], answers[2]["status"]) == (None, "checkmate")
