"""Fine-tune the pre-trained encoder so that Word Rotator's Distance and both cosines rank pairs as people do.

    python -m training.similarity.train --encoder runs/backbone/start --out runs/similarity/broad
    python -m training.similarity.train --start runs/similarity/broad/best --out runs/similarity/encoder \
        --sets stsb=3 written=3 triplets=3 opposites=0.2 nli=0.1 --epochs 4 --lr 7e-5
    python -m training.similarity.train --out runs/similarity/encoder --resume

The distance itself is trained, exact plan and all (`training.similarity.losses`), beside the cosine of the mean word
vectors and that of the sentence vectors. Of the sets, `opposites` is made by rule (`training.similarity.opposites`).
After every epoch the averaged weights are scored on dev; the best are kept in `OUT/best`, ready for
`core.load("similarity", model="OUT/best")`.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import torch
from torch.nn import functional as F
from transformers import PreTrainedTokenizerFast

from core.backbone.weights import load_model
from core.similarity.model import WordEncoder, WordEncoderConfig
from training.finetuning import FineTuning, load_encoder
from training.similarity.data import (
    STRANGERS,
    Batch,
    Epoch,
    Group,
    Row,
    grouped,
    make_batch,
    read_groups,
    rows_of,
)
from training.similarity.evaluate import figure, share_right
from training.similarity.losses import cosent, within_groups, word_rotator_distance
from training.similarity.opposites import opposites
from training.similarity.start import initialise, some_sentences

FILES = {"written": "written_train", "triplets": "written_triplets_train"}
FILES |= {name: f"{name}_train" for name in ("stsb", "nli", "afqmc")}
# What stands beside this recipe, written by hand as well: where words are shared and meaning is not, and the reverse.
OWN = {
    name: Path(__file__).with_name(f"written_{part}.jsonl") for name, part in (("written", "pairs"), ("triplets",) * 2)
}
# Sets whose labels are those of STS-B.
GRADED = ("stsb", "written", "triplets")
SCORES = ("wrd", "cosine", "contextual")
# Dev sets, and what each counts in the choice of the best epoch: 52 triplets say less than 1,427 pairs.
DEV = {"stsb": ("stsb_dev", 2.0), "written": ("written_dev", 2.0), "triplets": ("written_triplets_dev", 1.0)}


def scores_of(model: WordEncoder, batch: Batch) -> dict[str, torch.Tensor]:
    """1 - WRD, the cosine of the mean word vectors, and that of the sentence vectors, of every pair [P]."""
    device = model.device
    words, wholes = model(**{k: v.to(device) for k, v in batch.inputs.items()}, n_words=batch.n_words)
    words, wholes = words.float(), wholes.float()
    first, second = batch.first.to(device), batch.second.to(device)
    sums = words.sum(1)  # has the direction of the mean
    return {
        "wrd": 1 - word_rotator_distance(words[first], words[second], batch.sizes),
        "cosine": F.cosine_similarity(sums[first], sums[second]),
        "contextual": F.cosine_similarity(wholes[first], wholes[second]),
    }


def loss_of(scores: torch.Tensor, batch: Batch, args: argparse.Namespace) -> torch.Tensor:
    """Ranking losses over the batch and within its groups, strangers below all; and, to give the scale a meaning, the
    squared error against 0 for strangers and against label / 5 on sets that are graded so. `scores` are [P]."""
    labels, groups = batch.labels.to(scores.device), batch.groups.to(scores.device)
    ranking = cosent(scores, labels, args.scale)
    ranking = ranking + args.group_weight * within_groups(scores, labels, groups, args.scale)
    meant = torch.full_like(labels, batch.name in GRADED, dtype=torch.bool) | (labels == STRANGERS)
    error = (scores - labels.clamp(min=0) / 5).square() * meant
    found: torch.Tensor = ranking + args.error_weight * error.sum() / meant.sum().clamp(min=1)
    return found


@torch.inference_mode()
def evaluate(model: WordEncoder, dev: dict[str, list[Group]], pad_id: int) -> dict[str, float]:
    """Spearman's correlation of every score on the pairs, the share of triplets told right, and the `mean` of all."""
    found: dict[str, float] = {}
    for name, groups in dev.items():
        ordered = sorted(groups, key=lambda g: len(g[0].a.ids))
        if name == "triplets":  # two pairs each: the anchor with either
            ordered = [group[:2] for group in ordered]
        parts: dict[str, list[float]] = {score: [] for score in SCORES}
        for i in range(0, len(ordered), 64):
            batch = make_batch(name, ordered[i : i + 64], pad_id, strangers=False)
            for score, values in scores_of(model, batch).items():
                parts[score] += values.tolist()
        labels = [p.label for group in ordered for p in group]
        for score, of_pairs in parts.items():
            right = share_right(of_pairs) if name == "triplets" else figure(of_pairs, labels)
            found[f"{name}_{score}"] = right
    weights = {f"{name}_{score}": DEV[name][1] for name in dev for score in SCORES}
    found["mean"] = sum(weights[k] * found[k] for k in weights) / sum(weights.values())
    return found


def build_model(args: argparse.Namespace) -> tuple[WordEncoder, PreTrainedTokenizerFast]:
    """The encoder with word vectors that begin at what it knows, or what `--start` holds."""
    encoder, weights, tokenizer = load_encoder(args.encoder, args.dropout, attention_dropout=False)
    model = WordEncoder(WordEncoderConfig(encoder=encoder, dimension=args.dimension))
    if args.start:
        model.load_state_dict(load_model(WordEncoder, args.start).state_dict())
        return model, tokenizer
    model.encoder.load_state_dict(weights)
    if not args.resume:
        initialise(model, some_sentences(args.data / "sentences.jsonl", args.sentences), tokenizer)
    return model, tokenizer


def rows_of_set(name: str, data: Path, own: bool = True) -> list[list[Row]]:
    """The groups of rows of a training set, with our `own` of its kind."""
    if name != "opposites":
        return grouped(data / f"{FILES[name]}.jsonl") + (grouped(OWN[name]) if own and name in OWN else [])
    pairs = [
        (a, b) for part in ("stsb", "written") for a, b, label in rows_of(data / f"{FILES[part]}.jsonl") if label >= 4
    ]
    # What follows from a sentence is short, and the opposite of it contradicts that sentence.
    pairs += [(b, a) for a, b, label in rows_of(data / f"{FILES['nli']}.jsonl") if label == 2]
    return opposites(pairs)


def _times(text: str) -> tuple[str, float]:
    name, _, times = text.partition("=")
    if name not in (*FILES, "opposites"):
        raise argparse.ArgumentTypeError(f"no set {name}; there are {', '.join(FILES)} and opposites")
    return name, float(times or 1)


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/similarity"))
    parser.add_argument("--encoder", default="runs/backbone/start")
    parser.add_argument("--start", type=Path, help="an earlier run's model to begin from")
    parser.add_argument("--out", type=Path, default=Path("runs/similarity/encoder"))
    parser.add_argument(
        "--sets",
        nargs="+",
        type=_times,
        metavar="NAME[=TIMES]",
        default=[_times(s) for s in ("nli", "stsb=2", "opposites=0.5", "written=2", "triplets=2", "afqmc=0.3")],
        help="and how often an epoch goes through each; 0.3: through three tenths, others every time",
    )
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--batch", type=int, default=48, help="pairs, the strangers beside them not counted")
    parser.add_argument("--dimension", type=int, default=128, help="of the word vectors")
    parser.add_argument("--sentences", type=int, default=4000, help="to begin the word vectors with")
    parser.add_argument("--lr", type=float, default=1e-4)
    parser.add_argument("--head-lr", type=float, default=1e-3)
    parser.add_argument("--dropout", type=float, default=0.1)
    for score, weight in zip(SCORES, (1.0, 1.0, 0.7), strict=True):
        parser.add_argument(f"--{score}-weight", type=float, default=weight, help="of its loss")
    parser.add_argument("--scale", type=float, default=20.0, help="of the similarities in the ranking losses")
    parser.add_argument("--group-weight", type=float, default=1.0, help="of the order within one premise or anchor")
    parser.add_argument("--error-weight", type=float, default=3.0, help="of the squared error beside the ranking loss")
    parser.add_argument("--ema", type=float, default=0.995)
    parser.add_argument("--limit", type=int, help="only so many groups of each set, at random, to try things out")
    parser.add_argument("--no-own", action="store_true", help="train without those that stand beside this recipe")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args(argv)


def read_sets(
    args: argparse.Namespace, tokenizer: PreTrainedTokenizerFast
) -> tuple[dict[str, list[Group]], dict[str, list[Group]]]:
    """The training sets, and the dev sets that are there."""
    rng = random.Random(args.seed)

    def some(groups: list[list[Row]]) -> list[list[Row]]:
        return groups if args.limit is None else rng.sample(groups, min(args.limit, len(groups)))

    sets = {name: read_groups(some(rows_of_set(name, args.data, not args.no_own)), tokenizer) for name, _ in args.sets}
    paths = {name: args.data / f"{file}.jsonl" for name, (file, _) in DEV.items()}
    there = {name: some(grouped(path)) for name, path in paths.items() if path.exists()}
    return sets, {name: read_groups(groups, tokenizer, 300) for name, groups in there.items()}


def train(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    model, tokenizer = build_model(args)
    pad_id = tokenizer.pad_token_id
    sets, dev = read_sets(args, tokenizer)

    def batches(epoch: int) -> Epoch:
        return Epoch(sets, dict(args.sets), args.batch, pad_id, args.seed + epoch)

    def loss(model: WordEncoder, batch: Batch) -> torch.Tensor:
        parts = scores_of(model, batch)
        weighted = (vars(args)[f"{k}_weight"] * loss_of(v, batch, args) for k, v in parts.items())
        found: torch.Tensor = sum(weighted, torch.tensor(0.0))
        return found

    run = FineTuning(
        model,
        args.out,
        sum(len(batches(n)) for n in range(args.epochs)),
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
    start = evaluate(run.average.model, dev, pad_id)
    print(json.dumps({"epoch": run.epoch, "steps": run.steps} | {k: round(v, 4) for k, v in start.items()}), flush=True)
    while run.epoch < args.epochs:
        spent = run.run_epoch(batches(run.epoch), loss)
        run.report(evaluate(run.average.model, dev, pad_id) | spent, "mean", tokenizer)


if __name__ == "__main__":
    train(parse_args())
