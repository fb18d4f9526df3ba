"""The table that a request is about, and what was asked about it before."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from core.cache import Cache
from core.errors import InputError
from core.text import check_text
from core.text2sql.layout import tidied
from core.text2sql.table import Table
from core.text2sql.table_files import read_pasted, read_table
from core.text2sql.task import Ask

MAX_QUESTION = 200
MAX_CONTEXT = 8
# Whoever asks by the API or the command line sends the table with every question.
_TABLES: Cache[tuple[str, int, bytes], Table] = Cache()
_SMALLEST = 20_000  # bytes of a table of a few cells


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
        path = request.table_path
        return _kept(f"file {path}", data, lambda: read_table(data, path))
    if request.csv is not None:
        if not isinstance(request.csv, str):
            raise InputError("csv 应是文字", "csv must be text")
        text = request.csv
        return _kept("csv", text.encode("utf-8", "surrogatepass"), lambda: read_pasted(text))
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
    name = str(table.get("name") or "")
    content = repr((header, rows, types, name)).encode("utf-8", "surrogatepass")
    return _kept("json", content, lambda: tidied(header, rows, types, name))


def _kept(source: str, content: bytes, read: Callable[[], Table]) -> Table:
    """The table that `read` gives for `content`, from an earlier request where there was one this year: days without a
    year are this year's."""
    key = source, date.today().year, hashlib.sha256(content).digest()
    return _TABLES.get_or_build(key, read, lambda table: table.size + _SMALLEST)
