"""Values of a question that a reading does nothing with: told, and a reason to doubt it."""

from __future__ import annotations

from datetime import date

import pytest

from core.text2sql.candidates import candidates
from core.text2sql.fields import Field
from core.text2sql.form_parse import parse_form
from core.text2sql.form_reading import Reading, Step
from core.text2sql.grammar import tokens
from core.text2sql.linking import Linker
from core.text2sql.unused import say_unused, weighed

FIELDS = (
    Field("店名", "text", values=("东门店", "西门店", "北门店")),
    Field("城市", "text", values=("兰州", "西宁", "银川", "5A区")),
    Field("营业额(元)", "number", minimum=100.0, maximum=90_000.0),
    Field("2023年利润", "number", minimum=-10.0, maximum=60.0),
    Field("开业日期", "date"),
)
LINKER = Linker(FIELDS)


def read(question: str, *queries: str, before: str = "") -> list[Reading]:
    """The readings of these queries, the first the likeliest, as they are weighed for the question."""
    text = before + question
    forms = [parse_form(f'SELECT "店名" FROM t {rest}', [f.name for f in FIELDS]) for rest in queries]  # noqa: S608
    readings = [
        Reading(form, 0.6 - 0.2 * i, tuple(Step(s, 0.9, ((s, 0.9),), None) for s in tokens(form)))
        for i, form in enumerate(forms)
    ]
    named = [place[:2] for mine in LINKER.mentions(text) for place in mine]
    return weighed(readings, text, len(before), candidates(text, LINKER, date(2024, 6, 15)), named)


@pytest.mark.parametrize(
    ("question", "query", "unused"),
    [
        ("兰州营业额超过5000的店", 'WHERE "营业额(元)" > 5000', ("兰州",)),
        ("兰州营业额超过5000的店", "WHERE \"城市\" = '兰州'", ("5000",)),
        ("兰州营业额超过5000的店", 'WHERE "城市" = \'兰州\' AND "营业额(元)" > 5000', ()),
        ("兰州和西宁的店", "WHERE \"城市\" = '兰州'", ("西宁",)),
        ("营业额最高的3家店", 'ORDER BY "营业额(元)" DESC LIMIT 3', ()),
        ("2023年利润最高的店", 'ORDER BY "2023年利润" DESC LIMIT 1', ()),  # the year is a column's name
        ("哪家店营业额最高", 'ORDER BY "营业额(元)" DESC LIMIT 1', ()),
        ("2021年开业的店", 'WHERE YEAR("开业日期") = 2021', ()),
        ("5a区的店", 'ORDER BY "营业额(元)"', ("5A区",)),  # as the table writes it
        ("2021年在银川开业的店", 'WHERE YEAR("开业日期") = 2021', ("银川",)),
    ],
)
def test_what_a_query_leaves_out(question: str, query: str, unused: tuple[str, ...]) -> None:
    assert read(question, query)[0].unused == unused


def test_cells_of_a_column_by_which_rows_are_divided_are_used() -> None:
    form = parse_form('SELECT "城市", SUM("营业额(元)") FROM t GROUP BY "城市"', [f.name for f in FIELDS])
    text = "兰州和西宁的营业额各是多少"
    found = candidates(text, LINKER, date(2024, 6, 15))
    steps = tuple(Step(s, 0.9, (), None) for s in tokens(form))
    assert weighed([Reading(form, 0.6, steps)], text, 0, found, [])[0].unused == ()


def test_a_reading_that_uses_every_value_comes_first() -> None:
    short, whole = "WHERE \"城市\" = '银川'", 'WHERE "城市" = \'银川\' AND "营业额(元)" > 5000'
    first, second = read("银川营业额超过5000的店", short, whole)
    assert (first.unused, second.unused) == ((), ("5000",))
    assert first.probability == pytest.approx(0.4)
    assert second.probability < 0.2


def test_what_only_an_earlier_question_has_may_be_left() -> None:
    assert read("那西宁呢", "WHERE \"城市\" = '西宁'", before="兰州的店；")[0].unused == ()


def test_it_is_said_in_both_languages() -> None:
    assert say_unused(["兰州"]) == ("问题里的“兰州”没有用上", "“兰州” of the question was not used")
    assert say_unused(["兰州", "5000"])[1] == "“兰州”, “5000” of the question were not used"
