"""What each ingredient of the recipe does to dev F1, one changed at a time: the table of the model cards.

    python -m training.triples.ablate --out runs/triples/ablation
    python -m training.triples.ablate --only plain fgm r-drop --limit 3000 --epochs 4

Small enough to be repeated: the first `--limit` sentences of DuIE 2.0, all of its dev, the best epoch of `--epochs`.
Prints one line of JSON per row and skips those that a former run has finished. A difference below a point is as likely
chance: `plain` runs with two seeds.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from training.common import read_jsonl
from training.triples import train

# The name of a row and what it changes; {extra} stands for the folder with the sentences that other recipes wrote.
ROWS: dict[str, tuple[str, ...]] = {
    "plain": (),
    "plain, another seed": ("--seed", "1"),
    "no substitution of entities": ("--substitutes", "0"),
    "no word boundaries and parts of speech": ("--no-lexical",),
    "hardly averaged weights (0.9)": ("--ema", "0.9"),
    "dropout 0.1 in the encoder": ("--dropout", "0.1"),
    "FGM 0.3": ("--fgm", "0.3"),
    "R-Drop 1": ("--r-drop", "1", "--dropout", "0.1"),
    "and SKE": ("--ske",),
    "and templates": ("--extra", "{extra}/templates.jsonl", "--extra-share", "0.5"),
    "and distant supervision": ("--extra", "{extra}/distant.jsonl", "--extra-share", "0.5"),
    "and self-training": ("--extra", "{extra}/selftrain.jsonl", "--extra-share", "0.5"),
    "GPLinker": ("--head", "gplinker"),
    "DGCNN": ("--head", "dgcnn"),
}


def run_row(name: str, args: argparse.Namespace) -> dict[str, float]:
    """Train one row, unless its log says that it is done; the figures of its best epoch."""
    out = args.out / name.replace(" ", "_").replace(",", "")
    log = out / "log.jsonl"
    done = list(read_jsonl(log)) if log.is_file() else []
    if len(done) < args.epochs:
        log.unlink(missing_ok=True)
        options = [option.format(extra=args.extra) for option in ROWS[name] if option != "--ske"]
        sets = () if "--ske" in ROWS[name] else ("--no-ske",)
        common = ("--data", args.data, "--out", out, "--epochs", args.epochs, "--limit", args.limit)
        train.train(train.parse_args([*map(str, common), *sets, *options]))
        done = list(read_jsonl(log))
    best = max(done, key=lambda row: row["f1"])
    return {k: best[k] for k in ("epoch", "precision", "recall", "f1")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=ROWS, default=list(ROWS), metavar="ROW")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/triples"))
    parser.add_argument("--extra", type=Path, default=Path("runs/triples"))
    parser.add_argument("--out", type=Path, default=Path("runs/triples/ablation"))
    parser.add_argument("--limit", type=int, default=3000)
    parser.add_argument("--epochs", type=int, default=4)
    args = parser.parse_args()
    plain = 0.0
    for name in args.only:
        found = run_row(name, args)
        plain = plain or found["f1"]
        row = {"row": name, **{k: round(v, 4) for k, v in found.items()}, "against the first": found["f1"] - plain}
        print(json.dumps(row, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
