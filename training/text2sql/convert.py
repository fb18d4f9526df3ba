"""The data sets as examples: each gives what it has.

SPDB, RETQA and BULL have SQL, TableQA the challenge's sketches (without cells), IM-TQA the cells that answer.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from core.errors import InputError
from core.text2sql.fields import Field
from core.text2sql.grid import ColumnType
from core.text2sql.linking import fold
from core.text2sql.sketch import (
    ALL,
    Aggregate,
    Condition,
    Expr,
    Operator,
    Sketch,
    Term,
    Value,
    renumbered,
    used_columns,
)
from core.text2sql.table import Table
from training.common import read_jsonl
from training.text2sql.examples import TODAY, Example, fields_of, to_table
from training.text2sql.fitting import as_float, linked, typed
from training.text2sql.parse import NotASketch, parse

# The challenge's codes.
TABLEQA_AGGREGATES: tuple[Aggregate, ...] = ("", "AVG", "MAX", "MIN", "COUNT", "SUM")
TABLEQA_OPERATORS: tuple[Operator, ...] = (">", "<", "=", "!=")


def with_sql(path: Path) -> Iterator[Example]:
    """SPDB and RETQA: questions with SQL over a table with cells."""
    tables: dict[str, tuple[Table, list[Field]]] = {}
    for row in read_jsonl(path):
        key = json.dumps(row["table"]["rows"][:5], ensure_ascii=False) + str(row["table"]["header"])
        if key not in tables:
            table = to_table(row["table"])
            tables[key] = table, fields_of(table)
        table, fields = tables[key]
        names = {name.lower(): i for i, name in enumerate(map(str, row["table"]["header"]))}
        try:
            sketch = parse(row["sql"], names, TODAY)
        except NotASketch:
            continue
        yield linked(Example(fold(row["question"]), fields, typed(sketch, fields), path.stem.split("_")[0]))


def bull(data: Path, rng: random.Random) -> Iterator[Example]:
    """BULL: questions over one of its tables, with its columns' Chinese names; the values of all questions'
    conditions on a column serve as its cells."""
    schemas: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    names: dict[tuple[str, str], str] = {}
    for db in json.loads((data / "bull_schemas.json").read_text(encoding="utf-8")):
        for t, table in enumerate(db["table_names_original"]):
            named = zip(db["column_names_original"], db["column_names"], db["column_types"], strict=True)
            schemas[db["db_id"], table.lower()] = [(o[1], n[1], kind) for o, n, kind in named if o[0] == t]
            names[db["db_id"], table.lower()] = db["table_names"][t]
    found: list[tuple[tuple[str, str], str, Sketch]] = []
    cells: dict[tuple[tuple[str, str], int], set[str]] = defaultdict(set)
    for row in read_jsonl(data / "bull_train.jsonl"):
        key = next(
            (k for k in schemas if k[0] == row["db_name"] and f" {k[1]} " in f" {_spaced(row['sql_query'])} "), None
        )
        if key is None:
            continue
        try:
            sketch = parse(row["sql_query"], {c[0].lower(): i for i, c in enumerate(schemas[key])}, TODAY)
        except NotASketch:
            continue
        for c in sketch.conditions:
            if c.value and c.value.kind == "text":
                cells[key, c.term.expr.column].add(c.value.text)
        found.append((key, row["question"], sketch))
    for key, question, sketch in found:
        columns = schemas[key]
        used = sorted(used_columns(sketch) - {ALL})
        rest = [i for i in range(len(columns)) if i not in used and columns[i][0].lower() not in ("id",)]
        kept = used + rng.sample(rest, min(len(rest), rng.randint(3, 10)))
        rng.shuffle(kept)
        fields = []
        for i in kept:
            _, name, kind = columns[i]
            dated = "日期" in name or "时间" in name
            of_type: ColumnType = "date" if dated else "text" if kind.startswith("text") else "number"
            pool = sorted(cells[key, i]) if rng.random() < 0.6 else []
            fields.append(Field(name, of_type, values=tuple(rng.sample(pool, min(len(pool), 60)))))
        moved = renumbered(sketch, {old: new for new, old in enumerate(kept)})
        yield linked(Example(fold(question), fields, typed(moved, fields), "bull"))


def _spaced(sql: str) -> str:
    return " ".join(sql.lower().replace("`", "").replace(";", " ").replace(",", " ").split())


def tableqa(path: Path, rng: random.Random, cells: bool = True) -> Iterator[Example]:
    """TableQA's questions with the known columns of their table and 3 to 6 of others.

    `cells`: the values of all questions' conditions on a column serve as its cells, for three questions of five; else
    a column has none and values are read from the question.
    """
    rows = list(read_jsonl(path))
    headers: dict[str, dict[str, str]] = defaultdict(dict)
    pools: dict[tuple[str, str], set[str]] = defaultdict(set)
    kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        headers[row["table_id"]].update(row["known_header"])
        for column, operator, value in row["sql"]["conds"]:
            pools[row["table_id"], str(column)].add(str(value))
            kinds[row["table_id"], str(column)].add("number" if operator in (0, 1) else "any")
        for column, code in zip(row["sql"]["sel"], row["sql"]["agg"], strict=True):
            if code in (1, 2, 3, 5):
                kinds[row["table_id"], str(column)].add("number")
    every = sorted({(name, t, c) for t, h in headers.items() for c, name in h.items()})
    for row in rows:
        mine = headers[row["table_id"]]
        others = [(n, t, c) for n, t, c in rng.sample(every, 12) if n not in mine.values()][: rng.randint(3, 6)]
        slots = [(name, row["table_id"], c) for c, name in mine.items()] + others
        rng.shuffle(slots)
        shown = cells and rng.random() < 0.6
        fields = [_tableqa_field(name, pools[t, c], kinds[t, c], shown) for name, t, c in slots]
        place = {int(c): i for i, (_, t, c) in enumerate(slots) if t == row["table_id"]}
        sql = row["sql"]
        sketch = Sketch(
            tuple(Term(Expr(place[c]), TABLEQA_AGGREGATES[a]) for c, a in zip(sql["sel"], sql["agg"], strict=True)),
            conditions=tuple(
                Condition(Term(Expr(place[c])), TABLEQA_OPERATORS[op], Value("text", str(v)))
                for c, op, v in sql["conds"]
            ),
            connective="or" if sql["cond_conn_op"] == 2 else "and",
        )
        yield linked(Example(fold(row["question"]), fields, typed(sketch, fields), "tableqa"))


def _tableqa_field(name: str, pool: set[str], kinds: set[str], shown: bool) -> Field:
    numbers = [as_float(v) for v in pool]
    numeric = "number" in kinds or (bool(pool) and all(n is not None for n in numbers))
    if numeric:
        known = [n for n in numbers if n is not None] if shown else []
        return Field(name, "number", minimum=min(known, default=None), maximum=max(known, default=None))
    return Field(name, "text", values=tuple(sorted(pool)) if shown else ())


def imtqa(path: Path) -> Iterator[Example]:
    """IM-TQA: a query is made that gives the answer's cells; questions where none is sure are left out."""
    tables: dict[str, tuple[Table, list[Field]]] = {}
    for row in read_jsonl(path):
        found = row["table"]
        key = json.dumps(found, ensure_ascii=False)
        if key not in tables:
            try:
                table = to_table(found)
            except InputError:
                continue
            tables[key] = table, fields_of(table)
        table, fields = tables[key]
        sketch = _cells_sketch(row, table)
        if sketch is not None:
            yield linked(Example(fold(row["question"]), fields, sketch, "imtqa"))


def _cells_sketch(row: dict[str, Any], table: Table) -> Sketch | None:
    rows = [r for r in row["table"]["rows"] if any(str(c).strip() for c in r)]
    answers = [str(a) for a in row["answer"]]
    if len(rows) != len(table) or any(len(r) != len(table.columns) for r in rows):
        return None
    question = row["question"]
    for i in range(len(table.columns)):
        if len(rows) > 1 and sorted(str(r[i]) for r in rows if str(r[i])) == sorted(answers) and len(answers) > 1:
            return Sketch((Term(Expr(i)),))
    label = next((i for i, c in enumerate(table.columns) if c.type == "text"), None)
    if label is None:
        return None
    columns = _answer_columns(rows, answers, question, [c.name for c in table.columns])
    if columns is None:
        return None
    chosen, picked = columns
    if len(rows) == 1:
        return Sketch(tuple(Term(Expr(i)) for i in chosen))
    labels = [str(rows[r][label]) for r in picked]
    if any(not text for text in labels) or any(sum(str(r[label]) == text for r in rows) > 1 for text in labels):
        return None
    conditions = tuple(Condition(Term(Expr(label)), "=", Value("text", text)) for text in labels)
    return Sketch(tuple(Term(Expr(i)) for i in chosen), conditions=conditions)


def _answer_columns(
    rows: Sequence[Sequence[object]], answers: Sequence[str], question: str, names: Sequence[str]
) -> tuple[list[int], list[int]] | None:
    """Columns and rows whose cells are the answers: one row, or one column, the likest to the question."""
    best: tuple[float, list[int], list[int]] | None = None
    for r, cells in enumerate(rows):
        places = [[i for i, c in enumerate(cells) if str(c) == a] for a in answers]
        if all(places):
            columns = [max(p, key=lambda i: fuzz.partial_ratio(names[i], question)) for p in places]
            label = next((str(c) for c in cells if str(c)), "")
            score = fuzz.partial_ratio(label, question) + sum(
                fuzz.partial_ratio(names[i], question) for i in columns
            ) / len(columns)
            if len(set(columns)) == len(columns) and (best is None or score > best[0]):
                best = score, columns, [r]
    if best is None and len(answers) > 1:
        for i, name in enumerate(names):
            found = [next((r for r, cells in enumerate(rows) if str(cells[i]) == a), None) for a in answers]
            score = fuzz.partial_ratio(name, question)
            if None not in found and (best is None or score > best[0]):
                best = score, [i], [r for r in found if r is not None]
    return (best[1], best[2]) if best else None
