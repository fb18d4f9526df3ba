"""One table in a DuckDB of its own that can read nothing else and is stopped when it takes too long."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd
from sqlglot import exp

from core.cache import PROCESS, Cache
from core.errors import InputError
from core.text2sql import MAX_CELL
from core.text2sql.guard import check_select
from core.text2sql.table import ColumnType, Table, has_times, to_json

__all__ = ["Database", "Rows", "check_select", "open_database"]

# Bytes a query may take beside the table itself.
_MEMORY = 512_000_000
# Even past check_select the engine opens no file, loads no extension, and keeps these settings.
_LOCKS = (
    "SET threads = 2",
    "SET temp_directory = ''",
    "SET max_temp_directory_size = '0B'",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET python_enable_replacements = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")


@dataclass(frozen=True)
class Rows:
    """What a query gives. `rows` are the first ones, as JSON has them: dates are "YYYY-MM-DD", NaN is None; `total` is
    how many there are in all."""

    columns: tuple[str, ...]
    rows: list[list[Any]]
    types: tuple[ColumnType, ...]
    total: int
    milliseconds: float

    def to_dict(self) -> dict[str, Any]:
        """JSON: {columns, rows, types, total, milliseconds}."""
        return {
            "columns": list(self.columns),
            "rows": self.rows,
            "types": list(self.types),
            "total": self.total,
            "milliseconds": round(self.milliseconds, 1),
        }


class Database:
    """`table` under its own name, in memory. Threads may share it: every query has a cursor of its own."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._lock = threading.Lock()
        self._connection: duckdb.DuckDBPyConnection | None = None

    @property
    def size(self) -> int:
        """Bytes of the table and of its copy in the engine, which are about of one size."""
        return 2 * self.table.size

    def prepare(self) -> None:
        """Load the table into the engine now, lest the first query wait for it."""
        self._cursor().close()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            if self._connection is None:
                self._connection = _load(self.table)
            return self._connection.cursor()

    def run(self, sql: str, most: int = 1_000, seconds: float = 3.0) -> Rows:
        """What `sql` gives, the first `most` rows of it.

        Raises:
            InputError: `check_select` refuses it, the engine finds an error in it, or it takes more than `seconds` of
                time or 512 MB of memory.
        """
        # What was judged is what runs: the tree, written out again with every name quoted.
        query = check_select(sql, self.table).sql("duckdb", identify=True, comments=False)
        begin = time.perf_counter()
        cursor = self._cursor()
        try:
            with _limited(cursor, seconds):
                cursor.execute("BEGIN TRANSACTION READ ONLY")
                cursor.execute(query)
                described = cursor.description or []
                found = cursor.fetchmany(most + 1)
                total = len(found)
                if total > most:
                    counted = cursor.execute(f"SELECT count(*) FROM ({query})").fetchone()  # noqa: S608 (see above)
                    total = counted[0] if counted else total
        except duckdb.InterruptException as error:
            raise InputError(
                f"查询超过 {seconds:g} 秒，已停止", f"the query took more than {seconds:g} s and was stopped"
            ) from error
        except duckdb.OutOfMemoryException as error:
            raise InputError("查询占用内存太多，已停止", "the query took too much memory and was stopped") from error
        except (duckdb.FatalException, duckdb.InternalException) as error:
            # The engine refuses every query after one of these.
            with self._lock:
                self._connection = None
            raise _engine_error(error) from error
        except duckdb.Error as error:
            raise _engine_error(error) from error
        finally:
            cursor.close()
        rows = [[_cell(v) for v in row] for row in found[:most]]
        spent = (time.perf_counter() - begin) * 1000
        return Rows(tuple(d[0] for d in described), rows, tuple(_type(str(d[1])) for d in described), int(total), spent)


def _load(table: Table) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    # Names could be anything: they are given by the SELECT, quoted.
    frame = table.frame.set_axis([f"c{i}" for i in range(len(table.columns))], axis=1)
    connection.register("frame", frame)
    parts = []
    for i, column in enumerate(table.columns):
        kind = {"text": "VARCHAR", "date": "TIMESTAMP", "number": "DOUBLE"}[column.type]
        data = frame[f"c{i}"]
        if column.type == "date" and not has_times(data):
            kind = "DATE"
        if column.type == "number" and isinstance(data.dtype, pd.Int64Dtype):
            kind = "BIGINT"
        parts.append(exp.alias_(exp.cast(exp.column(f"c{i}"), kind, dialect="duckdb"), column.name, quoted=True))
    name = exp.to_identifier(table.name, quoted=True)
    create = exp.Create(kind="TABLE", this=exp.Table(this=name), expression=exp.select(*parts).from_("frame"))
    # All columns of text are objects; the engine shall not guess what is in them.
    connection.execute("SET pandas_analyze_sample = 0")
    connection.execute(create.sql("duckdb"))
    connection.unregister("frame")
    connection.execute(f"SET memory_limit = '{(_MEMORY + table.size) // 1_000_000}MB'")
    for lock in _LOCKS:
        connection.execute(lock)
    return connection


@contextmanager
def _limited(cursor: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupts what runs on `cursor` after `seconds`, again and again until it is over."""
    over = threading.Event()

    def watch() -> None:
        wait = seconds
        while not over.wait(wait):
            cursor.interrupt()
            wait = 0.05

    watcher = threading.Thread(target=watch, name="query-limit", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _engine_error(error: duckdb.Error) -> InputError:
    line = next(iter(str(error).splitlines()), "")[:300]
    return InputError(f"SQL 有误：{line}", f"error in the query: {line}")


def _cell(value: Any) -> Any:
    found = to_json(value)
    return found[:MAX_CELL] if isinstance(found, str) else found


def _type(name: str) -> ColumnType:
    if name.removeprefix("U").startswith(_NUMBERS) and not name.endswith("]"):
        return "number"
    return "date" if name.startswith(("DATE", "TIMESTAMP")) else "text"


_DATABASES: Cache[str, Database] = Cache()


def open_database(table: Table) -> Database:
    """The database of `table`, made now if it is not one of those used last."""
    return _DATABASES.get_or_build(table.key, lambda: Database(table), lambda database: database.size)


def keep_database(table: Table) -> str:
    """Hold `table` for those who will ask about it again; gives the key to `find_database` it by.

    Raises:
        InputError: it is larger than all that the process may keep.
    """
    if open_database(table).size > PROCESS.most_bytes:
        raise InputError("表格太大，服务器的内存放不下", "the table is too large for the server's memory")
    return table.key


def find_database(key: str) -> Database | None:
    """The database that was kept under `key`; None where it had to make room for others."""
    return _DATABASES.get(key)
