"""Fine-tune the sketch filler on the real sets and on questions of the grammar.

    python -m training.text2sql.train --encoder assets/models/backbone --out runs/text2sql/sketch
    python -m training.text2sql.train --out runs/text2sql/sketch --resume
    python -m training.text2sql.train --start runs/text2sql/sketch/best --out runs/text2sql/longer

Every epoch has new questions of the grammar and new distractors. After each, the averaged weights are scored on the dev
sets; the best are kept in `OUT/best`, ready for `core.load("text2sql", model="OUT/best")`.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch.nn import functional as F
from tqdm import tqdm
from transformers import PreTrainedTokenizerFast

from core.text2sql.linking import Linker, fold
from core.text2sql.model import SketchConfig, SketchModel
from core.text2sql.sketch import renumbered
from training.finetuning import FineTuning, load_encoder, saved_epoch
from training.text2sql.convert import bull, imtqa, tableqa, with_sql
from training.text2sql.data import IGNORE, Batches, Item, to_item
from training.text2sql.evaluate import score_all
from training.text2sql.examples import Example
from training.text2sql.grammar import Grammar
from training.text2sql.tables import GrammarTable, grammar_tables, one_of, pad_cells

# Weights of the losses; each is a sum over a question's slots or candidates, averaged over questions.
_WEIGHTS = {"tags": 2.0, "op": 1.0, "having": 0.5, "answerable": 0.5, "order_aggregate": 0.5}


def loss_of(model: SketchModel, batch: tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]) -> torch.Tensor:
    """The summed losses of all heads; a question that its table cannot answer has only the loss of saying so."""
    inputs, targets = batch
    device = model.device
    inputs = {k: v.to(device) for k, v in inputs.items()}
    targets = {k: v.to(device) for k, v in targets.items()}
    logits = model(**inputs)
    n = len(inputs["ids"])
    answered = targets["answerable"]
    slots = inputs["slot_mask"].float() * answered[:, None]
    losses: dict[str, torch.Tensor] = {}
    for name in ("select", "group", "left", "right"):
        found = F.binary_cross_entropy_with_logits(getattr(logits, name).float(), targets[name], reduction="none")
        losses[name] = (found * (slots[..., None] if found.dim() == 3 else slots)).sum()
    for name in ("order", "order_aggregate", "shortlist", "null"):
        found = _cross_entropy(getattr(logits, name), targets[name])
        losses[name] = (found * answered[:, None]).sum()
    for name in ("distinct", "either"):
        found = F.binary_cross_entropy_with_logits(getattr(logits, name).float(), targets[name], reduction="none")
        losses[name] = (found * answered).sum()
    losses["answerable"] = F.binary_cross_entropy_with_logits(logits.answerable.float(), answered, reduction="sum")
    for name in ("limit", "expression"):
        losses[name] = (_cross_entropy(getattr(logits, name), targets[name]) * answered).sum()
    tags = _cross_entropy(logits.tags, targets["tags"])
    losses["tags"] = (tags * answered[:, None]).sum() / 8
    for name in ("op", "having"):
        losses[name] = _cross_entropy(getattr(logits, name), targets[name]).sum()
    weighted = (_WEIGHTS.get(name, 1.0) * loss for name, loss in losses.items())
    return sum(weighted, torch.tensor(0.0)) / n


def _cross_entropy(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    flat = F.cross_entropy(
        logits.float().reshape(-1, logits.size(-1)), targets.reshape(-1), reduction="none", ignore_index=IGNORE
    )
    return flat.reshape(targets.shape)


class Mixture:
    """The examples of an epoch: the real sets, some more than once, and fresh questions of the grammar."""

    def __init__(self, data: Path, made: int, tokenizer: PreTrainedTokenizerFast, seed: int) -> None:
        self.data, self.made, self.tokenizer, self.seed = data, made, tokenizer, seed
        self.fixed = {
            "spdb": list(with_sql(data / "spdb_train.jsonl")),
            "retqa": list(with_sql(data / "retqa_train.jsonl")),
            "imtqa": list(imtqa(data / "imtqa_vertical_train.jsonl")),
        }
        self.tables = grammar_tables(data)

    def examples(self, epoch: int) -> list[Example]:
        rng = random.Random(1000 * self.seed + epoch)
        real = self.fixed["spdb"] * 6 + self.fixed["imtqa"] * 2
        real += rng.sample(self.fixed["retqa"], min(len(self.fixed["retqa"]), 900))
        real += [e for _ in range(3) for e in tableqa(self.data / "tableqa_partial_train.jsonl", rng)]
        real += list(bull(self.data, rng))
        made = self.questions(rng)
        others = [one_of(real, rng.choice(real).fields, rng) for _ in range((len(real) + len(made)) // 16)]
        found = [shuffled(e, rng) for e in real + made + others]
        rng.shuffle(found)
        return found

    def questions(self, rng: random.Random) -> list[Example]:
        tables: Sequence[GrammarTable] = pad_cells(self.tables, rng)
        made: list[Example] = []
        while len(made) < self.made:
            example = Grammar(*rng.choice(tables), rng).make()
            if example and len(fold(example.question)) == len(example.question):
                made.append(replace(example, question=fold(example.question)))
        return made

    def items(self, epoch: int) -> list[Item]:
        rng = random.Random(epoch)
        bar = tqdm(self.examples(epoch), desc="reading", disable=None, mininterval=5)
        made = (to_item(e, Linker(e.fields), self.tokenizer, rng) for e in bar)
        return [item for item in made if item is not None]


def shuffled(example: Example, rng: random.Random) -> Example:
    """The example with its columns in another order, half of the time: the place of a column says nothing."""
    n = len(example.fields)
    if n < 2 or rng.random() < 0.5:
        return example
    order = list(range(n))
    rng.shuffle(order)
    place = {old: new for new, old in enumerate(order)}
    return replace(example, fields=[example.fields[old] for old in order], sketch=renumbered(example.sketch, place))


def build_model(encoder_name: str, dropout: float) -> tuple[SketchModel, PreTrainedTokenizerFast]:
    config, weights, tokenizer = load_encoder(encoder_name, dropout)
    model = SketchModel(SketchConfig(encoder=config))
    model.encoder.load_state_dict(weights)
    return model, tokenizer


def continue_from(model: SketchModel, start: Path) -> None:
    """Take over an earlier run's weights; heads and rows of embeddings that its model had not begin anew."""
    earlier = load_file(start / "model.safetensors")
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in earlier:
                parameter[: len(earlier[name])].copy_(earlier[name])


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/text2sql"))
    parser.add_argument("--encoder", default="assets/models/backbone")
    parser.add_argument("--start", type=Path, help="weights of an earlier run to begin from")
    parser.add_argument("--out", type=Path, default=Path("runs/text2sql/sketch"))
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--made", type=int, default=20_000, help="questions of the grammar in an epoch")
    parser.add_argument("--lr", type=float, default=5e-4)
    parser.add_argument("--head-lr", type=float, default=1e-3)
    parser.add_argument("--dropout", type=float, default=0.0, help="in the encoder; costs a fifth of a CPU step")
    parser.add_argument("--ema", type=float, default=0.998)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args()


def train(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    model, tokenizer = build_model(args.encoder, args.dropout)
    if args.start:
        continue_from(model, args.start)
    mixture = Mixture(args.data, args.made, tokenizer, args.seed)
    first = saved_epoch(args.out) if args.resume else 0
    items = mixture.items(first)
    steps = args.epochs * len(Batches(items, args.batch, tokenizer.pad_token_id, 0))
    run = FineTuning(model, args.out, steps, lr=args.lr, head_lr=args.head_lr, ema=args.ema, device=args.device)
    if args.resume:
        run.resume()
    while run.epoch < args.epochs:
        if run.epoch > first:
            items = mixture.items(run.epoch)
        found: dict[str, float] = run.run_epoch(Batches(items, args.batch, tokenizer.pad_token_id, run.epoch), loss_of)
        found |= score_all(run.average.model, tokenizer, args.data)
        run.report(found, "mean", tokenizer)


if __name__ == "__main__":
    train(parse_args())
