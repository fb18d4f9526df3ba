"""Makes questions table by table, and leaves out what is empty, wrong or repeated."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from training.text2sql.made import (
    between_columns,
    dated,
    distinct,
    figures,
    follow_ups,
    groups,
    logic,
    ranking,
    rows,
    steps,
)
from training.text2sql.made.check import Database
from training.text2sql.made.invent import invented
from training.text2sql.made.made import Made, Maker
from training.text2sql.made.sources import Others, written_tables
from training.text2sql.made.speech import finish, tidy
from training.text2sql.made.unanswerable import Foreign, foreign_columns, unanswerable
from training.text2sql.made.vary import varied
from training.text2sql.made.view import View

MAKERS: dict[str, tuple[float, Maker]] = {
    "list": (8.6, rows.list_rows), "count": (5.6, rows.count_rows), "aggregate": (7.2, figures.aggregate), "group": (5.2, groups.group), "superlative": (5.4, ranking.superlative),
    "arithmetic": (3.2, between_columns.arithmetic), "share": (2.9, figures.share), "best_in_group": (2.4, ranking.best_in_group), "null": (2.3, rows.nulls), "having": (2.4, groups.having),
    "group_superlative": (2.6, groups.group_superlative), "column_compare": (2.1, between_columns.column_compare), "text_match": (2.2, rows.text_match), "mixed_logic": (2.2, logic.mixed_logic),
    "top_n": (2.2, ranking.top_n), "date_filter": (2.2, dated.date_filter), "difference": (2.1, figures.difference), "vs_average": (2.1, rows.vs_average), "nth": (1.9, ranking.nth),
    "count_distinct": (1.9, distinct.count_distinct), "row_total": (2.9, figures.row_total), "date_group": (2.0, dated.date_group), "or_not_in": (2.0, logic.or_not_in), "mode": (1.9, distinct.mode),
    "change": (1.9, steps.change), "recent": (1.9, dated.recent), "date_diff": (2.2, steps.date_diff), "range": (1.9, rows.range_of), "count_groups": (1.9, groups.count_groups),
    "top_percent": (1.8, ranking.top_percent), "group_vs_overall": (1.8, groups.group_vs_overall), "cumulative": (2.1, steps.cumulative), "duplicates": (1.8, distinct.duplicates), "follow_up": (9.5, follow_ups.follow_up),
}  # fmt: skip
UNANSWERABLE = 9.2
PER_TABLE = 40
_MAY_BE_EMPTY = 0.06


def tables(data: Path, rng: random.Random) -> Iterator[dict[str, Any]]:
    """Tables without end: written, found and invented ones, each a little different."""
    folder = data / "text2sql"
    written = written_tables(folder)
    others = Others(folder)
    number = 0
    while True:
        number += 1
        roll = rng.random()
        if roll < 0.36:
            yield varied(rng.choice(written), number, rng)
        elif roll < 0.46:
            yield varied(others.draw(rng), number, rng)
        else:
            yield invented(number, rng)


def _balance(wanted: dict[str, float], made: Counter[str], rng: random.Random, tries: int) -> list[str]:
    """Kinds to try: those most behind their weight more often."""
    total = sum(made.values()) + 1
    whole = sum(wanted.values())
    need = [w / whole * min(4.0, max(0.05, (w / whole * total + 20) / (made[k] + 20)) ** 4) for k, w in wanted.items()]
    return rng.choices(list(wanted), need, k=tries)


def questions_of(view: View, kinds: Sequence[str], foreign: Sequence[Foreign]) -> Iterator[Made]:
    """Questions over one table; those that cannot be made are left out."""
    for kind in kinds:
        if kind == "unanswerable":
            text = unanswerable(view, foreign)
            if text:
                yield Made(text, "", kind)
            continue
        for _ in range(3):
            made = MAKERS[kind][1](view)
            if made is not None:
                yield made
                break


def _empty(answer: list[tuple[Any, ...]], sql: str) -> bool:
    return not answer or (len(answer) == 1 and all(x is None for x in answer[0])) or (sql.startswith("SELECT COUNT(*) FROM t") and answer == [(0,)])


def generate(
    data: Path, count: int, seed: int, run_share: float = 1.0
) -> Iterator[tuple[dict[str, Any] | None, dict[str, Any] | None]]:
    """Tables and, after each, its rows: (table, None) or (None, row). `run_share` of the SQL is run."""
    rng = random.Random(seed)
    database = Database()
    wanted = {k: w for k, (w, _) in MAKERS.items()} | {"unanswerable": UNANSWERABLE}
    done: Counter[str] = Counter()
    foreign: list[Foreign] = []
    stream = tables(data, rng)
    pool = [next(stream) for _ in range(300)]
    foreign = [f for f in foreign_columns(pool) if f[0][0] not in "周Q第其"]
    total = 0
    while total < count:
        table = pool.pop() if pool else next(stream)
        table["table_id"] = f"made-{seed}-{table['table_id'][1:]}"
        view = View(table, rng)
        if not view.usable:
            continue
        seen: set[str] = set()
        kept: list[dict[str, Any]] = []
        database.load(table)
        for made in questions_of(view, _balance(wanted, done, rng, PER_TABLE), foreign):
            row = _row(made, table, view, rng)
            if row is None or row["question"] in seen:
                continue
            if made.sql and (rng.random() < run_share or made.sql.count(" AND ") > 1):
                try:
                    answer = database.run(made.sql)
                except duckdb.Error as error:
                    raise ValueError(f"{made.kind}: {made.question}: {made.sql}") from error
                if _empty(answer, made.sql) and rng.random() > _MAY_BE_EMPTY:
                    continue
                if made.kind in ("list", "null", "vs_average", "column_compare") and len(answer) == view.size > 5:
                    continue
            seen.add(row["question"])
            done[made.kind] += 1
            kept.append(row)
        if kept:
            yield table, None
            for row in kept[: count - total]:
                yield None, row
            total += len(kept)


def _row(made: Made, table: dict[str, Any], view: View, rng: random.Random) -> dict[str, Any] | None:
    short = made.kind == "follow_up"
    question = tidy(made.question, rng) if short and rng.random() < 0.9 else finish(made.question, rng)
    if not 2 <= len(question) <= 60 or "None" in question:
        return None
    row: dict[str, Any] = {"table_id": table["table_id"], "question": question, "sql": made.sql or None, "kind": made.kind}
    if made.context:
        row["context"] = [tidy(q, rng) for q, _ in made.context]
        row["context_sql"] = [s for _, s in made.context]
    row["answerable"] = made.kind != "unanswerable"
    return row
