"""Train the GPT on human and engine games.

    python -m training.xiangqi.train --out runs/xiangqi/board --minutes 75
    python -m training.xiangqi.train --variant moves --out runs/xiangqi/moves --minutes 25
    python -m training.xiangqi.train --out runs/xiangqi/board --resume stable.pt --minutes 300

A run ends when `--minutes` of training or `--tokens` have passed; the learning rate falls linearly to 0 over the last
part of it. `stable.pt` is the checkpoint from before the fall, the one to prolong a run from.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F
from tqdm import tqdm
from transformers import PreTrainedTokenizerFast

from core.backbone.weights import moved
from core.xiangqi.model import XiangqiGPT, XiangqiGPTConfig
from core.xiangqi.move_tokenizer import build_tokenizer
from training.common import Log, MovingAverage, pick_device, pick_dtype, save_state, trapezoid
from training.muon import Muon
from training.xiangqi.data import PAD, Batches, Games
from training.xiangqi.evaluate import measure


def losses(model: XiangqiGPT, batch: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Mean cross entropy of the next move and of the result, and minus the log of the probability on legal moves."""
    out = model(batch["ids"], batch["features"])
    targets = batch["targets"].view(-1)
    at = targets != PAD
    logits = out.logits.view(-1, out.logits.shape[-1]).float()
    log_all = logits.logsumexp(-1)
    move = (log_all - logits.gather(1, targets.clamp(min=0)[:, None])[:, 0])[at].mean()
    # Which moves are legal is known at every position and teaches the rules much faster than the one move played.
    chosen = logits[batch["legal_at"], batch["legal"]]
    top = logits.detach().amax(-1)
    mass = torch.zeros_like(log_all).index_add(0, batch["legal_at"], (chosen - top[batch["legal_at"]]).exp())
    legal = (log_all - top - mass.clamp(min=1e-30).log())[at].mean()
    value = batch["value"].view(-1, 3)
    told = value.sum(-1) > 0
    result = -(F.log_softmax(out.value.view(-1, 3).float(), -1) * value)[told].sum(-1).mean()
    return {"move": move, "legal": legal, "value": torch.nan_to_num(result)}


def build_optimizers(model: XiangqiGPT, lr: float, dtype: torch.dtype) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the layers, AdamW for the embeddings, norms and the value head."""
    matrices = [p for p in model.decoder.layers.parameters() if p.ndim == 2]
    ids = {id(p) for p in [*matrices, model.decoder.embed_tokens.weight]}
    rest = [p for p in model.parameters() if id(p) not in ids]
    return [Muon(matrices, lr=lr, dtype=dtype), torch.optim.AdamW(rest, lr=lr, betas=(0.9, 0.98), weight_decay=0.0)]


_GAMES = [Path("runs/xiangqi/human"), Path("runs/xiangqi/engine")]


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", type=Path, nargs="+", default=_GAMES)
    parser.add_argument("--dev", type=Path, default=Path("runs/xiangqi/dev"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--variant", choices=("board", "moves"), default="board")
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--minutes", type=float, default=75.0)
    parser.add_argument("--tokens", type=float, default=1e12)
    parser.add_argument("--batch", type=int, default=4096, help="tokens in one step")
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--decay", type=float, default=0.6, help="share of the run over which the learning rate falls")
    parser.add_argument("--legal-weight", type=float, default=1.0)
    parser.add_argument("--value-weight", type=float, default=0.3)
    parser.add_argument(
        "--shares", type=float, nargs="+", help="how often an epoch has each game of --games (default: 1)"
    )
    parser.add_argument("--hide-result", type=float, default=0.5)
    parser.add_argument("--crop", type=float, default=0.3, help="share of games that begin in the middle (board only)")
    parser.add_argument("--ema", type=float, default=0.998)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--init", type=Path, help="a checkpoint of the other variant to begin from")
    parser.add_argument("--resume", nargs="?", const="last.pt", metavar="CHECKPOINT")
    parser.add_argument("--save-minutes", type=float, default=8.0)
    return parser.parse_args()


class Trainer:
    """The state of one run: model, optimizers, and how far it has come in tokens and seconds."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.device = pick_device(args.device)
        self.dtype = pick_dtype(self.device)
        torch.manual_seed(0)
        config = XiangqiGPTConfig(
            board_aware=args.variant == "board",
            hidden_size=args.hidden,
            num_hidden_layers=args.layers,
            num_attention_heads=args.hidden // 64,
            intermediate_size=3 * args.hidden,
        )
        self.model = moved(XiangqiGPT(config), self.device)
        if args.init:  # of the other variant: what both have in common
            known = torch.load(args.init, map_location=self.device, weights_only=True)["average"]
            mine = self.model.state_dict()
            self.model.load_state_dict({k: v for k, v in known.items() if k in mine}, strict=False)
        self.tokenizer: PreTrainedTokenizerFast = build_tokenizer()
        self.optimizers = build_optimizers(self.model, args.lr, self.dtype)
        self.average = MovingAverage(self.model, args.ema)
        self.tokens, self.seconds, self.steps = 0, 0.0, 0
        if args.resume:
            self.load(args.out / args.resume)
        if args.compile:
            self.model.decoder.compile(dynamic=True)
        self.log = Log(args.out / "log.jsonl")

    @property
    def progress(self) -> float:
        """How much of the run is over, 0 to 1."""
        found: float = max(self.tokens / self.args.tokens, self.seconds / 60 / self.args.minutes)
        return found

    def load(self, path: Path) -> None:
        """Go on from a checkpoint."""
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.average.model.load_state_dict(state["average"])
        self.average.updates = state["steps"]
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.tokens, self.seconds, self.steps = state["tokens"], state["seconds"], state["steps"]

    def save(self, name: str) -> None:
        """Write a checkpoint to resume from, and the averaged model as `OUT/model`."""
        save_state(
            self.args.out / name,
            model=self.model.state_dict(),
            average=self.average.model.state_dict(),
            optimizers=[o.state_dict() for o in self.optimizers],
            tokens=self.tokens,
            seconds=self.seconds,
            steps=self.steps,
        )
        self.average.model.save_pretrained(self.args.out / "model")
        self.tokenizer.save_pretrained(self.args.out / "model")

    def step(self, batch: dict[str, torch.Tensor]) -> dict[str, float]:
        """One update."""
        factor, args = trapezoid(self.progress, decay=self.args.decay), self.args
        batch = {k: v.to(self.device, non_blocking=True) for k, v in batch.items()}
        with torch.autocast(self.device.type, self.dtype, enabled=self.dtype == torch.bfloat16):
            parts = losses(self.model, batch)
        (parts["move"] + args.legal_weight * parts["legal"] + args.value_weight * parts["value"]).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = args.lr * factor
            optimizer.step()
            optimizer.zero_grad()
        self.average.update(self.model)
        self.steps += 1
        self.tokens += int((batch["targets"] != PAD).sum())
        return {k: v.item() for k, v in parts.items()}


def run(trainer: Trainer) -> None:
    """Train to the end of the run, with figures on dev at every save."""
    args = trainer.args
    games, dev = Games.open(*args.games), Games.open(args.dev)
    batches = Batches(games, args.batch, args.crop if args.variant == "board" else 0.0, args.hide_result)
    shares = args.shares or [1.0] * len(args.games)
    counts = [len(np.load(folder / "results.npy", mmap_mode="r")) for folder in args.games]
    weights = np.repeat(shares, counts)
    print(
        f"{len(games):,} games, {len(games.moves):,} moves, {trainer.model.num_parameters():,} parameters", flush=True
    )
    falling = trainer.progress >= 1 - args.decay
    saved, sums, count = trainer.seconds, dict.fromkeys(("move", "legal", "value"), 0.0), 0
    begin = time.perf_counter()
    while trainer.progress < 1:
        for batch in tqdm(batches.epoch(trainer.steps, weights), disable=None):
            found = trainer.step(batch)
            sums, count = {k: v + found[k] for k, v in sums.items()}, count + 1
            now = time.perf_counter()
            trainer.seconds, begin = trainer.seconds + now - begin, now
            if not falling and trainer.progress >= 1 - args.decay:
                falling = True
                trainer.save("stable.pt")
            if trainer.seconds - saved > 60 * args.save_minutes or trainer.progress >= 1:
                trainer.save("last.pt")
                figures = measure(trainer.average.model, dev, 2000)
                row = {k: v / count for k, v in sums.items()} | {f"dev_{k}": v for k, v in figures.items()}
                trainer.log.write(tokens=trainer.tokens, minutes=trainer.seconds / 60, steps=trainer.steps, **row)
                print(json.dumps({k: round(v, 4) for k, v in row.items()} | {"tokens": trainer.tokens}), flush=True)
                saved, sums, count = trainer.seconds, dict.fromkeys(sums, 0.0), 0
                begin = time.perf_counter()
            if trainer.progress >= 1:
                break


if __name__ == "__main__":
    run(Trainer(parse_args()))
