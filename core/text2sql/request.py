"""The table that a request is about, and what was asked about it before."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from core.errors import InputError
from core.text import check_text
from core.text2sql.layout import tidied
from core.text2sql.table import Table
from core.text2sql.table_files import read_pasted, read_table
from core.text2sql.task import Ask

MAX_QUESTION = 200
MAX_CONTEXT = 8


def context_of(context: object) -> tuple[str, ...]:
    """Earlier questions, oldest first.

    Raises:
        InputError: it is no list of texts, or there are more than 8, or one has more than 200 characters or none.
    """
    if context is None:
        return ()
    if not isinstance(context, list | tuple):
        raise InputError("context 应是问题的列表", "context must be a list of questions")
    if len(context) > MAX_CONTEXT:
        raise InputError(f"context 最多 {MAX_CONTEXT} 个问题", f"context may have {MAX_CONTEXT} questions at most")
    return tuple(check_text(question, MAX_QUESTION) for question in context)


def table_of(request: Ask) -> Table:
    """The table of a request: a file's, text, or JSON {name?, header, types?, rows}.

    Raises:
        InputError: none of them is there, or it is no table.
    """
    if isinstance(request.table_path, str):
        try:
            data = Path(request.table_path).read_bytes()
        except OSError as error:
            raise InputError(
                f"无法读取文件 {request.table_path}", f"cannot read the file {request.table_path}"
            ) from error
        return read_table(data, request.table_path)
    if request.csv is not None:
        if not isinstance(request.csv, str):
            raise InputError("csv 应是文字", "csv must be text")
        return read_pasted(request.csv)
    return _from_json(request.table)


def _from_json(table: object) -> Table:
    if not isinstance(table, Mapping):
        raise InputError("缺少 table 或 table_path", "table or table_path is missing")
    header, rows, types = table.get("header"), table.get("rows"), table.get("types")
    if not isinstance(header, list) or not isinstance(rows, list) or not all(isinstance(r, list) for r in rows):
        raise InputError(
            "table 需要 header（列表）和 rows（列表的列表）", "table needs header, a list, and rows, lists"
        )
    if types is not None and (not isinstance(types, list) or len(types) != len(header)):
        raise InputError("types 与 header 长度不同", "types must be a list as long as header")
    return tidied(header, rows, types, str(table.get("name") or ""))
