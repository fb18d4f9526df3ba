"""Questions for one figure: aggregates, shares and differences."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501, S608
# fmt: off

from __future__ import annotations

from training.text2sql.made.conditions import number, text_equal
from training.text2sql.made.made import (
    Made,
    aggregate_words,
    best_function,
    called,
    maybe_condition,
    much,
    not_null,
    where,
)
from training.text2sql.made.speech import joined, literal
from training.text2sql.made.values import spoken_value
from training.text2sql.made.view import Col, View


def aggregate(v: View) -> Made | None:
    """A sum, a mean, a highest."""
    col = v.pick(v.numbers)
    if col is None:
        return None
    cond = maybe_condition(v, 0.52, (col,), 0.12)
    w = where(cond)
    topic = cond.topic if cond else ""
    every = v.one(("", "", "", "", "全部", "所有", f"所有{v.noun()}的", "整体", "这些", f"全体{v.noun()}" if v.entity.person else "表里", "全表")) if cond is None else ""
    head = f"{topic}{v.one(('', '', '', '的', '，'))}" if cond else every
    if head.endswith("的的"):
        head = head[:-1]
    c = v.say(col)
    if v.maybe(0.1) and len(v.scaled) > 1:
        cols = v.rng.sample(v.scaled, 2)
        f = "SUM" if all(x.measure.adds for x in cols) and v.maybe(0.6) else "AVG"
        word = v.one(("一共", "合计", "总共")) if f == "SUM" else "平均"
        names = joined([v.say(x) for x in cols], v.rng)
        q = v.one((f"{head}{names}{word}多少", f"{head}{names}{word}各是多少", f"{head}{word}{names}", f"{head}{word}{v.say(cols[0])}和{word}{v.say(cols[1])}分别是多少", f"{head}{names}分别{word}是多少"))
        return Made(q, f"SELECT {', '.join(f'{f}({x.sql})' for x in cols)} FROM t{w}", "aggregate")
    roll = v.rng.random()
    if roll < 0.07:
        q = v.one((f"{head}{c}最高和最低各是多少", f"{head}{c}最高多少最低多少", f"{head}最高和最低的{c}", f"{head}{c}的最大值和最小值", f"{head}{c}最多多少、最少多少", f"{head}{c}上下限分别是多少"))
        return Made(q, f"SELECT MAX({col.sql}), MIN({col.sql}) FROM t{w}", "aggregate")
    if roll < 0.13:
        f = "MEDIAN"
    elif roll < 0.16:
        f = "STDDEV_SAMP"
    elif roll < 0.24:
        f = "MAX"
    elif roll < 0.31:
        f = "MIN"
    else:
        f = best_function(v, col, 0.58)
    if f == "SUM" and v.alone(col) and col.measure.total and v.maybe(0.5):
        total = v.one(col.measure.total).format(w=v.one(("一共", "总共", "加起来", "合计", "统共", "一共", "总共")))
        return Made(f"{head}{total}", f"SELECT SUM({col.sql}) FROM t{w}", "aggregate")
    if f == "AVG" and v.alone(col) and col.measure.mean and v.maybe(0.4):
        return Made(f"{head}{v.one(col.measure.mean)}", f"SELECT AVG({col.sql}) FROM t{w}", "aggregate")
    agg = aggregate_words(v, col, f)
    ask = v.one(col.measure.ask)
    options = [f"{head}{agg}{much(v)}", f"{head}{agg}{much(v)}", f"{head}{agg}", f"{head}{agg}是多少"]
    if f == "AVG":
        options += [f"{head}平均{c}{ask}" if not c.startswith("平均") else f"{head}{agg}", f"{head}{c}平均{ask}", f"{head}平均下来{c}{ask}", f"{head}平均每{v.counter()}{c}{ask}" if v.counter() not in ("个月",) else f"{head}平均{c}{ask}"]
    elif f == "SUM":
        options += [f"{head}{c}一共{ask}", f"{head}{c}总共{ask}", f"{head}一共{ask}{c}" if ask in ("多少", "几个") else f"{head}{c}一共{ask}", f"{head}{c}加起来{ask}", f"{head}{c}合计{ask}", f"把{head}{c}加起来是多少" if cond else f"{c}全部加起来{ask}"]
    elif f in ("MAX", "MIN"):
        hl = v.one(col.measure.high if f == "MAX" else col.measure.low)
        options = [f"{head}{c}{hl}是多少", f"{head}{c}{hl}{ask}", f"{head}{hl}的{c}是多少" if hl.startswith("最") and len(hl) == 2 else f"{head}{c}{hl}多少", f"{head}{c}{hl}有多少", f"{head}{agg}{much(v)}", f"{head}{c}{hl}到多少"]
    return Made(v.one(options), f"SELECT {f}({col.sql}) FROM t{w}", "aggregate")


_PART = ("占比", "占比多少", "占比是多少", "占几成", "占百分之几", "占多少", "占多大比例", "比例是多少", "比例", "占全部的比例", "占总数的百分之几", "的比重", "占了多少", "占多大份额", "占比多大", "的占比")


def share(v: View) -> Made | None:
    """A part of the whole."""
    roll = v.rng.random()
    noun = v.noun()
    inside = maybe_condition(v, 0.1, (), 0.0)
    head = f"{inside.topic}{v.one(('里', '中', '里面'))}" if inside else ""
    if roll < 0.34:

        part = text_equal(v) if v.maybe(0.8) else number(v)
        if part is None or (inside and inside.cols == part.cols) or part.cols[0] in v.keys:
            return None
        p = v.one(_PART)
        stem = part.topic if v.maybe(0.5) else part.nominal
        q = v.one((f"{head}{stem}{p}", f"{head}{stem}{p}", f"{head}{part.attr}{noun}{p}", f"{head}{part.attr}{noun}占所有{noun}的比例", f"{head}{part.nominal}占总{noun}数的几成", f"{head}{part.attr}{noun}占百分之多少", f"{head}{part.attr}{noun}在全部里占多少"))
        q = q.replace("的的", "的")
        return Made(q, f"SELECT SUM(CASE WHEN {part.sql} THEN 1 ELSE 0 END) * 1.0 / COUNT(*) FROM t{where(inside)}", "share")
    col = v.pick(v.sums)
    if col is None:
        return None
    c = v.say(col)
    if roll < 0.74:
        part = text_equal(v)
        if part is None or (inside and inside.cols == part.cols):
            return None
        p = v.one(_PART).removeprefix("的")
        total = v.one((f"总{c}", f"全部{c}", f"所有{c}", f"整体{c}", f"{c}合计"))
        stem = part.topic if v.maybe(0.6) else part.attr
        de = "" if stem.endswith("的") else v.one(("的", "", "的"))
        q = v.one((f"{head}{stem}{de}{c}{p}", f"{head}{stem}{de}{c}占{total}的比例", f"{head}{stem}{de}{c}占{total}几成", f"{head}{stem}{de}{c}占{total}的百分之几", f"{head}{stem}占{total}多少", f"{head}{stem}{de}{c}在{total}里占多大比例", f"{head}{total}里{stem}占几成", f"{head}{stem}{de}{c}占{total}多少", f"{head}{stem}贡献了百分之几的{c}", f"{head}{c}里{stem}占比多少", f"{head}{stem}{de}{c}占比"))
        return Made(q, f"SELECT SUM(CASE WHEN {part.sql} THEN {col.sql} ELSE 0 END) * 1.0 / SUM({col.sql}) FROM t{where(inside)}", "share")
    g = v.pick(v.groups, lambda x: inside is None or x not in inside.cols)
    if g is not None and roll < 0.92:
        name = called(v, g)
        each = v.one((f"各{name}", f"每个{name}", f"各个{name}", f"不同{name}"))
        g_null = not_null(g)
        if v.maybe(0.4):
            q = v.one((f"{head}{each}{noun}数占比", f"{head}{each}的{noun}占比", f"{head}{each}各占多少比例", f"{head}{each}占总数的比例", f"{head}{each}各占百分之几", f"{head}{each}占比分别是多少", f"{head}{name}占比分布"))
            return Made(q, f"SELECT {g.sql}, COUNT(*) * 1.0 / SUM(COUNT(*)) OVER () FROM t{where(inside, g_null)} GROUP BY {g.sql}", "share")
        q = v.one((f"{head}{each}{c}占比", f"{head}{each}的{c}占总{c}的比例", f"{head}{each}{c}各占几成", f"{head}{each}占{c}的百分之几", f"{head}{each}{c}占比分别是多少", f"按{name}算{head}{c}占比", f"{head}{each}的{c}各占多少比例"))
        return Made(q, f"SELECT {g.sql}, SUM({col.sql}) * 1.0 / SUM(SUM({col.sql})) OVER () FROM t{where(inside, g_null)} GROUP BY {g.sql}", "share")
    every = v.one((f"每{v.counter()}{noun}", f"各{noun}", f"每{v.counter()}"))
    q = v.one((f"{head}{every}{c}占比", f"{head}{every}的{c}占总{c}的比例", f"{head}{every}占{c}合计的百分之几", f"{head}{every}{c}在总数里占多少", f"{head}{every}{c}各占几成"))
    return Made(q, f"SELECT {v.shown()}, {col.sql} * 1.0 / SUM({col.sql}) OVER () FROM t{where(inside)}", "share")


def difference(v: View) -> Made | None:
    """One row or group against another."""
    col = v.pick(v.scaled)
    if col is None:
        return None
    key = v.keys[0]
    rows = not v.record and key.type == "text" and key.unique > 0.97 and v.maybe(0.55) and len(key.filled) > 2
    years = v.pick(v.lines, lambda c: c.unique > 0.95)
    by = years if years is not None and v.maybe(0.5) else key if rows else v.pick(v.groups, lambda c: not c.boolean)
    if by is None or by.distinct < 2:
        return None
    a, b = v.rng.sample(sorted(by.counts, key=str), 2)
    if len(str(a)) > 14 or len(str(b)) > 14:
        return None
    sa, sb = (f"{int(a)}年", f"{int(b)}年") if by.year else (spoken_value(v, by, str(a)), spoken_value(v, by, str(b)))
    inside = maybe_condition(v, 0.08, (by, col), 0.0) if not rows and by is not years else None
    head = f"{inside.topic}{v.one(('里', '中', '，'))}" if inside else ""
    m = col.measure
    c = v.say(col)
    one_row = rows or by is years
    f = "MAX" if one_row else best_function(v, col, 0.55)
    count = not one_row and v.maybe(0.15)
    adj = v.one(m.more)
    ask = v.one(m.ask) if v.maybe(0.35) else "多少"
    if ask in ("", "第几"):
        ask = "多少"
    word = c if one_row else f"平均{c}" if f == "AVG" and not c.startswith("平均") else v.one((c, f"总{c}", f"{c}总共", f"{c}合计")) if f == "SUM" else c
    and_ = v.one(("和", "跟", "与"))
    if count:
        noun, k = v.noun(), v.counter()
        q = v.one((f"{sa}比{sb}多几{k}{noun}", f"{sa}的{noun}比{sb}多几{k}", f"{sa}{and_}{sb}的{noun}数差多少", f"{head}{sa}比{sb}多多少{k}", f"{sa}的{noun}数比{sb}多多少"))
        one = "SUM(CASE WHEN {k} = {x} THEN 1 ELSE 0 END)"
        sql = " - ".join(one.format(k=by.sql, x=literal(x)) for x in (a, b))
        return Made(head + q if not q.startswith(head) else q, f"SELECT {sql} FROM t{where(inside)}", "difference")
    options = [f"{head}{sa}的{word}比{sb}{adj}{ask}", f"{head}{sa}比{sb}{word}{adj}{ask}", f"{head}{sa}{word}比{sb}{adj}{ask}", f"{head}{sa}{and_}{sb}的{word}差多少", f"{head}{sa}{and_}{sb}{word}相差多少", f"{head}{word}{sa}比{sb}{adj}{ask}", f"{head}{sa}的{word}减去{sb}的是多少", f"{head}{sa}和{sb}{word}差{ask}", f"{head}{sa}{word}和{sb}的差距", f"{head}{sa}{and_}{sb}，{word}差多少"]
    if v.alone(col) and one_row:
        options += [f"{sa}比{sb}{adj}{ask}"]
    sql = " - ".join(f"{f}(CASE WHEN {by.sql} = {literal(x)} THEN {col.sql} END)" for x in (a, b))
    return Made(v.one(options), f"SELECT {sql} FROM t{where(inside)}", "difference")


def families(v: View) -> list[list[Col]]:
    """Columns that can be added: series of months or subjects, parts of a cost."""
    found: dict[str, list[Col]] = {}
    for c in v.scaled:
        m = c.measure
        if m.kind == "plain" and not any(ch.isdigit() for ch in c.name) and not c.name.startswith("周"):
            if len(c.name) == 2:
                found.setdefault("short", []).append(c)
            continue
        if any(w in c.name for w in ("目标", "预算", "总", "合计", "上年", "去年", "上期", "计划", "均", "率", "%")):
            continue
        if m.adds or m.kind == "grade":
            series = "series" if any(ch.isdigit() for ch in c.plain) or c.plain.startswith("周") else m.kind
            found.setdefault(f"{series}{c.unit}", []).append(c)
    kept = []
    for key, cols in found.items():
        if key.startswith("series"):
            kept.append(cols)
            continue
        if key == "short":
            kept += [cols] if len(cols) > 2 else []
            continue
        alike: dict[str, list[Col]] = {}
        for c in cols:
            alike.setdefault("" if c.measure.kind in ("grade", "food") else c.plain[-1], []).append(c)
        kept += list(alike.values())
    return [x for x in kept if len(x) > 1]


def row_total(v: View) -> Made | None:
    """Columns of a row added up."""
    choice = families(v)
    if not choice:
        return None
    whole = v.one(choice)
    cols = whole if len(whole) <= 4 and v.maybe(0.5) else sorted(v.rng.sample(whole, min(len(whole), v.one((2, 2, 3, 3, 4)))), key=lambda c: c.index)
    if whole[0].plain.startswith("Q") and len(whole) == 4 and v.maybe(0.7):
        cols, said = v.one(((whole, "全年"), (whole[:2], "上半年"), (whole[2:], "下半年")))
    elif whole[0].plain == "1月" and len(whole) == 12 and v.maybe(0.8):
        cols, said = v.one(((whole, "全年"), (whole[:6], "上半年"), (whole[6:], "下半年"), (whole[:3], "一季度"), (whole[3:6], "二季度"), (whole[6:9], "三季度"), (whole[9:], "四季度")))
    elif len(cols) == len(whole) and len(cols) > 3 and whole[0].measure.kind == "grade":
        said = v.one(("总分", "所有科目", f"{len(cols)}科", f"{len(cols)}门"))
    else:
        said = joined([v.say(c) for c in cols], v.rng) if v.maybe(0.7) else "加".join(v.say(c) for c in cols)
    expr = " + ".join(c.sql for c in cols)
    noun, c = v.noun(), v.counter()
    cond = maybe_condition(v, 0.12, tuple(cols), 0.0)
    head = f"{cond.topic}{v.one(('里', '，', '的'))}" if cond else ""
    head = head.replace("的的", "的")
    sum_word = v.one(("一共多少", "加起来多少", "合计", "总共是多少", "加起来", "之和", "一共", "合起来多少", "加一块多少", "总和", "相加是多少"))
    each = v.one((f"每{c}{noun}", f"各{noun}", f"每{c}", f"每{c}{noun}的")) if v.entity.kind != "unit" else v.one((f"各{noun}", f"每个{noun}"))
    roll = v.rng.random()
    nulls = " NULLS LAST" if any(x.null for x in cols) else ""
    if roll < 0.1 and len(cols) > 2:
        q = v.one((f"{head}{each}{said}里最高的是多少", f"{head}{each}{said}中最大的一个", f"{head}{each}在{said}里的最高值", f"{head}{each}{said}最高那个是多少"))
        return Made(q, f"SELECT {v.shown()}, GREATEST({', '.join(x.sql for x in cols)}) FROM t{where(cond)}", "row_total")
    if roll < 0.3:
        high = v.maybe(0.8)
        hl = v.one(("最高", "最多", "最大", "第一")) if high else v.one(("最低", "最少", "垫底"))
        q = v.one((f"{head}{said}加起来{hl}的是{v.who()}", f"{head}{said}合计{hl}的{noun}", f"{head}{v.who()}{said}加起来{hl}", f"{head}{said}之和{hl}的{noun}", f"{head}{said}总和{hl}的{noun}是{v.who()}"))
        return Made(q, f"SELECT {v.shown()}, {expr} FROM t{where(cond)} QUALIFY RANK() OVER (ORDER BY {expr}{' DESC' if high else ''}{nulls}) = 1", "row_total")
    if roll < 0.38:
        q = v.one((f"{head}{each}{said}加起来，从高到低排", f"{head}按{said}总和给{noun}排个名", f"{head}{each}{said}{sum_word}，多的排前面"))
        return Made(q, f"SELECT {v.shown()}, {expr} FROM t{where(cond)} ORDER BY {expr} DESC{nulls}", "row_total")
    if roll < 0.46:
        q = v.one((f"{head}{said}一共是多少", f"{head}所有{noun}{said}总共多少", f"{head}{said}全部加起来多少"))
        return Made(q, f"SELECT SUM({expr}) FROM t{where(cond)}", "row_total")
    q = v.one((f"{head}{each}{said}{sum_word}", f"{head}{each}{said}{sum_word}", f"{head}{said}{sum_word}，按{noun}列", f"{head}{each}的{said}{sum_word}", f"把{head}{each}的{said}加起来", f"算一下{head}{each}{said}{sum_word}", f"{head}{said}{sum_word}，每{c}都要"))
    return Made(q, f"SELECT {v.shown()}, {expr} FROM t{where(cond)}", "row_total")
