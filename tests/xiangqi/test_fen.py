from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.xiangqi.board import Board
from core.xiangqi.fen import START, read_fen, start_board, write_fen

KINGS = "4k4/9/9/9/4p4/9/9/9/9/4K4"


def state(board: Board) -> tuple[list[int], int, int, int, list[int]]:
    return board.squares, board.side, board.quiet, board.fullmove, board.kings


def test_the_start_position_reads_as_itself() -> None:
    assert write_fen(start_board()) == START


@given(st.integers(0, 2**32), st.integers(1, 120))
def test_every_position_of_a_game_survives_a_round_trip(seed: int, plies: int) -> None:
    chance, board = random.Random(seed), start_board()
    for _ in range(plies):
        moves = board.legal_moves()
        if not moves:
            break
        board.push(chance.choice(moves))
    assert state(read_fen(write_fen(board))) == state(board)


def test_the_other_letters_for_elephants_and_horses() -> None:
    assert write_fen(read_fen(START.replace("b", "e").replace("n", "h").replace("B", "E").replace("N", "H"))) == START


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        (KINGS, "w - - 0 1"),
        (f"{KINGS} r", "w - - 0 1"),
        (f"  {KINGS}   b - - 7 31\n", "b - - 7 31"),
        (f"{KINGS} w - - x -3", "w - - 0 1"),
    ],
)
def test_what_is_missing_is_filled_in(text: str, ending: str) -> None:
    assert write_fen(read_fen(text)) == f"{KINGS} {ending}"


@pytest.mark.parametrize(
    ("fen", "reason"),
    [
        ("", "empty or too long"),
        (START + " " * 300, "empty or too long"),
        ("9" * 1_000_000, "empty or too long"),
        ("4k4/9/9/9/9/9/9/9/3K5", "10 ranks"),
        (KINGS + "/9", "10 ranks"),
        (KINGS.replace("4p4", "4p3"), "rank 5"),
        (KINGS.replace("4p4", "4p9"), "rank 5"),
        (KINGS.replace("4p4", "ppppp5"), "rank 5"),
        (KINGS.replace("4p4", "4z4"), "unknown character"),
        (KINGS.replace("4p4", "4.4"), "unknown character"),
        (KINGS.replace("4p4", "4０4"), "unknown character"),
        (KINGS + " x", "side to move"),
        (KINGS.replace("4K4", "9"), "red has 0 of the piece king"),
        (KINGS.replace("4k4", "9"), "black has 0 of the piece king"),
        (KINGS.replace("4k4", "3kk4"), "black has 2 of the piece king"),
        (KINGS.replace("4K4", "3KKK3"), "red has 3 of the piece king"),
        (KINGS.replace("4p4", "RRR1p4"), "at most 2"),
        (KINGS.replace("4p4", "pppppp3"), "at most 5"),
        (KINGS.replace("4p4", "4p3K").replace("9/4K4", "9/9"), "red's king cannot stand on i5"),
        (KINGS.replace("4p4", "4p3A"), "red's advisor cannot stand on i5"),
        (KINGS.replace("4p4", "b3p4"), "black's elephant cannot stand on a5"),
        (KINGS.replace("9/4K4", "P8/4K4"), "red's pawn cannot stand on a1"),
        (KINGS.replace("4k4/9", "4k4/p8"), "black's pawn cannot stand on a8"),
        (KINGS.replace("4p4", "9"), "face each other"),
        (KINGS.replace("4k4", "R3k4"), "other king is in check"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(fen: str, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        read_fen(fen)
    assert reason in caught.value.en
    assert caught.value.zh


@given(st.text(max_size=300) | st.text(alphabet="rnbakcpRNBAKCP123456789/ wb-", max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        board = read_fen(text)
    except InputError:
        return
    assert state(read_fen(write_fen(board))) == state(board)
