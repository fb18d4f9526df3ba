"""Files as people lay them out, read as tables; and what a user may correct."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from core.text2sql.table import Table
from core.text2sql.table_files import read_pasted, read_table
from tests.text2sql.laid_out import FILES
from tests.text2sql.sheets import Laid, names, types


def read(file: Laid, **options: Any) -> Table:
    if isinstance(file.data, str):
        return read_pasted(file.data, **options)
    return read_table(file.data, file.name, **options)


def plain(value: Any) -> Any:
    return None if value is None or value is pd.NA or value != value else value


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.way)
def test_a_file_is_read_as_it_was_meant(file: Laid) -> None:
    table = read(file)
    assert names(table) == file.header
    assert types(table) == file.types
    assert len(table) == file.length
    assert tuple((row.row, row.kind) for row in table.left) == file.left
    for row, column, value in file.cells:
        assert plain(table.frame.iloc[row, column]) == value
    if file.units:
        assert tuple(column.unit for column in table.columns) == file.units
