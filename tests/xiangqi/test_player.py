"""The cache along a game, the window of long games, and how a move is drawn."""

from __future__ import annotations

import random

import numpy as np
import pytest

from core.xiangqi.encoding import FIRST_LOSES, FIRST_WINS, MIRROR_TOKENS, MOVES, TOKENS, move_of
from core.xiangqi.fen import start_board
from core.xiangqi.game import Game
from core.xiangqi.pipeline import XiangqiPipeline
from core.xiangqi.player import WINDOW, Player, choose
from core.xiangqi.session import read_game


def random_game(plies: int, seed: int = 0) -> Game:
    chance, game = random.Random(seed), Game(start_board())
    while len(game.moves) < plies:
        moves = game.board.legal_moves()
        if not moves:
            return random_game(plies, seed + 1)
        game.push(chance.choice(moves))
    return game


def afresh(player: Player, game: Game) -> np.ndarray:
    return player.read_many([game])[0].probabilities


def test_reading_move_by_move_equals_reading_at_once(tiny: XiangqiPipeline) -> None:
    whole = random_game(40)
    game = Game(whole.start)
    for move in whole.moves:
        tiny.player.read(game)
        game.push(move)
    assert np.allclose(tiny.player.read(game).probabilities, afresh(tiny.player, whole), atol=1e-6)


def test_taking_back_and_going_another_way_reads_the_new_line(tiny: XiangqiPipeline) -> None:
    game = random_game(30, seed=3)
    tiny.player.read(game)
    game.pop()
    game.pop()
    other = next(m for m in game.board.legal_moves())
    game.push(other)
    assert np.allclose(tiny.player.read(game).probabilities, afresh(tiny.player, game), atol=1e-6)


def test_one_more_move_is_one_more_token(tiny: XiangqiPipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    game = random_game(50, seed=5)
    lengths = []
    model, read = tiny.player.model, tiny.player.model.read
    monkeypatch.setattr(model, "read", lambda ids, *a, **k: lengths.append(ids.shape[1]) or read(ids, *a, **k))
    tiny.player.read(Game(game.start, game.moves[:-1]))
    tiny.player.read(game)
    tiny.player.read(game)
    assert lengths[1:] == [1]


def test_a_game_and_its_mirror_image_are_read_alike(tiny: XiangqiPipeline) -> None:
    game = random_game(20, seed=8)
    mirrored = Game(
        game.start, [move_of(int(MIRROR_TOKENS[TOKENS[i % 2, m]]), i % 2) for i, m in enumerate(game.moves)]
    )
    there = tiny.player.read(mirrored).probabilities[MIRROR_TOKENS[: len(MOVES)]]
    assert np.allclose(tiny.player.read(game).probabilities, there, atol=1e-6)


def test_a_very_long_game_is_read_from_a_later_ply(tiny: XiangqiPipeline) -> None:
    game = random_game(WINDOW + 10)
    sequence = tiny.player.sequence(game)
    assert len(sequence.tokens) <= WINDOW + 2
    assert sequence.boards[-1] == game.board.squares
    moves, mass = tiny.player.read(game).legal(game)
    assert moves
    assert 0 < mass.sum() <= 1.0001


def test_many_games_at_once_equal_one_by_one(tiny: XiangqiPipeline) -> None:
    games = [random_game(n, seed=n) for n in (0, 7, 20)]
    games.append(read_game("", "4k4/9/9/9/9/9/9/9/4R4/3K5 b"))
    for game, reading in zip(games, tiny.player.read_many(games), strict=True):
        assert np.allclose(reading.probabilities, tiny.player.read(game).probabilities, atol=1e-6)


def test_asked_to_win_the_result_token_is_that_of_the_side_to_move(tiny: XiangqiPipeline) -> None:
    for plies, token in ((10, FIRST_WINS), (11, FIRST_LOSES)):
        assert tiny.player.sequence(random_game(plies), to_win=True).tokens[0] == token
    assert tiny("h2e2", to_win=True).candidates != tiny("h2e2").candidates


def test_temperature_top_k_and_seed() -> None:
    p = np.array([0.5, 0.3, 0.15, 0.05])
    assert choose(p, 0.0, 0, np.random.default_rng()) == 0
    draws = [choose(p, 1.0, 2, np.random.default_rng(s)) for s in range(300)]
    assert set(draws) == {0, 1}
    assert 0.5 < draws.count(0) / 300 < 0.75
    hot = [choose(p, 10.0, 0, np.random.default_rng(s)) for s in range(300)]
    assert set(hot) == {0, 1, 2, 3}
    assert choose(p, 5e-324, 0, np.random.default_rng()) == 0
    assert choose(p, 1.0, 0, np.random.default_rng(7)) == choose(p, 1.0, 0, np.random.default_rng(7))
