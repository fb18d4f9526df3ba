"""What the page of the Text-to-SQL tab may send, and what it gets back."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

import core
from core import catalog
from core.cache import Budget
from core.errors import InputError
from core.text2sql import database
from core.text2sql.answer import Answer
from core.text2sql.database import Rows, keep_database
from core.text2sql.form_filler import Written
from core.text2sql.form_parse import parse_form
from core.text2sql.form_reading import Reading
from core.text2sql.form_vocabulary import BEGIN, VOCABULARY
from core.text2sql.pipeline import Text2SQLPipeline
from core.text2sql.proposals import of_form
from core.text2sql.refusal import Refusal
from core.text2sql.table import Table, build_table
from demos.text2sql import views
from demos.text2sql.answer import _fitting, _result, answer_value, inside_value, run_sketch, run_sql, whole_csv
from demos.text2sql.sources import SAMPLES, example
from demos.text2sql.suggest import suggest
from demos.text2sql.tab import _again, _ask
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


STAFF = build_table(
    ["姓名", "部门", "月薪(元)"],
    [["林一", "研发部", 12000], ["王二", "仓储部", 8000], ["张三", "研发部", 15000], ["李四", "市场部", 9500]],
    name="员工",
)
MEAN = 'SELECT AVG("月薪(元)") FROM 员工'
BY_PART = 'SELECT "部门", AVG("月薪(元)") FROM 员工 GROUP BY "部门"'


def written(*readings: tuple[str, float], answerable: float = 0.9) -> Answer:
    """The answer to a question that was understood as these queries."""
    forms = [(parse_form(sql, [c.name for c in STAFF.columns]), p) for sql, p in readings]
    best, *others = [of_form(form, STAFF, p) for form, p in forms]
    assert best is not None
    told = Written(tuple(Reading(form, p, ()) for form, p in forms), answerable, "月薪", 0, ())
    return Answer("月薪", STAFF, best, tuple(p for p in others if p), answerable, None, None, told)


def shown(answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer_value(answer, Text2SQLPipeline(None).linker(STAFF), 1.0)["json"])  # type: ignore[arg-type]
    return found


def test_what_came_of_a_query_is_said_with_its_units() -> None:
    found = shown(written((BY_PART, 0.9)))
    [best] = found["proposals"]
    assert best["said"]["zh"] == "按部门求平均月薪，共 3 行。"
    assert best["headings"] == [{"zh": "部门", "en": "部门"}, {"zh": "平均月薪", "en": "Mean 月薪"}]
    assert best["measures"] == [{"unit": "", "style": ""}, {"unit": "元", "style": ""}]
    assert found["asks"] == []
    assert found["refusal"] is found["carried"] is None
    # Copies and downloads have the numbers as they are, under the names that SQL gives them.
    assert found["result"]["columns"][1] != "平均月薪"
    assert "13500\r\n" in found["csv"]


def test_what_the_best_query_leaves_out_or_assumes_is_said_beside_it() -> None:
    answer = written((BY_PART, 0.6), (MEAN, 0.3))
    told = shown(replace(answer, unused=("市场部",), assumed=("按“月薪”算的", "“月薪” was taken")))
    best, other = told["proposals"]
    assert best["said"]["zh"] == "按部门求平均月薪，共 3 行；按“月薪”算的；问题里的“市场部”没有用上。"
    assert "was not used" in best["said"]["en"]
    assert "没有用上" not in other["said"]["zh"]


def test_hand_written_sql_has_units_styles_and_names_too() -> None:
    sql = 'SELECT "姓名", "月薪(元)", "月薪(元)" / SUM("月薪(元)") OVER () FROM 员工'
    found = json.loads(run_sql({"sql": sql}, STAFF)["json"])
    assert found["sketch"] is None
    assert [h["zh"] for h in found["headings"][:2]] == ["姓名", "月薪"]
    assert [m["style"] for m in found["measures"]] == ["", "", "percent"]
    assert found["result"]["rows"][1][2] == pytest.approx(8000 / 44500)
    every = json.loads(run_sql({"sql": "SELECT * FROM 员工"}, STAFF)["json"])
    assert [h["zh"] for h in every["headings"]] == ["姓名", "部门", "月薪"]
    # What no form says has the names of the query, and no units.
    other = json.loads(run_sql({"sql": "SELECT 1 AS x, 2 AS y"}, STAFF)["json"])
    assert [h["zh"] for h in other["headings"]] == ["x", "y"]
    assert len(other["measures"]) == 2


def test_unsure_readings_are_buttons_for_proposals() -> None:
    found = shown(written((BY_PART, 0.4), (MEAN, 0.3)))
    assert [(a["proposal"], a["zh"]) for a in found["asks"]] == [(0, "按部门求平均月薪？"), (1, "求全表的平均月薪？")]
    again = json.loads(run_sql({"sql": found["proposals"][1]["sql"], "origin": "1"}, STAFF)["json"])
    assert again["said"]["zh"] == found["proposals"][1]["said"]["zh"] == "平均月薪是 11,125 元。"


def test_a_refusal_comes_with_the_nearest_query() -> None:
    refused = replace(
        written((MEAN, 0.2), answerable=0.1), refusal=Refusal("missing", "表里没有“电话”", "nothing on it")
    )
    found = shown(refused)
    assert found["refusal"] == {"kind": "missing", "zh": "表里没有“电话”", "en": "nothing on it"}
    assert found["proposals"][0]["said"]["zh"] == "平均月薪是 11,125 元。"
    assert found["asks"] == []


def test_the_inside_of_a_form_has_the_question_and_the_names() -> None:
    found = json.loads(inside_value(written((BY_PART, 0.9)))["json"])
    assert found["question"] == "月薪"
    assert found["names"] == ["姓名", "部门", "月薪(元)"]
    assert found["tree"]["word"] == "select"


def asked(question: str, talk: Sequence[str] = (), history: Sequence[dict[str, Any]] = ()) -> tuple[Any, ...]:
    """What the page shows of an answer, the history, and the questions that the next one may lean on."""
    *_, (view, _, entries, _, after, _) = _ask(question, keep_database(STAFF), {}, list(history), list(talk))
    return json.loads(view["json"]), entries, after


def test_the_last_three_questions_that_were_answered_are_kept() -> None:
    talk: list[str] = []
    history: list[dict[str, Any]] = []
    for question in ("平均月薪是多少", "研发部有多少人", "月薪最高的是谁", "月薪最低的是谁"):
        _, history, talk = asked(question, talk, history)
    assert talk == ["研发部有多少人", "月薪最高的是谁", "月薪最低的是谁"]
    # Asked once more, a question does not follow upon itself.
    _, history, talk = asked("月薪最低的是谁", talk, history)
    assert talk == ["研发部有多少人", "月薪最高的是谁", "月薪最低的是谁"]
    assert history[0]["context"] == ["研发部有多少人", "月薪最高的是谁"]
    assert history[-1]["context"] == []


def test_what_was_refused_is_nothing_to_lean_on() -> None:
    found, [entry], talk = asked("明天会下雨吗", ["平均月薪是多少"])
    assert found["refusal"]["kind"] == "chat"
    assert entry["refused"]
    assert talk == ["平均月薪是多少"]


@pytest.mark.skipif(catalog.bundled("text2sql")[0] == "text2sql-sketch", reason="sketches know no questions before")
def test_a_follow_up_is_understood_by_what_was_asked_before() -> None:
    _, history, talk = asked("平均月薪是多少")
    found, history, talk = asked("那研发部呢", talk, history)
    assert found["result"]["rows"] == [[13500]]
    assert "月薪" in found["carried"]["zh"]
    assert talk == ["平均月薪是多少", "那研发部呢"]

    # From the history it is asked as it was then.
    *_, values = _again(history, keep_database(STAFF), gr.EventData(None, {"entry": 0}))
    assert json.loads(values[6]["json"])["result"]["rows"] == [[13500]]
    assert values[10] == talk


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


def test_every_word_of_the_grammar_has_its_words_on_the_page() -> None:
    script = (Path(views.__file__).parent / "grammar.js").read_text(encoding="utf-8")
    said = {quoted or bare for quoted, bare in re.findall(r'(?:"(\S+?)"|(\b\w+)): \["', script)}
    assert {word for word in VOCABULARY if not word.startswith("#")} - said == {BEGIN}
