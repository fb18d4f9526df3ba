"""Dev figures: do the queries give the rows that the gold answers have?

    python -m training.text2sql.evaluate [--model runs/text2sql/sketch/best] [--mistakes 20]

SPDB and RETQA: execution accuracy (the same rows in any order; cells compared as numbers where both are; in order where
the gold query orders without a limit of one). IM-TQA: the answer's cells and no others. TableQA: columns, aggregates
and conditions all right, with 3 to 6 columns of other tables among the table's own.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from transformers import PreTrainedTokenizerBase

from core.errors import InputError
from core.text2sql.filler import SketchFiller
from core.text2sql.form_filler import FormFiller
from core.text2sql.form_sql import sql_text
from core.text2sql.linking import Linker, fold
from core.text2sql.model import SketchModel
from core.text2sql.pipeline import Text2SQLPipeline
from core.text2sql.sketch import Sketch
from core.text2sql.sql_generator import SQLGenerator
from training.common import read_jsonl, write_figures
from training.text2sql.convert import tableqa
from training.text2sql.examples import TODAY, Example, to_table
from training.text2sql.fitting import typed
from training.text2sql.parse import NotASketch, parse

Judged = tuple[bool, str, str, str]  # right, question, ours, gold


def cell(value: object) -> str:
    """A cell as it is compared."""
    text = fold("" if value is None else str(value)).strip()
    try:
        return f"{float(text.replace(',', '').rstrip('%')):.4f}"
    except ValueError:
        return text.removesuffix(" 00:00:00")


def same_rows(ours: list[list[object]], gold: list[list[object]], ordered: bool) -> bool:
    a, b = [tuple(map(cell, r)) for r in ours], [tuple(map(cell, r)) for r in gold]
    return a == b if ordered else Counter(a) == Counter(b)


def execution(pipeline: Text2SQLPipeline, path: Path, today: date | None = None) -> Iterator[Judged]:
    for row in read_jsonl(path):
        gold = row["result"]
        ordered = "ORDER BY" in row["sql"].upper() and "LIMIT 1" not in row["sql"].upper()
        try:
            answer = pipeline(row["question"], to_table(row["table"]), today)
            assert answer.best.rows is not None
            right = same_rows(answer.best.rows.rows, gold, ordered)
            ours = answer.best.sql
        except InputError as error:
            right, ours = False, str(error)
        yield right, row["question"], ours, row["sql"]


def answer_cells(pipeline: Text2SQLPipeline, path: Path) -> Iterator[Judged]:
    for row in read_jsonl(path):
        try:
            answer = pipeline(row["question"], to_table(row["table"]))
            assert answer.best.rows is not None
            found = [c for r in answer.best.rows.rows for c in r]
            ours = answer.best.sql
        except InputError as error:
            found, ours = [], str(error)
        gold = [cell(c) for c in row["answer"] if str(c).strip()]
        right = Counter(cell(c) for c in found if c not in (None, "")) == Counter(gold)
        yield right, row["question"], ours, json.dumps(row["answer"], ensure_ascii=False)


def _parts(sketch: Sketch) -> tuple[object, ...]:
    conditions = frozenset(
        (
            c.term.expr.column,
            c.operator,
            cell(c.value.number if c.value and c.value.kind == "number" else c.value and c.value.text),
        )
        for c in sketch.conditions
    )
    joined = sketch.connective if len({c.term.expr.column for c in sketch.conditions}) > 1 else ""
    return frozenset((t.expr.column, t.aggregate) for t in sketch.select), conditions, joined


def sketches(writer: SketchFiller | FormFiller, path: Path, seed: int = 0) -> Iterator[Judged]:
    for example in tableqa(path, random.Random(seed)):
        names = [f.name for f in example.fields]
        ours = _sketch(writer, example)
        right = ours is not None and _parts(ours) == _parts(example.sketch)
        yield right, example.question, _brief(ours, names) if ours else "", _brief(example.sketch, names)


def _sketch(writer: SketchFiller | FormFiller, example: Example) -> Sketch | None:
    """What the writer makes of a question, as a sketch; None where it is more than one can say."""
    linker = Linker(example.fields)
    if isinstance(writer, SketchFiller):
        return writer(example.question, linker, TODAY).ranked[0].sketch
    readings = writer(example.question, (), linker, TODAY).readings
    names = [f"c{i}" for i in range(len(example.fields))]
    try:
        sql = sql_text(readings[0].form, names, "t")
        return typed(parse(sql, {name: i for i, name in enumerate(names)}, TODAY), example.fields)
    except (NotASketch, ValueError, IndexError):
        return None


def _brief(sketch: Sketch, names: list[str]) -> str:
    from core.text2sql.sql import to_sql

    return to_sql(sketch, names, "t")


def judge_all(pipeline: Text2SQLPipeline, data: Path) -> dict[str, list[Judged]]:
    writer = pipeline.writer
    assert not isinstance(writer, SQLGenerator)
    runs: dict[str, Callable[[], Iterator[Judged]]] = {
        "spdb": lambda: execution(pipeline, data / "spdb_dev.jsonl"),
        "spdb_now_early": lambda: execution(pipeline, data / "spdb_dev.jsonl", date(1900, 1, 1)),
        "retqa": lambda: execution(pipeline, data / "retqa_dev.jsonl"),
        "imtqa": lambda: answer_cells(pipeline, data / "imtqa_vertical_dev.jsonl"),
        "tableqa": lambda: sketches(writer, data / "tableqa_partial_dev.jsonl"),
    }
    return {name: list(run()) for name, run in runs.items()}


def score_all(model: SketchModel, tokenizer: PreTrainedTokenizerBase, data: Path) -> dict[str, float]:
    """Share of right answers on each dev set, and the mean over the four."""
    judged = judge_all(Text2SQLPipeline(SketchFiller(model, tokenizer)), data)
    found = {name: sum(j[0] for j in mine) / len(mine) for name, mine in judged.items()}
    mean = sum(found[n] for n in ("spdb", "retqa", "imtqa", "tableqa")) / 4
    return found | {"mean": mean}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/text2sql"))
    parser.add_argument("--model", type=Path, default=Path("assets/models/text2sql-sketch"))
    parser.add_argument("--mistakes", type=int, default=0, help="print so many of each set")
    parser.add_argument("--write", action="store_true", help="write the figures into the model's folder")
    args = parser.parse_args()
    pipeline = Text2SQLPipeline.from_folder(args.model, "cpu")
    judged = judge_all(pipeline, args.data)
    for name, mine in judged.items():
        print(json.dumps({"set": name, "questions": len(mine), "right": round(sum(j[0] for j in mine) / len(mine), 4)}))
        for _, question, ours, gold in [j for j in mine if not j[0]][: args.mistakes]:
            print(f"  {question}\n    ours {' '.join(ours.split())}\n    gold {gold}")
    if args.write:
        write_figures(args.model, **{name: sum(j[0] for j in mine) / len(mine) for name, mine in judged.items()})


if __name__ == "__main__":
    main()
