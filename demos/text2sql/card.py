"""The Text-to-SQL tab on the first view, in links and in decks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import core
from core.errors import InputError
from core.text import check_text
from core.text2sql.pipeline import MAX_QUESTION
from demos.server.calls import Json
from demos.shell.card import Card, Input, Link, examples, read_examples
from demos.text2sql.sources import SAMPLES, example

_ROWS = 8


def _show() -> Json:
    question = "亚洲人口超过1亿的国家有哪些"
    best = core.load("text2sql")(question, example("countries")).best
    rows = [str(row[0]) for row in best.rows.rows[:_ROWS]] if best.rows else []
    return {"question": question, "sql": " ".join(best.sql.split()), "rows": rows}


def _shares(figures: dict[str, float], written: str = "日常提问") -> str:
    names = {"written": written, "retqa": "RETQA", "imtqa": "IM-TQA", "spdb": "SPDB"}
    return " · ".join(f"{name} {figures[key]:.0%}" for key, name in names.items())


def _read(given: Mapping[str, Any]) -> Input:
    name = given.get("example", next(iter(SAMPLES)))
    if not isinstance(name, str) or name not in SAMPLES:
        names = "、".join(SAMPLES)
        raise InputError(f"没有这张示例表格，可用：{names}", f"no such sample table; there are {', '.join(SAMPLES)}")
    return {"example": name, "table": SAMPLES[name], "question": check_text(given.get("question"), MAX_QUESTION)}


CARD = Card(
    {"zh": "用中文问一张表", "en": "Ask a table in Chinese"},
    lambda _: {
        "zh": "手写的问题、五个表格问答集与生成的问题",
        "en": "questions written by hand, five sets of others, and made ones",
    },
    (("text2sql", "text2sql-form"),),
    lambda f: {
        "zh": "答对 " + _shares(f["text2sql-form"]),
        "en": "right rows: " + _shares(f["text2sql-form"], "everyday questions"),
    },
    (
        ("基于Bert的NL2SQL模型", "https://spaces.ac.cn/archives/6771"),
        ("SQLova (arXiv)", "https://arxiv.org/abs/1902.01069"),
    ),
    _show,
)

LINK = Link(
    ("example", "question"),
    _read,
    lambda: read_examples(examples("text2sql"), lambda row: {key: row[key] for key in ("example", "question")}),
)
