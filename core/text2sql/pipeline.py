"""Text-to-SQL behind one call: a question and a table in; the query, its rows and what it understood out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from core.backbone.causal import CausalLM
from core.backbone.weights import load_model, load_served, moved
from core.cache import Cache
from core.errors import InputError
from core.pipeline import Pipeline, Progress, attempt
from core.text import check_text, normalise
from core.text2sql.answer import SURE, Answer, Proposal, doubts, found, guided
from core.text2sql.assumed import assumed
from core.text2sql.candidates import Known, known_of
from core.text2sql.carried import carried
from core.text2sql.database import open_database
from core.text2sql.explain import inside
from core.text2sql.filler import Filled, SketchFiller
from core.text2sql.form_filler import FormFiller
from core.text2sql.form_filler import Written as FormWritten
from core.text2sql.form_model import FormConfig, FormModel
from core.text2sql.linking import Linker, linker_of
from core.text2sql.model import SketchConfig, SketchModel
from core.text2sql.proposals import fault_of, of_form, of_sketch, of_sql, query_of, read_query, rows_of, with_sketch
from core.text2sql.refusal import is_chat, refusal
from core.text2sql.request import MAX_QUESTION, context_of, table_of
from core.text2sql.said import dated
from core.text2sql.sketch import Sketch
from core.text2sql.sql_generator import SQLGenerator
from core.text2sql.table import Table
from core.text2sql.task import Ask

__all__ = ["MAX_QUESTION", "Question", "Text2SQLPipeline", "query_of", "read_query"]

# A form that finds nothing gives way to one that does only where that is at least so likely beside it.
_NEARLY = 0.5
_LINKERS: Cache[str, Linker] = Cache()
_KNOWN: Cache[str, Known] = Cache()


@dataclass(frozen=True)
class Question:
    """A question about a table; `today` is the day that 去年 is seen from, `most` how many proposals are weighed,
    `context` what was asked before, oldest first."""

    text: str
    table: Table
    today: date
    most: int = 4
    context: tuple[str, ...] = ()


# What the writer gives: the blanks of a query, filled, or forms, or queries with their probabilities.
Written = Filled | FormWritten | list[tuple[str, float]]
Decoded = tuple[Written, list[Proposal]]


class Text2SQLPipeline(Pipeline[Question, Question, Written, Decoded, Answer]):
    """A writer of queries and the tables it is asked about: the bundled filler, of forms or of sketches, or a causal
    language model."""

    task = "text2sql"
    batch = together = 1

    def __init__(self, writer: SketchFiller | FormFiller | SQLGenerator) -> None:
        self.writer = writer

    @classmethod
    def from_folder(cls, folder: Path, device: str) -> Text2SQLPipeline:
        from transformers import AutoTokenizer

        kind = _config(folder)["model_type"]
        if kind == SketchConfig.model_type:
            tokenizer = AutoTokenizer.from_pretrained(folder)
            return cls(SketchFiller(moved(load_model(SketchModel, folder), device), tokenizer))
        if kind == FormConfig.model_type:
            tokenizer = AutoTokenizer.from_pretrained(folder)
            return cls(FormFiller(load_served(FormModel, folder, device), tokenizer))
        return cls(SQLGenerator(CausalLM.from_folder(folder, device)))

    def __call__(
        self,
        question: str,
        table: Table,
        today: date | None = None,
        most: int = 4,
        context: Sequence[str] = (),
    ) -> Answer:
        """Understand `question` about `table`, build the query and run it.

        `most`: proposals to weigh, the best included. `today`: the day that 去年 is seen from. `context`: what was
        asked before, oldest first.

        Raises:
            InputError: no question, a question of more than 200 characters, more than 8 before it, or no query that
                runs.
        """
        asked = check_text(question, MAX_QUESTION)
        return self.ask(Question(asked, table, today or date.today(), most, context_of(context)))

    @classmethod
    def normalise(cls, request: Ask) -> Question:
        question = check_text(request.question, MAX_QUESTION)
        return Question(question, table_of(request), date.today(), context=context_of(request.context))

    def answer(
        self, asked: Sequence[Question | InputError], progress: Progress | None = None
    ) -> list[Answer | InputError]:
        return [
            a if isinstance(q, InputError) or isinstance(a, InputError) else attempt(self._found, q, a)
            for q, a in zip(asked, super().answer(asked, progress), strict=True)
        ]

    def _found(self, asked: Question, answer: Answer) -> Answer:
        if not found(answer.best) and _timed(answer):
            # Tables of past years are asked about 去年 too: then the year before their latest.
            latest = _latest(asked.table)
            if latest and latest < asked.today:
                [again] = super().answer([replace(asked, today=latest)])
                if isinstance(again, Answer) and found(again.best):
                    answer = replace(again, anchored=latest)
        if answer.best.rows is None:
            if answer.refusal:
                raise InputError(answer.refusal.zh, answer.refusal.en)
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
        if isinstance(self.writer, SQLGenerator):
            return self.writer(
                asked.text, asked.table, asked.today, lambda sql: fault_of(sql, asked.table), asked.context
            )
        linker = self.linker(asked.table)
        known = _KNOWN.get_or_build(
            asked.table.key, lambda: known_of(linker, asked.table), lambda _: asked.table.size // 2 + 1_000
        )
        return self.writer(asked.text, asked.context, linker, asked.today, asked.most, known)

    def decode(self, asked: Question, pieces: Sequence[Question], seen: Sequence[Written]) -> Decoded:
        """The queries that may have been meant, each run, the best first."""
        [written] = seen
        table, today = asked.table, asked.today
        if isinstance(written, Filled):
            ranked = [
                of_sketch(r.sketch, table, r.probability, r.linked, rows_of(query_of(r.sketch, table), table))
                for r in written.ranked
            ]
            return written, guided(ranked)
        if isinstance(written, list):
            return written, guided([of_sql(sql, table, p, today) for sql, p in written])
        forms = []
        for reading in written.readings:
            proposal = of_form(reading.form, table, reading.probability)
            if proposal is not None:
                forms.append(proposal)
                if proposal.probability >= SURE and found(proposal):
                    break  # others would not be shown beside it
        if not forms:
            raise InputError("没有找到能执行的查询，请换个问法", "found no query that runs; please ask in other words")
        return written, guided(forms, _NEARLY)

    def result(self, asked: Question, decoded: Decoded) -> Answer:
        written, (best, *others) = decoded
        answerable = 1.0 if isinstance(written, list) else written.answerable
        if not asked.context and is_chat(asked.text, self.linker(asked.table), asked.today):
            answerable = 0.0
        answer = Answer(asked.text, asked.table, best, doubts(best, others), answerable, None, None)
        if answer.doubtful:
            answer = replace(answer, refusal=refusal(asked.text, self.linker(asked.table), asked.today))
        if isinstance(written, Filled):
            return replace(answer, filled=written)
        if isinstance(written, list):
            return answer
        [reading] = [r for r in written.readings if r.form == best.form][:1]
        best, *others = (with_sketch(p, asked.table, asked.today) for p in (best, *answer.alternatives))
        linker = self.linker(asked.table)
        over = carried(reading, written, asked.table, linker)
        taken = assumed(asked.text, written, best.form, linker, asked.today)
        return replace(
            answer,
            best=best,
            alternatives=tuple(others),
            written=written,
            carried=over,
            assumed=taken,
            unused=reading.unused,
        )

    def explain(self, answer: Answer) -> dict[str, Any]:
        """What the filler saw, with its probabilities: see `core.text2sql.explain`."""
        return inside(answer)

    def run_sketch(self, sketch: Sketch, table: Table) -> Proposal:
        """The query of a sketch that a user has changed.

        Raises:
            InputError: the query fails.
        """
        rows = open_database(table).run(query_of(sketch, table))
        return of_sketch(sketch, table, 1.0, (), rows)

    def linker(self, table: Table) -> Linker:
        """The table's columns, ready to be found in questions; kept for the next question."""
        return _LINKERS.get_or_build(table.key, lambda: linker_of(table), lambda _: table.size // 2 + 1_000)


def _config(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return found


def _timed(answer: Answer) -> bool:
    """Whether a condition is on a time: it may have been counted from today."""
    best = answer.best
    if answer.filled is None or best.sketch is None:
        return answer.written is not None and best.form is not None and dated(best.form)
    return any(
        c.value and (c.value.kind in ("age", "date", "month") or 1900 <= (c.value.number or 0) <= 2200)
        for c in best.sketch.conditions
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
