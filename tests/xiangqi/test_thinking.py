"""Thinking: levels, turns, and what whoever looks on is told."""

from __future__ import annotations

import threading
import time

import pytest

from core.errors import Busy, InputError
from core.xiangqi.levels import LEVELS, level_settings
from core.xiangqi.notation import from_iccs
from core.xiangqi.pipeline import XiangqiPipeline
from core.xiangqi.result import XiangqiResult
from core.xiangqi.session import read_game
from core.xiangqi.settings import Settings
from core.xiangqi.tree_search import TreeSearch
from core.xiangqi.turns import Turns

# Red to move mates with the chariot at once; so does black's if red looks away.
MATE_IN_ONE = "4k4/R8/9/9/9/9/9/9/r8/1R1K5 w"
# Black threatens mate on the back rank; of red's moves some stop it.
THREATENED = "3k5/9/9/9/9/9/9/r7R/9/1r2K4 w"
WINS_A_CHARIOT = "4k4/9/9/2r1c4/9/3N5/9/9/9/3K5 w"


class Onlooker:
    def __init__(self, patience: float = 60.0) -> None:
        self.told: list[XiangqiResult] = []
        self.begin, self.patience = time.monotonic(), patience

    def tell(self, thought: XiangqiResult) -> None:
        self.told.append(thought)

    def stopped(self) -> bool:
        return time.monotonic() - self.begin > self.patience


def test_any_model_sees_what_it_can_win(tiny: XiangqiPipeline) -> None:
    result = tiny("", WINS_A_CHARIOT, search=30)
    assert result.move in ("d4c6", "d4e6")
    assert result.line[0].move == result.move
    game = read_game("", WINS_A_CHARIOT)
    for step in result.line:
        assert from_iccs(step.move) in game.board.legal_moves()
        game.push(from_iccs(step.move))
    assert tiny("", WINS_A_CHARIOT, search=30) == result


def test_somebody_looking_on_is_told_more_and_more_and_can_have_it_move(tiny: XiangqiPipeline) -> None:
    onlooker = Onlooker(patience=0.5)
    begin = time.monotonic()
    result = tiny.play(read_game("h2e2"), Settings(seconds=30), watcher=onlooker)
    assert time.monotonic() - begin < 5
    assert result.move
    positions = [thought.positions for thought in onlooker.told]
    assert positions == sorted(positions)
    assert all(thought.candidates and thought.move for thought in onlooker.told)


@pytest.mark.parametrize("level", [level.name for level in LEVELS if level.settings.careful])
def test_a_weak_level_sees_a_mate_in_one_and_threatens_to_be_mated_only_if_it_must(
    tiny: XiangqiPipeline, level: str
) -> None:
    for seed in range(6):
        mated = read_game([tiny("", MATE_IN_ONE, level=level, seed=seed).move or ""], MATE_IN_ONE)
        assert mated.status().reason == "checkmate"
        after = read_game([tiny("", THREATENED, level=level, seed=seed).move or ""], THREATENED)
        for move in after.board.legal_moves():
            after.push(move)
            assert after.status().reason != "checkmate"
            after.pop()


def test_levels_have_names(tiny: XiangqiPipeline) -> None:
    assert level_settings("intuition", seed=3) == Settings(seed=3)
    assert tiny("h2e2", level="intuition").move == tiny("h2e2").move
    with pytest.raises(InputError, match="beginner"):
        tiny("h2e2", level="grandmaster")
    rows = tiny.run([{"level": "casual", "seed": 1}, {"level": 5}, {"seconds": -1}, {"seconds": 0.05}])
    assert [isinstance(row, InputError) for row in rows] == [False, True, True, False]


def test_one_at_a_time_in_order_and_the_rest_are_told_that_it_is_busy() -> None:
    turns, order, first = Turns(most=2), [], threading.Event()

    def wait(name: int) -> None:
        with turns.turn(lambda: False) as mine:
            order.append((name, mine))

    with turns.turn(lambda: False) as mine:
        assert mine
        threads = []
        for name in range(2):
            threads.append(threading.Thread(target=wait, args=(name,)))
            threads[-1].start()
            while turns.waiting <= name:
                first.wait(0.01)
        with pytest.raises(Busy), turns.turn(lambda: False):
            pass
    for thread in threads:
        thread.join()
    assert order == [(0, True), (1, True)]
    assert not turns.waiting


def test_who_gives_up_waits_no_longer() -> None:
    turns = Turns(most=2)
    with turns.turn(lambda: False), turns.turn(lambda: True) as mine:
        assert not mine


def test_who_moves_at_once_thinks_what_the_model_does(tiny: XiangqiPipeline) -> None:
    game = read_game("h2e2 h9g7")
    alone = tiny.play(game)
    at_once = tiny.play(game, Settings(seconds=5.0), watcher=Onlooker(patience=0))
    assert at_once.value == pytest.approx(alone.value, abs=0.35)
    assert TreeSearch(tiny.player, game).found().value == pytest.approx(_lead(alone), abs=0.2)


def _lead(found: XiangqiResult) -> float:
    assert found.value
    return found.value[0] - found.value[2]
