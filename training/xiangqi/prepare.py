"""Games to arrays: tokens, the position before each move, its legal moves, results and scores.

    python -m training.xiangqi.prepare --games ../shared/data/xiangqi/human_train.jsonl runs/xiangqi/games/*.jsonl \\
        --out runs/xiangqi/train

Games longer than 256 plies are cut there; a game that breaks the rules is cut before the offending move. Games that an
engine played out from late on begin there, which only the board-aware variant can make sense of.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from core.xiangqi.encoding import TOKENS, features
from core.xiangqi.fen import start_board
from core.xiangqi.notation import from_iccs
from training.common import read_jsonl
from training.xiangqi.data import NO_SCORE

PLIES = 256
_RESULTS = {"1-0": 0, "1/2-1/2": 1, "0-1": 2}


def replay(row: dict[str, Any]) -> Iterator[tuple[int, list[int], int, list[int]]]:
    """(token, squares, side, legal tokens) for each move of a game, as far as it keeps to the rules."""
    board = start_board()
    for text in row["moves"].split()[:PLIES]:
        move, legal = from_iccs(text), board.legal_moves()
        if move not in legal:
            return
        tokens = TOKENS[board.side]
        yield int(tokens[move]), board.squares[:], board.side, tokens[legal].tolist()
        board.push(move)


class Columns:
    """Collects games and writes them as the arrays of `training.xiangqi.data.Games`."""

    def __init__(self) -> None:
        self.parts: dict[str, list[np.ndarray]] = {n: [] for n in ("moves", "features", "legal", "spans", "scores")}
        self.lengths: list[int] = []
        self.results: list[int] = []
        self.engine: list[bool] = []

    def add(self, row: dict[str, Any]) -> None:
        """Take in one game; games of fewer than two moves teach nothing."""
        # Of a game played out from late on (selfplay --late) only the engine's own moves; the rest is known already.
        skipped = row["opening"] if row.get("late") else 0
        plies = list(replay(row))[skipped:]
        if len(plies) < 2:
            return
        moves, boards, sides, legal = zip(*plies, strict=True)
        scores = [NO_SCORE] * (row.get("opening", 0) - skipped) + row.get("scores", [])
        scores = (scores + [NO_SCORE] * len(plies))[: len(plies)]
        self.parts["moves"].append(np.array(moves, np.int16))
        self.parts["features"].append(features(np.array(boards, np.uint8), np.array(sides)))
        self.parts["legal"].append(np.concatenate([np.array(tokens, np.int16) for tokens in legal]))
        self.parts["spans"].append(np.array([len(tokens) for tokens in legal]))
        self.parts["scores"].append(np.array(scores, np.int16))
        self.lengths.append(len(plies))
        self.results.append(_RESULTS.get(row["result"], 3))
        # A game of people that an engine ends goes on in their name: that is where the model has to know how to mate.
        self.engine.append(row["source"].startswith("engine") and not row.get("late"))

    def write(self, out: Path) -> None:
        """Save the arrays, one file each."""
        out.mkdir(parents=True, exist_ok=True)
        arrays = {name: np.concatenate(parts) for name, parts in self.parts.items()}
        arrays["spans"] = np.concatenate([[0], np.cumsum(arrays["spans"])])
        arrays["offsets"] = np.concatenate([[0], np.cumsum(self.lengths)])
        arrays["results"] = np.array(self.results, np.int8)
        arrays["engine"] = np.array(self.engine)
        for name, array in arrays.items():
            np.save(out / f"{name}.npy", array)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    columns, seen = Columns(), set()
    for path in args.games:
        for row in tqdm(read_jsonl(path), desc=path.name, disable=None):
            if row["moves"] not in seen:
                seen.add(row["moves"])
                columns.add(row)
    columns.write(args.out)
    print(f"{len(columns.lengths):,} games, {sum(columns.lengths):,} moves in {args.out}")


if __name__ == "__main__":
    main()
