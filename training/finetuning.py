"""Fine-tuning a head on the pre-trained encoder: what the recipes of the tasks have in common."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sized
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import nn
from tqdm import tqdm
from transformers import AutoModel, AutoTokenizer, PreTrainedModel

from training.adversarial import fast_gradient
from training.common import Log, MovingAverage, pick_device, pick_dtype, save_checkpoint, trapezoid
from training.dropout import drop_bytes

_SAVE_EVERY = 200


class Batches(Iterable[Any], Sized, Protocol):
    """The batches of one epoch."""


def load_encoder(name: str, dropout: float, attention_dropout: bool = True) -> tuple[dict[str, Any], Any, Any]:
    """An encoder by Hub id or folder: its configuration with `dropout` in it, its weights, and its tokenizer.

    A model built from this configuration has the dropout in force; then it takes the weights.
    """
    encoder: PreTrainedModel = AutoModel.from_pretrained(name, dtype=torch.float32)
    names = ["embedding_dropout", "mlp_dropout", "hidden_dropout_prob"]
    names += ["attention_dropout", "attention_probs_dropout_prob"] if attention_dropout else []
    for part in names:
        if hasattr(encoder.config, part):
            setattr(encoder.config, part, dropout)
    return encoder.config.to_dict(), encoder.state_dict(), AutoTokenizer.from_pretrained(name)


def saved_epoch(out: Path) -> int:
    """The epochs that the run in `out` has behind it."""
    return int(torch.load(out / "last.pt", map_location="cpu", weights_only=True)["epoch"])


class FineTuning:
    """A model on its way through `steps` updates: optimiser, learning rate, averaged weights, checkpoint.

    The encoder (`model.encoder`) learns at `lr`, everything else at `head_lr`; both warm up, stay, and fall to 0 over
    the last share `decay` of the steps. `average.model` holds the moving average of the weights, which is what is
    scored and saved. With `fgm` every step also learns from the batch with the encoder's embeddings moved that far in
    the worst direction (`training.adversarial`), which doubles its time. A run that is not `resumable` writes no
    `out/last.pt`.
    """

    def __init__(
        self,
        model: nn.Module,
        out: Path,
        steps: int,
        *,
        lr: float,
        head_lr: float,
        ema: float,
        device: str,
        clip: float = 5.0,
        warmup: float = 0.03,
        decay: float = 0.5,
        fgm: float = 0.0,
        resumable: bool = True,
    ) -> None:
        self.device = pick_device(device)
        self.dtype = pick_dtype(self.device)
        if self.device.type == "cpu":
            drop_bytes(model)
        self.model = model.to(self.device).train()
        self.average = MovingAverage(model, ema)
        encoder = list(model.encoder.parameters())
        ids = {id(p) for p in encoder}
        head = [p for p in model.parameters() if id(p) not in ids]
        groups = [{"params": encoder, "peak": lr}, {"params": head, "peak": head_lr}]
        self.optimizer = torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
        self.out, self.steps, self.clip, self.warmup, self.decay = out, steps, clip, warmup, decay
        self.fgm = fgm
        self.resumable = resumable
        self.step = self.epoch = 0
        self.done = 0  # batches of the epoch that a run was stopped in
        self.best = -1.0
        self.log = Log(out / "log.jsonl")

    def resume(self) -> None:
        """Go on from `out/last.pt`."""
        state = torch.load(self.out / "last.pt", map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.average.model.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average.updates = state["updates"]
        self.step, self.epoch, self.best = state["step"], state["epoch"], state["best"]
        self.done = state.get("done", 0)

    def save(self) -> None:
        if not self.resumable:
            return
        save_checkpoint(
            self.out / "last.pt",
            model=self.model.state_dict(),
            average=self.average.model.state_dict(),
            optimizer=self.optimizer.state_dict(),
            updates=self.average.updates,
            step=self.step,
            epoch=self.epoch,
            done=self.done,
            best=self.best,
        )

    def precision(self) -> AbstractContextManager[None]:
        """The context for forward passes: bfloat16 where that is faster."""
        return torch.autocast(self.device.type, self.dtype, enabled=self.dtype == torch.bfloat16)

    def update(self, loss: torch.Tensor, again: Callable[[], torch.Tensor] | None = None) -> None:
        """One step down the gradient of `loss`, and, with `fgm`, of that which `again` gives at the worst point."""
        loss.backward()
        if self.fgm and again:
            with fast_gradient(self.model.encoder.get_input_embeddings().weight, self.fgm):
                again().backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        factor = trapezoid(self.step / self.steps, self.warmup, self.decay)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * factor
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.average.update(self.model)
        self.step += 1

    def run_epoch(self, batches: Batches, loss_of: Callable[[Any, Any], torch.Tensor]) -> dict[str, float]:
        """One epoch of `loss_of(model, batch)`, or the rest of it where a run was stopped in the middle; gives its mean
        and the seconds it took. Where they come in another order then, some are seen twice and some not at all. Saves
        every `_SAVE_EVERY` steps."""
        begin, total, first = time.perf_counter(), 0.0, self.done
        bar = tqdm(batches, total=len(batches), desc=f"epoch {self.epoch + 1}", disable=None, mininterval=5)
        for i, batch in enumerate(bar):
            if i < first:
                continue
            loss = self._loss(loss_of, batch)
            self.update(loss, partial(self._loss, loss_of, batch))
            total += loss.item()
            if i % 50 == 49:
                bar.set_postfix(loss=f"{total / (i + 1 - first):.3f}")
            if i % _SAVE_EVERY == _SAVE_EVERY - 1:
                self.done = i + 1
                self.save()
        self.epoch += 1
        self.done = 0
        return {"loss": total / max(1, len(batches) - first), "seconds": time.perf_counter() - begin}

    def _loss(self, loss_of: Callable[[Any, Any], torch.Tensor], batch: Any) -> torch.Tensor:
        with self.precision():
            return loss_of(self.model, batch)

    def report(self, found: dict[str, float], by: str, tokenizer: Any) -> bool:
        """Log and print an epoch's figures, keep its averaged weights in `out/best` where `by` is the best so far, and
        save; gives whether it was."""
        self.log.write(epoch=self.epoch, **found)
        print(json.dumps({"epoch": self.epoch} | {k: round(v, 4) for k, v in found.items()}), flush=True)
        best = found[by] > self.best
        if best:
            self.best = found[by]
            self.average.model.save_pretrained(self.out / "best")
            tokenizer.save_pretrained(self.out / "best")
        self.save()
        return best
