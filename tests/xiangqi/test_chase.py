"""Perpetual chase as pyffish rules on it, on positions of our own."""

from __future__ import annotations

import pyffish
import pytest

from core.xiangqi.fen import read_fen
from core.xiangqi.game import Game, Status
from core.xiangqi.geometry import RED
from core.xiangqi.notation import from_iccs

# Two times round, by red as the chaser where anybody chases.
CHARIOT_AFTER_CANNON = ("3k5/9/9/9/c7p/8P/9/9/1R7/4K4 w - - 0 1", "b1a1 a5b5 a1b1 b5a5")
CASES = {
    "an unprotected cannon": CHARIOT_AFTER_CANNON,
    "an exchange offered": ("3k5/9/9/9/r7p/8P/9/9/1R7/4K4 w - - 0 1", "b1a1 a5b5 a1b1 b5a5"),
    "a protected cannon": ("3k5/9/9/n8/c7p/8P/9/9/1R7/4K4 w - - 0 1", "b1a1 a5b5 a1b1 b5a5"),
    "a pawn on its own side": ("3k5/9/9/p7p/9/8P/9/9/1R7/4K4 w - - 0 1", "b1a1 d9d8 a1b1 d8d9"),
    "by a cannon, of a chariot": ("3k5/4a4/3a5/9/r7p/8P/P7N/9/1C7/4K4 w - - 0 1", "b1a1 a5b5 a1b1 b5a5"),
    "by a pawn": ("3k5/9/9/c7p/1P7/8P/9/9/9/4K4 w - - 0 1", "b5a5 a6b6 a5b5 b6a6"),
    "a knight, by the move that pins nothing": ("3k5/9/n8/9/8p/8P/9/9/1R7/4K4 w - - 0 1", "b1b7 d9d8 b7b1 d8d9"),
    "along the line of its attack": (
        "3aka3/9/4b4/9/6b2/1R7/3p2r2/4B4/4A4/1cBAKC3 b - - 0 1",
        "g3g2 e2g0 g2g3 g0e2",
    ),
    "whose prey stays in that line": (
        "4k4/9/9/R3c4/9/1c4B2/9/B2K5/9/3A1A3 w - - 0 1",
        "a6c6 e6h6 c6a6 h6e6",
    ),
    "by two pieces in turn": (
        "9/1C3nc2/4k4/R8/6n2/9/9/4B4/3K5/2B6 w - - 0 1",
        "a6f6 f8g6 b8b6 g6h8 b6b8 h8g6 f6a6 g6f8",
    ),
    "checks and chases in turn": (
        "3k3P1/4a4/9/2P5r/7r1/3C5/3c5/9/3R5/2C2K3 w - - 0 1",
        "d1i1 i6g6 c6d6 e8d7 d6c6 d7e8 i1d1 g6i6",
    ),
    "every other move only": (
        "2bak4/c3a4/2n1b4/p4r2p/4p4/PR7/4P1c1P/4B1N2/4A3C/3AK1B2 w - - 0 1",
        "b4b7 c7b9 b7b4 b9c7",
    ),
}


def uci(iccs: str) -> str:
    return f"{iccs[0]}{int(iccs[1]) + 1}{iccs[2]}{int(iccs[3]) + 1}"


@pytest.mark.parametrize("case", list(CASES))
def test_repetitions_are_ruled_on_as_pyffish_does(case: str) -> None:
    fen, cycle = CASES[case]
    moves = cycle.split() * 2
    game = Game(read_fen(fen))
    for text in moves:
        assert game.board.is_legal(from_iccs(text)), text
        game.push(from_iccs(text))
    over, score = pyffish.is_optional_game_end("xiangqi", fen, [uci(text) for text in moves])
    assert over
    assert game.status().over
    winner = None if not score else game.board.side if score > 0 else game.board.side ^ 1
    assert game.status().winner == winner


def test_the_chaser_loses_whatever_its_colour() -> None:
    fen, cycle = CHARIOT_AFTER_CANNON
    game = Game(read_fen(fen), map(from_iccs, (cycle.split() * 2)[:-1]))
    assert not game.status().over
    game.push(from_iccs(cycle.split()[-1]))
    assert game.status() == Status("perpetual_chase", RED ^ 1)
    before = game.board.squares[:]
    game.status()
    assert game.board.squares == before
