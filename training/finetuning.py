"""Fine-tuning a head on the pre-trained encoder: what the recipes of the tasks have in common."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sized
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

import torch
from torch import nn
from tqdm import tqdm
from transformers import AutoModel, PreTrainedModel, PreTrainedTokenizerBase, PreTrainedTokenizerFast

from training.adax import AdaX
from training.adversarial import worst_point
from training.common import Log, MovingAverage, pick_device, pick_dtype, save_state, trapezoid
from training.dropout import drop_bytes
from training.recipe import Recipe, flooded

_SAVE_EVERY = 200
_PLAIN = Recipe()
OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "adamw": partial(torch.optim.AdamW, betas=(0.9, 0.98), weight_decay=0.01, fused=True),
    "adax": AdaX,
}


Model = TypeVar("Model", bound=nn.Module)
Batch = TypeVar("Batch")
Batch_co = TypeVar("Batch_co", covariant=True)


class Batches(Iterable[Batch_co], Sized, Protocol[Batch_co]):
    """The batches of one epoch."""


@runtime_checkable
class Embedded(Protocol):
    """A module that begins with a table of vectors."""

    def get_input_embeddings(self) -> nn.Module: ...


def load_tokenizer(folder: str | Path) -> PreTrainedTokenizerFast:
    """The tokenizer of a model, by Hub id or folder.

    Raises:
        ValueError: it knows no offsets, which every recipe goes by.
    """
    from transformers import AutoTokenizer

    found = AutoTokenizer.from_pretrained(folder)
    if not isinstance(found, PreTrainedTokenizerFast):
        raise ValueError(f"{folder} has no fast tokenizer")
    return found


def load_encoder(
    name: str, dropout: float, attention_dropout: bool = True, entropy_scale: int | None = None
) -> tuple[dict[str, Any], dict[str, torch.Tensor], PreTrainedTokenizerFast]:
    """An encoder by Hub id or folder: its configuration with `dropout` in it, its weights, and its tokenizer.

    A model built from this configuration has the dropout in force, and with `entropy_scale` the attention of
    `core.backbone.attention` for this N₀; then it takes the weights.
    """
    encoder: PreTrainedModel = AutoModel.from_pretrained(name, dtype=torch.float32)
    names = ["embedding_dropout", "mlp_dropout", "hidden_dropout_prob"]
    names += ["attention_dropout", "attention_probs_dropout_prob"] if attention_dropout else []
    for part in names:
        if hasattr(encoder.config, part):
            setattr(encoder.config, part, dropout)
    if entropy_scale:
        encoder.config.entropy_scale = entropy_scale
    # BERT's pooler has nothing to say to any of our heads, and `core.backbone.bert` has none.
    weights = {part: tensor for part, tensor in encoder.state_dict().items() if not part.startswith("pooler.")}
    return encoder.config.to_dict(), weights, load_tokenizer(name)


def saved_epoch(out: Path) -> int:
    """The epochs that the run in `out` has behind it."""
    return int(torch.load(out / "last.pt", map_location="cpu", weights_only=True)["epoch"])


class FineTuning(Generic[Model]):
    """A model on its way through `steps` updates: optimiser, learning rate, averaged weights, checkpoint.

    The encoder (`model.encoder`) learns at `lr`, everything else at `head_lr`; both warm up, stay, and fall to 0 over
    the last share `decay` of the steps. `average.model` holds the moving average of the weights, which is what is
    scored and saved. `steps` counts batches, of which `recipe.accumulate` make one step of the optimiser. A run that
    is not `resumable` writes no `out/last.pt`.
    """

    def __init__(
        self,
        model: Model,
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
        recipe: Recipe = _PLAIN,
        resumable: bool = True,
    ) -> None:
        self.device = pick_device(device)
        self.dtype = pick_dtype(self.device)
        if self.device.type == "cpu":
            drop_bytes(model)
        self.model = model.to(self.device).train()
        self.average = MovingAverage(model, ema)
        encoder = list(model.get_submodule("encoder").parameters())
        ids = {id(p) for p in encoder}
        head = [p for p in model.parameters() if id(p) not in ids]
        groups = [{"params": encoder, "peak": lr}, {"params": head, "peak": head_lr}]
        self.optimizer = OPTIMIZERS[recipe.optimizer](groups, lr=lr)
        self.out, self.steps, self.clip, self.warmup, self.decay = out, steps, clip, warmup, decay
        self.recipe = recipe
        self.pending = 0  # batches whose gradients wait for the others of their step
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
        save_state(
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
        """Learn from a batch with this `loss`, and, with an adversary, from what `again` gives at the worst point.

        The step is made once the gradients of `recipe.accumulate` batches are there.
        """
        epsilon, strides = self.recipe.attack
        if epsilon and again:
            embedding = self._embedding()
            earlier, embedding.grad = embedding.grad, None  # an attack goes by the gradient of its own batch
            sign = self._backward(loss)
            assert embedding.grad is not None
            with worst_point(embedding, sign * embedding.grad, epsilon, strides, again):
                self._backward(again())
            if earlier is not None:
                embedding.grad += earlier
        else:
            self._backward(loss)
        self.step += 1
        self.pending += 1
        if self.pending == self.recipe.accumulate:
            self._move()

    def _embedding(self) -> nn.Parameter:
        """The vectors that an adversary moves."""
        encoder = self.model.get_submodule("encoder")
        assert isinstance(encoder, Embedded)
        found = encoder.get_input_embeddings().weight
        assert isinstance(found, nn.Parameter)
        return found

    def _backward(self, loss: torch.Tensor) -> float:
        """Add the gradient of a batch's share of the step; gives the sign that flooding lends it."""
        share, sign = flooded(loss, self.recipe.flood)
        (share / self.recipe.accumulate).backward()
        return sign

    def _move(self) -> None:
        """The optimiser's step down the gradients that are there."""
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        factor = trapezoid((self.step - self.pending) / self.steps, self.warmup, self.decay)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * factor
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.average.update(self.model)
        self.pending = 0

    def run_epoch(self, batches: Batches[Batch], loss_of: Callable[[Model, Batch], torch.Tensor]) -> dict[str, float]:
        """One epoch of `loss_of(model, batch)`, or the rest of it where a run was stopped in the middle; gives its mean
        and the seconds it took. Where they come in another order then, some are seen twice and some not at all. Saves
        every `_SAVE_EVERY` steps, or as soon after as no gradient is pending, and logs the mean loss till then."""
        begin, total, first = time.perf_counter(), 0.0, self.done
        saved = first
        bar = tqdm(batches, total=len(batches), desc=f"epoch {self.epoch + 1}", disable=None, mininterval=5)
        for i, batch in enumerate(bar):
            if i < first:
                continue
            loss = self._loss(loss_of, batch)
            self.update(loss, partial(self._loss, loss_of, batch))
            total += loss.item()
            if i % 50 == 49:
                bar.set_postfix(loss=f"{total / (i + 1 - first):.3f}")
            if not self.pending and (i + 1) // _SAVE_EVERY > saved // _SAVE_EVERY:
                self.done = saved = i + 1
                self.save()
                self.log.write(step=self.step, loss=total / (saved - first))
        if self.pending:
            self._move()
        self.epoch += 1
        self.done = 0
        return {"loss": total / max(1, len(batches) - first), "seconds": time.perf_counter() - begin}

    def _loss(self, loss_of: Callable[[Model, Batch], torch.Tensor], batch: Batch) -> torch.Tensor:
        with self.precision():
            return loss_of(self.model, batch)

    def report(self, found: dict[str, float], by: str, tokenizer: PreTrainedTokenizerBase) -> bool:
        """Log and print an epoch's figures, keep its averaged weights in `out/best` where `by` is the best so far, and
        save; gives whether it was."""
        self.log.write(epoch=self.epoch, **found)
        print(json.dumps({"epoch": self.epoch} | {k: round(v, 4) for k, v in found.items()}), flush=True)
        best = found[by] > self.best
        if best:
            self.best = found[by]
            model: nn.Module = self.average.model
            assert isinstance(model, PreTrainedModel)
            model.save_pretrained(self.out / "best")
            tokenizer.save_pretrained(self.out / "best")
        self.save()
        return best
