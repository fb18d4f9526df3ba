"""The SQL in what a language model writes: where it ends, where it stands among other words, what was meant by it.

Models chatter, put code between fences, and mix dialects. What is made of it here is text, judged and run like any
query that a user types (`core.text2sql.guard`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

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


def _trees(sql: str, names: Sequence[str] = ()) -> Iterator[exp.Expr]:
    """`sql` as the dialects read it; `names` in double quotes are names in all of them."""
    for dialect in _DIALECTS:
        try:
            yield sqlglot.parse_one(_backticked(sql, names) if dialect == "mysql" else sql, read=dialect)
        except (SqlglotError, RecursionError, ValueError):
            continue


def _backticked(sql: str, names: Sequence[str]) -> str:
    """`sql` with `names` between MySQL's quotes for names."""
    known = {f'"{name}"': f"`{name}`" for name in names if "`" not in name}
    return _PIECE.sub(lambda piece: known.get(piece.group(), piece.group()), sql)


def readings(sql: str, table: Table) -> list[str]:
    """`sql` over `table`, in DuckDB's dialect, as each dialect would have meant it, without repetition.

    The name `t` becomes the table's; a word in double quotes that names nothing is a string, as MySQL has it; columns
    beside a lone MAX or MIN are those of its row, as SQLite has it (https://sqlite.org/lang_select.html#bareagg).
    """
    found: dict[str, None] = {}
    for tree in _trees(sql, [c.name for c in table.columns]):
        try:
            fitted = _fitted(tree, table)
            found[fitted.sql("duckdb", identify=True, comments=False)] = None
            if bare := _row_of_extreme(fitted):
                found[bare.sql("duckdb", identify=True, comments=False)] = None
        except (SqlglotError, RecursionError, ValueError):
            continue
    return list(found) or [sql]


def _row_of_extreme(tree: exp.Expr) -> exp.Expr | None:
    """`tree` with the columns beside its only aggregate, a MAX or MIN, taken from the row where that is; None where
    there are no such columns."""
    if not isinstance(tree, exp.Select):
        return None
    tree = tree.copy()
    shown = [e.unalias() for e in tree.expressions]
    extremes = [e for e in shown if isinstance(e, exp.AggFunc)]
    groups = [g.sql() for g in tree.args["group"].expressions] if tree.args.get("group") else []
    bare = [e for e in shown if isinstance(e, exp.Column) and e.sql() not in groups]
    if len(extremes) != 1 or not bare or not isinstance(extremes[0], exp.Max | exp.Min):
        return None
    kind = exp.ArgMax if isinstance(extremes[0], exp.Max) else exp.ArgMin
    for column in bare:
        taken = kind(this=column.copy(), expression=extremes[0].this.copy())
        column.replace(taken if isinstance(column.parent, exp.Alias) else exp.alias_(taken, column.name, quoted=True))
    return tree


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
    dates = {c.name.lower() for c in table.columns if c.type == "date"}
    for like in tree.find_all(exp.Like):
        if isinstance(like.this, exp.Column) and like.this.name.lower() in dates:
            like.set("this", exp.cast(like.this.copy(), "VARCHAR"))
    group = tree.args.get("group") if isinstance(tree, exp.Select) else None
    if group and all(isinstance(shown.unalias(), exp.AggFunc) for shown in tree.expressions):
        # Numbers by group say nothing without the groups' names.
        tree.set("expressions", [*(g.copy() for g in group.expressions), *tree.expressions])
    return tree
