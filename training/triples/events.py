"""Fine-tune GPLinker for events on DuEE 1.0 sentences.

    python -m training.triples.events --out runs/triples/events
    python -m training.triples.events --out runs/triples/events --resume

After every epoch the averaged weights are scored on dev (`training.triples.evaluate_events` says by what); the best by
DuEE's own F1 of arguments are kept in `OUT/best`, ready for `core.load("events", model="OUT/best")`.
"""

from __future__ import annotations

import argparse
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedTokenizerFast

from core.triples.event_extractor import EventExtractor
from core.triples.events import EventLinker, EventLinkerConfig
from training import recipe
from training.common import read_jsonl
from training.finetuning import FineTuning, load_encoder
from training.triples.event_data import EventBatches, Substitution, encode_all, read_roles, uneventful
from training.triples.event_metrics import best_thresholds, read_all


def build_model(args: argparse.Namespace) -> tuple[EventLinker, PreTrainedTokenizerFast]:
    """The three pointers on their encoder, and the tokenizer."""
    encoder, weights, tokenizer = load_encoder(args.encoder, args.dropout, entropy_scale=args.entropy_scale)
    config = EventLinkerConfig(
        read_roles(args.data / "schema.json"),
        encoder=encoder,
        max_tokens=args.max_length,
        lexical=not args.no_lexical,
    )
    model = EventLinker(config)
    model.encoder.load_state_dict(weights)
    return model, tokenizer


def make_batches(args: argparse.Namespace, tokenizer: PreTrainedTokenizerFast) -> EventBatches:
    """The sentences with events in their variants, and those without."""
    rows = list(islice(read_jsonl(args.data / "duee_train.jsonl"), args.limit))
    swap = Substitution(rows, args.seed)
    step = 1 + args.substitutes
    encoded = encode_all(
        [r for row in rows for r in (row, *(swap(row) for _ in range(step - 1)))], tokenizer, args.max_length
    )
    drawn = round(args.empty_share * len(rows))
    triggers = {event["trigger"] for row in rows for event in row["event_list"]}
    empty = uneventful(args.empty, triggers, most=args.epochs * drawn) if drawn else []
    return EventBatches(
        [encoded[i : i + step] for i in range(0, len(encoded), step)],
        encode_all(empty, tokenizer, args.max_length),
        tokenizer=tokenizer,
        batch=args.batch,
        drawn=drawn,
        joined=args.joined,
        max_length=args.max_length,
        seed=args.seed,
    )


def loss_of(model: EventLinker, batch: dict[str, Any]) -> torch.Tensor:
    """ZLPR of a batch, on the model's device."""
    ids, mask, features = (batch[name].to(model.device) for name in ("ids", "mask", "features"))
    return model.loss(model.encode(ids, mask, features), mask, batch["events"])


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/events"))
    parser.add_argument("--encoder", default="runs/backbone/start")
    parser.add_argument("--out", type=Path, default=Path("runs/triples/events"))
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--lr", type=float, default=1.5e-4)
    parser.add_argument("--head-lr", type=float, default=1e-3)
    parser.add_argument("--dropout", type=float, default=0.1, help="in the encoder")
    parser.add_argument("--ema", type=float, default=0.998)
    parser.add_argument("--max-length", type=int, default=256)
    recipe.add_options(parser)
    parser.add_argument("--substitutes", type=int, default=2, help="variants of a sentence with other arguments")
    parser.add_argument("--joined", type=float, default=0.2, help="share of sentences read together with another one")
    parser.add_argument(
        "--empty",
        type=Path,
        nargs="*",
        default=[Path("../shared/data/questions/train.jsonl")],
        help="texts, whose sentences without any trigger of the training set are learnt to have no event",
    )
    parser.add_argument("--empty-share", type=float, default=0.1, help="of them per epoch, as a share of the others")
    parser.add_argument("--no-lexical", action="store_true", help="no word boundaries and parts of speech")
    parser.add_argument("--limit", type=int, help="sentences of each set, to try things out")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args(argv)


def train(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    model, tokenizer = build_model(args)
    batches = make_batches(args, tokenizer)
    run = FineTuning(
        model,
        args.out,
        args.epochs * len(batches),
        lr=args.lr,
        head_lr=args.head_lr,
        ema=args.ema,
        device=args.device,
        recipe=recipe.Recipe.of(args),
    )
    if args.resume:
        run.resume()
    dev = list(islice(read_jsonl(args.data / "duee_dev.jsonl"), args.limit))
    while run.epoch < args.epochs:
        spent = run.run_epoch(batches, loss_of)
        extractor = EventExtractor(run.average.model, tokenizer)
        threshold, link, found = best_thresholds(read_all(extractor, dev), extractor)
        config = run.average.model.config
        config.threshold, config.link_threshold = threshold, link
        run.report({"threshold": threshold, "link_threshold": link, **found, **spent}, "f1", tokenizer)


if __name__ == "__main__":
    train(parse_args())
