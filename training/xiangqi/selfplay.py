"""Games of fairy-stockfish against itself, for training: engine strength from openings that people play.

    apt-get install fairy-stockfish
    python -m training.xiangqi.selfplay --data ../shared/data/xiangqi/human_train.jsonl --games 75000 --seed 1 \\
        --out runs/xiangqi/games/1.jsonl

People resign, so their games teach nobody to mate: `--late` plays them out from near their end.

Fixed depth is deterministic, so a game starts from the first 4 to 24 plies of a human game. One process a core, each
with its own `--seed` and `--out`; a stopped run goes on where it was, since games are appended. `scores` are the
engine's, in centipawns for the side to move, one per move that it chose.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from pathlib import Path

from core.xiangqi.fen import start_board
from core.xiangqi.game import Game
from core.xiangqi.notation import from_iccs
from training.common import read_jsonl
from training.xiangqi.engine import Engine

_PLIES = 256
# Depth → how many of ten games; deeper games teach more per move, shallow ones are cheap.
_DEPTHS = {3: 4, 4: 1, 5: 5}


def play(engine: Engine, opening: list[str], depth: int) -> dict[str, object]:
    """One game from `opening` to its end or to 256 plies."""
    game = Game(start_board(), map(from_iccs, opening))
    moves, scores = opening[:], []
    engine.new_game()
    while len(moves) < _PLIES and not game.drawn():
        move, score = engine.move(moves, f"depth {depth}")
        if move is None:
            break
        moves.append(move)
        scores.append(score)
        game.push(from_iccs(move))
    return {
        "moves": " ".join(moves),
        "result": game.status().result,
        "source": f"engine-d{depth}",
        "opening": len(opening),
        "scores": scores,
    }


def _late(moves: list[str], chance: random.Random) -> list[str]:
    """All but up to 40 of the moves, an even number: red moves next."""
    left = max(2, len(moves) - chance.randint(0, 40))
    return moves[: left - left % 2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/xiangqi/human_train.jsonl"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--games", type=int, default=75_000)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--late", action="store_true", help="begin in the last 40 plies of the human games")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    done = sum(1 for _ in args.out.open()) if args.out.exists() else 0
    human = [row["moves"].split() for row in read_jsonl(args.data)]
    stop = time.monotonic() + 60 * args.minutes
    results: Counter[str] = Counter()
    with Engine(hash_mb=1) as engine, args.out.open("a", encoding="utf-8") as out:
        for number in range(done, args.games):
            if time.monotonic() > stop:
                break
            chance = random.Random(1_000_003 * args.seed + number)
            opening = (
                _late(chance.choice(human), chance) if args.late else chance.choice(human)[: chance.randint(4, 24)]
            )
            depth = chance.choices(list(_DEPTHS), list(_DEPTHS.values()))[0]
            row = play(engine, opening, depth) | ({"late": True} if args.late else {})
            results[str(row["result"])] += 1
            out.write(json.dumps(row, separators=(",", ":")) + "\n")
            out.flush()
    print(args.out, dict(results))


if __name__ == "__main__":
    main()
