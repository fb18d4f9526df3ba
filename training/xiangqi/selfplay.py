"""Games in which fairy-stockfish says what to play in every position, for training.

    apt-get install fairy-stockfish
    python -m training.xiangqi.selfplay --seed 1 --out runs/xiangqi/games

All begin with moves of a human game, since a fixed depth is deterministic, and are played to their end or 256 plies:

- self: the engine against itself;
- late: the same from the last 40 plies of a human game. People resign, so their games teach nobody to mate;
- judged: the GPT against the engine. What the engine would have played in the GPT's place, with its scores of the best
  few moves, is what the GPT has to learn: these are the positions to which its own errors lead (DAgger,
  arXiv:1011.0686). So that they do not all end at once, the engine leaves a share of its moves to the GPT, drawn for
  each game.

One process a core, each with its own `--seed`. A row's `choices` are the engine's moves with their centipawns for the
side to move, the best first, for each move after the `opening`. A stopped run goes on where it was: games are appended
to shards, and each has a number that says how it begins.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import DynamicCache

from core import catalog
from core.backbone.weights import load_model
from core.xiangqi.encoding import NO_FEATURE, PREFIX, TOKENS, features
from core.xiangqi.fen import start_board
from core.xiangqi.game import Game
from core.xiangqi.model import XiangqiGPT
from core.xiangqi.notation import from_iccs, to_iccs
from training.common import read_jsonl
from training.xiangqi.engine import Engine
from training.xiangqi.prepare import PLIES

SHARD = 2000
# Games that are played side by side, so that the GPT reads their positions as one batch; they begin at one ply.
_TOGETHER = 32
_WARMEST = 0.8


@dataclass
class Play:
    """A game under way: what was played, what the engine would have, and how the GPT's part of it is drawn."""

    number: int
    opening: int
    game: Game
    chance: random.Random
    choices: list[list[tuple[str, int]]] = field(default_factory=list)
    gpt: int = 0
    engine_share: float = 1.0
    temperature: float = 0.0

    @property
    def ended(self) -> bool:
        """Whether it is over, so far as that is seen without the legal moves, or too long."""
        return len(self.game.moves) >= PLIES or self.game.drawn() is not None

    def row(self, kind: str, depth: int) -> dict[str, object]:
        """What is written of it."""
        return {
            "number": self.number,
            "moves": " ".join(map(to_iccs, self.game.moves)),
            "result": self.game.status().result,
            "source": f"engine-d{depth}",
            "kind": kind,
            "opening": self.opening,
            "choices": [" ".join(f"{move}:{score}" for move, score in best) for best in self.choices],
        }


class Reader:
    """The GPT over games that move on together, one token each at a time."""

    def __init__(self, model: XiangqiGPT, plays: list[Play]) -> None:
        self.model, self.cache = model, DynamicCache()
        prefix = model.prefix()
        ids, seen = [], []
        for play in plays:
            board, tokens, boards, sides = play.game.start.copy(), prefix[:], [], []
            for move in play.game.moves:
                tokens.append(int(TOKENS[board.side, move]))
                board.push(move)
                boards.append(board.squares[:])
                sides.append(board.side)
            ids.append(tokens)
            told = features([play.game.start.squares, *boards], [play.game.start.side, *sides]).astype(np.int64)
            seen.append(np.concatenate([np.full((PREFIX - 1, told.shape[1]), NO_FEATURE), told]))
        self.logits = self._read(np.array(ids), np.array(seen))

    @torch.inference_mode()
    def _read(self, ids: np.ndarray, seen: np.ndarray) -> np.ndarray:
        told = torch.from_numpy(seen) if self.model.board_aware else None
        out = self.model(torch.from_numpy(ids), told, self.cache)
        found: np.ndarray = out.logits[:, -1].float().numpy()
        return found

    def advance(self, plays: list[Play], kept: list[int]) -> None:
        """Read the last move of the games `plays`, which are the `kept` ones of those before."""
        if len(kept) < self.logits.shape[0]:
            self.cache.batch_select_indices(torch.tensor(kept))
        ids = [[int(TOKENS[play.game.board.side ^ 1, play.game.moves[-1]])] for play in plays]
        boards, sides = [p.game.board.squares for p in plays], [p.game.board.side for p in plays]
        self.logits = self._read(np.array(ids), features(boards, sides).astype(np.int64)[:, None])

    def draw(self, row: int, play: Play) -> int:
        """A legal move, as likely as the GPT and the game's temperature have it."""
        moves = play.game.board.legal_moves()
        logits = self.logits[row, TOKENS[play.game.board.side, moves]].astype(np.float64)
        if play.temperature < 0.05:
            return moves[int(logits.argmax())]
        weights = np.exp((logits - logits.max()) / play.temperature)
        return play.chance.choices(moves, weights.tolist())[0]


def _begin(kind: str, batch: int, seed: int, human: list[list[str]]) -> list[Play]:
    """The games of one batch, at their first own move; of judged ones all at the same ply."""
    chance = random.Random(f"{seed} {batch}")
    length, plays = chance.choice((chance.randint(4, 24), chance.randint(4, 60))), []
    for i in range(_TOGETHER):
        moves = chance.choice(human)
        if kind == "late":
            left = max(2, len(moves) - chance.randint(0, 40))
            moves = moves[: left - left % 2]  # red moves next
        elif kind == "self":
            moves = moves[: chance.choice((chance.randint(4, 24), chance.randint(4, 60)))]
        else:
            while len(moves) < length:
                moves = chance.choice(human)
            moves = moves[:length]
        play = Play(batch * _TOGETHER + i, len(moves), Game(start_board(), map(from_iccs, moves)), chance)
        play.chance = random.Random(f"{seed} {play.number}")
        play.gpt, play.engine_share = i % 2, play.chance.random()
        play.temperature = _WARMEST * play.chance.random()
        plays.append(play)
    return plays


def play_alone(engine: Engine, play: Play, depth: int) -> None:
    """The engine plays both sides to the end."""
    engine.new_game()
    while not play.ended:
        best = engine.choices([to_iccs(m) for m in play.game.moves], f"depth {depth}")
        if not best:
            break
        play.choices.append(best)
        play.game.push(from_iccs(best[0][0]))


def play_judged(engine: Engine, model: XiangqiGPT, plays: list[Play], depth: int) -> Iterator[Play]:
    """The GPT against the engine, all games a ply at a time; each comes when it has ended."""
    engine.new_game()
    reader = Reader(model, plays)
    while plays:
        kept = []
        for row, play in enumerate(plays):
            best = [] if play.ended else engine.choices([to_iccs(m) for m in play.game.moves], f"depth {depth}")
            if not best:
                yield play
                continue
            kept.append(row)
            play.choices.append(best)
            by_engine = play.game.board.side != play.gpt and play.chance.random() < play.engine_share
            play.game.push(from_iccs(best[0][0]) if by_engine else reader.draw(row, play))
        plays = [plays[row] for row in kept]
        if plays:
            reader.advance(plays, kept)


class Shards:
    """Files of `SHARD` rows, SEED-NUMBER.jsonl; a row cut short by a kill is cut away."""

    def __init__(self, folder: Path, seed: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.seed = folder, seed
        self.done: set[int] = set()
        self.moves: Counter[str] = Counter()
        paths = sorted(folder.glob(f"{seed}-*.jsonl"))
        if paths:
            data = paths[-1].read_bytes()
            whole = data.rfind(b"\n") + 1
            if whole < len(data):
                with paths[-1].open("r+b") as last:
                    last.truncate(whole)
        self._rows = 0
        for path in paths:
            rows = list(read_jsonl(path))
            self._rows = len(rows)
            self.done.update(row["number"] for row in rows)
            for row in rows:
                self.moves[row["kind"]] += len(row["choices"])
        self._index = max(0, len(paths) - 1)

    def write(self, row: dict[str, Any]) -> None:
        """Append a row, to a new file where the last one is full."""
        if self._rows >= SHARD:
            self._rows, self._index = 0, self._index + 1
        with (self.folder / f"{self.seed}-{self._index:04}.jsonl").open("a", encoding="utf-8") as out:
            out.write(json.dumps(row, separators=(",", ":")) + "\n")
        self._rows += 1
        self.done.add(row["number"])
        self.moves[row["kind"]] += len(row["choices"])


def _report(shards: Shards, since: float, before: int) -> None:
    total, seconds = shards.moves.total(), time.monotonic() - since
    speed = (total - before) / max(seconds, 1e-9)
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in sorted(shards.moves.items()))
    print(
        f"seed {shards.seed}: {len(shards.done):,} games, {total:,} moves ({kinds}), {speed:.0f} a second", flush=True
    )


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/xiangqi/human_train.jsonl"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument(
        "--moves", type=float, default=6e6, help="engine moves of this seed, those there are counted in"
    )
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--depth", type=int, default=5)
    parser.add_argument("--lines", type=int, default=3, help="moves that the engine scores where it judges the GPT")
    parser.add_argument("--model", help="the GPT that is judged: a name in assets/models or a folder")
    parser.add_argument("--mix", nargs="+", default=["self=9", "late=2", "judged=9"], metavar="KIND=WEIGHT")
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    torch.set_num_threads(1)
    weights = {kind: float(weight) for kind, _, weight in (part.partition("=") for part in args.mix)}
    human = [row["moves"].split() for row in read_jsonl(args.data)]
    shards = Shards(args.out, args.seed)
    begin, before, told = time.monotonic(), shards.moves.total(), 0.0
    model = load_model(XiangqiGPT, catalog.find("xiangqi", args.model).folder).float().eval()
    with Engine(hash_mb=1) as engine, Engine(hash_mb=1, lines=args.lines) as judge:
        batch = min(set(range(len(shards.done) + 1)) - shards.done) // _TOGETHER
        while shards.moves.total() < args.moves and time.monotonic() - begin < 60 * args.minutes:
            kind = random.Random(f"kind {args.seed} {batch}").choices(list(weights), list(weights.values()))[0]
            plays = [p for p in _begin(kind, batch, args.seed, human) if p.number not in shards.done]
            if kind == "judged":
                for play in play_judged(judge, model, plays, args.depth) if plays else ():
                    shards.write(play.row(kind, args.depth))
            else:
                for play in plays:
                    play_alone(engine, play, args.depth)
                    shards.write(play.row(kind, args.depth))
                    if shards.moves.total() >= args.moves:
                        break
            batch += 1
            if time.monotonic() - told > 60:
                told = time.monotonic()
                _report(shards, begin, before)
    _report(shards, begin, before)


if __name__ == "__main__":
    main()
