"""Readings that differ only in what they show are one; queries that mean other things stay apart."""

from __future__ import annotations

import numpy as np

from core.text2sql.candidates import Candidate
from core.text2sql.fields import Field
from core.text2sql.form import Column, Constant, Form, Node, Symbol, goes_astray
from core.text2sql.form_reading import Reading, Step
from core.text2sql.form_types import fitting
from core.text2sql.form_union import united
from core.text2sql.form_vocabulary import VOCABULARY, Bank
from core.text2sql.grammar import tokens

WHERE = Node("where", (Node("null", (Column(3),)),))


def reading(probability: float, *args: Form, word: str = "select") -> Reading:
    form = Node(word, args)
    return Reading(form, probability, tuple(Step(s, 1.0, (), None) for s in tokens(form)))


def test_the_number_and_the_name_stand_beside_each_other() -> None:
    first, second = reading(0.4, Column(0), WHERE), reading(0.3, Column(1), Column(0), WHERE)
    [both] = united([first, second])
    assert both.form == Node("select", (Column(0), Column(1), WHERE))
    assert [s.symbol for s in both.steps] == tokens(both.form)
    assert both.probability == first.probability


def test_columns_stand_before_what_is_computed() -> None:
    days = Node("days", (Column(2), Column(3)))
    [both] = united([reading(0.4, Column(0), days), reading(0.3, Column(1), days)])
    assert both.form == Node("select", (Column(0), Column(1), days))
    assert [s.symbol for s in both.steps] == tokens(both.form)


def test_what_means_something_else_stays() -> None:
    best = reading(0.4, Column(0), WHERE)
    group = Node("group", (Column(0),))
    others = [
        reading(0.3, Column(1), Node("where", (Node("null", (Column(2),)),))),  # another condition
        reading(0.3, Column(0), Node("sum", (Column(1),)), WHERE),  # something computed
        reading(0.01, Column(1), WHERE),  # not likely
        reading(0.3, Column(1), WHERE, word="distinct"),
    ]
    assert united([best, *others]) == (best, *others)
    groups = [reading(0.4, Column(0), Node("count"), group), reading(0.3, Column(1), Node("count"), group)]
    assert united(groups) == tuple(groups)
    assert united([]) == ()


def test_two_columns_are_added_at_most() -> None:
    found = united([reading(0.4, Column(i), WHERE) for i in range(5)])
    assert found[0].form == Node("select", (Column(0), Column(1), Column(2), WHERE))
    assert len(found) == 3


def test_who_names_all_that_he_wants_gets_no_more() -> None:
    first, second = reading(0.4, Column(0), WHERE), reading(0.3, Column(0), Column(1), WHERE)
    assert united([first, second], named={0}) == (first, second)
    assert len(united([first, second], named={1})) == 1
    assert len(united([first, second], named={0, 1})) == 1


def test_a_condition_said_twice_is_seen_through_all_levels() -> None:
    one, other = Node("null", (Column(0),)), Node("null", (Column(1),))
    assert goes_astray(Node("select", (Column(0), Node("where", (Node("and", (one, Node("and", (other, one)))),)))))
    assert not goes_astray(Node("where", (Node("or", (Node("and", (one, other)), one)),)))


def columns_allowed(*written: Symbol) -> list[bool]:
    bank = Bank(3, [], "题", [Field("甲", "number"), Field("乙", "text"), Field("丙", "number")])
    found = fitting(bank, written)
    allowed = np.ones(bank.size, dtype=bool) if found is None else found
    return [bool(b) for b in allowed[len(VOCABULARY) : len(VOCABULARY) + 3]]


def test_no_column_is_compared_with_itself_or_listed_twice() -> None:
    assert columns_allowed("select", Column(0)) == [False, True, True]
    assert columns_allowed("select", "greatest", Column(0), Column(2)) == [False, True, False]
    assert columns_allowed("select", Column(0), "where", ">", Column(0)) == [False, True, True]
    assert columns_allowed("select", "-", Column(2)) == [True, True, False]
    # a + a and a second operand's neighbours are free
    assert columns_allowed("select", "*", Column(2)) == [True, True, True]
    assert columns_allowed("select", "-", Column(2), Column(0)) == [True, True, True]
    assert columns_allowed("select", "-", Column(2), Constant(1.0)) == [True, True, True]


def test_no_column_has_two_values_at_once() -> None:
    def both(*parts: Form) -> bool:
        return goes_astray(Node("select", (Column(0), Node("where", (Node("and", parts),)))))

    def compared(word: str, column: int, *values: object) -> Node:
        return Node(word, (Column(column), *(Constant(v) for v in values)))  # type: ignore[arg-type]

    assert both(compared("=", 0, "甲"), compared("=", 0, "乙"))
    assert both(compared("=", 0, "丙"), compared("in", 0, "甲", "乙"))
    assert both(compared("<", 1, 1.0), compared(">", 1, 10.0))
    assert not both(compared("=", 0, "甲"), compared("=", 2, "乙"))
    assert not both(compared(">", 1, 1.0), compared("<", 1, 10.0))
    assert not both(compared("=", 0, "甲"), compared("in", 0, "甲", "乙"))
    assert goes_astray(Node("select", (Node("/", (Column(1), Column(1))),)))
    assert goes_astray(Node("select", (Node("avg", (Column(1),)), Node("avg", (Column(1),)))))
    assert not goes_astray(Node("select", (Node("max", (Column(1),)), Node("avg", (Column(1),)))))
    assert not goes_astray(Node("select", (Node("/", (Column(1), Column(2))),)))


def numbers_allowed(field: Field, said: str, *values: tuple[float, str, int], word: str = "<") -> list[float]:
    """Of the readings (value, kind, column) of one number those that `field` is compared with."""
    found = [Candidate(Constant(v), kind, 0, len(said), column) for v, kind, column in values]
    bank = Bank(1, found, said, [field])
    allowed = fitting(bank, ("select", Column(0), "where", word, Column(0)))
    assert allowed is not None
    return [v for (v, *_), ok in zip(values, allowed[bank.first_candidate :], strict=False) if ok]


def test_numbers_are_read_as_the_column_counts() -> None:
    ten_thousand = (10_000.0, "number", -1), (1.0, "scaled", -1)
    rent = Field("月租金(元)", "number", minimum=4000.0, maximum=30_000.0)
    assert numbers_allowed(rent, "一万", *ten_thousand) == [10_000.0]
    # however small the column's own are
    assert numbers_allowed(Field("支出(元)", "number", minimum=5.0, maximum=40.0), "一万", *ten_thousand) == [10_000.0]
    loans = Field("贷款(万元)", "number", minimum=3.0, maximum=80.0)
    assert numbers_allowed(loans, "一万", (10_000.0, "number", -1), (1.0, "scaled", 0)) == [1.0]
    assert numbers_allowed(Field("贷款", "number", minimum=3.0, maximum=80.0), "一万", *ten_thousand) == [1.0]
    weight = Field("重量(g)", "number", minimum=30.0, maximum=500.0)
    assert numbers_allowed(weight, "20公斤", (20.0, "number", -1), (20_000.0, "scaled", 0)) == [20_000.0]


def test_shares_and_percents_are_told_by_the_column() -> None:
    readings = (3.0, "percent", -1), (0.03, "share", -1)
    assert numbers_allowed(Field("及格率", "number", minimum=0.8, maximum=1.0), "3%", *readings) == [0.03]
    assert numbers_allowed(Field("涨幅(%)", "number", minimum=-5.0, maximum=9.0), "3%", *readings) == [3.0]


def test_a_sign_is_the_questions_own() -> None:
    profit = Field("利润(元)", "number", minimum=100.0, maximum=30_000.0)
    assert numbers_allowed(profit, "5000", (5000.0, "number", -1), (-5000.0, "negative", -1)) == [5000.0, -5000.0]


def test_a_year_has_four_digits_where_years_are_asked_for() -> None:
    years = Field("年份", "number", minimum=2020.0, maximum=2023.0)
    assert numbers_allowed(years, "22年", (22.0, "number", -1), (2022.0, "year", -1), word="=") == [2022.0]
    assert numbers_allowed(years, "3", (3.0, "number", -1)) == [3.0]
    rent = Field("月租金(元)", "number", minimum=1200.0, maximum=2200.0)
    assert numbers_allowed(rent, "800", (800.0, "number", -1), (2023.0, "year", -1)) == [800.0, 2023.0]


def cells_allowed(*written: Symbol) -> list[str]:
    found = [
        Candidate(Constant(text), "cell", 0, 2, column) for column, text in ((0, "研发部"), (1, "北京"), (1, "上海"))
    ]
    bank = Bank(2, found, "题目", [Field("部门", "text"), Field("城市", "text")])
    allowed = fitting(bank, written)
    places = np.ones(bank.size, dtype=bool) if allowed is None else allowed
    return [str(c.constant.value) for c, ok in zip(found, places[bank.first_candidate :], strict=False) if ok]


def test_a_cell_is_compared_with_its_own_column_while_the_list_is_open() -> None:
    assert cells_allowed("select", Column(0), "where", "in", Column(1)) == ["北京", "上海"]
    assert cells_allowed("select", Column(0), "where", "in", Column(1), Constant("北京")) == ["上海"]
    # behind a finished comparison anything may stand
    assert cells_allowed("select", "if", "=", Column(1), Constant("北京")) == ["研发部", "北京", "上海"]
