"""Text-to-SQL: what can be asked, and the checkpoints that answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.operation import IN_API, IN_ROWS, Operation, Task


@dataclass(frozen=True)
class Ask:
    """Answer a question in Chinese about one table by a SQL query that is built, run and explained.

    Args:
        question: at most 200 characters, such as 金牌最多的三个国家.
        table: {"header": [...], "rows": [[...], ...], "types": [...], "name": "..."}, the last two may be left out.
        csv: the table as text instead: CSV, TSV, Markdown or JSON, at most 2,000,000 characters.
        table_path: the table as a file instead.
        context: what was asked about the table before, oldest first, at most 8 questions of 200 characters: 那上海呢
            is understood by it.

    Returns:
        {"sql", "columns", "rows": at most 1,000, "units" and "styles" of the columns: 元, and "percent" where 0.25
        means 25%, "plain" for years, "weekday" where 0 is Sunday, "total", "said": what was done and what came of it,
        {"zh", "en"}, "sketch", "reading": {"zh", "en"}, "confidence": how probably this was meant, "answerable": the
        probability that the table holds the answer, "refusal": why it does not, {"kind": change, forecast, opinion,
        chat or missing, "zh", "en"}, or null, "asks": where it is not sure, what may have been meant, to choose from:
        [{"zh", "en", "sql"}], "carried": what was taken over from context, {"zh", "en"} or null, "as_of": the day that
        words like 去年 were counted from, or null for today, "dialects": {"mysql", "postgres", "sqlite"},
        "alternatives", "left_out": rows of the table that are not counted with, such as totals: [{"row", "kind", "zh",
        "en", "text"}]}.
    """

    question: str
    table: dict | None = None  # type: ignore[type-arg]  # what the API is to call it
    csv: str | None = field(default=None, metadata=IN_API)
    # A stranger's path would name a file of this machine.
    table_path: str | None = field(default=None, metadata=IN_ROWS)
    context: list[str] | None = None


ASK = Operation("text2sql.ask", "text2sql", Ask, "core.text2sql.answer:Answer")

_STAFF = {
    "header": ["姓名", "部门", "月薪"],
    "rows": [["张敏", "研发部", 18000], ["李强", "市场部", 12000], ["王芳", "研发部", 21000]],
}

TASKS = (
    Task(
        "text2sql",
        {"zh": "问表格", "en": "Text-to-SQL"},
        "core.text2sql.pipeline:Text2SQLPipeline",
        ("text2sql-form", "text2sql-sketch"),
        (ASK,),
        {"question": "研发部有多少人", "table": _STAFF},
    ),
)
