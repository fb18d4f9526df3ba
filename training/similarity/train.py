"""Fine-tune the pre-trained encoder so that Word Rotator's Distance ranks pairs as people do.

    python -m training.similarity.train --encoder assets/models/backbone --out runs/similarity/encoder
    python -m training.similarity.train --start runs/similarity/all/best --sets stsb --out runs/similarity/encoder
    python -m training.similarity.train --encoder hfl/chinese-roberta-wwm-ext --lr 2e-5 --out runs/similarity/roberta
    python -m training.similarity.train --out runs/similarity/encoder --resume

The distance itself is trained, exact plan and all (`training.similarity.losses`), beside the cosine of the sentence
vectors. After every epoch the averaged weights are scored on STS-B dev; the best are kept in `OUT/best`, ready for
`core.load("similarity", model="OUT/best")`.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterable
from pathlib import Path

import torch
from scipy.stats import spearmanr
from torch.nn import functional as F
from tqdm import tqdm
from transformers import PreTrainedTokenizerFast

from core.similarity.model import WORDS, RotatorConfig, WordRotator
from core.similarity.static import StaticVectors
from training.finetuning import FineTuning, load_encoder
from training.similarity.data import Batch, Pair, epoch, make_batch, read_pairs
from training.similarity.losses import cosent, word_rotator_distance


def scores_of(model: WordRotator, batch: Batch, strangers: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
    """(1 - WRD, cosine of sentence vectors) of the pairs [B]; with `strangers` [2 B]: then of pairs that do not belong
    together, each first sentence with the second one of the pair before."""
    inputs, sizes, labels = batch
    words, wholes = model(**{k: v.to(model.device) for k, v in inputs.items()})
    n = len(labels)
    first, second = torch.arange(n), torch.arange(n, 2 * n)
    if strangers:
        sizes = sizes + [(a, sizes[i - 1][1]) for i, (a, _) in enumerate(sizes)]
        first, second = torch.cat([first, first]), torch.cat([second, second.roll(1)])
    distance = word_rotator_distance(words[first].float(), words[second].float(), sizes)
    return 1 - distance, F.cosine_similarity(wholes[first].float(), wholes[second].float())


def loss_of(scores: torch.Tensor, labels: torch.Tensor, name: str, args: argparse.Namespace) -> torch.Tensor:
    """Ranking loss of the pairs [B] in `scores` [2 B], strangers below all; and, to give the scale a meaning, squared
    error against 0 for strangers and, on STS-B, against label / 5."""
    n = len(labels)
    ranking = cosent(scores, torch.cat([labels, labels.new_full((n,), -1.0)]), args.scale)
    error = scores[n:].square().mean()
    if name == "stsb":
        error = error + (scores[:n] - labels / 5).square().mean()
    return ranking + args.error_weight * error


@torch.inference_mode()
def evaluate(model: WordRotator, pairs: list[Pair], pad_id: int, table: StaticVectors) -> dict[str, float]:
    """Spearman's correlation of both scores with the labels."""
    model.eval()
    order = sorted(pairs, key=lambda p: len(p.a.ids))
    found: tuple[list[float], list[float]] = ([], [])
    for i in range(0, len(order), 64):
        for scores, values in zip(found, scores_of(model, make_batch(order[i : i + 64], pad_id, table)), strict=True):
            scores.extend(values.tolist())
    model.train()
    labels = [p.label for p in order]
    wrd, contextual = (float(spearmanr(scores, labels).statistic) for scores in found)
    return {"wrd": wrd, "contextual": contextual}


def build_model(args: argparse.Namespace, table: StaticVectors) -> tuple[WordRotator, PreTrainedTokenizerFast]:
    encoder, weights, tokenizer = load_encoder(args.encoder, args.dropout, attention_dropout=False)
    model = WordRotator(RotatorConfig(encoder=encoder, dimension=table.dimension))
    model.encoder.load_state_dict(weights)
    if args.start:
        model.load_state_dict(WordRotator.from_pretrained(args.start, dtype=torch.float32).state_dict())
    return model, tokenizer


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/similarity"))
    parser.add_argument("--encoder", default="assets/models/backbone")
    parser.add_argument("--start", type=Path, help="weights of an earlier run to begin from")
    parser.add_argument("--words", type=Path, default=Path("assets/models/similarity-static"), help="static vectors")
    parser.add_argument("--out", type=Path, default=Path("runs/similarity/encoder"))
    parser.add_argument("--sets", nargs="+", default=["stsb", "nli", "afqmc"])
    parser.add_argument("--stsb-repeats", type=int, default=3, help="how often an epoch goes through STS-B")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--lr", type=float, default=3e-4)
    parser.add_argument("--head-lr", type=float, default=1e-3)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--contextual-weight", type=float, default=0.5, help="of the loss of the sentence vectors")
    parser.add_argument("--scale", type=float, default=20.0, help="of the similarities in the CoSENT loss")
    parser.add_argument("--error-weight", type=float, default=3.0, help="of the squared error beside the ranking loss")
    parser.add_argument("--ema", type=float, default=0.995)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args()


def train(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    table = StaticVectors.load(args.words)
    model, tokenizer = build_model(args, table)
    sets = {name: read_pairs(args.data / f"{name}_train.jsonl", tokenizer) for name in args.sets}
    if "stsb" in sets:
        sets["stsb"] = sets["stsb"] * args.stsb_repeats
    dev = read_pairs(args.data / "stsb_dev.jsonl", tokenizer, limit=300)
    per_epoch = sum(-(-len(pairs) // args.batch) for pairs in sets.values())
    run = FineTuning(
        model,
        args.out,
        args.epochs * per_epoch,
        lr=args.lr,
        head_lr=args.head_lr,
        ema=args.ema,
        device=args.device,
        clip=1.0,
        warmup=0.05,
        decay=0.9,
    )
    if args.resume:
        run.resume()
    start = evaluate(run.average.model, dev, tokenizer.pad_token_id, table)
    print(json.dumps({"epoch": run.epoch, **{k: round(v, 4) for k, v in start.items()}}), flush=True)
    while run.epoch < args.epochs:
        begin = time.perf_counter()
        batches = epoch(sets, args.batch, random.Random(args.seed + run.epoch), tokenizer.pad_token_id, table)
        means = run_epoch(run, tqdm(batches, total=per_epoch, disable=None), args)
        found = evaluate(run.average.model, dev, tokenizer.pad_token_id, table)
        found |= means | {"seconds": time.perf_counter() - begin}
        if run.report(found, "wrd", tokenizer):
            table.save(args.out / "best" / WORDS)


def run_epoch(run: FineTuning, batches: Iterable[tuple[str, Batch]], args: argparse.Namespace) -> dict[str, float]:
    """One epoch through batches of several sets; the mean loss on each."""
    losses = {name: [0.0] for name in args.sets}
    for name, batch in batches:
        labels = batch[2].to(run.device)
        with run.precision():
            wrd, contextual = scores_of(run.model, batch, strangers=True)
        loss = loss_of(wrd, labels, name, args) + args.contextual_weight * loss_of(contextual, labels, name, args)
        run.update(loss)
        losses[name].append(loss.item())
    run.epoch += 1
    return {f"loss_{name}": sum(values) / max(len(values) - 1, 1) for name, values in losses.items()}


if __name__ == "__main__":
    train(parse_args())
