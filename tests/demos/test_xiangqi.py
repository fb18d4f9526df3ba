from __future__ import annotations

import base64
import threading
import time
from dataclasses import dataclass
from typing import Any

import pytest

from core.errors import InputError
from core.xiangqi.fen import START
from core.xiangqi.session import agreement, describe, read_game
from demos.xiangqi import tab as xiangqi

OPENING = ["h2e2", "h9g7", "h0g2", "i9h9"]


def test_a_game_comes_as_text_or_as_a_list() -> None:
    assert read_game(" ".join(OPENING)).moves == read_game(OPENING, START).moves
    assert read_game("").moves == []


@pytest.mark.parametrize(
    ("start", "moves", "zh", "en"),
    [
        (None, ["h9g7"], "第 1 着：轮到红方走，h9 上是黑方的马", "it is red's turn"),
        (None, [*OPENING, "e4e5"], "第 5 着：e4 上没有棋子", "there is no piece on e4"),
        (None, ["a0b2"], "车只能走直线", "a straight line"),
        (None, ["b0a2", "a9a8", "b2a2"], "a2 上是自己的马", "red's own"),
        (None, ["一二三四"], "看不懂着法", "cannot read the move"),
        # A pinned piece, and a check left standing.
        ("3kr4/9/9/9/9/9/9/9/4R4/4K4 w", ["e1d1"], "送将：走后帅会被 e9 的车吃掉", "exposes the king"),
        ("3k5/9/9/9/9/9/9/4r4/9/4K4 w", ["e0e1"], "正被将军，这样走没有解将", "does not parry"),
        (None, ["h3e3", "h10g8"], "行号是 1-10", "in ICCS they are: h2e2 h9g7"),
        (None, OPENING * 200, "最多 600 着", "at most 600"),
        (3, [], "FEN", "FEN"),
        (None, 3, "列表", "list"),
    ],
)
def test_what_is_wrong_with_a_game_is_said(start: Any, moves: Any, zh: str, en: str) -> None:
    with pytest.raises(InputError) as caught:
        read_game(moves, start)
    assert zh in caught.value.zh
    assert en in caught.value.en


@pytest.mark.parametrize(
    ("asked", "zh"),
    [
        ({"from": "h0", "to": "f1"}, "蹩马腿：g0"),
        ({"from": "h9"}, "轮到红方走"),
        ({"from": "e4", "to": "e5"}, "没有棋子"),
        ({"from": "h0"}, ""),
    ],
)
def test_the_board_is_told_why_a_piece_cannot_go(asked: dict[str, str], zh: str) -> None:
    assert zh in xiangqi.why({"moves": [], **asked})["reason"]["zh"]
    assert "error" in xiangqi.why({"moves": [], "from": "z9"})


def test_a_game_is_reviewed_and_its_worst_moments_come_back_as_puzzles() -> None:
    # The cannon takes a pawn that the horse covers.
    moves = ["h2e2", "h9g7", "e2e6", "g7e6", "h0g2", "b9c7"]
    found = xiangqi.review({"moves": moves})
    assert all(o["loss"] >= 0 and (o["accuracy"] == 100) == (o["loss"] == 0) for o in found["opinions"])
    red = found["opinions"][::2]
    assert found["agreement"]["red"]["accuracy"] == pytest.approx(sum(o["accuracy"] for o in red) / len(red))
    worst = xiangqi.moments({"moves": moves, "side": "red"})["moments"][-1]
    assert worst["played"] == moves[worst["ply"]] != worst["best"]
    assert worst["ply"] % 2 == 0
    assert worst["best"][2:] in worst["legal"][worst["best"][:2]]
    assert worst["best_score"] - worst["played_score"] >= 5
    score = xiangqi.judge({"moves": [*moves[: worst["ply"]], worst["best"]]})["score"]
    assert score == pytest.approx(worst["best_score"], abs=1)


def test_a_described_game_has_all_a_board_needs() -> None:
    found = describe(read_game(OPENING))
    assert found["moves"] == OPENING
    assert found["chinese"][:2] == ["炮二平五", "马８进７"]
    assert len(found["checks"]) == len(OPENING) + 1
    assert (found["first"], found["side"], found["status"], found["winner"]) == ("red", "red", "playing", None)
    assert "g4" not in found["legal"]
    assert sorted(found["legal"]["i0"]) == ["h0", "i1", "i2"]


def test_a_game_that_is_over_has_no_legal_moves() -> None:
    mated = describe(read_game(["b7b9"], "3k5/R8/1R7/9/9/9/9/9/9/4K4 w"))
    assert (mated["status"], mated["winner"], mated["result"]) == ("checkmate", "red", "1-0")
    assert mated["legal"] == {}
    assert mated["checks"] == [False, True]
    shuffled = describe(read_game(["a0a1", "a9a8", "a1a0", "a8a9"] * 2))
    assert (shuffled["status"], shuffled["result"], shuffled["legal"]) == ("repetition", "1/2-1/2", {})


@dataclass
class Judged:
    probability: float
    rank: int
    legal_mass: float = 1.0
    accuracy: float | None = None


def test_agreement_is_counted_for_each_side() -> None:
    opinions = [Judged(0.5, 1), Judged(0.1, 7), Judged(0.3, 2)]
    found = agreement(opinions, "red")
    assert found["red"] == {"moves": 2, "first": 0.5, "top_five": 1.0, "probability": 0.4, "legal_mass": 1.0}
    assert found["black"] is not None
    assert found["black"]["top_five"] == 0
    assert agreement(opinions[:1], "black")["red"] is None


def test_a_position_or_a_record_opens_and_is_written_again() -> None:
    fen = "3k5/R8/1R7/9/9/9/9/9/9/4K4 b"
    opened = xiangqi.open_game({"text": fen})["games"][0]
    assert (opened["moves"], opened["side"]) == ([], "black")
    written = xiangqi.save_game({"moves": OPENING, "tags": {"Red": '甲"乙\\'}, "notation": "iccs"})
    for request in ({"text": written["pgn"]}, {"data": base64.b64encode(written["pgn"].encode()).decode()}):
        game = xiangqi.open_game(request)["games"][0]
        assert game["moves"] == OPENING
        assert game["tags"]["Red"] == '甲"乙\\'


def test_what_a_text_held_besides_its_game_is_said() -> None:
    (game,) = xiangqi.open_game({"text": "1. h3e3 h10g8 {好} 2. h1g3\n发自我的手机"})["games"]
    assert game["moves"] == OPENING[:3]
    said = "".join(note["zh"] for note in game["notes"])
    assert all(word in said for word in ("发自我的手机", "1 条评注", "1-10"))


def test_half_an_emoji_in_a_request_does_not_reach_the_answer() -> None:
    refused = xiangqi.replay({"moves": ["\ud83d"]})
    refused["error"]["zh"].encode()
    written = xiangqi.save_game({"moves": [], "tags": {"Red": "\ud83d"}})
    written["pgn"].encode()


def test_more_requests_than_may_wait_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    monkeypatch.setattr(xiangqi, "_model", threading.BoundedSemaphore(1))
    with xiangqi._model:
        told = xiangqi.think({"moves": []})
        assert "正忙" in told["error"]["zh"]
        assert told["busy"]
        # What needs no model does not wait for it.
        assert xiangqi.replay({"moves": []})["game"]["side"] == "red"
    assert xiangqi.think({"moves": []})["move"]


def sent(content: bytes) -> dict[str, str]:
    return {"data": base64.b64encode(content).decode()}


def test_a_file_that_cannot_be_read_says_why() -> None:
    bad = "1. 炮二平五 马8进7\n2. 炮二平九"
    assert "炮二平九" in xiangqi.open_game({"text": bad})["error"]["zh"]
    assert "炮二平九" in xiangqi.open_game(sent(bad.encode("gb18030")))["error"]["zh"]
    assert "空" in xiangqi.open_game(sent(b" \n"))["error"]["zh"]
    assert "上传" in xiangqi.open_game({"data": "%%%"})["error"]["zh"]
    assert "1 MB" in xiangqi.open_game(sent(b"x" * 1_200_000))["error"]["zh"]
    assert "XQF" in xiangqi.open_game(sent(b"XQ\x0a\x00\x00" + bytes(60)))["error"]["zh"]
    assert "象棋桥" in xiangqi.open_game(sent(b"CCBridge Record\x00" + bytes(60)))["error"]["zh"]


def test_a_fen_is_opened_from_a_file_too() -> None:
    (game,) = xiangqi.open_game(sent(b"4k4/R8/9/9/9/9/9/9/9/1R1K5 w\n"))["games"]
    assert game["side"] == "red"


def test_one_bad_game_of_a_collection_does_not_hide_the_others() -> None:
    games = xiangqi.open_game({"text": "1. h2e2 h9g7 *\n1. h2h9 h9h2 a0a9 *\n1. c3c4 *"})["games"]
    assert ["error" in game for game in games] == [False, True, False]
    assert games[1]["number"] == 2


def test_a_collection_is_read_as_far_as_others_need_not_wait() -> None:
    answer = xiangqi.open_game({"text": "h2e2 h9g7 * " * 20_000})
    assert len(answer["games"]) + answer["left_out"] == 20_000
    assert len(answer["games"]) == 100


def test_a_game_ends_at_the_limit_of_plies() -> None:
    shuffle = ["a0a1", "a9a8", "a1a0", "a8a9"] * 150
    assert "600" in xiangqi.think({"moves": shuffle})["error"]["zh"]


def test_thinking_can_be_watched_and_ended() -> None:
    ticket, answers = "a-ticket-of-the-test", []
    asked = {"moves": OPENING, "level": "deep", "ticket": ticket}
    thread = threading.Thread(target=lambda: answers.append(xiangqi.think(asked)))
    begin = time.monotonic()
    thread.start()
    while not (seen := xiangqi.watch({"ticket": ticket})["seen"]) and thread.is_alive():
        time.sleep(0.02)
    assert xiangqi.halt({"ticket": "another-ticket"}) == {"stopped": False}
    stopped = xiangqi.halt({"ticket": ticket})["stopped"]
    thread.join()
    [answer] = answers
    assert answer["game"]["moves"] == [*OPENING, answer["move"]]
    assert seen["candidates"]
    assert stopped
    assert answer["positions"] >= seen["positions"]
    assert time.monotonic() - begin < 60
    assert xiangqi.watch({"ticket": ticket}) == {"seen": {}}
