"""Counts of what people played in the opening, for `core.xiangqi.openings`.

    python -m training.xiangqi.openings --games ../shared/data/xiangqi/human_train.jsonl

Only games of the Chinese-Chess-Practical-Dataset (CC BY 4.0) are counted. A position and its mirror image are one.
Those that fewer than `--least` games reached are left out, and moves that fewer than `--least-moves` games made there.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from pathlib import Path

from tqdm import tqdm

from core.xiangqi.fen import start_board
from core.xiangqi.notation import from_iccs
from core.xiangqi.openings import BOOK, PLIES, key, mirrored
from training.common import read_jsonl

_SOURCE = "ccpd"
_POINTS = {"1-0": 2, "1/2-1/2": 1, "0-1": 0}


def count(games: list[dict[str, str]]) -> dict[str, Counter[tuple[str, int]]]:
    """By position, how often each move was made and red's points from it: (move, half points) → games."""
    found: dict[str, Counter[tuple[str, int]]] = defaultdict(Counter)
    for game in tqdm(games, disable=None):
        board = start_board()
        for text in game["moves"].split()[: PLIES + 1]:
            at, turned = key(board)
            image = mirrored(text)
            move = max(text, image) if turned is None else image if turned else text
            found[at][move, _POINTS[game["result"]]] += 1
            board.push(from_iccs(text))
    return found


def write(counts: dict[str, Counter[tuple[str, int]]], least: int, least_moves: int) -> dict[str, str]:
    """Each position's moves as "h2e2:games:half points", the commonest first."""
    found = {}
    for at, outcomes in counts.items():
        if outcomes.total() < least:
            continue
        games: Counter[str] = Counter()
        points: Counter[str] = Counter()
        for (move, half_points), times in outcomes.items():
            games[move] += times
            points[move] += half_points * times
        line = [f"{move}:{n}:{points[move]}" for move, n in games.most_common(6) if n >= least_moves]
        if line:
            found[at] = " ".join(line)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=BOOK)
    parser.add_argument("--least", type=int, default=12)
    parser.add_argument("--least-moves", type=int, default=4)
    args = parser.parse_args()
    games = [row for row in read_jsonl(args.games) if row["source"] == _SOURCE and row["result"] in _POINTS]
    positions = write(count(games), args.least, args.least_moves)
    licence = "Counted from Chinese-Chess-Practical-Dataset, CC BY 4.0"
    book = {"licence": licence, "games": len(games), "positions": dict(sorted(positions.items()))}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(book, indent=0) + "\n", encoding="utf-8")
    print(f"{len(games):,} games, {len(positions):,} positions, {args.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
