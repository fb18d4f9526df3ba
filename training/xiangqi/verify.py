"""Our rules against pyffish's (fairy-stockfish) on the positions of human games, and how fast ours are.

    python -m training.xiangqi.verify --data ../shared/data/xiangqi/human_train.jsonl --games 2000

Prints one JSON line; the exit status is 1 if a single position disagrees. Legal moves, check and the position itself
are compared; how games end by repetition hangs on the moves before and is compared on cases of its own, in
`tests/xiangqi/test_chase.py`. Nearly all of the time goes to pyffish, at 1-2 ms a call and three calls a position.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from itertools import islice
from pathlib import Path

import pyffish

from core.xiangqi.board import Board
from core.xiangqi.fen import start_board, write_fen
from core.xiangqi.notation import from_iccs, to_iccs
from training.common import read_jsonl


def to_uci(move: int) -> str:
    """A move as pyffish writes it, ranks from 1 to 10: h3e3, a10a9."""
    iccs = to_iccs(move)
    return f"{iccs[0]}{int(iccs[1]) + 1}{iccs[2]}{int(iccs[3]) + 1}"


def disagreement(board: Board) -> str | None:
    """What pyffish says otherwise about a position, or None where it agrees."""
    fen = write_fen(board)
    ours, theirs = {to_uci(m) for m in board.legal_moves()}, set(pyffish.legal_moves("xiangqi", fen, []))
    if ours != theirs:
        return f"{fen}: only ours {sorted(ours - theirs)}, only theirs {sorted(theirs - ours)}"
    if board.in_check() != pyffish.gives_check("xiangqi", fen, []):
        return f"{fen}: check {board.in_check()}"
    return None


def disagreement_after(board: Board, move: int) -> str | None:
    """Play a move; what pyffish says otherwise about the position that it leads to, or None."""
    before = write_fen(board)
    board.push(move)
    theirs, ours = pyffish.get_fen("xiangqi", before, [to_uci(move)]), write_fen(board)
    return disagreement(board) if ours == theirs else f"{before} {to_iccs(move)}: ours {ours}, theirs {theirs}"


def generations_per_second(games: list[list[int]]) -> float:
    """Calls of `legal_moves` a second on the positions of the games."""
    seconds, calls = 0.0, 0
    for moves in games:
        board = start_board()
        for move in moves:
            begin = time.perf_counter()
            board.legal_moves()
            seconds += time.perf_counter() - begin
            calls += 1
            board.push(move)
    return calls / seconds if calls else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/xiangqi/human_train.jsonl"))
    parser.add_argument("--games", type=int, default=2000)
    args = parser.parse_args()
    games = [[from_iccs(m) for m in row["moves"].split()] for row in islice(read_jsonl(args.data), args.games)]
    positions = disagreements = 0
    for moves in games:
        board = start_board()
        for i in range(len(moves) + 1):
            found = disagreement_after(board, moves[i - 1]) if i else disagreement(board)
            positions += 1
            if found:
                disagreements += 1
                print(found, file=sys.stderr)
    figures = {
        "games": len(games),
        "positions": positions,
        "disagreements": disagreements,
        "generations_per_second": round(generations_per_second(games[:200])),
    }
    print(json.dumps(figures))
    sys.exit(disagreements > 0)


if __name__ == "__main__":
    main()
