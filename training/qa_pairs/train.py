"""Train the reader or the question generator from a pre-trained encoder.

    python -m training.qa_pairs.train reader --encoder runs/backbone/start --out runs/qa_pairs/reader
    python -m training.qa_pairs.train reader --init runs/qa_pairs/reader/best --lr 5e-5 --out runs/qa_pairs/second
    python -m training.qa_pairs.train generator --out runs/qa_pairs/generator
    python -m training.qa_pairs.train generator --out runs/qa_pairs/generator --epochs 8 --resume

Every epoch has new windows around the answers, new template questions about triples and a new draw of the sources.
After each, the averaged weights are scored on dev; the best are kept in `OUT/best`, a reader's with the threshold of
declining that dev asks for.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional as F
from transformers import PreTrainedModel, PreTrainedTokenizerFast
from transformers.modeling_outputs import BaseModelOutput

from core.backbone.weights import load_model
from core.qa_pairs.generator import Generator
from core.qa_pairs.generator_model import GeneratorConfig, QuestionGenerator
from core.qa_pairs.reader_model import ReaderConfig, ReaderModel
from training.finetuning import FineTuning, load_encoder, load_tokenizer, saved_epoch
from training.qa_pairs.data import (
    SHARES,
    Asked,
    Batches,
    Passage,
    asked_batch,
    asked_items,
    backwards,
    more_questions,
    own_passages,
    passages,
    triple_passages,
)
from training.qa_pairs.evaluate import score_generator
from training.qa_pairs.reading import Read, read_batch, read_items
from training.qa_pairs.reading_dev import CMRC, score_reader

_READ = 480  # tokens of the reader's longest windows: all of a written passage and its question
_ASKED = 320  # characters of the generator's
_WRITTEN = 2  # times that an epoch of the generator goes through what was written by hand: it is small, and clean
ANSWERS = 0.3  # weight of pointing at answers against asking for them


def reader_loss(model: ReaderModel, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Minus the log-probability of the answer at any of the places where it may be meant, or of there being none."""
    batch = {k: v.to(model.device) for k, v in batch.items()}
    hidden = model(batch["ids"], batch["features"], batch["mask"])
    allowed = batch["passage"].clone()
    allowed[:, 0] = True
    starts = model.spans.starts(hidden, allowed)
    row, at, length = batch["row"], batch["starts"], batch["lengths"]
    ends = model.spans.ends(hidden, row, at, batch["passage"])
    each = (starts[row, at] + ends[torch.arange(len(row), device=row.device), at + length - 1]).exp()
    p = torch.zeros(len(hidden), device=hidden.device).index_add(0, row, each)
    p = torch.where(batch["empty"], starts[:, 0].exp(), p)
    return -(p + 1e-12).log().mean()


def generator_loss(model: QuestionGenerator, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """The cross-entropy of questions given their answers, and of the answers among the passage's spans."""
    batch = {k: v.to(model.device) for k, v in batch.items()}
    hidden = model.read(batch["ids"], batch["mask"])
    row, at, end = batch["row"], batch["starts"], batch["ends"]
    starts = model.spans.starts(hidden, batch["passage"])
    ends = model.spans.ends(hidden, row, at, batch["passage"])
    pointed = -(starts[row, at] + ends[torch.arange(len(row), device=row.device), end - at - 1]).mean()
    mask = batch["mask"][row]
    memory = model.mark(hidden[row], mask, at, end)
    out = model(
        decoder_input_ids=batch["questions"][:, :-1],
        ids=batch["ids"][row],
        attention_mask=mask,
        encoder_outputs=BaseModelOutput(last_hidden_state=memory),
        starts=at,
        ends=end,
    )
    pad = model.config.encoder["pad_token_id"]
    asked = F.nll_loss(out.logits.flatten(0, 1), batch["questions"][:, 1:].flatten(), ignore_index=pad)
    return asked + ANSWERS * pointed


@dataclass(frozen=True)
class Part:
    """One of the two models: how it is built, what it trains on, its loss, its score on dev, and what its encoder and
    size ask of the recipe. Of the kinds of models and windows each part takes its own."""

    model: type[PreTrainedModel]
    config: type[ReaderConfig] | type[GeneratorConfig]
    texts: Callable[[Path, int | None, bool], list[Passage]]
    items: Callable[[Sequence[Passage], PreTrainedTokenizerFast, random.Random], Iterable[Any]]
    batch: Callable[[Sequence[Any], int], dict[str, torch.Tensor]]
    loss: Callable[[Any, dict[str, torch.Tensor]], torch.Tensor]
    score: Callable[[Any, PreTrainedTokenizerFast, Path, int | None], dict[str, float]]
    defaults: dict[str, str | float]

    def build(
        self, encoder: str, dropout: float, init: Path | None = None
    ) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
        """The model with a pre-trained encoder in it, or the one in the folder `init`, and its tokenizer."""
        if init:
            return load_model(self.model, init), load_tokenizer(init)
        config, weights, tokenizer = load_encoder(encoder, dropout, attention_dropout=False)
        if "attention_probs_dropout_prob" in config:
            config["attention_probs_dropout_prob"] = 0.0  # a CPU has no fast attention with it
        most = self.config(encoder=config)
        most.max_tokens = min(most.max_tokens, config.get("max_position_embeddings", most.max_tokens))
        model = self.model(most)
        model.get_submodule("encoder").load_state_dict(weights)
        return model, tokenizer


def _written(questions: Path, own: bool, unanswered: bool) -> list[Passage]:
    """What was written by hand, with the questions beside this recipe where they are wanted."""
    written = passages(questions / "written_train.jsonl", unanswered)
    for passage in written:
        passage.source = "written"
    return written + (own_passages() + more_questions(questions / "train.jsonl") if own else [])


def _reader_texts(questions: Path, limit: int | None, own: bool) -> list[Passage]:
    return _written(questions, own, unanswered=True)[:limit] + passages(questions / "train.jsonl")[:limit]


def _generator_texts(questions: Path, limit: int | None, own: bool) -> list[Passage]:
    written = _written(questions, own, unanswered=False)
    for passage in written:
        passage.pairs = [(question, answer) for question, answer in passage.pairs if answer]
    return _WRITTEN * written[:limit] + passages(questions / "train.jsonl")[:limit]


def _reader_items(texts: Sequence[Passage], tokenizer: PreTrainedTokenizerFast, rng: random.Random) -> Iterable[Read]:
    return read_items(texts, tokenizer, rng, _READ)


def _generator_items(
    texts: Sequence[Passage], tokenizer: PreTrainedTokenizerFast, rng: random.Random
) -> Iterable[Asked]:
    return asked_items(texts, tokenizer, rng, _ASKED, SHARES)


def _reader_score(
    model: ReaderModel, tokenizer: PreTrainedTokenizerFast, questions: Path, limit: int | None
) -> dict[str, float]:
    return score_reader(model, tokenizer, questions, limit, fit=True)


def _generator_score(
    model: QuestionGenerator, tokenizer: PreTrainedTokenizerFast, questions: Path, limit: int | None
) -> dict[str, float]:
    return score_generator(Generator(model, tokenizer), questions / CMRC, limit or 200)


PARTS = {
    "reader": Part(
        ReaderModel,
        ReaderConfig,
        _reader_texts,
        _reader_items,
        read_batch,
        reader_loss,
        _reader_score,
        {"encoder": "runs/backbone/start", "lr": 1.2e-4, "dropout": 0.1, "epochs": 3},
    ),
    "generator": Part(
        QuestionGenerator,
        GeneratorConfig,
        _generator_texts,
        _generator_items,
        asked_batch,
        generator_loss,
        _generator_score,
        {"encoder": "assets/models/backbone", "lr": 5e-4, "dropout": 0.0, "epochs": 5},
    ),
}


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--encoder", help="a folder or Hub id; where it is not given, each part has its own")
    parser.add_argument("--init", type=Path, help="a trained model to go on from, with its encoder and dropout")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, help="of a reader 3, of a generator 5")
    parser.add_argument("--tokens", type=int, default=4096, help="tokens of passages in a batch")
    parser.add_argument("--lr", type=float, help="of the encoder: 1.2e-4 for a reader, 5e-4 for a generator")
    parser.add_argument("--head-lr", type=float, default=1e-3)
    parser.add_argument("--dropout", type=float, help="in the encoder; costs a fifth of a CPU step; for a reader 0.1")
    parser.add_argument("--ema", type=float, default=0.998)
    parser.add_argument("--decay", type=float, default=0.5, help="share of the steps over which the rate falls")
    parser.add_argument("--no-own", action="store_true", help="without the questions beside this recipe")
    parser.add_argument("--older", type=float, default=1.0, help="share of the passages not written by hand")
    parser.add_argument("--backwards", action="store_true", help="a generator of questions from their end")
    parser.add_argument("--limit", type=int, help="only so many passages and dev questions: a quick look")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true")
    args = parser.parse_args()
    for name, value in PARTS[args.part].defaults.items():
        if getattr(args, name) is None:
            setattr(args, name, value)
    return args


def train(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    part = PARTS[args.part]
    model, tokenizer = part.build(args.encoder, args.dropout, args.init)
    real = part.texts(args.data / "questions", args.limit, not args.no_own)

    def batches(epoch: int) -> Batches[Any]:
        rng = random.Random(1000 * args.seed + epoch)
        texts = real + triple_passages(args.data / "triples", rng)[: args.limit]
        texts = [t for t in texts if t.source == "written" or rng.random() < args.older]
        items = list(part.items(texts, tokenizer, rng))
        if args.backwards:
            items = [replace(x, answers=[(a, b, backwards(q)) for a, b, q in x.answers]) for x in items]
        found = Batches(items, args.tokens, part.batch, tokenizer.pad_token_id, epoch)
        print(f"epoch {epoch + 1}: {len(items)} windows, {found.real} tokens, {found.padded} with padding", flush=True)
        return found

    first = saved_epoch(args.out) if args.resume else 0
    made = batches(first)
    steps = args.epochs * len(made)
    run = FineTuning(
        model, args.out, steps, lr=args.lr, head_lr=args.head_lr, ema=args.ema, device=args.device, decay=args.decay
    )
    if args.resume:
        run.resume()
    while run.epoch < args.epochs:
        if run.epoch > first:
            made = batches(run.epoch)
        found: dict[str, float] = run.run_epoch(made, part.loss)
        found |= part.score(run.average.model, tokenizer, args.data / "questions", args.limit)
        run.report(found, "score", tokenizer)


if __name__ == "__main__":
    train(parse_args())
