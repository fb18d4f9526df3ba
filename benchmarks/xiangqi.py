"""One reply at ply 100: ours against the way of the post 当GPT遇上中国象棋, side by side in one run.

    python benchmarks/xiangqi.py

The post's player writes every legal move as four ICCS characters, appends each to the text of the whole game, and lets
a GPT of 12 layers x 768 score all of these texts, keeping nothing from the move before. Ours reads the last two moves
as two tokens on top of the cache of the game; at its first look it has none, as the post's never has. Time does not
depend on what the weights are, so the former's are random. Prints medians over alternating runs, the ratios, and the
peak resident memory.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import sys
import time
from pathlib import Path

import torch
from transformers import GPT2Config, GPT2LMHeadModel

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import core
from core.xiangqi.fen import start_board
from core.xiangqi.game import Game
from core.xiangqi.notation import to_iccs
from core.xiangqi.pipeline import XiangqiPipeline
from core.xiangqi.player import Player

PLIES, RUNS = 100, 5
CHARACTERS = {c: i for i, c in enumerate("abcdefghi0123456789", 1)}


def game_of(plies: int) -> Game:
    """A long game of random moves without captures where that can be, so that many pieces are left."""
    chance = random.Random(4)
    game = Game(start_board())
    while len(game.moves) < plies:
        moves = game.board.legal_moves()
        quiet = [m for m in moves if not game.board.squares[m % 90]]
        game.push(chance.choice(quiet or moves))
    return game


@torch.inference_mode()
def blog_reply(model: GPT2LMHeadModel, game: Game) -> str:
    """The legal move whose four characters the model finds likeliest after the text of the game."""
    history = "".join(map(to_iccs, game.moves))
    moves = [to_iccs(m) for m in game.board.legal_moves()]
    ids = torch.tensor([[CHARACTERS[c] for c in history + move] for move in moves])
    logs = model(input_ids=ids, use_cache=False).logits[:, -5:-1].log_softmax(-1)
    return moves[int(logs.gather(2, ids[:, -4:, None]).sum((1, 2)).argmax())]


def main() -> None:
    pipeline = core.load("xiangqi")
    torch.manual_seed(0)
    blog = GPT2LMHeadModel(GPT2Config(vocab_size=32, n_positions=1024)).eval()
    game = game_of(PLIES)
    before = Game(game.start, game.moves[:-2])
    times: dict[str, list[float]] = {"post": [], "ours": [], "ours, first look at the game": []}
    for _ in range(RUNS):
        begin = time.perf_counter()
        blog_reply(blog, game)
        times["post"].append(time.perf_counter() - begin)
        # A player of its own has read nothing.
        fresh = XiangqiPipeline(Player(pipeline.player.model, pipeline.player.device))
        begin = time.perf_counter()
        fresh.play(game)
        times["ours, first look at the game"].append(time.perf_counter() - begin)
        pipeline.play(before)  # takes back what the run before has read beyond it
        begin = time.perf_counter()
        pipeline.play(game)
        times["ours"].append(time.perf_counter() - begin)
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(
        json.dumps(
            {
                "plies": PLIES,
                "legal_moves": len(game.board.legal_moves()),
                "milliseconds": {name: round(1000 * value, 1) for name, value in medians.items()},
                "ratio": round(medians["post"] / medians["ours"]),
                "ratio_first_look": round(medians["post"] / medians["ours, first look at the game"]),
                "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            }
        )
    )


if __name__ == "__main__":
    main()
