from __future__ import annotations

import random

import numpy as np

from core.xiangqi.board import Board
from core.xiangqi.encoding import (
    MIRROR_FEATURES,
    MIRROR_TOKENS,
    MOVES,
    NO_FEATURE,
    SQUARE_FEATURES,
    TOKENS,
    VOCABULARY,
    features,
    move_of,
)
from core.xiangqi.fen import read_fen, start_board
from core.xiangqi.geometry import BISHOP, BLACK_OFFSET, FILES, LETTERS, SQUARES


def positions(games: int = 6, plies: int = 60) -> list[Board]:
    chance, found = random.Random(0), []
    for _ in range(games):
        board = start_board()
        for _ in range(plies):
            found.append(board.copy())
            moves = board.legal_moves()
            if not moves:
                break
            board.push(chance.choice(moves))
    return found


def test_every_legal_move_has_a_token_and_comes_back_from_it() -> None:
    assert len(MOVES) == 2062
    for board in positions():
        for move in board.legal_moves():
            token = int(TOKENS[board.side, move])
            assert move_of(token, board.side) == move


CLASSES = {"P": 1, "A": 1, "B": 1, "K": 1, "N": 2, "C": 2, "R": 3}


def test_attack_and_defence_agree_with_the_move_generator() -> None:
    boards = positions()
    found = features([b.squares for b in boards], [b.side for b in boards])
    for board, row in zip(boards, found, strict=True):
        told = {}
        for number in row[row < SQUARE_FEATURES].tolist():
            code, square = divmod(number // 8, SQUARES)
            told[square if board.side == 0 else SQUARES - 1 - square] = (code, number % 8 // 2, number % 2)
        assert {s for s, (code, _, _) in told.items() if code} == {s for s in range(SQUARES) if board.squares[s]}
        for side in (0, 1):
            cheapest: dict[int, int] = {}
            for move in Board(board.squares[:], side).pseudo_legal():
                start, target = divmod(move, SQUARES)
                kind = CLASSES[LETTERS[board.squares[start]].upper()]
                cheapest[target] = min(cheapest.get(target, 9), kind)
            for square, (code, attacker, _) in told.items():
                own = 0 < code <= 7
                if code and own != (side == board.side):
                    assert attacker == cheapest.get(square, 0)


def test_what_can_go_where_agrees_with_the_move_generator() -> None:
    boards = positions()
    found = features([b.squares for b in boards], [b.side for b in boards])
    threats_from = SQUARE_FEATURES + 4 * len(MOVES)
    for board, row in zip(boards, found, strict=True):
        other = Board(board.squares[:], board.side ^ 1)
        moves = {
            (int(TOKENS[board.side, m]), board.squares[m % SQUARES] > 0): m % SQUARES for m in board.pseudo_legal()
        }
        numbers = row[(row >= SQUARE_FEATURES) & (row < threats_from)] - SQUARE_FEATURES
        told = {(int(n) // 4, int(n) % 4 >= 2): int(n) % 2 for n in numbers}
        assert told.keys() == moves.keys()
        for move, target in moves.items():
            # Whether the other side could capture a piece there, with everything else where it is.
            squares = board.squares[:]
            squares[target] = BISHOP + BLACK_OFFSET * board.side
            captures = {m % SQUARES for m in Board(squares, board.side ^ 1).pseudo_legal()}
            assert told[move] == (target in captures)
        threats = {int(TOKENS[other.side, m]) for m in other.pseudo_legal() if board.squares[m % SQUARES]}
        assert set((row[(row >= threats_from) & (row < NO_FEATURE)] - threats_from).tolist()) == threats


def test_a_guarded_piece_and_a_guarded_empty_square_are_told() -> None:
    board = read_fen("3k5/9/9/9/9/4p4/9/9/9/R3K3R w")
    (row,) = features([board.squares], [0])
    told = {
        number // 8 % SQUARES: (number // 8 // SQUARES, number % 8) for number in row[row < SQUARE_FEATURES].tolist()
    }
    assert told[0] == (5, 0)  # the left chariot: nobody attacks it, nobody guards it past the king
    assert told[4] == (1, 1)  # the king, guarded by both chariots
    assert told[9] == (0, 1)  # the empty square before the chariot
    assert told[31] == (0, 2)  # the one the black pawn would step on


def test_a_position_turned_round_with_colours_swapped_reads_the_same() -> None:
    board = read_fen("3ak4/4a4/9/p8/9/5C3/P8/9/9/3K5 w")
    turned = [code and (code + BLACK_OFFSET if code <= 7 else code - BLACK_OFFSET) for code in reversed(board.squares)]
    a, b = features([board.squares, turned], [0, 1])
    assert a.tolist() == b.tolist()


def test_mirroring_twice_changes_nothing_and_once_is_the_mirrored_game() -> None:
    assert (MIRROR_TOKENS[MIRROR_TOKENS] == np.arange(len(VOCABULARY))).all()
    assert (MIRROR_FEATURES[MIRROR_FEATURES] == np.arange(NO_FEATURE + 1)).all()
    for board in positions(1):
        mirrored = [board.squares[FILES * (s // FILES) + 8 - s % FILES] for s in range(SQUARES)]
        a, b = features([board.squares, mirrored], [board.side] * 2)
        assert sorted(MIRROR_FEATURES[a]) == sorted(b)
