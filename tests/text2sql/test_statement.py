"""The SQL in what a language model writes, and the words it may be made of."""

from __future__ import annotations

import pytest

from core.text2sql.database import open_database
from core.text2sql.spelling import spelled
from core.text2sql.statement import ended, readings, statement
from core.text2sql.table import build_table

TABLE = build_table(
    ["姓名", "部门", "工资", "入职日期"],
    [["张三", "研发", 300, "2020-01-02"], ["李四", "研发", 500, "2023-05-06"], ["王五", "财务", 400, "2023-07-08"]],
    name="员工 表",
)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("SELECT 1", False),
        ("SELECT 1;", True),
        ("SELECT ';'", False),
        ("SELECT ';' FROM t;\n", True),
        ("SELECT 1\n```", True),
        ("```sql\nSELECT 1", False),
        ('SELECT "a;b', False),
        ("SELECT 1 -- x; y", False),
        ("SELECT 'it''s;'", False),
    ],
)
def test_the_end_of_a_statement(text: str, whole: bool) -> None:
    assert ended(text) is whole


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("SELECT 1;\n```\n解释：", "SELECT 1"),
        ("好的：\n```sql\nSELECT 1;\nDROP TABLE x;\n```", "SELECT 1"),
        ("```\nWITH a AS (SELECT 1) SELECT * FROM a\n```", "WITH a AS (SELECT 1) SELECT * FROM a"),
        ("<think>SELECT 9?</think>SELECT 2", "SELECT 2"),
        ("查询是 SELECT a FROM t WHERE a = ';'\n（说明：这是条件）", "SELECT a FROM t WHERE a = ';'"),
        ("```python\nprint()\n```\n```sql\nselect 3\n```", "select 3"),
        ("无法回答。", ""),
        ("DROP TABLE t;", ""),
        ("", ""),
    ],
)
def test_the_statement_among_other_words(text: str, sql: str) -> None:
    assert statement(text) == sql


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT COUNT(*) FROM t", [[3]]),
        ('SELECT t."工资" FROM t WHERE t.姓名 = "张三"', [[300]]),
        ("SELECT x.工资 FROM t AS x WHERE x.姓名 = '张三'", [[300]]),
        ("SELECT `姓名` FROM t ORDER BY `工资` DESC LIMIT 1, 1", [["王五"]]),
        ('SELECT "姓名", MAX("工资") FROM t', [["李四", 500]]),
        ("SELECT MIN(工资) FROM t GROUP BY 部门 ORDER BY 1", [["研发", 300], ["财务", 400]]),
        ("SELECT 姓名 FROM t WHERE 入职日期 LIKE '2023-05%'", [["李四"]]),
        ("WITH t2 AS (SELECT * FROM t) SELECT COUNT(*) FROM t2", [[3]]),
        ("SELECT IFNULL(工资, 0) FROM t LIMIT 1", [[300]]),
    ],
)
def test_what_a_query_meant(sql: str, rows: list[list[object]]) -> None:
    from core.errors import InputError

    for query in readings(sql, TABLE):
        try:
            found = open_database(TABLE).run(query).rows
        except InputError:
            continue
        assert sorted(map(str, found)) == sorted(map(str, rows))
        return
    pytest.fail("no reading runs")


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("", True),
        ('SELECT "姓', True),
        ('SELECT "姓名", COUNT(*) FROM t', True),
        ("SELECT department", False),
        ("SELECT COUNT(*) AS cnt FROM t ORDER BY cnt", True),
        ("SELECT 员工编号", False),
        ("SELECT AGE < 3", False),
        ("SELECT e.姓名 FROM t e", True),
        ("SELECT e.S 工资", False),
        ('SELECT 姓名 FROM t WHERE 姓名 = "张', True),
        ('SELECT "张', False),
        ("SELECT 'department' FROM t", True),
        ('SELECT "\ufffd', False),
        ("SELECT '\ufffd", True),
    ],
)
def test_words_that_a_query_may_be_made_of(text: str, fine: bool) -> None:
    assert spelled(TABLE, lambda _: True)(text) is fine


def test_half_a_character_begins_a_name_where_a_model_writes_it_in_halves() -> None:
    assert spelled(TABLE, lambda c: c != "姓")('SELECT "\ufffd')
