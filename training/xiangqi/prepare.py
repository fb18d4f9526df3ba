"""Games to arrays: tokens, the position before each move, its legal moves, results, the engine's choices and scores.

    python -m training.xiangqi.prepare --games ../shared/data/xiangqi/human_train.jsonl runs/xiangqi/games/*.jsonl \\
        --out runs/xiangqi/train

Each file becomes a folder of its name in `--out`; those that are there and newer than their file stay as they are.
Games longer than 256 plies are cut there; a game that breaks the rules is cut before the offending move. Games that an
engine played out from late on begin there, which only the board-aware variant can make sense of.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from core.xiangqi.encoding import NO_FEATURE, TOKENS, features
from core.xiangqi.fen import start_board
from core.xiangqi.notation import from_iccs
from training.xiangqi.data import CHOICES, KINDS, NO_SCORE, PAD

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


def whole_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a file that may be being written: a last line without its end is left out."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.endswith("\n"):
                yield json.loads(line)


class Columns:
    """Collects games and writes them as the arrays of `training.xiangqi.data.Part`."""

    def __init__(self) -> None:
        names = ("moves", "features", "seen", "legal", "spans", "choices", "scores")
        self.parts: dict[str, list[np.ndarray]] = {name: [] for name in names}
        self.lengths: list[int] = []
        self.results: list[int] = []
        self.kinds: list[int] = []

    def add(self, row: dict[str, Any]) -> None:
        """Take in one game; games of fewer than two moves, or that ended before the engine moved, teach nothing."""
        kind = row.get("kind", "human")
        # Of a game played out from late on only the engine's own moves; the rest is known already.
        skipped = row["opening"] if kind == "late" else 0
        plies = list(replay(row))[skipped:]
        if len(plies) < 2 or not row.get("choices", [""]):
            return
        moves, boards, sides, legal = zip(*plies, strict=True)
        choices, scores = _judged(row, skipped, list(sides))
        told = features(np.array(boards, np.uint8), np.array(sides))
        self.parts["moves"].append(np.array(moves, np.int16))
        self.parts["features"].append(told[told != NO_FEATURE])
        self.parts["seen"].append((told != NO_FEATURE).sum(1))
        self.parts["legal"].append(np.concatenate([np.array(tokens, np.int16) for tokens in legal]))
        self.parts["spans"].append(np.array([len(tokens) for tokens in legal]))
        self.parts["choices"].append(choices)
        self.parts["scores"].append(scores)
        self.lengths.append(len(plies))
        self.results.append(_RESULTS.get(row["result"], 3))
        self.kinds.append(KINDS.index(kind))

    def write(self, out: Path) -> None:
        """Save the arrays, one file each; the folder is there when all are."""
        partial = out.with_name(out.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        arrays = {name: np.concatenate(parts) for name, parts in self.parts.items()}
        for name in ("spans", "seen"):
            arrays[name] = np.concatenate([[0], np.cumsum(arrays[name])])
        arrays["offsets"] = np.concatenate([[0], np.cumsum(self.lengths)])
        arrays["results"] = np.array(self.results, np.int8)
        arrays["kinds"] = np.array(self.kinds, np.int8)
        for name, array in arrays.items():
            np.save(partial / f"{name}.npy", array)
        shutil.rmtree(out, ignore_errors=True)
        partial.rename(out)


def _judged(row: dict[str, Any], skipped: int, sides: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """The engine's best moves [plies, CHOICES] and their scores, PAD and NO_SCORE where it was not asked."""
    choices = np.full((len(sides), CHOICES), PAD, np.int16)
    scores = np.full((len(sides), CHOICES), NO_SCORE, np.int16)
    first = row.get("opening", 0) - skipped
    for ply, best in enumerate(row.get("choices", ())[: len(sides) - first], first):
        for rank, told in enumerate(best.split()[:CHOICES]):
            move, _, score = told.partition(":")
            choices[ply, rank], scores[ply, rank] = TOKENS[sides[ply], from_iccs(move)], int(score)
    return choices, scores


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    for path in args.games:
        out = args.out / path.stem
        if (out / "kinds.npy").is_file() and (out / "kinds.npy").stat().st_mtime > path.stat().st_mtime:
            continue
        columns, seen = Columns(), set()
        for row in tqdm(whole_rows(path), desc=path.name, disable=None):
            if row["moves"] not in seen:
                seen.add(row["moves"])
                columns.add(row)
        if columns.lengths:
            columns.write(out)
            print(f"{len(columns.lengths):,} games, {sum(columns.lengths):,} moves in {out}")


if __name__ == "__main__":
    main()
