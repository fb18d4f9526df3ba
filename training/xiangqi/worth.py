"""What each piece is worth on each square, for `core.xiangqi.tactics`: fitted to an engine's scores.

    apt-get install fairy-stockfish
    python -m training.xiangqi.worth --data ../shared/data/xiangqi/human_train.jsonl

Positions of people's games, half of them a few random moves later so that all sorts of imbalance occur, are scored by
fairy-stockfish at a low depth. Those in check, or with a capture as the best move, are left out: a table of squares
cannot know of them. The sum of worths is fitted to the scores on the scale of expected results (logistic); left and
right are the same, and black is red turned round. Writes `assets/xiangqi/worth.json`.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from core.xiangqi.encoding import oriented
from core.xiangqi.fen import start_board
from core.xiangqi.geometry import BLACK_OFFSET, FILES, KING, PAWN, SQUARES
from core.xiangqi.notation import from_iccs, to_iccs
from core.xiangqi.worth import PATH
from training.common import read_jsonl
from training.xiangqi.engine import Engine

# Plies at the start of a game, which are all alike, and moves at random that a position may be away from its game.
_OPENING, _AWAY = 6, 4
# Hundredths of a pawn with which the side ahead expects about three points of four.
_SCALE = 250
# What the fit starts from, and is drawn back to where no piece of the kind was seen on a square.
_NEAR, _SMOOTH = 2e-6, 3e-5
_PRIOR = (0, 0, 150, 150, 400, 850, 420, 110)


def label(games: list[list[int]], count: int, depth: int, chance: random.Random) -> tuple[np.ndarray, np.ndarray]:
    """Boards [n, 90] as the side to move sees them, and the engine's scores [n] for that side."""
    boards, scores = [], []
    with Engine() as engine:
        for _ in tqdm(range(count), disable=None):
            moves = chance.choice(games)
            moves = moves[: chance.randint(min(_OPENING, len(moves)), len(moves))]
            board = start_board()
            for move in moves:
                board.push(move)
            for _ in range(chance.choice((0, chance.randint(1, _AWAY)))):
                legal = board.legal_moves()
                if legal:
                    moves = [*moves, chance.choice(legal)]
                    board.push(moves[-1])
            if board.in_check():
                continue
            best, score = engine.move([to_iccs(m) for m in moves], f"depth {depth}")
            if best and not board.squares[from_iccs(best) % SQUARES] and abs(score) < 3000:
                boards.append(oriented(np.array([board.squares], np.uint8), np.array([board.side]))[0])
                scores.append(score)
    return np.array(boards), np.array(scores, np.float32)


def half_boards(boards: np.ndarray) -> torch.Tensor:
    """How many more of each piece the side to move has on each square, left and right taken together [n, 7 * 50]."""
    mine = boards
    theirs = np.where(boards > BLACK_OFFSET, boards - BLACK_OFFSET, 0)[:, ::-1]
    mine = np.where(boards <= BLACK_OFFSET, mine, 0)
    found = np.zeros((len(boards), 7, 10, 5), np.float32)
    for sign, seen in ((1, mine), (-1, theirs)):
        rows, squares = np.nonzero(seen)
        files = squares % FILES
        np.add.at(found, (rows, seen[rows, squares] - 1, squares // FILES, np.minimum(files, FILES - 1 - files)), sign)
    return torch.from_numpy(found.reshape(len(boards), -1))


def _roughness(worth: torch.Tensor) -> torch.Tensor:
    """How much neighbouring squares differ: a piece is worth about the same a step away."""
    squares = worth.view(7, 10, 5)
    return squares.diff(dim=1).square().sum() + squares.diff(dim=2).square().sum()


def fit(boards: np.ndarray, scores: np.ndarray, steps: int = 800) -> tuple[np.ndarray, float]:
    """Worths [7, 10, 5] in hundredths of a pawn, and the share of the held-out variance that they leave unexplained."""
    x, y = half_boards(boards), torch.from_numpy(scores)
    held = len(x) // 10
    prior = torch.tensor(_PRIOR[KING : PAWN + 1], dtype=torch.float32).repeat_interleave(50) / 100
    worth, tempo = prior.clone().requires_grad_(), torch.zeros((), requires_grad=True)
    optimiser = torch.optim.Adam([worth, tempo], 0.02)
    target = torch.sigmoid(y / _SCALE)

    def loss(rows: slice) -> torch.Tensor:
        return (torch.sigmoid((x[rows] @ worth + tempo) * 100 / _SCALE) - target[rows]).square().mean()

    for step in range(steps):
        optimiser.param_groups[0]["lr"] = 0.02 * (1 - step / steps)
        optimiser.zero_grad()
        spread = _NEAR * (worth - prior).square().sum() + _SMOOTH * _roughness(worth)
        (loss(slice(held, None)) + spread).backward()
        optimiser.step()
    with torch.no_grad():
        left = float(loss(slice(held)) / target[:held].var())
    return (100 * worth.detach().numpy()).round().reshape(7, 10, 5), left


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/xiangqi/human_train.jsonl"))
    parser.add_argument("--positions", type=int, default=20_000)
    parser.add_argument("--depth", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--labels",
        type=Path,
        nargs="+",
        default=[Path("runs/xiangqi/worth.npz")],
        help="keep the scored positions in the last of these files if it is not there yet; fit to those of all",
    )
    parser.add_argument("--out", type=Path, default=PATH)
    args = parser.parse_args()
    if not args.labels[-1].is_file():
        games = [[from_iccs(m) for m in row["moves"].split()] for row in read_jsonl(args.data)]
        boards, scores = label(games, args.positions, args.depth, random.Random(args.seed))
        args.labels[-1].parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(args.labels[-1], boards=boards, scores=scores)
    kept = [np.load(path) for path in args.labels]
    boards, scores = (np.concatenate([part[name] for part in kept]) for name in ("boards", "scores"))
    order = np.random.default_rng(0).permutation(len(boards))
    boards, scores = boards[order], scores[order]
    worth, left = fit(boards, scores)
    print(json.dumps({"positions": len(boards), "unexplained": round(left, 3)}))
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(worth.astype(int).tolist()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
