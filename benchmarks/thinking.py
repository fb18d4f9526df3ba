"""How much a second of thinking looks at: positions that the GPT has seen, and positions that tactics have.

    python benchmarks/thinking.py [SECONDS]

Medians over positions of one game, thought about from nothing each; the processor's time is told too, which is what a
busy machine would have had to give.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import core
from core.xiangqi import thinking
from core.xiangqi.pipeline import XiangqiPipeline
from core.xiangqi.session import read_game
from core.xiangqi.thinking import Budget, think

GAME = "h2e2 h9g7 h0g2 i9h9 i0h0 b9c7 g3g4 c6c5 b0a2 c9e7 b2b4 d9e8 a0b0 a9d9 g2f4 d9d4 f4g6 h7i7 h0h9 g7h9 c3c4 c5c4"
EVERY = 6


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    pipeline = core.load("xiangqi")
    assert isinstance(pipeline, XiangqiPipeline)
    pipeline("", search=20)
    moves = GAME.split()
    found = []
    for plies in range(2, len(moves) + 1, EVERY):
        game = read_game(moves[:plies])
        pipeline.player.read(game)
        begin, spent = time.perf_counter(), time.process_time()
        *_, last = think(pipeline.player, game, Budget(seconds=seconds))
        found.append((last.positions, last.nodes, time.perf_counter() - begin, time.process_time() - spent))
    names = ("positions", "tactical_positions", "seconds", "processor_seconds")
    medians = {name: round(statistics.median(row[i] for row in found), 2) for i, name in enumerate(names)}
    print(json.dumps(medians | {"tactical_per_position": thinking.NODES}))


if __name__ == "__main__":
    main()
