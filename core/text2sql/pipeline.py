"""Text-to-SQL behind one call: a question and a table in; the query, its rows and what it understood out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cache import Cache
from core.errors import InputError
from core.pipeline import Pipeline, Result
from core.text import check_text, normalise
from core.text2sql.answer import Answer, Proposal, doubts, found, guided
from core.text2sql.database import Rows, open_database
from core.text2sql.filler import Filled, SketchFiller
from core.text2sql.linking import Candidate, Linker, field_of
from core.text2sql.parse import NotASketch, parse
from core.text2sql.plain_words import read_aloud
from core.text2sql.sketch import Sketch
from core.text2sql.sql import to_sql
from core.text2sql.table import Table, build_table

if TYPE_CHECKING:
    from core.text2sql.sql_generator import SQLGenerator

MAX_QUESTION = 200
# Distinct cells of all columns that are looked for in a question.
_LINKED_CELLS = 60_000
_LINKERS: Cache[str, Linker] = Cache()


class Text2SQLPipeline(Pipeline):
    """A writer of queries, the bundled sketch filler or a causal language model, and the tables it is asked about."""

    task = "text2sql"

    def __init__(self, writer: SketchFiller | SQLGenerator) -> None:
        self.writer = writer

    @classmethod
    def from_folder(cls, folder: Path, device: str) -> Text2SQLPipeline:
        from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

        from core.backbone.weights import load_model
        from core.text2sql.model import SketchConfig, SketchModel
        from core.text2sql.sql_generator import SQLGenerator

        tokenizer = AutoTokenizer.from_pretrained(folder)
        if _config(folder)["model_type"] == SketchConfig.model_type:
            return cls(SketchFiller(load_model(SketchModel, folder).to(device), tokenizer))
        config = AutoConfig.from_pretrained(folder)
        dtype = "auto" if device != "cpu" else "float32"
        model = AutoModelForCausalLM.from_pretrained(folder, config=config, dtype=dtype)
        return cls(SQLGenerator(model.to(device), tokenizer))

    def __call__(self, question: str, table: Table, today: date | None = None, most: int = 4) -> Answer:
        """Understand `question` about `table`, build the query and run it.

        `most`: proposals to weigh, the best included. `today`: the day that 去年 is seen from.

        Raises:
            InputError: no question, a question of more than 200 characters, or no query that runs.
        """
        asked = check_text(question, MAX_QUESTION)
        today = today or date.today()
        answer = self._answer(asked, table, today, most)
        if answer.best.sketch and not found(answer.best) and _timed(answer.best.sketch):
            # Tables of past years are asked about 去年 too: then the year before their latest.
            latest = _latest(table)
            if latest and latest < today:
                again = self._answer(asked, table, latest, most)
                if found(again.best):
                    answer = replace(again, anchored=latest)
        if answer.best.rows is None:
            raise InputError("没有找到能执行的查询，请换个问法", "found no query that runs; please ask in other words")
        return answer

    def _answer(self, question: str, table: Table, today: date, most: int) -> Answer:
        filled: Filled | None = None
        if isinstance(self.writer, SketchFiller):
            filled = self.writer(normalise(question).text.strip(), self.linker(table), today, most)
            proposals = [self._propose(r.sketch, table, r.probability, r.linked) for r in filled.ranked]
        else:
            proposals = [self._judge(sql, table, p, today) for sql, p in self.writer(question, table, most)]
        best, *others = guided(proposals)
        return Answer(question, table, best, doubts(best, others), filled.answerable if filled else 1.0, None, filled)

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

    def run(self, rows: Sequence[Mapping[str, Any]]) -> list[Result | InputError]:
        results: list[Result | InputError] = []
        for row in rows:
            try:
                question = check_text(row.get("question"), MAX_QUESTION)
                results.append(self(question, read_input(row)))
            except InputError as error:
                results.append(error)
        return results


def _config(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return found


def query_of(sketch: Sketch, table: Table, pretty: bool = False) -> str:
    """The SQL of `sketch` over `table`."""
    dates = frozenset(i for i, c in enumerate(table.columns) if c.type == "date")
    return to_sql(sketch, [c.name for c in table.columns], table.name, pretty, dates)


def read_query(sql: str, table: Table, today: date) -> Proposal:
    """A query as a proposal that has not been run: with the sketch and the words for it, where a sketch can say it."""
    names = {c.name.lower(): i for i, c in enumerate(table.columns)}
    try:
        sketch: Sketch | None = parse(sql, names, today)
    except (NotASketch, ValueError, KeyError, AttributeError, IndexError):
        # A query that sketches have no blanks for is still one that can be run.
        sketch = None
    return Proposal(sketch, sql, read_aloud(sketch, table) if sketch else {"zh": "", "en": ""}, 1.0, (), None)


def read_input(row: Mapping[str, Any]) -> Table:
    """The table of a JSON row: `table` {name?, header, types?, rows} or `table_path`.

    Raises:
        InputError: neither is there, or it is no table.
    """
    table, path = row.get("table"), row.get("table_path")
    if isinstance(path, str):
        from core.text2sql.table_files import read_table

        try:
            data = Path(path).read_bytes()
        except OSError as error:
            raise InputError(f"无法读取文件 {path}", f"cannot read the file {path}") from error
        return read_table(data, path)
    if not isinstance(table, Mapping):
        raise InputError("缺少 table 或 table_path", "table or table_path is missing")
    header, rows, types = table.get("header"), table.get("rows"), table.get("types")
    if not isinstance(header, list) or not isinstance(rows, list) or not all(isinstance(r, list) for r in rows):
        raise InputError(
            "table 需要 header（列表）和 rows（列表的列表）", "table needs header, a list, and rows, lists"
        )
    if types is not None and (not isinstance(types, list) or len(types) != len(header)):
        raise InputError("types 与 header 长度不同", "types must be a list as long as header")
    return build_table(header, rows, types, str(table.get("name") or ""))


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
