"""Documents to extract from together: files of text, rows of tables, or one text that is cut into several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from core.errors import InputError
from core.markdown import MARKDOWN, strip_markdown
from core.text import check_bytes, decode, split_parts
from core.text_columns import (
    JSON_LINES,
    TABLES,
    TextColumns,
    check_no_workbook,
    read_json_lines,
    read_table,
)
from core.triples import MAX_CHARS

# Of all documents together: two cores read about a hundred sentences a second, so this is about a minute's work.
MAX_DOCUMENTS = 500
MAX_TOTAL = 200_000
MAX_BYTES = 5_000_000
# A line of nothing but these ends a document.
_RULE = re.compile(r"(?m)^[ \t]*(?:-{3,}|={3,}|\*{3,})[ \t]*$")
_BLANK = re.compile(r"\n[ \t]*\n+")
_NAME_CHARS = 14


class Document(NamedTuple):
    """A text and what to call it."""

    name: str
    text: str


def columns_of(data: bytes, name: str) -> TextColumns | None:
    """The columns of an uploaded table or JSON-lines file; None for a file that is a document itself.

    Raises:
        InputError: too large, no text, or no such table.
    """
    check_bytes(data, MAX_BYTES)
    check_no_workbook(data)
    lower = name.lower()
    if lower.endswith(TABLES):
        return read_table(decode(data), MAX_DOCUMENTS)
    return read_json_lines(decode(data), MAX_DOCUMENTS) if lower.endswith(JSON_LINES) else None


def preferred_column(table: TextColumns) -> str:
    """The column called text, or else the one with the longest texts."""
    return "text" if "text" in table.columns else table.likeliest


def read_documents(files: Iterable[tuple[bytes, str]], column: str | None = None) -> list[Document]:
    """The documents in uploaded files (content, name): a text or Markdown file is one, a table has one a row.

    Rows come from `column` where a table has it, else from its `preferred_column`. What is longer than MAX_CHARS
    becomes several documents.

    Raises:
        InputError: a file cannot be used (its name is in the message), or `check_documents` refuses them.
    """
    found: list[Document] = []
    for data, name in files:
        try:
            found += _read(data, name, column)
        except InputError as error:
            raise InputError(f"{name}：{error.zh}", f"{name}: {error.en}") from error
    check_documents(found)
    return found


def _read(data: bytes, name: str, column: str | None) -> list[Document]:
    table = columns_of(data, name)
    if table is None:
        text = decode(data)
        return _parts(name, strip_markdown(text) if name.lower().endswith(MARKDOWN) else text)
    texts = table.texts(column if column in table.columns else preferred_column(table))
    return [part for n, text in enumerate(texts, 1) for part in _parts(f"{n} {_begin(text)}", text)]


def split_documents(text: str) -> list[Document]:
    """The documents in one text: between lines of dashes, equals signs or asterisks, or where there are none between
    blank lines. A short first line that ends no sentence is the document's name.

    Raises:
        InputError: as `check_documents`.
    """
    text = text.replace("\r\n", "\n")
    pieces = _RULE.split(text) if _RULE.search(text) else _BLANK.split(text)
    found = [part for piece in pieces if piece.strip() for part in _parts(_title(piece.strip()), piece.strip())]
    check_documents(found)
    return found


def check_documents(documents: Sequence[Document]) -> None:
    """Raises InputError where there are no documents, or more than MAX_DOCUMENTS or MAX_TOTAL characters of them."""
    if not documents:
        raise InputError("没有文字：请粘贴文字，或上传文件", "there is no text: paste some, or upload files")
    if len(documents) > MAX_DOCUMENTS:
        raise InputError(
            f"文档太多：{len(documents):,} 篇，上限 {MAX_DOCUMENTS:,} 篇；没有处理任何一篇",
            f"too many documents: {len(documents):,}, the limit is {MAX_DOCUMENTS:,}; none was read",
        )
    total = sum(len(document.text) for document in documents)
    if total > MAX_TOTAL:
        raise InputError(
            f"文字太多：共 {total:,} 个字符，上限 {MAX_TOTAL:,}；没有处理任何一篇",
            f"too much text: {total:,} characters, the limit is {MAX_TOTAL:,}; none was read",
        )


def _parts(name: str, text: str) -> list[Document]:
    if not text.strip():
        return []
    if len(text) <= MAX_CHARS:
        return [Document(name, text)]
    parts = split_parts(text, MAX_CHARS)
    return [Document(f"{name} {i}/{len(parts)}", part) for i, part in enumerate(parts, 1)]


def _title(text: str) -> str:
    first, _, rest = text.partition("\n")
    is_title = rest.strip() and len(first) <= 2 * _NAME_CHARS and not first.rstrip().endswith(tuple("。！？!?；;，,"))
    return first.strip() if is_title else _begin(text)


def _begin(text: str) -> str:
    start = " ".join(text[: 4 * _NAME_CHARS].split())
    return start[:_NAME_CHARS] + "…" if len(start) > _NAME_CHARS else start
