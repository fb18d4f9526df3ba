from __future__ import annotations

import pytest

from core.xiangqi.fen import read_fen, start_board, write_fen
from core.xiangqi.game import QUIET_LIMIT, Game, Status
from core.xiangqi.geometry import BLACK, RED
from core.xiangqi.notation import from_iccs

# Red's chariot and black's king go to and fro; the pawns keep the position from being a material draw.
CHASE = "3k5/9/9/9/p8/P8/9/9/8R/4K4 w - - 0 1"
CHECKS = "i1i9 d9d8 i9i8 d8d9 i8i9 d9d8 i9i8 d8d9 i8i9"


def played(fen: str, moves: str) -> Game:
    """A game whose every move is checked to be legal."""
    game = Game(read_fen(fen))
    for text in moves.split():
        move = from_iccs(text)
        assert game.board.is_legal(move), text
        game.push(move)
    return game


def mirrored(fen: str) -> str:
    """The same position with the sides exchanged."""
    place, side, rest = fen.split(maxsplit=2)
    return f"{'/'.join(reversed(place.swapcase().split('/')))} {'b' if side == 'w' else 'w'} {rest}"


def mirrored_moves(moves: str) -> str:
    return " ".join(f"{m[0]}{9 - int(m[1])}{m[2]}{9 - int(m[3])}" for m in moves.split())


def test_a_new_game_goes_on() -> None:
    status = Game(start_board()).status()
    assert (status, status.over, status.result) == (Status("playing"), False, "*")


def test_the_third_occurrence_draws_and_the_second_does_not() -> None:
    game = Game(start_board())
    cycle = ["h2h3", "h7h6", "h3h2", "h6h7"]
    for text in cycle * 2:
        assert game.status() == Status("playing")
        game.push(from_iccs(text))
    assert game.status() == Status("repetition")
    assert game.status().result == "1/2-1/2"
    assert game.drawn() == Status("repetition")


@pytest.mark.parametrize("checker", [RED, BLACK])
def test_perpetual_check_loses_for_the_side_that_gives_it(checker: int) -> None:
    fen, moves = (CHASE, CHECKS) if checker == RED else (mirrored(CHASE), mirrored_moves(CHECKS))
    *before, _ = moves.split()
    assert played(fen, " ".join(before)).status() == Status("playing")
    status = played(fen, moves).status()
    assert status == Status("perpetual_check", checker ^ 1)
    assert status.result == ("0-1" if checker == RED else "1-0")


@pytest.mark.parametrize("checker", [RED, BLACK])
def test_it_loses_as_well_when_the_escape_completes_the_third_occurrence(checker: int) -> None:
    # The chariot begins on i9 already giving check, so that black's move comes first.
    fen, moves = "3k4R/9/9/9/p8/P8/9/9/9/4K4 b - - 0 1", "d9d8 i9i8 d8d9 i8i9 d9d8 i9i8 d8d9 i8i9"
    if checker == BLACK:
        fen, moves = mirrored(fen), mirrored_moves(moves)
    assert played(fen, moves).status() == Status("perpetual_check", checker ^ 1)


def test_one_quiet_move_in_the_cycle_makes_it_a_draw() -> None:
    game = played(CHASE, "i1i9 d9d8 i9i8 d8d9 i8i1 d9d8 i1i8 d8d9 i8i1 d9d8 i1i8 d8d9 i8i1")
    assert game.status() == Status("repetition")


def test_mutual_perpetual_check_draws() -> None:
    # Each side's move parries the check and uncovers another.
    game = Game(read_fen("3krr3/4c4/5c3/9/5N3/9/3C5/9/5K3/5R3 w - - 0 1"))
    for text in ["f5d6", "f7d7", "d6f5", "d7f7"] * 2:
        assert game.status() == Status("playing")
        assert game.in_check
        assert game.board.is_legal(from_iccs(text))
        game.push(from_iccs(text))
    assert game.status() == Status("repetition")


def test_a_capture_starts_the_count_anew() -> None:
    game = played("3k5/9/9/9/p8/P8/9/9/r7R/4K4 w - - 0 1", "i1i2 a1a2 i2i1 a2a1 i1i2 a1a2 i2a2 d9d8")
    assert game.status() == Status("playing")
    assert game.board.quiet == 1


def test_120_plies_without_a_capture_draw() -> None:
    board = read_fen(CHASE.replace("0 1", f"{QUIET_LIMIT - 1} 80"))
    game = Game(board)
    assert game.status() == Status("playing")
    game.push(from_iccs("i1i2"))
    assert game.status() == Status("quiet")
    assert game.status().winner is None


def test_checkmate_counts_before_the_120_plies() -> None:
    game = played(f"3k5/R8/9/9/9/9/9/9/8R/4K4 w - - {QUIET_LIMIT - 1} 80", "i1i9")
    assert game.status() == Status("checkmate", RED)


def test_nothing_left_that_crosses_the_river_draws() -> None:
    assert Game(read_fen("3k5/4a4/4b4/9/9/9/9/4B4/4A4/4K4 w - - 0 1")).status() == Status("material")
    assert played("3k5/9/9/9/9/9/9/9/4p4/4K4 w - - 0 1", "e0e1").status() == Status("material")
    assert Game(read_fen("3k5/9/9/9/9/9/9/p8/9/4K4 w - - 0 1")).status() == Status("playing")


def test_stalemate_loses() -> None:
    assert played("3k5/9/2P6/9/9/9/9/9/9/4K4 w - - 0 1", "c7c8").status() == Status("stalemate", RED)


def test_taking_back_restores_the_state() -> None:
    game = Game(read_fen(CHASE))
    seen = []
    for text in CHECKS.split():
        seen.append((write_fen(game.board), game.status(), game.in_check, game.moves[:]))
        game.push(from_iccs(text))
    assert game.status().reason == "perpetual_check"
    for text, state in zip(reversed(CHECKS.split()), reversed(seen), strict=True):
        assert game.pop() == from_iccs(text)
        assert (write_fen(game.board), game.status(), game.in_check, game.moves) == state


def test_the_start_position_is_the_games_own() -> None:
    start = start_board()
    game = Game(start, [from_iccs("h2e2")])
    assert write_fen(start) == write_fen(game.start) == write_fen(start_board())
