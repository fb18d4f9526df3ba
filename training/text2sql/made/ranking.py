"""Questions for the best, the n-th, the first n."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501, S608
# fmt: off

from __future__ import annotations

from training.text2sql.made.conditions import ordinal
from training.text2sql.made.dates import stem_of
from training.text2sql.made.made import Made, bare, called, high_low, maybe_condition, not_null, where, whose
from training.text2sql.made.speech import chinese, count_text, joined
from training.text2sql.made.view import Col, View


def _ranked(v: View) -> Col | None:
    if v.dates and v.maybe(0.1):
        return v.one(v.dates)
    return v.pick(v.numbers)


def _order(v: View, col: Col, high: bool) -> str:
    return f"ORDER BY {col.sql}{' DESC' if high else ''}{v.nulls(col)}"


def _date_word(v: View, col: Col, high: bool) -> tuple[str, str]:
    """最早入职 and 入职最早."""

    stem = stem_of(col)
    word = v.one(("最晚", "最近", "最新", "最后")) if high else v.one(("最早", "最先", "最早", "第一个"))
    if not stem:
        return f"{v.say(col)}{'最晚' if high else '最早'}", f"{'最晚' if high else '最早'}"
    return v.one((f"{word}{stem}", f"{stem}{'最晚' if high else '最早'}", f"{v.say(col)}{'最晚' if high else '最早'}")), ""


def best_words(v: View, col: Col, high: bool) -> str:
    """What the best row is called: 工资最高, 最贵."""
    if col.type == "date":
        return _date_word(v, col, high)[0]
    alone = bare(v, col, high)
    if alone and v.maybe(0.45):
        return alone
    c = v.say(col)
    hl = high_low(v, col, high)
    return f"{c}{hl}"


def superlative(v: View) -> Made | None:
    """The row with the most or least."""
    col = _ranked(v)
    if col is None:
        return None
    high = v.maybe(0.68)
    cond = maybe_condition(v, 0.2, (col, *v.keys), 0.06)
    words = best_words(v, col, high)
    noun = v.noun()
    w = whose(v, v.entity)
    who = v.who()
    head = f"{cond.topic}{v.one(('里', '中', '里面', '当中', '', '里头'))}" if cond else ""
    c = v.counter()
    u = v.one((f"那{c}", noun))
    options = [f"{head}{words}的{w}", f"{head}{words}的{w}", f"{head}{words}的{noun}", f"{head}{words}的{noun}", f"{head}{words}的{noun}{w}", f"{head}{who}{words}", f"{head}{who}{words}", f"{head}{who}的{words}", f"{head}哪{c}{noun}{words}", f"{head}{words}的一{c}" if not v.entity.person else f"{head}{words}的那位",
               f"{head}{words}", f"{words}的{head.rstrip('里中面当头')}{noun}" if cond and cond.op == '=' and head.endswith(('里', '中')) else f"{head}{words}的{noun}叫什么", f"{head}{words}的{u}{w}"]  # fmt: skip
    if v.entity.kind in ("day", "month", "year"):
        unit = {"day": "天", "month": "个月", "year": "年"}[v.entity.kind]
        options = [f"{head}哪{unit}{words}", f"{head}{words}的是哪{unit}", f"{head}{words}的一{unit}", f"{head}哪{unit}的{words}", f"{head}{words}{v.one(('出现在', '发生在', '是在'))}哪{unit}", f"{head}{words}的那{unit}", f"{head}{words}是哪{unit}"]
    question = v.one(options)
    extra: list[Col] = []
    if v.maybe(0.2):
        if v.maybe(0.55) and col.type == "number":
            ask = v.one(col.measure.ask)
            question = f"{question}{v.one(('，', '，', ' ', '，有'))}{v.one((ask, f'{v.say(col)}是多少', f'{v.say(col)}{ask}', f'具体{ask}', '多少'))}"
        else:
            others = [o for o in v.cols if o not in v.keys and o is not col and not o.boolean and (cond is None or o not in cond.cols)]
            if others:
                extra = v.rng.sample(others, 1 if v.maybe(0.8) or len(others) < 2 else 2)
                names = [v.say(o) for o in extra]
                question = v.one((f"{question}，{joined(names, v.rng)}是什么", f"{question}，{joined(names, v.rng)}也说下", f"{question}，带上{joined(names, v.rng)}", f"{question}，{joined(names, v.rng)}呢", f"{head}{words}的{noun}和{joined(['它的' + names[0] if not v.entity.person else '他的' + names[0], *names[1:]], v.rng)}"))
    return Made(question, f"SELECT {v.shown(*extra, col)} FROM t{where(cond)} QUALIFY RANK() OVER ({_order(v, col, high)}) = 1", "superlative")


def _nth_words(v: View, col: Col, high: bool, n: int) -> str:
    nth = ordinal(n, v)
    if col.type == "date":

        stem = stem_of(col)
        way = "晚" if high else "早"
        return v.one((f"{nth}{way}{stem}", f"{stem}{nth}{way}", f"{v.say(col)}{nth}{way}")) if stem else f"{v.say(col)}{nth}{way}"
    c = v.say(col)
    adj = v.one([w for w in (x[1:] for x in (col.measure.high if high else col.measure.low) if x.startswith("最")) if len(w) == 1] or ["高" if high else "低"])
    alone = [x[1:] for x in (col.measure.most if high else col.measure.least) if x.startswith("最") and len(x) == 2] if v.alone(col) else []
    if not high:
        if v.maybe(0.5):
            back = v.one((f"倒数第{chinese(n)}", f"倒数第{n}"))
            return v.one((f"{c}{back}", f"{c}排{back}", f"{c}{back}名"))
        return f"{c}{nth}{adj}"
    ways = [f"{c}{nth}{adj}", f"{c}{nth}{adj}", f"{c}{nth}", f"{c}排{nth}", f"{c}{nth}名", f"{c}排名{nth}", f"{c}排在{nth}", f"{c}排{nth}位", f"{c}位列{nth}", f"{c}{nth}位"]
    if n == 2:
        ways += [f"{c}亚军", f"{c}仅次于第一", f"{c}排老二"]
    if n == 3:
        ways += [f"{c}季军", f"{c}第三名"]
    ways += [f"{nth}{a}" for a in alone] * 2
    return v.one(ways)


def nth(v: View) -> Made | None:
    """The row of a rank."""
    col = _ranked(v)
    n = v.one((2, 2, 2, 2, 3, 3, 3, 4, 5))
    if col is None or col.distinct < n:
        return None
    high = v.maybe(0.86)
    if v.groups and v.sums and v.maybe(0.13):
        return _group_nth(v, n)
    cond = maybe_condition(v, 0.12, (col, *v.keys), 0.0)
    words = _nth_words(v, col, high, n)
    head = f"{cond.topic}{v.one(('里', '中', '里面', ''))}" if cond else ""
    noun, w, c = v.noun(), whose(v, v.entity), v.counter()
    q = v.one((f"{head}{words}的{w}", f"{head}{words}的{noun}", f"{head}{words}的{noun}", f"{head}{words}{w}", f"{head}{words}", f"{head}{words}的{noun}{w}", f"{head}{v.who()}{words}" if not words.endswith(("军", "名")) else f"{head}{words}", f"{head}哪{c}{noun}{words}", f"{head}{words}的是哪{c}", f"{head}{words}的那{c}"))  # fmt: skip
    q = q.replace("亚军的", "亚军").replace("季军的", "季军") if q.endswith(("的" + w, "的" + noun)) and "军的" in q and v.maybe(0.7) else q
    if v.maybe(0.12) and col.type == "number":
        q += f"，{v.one((v.one(col.measure.ask), v.say(col) + '多少', '数值也给我'))}"
    return Made(q, f"SELECT {v.shown(col)} FROM t{where(cond)} QUALIFY RANK() OVER ({_order(v, col, high)}) = {n}", "nth")


def _group_nth(v: View, n: int) -> Made | None:
    g, col = v.one(v.groups), v.one(v.sums)
    if g.distinct < n:
        return None
    e = g.entity
    name = called(v, g)
    if v.maybe(0.35):
        f, words = "COUNT(*)", f"{v.noun()}{v.one(('数', '数量', ''))}{ordinal(n, v)}多"
    else:
        f, words = f"SUM({col.sql})", f"{v.one((f'总{v.say(col)}', f'{v.say(col)}合计', v.say(col)))}{ordinal(n, v)}{v.one([x[1:] for x in col.measure.high if x.startswith('最') and len(x) == 2] or ['高'])}"  # fmt: skip
    q = v.one((f"{words}的{name}", f"{words}的{name}{whose(v, e)}", f"哪{v.one(e.counters)}{name}{words}", f"按{name}算，{words}的{whose(v, e)}"))
    return Made(q, f"SELECT {g.sql}, {f} FROM t{where(not_null(g))} GROUP BY {g.sql} QUALIFY RANK() OVER (ORDER BY {f} DESC) = {n}", "nth")


def top_n(v: View) -> Made | None:
    """The first n rows."""
    col = _ranked(v)
    if col is None or v.size < 4:
        return None
    n = min(v.one((2, 3, 3, 3, 3, 4, 5, 5, 5, 6, 8, 10)), v.size - 1)
    high = v.maybe(0.8)
    if v.groups and v.sums and v.maybe(0.09):
        return _group_top(v, n)
    cond = maybe_condition(v, 0.14, (col, *v.keys), 0.0)
    head = f"{cond.topic}{v.one(('里', '中', '里面', '', '里头'))}" if cond else ""
    k = count_text(n, v.rng)
    noun, c = v.noun(), v.counter()
    name = v.say(col)
    best = best_words(v, col, high)
    skip = 0
    if v.maybe(0.04) and high and v.size > 6:
        a, b = v.one(((2, 4), (3, 5), (4, 6), (2, 5), (6, 10)))
        skip, n = a - 1, b - a + 1
        q = v.one((f"{head}{name}第{a}到第{b}名", f"{head}{name}排名{a}到{b}的{noun}", f"{head}{name}排第{chinese(a)}到第{chinese(b)}的{noun}", f"{head}{name}{a}-{b}名"))
    else:
        w = v.one(("是谁", "都是谁", "有谁", "")) if v.entity.person else v.one((f"是哪几{c}", f"是哪{k}{c}", "有哪些", "", "是哪些"))
        options = [f"{head}{best}的{k}{c}{noun}", f"{head}{best}的{k}{c}", f"{head}{best}的{k}{c}{w}", f"{head}{best}的前{k}{c}{noun}", f"{head}{best}的{k}{c}{noun}{w}", f"哪{k}{c}{noun}{head.rstrip('里中面头')}{best}" if not cond else f"{head}哪{k}{c}{noun}{best}"]
        if col.type == "number" and high:
            options += [f"{head}{name}前{k}", f"{head}{name}前{k}名", f"{head}{name}前{k}名{w}", f"{head}{name}排前{k}的{noun}", f"{head}{name}排名前{k}的{w}", f"{head}{name}TOP{n}", f"{head}{name}top{n}的{noun}", f"{head}{name}前{k}{c}", f"{head}{name}最靠前的{k}{c}{noun}", f"{head}{name}排在前{k}位的{noun}", f"{head}{name}前{chinese(n)}强"]
        elif col.type == "number":
            options += [f"{head}{name}倒数{k}名", f"{head}{name}后{k}名", f"{head}{name}垫底的{k}{c}", f"{head}{name}倒数{k}{c}{noun}", f"{head}{name}排最后{k}名的{noun}", f"{head}{name}最靠后的{k}{c}"]
        q = v.one(options)
    extra: list[Col] = []
    if v.maybe(0.14):
        others = [o for o in v.cols if o not in v.keys and o is not col and not o.boolean and (cond is None or o not in cond.cols)]
        if others:
            extra = [v.one(others)]
            q += v.one((f"，{v.say(extra[0])}也要", f"，带上{v.say(extra[0])}", f"，{v.say(extra[0])}列出来", f"和{v.say(extra[0])}"))
    elif v.maybe(0.1) and col.type == "number":
        q += f"，{v.one((name + '也列出来', '各' + v.one(col.measure.ask), '分别是多少'))}"
    limit = f"LIMIT {n}" + (f" OFFSET {skip}" if skip else "")
    return Made(q, f"SELECT {v.shown(*extra, col)} FROM t{where(cond)} {_order(v, col, high)} {limit}", "top_n")


def _group_top(v: View, n: int) -> Made | None:
    g, col = v.one(v.groups), v.one(v.sums)
    n = min(n, g.distinct - 1)
    if n < 2:
        return None
    name, c, k = called(v, g), v.one(g.entity.counters), count_text(n, v.rng)
    if v.maybe(0.4):
        f, words = "COUNT(*)", f"{v.noun()}最多"
    else:
        f, words = f"SUM({col.sql})", f"{v.one((f'总{v.say(col)}', f'{v.say(col)}合计', f'{v.say(col)}加起来', v.say(col)))}{high_low(v, col, True)}"
    q = v.one((f"{words}的{k}{c}{name}", f"{words}的前{k}{c}{name}", f"哪{k}{c}{name}{words}", f"按{name}合计，{words}的前{k}名"))
    return Made(q, f"SELECT {g.sql}, {f} FROM t{where(not_null(g))} GROUP BY {g.sql} ORDER BY {f} DESC LIMIT {n}", "top_n")


_SHARES = ((10, ("前10%", "前一成", "前百分之十", "一成")), (20, ("前20%", "前两成", "前百分之二十", "前五分之一", "20%")), (25, ("前25%", "前四分之一")), (30, ("前30%", "前三成", "30%")), (5, ("前5%", "前百分之五")), (50, ("前50%", "前一半", "前半数")), (15, ("前15%",)), (40, ("前40%", "前四成")))  # fmt: skip


def top_percent(v: View) -> Made | None:
    """The first tenth."""
    col = v.pick(v.numbers)
    if col is None:
        return None
    share, words = v.one((*_SHARES, *_SHARES[:5], *_SHARES[:3]))
    high = v.maybe(0.88)
    cond = maybe_condition(v, 0.06, (col, *v.keys), 0.0)
    head = f"{cond.topic}{v.one(('里', '中', '里面'))}" if cond else ""
    name, noun = v.say(col), v.noun()
    p = v.one(words)
    best = best_words(v, col, high)
    t = v.one(("", "", "", "有哪些", "是哪些", "名单", "列一下", "都有谁" if v.entity.person else "都有哪些"))
    options = [f"{head}{best}的{p}{noun}{t}", f"{head}{best}的{p}{t}", f"{head}{best}的{p}", f"{head}{best}的那{p.removeprefix('前')}{noun}"]
    if high:
        options += [f"{head}{name}{p}", f"{head}{name}排{p}的{noun}{t}", f"{head}{name}排名{p}的{noun}{t}", f"{head}{name}{p}的{noun}{t}", f"{head}{name}{p}的{noun}{t}", f"{head}{name}处于{p}的{noun}", f"{head}{name}排在{p}的{t or noun}", f"{head}{name}排名在{p}以内的{noun}"] if p.startswith("前") else []
    else:
        options += [f"{head}{name}后{p.removeprefix('前')}{t}", f"{head}{name}垫底的{p.removeprefix('前')}{noun}", f"{head}{name}倒数{p.removeprefix('前')}的{noun}{t}"]
        options = [o.replace("最低的前", "最低的").replace("最少的前", "最少的") if v.maybe(0.5) else o for o in options]
    return Made(v.one(options), f"SELECT {v.shown(col)} FROM t{where(cond)} {_order(v, col, high)} LIMIT {share}%", "top_percent")


def best_in_group(v: View) -> Made | None:
    """The best of every group."""
    groups = [g for g in [*v.groups, *v.years] if g not in v.keys or v.record]
    g = v.pick(groups)
    col = _ranked(v)
    if g is None or col is None or g.distinct > v.size * 0.7:
        return None
    high = v.maybe(0.78)
    cond = maybe_condition(v, 0.08, (col, g, *v.keys), 0.0)
    n = v.one((1, 1, 1, 1, 1, 1, 1, 2, 3))
    head = f"{cond.topic}{v.one(('里', '中', '，'))}" if cond else ""
    e = g.entity
    name = called(v, g)
    each = v.one((f"每个{name}", f"各{name}", f"各个{name}", f"每{v.one(e.counters)}{name}", f"不同{name}"))
    best = best_words(v, col, high)
    noun, c = v.noun(), v.counter()
    inside = v.one(("里", "", "中", "里面", "内"))
    who = v.who()
    if n > 1:
        k = count_text(n, v.rng)
        q = v.one((f"{head}{each}{inside}{best}的前{k}{c}{noun}", f"{head}{each}{inside}{best}的{k}{c}", f"{head}{each}{v.say(col)}前{k}名" if high else f"{head}{each}{v.say(col)}倒数{k}名", f"{head}每个{name}取{best}的{k}{c}", f"{head}{each}各列出{best}的{k}{c}{noun}"))
    else:
        w = whose(v, v.entity)
        q = v.one((f"{head}{each}{inside}{best}的{noun}", f"{head}{each}{inside}{best}的{w}", f"{head}{each}{inside}{who}{best}", f"{head}{each}{best}的{w}", f"{head}{each}{best}的{noun}", f"{head}{each}{inside}{best}的一{c}" if not v.entity.person else f"{head}{each}{inside}{best}的人", f"{head}按{name}看，{who}{best}", f"{head}{each}分别是{who}{best}", f"{head}{each}{v.say(col)}第一名" if high else f"{head}{each}{best}的分别{w}", f"{head}{each}的{best}{noun}" if len(best) == 2 else f"{head}{each}{inside}{best}的各{w}"))  # fmt: skip
    if v.maybe(0.1) and col.type == "number" and n == 1:
        q += f"，{v.one((v.one(col.measure.ask), v.say(col) + '多少'))}"
    cut = f"<= {n}" if n > 1 else "= 1"
    keys = [k for k in v.keys if k is not g] or [v.keys[0]]
    shown = ", ".join(x.sql for x in dict.fromkeys([g, *keys, col]))
    return Made(q, f"SELECT {shown} FROM t{where(cond, not_null(g))} QUALIFY RANK() OVER (PARTITION BY {g.sql} {_order(v, col, high)}) {cut}", "best_in_group")
