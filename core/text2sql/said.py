"""What was done, and the answer where it is short, in one sentence of each language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.text2sql.database import Rows
from core.text2sql.form import Constant, Form, Node, walk
from core.text2sql.form_terms import Pair, aggregates, is_clause
from core.text2sql.form_units import Measure, show
from core.text2sql.form_words import Queries, tidy
from core.text2sql.table import Table

# Results of one row with so many columns are said in the sentence.
_MOST_COLUMNS = 4


def said(
    table: Table,
    form: Form | None,
    reading: dict[str, str],
    rows: Rows,
    measures: Sequence[Measure],
    as_of: date | None,
    remarks: Sequence[Pair] = (),
) -> dict[str, str]:
    """{"zh", "en"}: 部门是“研发部”的行里，平均工资是 12,345 元；未计入 1 行合计。

    `as_of`: the day that words such as 去年 were counted from, where that was not today. `remarks`: what else is to be
    known of how the question was understood.
    """
    zh, en = _told(table, form, reading, rows, measures)
    for a, b in [*remarks, *_remarks(table, as_of)]:
        zh, en = f"{zh}；{a}", f"{en}; {b}"
    return {"zh": tidy(f"{zh}。"), "en": tidy(f"{en}.")}


def _told(table: Table, form: Form | None, reading: dict[str, str], rows: Rows, measures: Sequence[Measure]) -> Pair:
    if rows.total == 1 and len(rows.columns) == 1 and (found := _one(table, form)):
        value = show(rows.rows[0][0], measures[0])
        en = found[1].format(value[1])
        return found[0].format(f" {value[0]} "), f"{en[:1].upper()}{en[1:]}"
    zh, en = reading["zh"].rstrip("。"), reading["en"].rstrip(".")
    if rows.total == 0:
        return (f"{zh}：没有符合的行", f"{en}: there are none") if zh else ("没有符合的行", "There are none")
    if rows.total == 1 and len(rows.columns) <= _MOST_COLUMNS:
        cells = [show(value, measure) for value, measure in zip(rows.rows[0], measures, strict=True)]
        values = "、".join(cell[0] for cell in cells), ", ".join(cell[1] for cell in cells)
        return (f"{zh}：{values[0]}", f"{en}: {values[1]}") if zh else values
    count = f"共 {rows.total:,} 行", f"{rows.total:,} rows"
    return (f"{zh}，{count[0]}", f"{en}: {count[1]}") if zh else count


def _one(table: Table, form: Form | None) -> Pair | None:
    """The sentence of a lone value, which stands at {}: what it is, and among which rows."""
    if not isinstance(form, Node):
        return None
    rest = [arg for arg in form.args if not is_clause(arg)]
    words = Queries(table)
    if form.word == "count_groups":
        having = next((arg for arg in rest if isinstance(arg, Node) and arg.word == "having"), None)
        if any(isinstance(arg, Node) and arg.word == "shortlist" for arg in rest):
            return None
        zh, en = words.counted([arg for arg in rest if arg is not having], having)
        zh, en = f"{_plain(zh)}有{{}}个", f"number of {_plain(en)}: {{}}"
    elif form.word == "select" and len(rest) == 1 and (aggregates(rest[0]) or _apart(rest[0])):
        zh, en = words.term(rest[0])
        zh, en = f"{_plain(zh)}是{{}}", f"{_plain(en)} is {{}}"
    else:
        return None
    for clause in form.args:
        if is_clause(clause) and isinstance(clause, Node):
            a, b = words.among(clause)
            zh, en = f"{_plain(a)}，{zh}", f"{_plain(b)}, {en}"
    return zh, en


def _plain(text: str) -> str:
    """`text` for a template: names and cells may have braces."""
    return text.replace("{", "{{").replace("}", "}}")


def _apart(form: Form) -> bool:
    """Whether an expression is made of queries of its own."""
    return any(
        isinstance(f, Node) and f.word in ("of_all", "groups_avg", "groups_max", "groups_min") for f in walk(form)
    )


def _remarks(table: Table, as_of: date | None) -> list[Pair]:
    found: list[Pair] = []
    totals = sum(row.kind == "total" for row in table.left)
    if totals:
        found.append((f"未计入 {totals} 行合计", f"{totals} {'row' if totals == 1 else 'rows'} of totals not counted"))
    if as_of:
        found.append((f"时间从表里最新的 {as_of} 算起", f"time is counted from the newest day, {as_of}"))
    return found


def dated(form: Form) -> bool:
    """Whether a form names a day or a year, which may have been counted from today."""
    for node in walk(form):
        if isinstance(node, Constant) and isinstance(node.value, date):
            return True
        if isinstance(node, Node) and node.word in ("year", "year_month"):
            return True
    return False
