"""The sets that have sketches (SPDB, RETQA, IM-TQA, TableQA, BULL) as questions with forms."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.text2sql.candidates import Known, known_of
from core.text2sql.form import Form, Node
from core.text2sql.form_parse import parse_form
from core.text2sql.linking import Linker
from core.text2sql.sql import to_sql
from training.text2sql.convert import bull, imtqa, tableqa, with_sql
from training.text2sql.examples import Example
from training.text2sql.tables import one_of


def examples(data: Path, rng: random.Random) -> list[Example]:
    """The examples of all sets, some more than once; a fifth as many again that their table cannot answer."""
    real = list(with_sql(data / "spdb_train.jsonl")) * 5 + list(imtqa(data / "imtqa_vertical_train.jsonl")) * 2
    retqa = list(with_sql(data / "retqa_train.jsonl"))
    real += rng.sample(retqa, min(len(retqa), 900))
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
        yield (
            {"question": example.question},
            form,
            known.setdefault(id(example.fields), known_of(Linker(example.fields))),
        )
