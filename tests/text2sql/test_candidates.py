"""Which constants a question may mean."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.text2sql.candidates import KINDS, MOST, Candidate, candidates, known_of, same
from core.text2sql.form import Constant
from core.text2sql.linking import fold, linker_of
from core.text2sql.table import build_table

TODAY = date(2026, 11, 21)
TABLE = build_table(
    ["姓名", "部门", "性别", "入职日期", "工资(万元)", "时长(分钟)", "身高(cm)", "开始时间", "城市", "户型"],
    [
        ["张三丰", "仓储部", "男", "2023-05-27", 1.2, 90, 170, "09:30", "北京", "4室2厅"],
        ["李四光", "技术部", "女", "2024-03-05", 0.8, 120, 181, "14:00", "上海", "3室1厅"],
        ["王五明", "销售部", "女", "2024-04-27", 3.5, 30, 165, "20:15", "成都", "3室2厅"],
        ["赵六合", "销售一部", "男", "2024-12-01", 2.2, 45, 175, "08:00", "北京", "2室1厅"],
    ],
    name="员工表",
)
LINKER = linker_of(TABLE)
KNOWN = known_of(LINKER, TABLE)
MONTHS = build_table(
    ["月份", "季度", "年份", "营收(亿元)"],
    [[f"{year}-{month:02d}", f"Q{(month + 2) // 3}", year, 3.5] for year in (2023, 2024) for month in range(1, 13)],
    ["text", "text", "number", "number"],
)


def asked(question: str, month_table: bool = False) -> list[Candidate]:
    if month_table:
        linker = linker_of(MONTHS)
        return candidates(fold(question), linker, TODAY, known_of(linker, MONTHS))
    return candidates(fold(question), LINKER, TODAY, KNOWN)


def values(question: str, *kinds: str) -> set[object]:
    return {c.constant.value for c in asked(question) if not kinds or c.kind in kinds}


@pytest.mark.parametrize(
    ("question", "value", "kind"),
    [
        ("张三丰在哪个部门", "张三丰", "cell"),
        ("仓储的人", "仓储部", "near"),
        ("四室的", "4室2厅", "near"),
        ("三室的", "3室", "prefix"),
        ("沪上的员工", "上海", "near"),
        ("男同事", "女", "listed"),
        ("工资三千五以上", 3500, "number"),
        ("工资3000以上", 0.3, "scaled"),
        ("工资过万", 10_000, "number"),
        ("工资过万", 1, "scaled"),
        ("8到10万", 80_000, "number"),
        ("2万5", 25_000, "number"),
        ("一米八以上", 180, "scaled"),
        ("超过两小时", 120, "scaled"),
        ("最近半年", 6, "span"),
        ("一刻钟", 15, "span"),
        ("最近两周", 14, "span"),
        ("占两成五", 0.25, "share"),
        ("占20%", 20, "percent"),
        ("占20%", 0.2, "share"),
        ("百分之八十", 80, "percent"),
        ("一半以上", 0.5, "share"),
        ("跌了3个点", -3, "negative"),
        ("低于-1的", -1, "number"),
        ("涨幅是-0.5%的", -0.5, "percent"),
        ("前三", 3, "rank"),
        ("第3到第5名", 2, "rank"),
        ("排名11到15的", 10, "rank"),
        ("两三个人", 2, "number"),
        ("2024年5月27号", date(2024, 5, 27), "day"),
        ("5月27号", date(2023, 5, 27), "day"),
        ("27号", date(2024, 4, 27), "day"),
        ("2024.3.5", date(2024, 3, 5), "day"),
        ("4月3日到5日", date(2024, 4, 5), "day"),
        ("上半年", date(2024, 6, 30), "last_day"),
        ("三季度", date(2024, 7, 1), "day"),
        ("前三季度", date(2024, 1, 1), "day"),
        ("11月中旬", date(2024, 11, 20), "last_day"),
        ("3月16号到月底", date(2024, 3, 31), "day"),
        ("去年入职的", 2023, "year"),
        ("五月以来", date(2024, 5, 1), "day"),
        ("七八月", 8, "month"),
        ("周末", 0, "weekday"),
        ("90后", date(1999, 12, 31), "last_day"),
        ("4月10号，前一天呢", date(2024, 4, 9), "day"),
        ("双十一", date(2024, 11, 11), "day"),
        ("下午两点半以后", "14:30", "time"),
    ],
)
def test_what_a_question_may_mean(question: str, value: object, kind: str) -> None:
    found = {(c.constant.value, c.kind) for c in asked(question)}
    assert (value, kind) in found


@pytest.mark.parametrize(
    ("question", "value", "kind"),
    [
        ("2024年5月的营收", "2024-05", "period"),
        ("2023年下半年", "2023-07", "period"),
        ("2023年二季度；2024年同期呢", "2024-06", "period"),
        ("24年各月", "2024", "prefix"),
        ("历年11月", "-11", "ending"),
        ("三季度", "Q3", "period"),
        ("23年比24年", 2023, "year"),
        ("三亿五以上", 3.5, "scaled"),
    ],
)
def test_periods_are_written_as_the_cells_write_them(question: str, value: object, kind: str) -> None:
    assert (value, kind) in {(c.constant.value, c.kind) for c in asked(question, month_table=True)}


@pytest.mark.parametrize("question", ["统一安排一下", "一共", "同一部门", "哪些城市", "唯一"])
def test_words_with_numerals_in_them_say_no_number(question: str) -> None:
    assert not {v for v in values(question) if isinstance(v, float)}


def test_a_day_is_not_its_month_and_a_time_not_a_date() -> None:
    assert date(2024, 9, 30) not in values("到2024年9月1日")
    assert not values("最近20天内，3-5名", "day", "last_day")


def test_a_dash_between_numbers_is_no_minus() -> None:
    assert not {v for v in values("3-5名，1月-4月，A-7") if isinstance(v, float) and v < 0}


def test_a_short_list_is_there_whatever_is_asked() -> None:
    listed = [c for c in asked("随便问问") if c.kind == "listed"]
    assert {"男", "女", "仓储部"} <= {c.constant.value for c in listed}
    assert all((c.start, c.end) == (0, 0) and c.column >= 0 for c in listed)
    named = [c for c in asked("女同事") if c.constant.value == "女"]
    assert [c.kind for c in named] == ["cell"], "a cell that is named is not listed too"


def test_same() -> None:
    number = Candidate(Constant(0.3), "scaled", 0, 1, -1)
    assert same(number, Constant(0.1 + 0.2))
    assert not same(number, Constant(0.31))
    assert not same(number, Constant("0.3"))
    assert same(Candidate(Constant("P5"), "cell", 0, 2, 0), Constant("Ｐ５"))
    assert same(Candidate(Constant("2024"), "prefix", 0, 5, 0), Constant("2024-"))
    assert not same(Candidate(Constant(date(2024, 1, 1)), "day", 0, 5, 0), Constant("2024-01-01"))


@settings(deadline=None)
@given(
    st.text(
        alphabet="一二三四五六七八九十百千万亿半两月日号年季度上下旬周末点第前到至、.-/%成折倍个小时qw0123456789室部男",
        max_size=40,
    )
)
def test_anything_may_be_asked(question: str) -> None:
    text = fold(question)
    for month_table in (False, True):
        found = asked(question, month_table)
        assert sum(c.kind != "listed" for c in found) <= MOST
        assert all(c.kind in KINDS and 0 <= c.start <= c.end <= len(text) for c in found)
