"""Distil an encoder: a light one learns the vectors that a trained extractor's encoder gives the characters.

    python -m training.triples.distil --head dgcnn --out runs/triples/distilled
    python -m training.triples.train --head dgcnn --start runs/triples/distilled/model --out runs/triples/dgcnn

A convolutional encoder starts from nothing, and 12,000 labelled sentences teach it little about words. Here it reads
whatever sentences there are, labelled or not (those of the corpus with a word that gives a relation away), and is
trained so that a linear map of its vectors comes near its teacher's, both normalised (FitNets, arXiv:1412.6550; with a
whole fine-tuned encoder as the hint), and so that the teacher's subject tagger reads the same subjects off them (soft
labels, arXiv:1503.02531). Map and taggers are then thrown away.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F
from transformers import PreTrainedModel

from core.backbone.weights import load_model, moved
from core.triples.casrel import CasRel
from core.triples.model import TriplesModel
from training.common import pick_device
from training.finetuning import FineTuning
from training.triples import train
from training.triples.augment import Row, Substitution
from training.triples.batches import Batch, CasRelBatches
from training.triples.corpus import CORPUS, Known, labelled_rows, sentences
from training.triples.cues import cue_words
from training.triples.data import Example, read_rows
from training.triples.evaluate import load_pipeline

_SUBJECTS = 0.05  # weight of the subject tags beside that of the vectors


class Student(nn.Module):
    """A model of triples with the map to its teacher's vectors."""

    def __init__(self, model: TriplesModel, width: int) -> None:
        super().__init__()
        self.triples = model
        self.map = nn.Linear(model.width, width)

    @property
    def encoder(self) -> PreTrainedModel:
        """What `FineTuning` gives the encoder's learning rate."""
        return self.triples.encoder

    @property
    def device(self) -> torch.device:
        return self.triples.device


class Hint:
    """The loss of a student against its teacher on one batch."""

    def __init__(self, teacher: CasRel) -> None:
        self.teacher = teacher

    def __call__(self, student: Student, batch: Batch) -> torch.Tensor:
        batch = {k: batch[k].to(student.device) for k in ("ids", "mask", "features")}
        with torch.no_grad():
            wanted = self.teacher.encode(batch["ids"], batch["mask"], batch["features"])
            subjects = self.teacher.subject_logits(wanted).float().sigmoid()
        found = student.map(student.triples.encode(batch["ids"], batch["mask"], batch["features"]))
        seen = batch["mask"].float()[..., None]
        apart = ((_normalised(found) - _normalised(wanted)) ** 2).mean(-1, keepdim=True)
        logits = self.teacher.subject_logits(found.to(wanted.dtype)).float().flatten(2)
        tags = F.binary_cross_entropy_with_logits(logits, subjects.flatten(2), seen.expand_as(logits), reduction="sum")
        return (apart * seen).sum() / seen.sum() + _SUBJECTS * tags / len(seen)


def _normalised(vectors: torch.Tensor) -> torch.Tensor:
    return F.layer_norm(vectors.float(), vectors.shape[-1:])


def texts(args: argparse.Namespace) -> Iterator[Row]:
    """Rows to read: the labelled sentences with their entities and with others, then those of the corpus."""
    rows = labelled_rows(args.data)
    swap = Substitution((row for _, row in rows), args.seed)
    for schema, row in rows:
        for variant in (row, *(swap(row) for _ in range(args.substitutes))):
            yield variant | {"schemas": [schema]}
    cues = frozenset().union(*cue_words(row for _, row in rows).values())
    known = Known(args.data)
    usable = (s for s in sentences(args.corpus) if any(cue in s for cue in cues) and s not in known)
    for text in islice(dict.fromkeys(usable), args.most):
        yield {"text": text, "spo_list": [], "schemas": ["duie2"]}


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", default="assets/models/triples-casrel")
    parser.add_argument("--encoder", default="runs/backbone/start", help="its characters are what dgcnn starts from")
    parser.add_argument("--head", choices=train.HEADS, default="dgcnn", help="whose encoder learns")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/triples"))
    parser.add_argument("--corpus", type=Path, nargs="+", default=CORPUS)
    parser.add_argument("--out", type=Path, default=Path("runs/triples/distilled"))
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--most", type=int, default=60_000, help="sentences of the corpus")
    parser.add_argument("--substitutes", type=int, default=2)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--ema", type=float, default=0.998)
    parser.add_argument("--width", type=int, default=144, help="of dgcnn")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args(argv)


def distil(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    teacher = load_pipeline(args.teacher, str(pick_device(args.device))).trained
    if not isinstance(teacher.model, CasRel):
        raise SystemExit(f"{args.teacher} is no CasRel")
    taught_by = load_model(CasRel, Path(args.teacher))  # gradients go through its head: not in 8 bits
    taught_by = moved(taught_by.requires_grad_(False).eval(), pick_device(args.device))
    options = {"--head": args.head, "--encoder": args.encoder, "--width": args.width, "--dropout": args.dropout}
    head = train.parse_args([str(part) for option in options.items() for part in option])
    model, tokenizer = train.build_model(head)
    if tokenizer.get_vocab() != teacher.tokenizer.get_vocab():
        raise SystemExit(f"{args.teacher} and {args.encoder} number characters differently")
    examples: list[Example] = read_rows(list(texts(args)), tokenizer, head.max_length)
    random.Random(args.seed).shuffle(examples)
    batches = CasRelBatches([[e] for e in examples], teacher.relations, tokenizer.pad_token_id, args.batch, args.seed)
    student = Student(model, taught_by.width)
    run = FineTuning(
        student, args.out, args.epochs * len(batches), lr=args.lr, head_lr=args.lr, ema=args.ema, device=args.device
    )
    if args.resume:
        run.resume()
    hint = Hint(taught_by)
    while run.epoch < args.epochs:
        row = run.run_epoch(batches, hint) | {"sentences": len(examples)}
        run.log.write(epoch=run.epoch, **row)
        print(json.dumps({"epoch": run.epoch} | row), flush=True)
        run.average.model.triples.save_pretrained(args.out / "model")
        tokenizer.save_pretrained(args.out / "model")
        run.save()


if __name__ == "__main__":
    distil(parse_args())
