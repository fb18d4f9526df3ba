"""What the answer view of the Text-to-SQL tab shows, and what the page may send back about it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlglot

from core.errors import InputError
from core.text2sql import MAX_SQL
from core.text2sql.answer import Answer, Proposal, question_of
from core.text2sql.database import Rows, open_database
from core.text2sql.explain import inside, links
from core.text2sql.fields import BRACKETS
from core.text2sql.form import Column, Form, Node
from core.text2sql.form_units import Measure, measures
from core.text2sql.form_words import Queries, tidy
from core.text2sql.grammar import CLAUSES, EVERY_COLUMN
from core.text2sql.pipeline import read_query
from core.text2sql.said import said
from core.text2sql.sketch import from_dict
from core.text2sql.sql import translations
from core.text2sql.table import Table
from demos.views.export import to_grid, to_json

# Rows that the page gets at once, and characters of them: cells may be long.
_MOST_ROWS, _MOST_CHARS = 1_000, 2_000_000
# Rows and characters of a result that is downloaded whole.
_WHOLE_ROWS, _WHOLE_CHARS = 50_000, 6_000_000
_SAMPLES = 5


def answer_value(answer: Answer, linker: Any, milliseconds: float) -> dict[str, Any]:
    """The whole answer. As text, because Gradio watches every cell of a value."""
    table = answer.table
    proposals = [answer.best, *answer.alternatives]
    return _sent(
        kind="answer",
        id=uuid.uuid4().hex,
        question=answer.question,
        table=table.name,
        columns=[
            {"name": c.name, "type": c.type, "unit": c.unit, "samples": [str(s) for s in c.samples[:_SAMPLES]]}
            for c in table.columns
        ],
        proposals=[
            _described(p, table, p.rows, answer.anchored, answer.remarks if p is answer.best else ())
            | {
                "probability": p.probability,
                "total": p.rows.total if p.rows else 0,
                "links": links(replace(answer, best=p), linker),
            }
            for p in proposals
        ],
        asks=[{"proposal": _place(p, proposals), **question_of(p)} for p in answer.asks],
        carried=answer.carried,
        refusal=vars(answer.refusal).copy() if answer.refusal else None,
        anchored=answer.anchored.isoformat() if answer.anchored else None,
        milliseconds=milliseconds,
        **_result(answer.best.rows),
    )


def inside_value(answer: Answer) -> dict[str, Any]:
    """What went on inside: see `core.text2sql.explain.inside`; beside it, the question and the columns' names."""
    names = [column.name for column in answer.table.columns]
    return {"json": to_json({"question": answer.question, "names": names, **inside(answer)})}


def run_sketch(pipeline: Any, sent: dict[str, Any], table: Table) -> dict[str, Any]:
    """The result of a sketch that a visitor has changed.

    Raises:
        InputError: it is no sketch over this table, or the query fails.
    """
    found = sent.get("sketch")
    if not isinstance(found, dict):
        raise InputError("查询草图的格式不对", "this is no valid query sketch")
    try:
        proposal = pipeline.run_sketch(from_dict(found, len(table.columns)), table)
        described = _described(proposal, table, proposal.rows)
    except InputError:
        raise
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise InputError("这样的条件无法执行", "such a condition cannot be run") from error
    return _sent(**_about(sent), **described, **_result(proposal.rows))


def run_sql(sent: dict[str, Any], table: Table) -> dict[str, Any]:
    """The result of SQL that was written by hand, or of an alternative, which the page knows by its SQL.

    Raises:
        InputError: it is refused, or fails.
    """
    sql = _sql(sent)
    rows = open_database(table).run(sql)
    # What a form or a sketch could say is told in words, the latter as conditions too.
    described = _described(read_query(sql, table, date.today()), table, rows)
    return _sent(**_about(sent), **described, **_result(rows))


def whole_csv(sent: dict[str, Any], table: Table) -> dict[str, Any]:
    """All rows of a result that the page has a part of, or as many as can be sent.

    Raises:
        InputError: the query is refused, or fails.
    """
    rows = open_database(table).run(_sql(sent), most=_WHOLE_ROWS)
    return _sent(kind="csv", answer=sent.get("answer"), csv=_csv(replace(rows, rows=_fitting(rows.rows, _WHOLE_CHARS))))


def _about(sent: dict[str, Any]) -> dict[str, Any]:
    """Which answer on the page a result belongs to, and what was done: the number of a proposal, changed or sql."""
    return {"kind": "run", "answer": sent.get("answer"), "origin": str(sent.get("origin"))[:20]}


def _sql(sent: dict[str, Any]) -> str:
    sql = sent.get("sql")
    if not isinstance(sql, str):
        raise InputError("请输入 SQL", "please enter a query")
    return sql[: MAX_SQL + 1]  # enough to be refused for its length


def _place(proposal: Proposal, among: Sequence[Proposal]) -> int:
    return next(i for i, other in enumerate(among) if other is proposal)


def _described(
    proposal: Proposal,
    table: Table,
    rows: Rows | None,
    as_of: date | None = None,
    remarks: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    """A query, what came of it in one sentence with `remarks`, and how the columns of its `rows` are to be shown."""
    shown = measures(proposal.form, table, rows) if rows else []
    reading = proposal.reading
    return {
        "sketch": proposal.sketch.to_dict() if proposal.sketch else None,
        "sql": proposal.sql,
        "dialects": translations(sqlglot.parse_one(proposal.sql, read="duckdb")),
        "reading": reading,
        "said": said(table, proposal.form, reading, rows, shown, as_of, remarks) if rows else reading,
        "measures": [{"unit": m.unit, "style": m.style} for m in shown],
        "headings": _headings(proposal.form, table, rows, shown) if rows else [],
    }


def _headings(form: Form | None, table: Table, rows: Rows, shown: Sequence[Measure]) -> list[dict[str, str]]:
    """What the columns of a result are called, {"zh", "en"}: AVG("a") is the mean of a. Units stand apart."""
    plain = [{"zh": name, "en": name} for name in rows.columns]
    if not isinstance(form, Node) or form.word not in ("select", "distinct"):
        return plain
    results: list[Form] = []
    for arg in form.args:
        if arg == Node(EVERY_COLUMN):
            results += [Column(i) for i in range(len(table.columns))]
        elif not (isinstance(arg, Node) and arg.word in CLAUSES):
            results.append(arg)
    if len(results) != len(rows.columns):
        return plain
    words = Queries(table)
    found = []
    for result, measure in zip(results, shown, strict=True):
        if isinstance(result, Column):
            zh = en = _without_unit(table.columns[result.index].name, measure.unit)
        else:
            zh, en = words.term(result)
        found.append({"zh": tidy(zh), "en": tidy(en[:1].upper() + en[1:])})
    return found


def _without_unit(name: str, unit: str) -> str:
    """月薪(元) as 月薪 where 元 stands below it."""
    if not unit:
        return name
    return BRACKETS.sub(lambda found: "" if unit in found[0] else found[0], name).strip() or name


def _result(rows: Rows | None) -> dict[str, Any]:
    if rows is None:
        return {"result": None, "csv": ""}
    shown = replace(rows, rows=_fitting(rows.rows[:_MOST_ROWS], _MOST_CHARS))
    return {"result": shown.to_dict(), "csv": _csv(shown)}


def _csv(rows: Rows) -> str:
    """Whole numbers without the .0 that a column with fractions gives them."""

    def plain(cell: Any) -> Any:
        return int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else cell

    return to_grid([rows.columns, *([plain(cell) for cell in row] for row in rows.rows)])


def _fitting(rows: Sequence[list[Any]], most: int) -> list[list[Any]]:
    """The first rows, of `most` characters together."""
    kept: list[list[Any]] = []
    for row in rows:
        most -= sum(len(cell) if isinstance(cell, str) else 8 for cell in row)
        if most < 0 and kept:
            break
        kept.append(row)
    return kept


def _sent(**value: Any) -> dict[str, Any]:
    """As the view takes it; the time makes a result that comes again a new value."""
    return {"json": to_json(value), "at": time.time()}
