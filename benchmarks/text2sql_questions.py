"""Forty questions of our own over the three shipped tables: which are answered right?

    python benchmarks/text2sql_questions.py

They were written, with the SQL that answers them, before the model was asked any of them. Right: the gold rows, and
nothing else; "columns differ": the gold rows once columns are put aside that only one of the two shows (a name with the
number asked for).
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import core
from core.errors import InputError
from core.text2sql.database import open_database
from core.text2sql.table_files import read_table

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent / "assets" / "examples" / "text2sql"


def cell(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, int | float) else "" if value is None else str(value)


def columns_of(rows: list[list[Any]]) -> set[tuple[str, ...]]:
    """The columns of a result, each as the sorted cells in it."""
    return {tuple(sorted(map(cell, column))) for column in zip(*rows, strict=True)}


def verdict(ours: list[list[Any]], gold: list[list[Any]], ordered: bool) -> str:
    a, b = [tuple(map(cell, r)) for r in ours], [tuple(map(cell, r)) for r in gold]
    if a == b if ordered else Counter(a) == Counter(b):
        return "right"
    mine, theirs = columns_of(ours), columns_of(gold)
    return "columns differ" if len(a) == len(b) and mine and theirs and (mine <= theirs or theirs <= mine) else "wrong"


def main() -> None:
    pipeline = core.load("text2sql")
    tables = {}
    for path in EXAMPLES.glob("*.csv"):
        tables[path.stem] = read_table(path.read_bytes(), path.name)
    counts: Counter[str] = Counter()
    for line in (HERE / "text2sql_questions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        table = tables[row["table"]]
        gold = open_database(table).run(row["sql"].replace(f'"{row["table"]}"', row["table"])).rows
        try:
            answer = pipeline(row["question"], table)
            ours, sql = answer.best.rows.rows, " ".join(answer.best.sql.split())
        except InputError as error:
            ours, sql = [], str(error)
        found = verdict(ours, gold, row["ordered"])
        counts[found] += 1
        print(f"{found:14} {row['question']}  [{row['kind']}]\n    {sql}")
        if found != "right":
            print(f"    gold: {row['sql']}")
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
