"""The data sets as examples: each gives what it has.

SPDB, RETQA and BULL have SQL, TableQA the challenge's sketches (without cells), IM-TQA the cells that answer.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from rapidfuzz import fuzz

from core.errors import InputError
from core.text2sql.linking import Field, Linker, fold, value_for
from core.text2sql.literals import Span as Literal
from core.text2sql.literals import find_literals
from core.text2sql.sketch import ALL, Aggregate, Condition, Expr, Sketch, Term, Value, renumbered, used_columns
from core.text2sql.table import Table, build_table
from training.common import read_jsonl
from training.text2sql.examples import TODAY, Example, Span, fields_of
from training.text2sql.parse import NotASketch, parse

# The challenge's codes.
TABLEQA_AGGREGATES: tuple[Aggregate, ...] = ("", "AVG", "MAX", "MIN", "COUNT", "SUM")
TABLEQA_OPERATORS = (">", "<", "=", "!=")


def to_table(found: dict[str, Any]) -> Table:
    return build_table(found["header"], found["rows"], found.get("types"), found.get("name") or "")


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
            columns = zip(db["column_names_original"], db["column_names"], db["column_types"], strict=True)
            schemas[db["db_id"], table.lower()] = [(o[1], n[1], kind) for o, n, kind in columns if o[0] == t]
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
        used = sorted(_columns(sketch))
        rest = [i for i in range(len(columns)) if i not in used and columns[i][0].lower() not in ("id",)]
        kept = used + rng.sample(rest, min(len(rest), rng.randint(3, 10)))
        rng.shuffle(kept)
        fields = []
        for i in kept:
            _, name, kind = columns[i]
            dated = "日期" in name or "时间" in name
            of_type: Any = "date" if dated else "text" if kind.startswith("text") else "number"
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
                Condition(Term(Expr(place[c])), TABLEQA_OPERATORS[op], Value("text", str(v)))  # type: ignore[arg-type]
                for c, op, v in sql["conds"]
            ),
            connective="or" if sql["cond_conn_op"] == 2 else "and",
        )
        yield linked(Example(fold(row["question"]), fields, typed(sketch, fields), "tableqa"))


def _tableqa_field(name: str, pool: set[str], kinds: set[str], shown: bool) -> Field:
    numbers = [_float(v) for v in pool]
    numeric = "number" in kinds or (bool(pool) and all(n is not None for n in numbers))
    if numeric:
        known = [n for n in numbers if n is not None] if shown else []
        return Field(name, "number", minimum=min(known, default=None), maximum=max(known, default=None))
    return Field(name, "text", values=tuple(sorted(pool)) if shown else ())


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


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
    rows: Sequence[Sequence[Any]], answers: Sequence[str], question: str, names: Sequence[str]
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


def _columns(sketch: Sketch) -> set[int]:
    return used_columns(sketch) - {ALL}


def typed(sketch: Sketch, fields: Sequence[Field]) -> Sketch:
    """Values as their columns hold them: '2015' among numbers is a number, '2017-09-09' among dates a day."""
    conditions = []
    for c in sketch.conditions:
        i, v = c.term.expr.column, c.value
        if v and v.kind in ("text", "number") and i >= 0 and not c.term.aggregate and c.term.expr.other is None:
            kind = fields[i].type
            written = v.text if v.kind == "text" else f"{v.number:g}"
            number = _float(written.rstrip("%")) if v.kind == "text" else v.number
            if kind == "number" and number is not None:
                v = Value("number", number=number)
            elif kind == "text" and v.kind == "number":
                v = Value("text", written)
            elif kind == "date" and v.kind == "text":
                spans = [s for s in find_literals(written, TODAY) if s.kind == "date"]
                v = Value("date", begin=spans[0].begin, until=spans[0].until) if spans else v
        conditions.append(replace(c, value=v))
    return replace(sketch, conditions=tuple(conditions))


def linked(example: Example) -> Example:
    """The example with the places of its values in the question, where they stand there word for word."""
    example.spans = [_place(example, c) for c in example.sketch.conditions]
    literals = [s for s in find_literals(example.question, TODAY) if s.kind == "number" and s.scale == 1]
    for name, n in (("limit", example.sketch.limit), ("shortlist", (example.sketch.shortlist or (None, None))[1])):
        place = next(((s.start, s.end) for s in literals if n and s.number == n), None)
        setattr(example, name, place)
    return example


def _place(example: Example, condition: Condition) -> Span | None:
    """Where the condition's value stands; of several places (甲大于1且乙大于1) the one nearest to its column's name."""
    value, question = condition.value, example.question
    if value is None or value.kind == "column":
        return None
    if value.kind == "text":
        text = fold(value.text)
        found = [(m.start(), m.end()) for m in re.finditer(re.escape(text), question)] if text else []
    else:
        found = [(s.start, s.end) for s in find_literals(question, TODAY) if _says(s, condition, example.fields)]
    column = condition.term.expr.column
    if len(found) < 2 or column < 0:
        return found[0] if found else None
    linker = Linker(example.fields)
    return min(found, key=lambda span: linker.distance(question, span, column))


def _says(literal: Literal, condition: Condition, fields: Sequence[Field]) -> bool:
    """Whether a number or date of the question is the condition's value, in whatever unit."""
    value, expr = condition.value, condition.term.expr
    plain = expr.column >= 0 and not condition.term.aggregate and expr.other is None
    if plain:
        meant = value_for(literal, fields[expr.column], TODAY)
    else:
        meant = Value("number", number=literal.number * literal.scale) if literal.kind == "number" else None
    if meant is None or value is None:
        return False
    same_number = value.kind == "number" and literal.kind == "number" and literal.number == value.number
    return meant == value or same_number


GrammarTable = tuple[list[Field], list[list[object]], str]


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


def _cells(table: Table, i: int) -> list[object]:
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
