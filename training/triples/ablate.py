"""What each ingredient of the recipe does to dev F1, one changed at a time: the table of the model cards.

    python -m training.triples.ablate --out runs/triples/ablation
    python -m training.triples.ablate --only plain "FGM 0.3" "R-Drop 1" --limit 3000 --epochs 4

Small enough to be repeated: the first `--limit` sentences of DuIE 2.0 and of those written by hand, their dev sets, and
the best epoch of `--epochs` by the mean F1 on both. Prints one line of JSON per row and skips those that a former run
has finished. A difference below a point is as likely chance: `plain` runs with two seeds.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from training.common import read_jsonl
from training.triples import train

# The name of a row and what it changes; {extra} stands for the folder with the sentences that other recipes wrote,
# {twice} for the number that makes up for a set that is left out.
ROWS: dict[str, tuple[str, ...]] = {
    "plain": (),
    "plain, another seed": ("--seed", "1"),
    "no sentences written by hand": ("--no-written", "--limit", "{twice}"),
    "no substitution of entities": ("--substitutes", "0"),
    "no word boundaries and parts of speech": ("--no-lexical",),
    "hardly averaged weights (0.9)": ("--ema", "0.9"),
    "no dropout in the encoder": ("--dropout", "0"),
    "FGM 0.3": ("--fgm", "0.3"),
    "PGD 0.3, 3 steps": ("--pgd", "0.3", "--pgd-steps", "3"),
    "R-Drop 1": ("--r-drop", "1"),
    "flooding at 8": ("--flood", "8"),  # what the loss of single batches falls below in so short a training
    "AdaX": ("--optimizer", "adax"),
    "two batches a step": ("--accumulate", "2"),
    "entropy-invariant attention, 512": ("--entropy-scale", "512"),
    "entropy-invariant attention, 64": ("--entropy-scale", "64"),
    "and SKE": ("--ske",),
    "and templates": ("--extra", "{extra}/templates.jsonl", "--extra-share", "0.5"),
    "and distant supervision": ("--extra", "{extra}/distant.jsonl", "--extra-share", "0.5"),
    "and self-training": ("--extra", "{extra}/selftrain.jsonl", "--extra-share", "0.5"),
    "CasRel": ("--head", "casrel"),
    "DGCNN": ("--head", "dgcnn", "--lr", "1e-3"),
}
# What the rows report of their best epoch: F1 and its parts are those on DuIE 2.0.
FIGURES = ("epoch", "precision", "recall", "f1", "written_f1", "mean", "seconds")


def epochs_of(log: Path) -> list[dict[str, float]]:
    """The figures of the epochs that a run has logged; between them stand losses."""
    return [row for row in read_jsonl(log) if "epoch" in row]


def run_row(name: str, args: argparse.Namespace) -> dict[str, float]:
    """Train one row, unless its log says that it is done; the figures of its best epoch."""
    out = args.out / name.replace(" ", "_").replace(",", "")
    log = out / "log.jsonl"
    done = epochs_of(log) if log.is_file() else []
    if len(done) < args.epochs:
        log.unlink(missing_ok=True)
        options = [option.format(extra=args.extra, twice=2 * args.limit) for option in ROWS[name] if option != "--ske"]
        sets = ("--no-own", *(() if "--ske" in ROWS[name] else ("--no-ske",)))
        common = ["--data", args.data, "--out", out, "--epochs", args.epochs, "--limit", args.limit]
        common += ["--encoder", args.encoder, "--lr", args.lr, "--dropout", args.dropout, "--batch", args.batch]
        train.train(train.parse_args([*map(str, common), *sets, *options]))
        done = epochs_of(log)
    best = max(done, key=lambda row: row["mean"])
    return {k: best[k] for k in FIGURES}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=ROWS, default=list(ROWS), metavar="ROW")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/triples"))
    parser.add_argument("--extra", type=Path, default=Path("runs/triples"))
    parser.add_argument("--out", type=Path, default=Path("runs/triples/ablation"))
    parser.add_argument("--encoder", default="runs/backbone/start")
    parser.add_argument("--lr", type=float, default=1.5e-4)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--batch", type=int, default=8, help="so few sentences make too few steps of larger ones")
    parser.add_argument("--limit", type=int, default=1000, help="sentences of each set")
    parser.add_argument("--epochs", type=int, default=2)
    args = parser.parse_args()
    plain = 0.0
    for name in args.only:
        found = run_row(name, args)
        plain = plain or found["mean"]
        figures = {k: round(v, 4) for k, v in found.items()}
        row = {"row": name, **figures, "against the first": round(found["mean"] - plain, 4)}
        print(json.dumps(row, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
