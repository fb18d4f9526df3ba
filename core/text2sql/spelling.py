"""Which words SQL over a table may be made of: kept to them, a small model invents no columns.

English names for Chinese headers (`department` for 部门) are what small models mostly fail by. They see to it by
themselves that a query's grammar is right, so only its words are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from core.text2sql.guard import FUNCTIONS, OTHER_FUNCTIONS, TYPES
from core.text2sql.statement import TABLE
from core.text2sql.table import Table


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_KEYWORDS = _words("""
    select from where group by having order limit offset distinct as and or not in is null between like ilike escape
    case when then else end with union all intersect except join left right full inner outer cross on using over
    partition rows range unbounded preceding following current row filter within exists any cast try_cast interval
    asc desc nulls first last true false qualify year quarter month week day hour minute second at time zone
    """)
# As DuckDB and the dialects that models fall into call what the guard lets through.
_FUNCTIONS = _words("""
    strftime strptime date_format date_diff date_add date_sub date_part date_trunc datediff curdate ifnull string_agg
    group_concat list arg_max arg_min max_by min_by stddev variance ceil instr strpos substr now
    """).union(OTHER_FUNCTIONS, *(f.sql_names() for f in exp.ALL_FUNCTIONS if f.key in FUNCTIONS))
_FUNCTIONS = frozenset(map(str.lower, _FUNCTIONS))
# Strings, quoted names, words, numbers. What is open at the end may go on.
_PIECES = re.compile(r"""'(?:[^']|'')*(?:'|\Z)|(?P<quoted>"[^"]*(?:"|\Z)|`[^`]*(?:`|\Z))|(?P<word>[^\W\d]\w*)|\d\w*""")
_STRING_OPEN = re.compile(
    r"""(?:[^'"]|'(?:[^']|'')*'|"[^"]*")*(?:'(?:[^']|'')*|(?:[=<>]|LIKE|IN \()\s*"[^"]*)""", re.IGNORECASE
)
# After these a word in double quotes is a string, as MySQL has it.
_VALUE_BEFORE = re.compile(r"(?:[=<>]|\b(?:LIKE|IN\s*\([^()]*))\s*\Z", re.IGNORECASE)
_NAME_BEFORE = re.compile(r"\bAS\s+\Z|\bWITH\s+\Z", re.IGNORECASE)
_TABLE_BEFORE = re.compile(r"(?:\b(?:FROM|JOIN)\s+\S+|\))\s+\Z", re.IGNORECASE)
# Letters of an alias that a table may have.
_ALIAS = 2


def spelled(table: Table, whole: Callable[[str], bool]) -> Callable[[str], bool]:
    """Whether a text, the beginning of a query, is made of SQL's words and names of `table` and of its own making.

    `whole` says of a character whether the model writes it in one token. Where it does so of all that names are made
    of, half a character begins no name.
    """
    columns = frozenset(c.name.lower() for c in table.columns) | {table.name.lower(), TABLE}
    halves = not all(map(whole, set("".join(columns))))
    return lambda text: _fits(text.split("```")[0], columns, halves)


def _fits(text: str, columns: frozenset[str], halves: bool) -> bool:
    half = text.endswith("\ufffd")
    text = text.removesuffix("\ufffd")
    if "\ufffd" in text or (half and not halves and not _STRING_OPEN.fullmatch(text)):
        return False
    made: set[str] = set()
    for piece in _PIECES.finditer(text):
        quoted, word = piece.group("quoted"), piece.group("word")
        if quoted is None and word is None:
            continue
        before, whole = text[: piece.start()], piece.end() < len(text)
        if _NAME_BEFORE.search(before):
            made.add((word or quoted[1:-1]).lower())
        elif quoted is not None:
            closed = len(quoted) > 1 and quoted[-1] == quoted[0]
            name = quoted[1:-1].lower() if closed else quoted[1:].lower()
            known = columns | made
            if not _VALUE_BEFORE.search(before) and not _among(name, known, closed):
                return False
        elif not _fits_word(word.lower(), before, text[piece.end() :].lstrip()[:1], whole, columns | made):
            return False
    return True


def _fits_word(word: str, before: str, after: str, whole: bool, names: frozenset[str]) -> bool:
    if before.endswith("."):
        return _among(word, names, whole)
    if len(word) <= _ALIAS and word.isascii() and (after == "." or not whole or _TABLE_BEFORE.search(before)):
        return True
    if _among(word, _KEYWORDS | TYPES | names, whole):
        return True
    # A function is one where its bracket follows, or still may.
    return _among(word, _FUNCTIONS, whole) and after in ("", "(")


def _among(word: str, words: frozenset[str], whole: bool) -> bool:
    return word in words if whole else any(w.startswith(word) for w in words)
