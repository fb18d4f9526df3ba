"""Questions for the different values of a column: how many, which most, which twice."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501, S608
# fmt: off

from __future__ import annotations

from training.text2sql.made.made import Made, called, maybe_condition, not_null, where
from training.text2sql.made.view import View


def count_distinct(v: View) -> Made | None:
    """How many different."""
    col = v.pick([*v.groups, *v.groups, *[t for t in v.texts if not t.boolean and not t.free and t.unique < 1], *v.years])
    if col is None or col.boolean or col.unique == 1:
        return None
    cond = maybe_condition(v, 0.14, (col,), 0.0)
    head = f"{cond.topic}{v.one(('', '里', '一共', ''))}" if cond else ""
    e = col.entity
    name = called(v, col) if not col.year else "年份"
    c = v.one(e.counters) if not col.year else "个"
    if e.kind == "class":
        c = v.one(("种", "种", "类", "个"))
    q = v.one((f"{head}一共有几{c}{name}", f"{head}有多少{c}{name}", f"{head}有几{c}{name}", f"{head}涉及几{c}{name}", f"{head}有几{c}不同的{name}", f"{head}一共多少{c}{name}", f"{head}{name}有几{c}", f"{head}总共几{c}{name}", f"{head}去重后有多少{c}{name}", f"{head}{name}一共分几{c}" if e.kind == "class" else f"{head}{name}一共几{c}", f"{head}覆盖了几{c}{name}" if e.kind in ("place", "unit") else f"{head}出现过几{c}{name}", f"{head}来自几{c}{name}" if e.kind == "place" else f"{head}都有几{c}{name}", f"{head}{name}总共有多少{c}（去重）", f"{head}不重复的{name}有多少{c}", f"{head}{name}种类数" if e.kind == "class" else f"{head}{name}数（去重）", f"{head}用到了几{c}{name}" if not e.person else f"{head}多少{c}不同的{name}"))  # fmt: skip
    return Made(q, f"SELECT COUNT(DISTINCT {col.sql}) FROM t{where(cond)}", "count_distinct")


def mode(v: View) -> Made | None:
    """The value that comes most often."""
    cols = [*v.groups, *v.groups, *[n for n in v.numbers if n.unique < 0.5 and n.distinct > 2][:2]]
    g = v.pick(cols, lambda c: not c.boolean)
    if g is None:
        return None
    cond = maybe_condition(v, 0.08, (g,), 0.0)
    head = f"{cond.topic}{v.one(('里', '中', '', '里面'))}" if cond else ""
    name = v.say(g)
    e = g.entity
    noun = called(v, g)
    what = v.one(("是什么", "是啥", f"是哪{v.one(e.counters)}", "")) if not e.person else v.one(("是谁", "是哪位", ""))
    if g.type == "number":
        q = v.one((f"{head}最常见的{name}{v.one(('是多少', '', '是几'))}", f"{head}{name}最多的是多少", f"{head}出现次数最多的{name}", f"{head}{name}的众数", f"{head}{name}众数是多少", f"{head}大多数{name}是多少"))
    else:
        q = v.one((f"{head}最常见的{noun}{what}", f"{head}出现最多的{noun}{what}", f"{head}哪{v.one(e.counters)}{noun}最多", f"{head}哪{v.one(e.counters)}{noun}出现次数最多", f"{head}{noun}最多的{what or '是哪个'}", f"{head}最多的{noun}{what}", f"{head}哪种{noun}最常见" if not e.person else f"{head}谁出现得最多", f"{head}{name}的众数", f"{head}什么{noun}最多" if not e.person else f"{head}谁的记录最多",
                   f"{head}{name}以什么为主" if not e.person else f"{head}{name}里谁最多", f"{head}出现频率最高的{noun}", f"{head}大多数是什么{noun}" if not e.person else f"{head}出现最频繁的{noun}", f"{head}主要是哪{v.one(e.counters)}{noun}", f"{head}{noun}里数量最多的{what}"))  # fmt: skip
    return Made(q, f"SELECT {g.sql}, COUNT(*) FROM t{where(cond, not_null(g))} GROUP BY {g.sql} QUALIFY RANK() OVER (ORDER BY COUNT(*) DESC) = 1", "mode")


def duplicates(v: View) -> Made | None:
    """Values that come more than once."""
    cols = [t for t in [*v.texts, *v.dates] if not t.boolean and t.distinct >= 3 and (t.unique > 0.25 or v.maybe(0.25))]
    g = v.pick(cols)
    if g is None:
        return None
    second = v.pick(v.groups, lambda c: c is not g and not c.boolean) if v.maybe(0.12) else None
    cond = maybe_condition(v, 0.05, (g,), 0.0)
    head = f"{cond.topic}{v.one(('里', '中', ''))}" if cond else ""
    name = v.say(g)
    noun, c = called(v, g), v.counter()
    if second is not None:
        b = v.say(second)
        q = v.one((f"{head}哪些{name}和{b}的组合出现过不止一次", f"{head}同一个{name}同一个{b}有多条的", f"{head}{name}和{b}都一样的有没有", f"{head}{name}加{b}重复的记录", f"{head}{name}、{b}都相同的有哪些"))
        sqls = f"{g.sql}, {second.sql}"
    else:
        sqls = g.sql
        options = [f"{head}有没有重复的{name}", f"{head}哪些{name}重复了", f"{head}{name}有重复的吗", f"{head}哪些{noun}出现了不止一次", f"{head}出现过不止一次的{noun}", f"{head}{name}重复的有哪些", f"{head}查一下{name}有没有重复", f"{head}出现两次以上（含两次）的{noun}", f"{head}{name}相同的有哪些", f"{head}重复出现的{noun}", f"{head}哪些{noun}不止一{c}{v.noun()}", f"{head}有没有{name}一样的", f"{head}同一个{name}有多条的是哪些", f"{head}{name}有没有录重的", f"{head}哪些{noun}有多{c}{v.noun()}"]  # fmt: skip
        if g.entity.person:
            options += [f"{head}有没有重名的", f"{head}同名的有谁"] if g in v.keys else [f"{head}哪些{noun}不止一次"]
        if g.type == "date":
            options = [f"{head}哪些天不止一{c}{v.noun()}", f"{head}同一天有多{c}的是哪天", f"{head}有没有{name}相同的", f"{head}{name}重复的日期", f"{head}哪天有两{c}以上（含）", f"{head}{name}撞到同一天的"]
        q = v.one(options)
    skip = not_null(g)
    return Made(q, f"SELECT {sqls}, COUNT(*) FROM t{where(cond, skip)} GROUP BY {sqls} HAVING COUNT(*) > 1", "duplicates")
