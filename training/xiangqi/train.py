"""Train the GPT on human and engine games, in legs.

    python -m training.xiangqi.train --out runs/xiangqi/board --minutes 75
    python -m training.xiangqi.train --out runs/xiangqi/board --minutes 75 --resume
    python -m training.xiangqi.train --variant moves --out runs/xiangqi/moves --minutes 25

A leg is `--minutes` of training, or ends when `--tokens` moves have been read in all. The learning rate is constant and
falls to 0 over the last part of the leg, which leaves a model to play with in OUT/model. `stable.pt` is the state from
before the fall: the next leg, `--resume` after the end of one, goes on from there at the full rate
(warmup-stable-decay, arXiv:2404.06395). `--resume` after a kill goes on from the last save, `last.pt`. Games that were
prepared since then are read from then on.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch.nn import functional as F
from tqdm import tqdm
from transformers import PreTrainedTokenizerFast

from core.backbone.weights import moved
from core.xiangqi.model import XiangqiGPT, XiangqiGPTConfig
from core.xiangqi.move_tokenizer import build_tokenizer
from training.common import Log, MovingAverage, pick_device, pick_dtype, save_state
from training.muon import Muon
from training.xiangqi.data import CHOICES, KINDS, PAD, Batches, Games
from training.xiangqi.evaluate import measure


def losses(model: XiangqiGPT, batch: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Mean cross entropy of what to play and of the result, and minus the log of the probability on legal moves."""
    out = model(batch["ids"], batch["features"])
    targets, weights = batch["targets"].view(-1, CHOICES), batch["weights"].view(-1, CHOICES)
    at = targets[:, 0] != PAD
    logits = out.logits.view(-1, out.logits.shape[-1]).float()
    log_all = logits.logsumexp(-1)
    move = (log_all - (logits.gather(1, targets.clamp(min=0)) * weights).sum(-1))[at].mean()
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


# Updates of the moving average are too many bytes to move for each step to have one.
_AVERAGE_EVERY = 4


def rate(step: int, progress: float, warmup: int, decay: float) -> float:
    """Learning-rate factor: it rises over the first steps of all, and falls to 0 over the last part of the leg."""
    return min((step + 1) / warmup, 1.0, max(0.0, (1 - progress) / decay))


@torch.no_grad()
def begin_from(model: XiangqiGPT, folder: Path) -> None:
    """Take over what a trained model has in common with `model`; what is new to it counts for nothing at first."""
    known, mine = load_file(folder / "model.safetensors"), model.state_dict()
    for name in known.keys() & mine.keys():
        if name == "pieces.weight":
            mine[name].zero_()
            shared = min(len(known[name]), len(mine[name])) - 1  # the last one is the padding
            mine[name][:shared] = known[name][:shared]
        else:
            mine[name].copy_(known[name])


def shares(parts: list[str]) -> dict[str, float]:
    """{"judged": 2.0} of ["judged=2"]; a ValueError for what is no kind of game."""
    found = {kind: float(share) for kind, _, share in (part.partition("=") for part in parts)}
    if unknown := set(found) - set(KINDS):
        raise ValueError(f"no kind of game: {', '.join(sorted(unknown))}")
    return found


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", type=Path, nargs="+", default=[Path("runs/xiangqi/prepared")])
    parser.add_argument("--dev", type=Path, default=Path("runs/xiangqi/dev"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--variant", choices=("board", "moves"), default="board")
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--no-mobility", action="store_true", help="do not tell it what can go where")
    parser.add_argument("--minutes", type=float, default=75.0, help="of this leg")
    parser.add_argument("--tokens", type=float, default=1e12, help="moves read in all")
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall", help="cpu: fair where others compute too")
    parser.add_argument("--batch", type=int, default=4096, help="tokens in one step")
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--warmup", type=int, default=200, help="steps over which the learning rate rises")
    parser.add_argument("--decay", type=float, default=0.2, help="share of the leg over which the learning rate falls")
    parser.add_argument("--legal-weight", type=float, default=1.0)
    parser.add_argument("--value-weight", type=float, default=0.3)
    parser.add_argument("--score-share", type=float, default=0.5, help="of the engine's score in the value to learn")
    parser.add_argument("--hard", action="store_true", help="the engine's first choice alone, not its lesser ones too")
    parser.add_argument(
        "--shares",
        type=str,
        nargs="+",
        default=[],
        metavar="KIND=SHARE",
        help="how often an epoch has each game of a kind (human, self, late, judged; default: 1)",
    )
    parser.add_argument("--hide-result", type=float, default=0.5)
    parser.add_argument("--crop", type=float, default=0.3, help="share of games that begin in the middle (board only)")
    parser.add_argument("--ema", type=float, default=0.998)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--init", type=Path, help="the folder of a trained model to begin from, of whatever it sees")
    parser.add_argument("--resume", nargs="?", const="last.pt", metavar="CHECKPOINT")
    parser.add_argument("--save-minutes", type=float, default=8.0)
    parser.add_argument("--positions", type=int, default=2000, help="of dev that a save is measured on")
    return parser.parse_args()


class Trainer:
    """The state of one run: model, optimizers, and how far it has come in tokens and seconds.

    `begun` (seconds, tokens) is where the leg under way began.
    """

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.device = pick_device(args.device)
        self.dtype = pick_dtype(self.device)
        torch.manual_seed(0)
        config = XiangqiGPTConfig(
            board_aware=args.variant == "board",
            mobility=args.variant == "board" and not args.no_mobility,
            hidden_size=args.hidden,
            num_hidden_layers=args.layers,
            num_attention_heads=args.hidden // 64,
            intermediate_size=3 * args.hidden,
        )
        self.model = moved(XiangqiGPT(config), self.device)
        if args.init:
            begin_from(self.model, args.init)
        self.tokenizer: PreTrainedTokenizerFast = build_tokenizer()
        self.optimizers = build_optimizers(self.model, args.lr, self.dtype)
        self.average = MovingAverage(self.model, args.ema**_AVERAGE_EVERY)
        self.tokens, self.seconds, self.steps, self.begun = 0, 0.0, 0, (0.0, 0)
        if args.resume and self.load(args.out / args.resume) and self.tokens < args.tokens:
            self.load(args.out / "stable.pt")
            self.begun = (self.seconds, self.tokens)
        if args.compile:
            self.model.decoder.compile(dynamic=True)
        self.log = Log(args.out / "log.jsonl")

    @property
    def progress(self) -> float:
        """How much of the leg is over, 0 to 1."""
        seconds, tokens = self.begun
        by_tokens = (self.tokens - tokens) / max(self.args.tokens - tokens, 1)
        return float(max(by_tokens, (self.seconds - seconds) / 60 / self.args.minutes))

    def load(self, path: Path) -> bool:
        """Go on from a checkpoint; whether its leg had ended."""
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.average.model.load_state_dict(state["average"])
        self.average.updates = state["steps"] // _AVERAGE_EVERY
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.tokens, self.seconds, self.steps = state["tokens"], state["seconds"], state["steps"]
        self.begun = tuple(state["begun"])
        return bool(state["ended"])

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
            begun=self.begun,
            ended=self.progress >= 1,
        )
        self.average.model.save_pretrained(self.args.out / "model")
        self.tokenizer.save_pretrained(self.args.out / "model")

    def step(self, batch: dict[str, torch.Tensor]) -> dict[str, float]:
        """One update."""
        factor, args = rate(self.steps, self.progress, self.args.warmup, self.args.decay), self.args
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
        self.steps += 1
        if self.steps % _AVERAGE_EVERY == 0:
            self.average.update(self.model)
        self.tokens += int((batch["targets"][..., 0] != PAD).sum())
        return {k: v.item() for k, v in parts.items()}


def run(trainer: Trainer) -> None:
    """Train to the end of the run, with figures on dev at every save."""
    args = trainer.args
    games, dev = Games.open(*args.games), Games.open(args.dev)
    crop = args.crop if args.variant == "board" else 0.0
    batches = Batches(games, args.batch, crop, args.hide_result, not args.hard, args.score_share)
    often = shares(args.shares)
    print(f"{len(games):,} games, moves {games.counts()}, {trainer.model.num_parameters():,} parameters", flush=True)
    clock = time.process_time if args.clock == "cpu" else time.perf_counter
    falling = trainer.progress >= 1 - args.decay
    saved, sums, count = trainer.seconds, dict.fromkeys(("move", "legal", "value"), 0.0), 0
    begin = clock()
    while trainer.progress < 1:
        for batch in tqdm(batches.epoch(trainer.steps, often), disable=None):
            found = trainer.step(batch)
            sums, count = {k: v + found[k] for k, v in sums.items()}, count + 1
            now = clock()
            trainer.seconds, begin = trainer.seconds + now - begin, now
            if not falling and trainer.progress >= 1 - args.decay:
                falling = True
                trainer.save("stable.pt")
            if trainer.seconds - saved > 60 * args.save_minutes or trainer.progress >= 1:
                trainer.save("last.pt")
                figures = measure(trainer.average.model, dev, args.positions)
                row = {k: v / count for k, v in sums.items()} | {f"dev_{k}": v for k, v in figures.items()}
                trainer.log.write(tokens=trainer.tokens, minutes=trainer.seconds / 60, steps=trainer.steps, **row)
                print(json.dumps({k: round(v, 4) for k, v in row.items()} | {"tokens": trainer.tokens}), flush=True)
                saved, sums, count = trainer.seconds, dict.fromkeys(sums, 0.0), 0
                begin = clock()
            if trainer.progress >= 1:
                break


if __name__ == "__main__":
    run(Trainer(parse_args()))
