"""Fine-tune the CasRel head and the pre-trained encoder on DuIE 2.0 and SKE 1.0 sentences.

    python -m training.triples.train --encoder assets/models/backbone --out runs/triples/casrel
    python -m training.triples.train --encoder hfl/chinese-roberta-wwm-ext --lr 3e-5 --out runs/triples/roberta
    python -m training.triples.train --out runs/triples/casrel --resume

After every epoch the averaged weights are scored on dev; the best are kept in `OUT/best`, ready for
`core.load("triples", model="OUT/best")`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional as F

from core.triples.decode import calibrated
from core.triples.extractor import Extractor
from core.triples.casrel import CasRel, CasRelConfig
from core.triples.schema import RELATIONS, SCHEMAS
from training.finetuning import FineTuning, load_encoder
from training.triples.data import Batches, read_examples
from training.triples.evaluate import best_threshold, fit_calibration, predict


def loss_of(model: CasRel, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Binary cross entropy of both passes, summed over a sentence's tags, averaged over sentences and subjects.

    A sentence says nothing about relations its data set is not annotated for: those tags have no loss, and the subject
    tagger of each schema learns from its own sentences only.
    """
    batch = {k: v.to(model.device) for k, v in batch.items()}
    hidden = model.encode(batch["ids"], batch["mask"], batch["features"])
    mask = batch["mask"].float()
    logits = model.subject_logits(hidden)
    mine = logits[torch.arange(len(logits)), :, batch["schema"]].float()
    subject = F.binary_cross_entropy_with_logits(mine, batch["subject_tags"], reduction="none")
    subject = (subject * mask[..., None]).sum() / len(mask)
    tags = batch["object_tags"]
    found = model.object_logits(hidden[batch["sentence"]], batch["start"], batch["end"]).float()
    objects = F.binary_cross_entropy_with_logits(found, tags, reduction="none")
    weight = mask[batch["sentence"]][:, :, None] * batch["annotated"][:, None]
    return subject + (objects * weight[..., None]).sum() / len(tags)


def build_model(args: argparse.Namespace) -> tuple[CasRel, Any]:
    encoder, weights, tokenizer = load_encoder(args.encoder, args.dropout)
    config = CasRelConfig(
        encoder=encoder,
        relations=list(RELATIONS),
        schemas={name: list(relations) for name, relations in SCHEMAS.items()},
        max_tokens=args.max_length,
        lexical=not args.no_lexical,
    )
    model = CasRel(config)
    model.encoder.load_state_dict(weights)
    return model, tokenizer


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/triples"))
    parser.add_argument("--encoder", default="assets/models/backbone")
    parser.add_argument("--out", type=Path, default=Path("runs/triples/casrel"))
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--lr", type=float, default=5e-4)
    parser.add_argument("--head-lr", type=float, default=1e-3)
    parser.add_argument("--dropout", type=float, default=0.0, help="in the encoder; costs a fifth of a CPU step")
    parser.add_argument("--ema", type=float, default=0.998)
    parser.add_argument("--max-length", type=int, default=256)
    parser.add_argument("--no-ske", action="store_true", help="train on DuIE 2.0 alone")
    parser.add_argument("--substitutes", type=int, default=2, help="variants of a sentence with other entities")
    parser.add_argument("--no-lexical", action="store_true", help="no word boundaries and parts of speech")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args()


class Epoch:
    """The batches of one epoch, in their new order."""

    def __init__(self, batches: Batches) -> None:
        self.batches = batches

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[dict[str, torch.Tensor]]:
        return iter(self.batches.epoch())


def train(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    model, tokenizer = build_model(args)
    paths = {"duie2": args.data / "duie2_train.jsonl"}
    if not args.no_ske:
        paths["ske1"] = args.data / "ske1_train.jsonl"
    examples = read_examples(paths, tokenizer, args.max_length, args.substitutes, args.seed)
    batches = Batches(examples, list(RELATIONS), tokenizer.pad_token_id, args.batch, args.seed)
    run = FineTuning(
        model,
        args.out,
        args.epochs * len(batches),
        lr=args.lr,
        head_lr=args.head_lr,
        ema=args.ema,
        device=args.device,
    )
    if args.resume:
        run.resume()
    while run.epoch < args.epochs:
        spent = run.run_epoch(Epoch(batches), loss_of)
        results = predict(Extractor(run.average.model, tokenizer), args.data / "duie2_dev.jsonl", "duie2")
        threshold, found = best_threshold(results)
        row = {"epoch": run.epoch, "threshold": threshold, **found, **spent}
        run.log.write(**row)
        print(json.dumps({k: round(v, 4) for k, v in row.items()}), flush=True)
        if found["f1"] > max(run.best, 0.0):
            run.best = found["f1"]
            save_best(run.average.model, tokenizer, results, args.out / "best")
        run.save()


def save_best(model: CasRel, tokenizer: object, results: list, folder: Path) -> None:
    """Save with the calibration and threshold fitted on dev; raw scores stay raw while training goes on."""
    calibration = fit_calibration(results)
    raw_threshold, _ = best_threshold(results)
    model.config.calibration = list(calibration)
    for r in results:
        r.found = {t: calibrated(s, calibration) for t, s in r.found.items()}
    model.config.threshold, found = best_threshold(results)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    model.config.calibration, model.config.threshold = [1.0, 0.0], raw_threshold
    print(json.dumps({"saved": str(folder), "threshold": model.config.threshold, **found}))


if __name__ == "__main__":
    train(parse_args())
