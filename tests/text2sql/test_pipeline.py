"""The pipeline with the model that ships: questions over a table answered, explained, and refused where need be."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import core
from core.errors import InputError
from core.text2sql.answer import Proposal, guided
from core.text2sql.database import Rows
from core.text2sql.explain import inside, links
from core.text2sql.pipeline import Text2SQLPipeline, read_query
from core.text2sql.request import table_of
from core.text2sql.sketch import Condition, Expr, Sketch, Term, Value
from core.text2sql.table import build_table
from core.text2sql.task import Ask

SALES = build_table(
    ["城市", "产品", "销售额(万元)", "日期"],
    [
        ["北京", "苹果", 120, "2023-01-05"],
        ["上海", "香蕉", 80, "2023-02-11"],
        ["北京", "香蕉", 60, "2022-07-30"],
        ["广州", "苹果", 200, "2023-12-01"],
    ],
    name="销售表",
)


@pytest.fixture(scope="module")
def pipeline() -> Text2SQLPipeline:
    found: Text2SQLPipeline = core.load("text2sql")
    return found


@pytest.fixture(scope="module")
def sketcher() -> Text2SQLPipeline:
    found: Text2SQLPipeline = core.load("text2sql", "text2sql-sketch")
    return found


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("城市是上海的销售额是多少", [[80]]),
        ("销售额大于100的城市有哪些", [["北京"], ["广州"]]),
        ("一共有多少条记录", [[4]]),
        ("销售额最高的城市是哪个", [["广州"]]),
        ("平均销售额是多少", [[115.0]]),
    ],
)
def test_easy_questions(pipeline: Text2SQLPipeline, question: str, expected: list[list[Any]]) -> None:
    answer = pipeline(question, SALES)
    assert answer.best.rows is not None
    # The number that decides may stand beside a name.
    shown = [row[: len(expected[0])] for row in answer.best.rows.rows]
    assert shown == expected, answer.best.sql


def test_the_answer_is_json_and_says_what_it_did(pipeline: Text2SQLPipeline) -> None:
    answer = pipeline("每个城市的总销售额", SALES)
    found = json.loads(json.dumps(answer.to_dict(), ensure_ascii=False))
    assert {"sql", "columns", "rows", "sketch", "reading", "confidence", "answerable", "dialects"} <= set(found)
    assert 0 <= found["confidence"] <= 1
    for link in links(answer, pipeline.linker(SALES)):
        assert 0 <= link["start"] < link["end"] <= len(answer.question)
    shown = inside(answer)
    assert json.dumps(shown)
    assert [step["symbol"] for step in shown["steps"]][:1] == ["select"]
    assert shown["tree"]["word"] == "select"


def test_the_inside_of_a_sketch_is_its_heads(sketcher: Text2SQLPipeline) -> None:
    shown = inside(sketcher("每个城市的总销售额", SALES))
    assert {h["head"] for h in shown["whole"]} >= {"order", "limit", "distinct", "either"}


def test_links_are_offsets_in_the_question_as_typed(pipeline: Text2SQLPipeline) -> None:
    answer = pipeline("　城市是ＢＪ北京的销售额", SALES)
    values = [
        answer.question[k["start"] : k["end"]] for k in links(answer, pipeline.linker(SALES)) if k["kind"] == "value"
    ]
    assert all("　" not in v for v in values)


def test_words_about_time_are_seen_from_the_tables_latest_day_if_today_finds_nothing(
    sketcher: Text2SQLPipeline,
) -> None:
    answer = sketcher("今年销售额是多少", SALES, today=date(2040, 1, 1))
    assert any(c.value and c.value.kind == "date" for c in answer.best.sketch.conditions)
    assert answer.anchored == date(2023, 12, 1)
    assert answer.best.rows.total == 3


@pytest.mark.parametrize("question", ["", "   ", None, 5, "问" * 201, "\x00\x01\x02\x03"], ids=range(6))
def test_no_question_is_refused(pipeline: Text2SQLPipeline, question: Any) -> None:
    with pytest.raises(InputError):
        pipeline(question, SALES)


@pytest.mark.parametrize(
    "question",
    [
        '"; DROP TABLE 销售表; --',
        "SELECT * FROM read_csv('/etc/passwd')",
        "<script>alert(1)</script>",
        "${7*7}",
        "😀😀😀",
        "哈哈哈哈",
    ],
)
def test_anything_may_be_asked_and_nothing_happens(pipeline: Text2SQLPipeline, question: str) -> None:
    answer = pipeline(question, SALES)
    assert answer.best.sql.startswith("SELECT")
    assert "read_csv" not in answer.best.sql.replace(repr(question), "").replace(question, "")
    assert pipeline("一共有多少条记录", SALES).best.rows.rows == [[4]]


def test_rows_of_json_answer_in_order_and_errors_stay_in_place(pipeline: Text2SQLPipeline, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("名称,数量\n甲,3\n乙,5\n", encoding="gbk")
    table = {"header": ["名称", "数量"], "rows": [["甲", 3], ["乙", 5]]}
    results = pipeline.run(
        [
            {"question": "数量是多少", "table": table},
            {"question": "数量是多少"},
            {"question": "数量是多少", "table_path": str(path)},
            {"question": "", "table": table},
            {"question": "数量", "table": {"header": "x", "rows": []}},
            {"question": "数量", "table_path": "/no/such/file"},
        ]
    )
    kinds = [isinstance(r, InputError) for r in results]
    assert kinds == [False, True, False, True, True, True]


def test_a_table_wants_types_for_every_column() -> None:
    with pytest.raises(InputError):
        table_of(Ask("a", {"header": ["a", "b"], "rows": [[1, 2]], "types": ["text"]}))


def test_a_table_that_comes_again_is_not_read_again(tmp_path: Path) -> None:
    def sent(cell: Any, name: str = "甲") -> Any:
        return table_of(Ask("a", {"name": name, "header": ["a", "b"], "rows": [["x", cell], ["y", 2]]}))

    assert sent(1) is sent(1)
    assert len({sent(1).key, sent(3).key, sent("x1").key, sent(1, "乙").key}) == 4
    assert sent("1") is not sent(1)
    path = tmp_path / "a.csv"
    for text in ("a,b\nx,1\n", "a,b\nx,7\n"):
        path.write_text(text)
        table = table_of(Ask("a", table_path=str(path)))
        assert table is table_of(Ask("a", table_path=str(path)))
        assert table.columns[1].maximum == int(text[-2])


def test_queries_that_find_nothing_give_way_to_likely_ones_that_do() -> None:
    def proposal(probability: float, rows: list[list[Any]] | None) -> Proposal:
        found = None if rows is None else Rows(("a",), rows, ("text",), len(rows), 1.0)
        return Proposal(Sketch((Term(Expr(0)),)), str(probability), {}, probability, (), found)

    nothing, something, broken, far = (
        proposal(0.6, []),
        proposal(0.3, [["x"]]),
        proposal(0.6, None),
        proposal(0.001, [["y"]]),
    )
    assert guided([nothing, something])[0] is something
    assert guided([broken, something])[0] is something
    assert guided([nothing, far])[0] is nothing
    assert guided([something, nothing])[0] is something
    assert guided([broken, nothing])[0] is nothing


def test_a_changed_sketch_runs(pipeline: Text2SQLPipeline) -> None:
    sketch = Sketch((Term(Expr(1)),), conditions=(Condition(Term(Expr(0)), "=", Value("text", "北京")),))
    assert pipeline.run_sketch(sketch, SALES).rows.rows == [["苹果"], ["香蕉"]]


def test_a_query_by_hand_has_a_sketch_where_there_is_one() -> None:
    assert read_query("SELECT 城市 FROM 销售表 WHERE 产品 = '苹果'", SALES, date.today()).sketch is not None
    assert read_query("SELECT 城市, row_number() OVER () FROM 销售表", SALES, date.today()).sketch is None
