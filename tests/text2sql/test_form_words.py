"""Forms in words, what their results count in, and the sentence that says what was done."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from core.text2sql.database import open_database
from core.text2sql.form import Column, Constant, Form, Node, Symbol
from core.text2sql.form_parse import parse_form
from core.text2sql.form_sql import sql_text
from core.text2sql.form_units import Measure, measures, show
from core.text2sql.form_words import read_form
from core.text2sql.grammar import NUMBER_WORDS, START, WORDS, State, from_tokens
from core.text2sql.grid import Surroundings, left
from core.text2sql.said import said
from core.text2sql.table import Table, build_table

STAFF = build_table(
    ["姓名", "部门", "月薪(元)", "入职日期", "出勤率(%)", "离职日期", "奖金（元）"],
    [
        ["林一", "研发部", 12000, "2021-03-01", 98.5, None, 1000],
        ["王二", "仓储部", 8000, "2022-07-15", 91, "2024-01-31", 500],
        ["张三", "研发部", 15000, "2019-11-30", 87, None, None],
    ],
    name="员工",
)
NAMES = [c.name for c in STAFF.columns]


def form(sql: str) -> Form:
    return parse_form(sql, NAMES)


@pytest.mark.parametrize(
    ("sql", "zh", "en"),
    [
        ('SELECT AVG("月薪(元)") FROM t', "求全表的平均月薪", "Mean 月薪 in all"),
        ('SELECT "部门", AVG("月薪(元)") FROM t GROUP BY "部门"', "按部门求平均月薪", "Mean 月薪 by 部门"),
        (
            """SELECT COUNT(*) FROM t WHERE "部门" = '研发部' AND "月薪(元)" > 10000""",
            "部门是“研发部”，且月薪大于 10,000 的行里，求行数",
            "Among rows where 部门 is “研发部” and 月薪 is more than 10,000, number of rows",
        ),
        (
            'SELECT "姓名", "月薪(元)" FROM t QUALIFY RANK() OVER (ORDER BY "月薪(元)" DESC) = 1',
            "取月薪最高的，列出姓名、月薪",
            "Those with the highest 月薪, list 姓名, 月薪",
        ),
        (
            'SELECT "部门", "姓名" FROM t QUALIFY RANK() OVER (PARTITION BY "部门" ORDER BY "月薪(元)") <= 2',
            "每个部门里取月薪最低的 2 名，列出部门、姓名",
            "The 2 with the lowest 月薪, ties included in each 部门, list 部门, 姓名",
        ),
        (
            'SELECT "姓名" FROM t ORDER BY "入职日期" DESC NULLS LAST LIMIT 2 OFFSET 1',
            "按入职日期从晚到早取第 2 到 3 行，列出姓名",
            "Numbers 2 to 3 by 入职日期, latest first, list 姓名",
        ),
        (
            """SELECT SUM(CASE WHEN "部门" = '研发部' THEN 1 ELSE 0 END) * 1.0 / COUNT(*) FROM t""",
            "求部门是“研发部”的行所占的比例",
            "Share of rows where 部门 is “研发部”",
        ),
        (
            """SELECT "姓名" FROM t WHERE ("部门" = '研发部' OR "部门" = '仓储部') AND """
            """("月薪(元)" < 9000 OR "姓名" LIKE '王%')""",
            "部门是“研发部”或“仓储部”，且（月薪小于 9000，或者姓名以“王”开头）的行里，列出姓名",
            "Among rows where 部门 is “研发部” or “仓储部” and (月薪 is less than 9000 or 姓名 begins with “王”), "
            "list 姓名",
        ),
        (
            'SELECT "部门", COUNT(*) FROM t WHERE year("入职日期") >= 2020 GROUP BY "部门" HAVING COUNT(*) > 1 '
            "ORDER BY COUNT(*) DESC",
            "入职日期在 2020 年或以后的行里，按部门求行数，只留行数大于 1 的，从多到少排",
            "Among rows where 入职日期 is in 2020 or later, number of rows by 部门, "
            "only where number of rows is more than 1, sorted by it, highest first",
        ),
        (
            'SELECT "姓名" FROM t WHERE "月薪(元)" > (SELECT AVG("月薪(元)") FROM t)',
            "月薪大于全表的平均月薪的行里，列出姓名",
            "Among rows where 月薪 is more than overall mean 月薪, list 姓名",
        ),
        (
            """SELECT "姓名" FROM t WHERE "入职日期" < DATE '2021-01-01' AND "离职日期" IS NULL""",
            "入职日期早于 2021-01-01，且离职日期为空的行里，列出姓名",
            "Among rows where 入职日期 is before 2021-01-01 and 离职日期 is empty, list 姓名",
        ),
        (
            'SELECT COUNT(*) FROM (SELECT "部门" FROM t GROUP BY "部门" HAVING AVG("月薪(元)") > 9000)',
            "数平均月薪大于 9000 的部门有几个",
            "Number of 部门 where mean 月薪 is more than 9000",
        ),
        (
            'SELECT "入职日期", "月薪(元)" - LAG("月薪(元)") OVER (ORDER BY "入职日期") FROM t',
            "列出入职日期、月薪按入职日期比上一行的变化",
            "List 入职日期, change of 月薪 on the row before, ordered by 入职日期",
        ),
    ],
)
def test_queries_are_read_aloud(sql: str, zh: str, en: str) -> None:
    assert read_form(form(sql), STAFF) == {"zh": zh, "en": en}


def _random_form(rng: random.Random) -> Form | None:
    """A form that the grammar lets be written."""
    state: State = START
    symbols: list[Symbol] = []
    for _ in range(60):
        allowed = state.allowed
        if allowed.end and rng.random() < 0.5:
            return from_tokens(symbols)
        options: list[Symbol] = sorted(allowed.words)
        options += [Column(i) for i in range(len(NAMES))] * 2 if allowed.column else []
        options += [Constant(3.0), Constant("研发部"), Constant(date(2021, 3, 1))] if allowed.constant else []
        options += [Constant("王")] if allowed.text else []
        options += [Constant(2.0)] * 2 if allowed.number else []
        if not options:
            break
        # Words that need little come oftener, so that forms end.
        symbol = rng.choice(options) if rng.random() < 0.4 else options[-1 - rng.randrange(min(3, len(options)))]
        try:
            state = state.after(symbol)
        except ValueError:
            continue
        symbols.append(symbol)
    return from_tokens(symbols) if state.allowed.end else None


def test_every_word_of_the_grammar_is_said() -> None:
    rng = random.Random(1)
    seen: set[str] = set()
    for _ in range(12_000):
        made = _random_form(rng)
        if not isinstance(made, Node) or made.word == "refuse":
            continue
        words = {node.word for node in _nodes(made)}
        seen |= words
        found = read_form(made, STAFF)
        assert all(found.values())
        # No word of the grammar's own, such as running_in.
        assert not any(word in found["zh"] for word in words if "_" in word or word in ("greatest", "least", "length"))
    said_words = set(WORDS) - set(NUMBER_WORDS) - {")", "refuse"}
    assert said_words <= seen, said_words - seen


def _nodes(made: Form) -> list[Node]:
    return [made, *(n for arg in made.args for n in _nodes(arg))] if isinstance(made, Node) else []


def _measured(sql: str, table: Table = STAFF) -> list[Measure]:
    found = parse_form(sql, [c.name for c in table.columns])
    rows = open_database(table).run(sql_text(found, [c.name for c in table.columns], table.name))
    return measures(found, table, rows)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ('SELECT "姓名", "月薪(元)" FROM t', [Measure(), Measure("元")]),
        ('SELECT AVG("月薪(元)"), COUNT(*) FROM t', [Measure("元"), Measure()]),
        ('SELECT MAX("出勤率(%)") FROM t', [Measure("%")]),
        (
            'SELECT "部门", COUNT(*) * 1.0 / SUM(COUNT(*)) OVER () FROM t GROUP BY "部门"',
            [Measure(), Measure(style="percent")],
        ),
        ('SELECT "奖金（元）" * 1.0 / "月薪(元)" FROM t', [Measure(style="percent")]),
        ('SELECT "月薪(元)" * 1.0 / "奖金（元）" FROM t', [Measure()]),
        ('SELECT "月薪(元)" + "奖金（元）" FROM t', [Measure("元")]),
        ('SELECT date_diff(\'day\', "入职日期", "离职日期") FROM t', [Measure("天")]),
        ('SELECT year("入职日期"), dayofweek("入职日期") FROM t', [Measure(style="plain"), Measure(style="weekday")]),
        ('SELECT "月薪(元)" - LAG("月薪(元)") OVER (ORDER BY "入职日期") FROM t', [Measure("元")]),
        (
            'SELECT "月薪(元)" * 1.0 / LAG("月薪(元)") OVER (ORDER BY "入职日期") - 1 FROM t',
            [Measure(style="percent")],
        ),
    ],
)
def test_columns_of_a_result_have_units_and_styles(sql: str, expected: list[Measure]) -> None:
    assert _measured(sql) == expected


@pytest.mark.parametrize(
    ("value", "measure", "shown"),
    [
        (11666.666666, Measure("元"), "11,666.67 元"),
        (0.25, Measure(style="percent"), "25%"),
        (1 / 3, Measure(style="percent"), "33.33%"),
        (98.5, Measure("%"), "98.5%"),
        (2021, Measure(style="plain"), "2021"),
        (0, Measure(style="weekday"), "周日"),
        (0.00123, Measure(), "0.0012"),
        (None, Measure("元"), "（空）"),
        ("研发部", Measure(), "研发部"),
    ],
)
def test_values_are_shown_as_people_write_them(value: Any, measure: Measure, shown: str) -> None:
    assert show(value, measure)[0] == shown


def _said(sql: str, table: Table, as_of: date | None = None) -> str:
    found = parse_form(sql, [c.name for c in table.columns])
    rows = open_database(table).run(sql_text(found, [c.name for c in table.columns], table.name))
    return said(table, found, read_form(found, table), rows, measures(found, table, rows), as_of)["zh"]


def test_the_sentence_says_a_short_answer_and_what_was_left_out() -> None:
    around = Surroundings(left=(left("total", 5, ["合计", "", 35000]),))
    rows = [["林一", "研发部", 12000], ["王二", "仓储部", 8000], ["张三", "研发部", 15000]]
    table = build_table(["姓名", "部门", "月薪(元)"], rows, name="员工", around=around)
    sql = """SELECT AVG("月薪(元)") FROM t WHERE "部门" = '研发部'"""
    assert _said(sql, table) == "部门是“研发部”的行里，平均月薪是 13,500 元；未计入 1 行合计。"
    assert _said("SELECT COUNT(*) FROM t", STAFF) == "行数是 3。"
    assert _said("""SELECT "姓名" FROM t WHERE "部门" = '财务部'""", STAFF).endswith("：没有符合的行。")
    best = 'SELECT "姓名", "月薪(元)" FROM t QUALIFY RANK() OVER (ORDER BY "月薪(元)" DESC) = 1'
    assert _said(best, STAFF) == "取月薪最高的，列出姓名、月薪：张三、15,000 元。"
    assert (
        _said('SELECT "姓名" FROM t', STAFF, date(2023, 12, 1))
        == "列出姓名，共 3 行；时间从表里最新的 2023-12-01 算起。"
    )
