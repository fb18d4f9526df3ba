"""One made question, and small things that several makers need."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from training.text2sql.made.condition import Cond
from training.text2sql.made.conditions import combined, simple
from training.text2sql.made.entities import Entity
from training.text2sql.made.view import Col, View


@dataclass(frozen=True)
class Made:
    """A question of `kind`; `context`: the questions before it, with their SQL."""

    question: str
    sql: str
    kind: str
    context: tuple[tuple[str, str], ...] = ()


Maker = Callable[[View], Made | None]


def maybe_condition(v: View, share: float, but: tuple[Col, ...] = (), twice: float = 0.1) -> Cond | None:
    """A condition in `share` of the calls."""
    if not v.maybe(share):
        return None
    a = simple(v, but)
    if a is None or not v.maybe(twice):
        return a
    b = simple(v, (*but, *a.cols))
    return combined(v, a, b) if b else a


def where(*conds: Cond | None) -> str:
    parts = [c.sql for c in conds if c is not None]
    return " WHERE " + " AND ".join(parts) if parts else ""


def not_null(col: Col) -> Cond | None:
    """For a group: rows without one are no group."""
    if not col.null:
        return None
    return Cond(f"{col.sql} IS NOT NULL", "", "", "", "", (), (col,), "IS NOT NULL")


def high_low(v: View, col: Col, high: bool) -> str:
    """最高 or the like, to follow the column's name."""
    return v.one(col.measure.high if high else col.measure.low)


def bare(v: View, col: Col, high: bool) -> str:
    """A superlative that needs no name of a column, or ""."""
    words = col.measure.most if high else col.measure.least
    return v.one(words) if words and v.alone(col) else ""


def whose(v: View, entity: Entity) -> str:
    """Asks which one: 是谁, 是哪家."""
    who = v.one(entity.who)
    return v.one((f"是{who}", f"是{who}", f"是{who}", f"{who}"))


def count_of(v: View, entity: Entity) -> str:
    """有几家, 有多少个."""
    c = v.one(entity.counters)
    return v.one((f"有几{c}", f"有几{c}", f"有多少{c}", f"一共有几{c}", f"几{c}", f"多少{c}", f"总共有多少{c}", f"一共多少{c}", f"共几{c}", "有多少"))


TAILS = ("有哪些", "有哪些", "都有哪些", "列一下", "给我看看", "", "", "", "是哪些", "都是哪些", "有什么", "都列出来", "帮我列出来", "名单", "有没有", "都有啥", "有吗", "找出来", "报一下", "拉个清单")  # fmt: skip
PEOPLE = ("都有谁", "是谁", "有谁", "都是谁", "有哪些人", "名单", "是哪几个", "是哪几位", "有哪几个", "", "", "列一下", "都有哪些人", "给我看看", "有没有", "找出来", "都是哪些人")


def tail(v: View, entity: Entity | None = None) -> str:
    entity = entity or v.entity
    if entity.person:
        return v.one(PEOPLE)
    if v.maybe(0.3):
        c = v.one(entity.counters)
        return v.one((f"是哪几{c}", f"有哪几{c}", f"都是哪几{c}", f"是哪{c}"))
    return v.one(TAILS)


def aggregate_words(v: View, col: Col, function: str) -> str:
    """平均工资, 工资总和."""
    c = v.say(col)
    if function == "AVG":
        already = c.startswith(("平均", "人均", "均")) or "均" in c
        forms: Sequence[str] = (f"平均{c}", f"平均{c}", f"平均{c}", f"{c}平均", f"{c}的平均值", f"{c}均值", f"{c}平均数")
        if already:
            forms = (f"{c}的平均值", f"{c}均值", f"{c}平均")
        return v.one(forms)
    if function == "SUM":
        if c.startswith(("总", "累计", "合计")):
            return v.one((f"{c}合计", f"{c}加起来", f"{c}之和", f"{c}"))
        return v.one((f"总{c}", f"总{c}", f"{c}合计", f"{c}总和", f"{c}加起来", f"{c}总计", f"{c}总额" if c.endswith("金") else f"{c}合计", f"累计{c}", f"{c}总共", f"一共的{c}", f"合计{c}"))
    if function == "MAX":
        return v.one((f"最高{c}", f"最高的{c}", f"{c}最大值", f"{c}最高值", f"{c}的最大值"))
    if function == "MIN":
        return v.one((f"最低{c}", f"最低的{c}", f"{c}最小值", f"{c}最低值", f"{c}的最小值"))
    if function == "MEDIAN":
        return v.one((f"{c}中位数", f"{c}的中位数", f"中位{c}", f"{c}的中位值"))
    return v.one((f"{c}标准差", f"{c}的标准差", f"{c}的样本标准差"))


def much(v: View) -> str:
    return v.one(("是多少", "多少", "", "", "有多少", "算一下", "是多少", "达到多少", "给我个数"))


def best_function(v: View, col: Col, by_sum: float = 0.6) -> str:
    """SUM where that makes sense, else AVG."""
    if not col.measure.averages:
        return "SUM"
    return "SUM" if col.measure.adds and v.maybe(by_sum) else "AVG"


def called(v: View, g: Col) -> str:
    """What one group is called."""
    return g.entity.nouns[0] if g.entity.person else v.one(g.entity.nouns)
