"""Queries that ask for too much, and what the engine itself refuses."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import duckdb
import pytest

from core.errors import InputError
from core.text2sql.database import Database
from core.text2sql.table import build_table


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
        database.run(sql, seconds=1.0)
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
