"""Words of comparison beside a value, and forms put right by them; words that no column is called by."""

from __future__ import annotations

from datetime import date

import pytest

from core.text2sql.assumed import assumed
from core.text2sql.candidates import Candidate, candidates
from core.text2sql.comparators import comparison
from core.text2sql.fields import Field
from core.text2sql.form import Form, Symbol
from core.text2sql.form_beam import Hypothesis
from core.text2sql.form_compared import put_right
from core.text2sql.form_filler import Written
from core.text2sql.form_parse import parse_form
from core.text2sql.form_vocabulary import END, WORD_IDS, Bank
from core.text2sql.grammar import START, tokens
from core.text2sql.linking import Linker
from core.text2sql.refusal import is_chat

TODAY = date(2024, 6, 15)
FIELDS = (
    Field("店名", "text", values=("东门店", "西门店")),
    Field("营业额(元)", "number", minimum=100.0, maximum=90_000.0),
    Field("店员数", "number", minimum=1.0, maximum=60.0),
    Field("开业日期", "date"),
    Field("排名", "number", minimum=1.0, maximum=60.0),
)
NAMES = [field.name for field in FIELDS]


@pytest.mark.parametrize(
    ("before", "after", "operators"),
    [
        ("店员大于", "人", (">",)),
        ("店员小于", "", ("<",)),
        ("店员多于", "的店", (">",)),
        ("不到", "人的店", ("<",)),
        ("店员没有达到", "人", ("<",)),
        ("没超过", "人的", ("<=",)),
        ("不低于", "", (">=",)),
        ("不大于", "", ("<=",)),
        ("大于等于", "", (">=",)),
        ("小于或等于", "", ("<=",)),
        ("至多", "人", ("<=",)),
        ("起码", "人", (">=",)),
        ("店员比", "人还多的", (">",)),
        ("店员比", "少的", ("<",)),
        ("店员", "人以上", (">=", ">")),
        ("店员在", "名及以下", ("<=", "<")),
        ("店员 > ", "", (">",)),
    ],
)
def test_words_beside_a_value_say_how_it_is_compared(before: str, after: str, operators: tuple[str, ...]) -> None:
    text = f"{before}20{after}"
    found = comparison(text, len(before), len(before) + 2, False)
    assert found is not None
    assert found.operators == operators


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("店员是", "人"),
        ("除了大于", "人的"),
        ("店员不在", "人以上"),
        ("前", "名"),
        ("", "号店店员3人以上"),
        ("", "以前"),
    ],
)
def test_other_words_leave_the_comparison_open(before: str, after: str) -> None:
    assert comparison(f"{before}20{after}", len(before), len(before) + 2, False) is None


def test_before_and_after_are_of_times() -> None:
    found = comparison("2020年以前开业", 0, 5, True)
    assert found is not None
    assert found.operators == ("<", "<=")
    assert found.timed


def form(where: str) -> Form:
    return parse_form('SELECT "店名" FROM t WHERE ' + where, NAMES)  # noqa: S608


def written_as(text: str, *where: str, begin: int = 0) -> list[tuple[Symbol, ...]]:
    """The symbols of each form, the first the likeliest, after they were put right by the question."""
    bank = Bank(len(FIELDS), candidates(text, Linker(FIELDS), TODAY), text, FIELDS)
    found = [
        Hypothesis(-0.5 - i, START, WORD_IDS[END], tuple((s, 0.9, ((s, 0.9),), None) for s in tokens(form(w))))
        for i, w in enumerate(where)
    ]
    return [tuple(step[0] for step in h.steps) for h in put_right(found, bank, begin)]


def symbols(*where: str) -> list[tuple[Symbol, ...]]:
    return [tuple(tokens(form(w))) for w in where]


def test_each_of_two_conditions_goes_by_its_own_word() -> None:
    text = "营业额高于5000且店员少于10的店"
    got = written_as(text, '"营业额(元)" < 5000 AND "店员数" < 10')
    assert got == symbols('"营业额(元)" > 5000 AND "店员数" < 10')


def test_forms_that_become_the_same_are_one_and_likelier() -> None:
    text = "店员不足10的店"
    assert written_as(text, '"店员数" > 10', '"店员数" < 10') == symbols('"店员数" < 10')


def test_later_than_a_year_is_later_than_its_last_day() -> None:
    text = "开业日期晚于2020年的店"
    assert written_as(text, "\"开业日期\" > DATE '2020-01-01'") == symbols("\"开业日期\" > DATE '2020-12-31'")


@pytest.mark.parametrize(
    ("text", "where", "begin"),
    [
        ("排名高于10的店", '"排名" < 10', 0),  # the better the smaller
        ("店员大于10的店；反过来呢", '"店员数" < 10', 9),  # said of an earlier question
        ("店员小于10的或者店员大于10的", '"店员数" > 10', 0),  # said both ways
        ("店员大于10的店", 'NOT ("店员数" > 10 AND "店名" = \'东门店\')', 0),
    ],
)
def test_forms_are_left_where_the_words_do_not_decide(text: str, where: str, begin: int) -> None:
    assert written_as(text, where, begin=begin) == symbols(where)


def taken(question: str, where: str) -> tuple[str, str] | None:
    linker = Linker(FIELDS)
    found: list[Candidate] = candidates(question, linker, TODAY)
    return assumed(question, Written((), 1.0, question, 0, tuple(found)), parse_form(where, NAMES), linker, TODAY)


def test_a_measure_that_no_column_is_called_by_is_told() -> None:
    most = 'SELECT "店名" FROM t ORDER BY "营业额(元)" DESC LIMIT 1'
    found = taken("利润最高的店", most)
    assert found is not None
    assert "利润" in found[0]
    assert "营业额(元)" in found[1]
    assert taken("营业额最高的店", most) is None
    assert taken("利润最高的店", 'SELECT "店名" FROM t') is None


def test_a_greeting_is_no_question_unless_it_has_something_of_the_table() -> None:
    linker = Linker(FIELDS)
    assert is_chat("你好，在忙什么", linker, TODAY)
    assert not is_chat("你好，东门店的营业额是多少", linker, TODAY)
    assert not is_chat("列出全部", linker, TODAY)
