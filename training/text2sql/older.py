"""The sets that have sketches (SPDB, RETQA, IM-TQA, TableQA, BULL) as questions with forms."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from core.text2sql.candidates import Known, candidates, known_of
from core.text2sql.form import Constant, Form, Node, walk
from core.text2sql.form_filler import conversation
from core.text2sql.form_parse import parse_form
from core.text2sql.linking import Linker
from core.text2sql.sql import to_sql
from training.text2sql.convert import bull, imtqa, tableqa, with_sql
from training.text2sql.examples import TODAY, Example
from training.text2sql.tables import one_of
from training.text2sql.times import as_asked


def examples(data: Path, rng: random.Random) -> list[Example]:
    """The examples of all sets, some more than once; a tenth as many again that their table cannot answer."""
    # Read anew each time: a table is another one then, with its columns in another order.
    real = [e for _ in range(3) for e in with_sql(data / "spdb_train.jsonl")]
    real += imtqa(data / "imtqa_vertical_train.jsonl")
    retqa = list(with_sql(data / "retqa_train.jsonl"))
    real += rng.sample(retqa, min(len(retqa), 500))
    real += [e for _ in range(2) for e in tableqa(data / "tableqa_partial_train.jsonl", rng)]
    real += list(bull(data, rng))
    return real + [one_of(real, rng.choice(real).fields, rng) for _ in range(len(real) // 10)]


def older(data: Path, lost: Counter[str], seed: int = 0) -> Iterator[tuple[dict[str, Any], Form, Known]]:
    """As `form_data.rows_with_forms`."""
    known: dict[int, Known] = {}
    for example in examples(data, random.Random(seed)):
        names = [f"c{i}" for i in range(len(example.fields))]
        dates = frozenset(i for i, field in enumerate(example.fields) if field.type == "date")
        try:
            form = (
                parse_form(to_sql(example.sketch, names, "t", dates=dates), names)
                if example.answerable
                else Node("refuse")
            )
        except ValueError:
            lost["no form"] += 1
            continue
        mine = known.setdefault(id(example.fields), known_of(Linker(example.fields)))
        if any(isinstance(part, Constant) and isinstance(part.value, date) for part in walk(form)):
            form = as_asked(form, example.question, TODAY, _days(example.question, mine))
        yield {"question": example.question}, form, mine


def _days(question: str, known: Known) -> set[date]:
    """The days that `question` names."""
    found = candidates(conversation(question, ())[0], known.linker, TODAY, known)
    return {c.constant.value for c in found if isinstance(c.constant.value, date)}
