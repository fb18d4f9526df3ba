"""Fine-tune a head on the relations of a handful of labelled sentences, on a CPU, within minutes.

    python -m training.triples.custom --data assets/examples/triples/dishes.jsonl --out runs/triples/dishes
    python -m training.triples.custom --data labelled.csv --out runs/triples/own --minutes 5 --zip own.zip
    python -m training.triples.custom --data labelled.csv --out runs/triples/own --start assets/models/backbone

A fifth of the sentences is dev; after every epoch the averaged weights are scored on it, and the best are saved in OUT,
ready for `core.load("triples", model="OUT")`. Every step of the way is a JSON line on stdout. Ctrl-C ends the training
and keeps the best so far, and so does, with `--background`, the end of the input.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import PreTrainedTokenizerFast

from core import runtime
from core.errors import InputError
from core.triples.casrel import CasRel, CasRelExtractor
from core.triples.labelled import Labelled, read_labelled
from training.export import export
from training.finetuning import FineTuning
from training.triples import losses
from training.triples.augment import Row, Substitution
from training.triples.batches import Batch, CasRelBatches
from training.triples.custom_report import Epoch, Finished, Progress, Started, card
from training.triples.data import Example, to_example
from training.triples.evaluate import predict
from training.triples.metrics import Predicted, best_threshold, per_relation
from training.triples.train import calibrate
from training.triples.transfer import SCHEMA, split_dev, start_model

START = "triples-casrel"
MINUTES, EPOCHS = 8.0, 30
_BATCH = 8
_SUBSTITUTES = 3
# Epochs without a better dev figure before the training ends.
_PATIENCE = 8


class _Interrupted(Exception):
    """Stopped from outside, or out of time, within an epoch."""


@dataclass
class _Best:
    """The weights with the best dev figure so far, the latest of several as good, and what they found there; `since` is
    the epoch that reached the figure first."""

    epoch: int
    since: int
    f1: float
    results: list[Predicted]
    weights: dict[str, torch.Tensor]


class Tuning:
    """A head on its way: `run` trains it until there is nothing to gain, no time, or no wish; `save` keeps the best in
    the folder `out`, beside which stands what is written in between: whoever ends the process finds it there."""

    def __init__(self, labelled: Labelled, out: Path, start: str, minutes: float, epochs: int, seed: int) -> None:
        self.out = out
        out.parent.mkdir(parents=True, exist_ok=True)
        self.begin = time.perf_counter()
        self.seconds = 60 * minutes
        self.start, self.epochs = start, epochs
        torch.manual_seed(seed)
        relations = list(labelled.relations)
        self.model, self.tokenizer, self.known = start_model(start, relations)
        train, self.dev = split_dev(labelled.rows)
        self.n_train = len(train)
        examples = _examples(train, self.tokenizer, self.model.config.max_tokens, seed)
        self.batches = CasRelBatches(
            examples, relations, self.tokenizer.pad_token_id, _BATCH, seed, schemas={SCHEMA: relations}
        )
        self.best: _Best | None = None
        self.untrained = 0.0

    @property
    def spent(self) -> float:
        return time.perf_counter() - self.begin

    def run(self, progress: Progress, stop: threading.Event) -> str:
        """Train; gives why it ended, as in `Finished`."""
        self.untrained = self.measure(self.model, 0)
        progress(Started(self.n_train, len(self.dev), self.known, self.untrained))
        with tempfile.TemporaryDirectory(dir=self.out.parent) as log:
            run = FineTuning(
                self.model,
                Path(log),
                self.epochs * len(self.batches),
                lr=2e-4,
                head_lr=1e-3,
                ema=0.99,
                device="cpu",
                resumable=False,
            )
            return self._epochs(run, progress, stop)

    def _epochs(self, run: FineTuning[CasRel], progress: Progress, stop: threading.Event) -> str:
        assert self.best
        planned, loss, before = self.epochs, self._loss(stop), self.spent
        while run.epoch < planned:
            try:
                spent = run.run_epoch(self.batches, loss)
            except _Interrupted:
                if not stop.is_set() and not run.epoch:  # too slow for one epoch: what there is counts as one
                    self.measure(run.average.model, 1)
                return "stopped" if stop.is_set() else "time"
            f1 = self.measure(run.average.model, run.epoch)
            each = (self.spent - before) / run.epoch
            # The learning rate falls towards the end, so the end has to be known.
            planned = min(self.epochs, run.epoch + math.floor(max(0.0, self.seconds - self.spent) / each))
            run.steps = planned * len(self.batches)
            left = each * (planned - run.epoch)
            is_best = self.best.epoch == run.epoch
            progress(Epoch(run.epoch, planned, spent["loss"], f1, is_best, self.spent, left))
            if self.best.f1 and run.epoch - self.best.since >= _PATIENCE:
                return "patience"
        return "epochs" if planned == self.epochs else "time"

    def _loss(self, stop: threading.Event) -> Callable[[CasRel, Batch], torch.Tensor]:
        loss = losses.loss_function(losses.casrel)

        def watched(model: CasRel, batch: Batch) -> torch.Tensor:
            if stop.is_set() or self.spent > self.seconds:
                raise _Interrupted
            return loss(model, batch)

        return watched

    def measure(self, model: CasRel, epoch: int) -> float:
        """The dev F1 of `model`, which is remembered where none was better."""
        extractor = CasRelExtractor(model, self.tokenizer)
        results = predict(extractor, self.dev, SCHEMA)
        _, found = best_threshold(results)
        if self.best is None or found["f1"] >= self.best.f1:
            weights = {name: tensor.clone() for name, tensor in model.state_dict().items()}
            since = self.best.since if self.best and self.best.f1 == found["f1"] else epoch
            self.best = _Best(epoch, since, found["f1"], results, weights)
        return found["f1"]

    def save(self, why: str) -> Finished:
        """Write the best weights, matrices in eight bits, calibrated on dev, with a model card."""
        best = self.best
        if best is None or (why == "stopped" and best.epoch == 0):
            return Finished(None, why, self.untrained, seconds=self.spent)
        self.model.load_state_dict(best.weights)
        found = calibrate(self.model, best.results)
        each = per_relation(best.results, self.model.config.threshold)
        with tempfile.TemporaryDirectory(dir=self.out.parent) as full:
            self.model.save_pretrained(full)
            self.tokenizer.save_pretrained(full)
            export([Path(full)], self.out, int8=True)
        finished = Finished(
            best.epoch, why, self.untrained, found["precision"], found["recall"], found["f1"], each, self.spent
        )
        (self.out / "README.md").write_text(card(finished, self.start, self.n_train, len(self.dev)), encoding="utf-8")
        return finished


def tune(
    labelled: Labelled,
    out: Path,
    *,
    start: str = START,
    minutes: float = MINUTES,
    epochs: int = EPOCHS,
    seed: int = 0,
    progress: Progress = lambda _: None,
    stop: threading.Event | None = None,
) -> Finished:
    """Fine-tune a CasRel head on `labelled` and save it in the folder `out`.

    Args:
        labelled: the sentences; all count as listing all their triples of all the relations.
        out: gets config.json, model.safetensors with matrices in eight bits, the tokenizer, and a model card.
        start: a CasRel model or an encoder (`start_model`).
        minutes: after which it ends, whatever it has reached; the fewer, the sooner the learning rate falls.
        epochs: at most.
        seed: of the new weights, the order of the sentences, and the entities put in for others.
        progress: called with `Started`, with each `Epoch`, and with `Finished`.
        stop: set from another thread, it ends the training within a step; the best so far is saved.

    Raises:
        InputError: `start` is no model to start from.
    """
    tuning = Tuning(labelled, out, start, minutes, epochs, seed)
    finished = tuning.save(tuning.run(progress, stop or threading.Event()))
    progress(finished)
    return finished


def _examples(rows: list[Row], tokenizer: PreTrainedTokenizerFast, max_tokens: int, seed: int) -> list[list[Example]]:
    """Each sentence as it is, and with other entities."""
    swap = Substitution(rows, seed)
    variants = ([row, *(swap(row) for _ in range(_SUBSTITUTES))] for row in rows)
    return [[to_example(row, (SCHEMA,), tokenizer, max_tokens) for row in each] for each in variants]


def _follow_input(stop: threading.Event) -> None:
    """Set `stop` when the input ends: whoever started this closed it, or is no more."""

    def wait() -> None:
        # Not from sys.stdin: a thread that waits in its buffer aborts Python at the end.
        while os.read(0, 4096):
            pass
        stop.set()

    threading.Thread(target=wait, daemon=True).start()


def _tell(event: Started | Epoch | Finished) -> None:
    row = {"event": type(event).__name__.lower(), **dataclasses.asdict(event)}
    print(json.dumps(row, ensure_ascii=False), flush=True)


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="JSON lines or CSV, see core.triples.labelled")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint")
    parser.add_argument("--zip", type=Path, help="pack the checkpoint into this file too")
    parser.add_argument("--start", default=START, help="CasRel model or encoder: bundled, folder or Hub id")
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, help="default: all the cores, with --background half of them")
    parser.add_argument(
        "--background", action="store_true", help="as the app runs it: low priority, ends when its input does"
    )
    return parser.parse_args(argv)


def main() -> None:
    args = parse_args()
    stop = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    if args.background:
        _follow_input(stop)
        if hasattr(os, "nice"):
            os.nice(10)
    runtime.configure()
    torch.set_num_threads(args.threads or max(1, runtime.cores() // (2 if args.background else 1)))
    try:
        labelled = read_labelled(args.data.read_bytes(), args.data.name)
        options = {name: getattr(args, name) for name in ("start", "minutes", "epochs", "seed")}
        finished = tune(labelled, args.out, progress=_tell, stop=stop, **options)
    except InputError as error:
        raise SystemExit(str(error)) from error
    if args.zip and finished.epoch is not None:
        packed = shutil.make_archive(str(args.zip.with_suffix("")), "zip", args.out.parent, args.out.name)
        Path(packed).replace(args.zip)


if __name__ == "__main__":
    main()
