from __future__ import annotations

import io
import queue
import threading
import time

import pytest

from core.xiangqi.notation import from_iccs
from core.xiangqi.pipeline import XiangqiPipeline
from core.xiangqi.session import read_game
from core.xiangqi.uci import Uci


def talk(*lines: str) -> list[str]:
    out = io.StringIO()
    Uci(out).run(lines)
    return out.getvalue().splitlines()


def test_it_introduces_itself_and_plays(pipeline: XiangqiPipeline) -> None:
    said = talk("uci", "isready", "position startpos moves h2e2 h9g7", "go movetime 100", "quit")
    assert said.index("uciok") < said.index("readyok")
    move = said[-1].removeprefix("bestmove ")
    assert from_iccs(move) in read_game("h2e2 h9g7").board.legal_moves()
    assert any(line.startswith("info depth") and " score cp " in line for line in said)


def test_options_position_and_search(pipeline: XiangqiPipeline) -> None:
    fen = "4k4/R8/9/9/9/9/9/9/9/1R1K5 w - - 0 1"
    said = talk("setoption name Search value 100", "setoption name Temperature value 0", f"position fen {fen}", "go")
    assert said[-1] == "bestmove b0b9"


@pytest.mark.parametrize("bad", ["position startpos moves a0a9", "position fen nonsense", "position"])
def test_nonsense_is_answered_with_no_move_of_another_position(bad: str) -> None:
    said = talk("nonsense", "", "setoption name Search value many", bad, "go")
    assert all(line.startswith(("info ", "bestmove")) for line in said)
    if bad != "position":
        assert said[-1] == "bestmove (none)"


def test_a_model_that_is_not_there_does_not_hang_the_interface(pipeline: XiangqiPipeline) -> None:
    said = talk("setoption name Model value /no/such/folder", "isready", "go")
    assert "readyok" in said
    assert any("/no/such/folder" in line for line in said)
    assert said[-1].removeprefix("bestmove ") != "(none)"


def test_it_plays_on_where_a_draw_could_be_claimed(pipeline: XiangqiPipeline) -> None:
    shuffled = "a0a1 a9a8 a1a0 a8a9 " * 2
    assert read_game(shuffled).status().reason == "repetition"
    move = talk(f"position startpos moves {shuffled}", "go")[-1].removeprefix("bestmove ")
    assert from_iccs(move) in read_game(shuffled).board.legal_moves()


def test_limits_are_kept_whatever_the_options_say(pipeline: XiangqiPipeline) -> None:
    said = talk("setoption name Search value 99999999", "position startpos", "go nodes 20")
    assert any(line.startswith("info depth 1 nodes ") and int(line.split()[4]) <= 20 for line in said)


@pytest.mark.parametrize(
    ("go", "level", "search", "seconds"),
    [
        ("depth 3", "custom", 32, 60),
        ("depth 99", "custom", 2000, 60),
        ("searchmoves h2e2 movetime 250", "beginner", 0, 0.25),
        ("wtime 9000 btime 9000 movetime 250", "deep", 0, 0.25),
        ("nodes 50 depth 6 movetime 100", "custom", 50, 0.1),
        ("ponder infinite", "custom", 0, 60),
        ("wtime 60000 btime 1", "deep", 0, 2),
        ("btime 1 wtime 60000 winc 5000", "deep", 0, 3),
        ("wtime 60000 movestogo 100", "thinking", 0, 0.6),
        ("wtime -20 btime 60000", "deep", 0, 0.001),
        ("wtime 60000 btime 60000", "intuition", 0, 0),
        ("wtime soon depth", "custom", 0, 0),
    ],
)
def test_what_go_says_is_kept_to_wherever_it_stands(go: str, level: str, search: int, seconds: float) -> None:
    uci = Uci(io.StringIO())
    uci.level = level
    found = uci._settings(go.split(), 0)
    assert (found.search, found.seconds) == (search, seconds)


def test_a_lost_position_has_no_move() -> None:
    assert talk("position fen 1R2k4/R8/9/9/9/9/9/9/9/3K5 b", "go")[-1] == "bestmove (none)"


def test_there_is_no_move_before_stop(pipeline: XiangqiPipeline) -> None:
    lines, out = queue.Queue[str](), io.StringIO()
    mate = "4k4/R8/9/9/9/9/9/9/r8/1R1K5 w"
    talking = threading.Thread(target=Uci(out).run, args=(iter(lines.get, "end"),))
    talking.start()
    for line in (f"position fen {mate}", "go infinite"):
        lines.put(line)
    time.sleep(0.5)
    assert "bestmove" not in out.getvalue()
    lines.put("stop")
    lines.put("position startpos")
    lines.put("go infinite")
    # What needs the move from it ends the thinking too, as the end of the conversation does.
    lines.put("position startpos moves h2e2")
    lines.put("end")
    talking.join(20)
    assert not talking.is_alive()
    assert out.getvalue().count("bestmove") == 2
    assert "bestmove b0b9" in out.getvalue()
