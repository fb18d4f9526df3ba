"""Questions of our own, over the three shipped tables (forty) or a plain staff table (thirty): which are right?

    python benchmarks/text2sql_questions.py
    python benchmarks/text2sql_questions.py --staff --model FOLDER_OR_HUB_ID

They were written, with the SQL that answers them, before the model was asked any of them. For a language model the
thirty are a dev set: the examples and the schema of its prompt (`core.text2sql.prompt`) were chosen by them, the forty
were not looked at. Right: the gold rows, and nothing else; "columns differ": the gold rows once columns are put aside
that only one of the two shows (a name with the number asked for). With --model that
model's answers stand beside the bundled one's.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import core
from core.errors import InputError
from core.text2sql.database import open_database
from core.text2sql.table import Table
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


def questions(staff: bool) -> list[dict[str, Any]]:
    path = HERE / ("text2sql_staff.jsonl" if staff else "text2sql_questions.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def tables() -> dict[str, Table]:
    paths = [*EXAMPLES.glob("*.csv"), HERE / "staff.csv"]
    return {path.stem: read_table(path.read_bytes(), path.name) for path in paths}


def asked(model: str | None, rows: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str, float]]:
    """For each question the verdict, the query, and the seconds that the answer took."""
    pipeline = core.load("text2sql", model)
    known = tables()
    for row in rows:
        table = known[row["table"]]
        gold = open_database(table).run(row["sql"].replace(f'"{row["table"]}"', row["table"])).rows
        begin = time.perf_counter()
        try:
            answer = pipeline(row["question"], table)
            ours, sql = answer.best.rows.rows if answer.best.rows else [], " ".join(answer.best.sql.split())
        except InputError as error:
            ours, sql = [], str(error)
        yield verdict(ours, gold, row["ordered"]), sql, time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--staff", action="store_true", help="the thirty questions about staff.csv")
    parser.add_argument("--model", help="a folder or a Hub id, beside the bundled model")
    parser.add_argument("--first", type=int, help="the first so many questions only")
    args = parser.parse_args()
    rows = questions(args.staff)[: args.first]
    models = [None, args.model] if args.model else [None]
    counts: dict[str, Counter[str]] = {}
    spent: dict[str, list[float]] = {}
    for row, *found in zip(rows, *(asked(model, rows) for model in models), strict=True):
        print(f"{row['question']}  [{row['kind']}]")
        for model, (said, sql, seconds) in zip(models, found, strict=True):
            name = Path(model).name if model else "bundled"
            counts.setdefault(name, Counter())[said] += 1
            spent.setdefault(name, []).append(seconds)
            print(f"    {name:10} {said:14} {seconds:5.2f} s  {sql}", flush=True)
        if any(said != "right" for said, _, _ in found):
            print(f"    gold: {row['sql']}")
    for name, count in counts.items():
        seconds = sorted(spent[name])
        mean, median = sum(seconds) / len(seconds), seconds[len(seconds) // 2]
        print(f"{name}: right {count['right']}/{len(rows)}, {json.dumps(count)}; ", end="")
        print(f"seconds a question: mean {mean:.2f}, median {median:.2f}")


if __name__ == "__main__":
    main()
