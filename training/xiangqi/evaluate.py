"""How well a model predicts human moves, and how much of its distribution is legal before any masking.

    python -m training.xiangqi.evaluate --model assets/models/xiangqi-board --data runs/xiangqi/dev

Match and legality are measured over all positions of `human_dev`, or about `--positions` of them.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from core.backbone.weights import load_model
from core.xiangqi.encoding import ENGINE, FEATURE_WIDTH, FIRST_WINS, HUMAN, NO_FEATURE, PREFIX, UNKNOWN
from core.xiangqi.model import XiangqiGPT
from training.common import write_figures
from training.xiangqi.data import Games

_OPENING = 8


@torch.inference_mode()
def measure(
    model: XiangqiGPT, games: Games, positions: int | None = None, result: int = UNKNOWN, source: int = HUMAN
) -> dict[str, float]:
    """Figures over every position of the games, or over about `positions` of them, in games evenly spread.

    The model is read as it plays, the game and its mirror image averaged. top1 and top5 count from ply 9 on and after
    masking, `raw` ones before; the rest over all plies.
    """
    model.eval()
    device = next(model.parameters()).device
    chosen = list(range(len(games)))
    if positions:  # whole games: one forward pass reads a game, however few of its positions count
        count = -(-positions * len(games) // games.plies)
        chosen = np.linspace(0, len(games) - 1, min(count, len(games))).astype(int).tolist()
    sums = np.zeros(8)
    for g in chosen:
        plies = games.read(g)
        length = len(plies.moves)
        ids = torch.tensor([[result, source, *plies.moves[:-1].tolist()]], device=device)
        features = np.full((1, length + 1, FEATURE_WIDTH), NO_FEATURE, np.int64)
        features[0, 1:] = plies.features
        out = model.read(ids, torch.from_numpy(features).to(device), 0, None)
        probabilities = out.logits[0, PREFIX - 1 :].float().softmax(-1).cpu()
        legal = torch.zeros_like(probabilities, dtype=torch.bool)
        legal[np.repeat(np.arange(length), plies.counts), plies.legal] = True
        target = torch.from_numpy(plies.moves)[:, None]
        masked = probabilities * legal
        ranks = (masked > masked.gather(1, target)).sum(1)
        late = torch.arange(length) >= _OPENING
        argmax_legal = legal.gather(1, probabilities.argmax(1, keepdim=True))[:, 0]
        logs = probabilities.gather(1, target)[:, 0].clamp(min=1e-9).log()
        sums += [
            length,
            late.sum().item(),
            (ranks[late] < 1).sum().item(),
            (ranks[late] < 5).sum().item(),
            argmax_legal.sum().item(),
            masked.sum().item(),
            -logs.sum().item(),
            (probabilities[late].argmax(1) == target[late, 0]).sum().item(),
        ]
    total, after = sums[0], max(sums[1], 1)
    return {
        "positions": int(total),
        "top1": sums[2] / after,
        "top5": sums[3] / after,
        "raw_top1": sums[7] / after,
        "legal_argmax": sums[4] / total,
        "legal_mass": sums[5] / total,
        "loss": sums[6] / total,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, nargs="+", required=True)
    parser.add_argument("--data", type=Path, default=Path("runs/xiangqi/dev"))
    parser.add_argument("--positions", type=int, help="default: all")
    parser.add_argument("--write", action="store_true", help="write them to figures.json beside the model")
    parser.add_argument("--prefixes", action="store_true", help="compare what the result and source tokens do")
    args = parser.parse_args()
    games = Games.open(args.data)
    prefixes = {"unknown human": (UNKNOWN, HUMAN)}
    if args.prefixes:
        prefixes |= {"unknown engine": (UNKNOWN, ENGINE), "wins human": (FIRST_WINS, HUMAN)}
    for folder in args.model:
        model = load_model(XiangqiGPT, Path(folder))
        model.float()
        for name, (result, source) in prefixes.items():
            figures = measure(model, games, args.positions, result, source)
            print(json.dumps({"model": folder.name, "prefix": name} | {k: round(v, 4) for k, v in figures.items()}))
            if args.write and name == "unknown human":
                write_figures(folder, **{k: figures[k] for k in ("top1", "top5", "legal_argmax", "legal_mass")})


if __name__ == "__main__":
    main()
