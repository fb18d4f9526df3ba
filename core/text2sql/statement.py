"""The SQL in what a language model writes: where it ends, where it stands among other words, what was meant by it.

Models chatter, put code between fences, and mix dialects. What is made of it here is text, judged and run like any
query that a user types (`core.text2sql.guard`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from core.text2sql import MAX_SQL
from core.text2sql.table import Table

# What the table is called in prompts: any name of a user's would have to be quoted right.
TABLE = "t"

_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"```[a-zA-Z]*[ \t]*\n?(.*?)(?:```|\Z)", re.DOTALL)
_BEGIN = re.compile(r"\b(?:SELECT|WITH)\b", re.IGNORECASE)
# Strings, quoted names and comments, whole or unfinished; or one of the marks that end a statement.
_PIECE = re.compile(r"'(?:[^']|'')*(?:'|\Z)|\"[^\"]*(?:\"|\Z)|`[^`\n]+`|--[^\n]*|/\*.*?(?:\*/|\Z)|;|```|；", re.DOTALL)
# Dialects that models fall into, tried in this order where the statement is none of DuckDB's.
_DIALECTS = ("duckdb", "mysql", "sqlite")


def ended(text: str) -> bool:
    """Whether `text`, an answer that begins inside a code block, holds a whole statement: it is time to stop."""
    return _end(text) is not None


def _end(text: str) -> int | None:
    """Where the first statement of `text` ends; None if it may go on."""
    for piece in _PIECE.finditer(text):
        if piece.group() in (";", "；", "```") and text[: piece.start()].strip():
            return piece.start()
    return None


def statement(text: str) -> str:
    """The first SQL statement in `text`; "" if there is none.

    It stands in the first fenced block that holds one, or begins with the first line that looks like one.
    """
    text = _THOUGHT.sub(" ", text)
    for block in [*_FENCE.findall(text), text]:
        begin = _BEGIN.search(block)
        if begin:
            rest = block[begin.start() :]
            return _without_chatter(rest[: _end(rest)].strip())
    return ""


def _without_chatter(sql: str) -> str:
    """`sql` without the last lines where it parses only without them."""
    lines = sql[:MAX_SQL].splitlines()
    for count in range(len(lines), 0, -1):
        text = "\n".join(lines[:count]).strip()
        if any(True for _ in _trees(text)):
            return text
    return sql[:MAX_SQL]


def _trees(sql: str) -> Iterator[exp.Expr]:
    """`sql` as the dialects read it."""
    for dialect in _DIALECTS:
        try:
            yield sqlglot.parse_one(sql, read=dialect)
        except (SqlglotError, RecursionError, ValueError):
            continue


def readings(sql: str, table: Table) -> list[str]:
    """`sql` over `table`, in DuckDB's dialect, as each dialect would have meant it, without repetition.

    The name `t` becomes the table's; a word in double quotes that names nothing is a string, as MySQL has it.
    """
    found: dict[str, None] = {}
    for tree in _trees(sql):
        try:
            found[_fitted(tree, table).sql("duckdb", identify=True, comments=False)] = None
        except (SqlglotError, RecursionError, ValueError):
            continue
    return list(found) or [sql]


def _fitted(tree: exp.Expr, table: Table) -> exp.Expr:
    made = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    names = {a.alias.lower() for a in tree.find_all(exp.Alias, exp.TableAlias)} | made
    columns = {c.name.lower() for c in table.columns}
    rename = TABLE not in made
    for node in list(tree.find_all(exp.Table)):
        if rename and node.name.lower() == TABLE:
            node.set("this", exp.to_identifier(table.name, quoted=True))
    for column in list(tree.find_all(exp.Column)):
        name = column.this
        if rename and column.table.lower() == TABLE and TABLE not in names:
            column.set("table", exp.to_identifier(table.name, quoted=True))
        quoted = isinstance(name, exp.Identifier) and name.args.get("quoted")
        if quoted and not column.table and column.name.lower() not in columns | names:
            column.replace(exp.Literal.string(column.name))
    return tree
