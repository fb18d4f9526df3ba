"""Tactics: the quick board agrees with the rules, and what can be won or lost in a few moves is seen."""

from __future__ import annotations

import random

from core.xiangqi.fen import start_board
from core.xiangqi.game import Game
from core.xiangqi.geometry import SQUARES
from core.xiangqi.notation import to_iccs
from core.xiangqi.quick_board import QuickBoard
from core.xiangqi.session import read_game
from core.xiangqi.tactics import MATE, Tactics


def state(board: QuickBoard) -> tuple[object, ...]:
    where = tuple(frozenset(own) for own in board.where)
    return (
        board.key,
        board.score,
        board.side,
        *map(tuple, (board.squares, board.kings, board.ranks, board.files)),
        where,
    )


def test_moves_are_the_legal_ones_and_can_be_taken_back() -> None:
    chance = random.Random(5)
    for _ in range(6):
        game = Game(start_board())
        walked = QuickBoard()
        walked.set(game.start)
        for _ in range(90):
            legal = game.board.legal_moves()
            if not legal:
                break
            fresh = QuickBoard()
            fresh.set(game.board)
            assert state(fresh) == state(walked)
            found = []
            for move in [m for some in fresh.moves() for m in some]:
                taken = fresh.push(move)
                if not fresh.exposed:
                    found.append(move)
                fresh.pop(move, taken)
            assert state(fresh) == state(walked)
            assert sorted(found) == sorted(legal)
            move = chance.choice(legal)
            game.push(move)
            walked.push(move)


def verdict(fen: str, nodes: int = 8000) -> tuple[str, int]:
    game = read_game("", fen)
    tactics = Tactics()
    tactics.take_up(game)
    before = state(tactics)
    *_, last = tactics.deepen(game.board.legal_moves(), {}, nodes)
    assert state(tactics) == before
    return to_iccs(last.move), last.score


def test_a_mate_in_three_is_seen() -> None:
    assert verdict("3k1ab2/R3a4/9/9/9/2N2c3/5p2r/4R4/9/4K4 w")[1] > MATE - 10


def test_a_fork_is_seen() -> None:
    assert verdict("4k4/9/9/2r1c4/9/3N5/9/9/9/3K5 w")[0] in ("d4c6", "d4e6")


def test_bait_is_left_alone() -> None:
    assert verdict("3k5/9/4n4/2p6/9/9/2R6/9/9/4K4 w")[0] != "c3c6"


def test_what_is_favoured_is_played_where_tactics_do_not_care() -> None:
    game = read_game("h2e2 h9g7")
    legal = game.board.legal_moves()
    for favoured in legal[:3]:
        tactics = Tactics()
        tactics.take_up(game)
        *_, last = tactics.deepen(legal, {favoured: 300}, 600)
        assert last.move == favoured or last.score > 200


def test_a_check_is_tried_before_the_position_is_settled() -> None:
    tactics = Tactics()
    assert tactics.settle(read_game("", "4k4/R8/9/9/9/9/9/9/9/1R1K5 w").board) > MATE - 200  # mate by a quiet move
    assert tactics.settle(read_game("", "4k4/R8/9/9/9/9/9/9/9/2BK5 w").board) < MATE - 200


def test_checks_are_the_quiet_moves_after_which_the_piece_could_take_the_king() -> None:
    chance, seen = random.Random(3), 0
    for _ in range(8):
        game = Game(start_board())
        while (legal := game.board.legal_moves()) and len(game.moves) < 120:
            board = QuickBoard()
            board.set(game.board)
            told, king = set(board.checks()), board.kings[1 - board.side]
            quiet = set(board.moves()[1])
            assert told <= quiet
            for move in quiet:
                taken = board.push(move)
                board.side ^= 1
                direct = move % SQUARES * SQUARES + king in board.moves(quiet=False)[0]
                board.side ^= 1
                board.pop(move, taken)
                assert move in told or not direct
                seen += direct
            game.push(chance.choice(legal))
    assert seen > 20
