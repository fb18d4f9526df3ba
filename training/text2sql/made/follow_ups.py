"""Questions that hang on the one before."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501, S608
# fmt: off

from __future__ import annotations

from training.text2sql.made.condition import Cond
from training.text2sql.made.conditions import simple, text_equal
from training.text2sql.made.made import Made, aggregate_words, best_function, called, count_of, high_low, tail, where
from training.text2sql.made.ranking import best_words
from training.text2sql.made.speech import literal
from training.text2sql.made.values import spoken_value
from training.text2sql.made.view import Col, View

Said = tuple[str, str]


def _select(what: str, cond: Cond | None, rest: str = "") -> str:
    return f"SELECT {what} FROM t{where(cond)}{rest}"


class _Talk:
    """What was asked: a figure or the rows, of a condition."""

    def __init__(self, v: View) -> None:
        self.v = v
        self.cond = self._swappable() if v.maybe(0.75) else simple(v)
        self.col: Col | None = v.pick(v.scaled)
        self.what = v.one(("count", "count", "rows", "rows", "figure", "figure", "cell")) if self.col else v.one(("count", "rows"))
        self.f = best_function(v, self.col, 0.6) if self.col else "SUM"

    def _swappable(self) -> Cond | None:
        col = self.v.pick(self.v.groups, lambda c: c.distinct > 1)
        return text_equal(self.v, col)

    def sql(self, cond: Cond | None, more: str = "") -> str:
        v = self.v
        if self.what == "count":
            return f"SELECT COUNT(*) FROM t{where(cond)}{more}"
        if self.what == "figure" and self.col:
            return f"SELECT {self.f}({self.col.sql}) FROM t{where(cond)}{more}"
        if self.what == "cell" and self.col:
            return f"SELECT {v.shown(self.col)} FROM t{where(cond)}{more}"
        return f"SELECT {v.shown(*(cond.show if cond else ()))} FROM t{where(cond)}{more}"

    def question(self, cond: Cond) -> str:
        v = self.v
        if self.what == "count":
            return v.one((f"{cond.nominal}{count_of(v, v.entity)}", f"{cond.attr}{v.noun()}{count_of(v, v.entity)}"))
        if self.what == "figure" and self.col:
            agg = aggregate_words(v, self.col, self.f)
            return v.one((f"{cond.topic}{agg}多少", f"{cond.topic}{agg}", f"{cond.attr}{v.noun()}{agg}是多少"))
        if self.what == "cell" and self.col:
            return v.one((f"{cond.attr}{v.noun()}的{v.say(self.col)}", f"{cond.nominal}{v.say(self.col)}各多少", f"{cond.topic}{v.noun()}{v.say(self.col)}分别是多少"))
        return v.one((f"{cond.attr}{v.noun()}{tail(v)}", f"{cond.nominal}{tail(v)}", f"{cond.nominal}"))


def _next(v: View, talk: _Talk, cond: Cond) -> tuple[str, str, Cond] | None:
    """A follow-up to the talk, its SQL, and the condition from then on."""
    roll = v.rng.random()
    noun = v.noun()
    they = v.one(("他们", "这些人", "她们")) if v.entity.person else v.one(("它们", "这些", "那些"))
    if roll < 0.34 and cond.op == "=" and cond.cols[0].type == "text" and cond.cols[0].distinct > 1:
        # Another value of the same column.
        col = cond.cols[0]
        value = v.one([str(x) for x in col.counts if f"= {literal(str(x))}" not in cond.sql] or [""])
        if not value or len(value) > 14:
            return None
        said = spoken_value(v, col, value)
        if col.boolean:
            other = text_equal(v, col, value)
            if other is None:
                return None
            said = other.nominal
            new = other
        else:
            made = text_equal(v, col, value)
            if made is None:
                return None
            new = made
        q = v.one((f"{said}呢", f"{said}呢", f"那{said}呢", f"换成{said}", f"{said}的呢", f"那{said}", f"{said}", f"改成{said}", f"换{said}呢", f"再看看{said}", f"{said}又是多少" if talk.what in ("count", "figure") else f"那{said}的", f"同样的问题，{said}呢" if v.maybe(0.2) else f"{said}呢？", f"看看{said}的")).replace("的的", "的")
        return q, talk.sql(new), new
    if roll < 0.52:
        # One more condition.
        extra = simple(v, cond.cols)
        if extra is None:
            return None
        n = extra.nominal
        q = v.one((f"其中{n}", f"其中{n}呢", f"里面{n}{count_of(v, v.entity)}" if talk.what == "count" else f"里面{n}", f"只看{n}", f"{n}呢", f"其中{n}{count_of(v, v.entity)}" if talk.what == "count" else f"其中{n}有哪些", f"里面有哪些{n.removesuffix('的')}" if talk.what == "rows" else f"只算{n}", f"只要{n}", f"这里头{n}", f"限定{extra.pred}", f"再加个条件，{extra.pred}", f"{extra.pred}的有吗" if talk.what == "rows" else f"其中{n}呢", f"筛出{n}" if talk.what == "rows" else f"只统计{n}"))
        joined = Cond(f"{cond.sql} AND {extra.sql}", "", "", "", "", (*cond.show, *extra.show), (*cond.cols, *extra.cols), "AND")
        return q, talk.sql(joined), joined
    if roll < 0.66:
        # Another figure of the same rows.
        figure = v.pick(v.scaled, lambda c: c is not talk.col and c not in cond.cols) if talk.what != "count" or v.maybe(0.5) else talk.col or v.pick(v.scaled)
        if figure is None:
            return None
        col = figure
        if talk.what == "cell":
            talk.col = col
            return v.one((f"{v.say(col)}呢", f"那{v.say(col)}呢", f"换成{v.say(col)}", f"{v.say(col)}多少", f"再看看{v.say(col)}")), talk.sql(cond), cond
        if talk.what == "figure" and v.maybe(0.4) and talk.col is not None:
            old = talk.f
            talk.f = v.one([x for x in ("AVG", "SUM" if talk.col.measure.adds else "AVG", "MAX", "MIN", "MEDIAN") if x != old])
            word = {"AVG": ("换成平均", "平均呢", "那平均是多少", "平均多少"), "SUM": ("总共呢", "加起来呢", "换成总和", "合计呢", "一共多少"), "MAX": ("最高的呢", "最高多少", "换成最大值"), "MIN": ("最低的呢", "最低多少", "换成最小值"), "MEDIAN": ("换成中位数", "中位数呢", "中位数是多少")}[talk.f]
            return v.one(word), talk.sql(cond), cond
        talk.what, talk.col = "figure", col
        talk.f = best_function(v, col, 0.6)
        agg = aggregate_words(v, col, talk.f)
        q = v.one((f"{agg}多少", f"{they}的{agg}", f"{agg}呢", f"{they}{agg}是多少", f"那{agg}呢", f"再算下{agg}", f"{agg}", f"{they}的{agg}是多少", f"一共多少{v.say(col)}" if talk.f == "SUM" and v.maybe(0.3) else f"{agg}是多少"))
        return q, talk.sql(cond), cond
    if roll < 0.78:
        # The best of them.
        found = v.pick(v.scaled)
        if found is None:
            return None
        col = found
        high = v.maybe(0.7)
        hl = high_low(v, col, high)
        c = v.say(col)
        if talk.what in ("figure", "cell") and talk.col is not None and v.maybe(0.4):
            col, hl = talk.col, high_low(v, talk.col, high)
            q = v.one((f"{hl}的是{v.who()}", f"{hl}的呢", f"谁{hl}" if v.entity.person else f"哪{v.counter()}{hl}", f"其中{hl}的"))
        else:
            q = v.one((f"其中{c}{hl}的是{v.who()}", f"{c}{hl}的是{v.who()}", f"里面{c}{hl}的", f"{they}里{v.who()}{c}{hl}", f"谁的{c}{hl}" if v.entity.person else f"{c}{hl}的{noun}", f"{c}{hl}的呢"))
        return q, _select(f"{v.shown(col)}", cond, f" QUALIFY RANK() OVER (ORDER BY {col.sql}{' DESC' if high else ''}{v.nulls(col)}) = 1"), cond
    if roll < 0.86 and talk.what in ("count", "figure", "cell"):
        talk.what = "rows"
        q = v.one(("是谁", "都是谁", "分别是谁", "名单列一下", "都有谁", "叫什么", "列出来") if v.entity.person else ("是哪些", "都是哪些", "分别是哪些", "列出来看看", "都列出来", f"是哪几{v.counter()}", "具体是哪些", "列一下", f"哪几{v.counter()}"))
        return q, talk.sql(cond), cond
    if roll < 0.93:
        # More columns, or an order.
        extra_col = v.pick([c for c in v.cols if c not in v.keys and c not in cond.cols and c is not talk.col and c not in cond.show])
        if extra_col is None or talk.what in ("count", "figure"):
            return None
        col = extra_col
        if col.type != "text" and v.maybe(0.4) and col in v.numbers:
            down = v.maybe(0.75)
            q = v.one((f"按{v.say(col)}{'从高到低' if down else '从低到高'}排", f"按{v.say(col)}{'降序' if down else '升序'}", f"按{v.say(col)}{'从大到小' if down else '从小到大'}排一下"))
            shown = [*(cond.show), *([talk.col] if talk.what == "cell" and talk.col else []), col]
            return q, _select(v.shown(*shown), cond, f" ORDER BY {col.sql}{' DESC' if down else ''}{v.nulls(col)}"), cond
        q = v.one((f"再加上{v.say(col)}", f"带上{v.say(col)}", f"{v.say(col)}也列出来", f"加上{v.say(col)}", f"{v.say(col)}也要", f"把{v.say(col)}也带上"))
        shown = [*(cond.show), *([talk.col] if talk.what == "cell" and talk.col else []), col]
        return q, _select(v.shown(*shown), cond), cond
    g = v.pick(v.groups, lambda c: c not in cond.cols)
    if g is None or talk.what not in ("count", "figure"):
        return None
    f = "COUNT(*)" if talk.what == "count" or talk.col is None else f"{talk.f}({talk.col.sql})"
    name = called(v, g)
    q = v.one((f"按{name}分", f"分{name}看看", f"按{name}拆开", f"各{name}分别多少", f"每个{name}呢", f"按{name}统计一下", f"各{name}呢"))
    return q, _select(f"{g.sql}, {f}", cond, f" GROUP BY {g.sql}"), cond


def _of_one(v: View) -> Made | None:
    """The best row, then another of its cells."""
    col = v.pick(v.numbers)
    if col is None:
        return None

    high = v.maybe(0.7)
    order = f"QUALIFY RANK() OVER (ORDER BY {col.sql}{' DESC' if high else ''}{v.nulls(col)})"
    first = v.one((f"{best_words(v, col, high)}的是{v.who()}", f"{best_words(v, col, high)}的{v.noun()}", f"{v.who()}{best_words(v, col, high)}"))
    sql = f"SELECT {v.shown(col)} FROM t {order} = 1"
    other = v.pick([c for c in v.cols if c not in v.keys and c is not col and not c.boolean])
    if other is None:
        return None
    roll = v.rng.random()
    he = v.one(("他", "她", "这个人")) if v.entity.person else v.one(("它", "这个", f"那{v.counter()}"))
    if v.entity.kind in ("month", "year", "day"):
        he = {"month": "那个月", "year": "那年", "day": "那天"}[v.entity.kind]
    name = v.say(other)
    if roll < 0.55:
        ask = v.one(other.measure.ask) if other.type == "number" else v.one(("是谁", "")) if other.entity.person else v.one(("是什么", "", "是哪个"))
        if other.type == "date":
            ask = v.one(("是哪天", "", "是什么时候"))
        q = v.one((f"{he}的{name}{ask}", f"{name}呢", f"{he}{name}{ask}", f"{he}的{name}呢", f"{name}{ask}", f"{he}{name}"))
        return Made(q, f"SELECT {v.shown(other)} FROM t {order} = 1", "follow_up", ((first, sql),))
    if roll < 0.75:
        n = v.one((2, 2, 3))
        q = v.one((f"第{'二三'[n - 2]}呢", f"第{'二三'[n - 2]}名呢", f"那第{'二三'[n - 2]}呢", f"第{'二三'[n - 2]}是{v.who()}"))
        return Made(q, f"SELECT {v.shown(col)} FROM t {order} = {n}", "follow_up", ((first, sql),))
    if roll < 0.88:
        flipped = high_low(v, col, not high)
        q = v.one((f"{flipped}的呢", f"那{flipped}的呢", f"{flipped}的是{v.who()}", f"反过来，{flipped}的"))
        return Made(q, f"SELECT {v.shown(col)} FROM t QUALIFY RANK() OVER (ORDER BY {col.sql}{'' if high else ' DESC'}{v.nulls(col)}) = 1", "follow_up", ((first, sql),))
    k = v.one((3, 5))
    q = v.one((f"前{k}名呢", f"前{'三' if k == 3 else '五'}呢", f"列前{k}个", f"要前{k}")) if high else v.one((f"后{k}名呢", f"倒数{k}名呢"))
    return Made(q, f"SELECT {v.shown(col)} FROM t ORDER BY {col.sql}{' DESC' if high else ''}{v.nulls(col)} LIMIT {k}", "follow_up", ((first, sql),))


def follow_up(v: View) -> Made | None:
    """A talk of two or three questions, of which the last is asked."""
    if v.maybe(0.22):
        return _of_one(v)
    talk = _Talk(v)
    cond = talk.cond
    if cond is None or (not v.record and cond.cols[0] in v.keys):
        return None
    context = [(talk.question(cond), talk.sql(cond))]
    for _ in range(1 if v.maybe(0.66) else 2):
        step = _next(v, talk, cond)
        if step is None:
            break
        question, sql, cond = step
        context.append((question, sql))
    if len(context) < 2 or context[-1][1] == context[-2][1]:
        return None
    return Made(context[-1][0], context[-1][1], "follow_up", tuple(context[:-1]))
