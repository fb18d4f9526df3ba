"""Questions with or, not, and mixes of them."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501, S608
# fmt: off

from __future__ import annotations

from training.text2sql.made.condition import Cond
from training.text2sql.made.conditions import number, simple, text_equal
from training.text2sql.made.made import Made, aggregate_words, best_function, count_of, tail
from training.text2sql.made.speech import joined, literal
from training.text2sql.made.values import spoken_value
from training.text2sql.made.view import Col, View


def _values(v: View, col: Col, n: int) -> tuple[list[str], list[str]]:
    values = v.rng.sample(sorted(map(str, col.counts)), n)
    return values, [spoken_value(v, col, x) for x in values]


def among(v: View, deny: bool, least: int = 2) -> Cond | None:
    """A column in some values, or in none of them."""
    col = v.pick(v.groups, lambda c: c.distinct >= 3 and not c.boolean and max(map(len, map(str, c.counts))) <= 12)
    if col is None:
        return None
    n = min(v.one((2, 2, 2, 3)), col.distinct - 1)
    if n < least:
        return None
    values, said = _values(v, col, n)
    words = joined(said, v.rng)
    if deny:
        if n == 1 or v.maybe(0.18):
            value, word = values[0], said[0]
            body = v.one((f"不是{word}", f"非{word}", f"不属于{word}"))
            before = v.one((f"除了{word}", f"除{word}以外", f"{word}除外", f"不算{word}"))
            return Cond(f"{col.sql} <> {literal(value)}", body + "的", body + "的", before, body, (col,), (col,), "<>")
        nor = "也不是".join(said)
        body = v.one((f"不是{words}", f"不是{nor}", f"既不是{nor}", f"不属于{words}"))
        before = v.one((f"除了{words}", f"除{words}以外", f"除{words}之外", f"{words}除外，", f"不算{words}，", f"除开{words}，", f"去掉{words}，"))
        return Cond(f"{col.sql} NOT IN ({', '.join(map(literal, values))})", body + "的", body + "的", before, body, (col,), (col,), "NOT IN")
    either = v.one((f"{'或'.join(said)}", f"{'或者'.join(said)}", words, words, "、".join(said), f"{'或'.join(said)}"))
    name = v.say(col)
    attr = v.one((f"{either}的", f"{either}的", f"{name}是{either}的", f"{words}这{'两' if n == 2 else '三'}{v.one(col.entity.counters)}的", f"{name}为{either}的"))
    return Cond(f"{col.sql} IN ({', '.join(map(literal, values))})", attr, attr, either if v.maybe(0.5) else attr, f"是{attr}" if attr.startswith(either) else attr.removesuffix("的"), (col,), (col,), "IN")


def or_not_in(v: View) -> Made | None:
    """One of some values, or none of them."""
    deny = v.maybe(0.5)
    first = among(v, deny)
    if first is None:
        return None
    other = simple(v, first.cols) if v.maybe(0.35) else None
    noun = v.noun()
    sql = first.sql + (f" AND {other.sql}" if other else "")
    more = other.attr if other else ""
    roll = v.rng.random()
    if deny:
        rest = v.one(("", "其他", "其余", "别的"))
        if first.topic.endswith("，"):
            head = f"{first.topic}{rest}"
        elif first.topic.startswith("除"):
            head = first.topic + v.one(("，", "", "，")) + rest
        else:
            head = first.topic + "，" + rest
        phrase = v.one((f"{first.attr}{more}", f"{head}{more}", f"{head}{more}"))
    else:
        phrase = v.one((f"{first.attr}{more}", f"{first.topic}{'里' if other and not first.topic.endswith('的') else ''}{more}" if other else first.attr))
    phrase = phrase or first.attr
    if roll < 0.28:
        word = phrase
        q = v.one((f"{word}{noun}{count_of(v, v.entity)}", f"{word}{count_of(v, v.entity)}" if word.endswith("的") else f"{word}{noun}{count_of(v, v.entity)}", f"{word}{noun}数" if not word.endswith("，") else f"{word}{noun}{count_of(v, v.entity)}"))
        return Made(q, f"SELECT COUNT(*) FROM t WHERE {sql}", "or_not_in")
    if roll < 0.5 and v.scaled:
        col = v.one(v.scaled)
        f = best_function(v, col, 0.6)
        agg = aggregate_words(v, col, f)
        g = first.cols[0]
        if not deny and v.maybe(0.25):
            q = v.one((f"{phrase}{noun}{agg}分别是多少", f"{phrase}{agg}各多少", f"{phrase}{agg}分别多少"))
            return Made(q, f"SELECT {g.sql}, {f}({col.sql}) FROM t WHERE {sql} GROUP BY {g.sql}", "or_not_in")
        q = v.one((f"{phrase}{agg}是多少", f"{phrase}{agg}", f"{phrase}{noun}{agg}多少", f"{phrase}{agg}一共多少" if f == "SUM" and "共" not in agg else f"{phrase}{agg}"))
        return Made(q, f"SELECT {f}({col.sql}) FROM t WHERE {sql}", "or_not_in")
    t = tail(v)
    q = v.one((f"{phrase}{noun}{t}", f"{phrase}{noun}", f"{phrase}{noun}{t}", f"{phrase}{t}" if phrase.endswith("的") else f"{phrase}还有{'谁' if v.entity.person else '哪些' + noun}" if deny else f"{phrase}{noun}{t}", f"{v.who()}{first.pred}" if not other else f"{phrase}{noun}", f"哪些{noun}{first.pred}" if not other else f"{phrase}{noun}{t}"))
    show = [*first.show, *(other.show if other else ())]
    if v.maybe(0.12):
        extra = v.pick([c for c in v.cols if c not in show and c not in v.keys])
        if extra is not None:
            show.append(extra)
            q += f"，{v.say(extra)}{v.one(('也列出来', '呢', '也要'))}"
    return Made(q, f"SELECT {v.shown(*show)} FROM t WHERE {sql}", "or_not_in")


def mixed_logic(v: View) -> Made | None:
    """And and or together."""
    and_ = v.one(("，", "，而且", "，并且", "、", "，同时", "，又", "且", "，还得", "，还要是", "里"))
    roll = v.rng.random()
    noun = v.noun()
    if roll < 0.5:
        a = among(v, False)
        if a is None:
            return None
        b = simple(v, a.cols)
        if b is None:
            return None
        c = simple(v, (*a.cols, *b.cols)) if v.maybe(0.4) else None
        sql = " AND ".join(x.sql for x in (a, b, c) if x)
        col = a.cols[0]
        if v.maybe(0.4) and a.sql.count("'") == 4:
            inside = a.sql[a.sql.index("(") + 1 : -1].split(", ")
            sql = sql.replace(a.sql, "(" + " OR ".join(f"{col.sql} = {x}" for x in inside) + ")")
        parts = [a.attr, b.nominal, *([c.nominal] if c else [])]
        if v.maybe(0.3):
            parts = [b.nominal, a.attr, *parts[2:]]
        phrase = parts[0].removesuffix("的") if and_ == "里" else parts[0]
        phrase = phrase + (and_ if not phrase.endswith("的") or and_ in ("，", "、", "里") else v.one(("、", "，", ""))) + "、".join(parts[1:])
        show = [*a.show, *b.show, *(c.show if c else ())]
    else:
        x = number(v) if v.maybe(0.6) else text_equal(v)
        y = number(v, v.pick(v.scaled, lambda k: x is None or k not in x.cols)) if v.maybe(0.75) else text_equal(v)
        if x is None or y is None or x.cols == y.cols or x.cols[0] is y.cols[0]:
            return None
        z = simple(v, (*x.cols, *y.cols))
        if z is None:
            return None
        either = v.one((f"{x.pred}或者{y.pred}", f"{x.pred}或{y.pred}", f"要么{x.pred}，要么{y.pred}", f"{x.pred}，或者{y.pred}"))
        only = v.maybe(0.15)
        both = v.maybe(0.18) and not only
        if only:
            phrase, sql = either + "的", f"{x.sql} OR {y.sql}"
        elif both:
            phrase, sql = f"{z.pred}且{x.pred}，或者{y.pred}的", f"({z.sql} AND {x.sql}) OR {y.sql}"
        else:
            phrase, sql = v.one(((f"{z.topic}{v.one(('里', '里面', '中'))}，{either}的" if v.maybe(0.4) else f"{z.topic}里{either}的", f"{z.sql} AND ({x.sql} OR {y.sql})"), (f"{either}，{v.one(('并且', '而且', '同时', '又'))}{z.pred}的", f"({x.sql} OR {y.sql}) AND {z.sql}")))  # fmt: skip
        show = [*x.show, *y.show, *(z.show if not only else ())]
    if v.maybe(0.1):
        return Made(v.one((f"{phrase}{count_of(v, v.entity)}", f"{phrase}{noun}{count_of(v, v.entity)}")), f"SELECT COUNT(*) FROM t WHERE {sql}", "mixed_logic")
    t = tail(v)
    q = v.one((f"{phrase}{noun}", f"{phrase}{noun}{t}", phrase, f"{phrase}{t}", f"{phrase}{noun}{t}", phrase, f"找{phrase}{noun}"))
    return Made(q, f"SELECT {v.shown(*show)} FROM t WHERE {sql}", "mixed_logic")
