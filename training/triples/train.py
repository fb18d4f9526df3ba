"""Fine-tune a head and its encoder on DuIE 2.0 and SKE 1.0 sentences.

    python -m training.triples.train --out runs/triples/gplinker
    python -m training.triples.train --head casrel --fgm 0.3 --out runs/triples/casrel
    python -m training.triples.train --head dgcnn --start runs/triples/distilled/model --out runs/triples/dgcnn
    python -m training.triples.train --encoder hfl/chinese-roberta-wwm-ext --lr 3e-5 --out runs/triples/roberta
    python -m training.triples.train --out runs/triples/gplinker --resume

`dgcnn` is CasRel's head on convolutions (`core.triples.dgcnn`), which start from nothing but the character embeddings
of `--encoder`, unless `training.triples.distil` has taught them. After every epoch the averaged weights are scored on
dev (and on the tenth of SKE that `--hold-out` keeps back); the best are kept in `OUT/best`, ready for
`core.load("triples", model="OUT/best")`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModel, PreTrainedTokenizerFast

from core.backbone.weights import load_model
from core.triples.casrel import CasRel, CasRelConfig, CasRelExtractor
from core.triples.dgcnn import DGCNNConfig
from core.triples.extractor import Extractor
from core.triples.gplinker import GPLinker, GPLinkerConfig, GPLinkerExtractor
from core.triples.model import TriplesModel
from core.triples.schema import RELATIONS, SCHEMAS
from core.triples.tags import calibrated
from training import recipe
from training.common import read_jsonl
from training.finetuning import FineTuning, load_encoder
from training.triples import losses
from training.triples.augment import Row
from training.triples.batches import Batch, Batches, CasRelBatches, GPLinkerBatches
from training.triples.cues import telling_words
from training.triples.data import OWN, held_out, read_examples, read_extra
from training.triples.evaluate import fit_calibration, predict
from training.triples.metrics import Predicted, best_threshold, score


@dataclass(frozen=True)
class Head:
    """The parts of a head, and the learning rate and dropout that its encoder wants. Of the kinds of models each part
    takes its own."""

    model: type[CasRel] | type[GPLinker]
    config: type[CasRelConfig] | type[GPLinkerConfig]
    extractor: type[Extractor]
    batches: type[Batches]
    outputs: Callable[[Any, Batch], losses.Outputs]
    lr: float
    dropout: float


HEADS = {
    "casrel": Head(CasRel, CasRelConfig, CasRelExtractor, CasRelBatches, losses.casrel, 1.5e-4, 0.1),
    "gplinker": Head(GPLinker, GPLinkerConfig, GPLinkerExtractor, GPLinkerBatches, losses.gplinker, 1.5e-4, 0.1),
    "dgcnn": Head(CasRel, CasRelConfig, CasRelExtractor, CasRelBatches, losses.casrel, 1e-3, 0.1),
}


def build_model(args: argparse.Namespace) -> tuple[TriplesModel, PreTrainedTokenizerFast]:
    """The head on its encoder, and the tokenizer."""
    head = HEADS[args.head]
    dropout = head.dropout if args.dropout is None else args.dropout
    encoder, weights, tokenizer = load_encoder(args.encoder, dropout, entropy_scale=args.entropy_scale)
    if args.head == "dgcnn":
        if args.entropy_scale:
            raise SystemExit("--entropy-scale is for encoders that are Transformers.")
        source = AutoModel.from_pretrained(args.encoder, dtype=torch.float32)
        characters = source.get_input_embeddings().weight.detach()
        n, size = characters.shape
        convolutions = DGCNNConfig(n, size, args.width, dropout=dropout, pad_token_id=tokenizer.pad_token_id)
        encoder = convolutions.to_dict()
    config = head.config(
        encoder=encoder,
        relations=list(RELATIONS),
        schemas={name: list(relations) for name, relations in SCHEMAS.items()},
        max_tokens=args.max_length,
        lexical=not args.no_lexical,
    )
    kind: type[TriplesModel] = head.model
    model = kind(config)
    if args.start:
        begin_as(model, args.start)
    elif args.head != "dgcnn":
        model.encoder.load_state_dict(weights)
    elif not args.fresh_embeddings:
        table = model.encoder.get_input_embeddings().weight
        assert isinstance(table, torch.Tensor)
        table.data.copy_(characters)
    return model, tokenizer


def begin_as(model: TriplesModel, folder: Path) -> None:
    """Give `model` the weights in `folder`: all of a model with the same head, those below the head of another."""
    kind = json.loads((folder / "config.json").read_text(encoding="utf-8"))["model_type"]
    source = next(h.model for h in HEADS.values() if h.config.model_type == kind)
    weights = load_model(source, folder).state_dict()
    if not isinstance(model, source):
        weights = {name: w for name, w in weights.items() if name.split(".")[0] in ("encoder", "lexical")}
    report = model.load_state_dict(weights, strict=isinstance(model, source))
    if report.unexpected_keys:
        raise SystemExit(f"{folder} has another encoder: {report.unexpected_keys[:3]}")


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--head", choices=HEADS, default="gplinker")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/triples"))
    parser.add_argument("--encoder", default="runs/backbone/start")
    parser.add_argument(
        "--start", type=Path, help="weights to begin with: a model with this encoder, and this head or another"
    )
    parser.add_argument("--out", type=Path, default=Path("runs/triples/gplinker"))
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--lr", type=float, help="default: 1.5e-4, for dgcnn 1e-3")
    parser.add_argument("--head-lr", type=float, default=1e-3)
    parser.add_argument("--dropout", type=float, help="in the encoder; default: 0.1")
    parser.add_argument("--ema", type=float, default=0.998)
    parser.add_argument("--max-length", type=int, default=256)
    parser.add_argument("--width", type=int, default=144, help="of dgcnn")
    parser.add_argument("--fresh-embeddings", action="store_true", help="dgcnn starts from random characters")
    recipe.add_options(parser)
    parser.add_argument("--r-drop", type=float, default=0.0, metavar="ALPHA", help="R-Drop; doubles the time")
    parser.add_argument(
        "--extra", type=Path, nargs="*", default=[], help="more sentences (distant, selftrain, templates)"
    )
    parser.add_argument(
        "--extra-share", type=float, default=1.0, help="drawn per epoch, as a share of the labelled ones"
    )
    parser.add_argument("--hold-out", action="store_true", help="keep a tenth of SKE for measuring")
    parser.add_argument("--no-ske", action="store_true", help="train on DuIE 2.0 alone")
    parser.add_argument("--no-written", action="store_true", help="train without the sentences written by hand")
    parser.add_argument("--no-own", action="store_true", help="train without those that stand beside this recipe")
    parser.add_argument("--written-repeats", type=int, default=1, help="how often an epoch goes through them")
    parser.add_argument("--substitutes", type=int, default=2, help="variants of a sentence with other entities")
    parser.add_argument("--no-lexical", action="store_true", help="no word boundaries and parts of speech")
    parser.add_argument("--limit", type=int, help="sentences of each set, to try things out")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args(argv)


def make_batches(args: argparse.Namespace, tokenizer: PreTrainedTokenizerFast) -> Batches:
    paths = {"duie2": args.data / "duie2_train.jsonl"}
    if not args.no_ske:
        paths["ske1"] = args.data / "ske1_train.jsonl"
    if not args.no_written:
        paths["written"] = args.data / "written_train.jsonl"
    if not (args.no_written or args.no_own):
        paths["own"] = OWN
    hold_out = ("ske1",) if args.hold_out else ()
    repeats = dict.fromkeys(("written", "own"), args.written_repeats)
    cues = telling_words(row for path in paths.values() for row in islice(read_jsonl(path), args.limit))
    examples = read_examples(
        paths, tokenizer, args.max_length, args.substitutes, args.seed, hold_out, args.limit, repeats, cues
    )
    extra = read_extra(args.extra, tokenizer, args.max_length, cues)
    return HEADS[args.head].batches(
        examples, list(RELATIONS), tokenizer.pad_token_id, args.batch, args.seed, extra, args.extra_share
    )


def train(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    head = HEADS[args.head]
    model, tokenizer = build_model(args)
    batches = make_batches(args, tokenizer)
    run = FineTuning(
        model,
        args.out,
        args.epochs * len(batches),
        lr=args.lr or head.lr,
        head_lr=args.head_lr,
        ema=args.ema,
        device=args.device,
        recipe=recipe.Recipe.of(args),
    )
    if args.resume:
        run.resume()
    dev = list(islice(read_jsonl(args.data / "duie2_dev.jsonl"), args.limit))
    by_hand = args.data / "written_dev.jsonl"
    written = list(islice(read_jsonl(by_hand), args.limit)) if by_hand.is_file() else []
    kept = [row for row in read_jsonl(args.data / "ske1_train.jsonl") if held_out(row["text"])] if args.hold_out else []
    while run.epoch < args.epochs:
        spent = run.run_epoch(batches, losses.loss_function(head.outputs, args.r_drop))
        extractor = head.extractor(run.average.model, tokenizer)
        results = [predict(extractor, dev, "duie2"), *([predict(extractor, written, None)] if written else [])]
        threshold, found = best_threshold(*results)
        means = {"mean": sum(score(r, threshold)["f1"] for r in results) / len(results)}
        if written:
            means["written_f1"] = score(results[1], threshold)["f1"]
        row = {"epoch": run.epoch, "threshold": threshold, **found, **means}
        row |= {**ske_figures(extractor, kept, threshold), **spent}
        run.log.write(**row)
        print(json.dumps({k: round(v, 4) for k, v in row.items()}), flush=True)
        if means["mean"] > max(run.best, 0.0):
            run.best = means["mean"]
            save_best(run.average.model, tokenizer, results, args.out / "best")
        run.save()


def ske_figures(extractor: Extractor, rows: list[Row], threshold: float) -> dict[str, float]:
    """The F1 on held-out sentences of SKE, at the threshold chosen on DuIE's dev."""
    return {"ske_f1": score(predict(extractor, rows, "ske1"), threshold)["f1"]} if rows else {}


def calibrate(model: TriplesModel, *sets: list[Predicted]) -> dict[str, float]:
    """Fit the model's calibration and threshold on what it found in dev sets; scales those scores, gives the figures on
    the first."""
    calibration = fit_calibration([r for results in sets for r in results])
    model.config.calibration = calibration
    for r in (r for results in sets for r in results):
        r.found = {t: calibrated(s, calibration) for t, s in r.found.items()}
    model.config.threshold, found = best_threshold(*sets)
    return found


def save_best(
    model: TriplesModel, tokenizer: PreTrainedTokenizerFast, sets: list[list[Predicted]], folder: Path
) -> None:
    """Save with the calibration and threshold fitted on dev; raw scores stay raw while training goes on."""
    raw_threshold, _ = best_threshold(*sets)
    found = calibrate(model, *sets)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    print(json.dumps({"saved": str(folder), "threshold": model.config.threshold, **found}))
    model.config.calibration, model.config.threshold = (1.0, 0.0), raw_threshold


if __name__ == "__main__":
    train(parse_args())
