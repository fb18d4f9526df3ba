"""Text-to-SQL behind one call: a question and a table in; the query, its rows and what it understood out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from core.backbone.causal import CausalLM
from core.backbone.weights import load_model, moved
from core.cache import Cache
from core.errors import InputError
from core.pipeline import Pipeline, Progress, attempt
from core.text import check_text, normalise
from core.text2sql.answer import Answer, Proposal, doubts, found, guided
from core.text2sql.database import Rows, open_database
from core.text2sql.explain import inside
from core.text2sql.fields import field_of
from core.text2sql.filler import Filled, SketchFiller
from core.text2sql.linking import Candidate, Linker
from core.text2sql.model import SketchConfig, SketchModel
from core.text2sql.parse import NotASketch, parse
from core.text2sql.plain_words import read_aloud
from core.text2sql.request import table_of
from core.text2sql.sketch import Sketch
from core.text2sql.sql import to_sql
from core.text2sql.sql_generator import SQLGenerator
from core.text2sql.table import Table
from core.text2sql.task import Ask

MAX_QUESTION = 200
# Distinct cells of all columns that are looked for in a question.
_LINKED_CELLS = 60_000
_LINKERS: Cache[str, Linker] = Cache()


@dataclass(frozen=True)
class Question:
    """A question about a table; `today` is the day that 去年 is seen from, `most` how many proposals are weighed."""

    text: str
    table: Table
    today: date
    most: int = 4


# What the writer gives: the blanks of a query, filled, or queries with their probabilities.
Written = Filled | list[tuple[str, float]]


class Text2SQLPipeline(Pipeline[Question, Question, Written, tuple[Filled | None, list[Proposal]], Answer]):
    """A writer of queries, the bundled sketch filler or a causal language model, and the tables it is asked about."""

    task = "text2sql"
    batch = together = 1

    def __init__(self, writer: SketchFiller | SQLGenerator) -> None:
        self.writer = writer

    @classmethod
    def from_folder(cls, folder: Path, device: str) -> Text2SQLPipeline:
        from transformers import AutoTokenizer

        if _config(folder)["model_type"] == SketchConfig.model_type:
            tokenizer = AutoTokenizer.from_pretrained(folder)
            return cls(SketchFiller(moved(load_model(SketchModel, folder), device), tokenizer))
        return cls(SQLGenerator(CausalLM.from_folder(folder, device)))

    def __call__(self, question: str, table: Table, today: date | None = None, most: int = 4) -> Answer:
        """Understand `question` about `table`, build the query and run it.

        `most`: proposals to weigh, the best included. `today`: the day that 去年 is seen from.

        Raises:
            InputError: no question, a question of more than 200 characters, or no query that runs.
        """
        return self.ask(Question(check_text(question, MAX_QUESTION), table, today or date.today(), most))

    @classmethod
    def normalise(cls, request: Ask) -> Question:
        question = check_text(request.question, MAX_QUESTION)
        return Question(question, table_of(request), date.today())

    def answer(
        self, asked: Sequence[Question | InputError], progress: Progress | None = None
    ) -> list[Answer | InputError]:
        return [
            a if isinstance(q, InputError) or isinstance(a, InputError) else attempt(self._found, q, a)
            for q, a in zip(asked, super().answer(asked, progress), strict=True)
        ]

    def _found(self, asked: Question, answer: Answer) -> Answer:
        if answer.best.sketch and not found(answer.best) and _timed(answer.best.sketch):
            # Tables of past years are asked about 去年 too: then the year before their latest.
            latest = _latest(asked.table)
            if latest and latest < asked.today:
                [again] = super().answer([replace(asked, today=latest)])
                if isinstance(again, Answer) and found(again.best):
                    answer = replace(again, anchored=latest)
        if answer.best.rows is None:
            raise InputError("没有找到能执行的查询，请换个问法", "found no query that runs; please ask in other words")
        return answer

    def encode(self, asked: Question) -> list[Question]:
        """The question and its table: the writers have tokens of their own for both."""
        return [asked]

    def model(self, pieces: Sequence[Question]) -> list[Written]:
        return [self._write(piece) for piece in pieces]

    def _write(self, asked: Question) -> Written:
        if isinstance(self.writer, SketchFiller):
            text = normalise(asked.text).text.strip()
            return self.writer(text, self.linker(asked.table), asked.today, asked.most)
        return self.writer(asked.text, asked.table, asked.today, lambda sql: _fault(sql, asked.table))

    def decode(
        self, asked: Question, pieces: Sequence[Question], seen: Sequence[Written]
    ) -> tuple[Filled | None, list[Proposal]]:
        """The queries that may have been meant, each run, the best first."""
        [written] = seen
        if isinstance(written, Filled):
            ranked = [self._propose(r.sketch, asked.table, r.probability, r.linked) for r in written.ranked]
            return written, guided(ranked)
        return None, guided([self._judge(sql, asked.table, p, asked.today) for sql, p in written])

    def result(self, asked: Question, decoded: tuple[Filled | None, list[Proposal]]) -> Answer:
        filled, (best, *others) = decoded
        answerable = filled.answerable if filled else 1.0
        return Answer(asked.text, asked.table, best, doubts(best, others), answerable, None, filled)

    def explain(self, answer: Answer) -> dict[str, Any]:
        """The filled sketch of an answer with its probabilities: see `core.text2sql.explain`."""
        return inside(answer)

    def run_sketch(self, sketch: Sketch, table: Table) -> Proposal:
        """The query of a sketch that a user has changed.

        Raises:
            InputError: the query fails.
        """
        rows = open_database(table).run(query_of(sketch, table))
        return self._shown(sketch, table, 1.0, (), rows)

    def linker(self, table: Table) -> Linker:
        """The table's columns, ready to be found in questions; kept for the next question."""
        return _LINKERS.get_or_build(table.key, lambda: _linker(table), lambda _: table.size // 2 + 1_000)

    def _propose(
        self, sketch: Sketch, table: Table, probability: float, linked: tuple[Candidate | None, ...]
    ) -> Proposal:
        try:
            rows: Rows | None = open_database(table).run(query_of(sketch, table))
        except InputError:
            rows = None
        return self._shown(sketch, table, probability, linked, rows)

    def _shown(
        self,
        sketch: Sketch,
        table: Table,
        probability: float,
        linked: tuple[Candidate | None, ...],
        rows: Rows | None,
    ) -> Proposal:
        sql = query_of(sketch, table, pretty=True)
        return Proposal(sketch, sql, read_aloud(sketch, table), probability, linked, rows)

    def _judge(self, sql: str, table: Table, probability: float, today: date) -> Proposal:
        """A query that a language model wrote, as one that a stranger typed."""
        try:
            rows: Rows | None = open_database(table).run(sql)
        except InputError:
            rows = None
        return replace(read_query(sql, table, today), probability=probability, rows=rows)


def _config(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return found


def _fault(sql: str, table: Table) -> str | None:
    """What is wrong with a query; None if it runs."""
    try:
        open_database(table).run(sql)
    except InputError as error:
        return error.en
    return None


def query_of(sketch: Sketch, table: Table, pretty: bool = False) -> str:
    """The SQL of `sketch` over `table`."""
    dates = frozenset(i for i, c in enumerate(table.columns) if c.type == "date")
    return to_sql(sketch, [c.name for c in table.columns], table.name, pretty, dates)


def read_query(sql: str, table: Table, today: date) -> Proposal:
    """A query as a proposal that has not been run: with the sketch and the words for it, where a sketch can say it."""
    names = {c.name.lower(): i for i, c in enumerate(table.columns)}
    try:
        sketch: Sketch | None = parse(sql, names, today)
    except (NotASketch, ValueError, KeyError, AttributeError, IndexError, RecursionError):
        # A query that sketches have no blanks for is still one that can be run.
        sketch = None
    return Proposal(sketch, sql, read_aloud(sketch, table) if sketch else {"zh": "", "en": ""}, 1.0, (), None)


def _linker(table: Table) -> Linker:
    """Few distinct cells first: a column of 200,000 different ones is rarely asked by value."""
    room = _LINKED_CELLS
    values: dict[int, list[str]] = {}
    for i in sorted(range(len(table.columns)), key=lambda i: table.columns[i].distinct):
        values[i] = table.values(i, room) if room and table.columns[i].type == "text" else []
        room -= len(values[i])
    return Linker([field_of(c, values[i]) for i, c in enumerate(table.columns)])


def _timed(sketch: Sketch) -> bool:
    """Whether a condition is on a time: it may have been counted from today."""
    return any(
        c.value and (c.value.kind in ("age", "date", "month") or 1900 <= (c.value.number or 0) <= 2200)
        for c in sketch.conditions
    )


def _latest(table: Table) -> date | None:
    """The latest day in the table; in one with years only, the last day of the latest year."""
    days = [c.maximum for c in table.columns if c.type == "date" and c.maximum is not None]
    if days:
        newest = max(d.date() if hasattr(d, "date") else d for d in days)
        return date(newest.year, newest.month, newest.day)
    years = [
        int(c.maximum)
        for c in table.columns
        if c.type == "number" and c.maximum is not None and 1000 <= c.minimum <= c.maximum <= 2200
    ]
    return date(max(years), 12, 31) if years else None
