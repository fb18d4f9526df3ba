"""Made questions: every kind comes, its SQL runs on its table, and rows have the fields that training reads."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import sqlglot

from training.text2sql.made.check import Database
from training.text2sql.made.generate import MAKERS, questions_of
from training.text2sql.made.invent import invented
from training.text2sql.made.speech import chinese, spoken_number, tidy
from training.text2sql.made.unanswerable import foreign_columns
from training.text2sql.made.vary import varied
from training.text2sql.made.view import View

FORMS = Path("../shared/data/text2sql/written_forms.md")


def test_every_kind_runs_and_parses() -> None:
    rng = random.Random(5)
    tables = [t for n in range(60) if View(t := invented(n, rng), rng).usable]
    foreign = foreign_columns(tables)
    database = Database()
    found: set[str] = set()
    for table in tables:
        database.load(table)
        for made in questions_of(View(table, rng), [*MAKERS, "unanswerable"], foreign):
            found.add(made.kind)
            assert made.question
            for sql in [s for _, s in made.context] + [made.sql] * bool(made.sql):
                database.run(sql)
            if made.sql:
                # Of one form that sqlglot cannot read is LIMIT 10%.
                assert made.kind == "top_percent" or sqlglot.parse_one(made.sql, dialect="duckdb")
    assert found == {*MAKERS, "unanswerable"}


def test_kinds_are_those_written_down() -> None:
    if not FORMS.exists():
        pytest.skip("the data folder is not there")
    kinds = FORMS.read_text(encoding="utf-8").split("## Kinds")[1].strip().split(", ")
    assert {*MAKERS, "unanswerable"} == set(kinds)


def test_varied_tables_keep_their_shape() -> None:
    rng = random.Random(2)
    for number in range(40):
        table = varied(invented(number, rng), number, rng)
        assert len(table["header"]) == len(table["types"]) == len(set(table["header"]))
        assert all(len(row) == len(table["header"]) for row in table["rows"])


SAID = {2: "二", 12: "十二", 250: "两百五", 3500: "三千五", 10_000: "一万", 12_000: "一万二", 20_500: "两万零五百"}


@pytest.mark.parametrize(("number", "said"), list(SAID.items()))
def test_numbers_in_characters(number: int, said: str) -> None:
    assert chinese(number) == said


def test_units_scale_what_is_said() -> None:
    said = {spoken_number(500, 1e4, ("元", ""), random.Random(i)) for i in range(60)}
    assert {"500万", "五百万元"} & said
    assert not {"500", "500元"} & said


def test_joints_are_mended() -> None:
    assert tidy("销售部的的人，，", random.Random(1)) == "销售部的人"
