"""The GPT's strength: colour-swapped matches against a ladder of opponents, and an Elo fit with its interval.

    python -m training.xiangqi.ladder --model assets/models/xiangqi-board --pairs 20
    python -m training.xiangqi.ladder --search 200 --pairs 8 --rungs depth1 depth3 depth5 nodes1000
    python -m training.xiangqi.ladder --level beginner --pairs 8 --rungs random greedy skill-4 skill-2

Rungs: random moves, greedy capture, fairy-stockfish with Skill Level -4, -2 and 0 at depth 1, at full skill depth 1, 3
and 5, and 1000 nodes; for a level that thinks also 2000 nodes and depth 8, if they are asked for. Their ratings are
fixed (random 0, greedy 721, ... as measured between themselves), and the model's is the one that makes its scores
likeliest; the interval is a bootstrap over pairs. Below 1000 strength is not transitive: read the raw scores there.
Openings are the first 8 plies of human games of the dev set, each played twice with colours swapped. A game without a
result after 200 plies is a draw. `--search` counts positions, so that a figure does not depend on what else the machine
does; `benchmarks/thinking.py` says how many a second has. A level that thinks by the clock is measured by the clock,
unless it is given a count.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

import core
from core import catalog
from core.xiangqi.fen import start_board
from core.xiangqi.game import Game
from core.xiangqi.geometry import SQUARES
from core.xiangqi.levels import LEVELS, level_settings
from core.xiangqi.notation import from_iccs, to_iccs
from core.xiangqi.pipeline import XiangqiPipeline
from core.xiangqi.settings import Settings
from training.common import read_jsonl, write_figures
from training.xiangqi.engine import Engine

_OPENING, _PLIES = 8, 200
# Nothing is cut short by the clock where positions are counted.
_PATIENCE = 60.0
Opponent = Callable[[Game, random.Random], int]
# rung → (rating, engine's Skill Level, UCI limit)
ENGINES = {
    "skill-4": (1011, -4, "depth 1"),
    "skill-2": (1187, -2, "depth 1"),
    "skill0": (1330, 0, "depth 1"),
    "depth1": (1722, 20, "depth 1"),
    "depth3": (1816, 20, "depth 3"),
    "depth5": (2029, 20, "depth 5"),
    "nodes1000": (2112, 20, "nodes 1000"),
    "nodes2000": (2350, 20, "nodes 2000"),
    "depth8": (2815, 20, "depth 8"),
}
RATINGS = {"random": 0, "greedy": 721} | {name: rating for name, (rating, _, _) in ENGINES.items()}
_WORTH = (0, 0, 2, 2, 4, 9, 4.5, 1, 0, 2, 2, 4, 9, 4.5, 1)


def random_move(game: Game, chance: random.Random) -> int:
    """Any legal move."""
    return chance.choice(game.board.legal_moves())


def greedy_move(game: Game, chance: random.Random) -> int:
    """A legal move that captures the most valuable piece there is to capture."""
    squares = game.board.squares
    moves = game.board.legal_moves()
    best = max(_WORTH[squares[m % SQUARES]] for m in moves)
    return chance.choice([m for m in moves if _WORTH[squares[m % SQUARES]] == best])


def engine_move(engine: Engine, limit: str) -> Opponent:
    """The engine's move."""

    def move(game: Game, chance: random.Random) -> int:
        best, _ = engine.move([to_iccs(m) for m in game.moves], limit)
        assert best
        return from_iccs(best)

    return move


def play(players: tuple[Opponent, Opponent], opening: list[int], chance: random.Random) -> tuple[float, Game]:
    """One game; the score of red (1, 0.5 or 0) and the game itself."""
    game = Game(start_board(), opening)
    while not (status := game.status()).over and len(game.moves) < _PLIES:
        game.push(players[game.board.side](game, chance))
    if status.winner is None:
        return 0.5, game
    return float(status.winner == 0), game


def fit(scores: dict[str, list[float]]) -> float:
    """The rating under which the scores (per pair of games, 0 to 2) are likeliest, by bisection."""
    low, high = -1000.0, 4000.0
    while high - low > 0.5:
        middle = (low + high) / 2
        surplus = sum(
            score / 2 - 1 / (1 + 10 ** ((RATINGS[rung] - middle) / 400))
            for rung, pairs in scores.items()
            for score in pairs
        )
        low, high = (middle, high) if surplus > 0 else (low, middle)
    return low


def bootstrap(scores: dict[str, list[float]], times: int = 1000) -> tuple[float, float]:
    """The middle 95 % of ratings fitted to pairs drawn again with replacement."""
    chance = np.random.default_rng(0)
    fits = [fit({r: chance.choice(pairs, len(pairs)).tolist() for r, pairs in scores.items()}) for _ in range(times)]
    return float(np.percentile(fits, 2.5)), float(np.percentile(fits, 97.5))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=None)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/xiangqi/human_dev.jsonl"))
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--search", type=int, default=0)
    parser.add_argument(
        "--level",
        choices=[level.name for level in LEVELS],
        help="in place of the other settings; what it thinks by the clock is counted instead with --search",
    )
    parser.add_argument("--temperature", type=float, default=0.0)
    parser.add_argument("--to-win", action="store_true", help="play with the winner's result token")
    parser.add_argument("--rungs", nargs="+", default=list(RATINGS)[:-2], choices=list(RATINGS))
    parser.add_argument("--write", action="store_true", help="write the rating to figures.json beside the model")
    parser.add_argument("--games", type=Path, help="write the games played here, as JSON lines")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    pipeline = core.load("xiangqi", args.model)
    assert isinstance(pipeline, XiangqiPipeline)

    def ours(game: Game, chance: random.Random) -> int:
        seed = chance.randrange(2**31)
        patience = _PATIENCE if args.search else 0.0
        settings = Settings(args.temperature, 0, seed, args.search, args.to_win, patience)
        if args.level:
            settings = level_settings(args.level, seed)
            if args.search:
                settings = replace(settings, search=args.search, seconds=patience)
        result = pipeline.play(game, settings)
        assert result.move
        return from_iccs(result.move)

    rows = [row["moves"].split() for row in read_jsonl(args.data)]
    openings = sorted({tuple(moves[:_OPENING]) for moves in rows if len(moves) > _OPENING})
    scores: dict[str, list[float]] = {}
    out = args.games.open("a", encoding="utf-8") if args.games else None
    for rung in args.rungs:
        _, skill, limit = ENGINES.get(rung, (0, 20, ""))
        chance = random.Random(f"{args.seed} {rung}")
        scores[rung] = []
        with ExitStack() as stack:
            other: Opponent = greedy_move if rung == "greedy" else random_move
            if rung in ENGINES:
                other = engine_move(stack.enter_context(Engine(skill)), limit)
            for opening in tqdm(chance.sample(openings, args.pairs), desc=rung, disable=None):
                total = 0.0
                for colour in (0, 1):
                    sides = (ours, other) if colour == 0 else (other, ours)
                    red, game = play(sides, [from_iccs(m) for m in opening], chance)
                    total += red if colour == 0 else 1 - red
                    if out:
                        moves = " ".join(map(to_iccs, game.moves))
                        out.write(
                            json.dumps({"rung": rung, "gpt": ("red", "black")[colour], "red": red, "moves": moves})
                            + "\n"
                        )
                        out.flush()
                scores[rung].append(total)
        n = len(scores[rung])
        print(
            json.dumps(
                {"rung": rung, "rating": RATINGS[rung], "games": 2 * n, "score": round(sum(scores[rung]) / (2 * n), 3)}
            ),
            flush=True,
        )
    rated = {rung: pairs for rung, pairs in scores.items() if RATINGS[rung] > 1000} or scores
    low, high = bootstrap(rated)
    print(
        json.dumps(
            {
                "search": args.search,
                "level": args.level,
                "elo": round(fit(rated)),
                "low": round(low),
                "high": round(high),
            }
        )
    )
    if args.write:
        name = f"elo_{args.level}" if args.level else f"elo_search_{args.search}" if args.search else "elo"
        write_figures(catalog.find("xiangqi", args.model).folder, **{name: fit(rated)})


if __name__ == "__main__":
    main()
