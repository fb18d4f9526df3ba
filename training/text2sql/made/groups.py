"""Questions for groups."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501, S608
# fmt: off

from __future__ import annotations

from training.text2sql.made.conditions import _holds, figure, text_equal
from training.text2sql.made.made import (
    Made,
    aggregate_words,
    best_function,
    called,
    high_low,
    maybe_condition,
    not_null,
    tail,
    where,
)
from training.text2sql.made.speech import COMPARE, count_text, literal, number_sql
from training.text2sql.made.view import Col, View


def _group(v: View) -> Col | None:
    return v.pick(v.years) if v.years and v.maybe(0.06) and v.years[0].unique < 0.6 else v.pick(v.groups)


def each(v: View, g: Col) -> str:
    """每个部门, 各部门."""
    if g.boolean:
        stem = g.plain.removeprefix("是否").removeprefix("有无")
        return v.one((f"是否{stem}的", f"按是否{stem}分，", f"{stem}和没{stem}的" if len(stem) < 4 else f"按是否{stem}，"))
    name = called(v, g) if v.maybe(0.6) else v.say(g)
    if g.year:
        return v.one(("每年", "各年", "每一年", "历年"))
    c = v.one(g.entity.counters)
    return v.one((f"每个{name}", f"各{name}", f"各个{name}", f"各{name}", f"每{c}{name}", f"不同{name}", f"每一{c}{name}", f"各{c}{name}" if c != "个" else f"各个{name}"))


def group(v: View) -> Made | None:
    """A figure of every group."""
    g = v.pick(v.flags) if v.flags and v.maybe(0.07) else _group(v)
    if g is None:
        return None
    second = v.pick(v.groups, lambda c: c is not g) if v.maybe(0.07) else None
    cond = maybe_condition(v, 0.16, (g, *([second] if second else [])), 0.05)
    noun, c = v.noun(), v.counter()
    head = f"{cond.topic}{v.one(('里', '，', '中', '里面'))}" if cond else ""
    one = each(v, g)
    name = v.say(g)
    if second is not None:
        name = f"{name}{v.one(('和', '、', '加'))}{v.say(second)}"
        one = v.one((f"按{name}", f"各{name}", f"分{name}", f"每个{name}组合"))
    heads = [x.sql for x in (g, second) if x is not None]
    roll = v.rng.random()
    figures: list[str]
    if roll < 0.36 or not v.scaled:
        figures = ["COUNT(*)"]
        q = v.one((f"{head}{one}有几{c}{noun}", f"{head}{one}各有多少{c}{noun}", f"{head}{one}多少{c}{noun}", f"{head}{one}的{noun}数", f"{head}{one}几{c}", f"{head}{one}有多少{noun}", f"{head}按{name}统计{noun}数", f"{head}按{name}数一下", f"{head}{one}{noun}数量", f"{head}{one}分别有几{c}{noun}", f"按{name}分组看{head}{noun}数量",
                   f"{head}{noun}按{name}怎么分布", f"{head}{name}分布情况", f"{head}{one}各几{c}", f"{head}{one}{noun}各有多少", f"{head}按{name}看看各有多少{c}"))  # fmt: skip
    elif roll < 0.82:
        col = v.one(v.scaled)
        f = best_function(v, col, 0.55)
        if v.maybe(0.07):
            f = v.one(("MAX", "MIN"))
        figures = [f"{f}({col.sql})"]
        a = aggregate_words(v, col, f) if f != "SUM" or v.maybe(0.6) else v.say(col)
        plain = aggregate_words(v, col, f)
        verb = v.one(col.measure.total).format(w=v.one(("一共", "总共", "各", "分别", "合计"))) if f == "SUM" and col.measure.total and v.alone(col) else ""
        opts = [f"{head}{one}的{a}", f"{head}{one}{a}", f"{head}{one}{a}是多少", f"{head}{one}的{plain}分别是多少", f"按{name}统计{head}{plain}", f"{head}按{name}汇总{plain}", f"{head}按{name}看{plain}", f"{head}{one}{plain}各是多少", f"{head}{one}{plain}多少", f"{head}{plain}，按{name}分", f"{head}{plain}按{name}列一下", f"按{name}把{head}{v.say(col)}{'加起来' if f == 'SUM' else '平均一下'}" if f in ("SUM", "AVG") else f"{head}{one}{plain}"]  # fmt: skip
        if verb:
            opts += [f"{head}{one}{verb}", f"{head}{one}{verb}"]
        q = v.one(opts)
    else:
        cols = v.rng.sample(v.scaled, 2) if len(v.scaled) > 1 and v.maybe(0.4) else [v.one(v.scaled)]
        if len(cols) == 2:
            f = "SUM" if all(x.measure.adds for x in cols) and v.maybe(0.6) else "AVG"
            figures = [f"{f}({x.sql})" for x in cols]
            w = v.one(("总", "合计的")) if f == "SUM" else "平均"
            q = v.one((f"{head}{one}的{w}{v.say(cols[0])}和{w}{v.say(cols[1])}", f"{head}{one}{w}{v.say(cols[0])}、{v.say(cols[1])}各多少", f"按{name}汇总{head}{w}{v.say(cols[0])}和{v.say(cols[1])}", f"{head}{one}的{w}{v.say(cols[0])}以及{v.say(cols[1])}分别是多少"))
        else:
            f = best_function(v, cols[0], 0.6)
            figures = ["COUNT(*)", f"{f}({cols[0].sql})"]
            a = aggregate_words(v, cols[0], f)
            q = v.one((f"{head}{one}有几{c}{noun}，{a}多少", f"{head}{one}的{noun}数和{a}", f"{head}{one}多少{c}、{a}是多少", f"按{name}统计{head}{noun}数量和{a}", f"{head}{one}{noun}数、{a}"))
    order = ""
    if v.maybe(0.13):
        down = v.maybe(0.85)
        order = f" ORDER BY {figures[-1]}{' DESC' if down else ''}"
        q += "，" + (v.one(("从高到低排", "按从高到低", "从多到少", "从大到小", "多的排前面", "高的在前", "降序")) if down else v.one(("从低到高", "从少到多", "按从小到大排", "少的在前", "升序")))
    by = ", ".join(heads)
    skip = not_null(g) if v.maybe(0.8) else None
    return Made(q, f"SELECT {', '.join([*heads, *figures])} FROM t{where(cond, skip)} GROUP BY {by}{order}", "group")


def _sums(g: Col, f: str, col: Col | None) -> list[float]:
    """The figure of every group, without regard to a condition."""
    found: dict[object, list[float]] = {}
    for key, value in zip(g.cells, col.cells if col else [1.0] * len(g.cells), strict=True):
        if key is not None and value is not None:
            found.setdefault(key, []).append(value)
    if f == "COUNT":
        return [float(len(x)) for x in found.values()]
    return [sum(x) / (len(x) if f == "AVG" else 1) for x in found.values()]


def _having(v: View, g: Col) -> tuple[str, str, str] | None:
    """The figure, its condition in SQL, and how it is said."""
    if v.maybe(0.42) or not v.scaled:
        values = _sums(g, "COUNT", None)
        top = int(max(values))
        if top < 2:
            return None
        n = v.rng.randint(2, min(top, 12)) if v.maybe(0.6) else min(top, v.one((2, 2, 3, 3, 4, 5)))
        op = v.one((">=", ">=", ">=", ">", ">", "<", "="))
        n = n - 1 if op == ">" and n > 1 else n
        if not any(_holds(x, op, n) for x in values):
            return None
        c, noun = v.counter(), v.noun()
        if c in ("条", "笔", "次") and v.maybe(0.3):
            noun = v.one(("", noun))
        k = count_text(n, v.rng)
        if op == ">=":
            said = v.one((f"有{k}{c}及以上{noun}", f"{noun}有{k}{c}以上（含）", f"至少有{k}{c}{noun}", f"{noun}达到{k}{c}", f"{noun}不少于{k}{c}", f"出现{k}次及以上", f"有{k}{c}{noun}以上", f"{noun}数在{k}以上", f"{noun}满{k}{c}", f"{k}{c}起步"))
        elif op == ">":
            said = v.one((f"有超过{k}{c}{noun}", f"{noun}超过{k}{c}", f"{noun}多于{k}{c}", f"不止{k}{c}{noun}", f"{noun}数大于{n}", f"{noun}数超过{n}", f"超过{k}{c}{noun}", f"{noun}过{k}{c}"))
        elif op == "<":
            said = v.one((f"{noun}不到{k}{c}", f"{noun}少于{k}{c}", f"不足{k}{c}{noun}", f"{noun}数低于{n}"))
        else:
            said = v.one((f"只有{k}{c}{noun}", f"正好{k}{c}{noun}", f"刚好有{k}{c}{noun}", f"{noun}数等于{n}"))
        return "COUNT(*)", f"COUNT(*) {op} {n}", said
    col = v.one(v.scaled)
    f = best_function(v, col, 0.68)
    values = sorted(_sums(g, f, col))
    if len(values) < 2:
        return None
    op = v.one((">", ">", ">", ">=", ">=", "<"))
    base = values[int(len(values) * v.rng.uniform(0.3, 0.8) if op != "<" else len(values) * v.rng.uniform(0.2, 0.7))]
    size = abs(base)
    digits = 10 ** (len(str(int(size))) - 1) if size >= 10 else 1 if size >= 1 else 0.1
    value = round(base / digits) * digits if v.maybe(0.6) else round(base / digits * 2) / 2 * digits
    value = round(value, 3)
    if not 0 < sum(_holds(x, op, value) for x in values) < len(values) or value == 0:
        return None
    said = v.one(COMPARE[op]).format(n=figure(v, col, value))
    word = aggregate_words(v, col, f) if f == "AVG" or v.maybe(0.75) else v.one((f"{v.say(col)}一共", f"{v.say(col)}加起来", f"{v.say(col)}总共"))
    return f"{f}({col.sql})", f"{f}({col.sql}) {op} {number_sql(value)}", word + said


def having(v: View) -> Made | None:
    """Groups with a property."""
    g = _group(v)
    found = _having(v, g) if g is not None else None
    if g is None or found is None:
        return None
    f, sql, said = found
    cond = maybe_condition(v, 0.12, (g,), 0.0)
    head = f"{cond.topic}{v.one(('里', '中', '，'))}" if cond else ""
    name = called(v, g) if not g.year else "年份"
    c = v.one(g.entity.counters)
    t = tail(v, g.entity)
    q = v.one((f"{head}{said}的{name}{t}", f"{head}{said}的{name}{t}", f"{head}{said}的{name}", f"{head}哪些{name}{said}", f"{head}哪几{c}{name}{said}", f"{head}{said}的是哪些{name}", f"{head}有哪些{name}{said}", f"按{name}算，{head}{said}的{t}", f"{head}{said}的有哪几{c}{name}", f"{head}{name}里{said}的"))  # fmt: skip
    order = f" ORDER BY {f} DESC" if v.maybe(0.03) else ""
    q += "，从高到低" if order else ""
    return Made(q, f"SELECT {g.sql}, {f} FROM t{where(cond, not_null(g))} GROUP BY {g.sql} HAVING {sql}{order}", "having")


def group_superlative(v: View) -> Made | None:
    """The group with the most."""
    g = _group(v)
    if g is None:
        return None
    cond = maybe_condition(v, 0.12, (g,), 0.0)
    head = f"{cond.topic}{v.one(('里', '中', '，', '里面'))}" if cond else ""
    high = v.maybe(0.85)
    e = g.entity
    name = called(v, g) if not g.year else "年份"
    who = v.one(e.who) if not g.year else "哪年"
    if v.maybe(0.2) or not v.scaled:
        f, noun = "COUNT(*)", v.noun()
        words = [f"{noun}{'最多' if high else '最少'}", f"{noun}数{'最多' if high else '最少'}", f"{noun}数量{'最多' if high else '最少'}"]
        if high and e.person:
            words += ["次数最多", f"经手的{noun}最多"]
    else:
        col = v.one(v.scaled)
        fn = best_function(v, col, 0.72)
        f = f"{fn}({col.sql})"
        hl = high_low(v, col, high)
        agg = aggregate_words(v, col, fn)
        words = [f"{agg}{hl}", f"{agg}{hl}"]
        if fn == "SUM":
            words += [f"{v.say(col)}{hl}" if v.maybe(0.6) else f"{agg}{hl}", f"{v.say(col)}加起来{hl}"]
            loose = col.measure.most if high else col.measure.least
            if loose and v.alone(col):
                words += [v.one(loose)] * 2
    w = v.one(words)
    q = v.one((f"{head}哪{v.one(e.counters)}{name}{w}" if not g.year else f"{head}哪年{w}", f"{head}哪个{name}{w}" if not e.person else f"{head}谁{w}", f"{head}{w}的{name}", f"{head}{w}的{name}是{who}", f"{head}{w}的是{who}", f"{head}{who}的{w}", f"按{name}算，{head}{w}的是{who}", f"{head}{who}{w}", f"{head}按{name}合计，{who}{w}" if f.startswith("SUM") else f"{head}{who}{w}"))  # fmt: skip
    if v.maybe(0.08):
        q += v.one(("，多少", "，是多少", "，有多少"))
    return Made(q, f"SELECT {g.sql}, {f} FROM t{where(cond, not_null(g))} GROUP BY {g.sql} QUALIFY RANK() OVER (ORDER BY {f}{' DESC' if high else ''}) = 1", "group_superlative")


def count_groups(v: View) -> Made | None:
    """How many groups have a property."""
    g = _group(v)
    if g is None:
        return None
    flag = v.pick(v.groups, lambda c: c is not g and 2 <= c.distinct <= 5) if v.maybe(0.08) else None
    name = called(v, g) if not g.year else "年份"
    c = v.one(g.entity.counters) if not g.year else "个"
    if flag is not None:
        value = str(v.one(flag.filled))
        said = v.one((f"一{v.counter()}{value}的都没有", f"没有{value}的", f"从没出现过{value}", f"没有一{v.counter()}是{value}")) if not flag.boolean else ""
        if not said:
            return None
        sql = f"SUM(CASE WHEN {flag.sql} = {literal(value)} THEN 1 ELSE 0 END) = 0"
        q = v.one((f"{said}的{name}有几{c}", f"有几{c}{name}{said}", f"{said}的{name}有多少{c}"))
        return Made(q, f"SELECT COUNT(*) FROM (SELECT {g.sql} FROM t{where(not_null(g))} GROUP BY {g.sql} HAVING {sql})", "count_groups")
    found = _having(v, g)
    if found is None:
        return None
    _, sql, said = found
    cond = maybe_condition(v, 0.1, (g,), 0.0)
    head = f"{cond.topic}{v.one(('里', '中', '，'))}" if cond else ""
    q = v.one((f"{head}{said}的{name}有几{c}", f"{head}{said}的{name}有多少{c}", f"{head}有几{c}{name}{said}", f"{head}有多少{c}{name}{said}", f"{head}{said}的{name}数", f"{head}{said}的{name}一共几{c}", f"{head}几{c}{name}{said}", f"{head}{said}的有几{c}{name}", f"{head}多少{c}{name}{said}", f"{head}{said}的{name}总共有几{c}"))  # fmt: skip
    return Made(q, f"SELECT COUNT(*) FROM (SELECT {g.sql} FROM t{where(cond, not_null(g))} GROUP BY {g.sql} HAVING {sql})", "count_groups")


def group_vs_overall(v: View) -> Made | None:
    """Groups above the average of all."""
    g = _group(v)
    col = v.pick(v.scaled, lambda c: c.measure.averages)
    if g is None or col is None:
        return None
    op = v.one((">", ">", ">", "<"))
    cond = text_equal(v) if v.maybe(0.03) else None
    if cond is not None and cond.cols[0] is g:
        cond = None
    m = col.measure
    name = called(v, g) if not g.year else "年份"
    avg = aggregate_words(v, col, "AVG")
    all_ = v.one(("总体平均", "整体平均", "总平均", "全体平均", "总体均值", "总体", "整体水平", "全部的平均", "平均水平", f"所有{v.noun()}的平均", "大盘", "总的平均值", "整体均值"))
    adj = v.one(m.more if op == ">" else m.less)
    up = v.one(("高于", "超过", "大于", "高过")) if op == ">" else v.one(("低于", "不如", "没达到", "没到"))
    said = v.one((f"{avg}{up}{all_}", f"{avg}{up}{all_}", f"{avg}比{all_}{adj}", f"{avg}比{all_}还{adj}", f"{avg}在{all_}{'之上' if op == '>' else '之下'}"))
    head = f"{cond.topic}里" if cond else ""
    k = v.one(g.entity.counters)
    q = v.one((f"{head}哪些{name}{said}", f"{head}{said}的{name}", f"{head}{said}的{name}", f"{head}{said}的{name}{tail(v, g.entity)}", f"{head}{said}的是哪些{name}", f"{head}有哪些{name}{said}", f"{head}哪几{k}{name}{said}", f"{head}哪{k}{name}的{said}", f"按{name}看，{head}{said}的{tail(v, g.entity)}"))
    own = f" WHERE {cond.sql}" if cond and v.maybe(0.2) else ""
    return Made(q, f"SELECT {g.sql}, AVG({col.sql}) FROM t{where(cond, not_null(g))} GROUP BY {g.sql} HAVING AVG({col.sql}) {op} (SELECT AVG({col.sql}) FROM t{own})", "group_vs_overall")
