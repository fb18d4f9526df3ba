"""Pre-train the character encoder by masked language modelling with whole-word masking.

    python -m training.backbone.train --data runs/backbone/data --out runs/backbone/mini --minutes 90
    python -m training.backbone.train --size small --tokens 2e9 --batch 512 --device cuda --out runs/backbone/small
    python -m training.backbone.train --out runs/backbone/mini --resume stable.pt --minutes 300

A run ends when `--minutes` of training or `--tokens` have passed, whichever comes first; the learning rate falls
linearly to 0 over the last part of it (`--decay`). `stable.pt` is the checkpoint from before the fall: the one to
resume from for a longer run.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F
from tqdm import tqdm
from transformers import ModernBertForMaskedLM, PreTrainedTokenizerFast

from core.backbone.config import SIZES, encoder_config
from core.backbone.weights import moved
from training.backbone.prepare import WORD_START
from training.common import Log, pick_device, pick_dtype, save_state, trapezoid
from training.finetuning import load_tokenizer
from training.muon import Muon

IGNORE = -100


class Blocks:
    """Blocks of `length` tokens from a stream: [CLS] and `length - 1` stream tokens, cut anew in every epoch."""

    def __init__(self, path: Path, length: int, tokenizer: PreTrainedTokenizerFast) -> None:
        self.stream = np.load(path, mmap_mode="r")
        self.length = length
        self.tokenizer = tokenizer

    def epoch(
        self, batch: int, rng: np.random.Generator, keep_rest: bool = False
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Batches of (ids [batch, length], word_starts [batch, length]); the last, smaller one if `keep_rest`."""
        step = self.length - 1
        offset = int(rng.integers(step))
        order = rng.permutation((len(self.stream) - offset) // step)
        for i in range(0, len(order) if keep_rest else len(order) - batch + 1, batch):
            rows = np.stack([self.stream[offset + j * step : offset + (j + 1) * step] for j in order[i : i + batch]])
            ids = np.full((len(rows), self.length), self.tokenizer.cls_token_id, dtype=np.int64)
            ids[:, 1:] = rows & ~WORD_START
            starts = np.ones((len(rows), self.length), dtype=bool)
            starts[:, 1:] = (rows & WORD_START) > 0
            yield torch.from_numpy(ids), torch.from_numpy(starts)


def mask_words(
    ids: torch.Tensor, starts: torch.Tensor, tokenizer: PreTrainedTokenizerFast, rate: float, rng: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Mask whole words: (inputs, labels), both [batch, length]; labels are IGNORE where nothing was chosen.

    Of the chosen characters 80 % become [MASK], 10 % a random one, 10 % stay, as in BERT (arXiv:1810.04805).
    """
    words = starts.long().cumsum(1)
    chosen = torch.rand(ids.shape, generator=rng).gather(1, words - 1) < rate
    chosen &= (ids != tokenizer.cls_token_id) & (ids != tokenizer.sep_token_id) & (ids != tokenizer.unk_token_id)
    labels = ids.where(chosen, torch.tensor(IGNORE))
    dice = torch.rand(ids.shape, generator=rng)
    inputs = ids.masked_fill(chosen & (dice < 0.8), tokenizer.mask_token_id)
    noise = torch.randint(len(tokenizer.all_special_ids), len(tokenizer), ids.shape, generator=rng)
    return noise.where(chosen & (dice >= 0.9), inputs), labels


def masked_loss(
    model: ModernBertForMaskedLM, inputs: torch.Tensor, labels: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """(mean cross entropy, share predicted right); the vocabulary is scored at the masked positions only."""
    hidden = model.model(input_ids=inputs, attention_mask=torch.ones_like(inputs)).last_hidden_state
    at = labels != IGNORE
    logits = model.decoder(model.head(hidden[at])).float()
    return F.cross_entropy(logits, labels[at]), (logits.argmax(-1) == labels[at]).float().mean()


@torch.inference_mode()
def evaluate(model: ModernBertForMaskedLM, held: Blocks, device: torch.device) -> dict[str, float]:
    """Masked-character accuracy on held-aside lines: 15 % of single characters, and 15 % of whole words, masked."""
    model.eval()
    figures = {}
    for name, whole_words in (("char_accuracy", False), ("word_accuracy", True)):
        rng = torch.Generator().manual_seed(0)
        right = total = loss = 0.0
        for ids, starts in held.epoch(64, np.random.default_rng(0), keep_rest=True):
            inputs, labels = mask_words(
                ids, starts if whole_words else torch.ones_like(starts), held.tokenizer, 0.15, rng
            )
            inputs = ids.masked_fill(labels != IGNORE, held.tokenizer.mask_token_id)
            batch_loss, accuracy = masked_loss(model, inputs.to(device), labels.to(device))
            n = int((labels != IGNORE).sum())
            right, loss, total = right + accuracy.item() * n, loss + batch_loss.item() * n, total + n
        figures[name] = right / total
        figures[name.replace("accuracy", "loss")] = loss / total
    model.train()
    return figures


def build_optimizers(model: ModernBertForMaskedLM, lr: float, dtype: torch.dtype) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the layers, AdamW for the embeddings, norms and head."""
    matrices = [p for p in model.model.layers.parameters() if p.ndim == 2]
    ids = {id(p) for p in matrices}
    rest = [p for p in model.parameters() if id(p) not in ids]
    return [Muon(matrices, lr=lr, dtype=dtype), torch.optim.AdamW(rest, lr=lr, betas=(0.9, 0.98), weight_decay=0.0)]


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("runs/backbone/data"))
    parser.add_argument("--out", type=Path, default=Path("runs/backbone/mini"))
    parser.add_argument("--size", default="mini", choices=list(SIZES))
    parser.add_argument("--minutes", type=float, default=90.0)
    parser.add_argument("--tokens", type=float, default=1e12)
    parser.add_argument("--batch", type=int, default=64, help="blocks in one forward pass")
    parser.add_argument("--accumulate", type=int, default=1, help="forward passes in one step")
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--decay", type=float, default=0.6, help="share of the run over which the learning rate falls")
    parser.add_argument("--rate", type=float, default=0.25, help="share of words masked")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument(
        "--resume", nargs="?", const="last.pt", metavar="CHECKPOINT", help="go on from OUT/CHECKPOINT (last.pt)"
    )
    parser.add_argument("--save-minutes", type=float, default=8.0)
    return parser.parse_args()


class Trainer:
    """The state of one run: model, optimizers, and how far it has come in tokens and seconds."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.device = pick_device(args.device)
        self.dtype = pick_dtype(self.device)
        self.tokenizer = load_tokenizer(args.data / "tokenizer")
        torch.manual_seed(0)
        self.model = moved(ModernBertForMaskedLM(encoder_config(self.tokenizer, args.size)), self.device)
        self.optimizers = build_optimizers(self.model, args.lr, self.dtype)
        self.tokens, self.seconds, self.steps = 0, 0.0, 0
        if args.resume:
            self.load(args.out / args.resume)
        if args.compile:
            self.model.model.compile()
        self.log = Log(args.out / "log.jsonl")

    @property
    def progress(self) -> float:
        found: float = max(self.tokens / self.args.tokens, self.seconds / 60 / self.args.minutes)
        return found

    def load(self, path: Path) -> None:
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.tokens, self.seconds, self.steps = state["tokens"], state["seconds"], state["steps"]

    def save(self, name: str) -> None:
        save_state(
            self.args.out / name,
            model=self.model.state_dict(),
            optimizers=[o.state_dict() for o in self.optimizers],
            tokens=self.tokens,
            seconds=self.seconds,
            steps=self.steps,
        )
        self.model.save_pretrained(self.args.out / "model")
        self.tokenizer.save_pretrained(self.args.out / "model")

    def step(self, batches: list[tuple[torch.Tensor, torch.Tensor]], rng: torch.Generator) -> tuple[float, float]:
        factor = trapezoid(self.progress, decay=self.args.decay)
        loss_sum = right_sum = 0.0
        for ids, starts in batches:
            inputs, labels = mask_words(ids, starts, self.tokenizer, self.args.rate, rng)
            inputs, labels = inputs.to(self.device), labels.to(self.device)
            with torch.autocast(self.device.type, self.dtype, enabled=self.dtype == torch.bfloat16):
                loss, right = masked_loss(self.model, inputs, labels)
            (loss / len(batches)).backward()
            loss_sum, right_sum = loss_sum + loss.item(), right_sum + right.item()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = self.args.lr * factor
            optimizer.step()
            optimizer.zero_grad()
        self.steps += 1
        return loss_sum / len(batches), right_sum / len(batches)


def run(trainer: Trainer) -> None:
    args = trainer.args
    train = Blocks(args.data / "train.npy", args.length, trainer.tokenizer)
    held = Blocks(args.data / "held.npy", args.length, trainer.tokenizer)
    order, masks = np.random.default_rng(trainer.steps), torch.Generator().manual_seed(trainer.steps)
    bar = tqdm(total=100, unit="%", disable=None)
    saved, stable = trainer.seconds, trainer.progress >= 1 - args.decay
    pending: list[tuple[torch.Tensor, torch.Tensor]] = []
    while trainer.progress < 1:
        for batch in train.epoch(args.batch, order):
            pending.append(batch)
            if len(pending) < args.accumulate:
                continue
            begin = time.perf_counter()
            loss, accuracy = trainer.step(pending, masks)
            trainer.seconds += time.perf_counter() - begin
            trainer.tokens += len(pending) * batch[0].numel()
            pending = []
            bar.update(trainer.progress * 100 - bar.n)
            bar.set_postfix(loss=f"{loss:.3f}", right=f"{accuracy:.3f}", tokens=f"{trainer.tokens / 1e6:.1f}M")
            if trainer.steps % 20 == 0:
                trainer.log.write(
                    steps=trainer.steps, tokens=trainer.tokens, seconds=trainer.seconds, loss=loss, accuracy=accuracy
                )
            if not stable and trainer.progress >= 1 - args.decay:
                trainer.save("stable.pt")
                stable = True
            if trainer.seconds - saved > args.save_minutes * 60:
                trainer.save("last.pt")
                trainer.log.write(steps=trainer.steps, **evaluate(trainer.model, held, trainer.device))
                saved = trainer.seconds
            if trainer.progress >= 1:
                break
    trainer.save("last.pt")
    figures = {"tokens": trainer.tokens, "minutes": trainer.seconds / 60}
    figures |= evaluate(trainer.model, held, trainer.device)
    trainer.log.write(**figures)
    print(json.dumps(figures))


if __name__ == "__main__":
    run(Trainer(parse_args()))
