"""The table that queries are tried on."""

from __future__ import annotations

import pytest

from core.text2sql.database import Database
from core.text2sql.table import Table, build_table

HEADER = ["城市", "收入（万元）", "日期", 'a"; DROP TABLE x; --', "${alert(1)}", "<img src=x onerror=alert(1)>", "价格"]


@pytest.fixture(scope="module")
def table() -> Table:
    rows = [[f"城市{i % 7}", i, f"2024-{i % 12 + 1:02d}-05", f"'; DROP TABLE x{i}", i, "x", i / 3] for i in range(2000)]
    return build_table(HEADER, rows, name="销售")


@pytest.fixture(scope="module")
def database(table: Table) -> Database:
    return Database(table)
