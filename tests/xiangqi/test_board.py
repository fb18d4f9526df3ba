from __future__ import annotations

import random

import pytest

from core.xiangqi.board import Board
from core.xiangqi.fen import read_fen, start_board, write_fen
from core.xiangqi.notation import from_iccs, to_iccs
from training.xiangqi.verify import disagreement_after


def perft(board: Board, depth: int) -> int:
    """Number of move sequences of length `depth`, the usual proof of a move generator."""
    moves = board.legal_moves()
    if depth <= 1:
        return len(moves) if depth else 1
    total = 0
    for move in moves:
        board.push(move)
        total += perft(board, depth - 1)
        board.pop()
    return total


def moves_from(fen: str, square: str) -> set[str]:
    return {iccs[2:] for m in read_fen(fen).legal_moves() if (iccs := to_iccs(m)).startswith(square)}


# 79,666 and 3,290,240 are the published counts; the fourth is the slow one, 6 s.
@pytest.mark.parametrize(("depth", "expected"), [(0, 1), (1, 44), (2, 1920), (3, 79_666), (4, 3_290_240)])
def test_the_start_position_has_the_published_number_of_lines(depth: int, expected: int) -> None:
    assert perft(start_board(), depth) == expected


def test_a_piece_between_facing_generals_may_not_leave_their_file() -> None:
    fen = "4k4/9/9/9/9/9/4C4/9/9/4K4 w - - 0 1"
    assert moves_from(fen, "e3") == {"e1", "e2", "e4", "e5", "e6", "e7", "e8"}


def test_a_king_may_not_step_onto_the_open_file_of_the_other() -> None:
    assert moves_from("4k4/9/9/9/9/9/9/9/9/3K5 w - - 0 1", "d0") == {"d1"}


@pytest.mark.parametrize(
    ("leg", "blocked"), [("e5", {"d6", "f6"}), ("e3", {"d2", "f2"}), ("d4", {"c3", "c5"}), ("f4", {"g3", "g5"})]
)
def test_a_piece_on_its_leg_blocks_a_horse(leg: str, blocked: set[str]) -> None:
    board = read_fen("3k5/9/9/9/9/4N4/9/9/9/5K3 w - - 0 1")
    everywhere = {"d6", "f6", "d2", "f2", "c3", "c5", "g3", "g5"}
    board.squares[from_iccs(leg + leg) % 90] = 12  # a black chariot
    assert {to_iccs(m)[2:] for m in board.pseudo_legal() if to_iccs(m).startswith("e4")} == everywhere - blocked


def test_the_leg_is_by_the_horse_and_not_by_its_target() -> None:
    fen = "3k5/9/9/9/9/9/9/3n5/{}/4K4 w - - 0 1"
    assert read_fen(fen.format("9")).in_check()
    assert read_fen(fen.format("4A4")).in_check()
    assert not read_fen(fen.format("3R5")).in_check()


def test_an_elephant_stays_on_its_bank_and_needs_its_eye_free() -> None:
    assert moves_from("3k5/9/9/9/9/2B6/9/9/9/4K4 w - - 0 1", "c4") == {"a2", "e2"}
    assert moves_from("3k5/9/9/9/9/2B6/3p5/9/9/4K4 w - - 0 1", "c4") == {"a2"}


def test_a_cannon_captures_over_one_screen_and_moves_over_none() -> None:
    fen = "3k5/9/4r4/4p4/9/4C4/9/9/4r4/5K3 w - - 0 1"
    assert moves_from(fen, "e4") == {"e7", "e5", "e3", "e2"} | {f"{file}4" for file in "abcdfghi"}
    assert moves_from("3k5/9/9/9/4r4/4p4/4p4/4C4/9/5K3 w - - 0 1", "e2") >= {"e4"}
    assert "e5" not in moves_from("3k5/9/9/9/4r4/4p4/4p4/4C4/9/5K3 w - - 0 1", "e2")


def test_a_pawn_goes_sideways_over_the_river_and_never_back() -> None:
    assert moves_from("3k5/9/9/9/9/4P4/9/9/9/5K3 w - - 0 1", "e4") == {"e5"}
    assert moves_from("3k5/9/9/9/4P4/9/9/9/9/5K3 w - - 0 1", "e5") == {"e6", "d5", "f5"}
    assert moves_from("P2k5/9/9/9/9/9/9/9/9/5K3 w - - 0 1", "a9") == {"b9"}


def test_checkmate_and_stalemate_leave_no_legal_move() -> None:
    mate = read_fen("3k4R/R8/9/9/9/9/9/9/9/4K4 b - - 0 1")
    assert mate.in_check()
    assert not mate.legal_moves()
    stalemate = read_fen("3k5/2P6/9/9/9/9/9/9/9/4K4 b - - 0 1")
    assert not stalemate.in_check()
    assert not stalemate.legal_moves()


def test_taking_moves_back_restores_everything() -> None:
    chance = random.Random(5)
    board = start_board()
    seen = []
    while len(seen) < 150 and (moves := board.legal_moves()):
        seen.append((write_fen(board), board.key(), board.kings[:]))
        board.push(chance.choice(moves))
    assert len(seen) > 50
    for state in reversed(seen):
        board.pop()
        assert (write_fen(board), board.key(), board.kings) == state


def test_a_copy_shares_nothing() -> None:
    board = start_board()
    copy = board.copy()
    copy.push(from_iccs("e0e1"))
    assert write_fen(board) == write_fen(start_board())
    assert board.kings != copy.kings


def test_is_legal_says_the_same_as_the_list() -> None:
    board = read_fen("3akab2/9/2n1b1n2/p1p1p1p1p/9/2P3P2/P3c3P/2N1B1N2/4A4/2BAK4 w - - 0 1")
    legal = set(board.legal_moves())
    assert {m for m in range(8100) if board.squares[m // 90] and board.is_legal(m)} == legal


def playout(chance: random.Random, plies: int) -> list[int]:
    """Moves of a random game, with more captures than chance alone would bring."""
    board = start_board()
    played: list[int] = []
    while len(played) < plies and (moves := board.legal_moves()):
        takes = [m for m in moves if board.squares[m % 90]]
        played.append(chance.choice(takes if takes and chance.random() < 0.2 else moves))
        board.push(played[-1])
    return played


@pytest.mark.parametrize("seed", range(10))
def test_pyffish_has_the_same_legal_moves_check_and_position(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(10):
        board = start_board()
        # Short games and a few long ones: every position is compared, and pyffish takes 1-2 ms a call.
        for move in playout(chance, chance.choice((8, 12, 20, 60))):
            assert disagreement_after(board, move) is None
