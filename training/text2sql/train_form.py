"""Train the writer of forms on what `training.text2sql.form_data` has encoded.

    python -m training.text2sql.train_form --plan made=0.5 made=0.5 made=0.2,older=1,written=1 --out runs/text2sql/form
    python -m training.text2sql.train_form --plan ... --out runs/text2sql/form --resume

`--plan` says for every epoch which share of which set is read, `NAME=SHARE` joined by commas; NAME is a file of
`--encoded`. After each epoch the averaged weights are scored on questions of the dev set.
"""

from __future__ import annotations

import argparse
import pickle
import random
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import PreTrainedTokenizerFast

from core.text2sql.form_model import FormConfig, FormModel
from training.finetuning import FineTuning, load_encoder
from training.text2sql.evaluate_form import greedy_score
from training.text2sql.form_data import Batches, Item


def loss_of(model: FormModel, batch: tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]) -> torch.Tensor:
    """The mean over questions of -log p of a form: of all that the grammar allows, the symbols that say the right
    thing."""
    inputs, targets = ({k: v.to(model.device) for k, v in part.items()} for part in batch)
    [logits], _ = model.write([model.read(**inputs)], targets["symbols"])
    lowest = torch.finfo(logits.dtype).min
    allowed = torch.logsumexp(logits.masked_fill(~targets["allowed"], lowest), -1)
    right = torch.logsumexp(logits.masked_fill(~targets["right"], lowest), -1)
    return ((allowed - right) * targets["steps"]).sum() / len(logits)


def epoch_items(encoded: Path, shares: str, seed: int) -> list[Item]:
    """The items of one epoch of the plan: of each set a part that epochs before have not read, as far as it goes."""
    rng = random.Random(seed)
    found: list[Item] = []
    for part in shares.split(","):
        name, _, share = part.partition("=")
        with (encoded / f"{name}.pkl").open("rb") as file:
            items: list[Item] = pickle.load(file)  # noqa: S301  # our own
        random.Random(name).shuffle(items)
        wanted = int(len(items) * float(share or 1))
        begin = seed * wanted % max(1, len(items))
        found += (items * (2 + wanted // max(1, len(items))))[begin : begin + wanted]
    rng.shuffle(found)
    return found


def build_model(encoder: str, dropout: float) -> tuple[FormModel, PreTrainedTokenizerFast]:
    """A new writer on a pre-trained BERT; `dropout` in the decoder."""
    config, weights, tokenizer = load_encoder(encoder, 0.0)
    model = FormModel(FormConfig(encoder=config, dropout=dropout))
    model.encoder.load_state_dict(weights)
    # What stands below the features is kept as it was pre-trained: a third less to compute.
    model.encoder.get_submodule("embeddings").requires_grad_(False)
    for number in range(model.config.features_at):
        model.encoder.get_submodule(f"encoder.layer.{number}").requires_grad_(False)
    return model, tokenizer


def planned(args: argparse.Namespace) -> int:
    """The batches of the whole plan."""
    epochs = enumerate(args.plan)
    return sum(len(Batches(epoch_items(args.encoded, shares, i), args.batch, 0, i)) for i, shares in epochs)


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoded", type=Path, default=Path("runs/text2sql/encoded"))
    parser.add_argument("--data", type=Path, default=Path("training/data/text2sql"))
    parser.add_argument("--encoder", default="runs/backbone/start")
    parser.add_argument("--plan", nargs="+", required=True)
    parser.add_argument("--start", type=Path, help="weights of an earlier run to begin from")
    parser.add_argument("--out", type=Path, default=Path("runs/text2sql/form"))
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--lr", type=float, default=1.5e-4)
    parser.add_argument("--head-lr", type=float, default=5e-4)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--ema", type=float, default=0.998)
    parser.add_argument(
        "--decay", type=float, default=0.6, help="the last share of the steps, over which rates fall to 0"
    )
    parser.add_argument("--dev-limit", type=int, default=300)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args()


def train(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    model, tokenizer = build_model(args.encoder, args.dropout)
    if args.start:
        model.load_state_dict(load_file(args.start / "model.safetensors"), strict=False)
    steps = planned(args)
    run = FineTuning(
        model, args.out, steps, lr=args.lr, head_lr=args.head_lr, ema=args.ema, device=args.device, decay=args.decay
    )
    if args.resume:
        run.resume()
    while run.epoch < len(args.plan):
        items = epoch_items(args.encoded, args.plan[run.epoch], run.epoch)
        found: dict[str, float] = run.run_epoch(Batches(items, args.batch, tokenizer.pad_token_id, run.epoch), loss_of)
        found |= greedy_score(run.average.model, tokenizer, args.data, args.dev_limit)
        run.report(found, "mean", tokenizer)


if __name__ == "__main__":
    train(parse_args())
