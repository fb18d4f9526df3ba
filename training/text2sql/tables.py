"""The tables that the grammar asks about, and questions that their table cannot answer."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from core.errors import InputError
from core.text2sql.fields import Field
from core.text2sql.sketch import ALL, Expr, Sketch, Term
from core.text2sql.table import Table
from training.common import read_jsonl
from training.text2sql.examples import Example, fields_of, to_table

GrammarTable = tuple[list[Field], list[Sequence[object]], str]


def grammar_tables(data: Path) -> list[GrammarTable]:
    """Columns, cells and name of every table that questions can be made over."""
    found: list[dict[str, Any]] = list(read_jsonl(data / "dusql_tables.jsonl"))
    seen: set[str] = set()
    for name in ("spdb_train", "imtqa_vertical_train", "retqa_train"):
        for row in read_jsonl(data / f"{name}.jsonl"):
            key = json.dumps(row["table"]["header"], ensure_ascii=False) + str(row["table"].get("name"))
            if key not in seen and (name != "retqa_train" or len(seen) % 12 == 0):
                found.append(row["table"])
            seen.add(key)
    tables: list[GrammarTable] = []
    for one in found:
        try:
            table = to_table(one)
        except InputError:
            continue
        if len(table.columns) >= 2 and len(table):
            tables.append((fields_of(table), [_cells(table, i) for i in range(len(table.columns))], table.name))
    return tables


def _cells(table: Table, i: int) -> Sequence[object]:
    column = table.frame.iloc[:, i].dropna()
    kind = table.columns[i].type
    if kind == "date":
        return [d.date() for d in pd.to_datetime(column)][:200]
    if kind == "number":
        return [float(x) for x in column][:200]
    return [str(x) for x in column][:200]


def pad_cells(tables: Sequence[GrammarTable], rng: random.Random) -> list[GrammarTable]:
    """Tables with more cells in columns of text, of columns of the same name: five rows are few to ask about."""
    pool: dict[str, set[str]] = defaultdict(set)
    for fields, cells, _ in tables:
        for f, c in zip(fields, cells, strict=True):
            if f.type == "text":
                pool[f.name].update(str(x) for x in c)
    out: list[GrammarTable] = []
    for fields, cells, name in tables:
        new_fields, new_cells = list(fields), list(cells)
        for i, f in enumerate(fields):
            more = sorted(pool[f.name] - set(f.values))
            if f.type == "text" and more:
                extra = rng.sample(more, min(len(more), 12))
                new_fields[i] = replace(f, values=(*f.values, *extra))
                new_cells[i] = [*cells[i], *extra]
        out.append((new_fields, new_cells, name))
    return out


def one_of(examples: Sequence[Example], fields: Sequence[Field], rng: random.Random) -> Example:
    """A question of `examples` put to a table that cannot answer it."""
    return replace(
        rng.choice(examples), fields=fields, sketch=Sketch((Term(Expr(ALL)),)), spans=[], limit=None, shortlist=None,
        answerable=False, source="other table",
    )  # fmt: skip
