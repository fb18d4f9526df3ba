"""Ways to understand a question as queries that have been run: of sketches, of forms, and of SQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import sqlglot
from sqlglot.errors import SqlglotError

from core.errors import InputError
from core.text2sql.answer import Proposal
from core.text2sql.database import Rows, open_database
from core.text2sql.form import Form
from core.text2sql.form_parse import parse_form
from core.text2sql.form_sql import sql_text
from core.text2sql.form_words import read_form
from core.text2sql.linking import Candidate
from core.text2sql.parse import parse
from core.text2sql.plain_words import read_aloud
from core.text2sql.sketch import Sketch
from core.text2sql.sql import to_sql
from core.text2sql.table import Table

# What parsing raises for queries that it does not know.
_UNREAD = (SqlglotError, ValueError, KeyError, AttributeError, IndexError, RecursionError, TypeError)


def query_of(sketch: Sketch, table: Table, pretty: bool = False) -> str:
    """The SQL of `sketch` over `table`."""
    dates = frozenset(i for i, c in enumerate(table.columns) if c.type == "date")
    return to_sql(sketch, [c.name for c in table.columns], table.name, pretty, dates)


def rows_of(sql: str, table: Table) -> Rows | None:
    """What a query gives; None where it fails."""
    try:
        return open_database(table).run(sql)
    except InputError:
        return None


def fault_of(sql: str, table: Table) -> str | None:
    """What is wrong with a query; None if it runs."""
    try:
        open_database(table).run(sql)
    except InputError as error:
        return error.en
    return None


def of_sketch(
    sketch: Sketch, table: Table, probability: float, linked: tuple[Candidate | None, ...], rows: Rows | None
) -> Proposal:
    """A sketch whose query gave `rows`."""
    sql = query_of(sketch, table, pretty=True)
    return Proposal(sketch, sql, read_aloud(sketch, table), probability, linked, rows, form_of(sql, table))


def of_form(form: Form, table: Table, probability: float) -> Proposal | None:
    """A form, run, without its sketch; None where it is no query."""
    try:
        sql = sql_text(form, [c.name for c in table.columns], table.name, pretty=True)
    except ValueError:
        return None
    return Proposal(None, sql, _full(read_form(form, table)), probability, (), rows_of(sql, table), form)


def of_sql(sql: str, table: Table, probability: float, today: date) -> Proposal:
    """A query that a language model wrote, as one that a stranger typed."""
    return replace(read_query(sql, table, today), probability=probability, rows=rows_of(sql, table))


def read_query(sql: str, table: Table, today: date) -> Proposal:
    """A query as a proposal that has not been run: with the sketch and the words for it, where there are any."""
    sketch, form = sketch_of(sql, table, today), form_of(sql, table)
    reading = {"zh": "", "en": ""}
    if sketch:
        reading = read_aloud(sketch, table)
    elif form:
        reading = _full(read_form(form, table))
    return Proposal(sketch, sql, reading, 1.0, (), None, form)


def sketch_of(sql: str, table: Table, today: date) -> Sketch | None:
    """The sketch of a query; None where sketches have no blanks for it: it is still one that can be run."""
    names = {c.name.lower(): i for i, c in enumerate(table.columns)}
    try:
        return None if _beyond(sql) else parse(sql, names, today)
    except _UNREAD:
        return None


def form_of(sql: str, table: Table) -> Form | None:
    """The form of a query; None where it has none."""
    try:
        return parse_form(sql, [c.name for c in table.columns])
    except _UNREAD:
        return None


def _beyond(sql: str) -> bool:
    """Whether a query has a clause that sketches do not know and would leave out."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    limit = tree.args.get("limit")
    return bool(tree.args.get("qualify") or tree.args.get("offset") or (limit and limit.args.get("limit_options")))


def with_sketch(proposal: Proposal, table: Table, today: date) -> Proposal:
    """A form's proposal with the sketch of its query, if that gives the same rows: to be changed, it must say the
    same."""
    sketch = sketch_of(proposal.sql, table, today)
    if sketch is None or proposal.rows is None:
        return proposal
    try:
        sql = query_of(sketch, table, pretty=True)
    except _UNREAD:
        return proposal
    again = proposal.rows if sql == proposal.sql else rows_of(sql, table)
    return replace(proposal, sketch=sketch) if again and again.rows == proposal.rows.rows else proposal


def _full(reading: dict[str, str]) -> dict[str, str]:
    return {"zh": f"{reading['zh']}。", "en": f"{reading['en']}."}
