"""Attacks on the database: every query is refused, harmless, or stopped, and other tables answer meanwhile."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import duckdb
import pytest

from core.errors import InputError
from core.text2sql.database import Database, check_select
from core.text2sql.table import Table, build_table

HEADER = ["城市", "收入（万元）", "日期", 'a"; DROP TABLE x; --', "${alert(1)}", "<img src=x onerror=alert(1)>", "价格"]


@pytest.fixture(scope="module")
def table() -> Table:
    rows = [[f"城市{i % 7}", i, f"2024-{i % 12 + 1:02d}-05", f"'; DROP TABLE x{i}", i, "x", i / 3] for i in range(2000)]
    return build_table(HEADER, rows, name="销售")


@pytest.fixture(scope="module")
def database(table: Table) -> Database:
    return Database(table)


REFUSED = """
SELECT 1; DROP TABLE 销售
SELECT * FROM 销售; SELECT 1
DROP TABLE 销售
SELECT * FROM read_csv('/etc/passwd')
SELECT * FROM read_csv_auto('/etc/passwd')
SELECT * FROM READ_CSV('/etc/passwd', sep = ':')
SELECT * FROM read_text('/etc/passwd')
SELECT * FROM read_blob('/etc/passwd')
SELECT * FROM read_json('/etc/passwd')
SELECT * FROM read_parquet('x.parquet')
SELECT * FROM glob('/etc/*')
SELECT * FROM sniff_csv('/etc/passwd')
SELECT * FROM '/etc/passwd'
SELECT * FROM "/etc/passwd"
SELECT * FROM 'https://example.com/x.csv'
FROM '/etc/passwd'
TABLE "/etc/passwd"
SELECT * FROM 销售, '/etc/passwd'
SELECT * FROM 销售 JOIN read_csv('/etc/passwd') ON TRUE
SELECT (SELECT content FROM read_text('/etc/passwd'))
SELECT * FROM 销售 WHERE 城市 IN (SELECT content FROM read_text('/etc/passwd'))
SELECT * FROM 销售 UNION ALL SELECT * FROM read_csv('/etc/passwd')
WITH x AS (SELECT * FROM '/etc/passwd') SELECT * FROM x
SELECT * FROM (SELECT * FROM 'x.csv')
SELECT * FROM 销售 /* ; */ ; -- \n DROP TABLE 销售
SELECT * FROM/**/read_csv/**/('/etc/passwd')
COPY 销售 TO 'x.csv'
COPY (SELECT * FROM 销售) TO 'x.csv'
COPY 销售 FROM '/etc/passwd'
ATTACH 'x.db'
DETACH memory
PRAGMA database_list
PRAGMA enable_external_access
INSTALL httpfs
LOAD httpfs
SET threads = 8
SET enable_external_access = true
RESET threads
CALL pragma_version()
EXPORT DATABASE 'x'
IMPORT DATABASE 'x'
CREATE TABLE x AS SELECT 1
CREATE MACRO m() AS 1
CREATE SECRET s (TYPE s3)
ALTER TABLE 销售 RENAME TO x
INSERT INTO 销售 SELECT * FROM 销售
UPDATE 销售 SET 价格 = 0
DELETE FROM 销售
TRUNCATE 销售
MERGE INTO 销售 USING 销售 AS s ON TRUE WHEN MATCHED THEN DELETE
WITH x AS (INSERT INTO 销售 VALUES (1) RETURNING *) SELECT * FROM x
WITH x AS (UPDATE 销售 SET 价格 = 0 RETURNING *) SELECT * FROM x
WITH x AS (DELETE FROM 销售 RETURNING *) SELECT * FROM x
WITH x AS (CREATE TABLE y (a INT)) SELECT * FROM x
SELECT * INTO x FROM 销售
SELECT * FROM 销售 FOR UPDATE
EXPLAIN SELECT 1
EXPLAIN ANALYZE SELECT 1
DESCRIBE 销售
SUMMARIZE 销售
SHOW TABLES
SELECT * FROM (SHOW TABLES)
SELECT * FROM (DESCRIBE 销售)
PREPARE p AS SELECT 1
EXECUTE p
BEGIN
COMMIT
USE memory
VACUUM
CHECKPOINT
KILL 1
SELECT getenv('HOME')
SELECT current_setting('threads')
SELECT GETVARIABLE('x')
SELECT current_user
SELECT current_schema()
SELECT current_database()
SELECT version()
SELECT pg_typeof(1)
SELECT txid_current()
SELECT nextval('x')
SELECT random()
SELECT uuid()
SELECT sleep_ms(1000)
SELECT * FROM query('SELECT 1')
SELECT * FROM query_table('销售')
SELECT * FROM information_schema.tables
SELECT * FROM sqlite_master
SELECT * FROM duckdb_settings()
SELECT * FROM duckdb_secrets()
SELECT * FROM duckdb_tables
SELECT * FROM pg_catalog.pg_tables
SELECT * FROM pragma_table_info('销售')
SELECT * FROM memory.main.销售
SELECT * FROM main.销售
SELECT * FROM 别的表
WITH duckdb_tables AS (SELECT * FROM duckdb_tables) SELECT * FROM duckdb_tables
WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a
SELECT (WITH sqlite_master AS (SELECT 1 AS x) SELECT x FROM sqlite_master), * FROM sqlite_master
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r
SELECT repeat('x', 4000000000)
SELECT lpad('x', 2000000000, 'y')
SELECT rpad('x', 2000000000, 'y')
SELECT format('{:>1000000000}', 'x')
SELECT printf('%1000000000d', 1)
SELECT space(1000000000)
SELECT bar(1, 0, 1, 1000000000)
SELECT range(1000000000)
SELECT * FROM range(100000000000)
SELECT * FROM generate_series(1, 100000000000)
SELECT unnest(range(1000000000))
SELECT * FROM unnest([1, 2])
SELECT list(城市) FROM 销售
SELECT array_agg(城市) FROM 销售
SELECT histogram(城市) FROM 销售
SELECT [1, 2]
SELECT {'a': 1}
SELECT list_transform([1], x -> x)
SELECT max(价格, 1000) FROM 销售
SELECT string_agg(城市) OVER () FROM 销售
SELECT strftime(日期, 城市) FROM 销售
SELECT 城市||城市||城市||城市||城市||城市||城市||城市 FROM 销售
SELECT replace(replace(城市, '城', '城城城城城城城城城城'), '城', '城城城城城城城城城城') FROM 销售
SELECT replace(城市, '城', 城市) FROM 销售
SELECT COLUMNS('.*') FROM 销售
SELECT * FROM 销售 TABLESAMPLE 10%
SELECT * FROM 销售 PIVOT (sum(价格) FOR 城市 IN ('城市1'))
PIVOT 销售 ON 城市
SELECT ?
SELECT $1
SELECT :x
SELECT CAST('x' AS JSON)
SELECT CAST(1 AS INT[])
SELECT CAST('x' AS BLOB)
VALUES (1)
SELECT
SELEKT * FROM 销售
SELECT * FROM 销售 WHERE
SELECT 'abc
城市收入
;
"""


@pytest.mark.parametrize("sql", [line.replace("\\n", "\n") for line in REFUSED.strip().splitlines()])
def test_refused(sql: str, table: Table, database: Database) -> None:
    with pytest.raises(InputError) as caught:
        check_select(sql, table)
    assert caught.value.zh
    assert caught.value.en
    with pytest.raises(InputError):
        database.run(sql)
    assert database.run("SELECT count(*) FROM 销售").rows == [[2000]]


ALLOWED = """
SELECT * FROM 销售
FROM 销售 LIMIT 3
SELECT 城市, sum("收入（万元）") AS 总数 FROM 销售 GROUP BY 城市 HAVING 总数 > 10 ORDER BY 总数 DESC LIMIT 3 OFFSET 1
SELECT DISTINCT 城市 FROM "销售" WHERE 城市 LIKE '城市%' AND NOT 城市 IN ('城市1', '城市2') OR 城市 IS NULL
SELECT count(DISTINCT 城市), avg(价格), median(价格), stddev(价格), min(日期) FROM 销售 WHERE 价格 BETWEEN 1 AND 9
SELECT "收入（万元）" - 价格, 价格 / 2, -价格, 价格 % 2, round(价格, 1), abs(价格) FROM 销售
SELECT year(日期), month(日期), strftime(日期, '%Y-%m'), date_trunc('month', 日期), 日期 + INTERVAL 1 MONTH FROM 销售
SELECT date_diff('day', min(日期), max(日期)), date_part('year', max(日期)), quarter(max(日期)) FROM 销售
SELECT * FROM 销售 WHERE 日期 >= DATE '2024-03-01' AND 日期 < current_date
SELECT CASE WHEN 价格 > 5 THEN '高' ELSE '低' END AS 档, count(*) FROM 销售 GROUP BY ALL
SELECT 城市, rank() OVER (PARTITION BY 城市 ORDER BY 价格 DESC) AS 名次 FROM 销售 QUALIFY 名次 <= 2
SELECT 城市, lag(价格) OVER (ORDER BY 日期), sum(价格) OVER (ORDER BY 日期 ROWS 2 PRECEDING) FROM 销售
WITH a AS (SELECT 城市, avg(价格) AS p FROM 销售 GROUP BY 1), b AS (SELECT * FROM a) SELECT * FROM b JOIN a USING (城市)
SELECT * FROM 销售 WHERE 价格 > (SELECT avg(价格) FROM 销售)
SELECT 城市 FROM 销售 UNION SELECT 城市 || '市' FROM 销售 EXCEPT SELECT '城市1'
SELECT string_agg(DISTINCT 城市, '、') FROM 销售
SELECT upper(城市), length(城市), left(城市, 1), replace(城市, '城市', ''), concat(城市, '（', 价格, '）') FROM 销售
SELECT sum(价格) FILTER (WHERE 价格 > 1), count_if(价格 > 3), quantile_cont(价格, 0.9), arg_max(城市, 价格) FROM 销售
SELECT coalesce(城市, '无'), nullif(价格, 0), greatest(价格, 1), 价格::INTEGER, TRY_CAST(城市 AS DOUBLE) FROM 销售
SELECT 城市 AS "名，称" FROM 销售 -- 注释，有全角标点；
SELECT '，（）；‘’“”', 'DROP TABLE x; --' FROM 销售
SELECT "a""; DROP TABLE x; --", "${alert(1)}", "<img src=x onerror=alert(1)>" FROM 销售;
(SELECT 1)
"""


@pytest.mark.parametrize("sql", ALLOWED.strip().splitlines())
def test_what_people_ask_runs(sql: str, database: Database) -> None:
    found = database.run(sql)
    assert found.total >= len(found.rows) > 0
    assert len(found.columns) == len(found.types) == len(found.rows[0])


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 城市，价格 FROM 销售",
        "SELECT * FROM 销售 WHERE 城市 = ‘城市1’",
        "SELECT count（*） FROM 销售",
        "SELECT * FROM 销售；",
    ],
)
def test_full_width_punctuation_is_named(sql: str, table: Table) -> None:
    with pytest.raises(InputError, match="全角"):
        check_select(sql, table)


def test_a_column_may_have_full_width_marks_in_its_name(database: Database) -> None:
    assert database.run("SELECT max(收入（万元）) FROM 销售").rows == [[1999]]


@pytest.mark.parametrize(
    "sql", ["SELECT " + "(" * 4000 + "1" + ")" * 4000, "SELECT " + "NOT " * 2000 + "TRUE", "SELECT 1" + "+1" * 4000]
)
def test_deep_nesting_is_refused(sql: str, database: Database) -> None:
    with pytest.raises(InputError):
        database.run(sql)


def test_too_long(database: Database) -> None:
    with pytest.raises(InputError, match="10,000"):
        database.run("SELECT '" + "x" * 10_000 + "'")


def test_errors_of_the_engine_are_told_in_one_line(database: Database) -> None:
    with pytest.raises(InputError, match="没有的列") as caught:
        database.run("SELECT 没有的列 FROM 销售")
    assert "\n" not in caught.value.zh
    with pytest.raises(InputError, match="SQL 有误"):
        database.run("SELECT 城市 + 1 FROM 销售")


CROSS = "SELECT count(*) FROM 销售 a, 销售 b, 销售 c, 销售 d WHERE a.价格 + b.价格 + c.价格 + d.价格 = 7"


def test_a_cross_join_is_stopped_and_others_answer_meanwhile(database: Database) -> None:
    other = Database(build_table(["a"], [[1], [2]], name="t"))
    stopped: list[float] = []

    def attack() -> None:
        begin = time.perf_counter()
        with pytest.raises(InputError, match="1 s"):
            database.run(CROSS, seconds=1.0)
        stopped.append(time.perf_counter() - begin)

    attacker = threading.Thread(target=attack)
    attacker.start()
    time.sleep(0.2)
    begin = time.perf_counter()
    assert other.run("SELECT sum(a) FROM t").rows == [[3]]
    assert database.run("SELECT count(*) FROM 销售").rows == [[2000]]
    assert time.perf_counter() - begin < 0.7
    attacker.join()
    assert stopped
    assert stopped[0] < 3
    assert database.run("SELECT count(*) FROM 销售").rows == [[2000]]


def test_a_result_without_end_is_stopped(database: Database) -> None:
    with pytest.raises(InputError, match="stopped"):
        database.run("SELECT * FROM 销售 a, 销售 b, 销售 c, 销售 d", seconds=0.5)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT string_agg(a.城市, ',') FROM 销售 a, 销售 b, 销售 c",
        "SELECT a.价格 FROM 销售 a, 销售 b, 销售 c ORDER BY a.价格 + b.价格 * c.价格, a.城市, b.城市",
    ],
)
def test_memory_and_time_are_limited(sql: str, database: Database) -> None:
    with pytest.raises(InputError, match="stopped"):
        database.run(sql, seconds=2.0)
    assert database.run("SELECT count(*) FROM 销售").rows == [[2000]]


def test_rows_are_cut_and_counted(database: Database) -> None:
    found = database.run("SELECT * FROM 销售", most=10)
    assert (len(found.rows), found.total) == (10, 2000)
    long = Database(build_table(["a"], [["字" * 2000]], name="t")).run("SELECT a || a FROM t")
    assert len(long.rows[0][0]) == 2000
    assert found.to_dict()["types"] == ["text", "number", "date", "text", "number", "text", "number"]


def test_numbers_that_json_does_not_know(database: Database) -> None:
    assert database.run("SELECT 'nan'::DOUBLE, 'inf'::DOUBLE, 1::DECIMAL(5, 2), sum(1) FROM 销售").rows == [
        [None, None, 1.0, 2000]
    ]


@pytest.mark.parametrize(
    "name", ['x"; DROP TABLE y; --', "/etc/passwd", "x.csv", "duckdb_tables", "select", "a.b", "表 格", "'"]
)
def test_any_name_of_a_table(name: str) -> None:
    database = Database(build_table(["select", "b c"], [["x", 1]], name=name))
    quoted = name.replace('"', '""')
    sql = f'SELECT "select", "b c" FROM "{quoted}"'  # noqa: S608
    assert database.run(sql).rows == [["x", 1]]


ENGINE = """
SELECT * FROM read_csv('{file}')
SELECT * FROM read_text('{file}')
SELECT * FROM read_blob('{file}')
SELECT * FROM '{file}'
SELECT * FROM glob('{file}')
COPY 销售 TO '{file}.out'
COPY 销售 FROM '{file}'
ATTACH '{file}.db'
EXPORT DATABASE '{file}.export'
INSTALL httpfs
LOAD httpfs
SET enable_external_access = true
SET lock_configuration = false
SET threads = 64
SET memory_limit = '100GB'
SET temp_directory = 'x'
SET allowed_directories = ['/']
PRAGMA enable_profiling
SELECT * FROM secret_frame
CREATE TABLE x AS SELECT 1
DROP TABLE 销售
DELETE FROM 销售
"""


@pytest.mark.parametrize("sql", ENGINE.strip().splitlines())
def test_the_engine_itself_refuses(sql: str, database: Database, tmp_path: Path) -> None:
    """Behind check_select: the connection as it is, in a transaction as `run` opens it."""
    secret = tmp_path / "secret.csv"
    secret.write_text("password\nhunter2\n")
    secret_frame = build_table(["a"], [["hunter2"]]).frame  # a name in reach of replacement scans
    assert len(secret_frame) == 1
    cursor = database._cursor()
    cursor.execute("BEGIN TRANSACTION READ ONLY")
    with pytest.raises(duckdb.Error):
        cursor.execute(sql.replace("{file}", str(secret))).fetchall()
    cursor.close()
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]
    assert database.run("SELECT count(*) FROM 销售").rows == [[2000]]
