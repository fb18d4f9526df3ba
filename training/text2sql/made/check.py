"""Runs made SQL in DuckDB."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

from typing import Any

import duckdb

from training.text2sql.made.speech import literal, quoted


class Database:
    """A database with one table t at a time."""

    def __init__(self) -> None:
        self._at = duckdb.connect(":memory:", config={"threads": 1})

    def load(self, table: dict[str, Any]) -> None:
        """Puts the table in place of the last."""
        kinds = []
        for i, kind in enumerate(table["types"]):
            whole = all(r[i] is None or float(r[i]).is_integer() for r in table["rows"]) if kind == "number" else False
            kinds.append({"text": "VARCHAR", "date": "DATE", "number": "BIGINT" if whole else "DOUBLE"}[kind])
        columns = ", ".join(f"{quoted(h)} {k}" for h, k in zip(table["header"], kinds, strict=True))
        self._at.execute(f"CREATE OR REPLACE TABLE t ({columns})")
        rows = ", ".join(f"({', '.join('NULL' if c is None or c == '' else literal(c) for c in r)})" for r in table["rows"])
        if rows:
            self._at.execute("INSERT INTO t VALUES " + rows)  # noqa: S608

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of the answer."""
        rows: list[tuple[Any, ...]] = self._at.execute(sql).fetchall()
        return rows
