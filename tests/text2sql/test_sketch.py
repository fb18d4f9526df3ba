"""Sketches as SQL, as words, as JSON, and back."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.text2sql.database import Database
from core.text2sql.parse import NotASketch, parse
from core.text2sql.plain_words import read_aloud
from core.text2sql.sketch import ALL, Condition, Expr, Order, Sketch, Term, Value, from_dict, renumbered
from core.text2sql.sql import to_sql, to_tree, translations
from core.text2sql.table import build_table

CITIES = build_table(
    ["城市", "省份", "人口", "面积", "设立日期"],
    [
        ["甲市", "东省", 300, 10, "1949-05-01"],
        ["乙市", "东省", 500, 20, "1960-01-01"],
        ["丙市", "西省", 500, 40, "1983-07-15"],
        ["丁市", "西省", None, 5, "2001-12-31"],
        ["戊%市", "南省", 100, 8, "2020-02-02"],
    ],
    name="城市表",
)
NAMES = [c.name for c in CITIES.columns]
CITY, PROVINCE, PEOPLE, AREA, SINCE = range(5)
DATABASE = Database(CITIES)


def rows(sketch: Sketch) -> list[list[Any]]:
    return DATABASE.run(to_sql(sketch, NAMES, CITIES.name)).rows


def column(i: int, aggregate: Any = "") -> Term:
    return Term(Expr(i), aggregate)


def where(i: int, operator: Any, value: Value | None = None, aggregate: Any = "") -> Condition:
    return Condition(column(i, aggregate), operator, value)


def text(value: str) -> Value:
    return Value("text", value)


def number(value: float) -> Value:
    return Value("number", number=value)


@pytest.mark.parametrize(
    ("sketch", "expected"),
    [
        (Sketch((column(CITY),), conditions=(where(PROVINCE, "=", text("东省")),)), [["甲市"], ["乙市"]]),
        (
            Sketch((column(CITY),), conditions=(where(CITY, "=", text("甲市")), where(CITY, "=", text("丙市")))),
            [["甲市"], ["丙市"]],
        ),
        (
            Sketch((column(CITY),), conditions=(where(CITY, "!=", text("甲市")), where(CITY, "!=", text("丙市")))),
            [["乙市"], ["丁市"], ["戊%市"]],
        ),
        (
            Sketch((column(CITY),), conditions=(where(AREA, ">=", number(8)), where(AREA, "<=", number(20)))),
            [["甲市"], ["乙市"], ["戊%市"]],
        ),
        (
            Sketch(
                (column(CITY),),
                conditions=(where(AREA, "<", number(6)), where(PEOPLE, "<", number(200))),
                connective="or",
            ),
            [["丁市"], ["戊%市"]],
        ),
        (Sketch((column(CITY),), conditions=(where(CITY, "contains", text("%")),)), [["戊%市"]]),
        (Sketch((column(CITY),), conditions=(where(CITY, "starts", text("乙")),)), [["乙市"]]),
        (Sketch((column(CITY),), conditions=(where(PEOPLE, "is_null"),)), [["丁市"]]),
        (Sketch((column(CITY),), order=Order(column(PEOPLE)), limit=1, ties=True), [["乙市"], ["丙市"]]),
        (Sketch((column(CITY),), order=Order(column(AREA), False), limit=2), [["丁市"], ["戊%市"]]),
        (
            Sketch((column(CITY),), order=Order(column(PEOPLE), False), limit=1, shortlist=(Order(column(AREA)), 3)),
            [["甲市"]],
        ),
        (Sketch((column(ALL, "COUNT"),)), [[5]]),
        (Sketch((column(PROVINCE, "COUNT_DISTINCT"),)), [[3]]),
        (Sketch((column(PEOPLE, "MAX"), column(PEOPLE, "MIN"))), [[500, 100]]),
        (
            Sketch(
                (column(PROVINCE),),
                conditions=(where(ALL, ">", number(1), "COUNT"),),
                group=(PROVINCE,),
                order=Order(column(AREA, "SUM")),
            ),
            [["西省"], ["东省"]],
        ),
        (
            Sketch((column(CITY), Term(Expr(PEOPLE, "/", AREA))), conditions=(where(CITY, "=", text("甲市")),)),
            [["甲市", 30.0]],
        ),
        (
            Sketch((column(CITY),), conditions=(where(PEOPLE, ">", Value("average")),)),
            [["乙市"], ["丙市"]],
        ),
        (
            Sketch((column(CITY),), conditions=(where(AREA, ">", Value("column", number=float(PEOPLE))),)),
            [],
        ),
        (
            Sketch(
                (column(CITY),),
                conditions=(where(SINCE, "=", Value("date", begin=date(1980, 1, 1), until=date(1990, 1, 1))),),
            ),
            [["丙市"]],
        ),
        (
            Sketch((column(CITY),), conditions=(where(SINCE, "<", Value("age", "year", 10, date(2024, 6, 15))),)),
            [["戊%市"]],
        ),
        (Sketch((column(CITY),), conditions=(where(SINCE, "=", Value("month", number=5)),)), [["甲市"]]),
    ],
    ids=lambda x: None if isinstance(x, list) else str(to_sql(x, NAMES, "t"))[:60],
)
def test_queries_give_the_rows_they_mean(sketch: Sketch, expected: list[list[Any]]) -> None:
    assert rows(sketch) == expected
    assert from_dict(sketch.to_dict(), len(NAMES)) == sketch
    said = read_aloud(sketch, CITIES)
    assert said["zh"].endswith("。")
    assert said["en"].endswith(".")


def test_division_by_zero_is_an_empty_cell() -> None:
    table = build_table(["a", "b"], [[1, 0], [4, 2]])
    sketch = Sketch((Term(Expr(0, "/", 1)),))
    assert Database(table).run(to_sql(sketch, ["a", "b"], table.name)).rows == [[None], [2.0]]


def test_dates_differ_by_years() -> None:
    sketch = Sketch((Term(Expr(1, "-", 0)),))
    sql = to_sql(sketch, ["始", "终"], "t", dates=frozenset({0, 1}))
    table = build_table(["始", "终"], [["2006-12-31", "2012-01-01"]], ["date", "date"], "t")
    assert Database(table).run(sql).rows == [[6]]


def test_other_databases_quote_their_own_way() -> None:
    tree = to_tree(Sketch((column(CITY),), limit=3, order=Order(column(AREA))), NAMES, "城市表")
    found = translations(tree)
    assert "`城市`" in found["mysql"]
    assert '"城市"' in found["postgres"]
    assert set(found) == {"mysql", "postgres", "sqlite"}


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_names_and_values_are_data_whatever_is_in_them(name: str, value: str) -> None:
    tree = to_tree(Sketch((column(0),), conditions=(where(0, "=", text(value)),)), [name], "t")
    import sqlglot

    again = sqlglot.parse_one(tree.sql("duckdb", identify=True), read="duckdb")
    assert again.find(sqlglot.exp.Column).name == name
    assert again.find(sqlglot.exp.EQ).expression.this == value


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"select": []},
        {"select": [{"expr": {"column": 9}}]},
        {"select": [{"expr": {"column": 0}, "aggregate": "DROP"}]},
        {"select": [{"expr": {"column": 0}}], "conditions": [{"term": {"expr": {"column": 0}}, "operator": ";"}]},
        {"select": [{"expr": {"column": 0}}], "connective": "xor"},
        {"select": "x"},
        {"select": [{"expr": {"column": 0}}], "limit": "many"},
    ],
    ids=str,
)
def test_a_broken_sketch_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        from_dict(broken, len(NAMES))


def test_renumbered_moves_every_column() -> None:
    sketch = Sketch(
        (column(0), Term(Expr(1, "-", 2))),
        conditions=(where(1, ">", Value("column", number=2.0)),),
        group=(0,),
        order=Order(column(2)),
        shortlist=(Order(column(1)), 3),
    )
    there = renumbered(sketch, {0: 2, 1: 0, 2: 1})
    assert renumbered(there, {2: 0, 0: 1, 1: 2}) == sketch
    assert there.group == (2,)


def test_queries_written_by_hand_are_read_back() -> None:
    names = {n.lower(): i for i, n in enumerate(NAMES)}
    rng = random.Random(0)
    for _ in range(200):
        sketch = Sketch(
            (column(rng.randrange(5)),),
            conditions=(
                where(rng.choice((PEOPLE, AREA)), rng.choice((">", "<", "=", "!=")), number(rng.randrange(99))),
            ),
            order=Order(column(rng.choice((PEOPLE, AREA))), rng.random() < 0.5),
            limit=rng.randrange(1, 9),
        )
        assert parse(to_sql(sketch, NAMES, "t"), names, date(2024, 1, 1)) == sketch


@pytest.mark.parametrize(
    "sql", ["SELECT 1 +", "SELECT a FROM t JOIN u USING (x)", "SELECT 城市 FROM t WHERE a OR b AND c"]
)
def test_what_is_no_sketch_says_so(sql: str) -> None:
    with pytest.raises(NotASketch):
        parse(sql, {"城市": 0}, date(2024, 1, 1))
