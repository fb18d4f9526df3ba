"""Forms: what the grammar lets follow what, and that a form and its SQL give the same rows."""

import math
from datetime import date

import duckdb
import pytest

from core.text2sql.form import Column, Constant, Form, Node
from core.text2sql.form_parse import NotAForm, parse_form
from core.text2sql.form_sql import sql_text
from core.text2sql.grammar import CLOSE, NUMBER_WORDS, START, WORDS, from_tokens, tokens

NAMES = ("茶名", "产地", "等级", "采摘日", "上市日", "春产(斤)", "秋产(斤)", "单价")
TEAS = [
    ("云雾", "庐山", "特级", date(2023, 3, 28), date(2023, 4, 20), 320, 110, 480.0),
    ("毛尖", "信阳", "一级", date(2023, 4, 2), date(2023, 4, 30), 510, None, 260.0),
    ("毛峰", "黄山", "特级", date(2023, 4, 9), date(2023, 5, 6), 280, 90, 520.0),
    ("瓜片", "六安", "一级", date(2023, 9, 21), date(2023, 10, 8), 150, 260, 310.0),
    ("龙井", "杭州", "特级", date(2024, 3, 25), date(2024, 4, 12), 640, 200, 520.0),
    ("毛蟹", "安溪", None, date(2024, 4, 30), date(2024, 6, 1), 90, 330, 130.0),
    ("铁观音", "安溪", "一级", date(2024, 5, 8), date(2024, 6, 11), 420, 450, 280.0),
    ("100%野茶_散", "黄山", "二级", date(2024, 5, 20), None, 60, 20, None),
]
SAID = {
    "list": """SELECT "茶名", "单价" FROM t WHERE "产地" = '安溪'""",
    "everything": "SELECT * FROM t WHERE \"等级\" <> '二级'",
    "count": """SELECT COUNT(*) FROM t WHERE "单价" > 300""",
    "count_distinct": 'SELECT COUNT(DISTINCT "产地") FROM t',
    "aggregate": 'SELECT AVG("单价"), MEDIAN("单价"), STDDEV_SAMP("单价"), MAX("春产(斤)") - MIN("春产(斤)") FROM t',
    "group": 'SELECT "产地", SUM("春产(斤)"), COUNT(*) FROM t GROUP BY "产地" ORDER BY COUNT(*) DESC, "产地" LIMIT 3',
    "having": 'SELECT "等级", AVG("单价") FROM t GROUP BY "等级" HAVING COUNT(DISTINCT "产地") >= 2',
    "superlative": 'SELECT "茶名", "单价" FROM t QUALIFY RANK() OVER (ORDER BY "单价" DESC) = 1',
    "nth": 'SELECT "茶名" FROM t QUALIFY RANK() OVER (ORDER BY "秋产(斤)" DESC NULLS LAST) = 3',
    "between ranks": 'SELECT "茶名" FROM t QUALIFY RANK() OVER (ORDER BY "秋产(斤)") BETWEEN 2 AND 4',
    "top_n": 'SELECT "茶名" FROM t ORDER BY "春产(斤)" DESC LIMIT 3',
    "offset": 'SELECT "茶名" FROM t ORDER BY "春产(斤)" DESC LIMIT 3 OFFSET 2',
    "top_percent": 'SELECT "茶名" FROM t ORDER BY "春产(斤)" DESC LIMIT 25%',
    "group_superlative": 'SELECT "产地" FROM t GROUP BY "产地" QUALIFY RANK() OVER (ORDER BY SUM("春产(斤)") DESC) = 1',
    "best_in_group": 'SELECT "等级", "茶名" FROM t QUALIFY RANK() OVER (PARTITION BY "等级" ORDER BY "单价" DESC) <= 2',
    "date_filter": """SELECT "茶名" FROM t WHERE "采摘日" BETWEEN DATE '2023-03-01' AND DATE '2023-04-05'""",
    "date parts": 'SELECT "茶名" FROM t WHERE year("采摘日") = 2024 AND month("采摘日") IN (4) OR day("采摘日") > 27',
    "date_group": """SELECT strftime("采摘日", '%Y-%m'), SUM("春产(斤)") FROM t GROUP BY strftime("采摘日", '%Y-%m')""",
    "weekday": 'SELECT dayofweek("采摘日"), COUNT(*) FROM t GROUP BY dayofweek("采摘日")',
    "recent": 'SELECT "茶名" FROM t WHERE "采摘日" > (SELECT MAX("采摘日") FROM t) - INTERVAL 2 MONTH',
    "newest": 'SELECT "茶名" FROM t WHERE "采摘日" IN (SELECT DISTINCT "采摘日" FROM t ORDER BY "采摘日" DESC LIMIT 2)',
    "date_diff": """SELECT "茶名" FROM t WHERE date_diff('day', "采摘日", "上市日") > 25""",
    "change": 'SELECT "茶名", "单价" - LAG("单价") OVER (ORDER BY "采摘日") FROM t',
    "growth": 'SELECT "茶名", "单价" * 1.0 / LAG("单价", 2) OVER (ORDER BY "采摘日") - 1 FROM t',
    "change in group": 'SELECT "茶名", "单价" - LAG("单价") OVER (PARTITION BY "等级" ORDER BY "采摘日") FROM t',
    "rises": 'SELECT "茶名" FROM t QUALIFY "单价" > LAG("单价") OVER (ORDER BY "采摘日")',
    "cumulative": 'SELECT "茶名", SUM("春产(斤)") OVER (ORDER BY "采摘日") FROM t',
    "moving": 'SELECT AVG("单价") OVER (ORDER BY "采摘日" ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM t',
    "share": """SELECT SUM(CASE WHEN "等级" = '特级' THEN "春产(斤)" ELSE 0 END) * 1.0 / SUM("春产(斤)") FROM t""",
    "share of rows": """SELECT SUM(CASE WHEN "等级" = '特级' THEN 1 ELSE 0 END) * 1.0 / COUNT(*) FROM t""",
    "group shares": 'SELECT "产地", COUNT(*) * 1.0 / SUM(COUNT(*)) OVER () FROM t GROUP BY "产地"',
    "row shares": 'SELECT "茶名", "春产(斤)" * 1.0 / SUM("春产(斤)") OVER (PARTITION BY "等级") FROM t',
    "difference": (
        """SELECT AVG(CASE WHEN "产地" = '黄山' THEN "单价" END)"""
        """ - MAX(CASE WHEN "茶名" = '毛尖' THEN "单价" END) FROM t"""
    ),
    "arithmetic": 'SELECT "茶名", ("春产(斤)" - "秋产(斤)") * 1.0 / ("春产(斤)" + "秋产(斤)" + 1) FROM t',
    "row_total": 'SELECT "茶名", "春产(斤)" + COALESCE("秋产(斤)", 0) + 5, GREATEST("春产(斤)", "秋产(斤)") FROM t',
    "column_compare": 'SELECT "茶名" FROM t WHERE "秋产(斤)" > "春产(斤)" * 0.5 AND abs("单价" - 300) <= 200',
    "vs_average": """SELECT "茶名" FROM t WHERE "单价" > (SELECT AVG("单价") FROM t WHERE "等级" = '一级')""",
    "vs a row": """SELECT "茶名" FROM t WHERE (SELECT "单价" FROM t WHERE "茶名" = '瓜片') < "单价" """,
    "vs own group": 'SELECT "茶名" FROM t QUALIFY "单价" > AVG("单价") OVER (PARTITION BY "等级")',
    "group_vs_overall": (
        'SELECT "产地" FROM t GROUP BY "产地" HAVING AVG("单价") > (SELECT AVG("单价") FROM t)'
    ),
    "two queries": """SELECT (SELECT AVG("单价") FROM t WHERE "等级" = '特级') - (SELECT AVG("单价") FROM t)""",
    "mean of groups": (
        'SELECT "产地" FROM t GROUP BY "产地" HAVING SUM("春产(斤)") > '
        '(SELECT AVG(s) FROM (SELECT SUM("春产(斤)") AS s FROM t GROUP BY "产地"))'
    ),
    "text_match": """SELECT "茶名" FROM t WHERE "茶名" LIKE '毛%' AND "产地" NOT LIKE '%溪' OR "茶名" LIKE '%观%'""",
    "wild cards": """SELECT "茶名" FROM t WHERE "茶名" LIKE '%0!%野%' ESCAPE '!' OR "茶名" LIKE '%x_' ESCAPE 'x'""",
    "length": 'SELECT "茶名" FROM t WHERE length("茶名") = 2 AND left("产地", 1) = \'黄\'',
    "null": 'SELECT "茶名" FROM t WHERE "等级" IS NULL OR "上市日" IS NOT NULL AND "秋产(斤)" IS NULL',
    "or_not_in": """SELECT "茶名" FROM t WHERE "产地" IN ('黄山', '安溪') AND "等级" NOT IN ('一级')""",
    "mixed_logic": (
        """SELECT "茶名" FROM t WHERE ("等级" = '一级' OR "单价" > 500) """
        """AND NOT ("单价" < 300 OR "秋产(斤)" > 200)"""
    ),
    "duplicates": 'SELECT "产地" FROM t GROUP BY "产地" HAVING COUNT(*) > 1',
    "count_groups": 'SELECT COUNT(*) FROM (SELECT "产地" FROM t WHERE "单价" > 9 GROUP BY "产地" HAVING COUNT(*) = 1)',
    "count pairs": 'SELECT COUNT(*) FROM (SELECT DISTINCT "产地", "等级" FROM t)',
    "mode": 'SELECT "等级" FROM t GROUP BY "等级" QUALIFY RANK() OVER (ORDER BY COUNT(*) DESC) = 1',
    "shortlist": 'SELECT SUM("单价") FROM (SELECT "单价" FROM t ORDER BY "春产(斤)" DESC LIMIT 3)',
    "distinct": 'SELECT DISTINCT "产地" FROM t WHERE "单价" >= 280',
    "members": 'SELECT "茶名" FROM t WHERE "产地" IN (SELECT "产地" FROM t GROUP BY "产地" HAVING COUNT(*) > 1)',
    "aliases": 'SELECT a."产地" AS p, SUM(a."春产(斤)") AS s FROM t AS a GROUP BY p ORDER BY s DESC LIMIT 2',
    "last and first": 'SELECT ARG_MAX("单价", "采摘日") - ARG_MIN("单价", "采摘日") FROM t',
}  # fmt: skip
# Queries of one meaning, and the first of them is written.
ALIKE = (
    ('SELECT "单价" FROM t WHERE "单价" != 5', 'select "单价" from T where "单价" <> 5.0;'),
    ('SELECT "茶名" FROM t WHERE "产地" = \'黄山\'', 'SELECT "茶名" FROM t WHERE "产地" IN (\'黄山\')'),
    ('SELECT "茶名" FROM t WHERE "茶名" = \'毛尖\'', 'SELECT "茶名" FROM t WHERE "茶名" LIKE \'毛尖\''),
    ('SELECT "春产(斤)" / "秋产(斤)" FROM t', 'SELECT 1.0 * "春产(斤)" / NULLIF("秋产(斤)", 0) AS r FROM t'),
    ('SELECT "茶名" FROM t ORDER BY "单价" DESC LIMIT 1', 'SELECT "茶名" FROM t ORDER BY 单价 DESC NULLS LAST LIMIT 1'),
    (
        'SELECT "茶名" FROM t QUALIFY RANK() OVER (ORDER BY "单价") = 1',
        'SELECT "茶名" FROM t WHERE "单价" = (SELECT MIN("单价") FROM t)',
    ),
    (
        'SELECT "茶名" FROM t WHERE "等级" = \'一级\' QUALIFY RANK() OVER (ORDER BY "单价" DESC) = 1',
        'SELECT "茶名" FROM t WHERE "单价" = (SELECT MAX("单价") FROM t WHERE "等级" = \'一级\') AND "等级" = \'一级\'',
    ),
    (
        "SELECT SUM(CASE WHEN \"等级\" = '一级' THEN 1 ELSE 0 END) FROM t",
        "SELECT COUNT(*) FILTER (WHERE \"等级\" = '一级') FROM t",
    ),
    ('SELECT "产地" FROM t GROUP BY "产地"', 'SELECT "产地" FROM t GROUP BY 1'),
)
REFUSED = {
    "join": "SELECT a.单价 FROM t a JOIN t b ON a.茶名 = b.茶名",
    "union": "SELECT 单价 FROM t UNION SELECT 单价 FROM t",
    "with": "WITH x AS (SELECT * FROM t) SELECT * FROM x",
    "correlated": "SELECT 茶名 FROM t AS o WHERE 单价 > (SELECT AVG(单价) FROM t AS i WHERE i.产地 = o.产地)",
    "no such column": "SELECT 海拔 FROM t",
    "wild card inside": "SELECT 茶名 FROM t WHERE 茶名 LIKE '毛_尖'",
    "other statement": "DROP TABLE t",
    "nulls first": "SELECT 茶名 FROM t ORDER BY 单价 NULLS FIRST",
    "not SQL": "SELECT FROM WHERE (",
    "aggregate in a condition": "SELECT 茶名 FROM t WHERE SUM(单价) > 3",
    "too long a number": "SELECT 茶名 FROM t WHERE 单价 = 9007199254740993",
}


@pytest.fixture(scope="module")
def teas() -> duckdb.DuckDBPyConnection:
    found = duckdb.connect(config={"threads": 1})
    kinds = ("VARCHAR", "VARCHAR", "VARCHAR", "DATE", "DATE", "BIGINT", "BIGINT", "DOUBLE")
    found.execute("CREATE TABLE t (" + ", ".join(f'"{n}" {k}' for n, k in zip(NAMES, kinds, strict=True)) + ")")
    found.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?)", TEAS)
    return found


def rows(found: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    def plain(value: object) -> object:
        return round(float(value), 6) if isinstance(value, int | float) and math.isfinite(value) else value

    return sorted((tuple(plain(v) for v in row) for row in found.execute(sql).fetchall()), key=repr)


@pytest.mark.parametrize("kind", SAID)
def test_a_form_gives_the_rows_of_its_sql(teas: duckdb.DuckDBPyConnection, kind: str) -> None:
    sql = SAID[kind]
    form = parse_form(sql, NAMES)
    written = tokens(form)
    assert from_tokens(written) == form
    assert rows(teas, sql_text(form, NAMES)) == rows(teas, sql) != []
    assert parse_form(sql_text(form, NAMES), NAMES) == form
    state = START
    for symbol in written:
        assert state.allowed.admits(symbol)
        state = state.after(symbol)
    assert state.allowed.end


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_queries_of_one_meaning_are_one_form(one: str, other: str) -> None:
    assert parse_form(one, NAMES) == parse_form(other, NAMES)


@pytest.mark.parametrize("why", REFUSED)
def test_what_no_form_says(why: str) -> None:
    with pytest.raises(NotAForm):
        parse_form(REFUSED[why], NAMES)


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE t; --", '"; drop', "100%", "a_b", "!", "100!%", "\\", "it''s", "%", "_", "\n", "毛'尖"]
)
def test_texts_stay_data(text: str) -> None:
    found = duckdb.connect(config={"threads": 1})
    name = 'n"; drop table t; --'
    found.execute('CREATE TABLE t ("n""; drop table t; --" VARCHAR)')
    found.executemany("INSERT INTO t VALUES (?)", [(text,), (f"x{text}",), (f"{text}y",), ("axb",), ("1000",)])
    value = Constant(text)
    for word, expected in {
        "=": {text}, "starts": {text, f"{text}y"}, "ends": {text, f"x{text}"},
        "contains": {text, f"x{text}", f"{text}y"},
        "in": {text}, "not_contains": {"axb", "1000"},
    }.items():  # fmt: skip
        form = Node("select", (Column(0), Node("where", (Node(word, (Column(0), value)),))))
        sql = sql_text(form, [name])
        assert {row[0] for row in found.execute(sql).fetchall()} == expected, sql
        assert parse_form(sql, [name]) == (form if word != "in" else Node("select", (Column(0), _equal(value))))


def test_letters_match_small_or_large() -> None:
    found = duckdb.connect(config={"threads": 1})
    found.execute("CREATE TABLE t (型号 VARCHAR)")
    found.executemany("INSERT INTO t VALUES (?)", [("xA",), ("xa",), ("Ax",), ("b",)])
    for word, expected in {"ends": {"xA", "xa"}, "not_contains": {"b"}, "starts": {"Ax"}, "=": {"xa"}}.items():
        value = Constant("xa" if word == "=" else "a")
        form = Node("select", (Column(0), Node("where", (Node(word, (Column(0), value)),))))
        sql = sql_text(form, ["型号"])
        assert {row[0] for row in found.execute(sql).fetchall()} == expected, sql
        assert parse_form(sql, ["型号"]) == form


def _equal(value: Constant) -> Node:
    return Node("where", (Node("=", (Column(0), value)),))


def test_what_may_come_next() -> None:
    assert START.allowed.words == {"select", "distinct", "count_groups", "refuse"}
    assert not START.allowed.end
    after = START.after("select")
    assert after.allowed.column
    assert "sum" in after.allowed.words
    assert "where" not in after.allowed.words
    assert not after.allowed.admits(Constant(1.0))
    where = after.after(Column(0)).after("where")
    assert "sum" not in where.after("=").allowed.words
    equal = where.after("=").after(Column(0)).allowed
    assert (equal.constant, equal.text, equal.number, equal.column) == (True, True, True, True)
    assert "#0" in equal.words
    more = where.after(">").after(Column(0)).allowed
    assert (more.constant, more.text) == (True, False)
    part = where.after("contains").after(Column(0)).allowed
    assert (part.text, part.constant, part.number, part.column, part.words) == (True, False, False, False, frozenset())
    limit = after.after(Column(0)).after("limit").allowed
    assert (limit.number, limit.constant) == (True, False)
    assert "#5" in limit.words
    for state, symbol in (
        (START, "where"),
        (after, Constant(3.0)),
        (where, Column(0)),
        (START.after("refuse"), "select"),
    ):
        with pytest.raises(ValueError, match="may not come"):
            state.after(symbol)
    assert START.after("refuse").allowed.end


def test_equal_states_share_what_they_allow() -> None:
    one = START.after("select").after(Column(0)).after("where").after("=")
    other = START.after("select").after(Column(3)).after("where").after("=")
    assert one == other
    assert hash(one) == hash(other)
    assert one.allowed is other.allowed


def test_number_words_are_constants() -> None:
    form = from_tokens(["select", Column(0), "limit", "#5"])
    assert form == Node("select", (Column(0), Node("limit", (Constant(5.0),))))
    assert tokens(form) == ["select", Column(0), "limit", Constant(5.0)]
    assert set(NUMBER_WORDS) <= set(WORDS)
    assert len(set(WORDS)) == len(WORDS)


def test_no_form_runs_away() -> None:
    state = START.after("select")
    for _ in range(6):
        state = state.after("+")
    assert "+" not in state.allowed.words
    assert "count" in state.allowed.words
    state = START.after("select").after(Column(0)).after("where")
    for _ in range(12):
        state = state.after("and").after("null").after(Column(0))
    assert "and" not in state.allowed.words
    state = START.after("select")
    for _ in range(12):
        state = state.after(Column(0))
    assert not state.allowed.column
    for word in ("null", "="):
        assert word in START.after("select").after(Column(0)).after("where").allowed.words


@pytest.mark.parametrize(
    "symbols",
    [
        [], ["select"], ["select", "where"], ["where"], ["select", Column(0), CLOSE], ["refuse", "refuse"],
        ["select", Column(0), "where", "in", Column(0), Constant("x")], ["select", Column(0), "limit", Constant("x")],
        ["select", "sum", "sum", Column(0)],
    ],
)  # fmt: skip
def test_symbols_that_are_no_form(symbols: list[str | Column | Constant]) -> None:
    with pytest.raises(ValueError, match=r"no |after the end"):
        from_tokens(symbols)


@pytest.mark.parametrize(
    "form",
    [
        Node("refuse"), Column(0), Node("select", (Column(9),)), Node("select", ()), Node("select", (Constant(1.0),)),
        Node("select", (Column(0), Node("limit", (Constant(2.5),)))),
        Node("select", (Column(0), Node("limit", (Constant(-1.0),)))),
        Node("select", (Column(0), Node("where", (Node(">", (Column(0), Constant(math.inf))),)))),
        Node("select", (Column(0), Node("where", (Column(0),)))),
        Node("select", (Node("sum", (Column(0), Column(1))),)),
    ],
)  # fmt: skip
def test_forms_that_mean_nothing(form: Form) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        sql_text(form, NAMES)
