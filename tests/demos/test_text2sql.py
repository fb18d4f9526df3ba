"""What the page of the Text-to-SQL tab may send, and what it gets back."""

from __future__ import annotations

import json
from typing import Any

import pytest

import core
from core.cache import Budget
from core.errors import InputError
from core.text2sql import database
from core.text2sql.database import Rows, keep_database
from core.text2sql.pipeline import Text2SQLPipeline
from core.text2sql.table import Table, build_table
from demos.text2sql.answer import _fitting, _result, run_sketch, run_sql, whole_csv
from demos.text2sql.sources import SAMPLES, example
from demos.text2sql.suggest import suggest
from demos.text2sql.tables import find_table, preview, suggestions

GOLD = {"expr": {"column": 1, "arithmetic": "", "other": None}, "aggregate": ""}
NAME = {"expr": {"column": 0, "arithmetic": "", "other": None}, "aggregate": ""}


@pytest.fixture(scope="module")
def table() -> Table:
    rows = [["甲", 3, "2020-05-01"], ["=乙", -5, "2021-05-01"], ["丙", 2.5, None]]
    return build_table(["名称", "数量", "日期"], rows, name="货物")


@pytest.fixture(scope="module")
def pipeline() -> Text2SQLPipeline:
    return Text2SQLPipeline(None)  # type: ignore[arg-type]  # running a sketch takes no model


def sketch(**changed: Any) -> dict[str, Any]:
    return {"select": [NAME], "conditions": [], **changed}


def condition(**changed: Any) -> dict[str, Any]:
    value = {"kind": "number", "text": "", "number": 1, "begin": None, "until": None}
    return {"term": GOLD, "operator": ">", "value": value | changed.pop("value", {}), **changed}


def test_a_sketch_from_the_page_is_run(pipeline: Text2SQLPipeline, table: Table) -> None:
    sent = {"sketch": sketch(conditions=[condition()]), "answer": "a", "origin": "changed"}
    found = json.loads(run_sketch(pipeline, sent, table)["json"])
    assert found["result"]["rows"] == [["甲"], ["丙"]]
    assert found["answer"] == "a"
    assert found["origin"] == "changed"
    assert found["sketch"]["conditions"][0]["operator"] == ">"


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        "select",
        {},
        {"select": []},
        sketch(select=[{"expr": {"column": 99}}]),
        sketch(select=[{"expr": {"column": -2}}]),
        sketch(select=[{"expr": {"column": 0}, "aggregate": "EVIL"}]),
        sketch(select=[{"expr": {"column": 1, "arithmetic": "; DROP", "other": 1}}]),
        sketch(conditions=[condition(operator="; DROP TABLE x")]),
        sketch(conditions=[condition(value={"kind": "evil"})]),
        sketch(conditions=[condition(value={"number": "many"})]),
        sketch(conditions=[condition(value={"kind": "month", "number": 1e400})]),
        sketch(conditions=[condition(value={"kind": "age", "text": "day", "number": -1e300, "begin": "2024-01-01"})]),
        sketch(conditions=[condition(value={"kind": "age", "text": "year", "number": float("nan")})]),
        sketch(conditions=[condition(value={"kind": "date", "begin": "yesterday"})]),
        sketch(conditions=[condition(value={"kind": "text", "text": "x" * 20_000})] * 60),
        sketch(connective="xor"),
        sketch(limit="all"),
        sketch(group=[7]),
    ],
)
def test_a_hostile_sketch_is_refused_with_a_message(pipeline: Text2SQLPipeline, table: Table, sent: Any) -> None:
    with pytest.raises(InputError):
        run_sketch(pipeline, {"sketch": sent}, table)


@pytest.mark.parametrize("sql", [None, 3, "", "DROP TABLE 货物", "SELECT 1 " + "+ 1" * 10_000, "COPY x TO 'y'"])
def test_sql_that_is_refused(table: Table, sql: Any) -> None:
    for run in (run_sql, whole_csv):
        with pytest.raises(InputError):
            run({"sql": sql}, table)


def test_a_download_cannot_be_a_formula(table: Table) -> None:
    text = json.loads(whole_csv({"sql": 'SELECT "名称", "数量" FROM 货物'}, table)["json"])["csv"]
    assert text == "\ufeff名称,数量\r\n甲,3\r\n'=乙,-5\r\n丙,2.5\r\n"


def test_hand_written_sql_is_read_back_where_a_sketch_can_say_it(table: Table) -> None:
    found = json.loads(run_sql({"sql": 'SELECT "名称" FROM "货物" WHERE "数量" < 0'}, table)["json"])
    assert found["sketch"]["conditions"][0]["operator"] == "<"
    assert found["reading"]["zh"]
    found = json.loads(run_sql({"sql": 'SELECT count(*) OVER () AS n FROM "货物"'}, table)["json"])
    assert found["sketch"] is None
    assert found["result"]["rows"] == [[3], [3], [3]]


def test_long_cells_leave_room_for_few_rows() -> None:
    rows = [["x" * 900_000, i] for i in range(10)]
    assert len(_fitting(rows, 2_000_000)) == 2
    assert len(_fitting(rows, 10)) == 1, "one row at least"
    shown = _result(Rows(("a", "b"), rows, ("text", "number"), 10, 1.0))
    assert shown["result"]["total"] == 10
    assert len(shown["result"]["rows"]) == 2


def test_a_table_larger_than_all_that_may_be_kept_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    table = build_table(["城市"], [["甲市" * 50], ["乙市" * 50]])
    monkeypatch.setattr(database, "PROCESS", Budget(2 * table.size - 1))
    with pytest.raises(InputError, match="内存放不下"):
        keep_database(table)
    monkeypatch.setattr(database, "PROCESS", Budget(2 * table.size))
    assert find_table(keep_database(table)) is table


def test_tables_are_found_by_their_key_or_asked_for_again(table: Table) -> None:
    assert find_table(keep_database(table)) is table
    for key in (None, "", 3, "f" * 64):
        with pytest.raises(InputError):
            find_table(key)
    for name in SAMPLES:
        assert find_table(example(name).key) is example(name)
        assert len(example(name)) > 100
        assert len(suggestions(example(name))["questions"]) == 6


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        (["a"], [[None], ["x"]]),
        (["a", "b"], [[1, None]]),
        (["日期"], [["2024-01-01"]]),
        (["编号", "年份"], [[1, 2001], [2, 2002]]),
        (["a", "A", ""], [["x", "x", 1]] * 3),
    ],
)
def test_odd_tables_have_a_preview_and_questions_or_none(header: list[str], rows: list[list[Any]]) -> None:
    table = build_table(header, rows)
    assert json.loads(preview(table)["json"])["length"] == len(table)
    assert isinstance(suggestions(table)["questions"], list)


@pytest.mark.parametrize("name", SAMPLES)
def test_suggested_questions_run(name: str) -> None:
    found: Text2SQLPipeline = core.load("text2sql")
    questions = suggest(example(name))
    assert len(questions) == len(set(questions)) >= 4
    for question in questions:
        assert found(question, example(name)).best.rows is not None
