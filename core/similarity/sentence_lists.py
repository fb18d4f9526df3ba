"""Lists of sentences from files: text with one sentence a line, or a column of a table."""

from __future__ import annotations

from core.errors import InputError
from core.similarity import MAX_SENTENCES
from core.text import check_bytes, decode
from core.text_columns import TABLES, TextColumns, check_count, check_no_workbook, read_table

MAX_BYTES = 30_000_000


def read_file(data: bytes, name: str) -> TextColumns:
    """The content of an uploaded file called `name`; .csv and .tsv are tables, all else is a sentence a line, in one
    column without a name.

    Raises:
        InputError: too large, no text, empty, or too many lines.
    """
    check_bytes(data, MAX_BYTES)
    check_no_workbook(data)
    text = decode(data)
    found = read_table(text, MAX_SENTENCES) if name.lower().endswith(TABLES) else _lines(text)
    if not any(any(row) for row in found.rows):
        raise InputError("文件里没有句子", "there is no sentence in the file")
    return found


def _lines(text: str) -> TextColumns:
    # Blank lines stay, so that numbers are those an editor shows.
    lines = [line.strip() for line in text.splitlines()]
    check_count(len(lines), MAX_SENTENCES)
    return TextColumns(("",), tuple((line,) for line in lines))
