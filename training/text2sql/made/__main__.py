"""Makes questions for training: python -m training.text2sql.made --out runs/text2sql/made.jsonl."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from training.text2sql.made.generate import generate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--run-share", type=float, default=0.15, help="share of the SQL that is run")
    parser.add_argument("--out", type=Path, default=Path("runs/text2sql/made.jsonl"))
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    kinds: Counter[str] = Counter()
    beside = args.out.with_name(args.out.stem + "_tables.jsonl")
    with args.out.open("w", encoding="utf-8") as out, beside.open("w", encoding="utf-8") as tables:
        for table, row in generate(args.data, args.count, args.seed, args.run_share):
            if table is not None:
                tables.write(json.dumps(table, ensure_ascii=False) + "\n")
            if row is not None:
                kinds[row["kind"]] += 1
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
    for kind, n in kinds.most_common():
        print(f"{kind:18}{n:8}{n / sum(kinds.values()):8.1%}")


if __name__ == "__main__":
    main()
