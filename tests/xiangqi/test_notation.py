from __future__ import annotations

import random
from contextlib import suppress

import pyffish
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.xiangqi.board import Board
from core.xiangqi.fen import read_fen, start_board, write_fen
from core.xiangqi.notation import from_iccs, read_move, to_chinese, to_iccs, to_wxf
from core.xiangqi.typed import shown
from training.xiangqi.verify import to_uci

AFTER_ONE = "rnbakabnr/9/1c5c1/p1p1p1p1p/9/9/P1P1P1P1P/1C2C4/9/RNBAKABNR b - - 1 1"
CHARIOTS = "3k5/9/9/9/9/9/4R4/9/4R4/5K3 w - - 0 1"
CANNONS = "3k5/9/9/7c1/9/7c1/9/9/9/4K4 b - - 0 1"
TWO_FILES = "3k5/9/P8/P1P6/P1P6/9/9/9/4R4/4K4 w - - 0 1"
THREE = "3k5/9/9/9/4p4/2p6/2p6/2p6/9/4KA3 b - - 0 1"
FOUR = "3k5/P8/P8/P8/P8/9/9/9/9/4KA3 w - - 0 1"
FIVE = "3k5/9/9/9/2p6/2p6/2p6/2p6/2p6/4KA3 b - - 0 1"
GUARDS = "3k5/9/9/9/9/2B6/9/5A3/9/2B1KA3 w - - 0 1"


@pytest.mark.parametrize(
    ("fen", "iccs", "chinese", "wxf"),
    [
        (None, "h2e2", "炮二平五", "C2=5"),
        (None, "h0g2", "马二进三", "H2+3"),
        (None, "i0i1", "车一进一", "R1+1"),
        (None, "g3g4", "兵三进一", "P3+1"),
        (None, "c0e2", "相七进五", "E7+5"),
        (None, "d0e1", "仕六进五", "A6+5"),
        (None, "e0e1", "帅五进一", "K5+1"),
        (AFTER_ONE, "h9g7", "马８进７", "H8+7"),
        (AFTER_ONE, "h7e7", "炮８平５", "C8=5"),
        (AFTER_ONE, "a9a8", "车１进１", "R1+1"),
        (AFTER_ONE, "c6c5", "卒３进１", "P3+1"),
        (AFTER_ONE, "g9e7", "象７进５", "E7+5"),
        (AFTER_ONE, "d9e8", "士４进５", "A4+5"),
        (AFTER_ONE, "e9e8", "将５进１", "K5+1"),
        (CHARIOTS, "e3e4", "前车进一", "R++1"),
        (CHARIOTS, "e1d1", "后车平六", "R-=6"),
        (CANNONS, "h4h2", "前炮进２", "C++2"),
        (CANNONS, "h6g6", "后炮平７", "C-=7"),
        (TWO_FILES, "a7b7", "前九平八", "19=8"),
        (TWO_FILES, "a6b6", "中九平八", "29=8"),
        (TWO_FILES, "c5d5", "后七平六", "27=6"),
        (THREE, "c2b2", "前卒平２", "13=2"),
        (THREE, "c3d3", "中卒平４", "23=4"),
        (THREE, "c4b4", "后卒平２", "33=2"),
        (FOUR, "a8a9", "前兵进一", "19+1"),
        (FOUR, "a7b7", "二兵平八", "29=8"),
        (FOUR, "a6b6", "三兵平八", "39=8"),
        (FOUR, "a5b5", "后兵平八", "49=8"),
        (FIVE, "c3d3", "三卒平４", "33=4"),
        (GUARDS, "f2e1", "仕四退五", "A4-5"),
        (GUARDS, "f0e1", "仕四进五", "A4+5"),
        (GUARDS, "c4e2", "相七退五", "E7-5"),
        (GUARDS, "c0a2", "相七进九", "E7+9"),
    ],
)
def test_moves_are_written_as_players_write_them(fen: str | None, iccs: str, chinese: str, wxf: str) -> None:
    board = read_fen(fen) if fen else start_board()
    move = from_iccs(iccs)
    assert board.is_legal(move)
    assert (to_iccs(move), to_chinese(board, move), to_wxf(board, move)) == (iccs, chinese, wxf)
    assert {read_move(board, text) for text in (iccs, chinese, wxf)} == {move}


@pytest.mark.parametrize(
    ("fen", "text", "iccs"),
    [
        (None, "砲二平五", "h2e2"),
        (None, "炮2平5", "h2e2"),
        (None, "炮２平５", "h2e2"),
        (None, " 包二 平五 ", "h2e2"),
        (None, "傌二進三", "h0g2"),
        (None, "馬八進七", "b0c2"),
        (None, "俥一進一", "i0i1"),
        (None, "帥五進一", "e0e1"),
        (None, "H2-E2", "h2e2"),
        (None, "Ｃ２＝５", "h2e2"),
        (None, "c2.5", "h2e2"),
        (None, "n2+3", "h0g2"),
        (None, "b7+5", "c0e2"),
        (AFTER_ONE, "馬8進7", "h9g7"),
        (AFTER_ONE, "马八进七", "h9g7"),
        (AFTER_ONE, "將5進1", "e9e8"),
        (AFTER_ONE, "砲8平5", "h7e7"),
        (AFTER_ONE, "兵３进１", "c6c5"),
        (AFTER_ONE, "h8+7", "h9g7"),
        (CHARIOTS, "前車進一", "e3e4"),
        (CHARIOTS, "車前進一", "e3e4"),
        (CHARIOTS, "後俥平六", "e1d1"),
        (CHARIOTS, "+R+1", "e3e4"),
        (CHARIOTS, "r+.6", "e3d3"),
        (CHARIOTS, "-R=6", "e1d1"),
        (TWO_FILES, "+9=8", "a7b7"),
        (TWO_FILES, "一兵进一", "c6c7"),
        (TWO_FILES, "五兵平八", "a5b5"),
        (TWO_FILES, "Pc=8", "a7b7"),
        (TWO_FILES, "中兵平八", "a6b6"),
        (THREE, "卒中平4", "c3d3"),
        (THREE, "二卒平4", "c3d3"),
        (GUARDS, "前仕退五", "f2e1"),
        (GUARDS, "後相進九", "c0a2"),
        (GUARDS, "士四进五", "f0e1"),
    ],
)
def test_other_ways_of_writing_are_read(fen: str | None, text: str, iccs: str) -> None:
    assert to_iccs(read_move(read_fen(fen) if fen else start_board(), text)) == iccs


@pytest.mark.parametrize(
    ("fen", "text", "reason"),
    [
        (None, "", "not a move"),
        (None, "hello", "not a move"),
        (None, "e2e4e5", "not a move"),
        (None, "炮二平", "not a move"),
        (None, "炮平二五", "not a move"),
        (None, "炮二平五五", "not a move"),
        (None, "炮" * 100_000, "not a move"),
        (None, "C2=0", "not a move"),
        (None, "炮二平二", "has not moved"),
        (None, "马8进4", "one step straight and one diagonally"),
        (None, "前车进一", "red has no such chariot"),
        (None, "h2h8", "h7 is in the way"),
        (None, "h9g7", "it is red's turn"),
        (None, "R1=5", "red's own king"),
        (CHARIOTS, "车五平六", "more than one move: R-=6, R+=6"),
        (TWO_FILES, "前兵进一", "more than one move"),
    ],
)
def test_what_names_no_one_legal_move_is_refused_with_the_reason(fen: str | None, text: str, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        read_move(read_fen(fen) if fen else start_board(), text)
    assert reason in caught.value.en
    assert len(caught.value.en) < 120


def assert_round_trips(board: Board) -> None:
    legal = board.legal_moves()
    fen = write_fen(board)
    for move in legal:
        chinese, wxf = to_chinese(board, move), to_wxf(board, move)
        assert read_move(board, chinese) == read_move(board, wxf) == move, (fen, chinese, wxf)
    assert len({to_chinese(board, m) for m in legal}) == len({to_wxf(board, m) for m in legal}) == len(legal)


def positions(seed: int, games: int) -> list[Board]:
    found = []
    chance = random.Random(seed)
    for _ in range(games):
        board = start_board()
        for _ in range(200):
            moves = board.legal_moves()
            if not moves:
                break
            board.push(chance.choice(moves))
            if chance.random() < 0.1:
                found.append(board.copy())
    return found


def test_every_legal_move_of_many_positions_round_trips() -> None:
    for board in [*positions(3, 8), *map(read_fen, (CHARIOTS, CANNONS, TWO_FILES, THREE, FOUR, FIVE, GUARDS))]:
        assert_round_trips(board)


@given(st.integers(0, 2**32), st.booleans())
def test_pawns_in_any_formation_round_trip(seed: int, black: bool) -> None:
    chance = random.Random(seed)
    squares = [0] * 90
    squares[3], squares[86] = 1, 8
    files = chance.sample(range(9), 2)
    crossed = [9 * rank + file for file in files for rank in (range(1, 5) if black else range(5, 9))]
    for at in chance.sample(crossed, 5):
        squares[at] = 14 if black else 7
    assert_round_trips(Board(squares, int(black)))


def test_what_pyffish_writes_is_read_as_the_same_move() -> None:
    for board in positions(11, 1):
        fen = write_fen(board)
        for move in board.legal_moves():
            theirs = pyffish.get_san("xiangqi", fen, to_uci(move), False, pyffish.NOTATION_XIANGQI_WXF)
            assert read_move(board, theirs) == move, (fen, theirs)


@given(st.text(max_size=12) | st.text(alphabet="前后中一二三123兵卒车马炮进退平+-=.PRHCabcde", min_size=3, max_size=5))
def test_any_text_is_a_legal_move_or_refused(text: str) -> None:
    board = read_fen(TWO_FILES)
    with suppress(InputError):
        assert read_move(board, text) in board.legal_moves()


def test_text_for_one_line_is_short_and_plain() -> None:
    assert shown("a\x00b\n\u202ec\t\ud800 ", 10) == "ab c"
    assert shown("炮" * 50, 10) == "炮" * 9 + "…"
