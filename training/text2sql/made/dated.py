"""Questions about time: stretches, groups by month, what changes from row to row."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501, S608
# fmt: off

from __future__ import annotations

from datetime import date, timedelta

from training.text2sql.made.dates import date_condition, stem_of
from training.text2sql.made.made import (
    Made,
    aggregate_words,
    best_function,
    called,
    count_of,
    high_low,
    maybe_condition,
    tail,
    where,
)
from training.text2sql.made.speech import chinese, count_text
from training.text2sql.made.view import Col, View


def date_filter(v: View) -> Made | None:
    """Rows of a stretch of time."""
    col = v.pick([*v.dates, *v.dates, *v.dates, *v.months])
    cond = date_condition(v, col) if col is not None else None
    if cond is None:
        return None
    other = maybe_condition(v, 0.22, cond.cols, 0.0)
    noun, c = v.noun(), v.counter()
    sql = cond.sql + (f" AND {other.sql}" if other else "")
    nominal = f"{cond.attr}{other.nominal}" if other else cond.attr
    if other and v.maybe(0.4):
        nominal = f"{other.topic}{v.one(('里', ''))}{cond.attr}" if not other.topic.endswith("的") else f"{other.topic}{cond.attr}"
    roll = v.rng.random()
    if roll < 0.34:
        q = v.one((f"{nominal}{noun}{count_of(v, v.entity)}", f"{nominal}{count_of(v, v.entity)}", f"{nominal}{noun}数", f"{cond.topic}{count_of(v, v.entity)}{noun}" if not other else f"{nominal}有多少{c}"))
        return Made(q, f"SELECT COUNT(*) FROM t WHERE {sql}", "date_filter")
    if roll < 0.54 and v.scaled:
        x = v.one(v.scaled)
        f = best_function(v, x, 0.75)
        topic = cond.topic if not other else nominal
        total = v.one(x.measure.total).format(w=v.one(("一共", "总共"))) if f == "SUM" and x.measure.total and v.alone(x) and v.maybe(0.5) else ""
        agg = aggregate_words(v, x, f)
        q = f"{topic}{total}" if total else v.one((f"{topic}{agg}是多少", f"{topic}{agg}", f"{topic}{agg}多少", f"{topic}的{agg}".replace("的的", "的"), f"{topic}{v.say(x)}一共多少" if f == "SUM" else f"{topic}{agg}多少"))
        return Made(q, f"SELECT {f}({x.sql}) FROM t WHERE {sql}", "date_filter")
    t = tail(v)
    extra = v.pick([k for k in v.cols if k not in v.keys and k not in cond.cols and not k.boolean]) if v.maybe(0.18) else None
    q = v.one((f"{nominal}{noun}{t}", f"{nominal}{noun}", f"{nominal}{t}", nominal, f"{v.who()}{cond.pred}" if not other else f"{nominal}{t}", f"哪些{noun}{cond.pred}" if not other else f"{nominal}{noun}", f"{nominal}{noun}{t}", f"列一下{nominal}{noun}"))
    if extra is not None:
        q += v.one((f"，带上{v.say(extra)}", f"，{v.say(extra)}也列出来", f"和{v.say(extra)}", f"，{v.say(extra)}呢"))
    show = [*cond.show, *([extra] if extra else []), *(other.show if other else ())]
    if cond.sql.count("= DATE") == 0 and cond.cols[0].type == "date":
        show = list(dict.fromkeys([cond.cols[0], *show]))
    return Made(q, f"SELECT {v.shown(*show)} FROM t WHERE {sql}", "date_filter")


def _figure(v: View, but: tuple[Col, ...] = (), count: float = 0.45) -> tuple[str, str]:
    """A figure of a group in SQL and words."""
    cols = [c for c in v.scaled if c not in but]
    if v.maybe(count) or not cols:
        noun, c = v.noun(), v.counter()
        return "COUNT(*)", v.one((f"有几{c}{noun}", f"{noun}数", f"有多少{c}{noun}", f"{noun}数量", f"几{c}", f"多少{c}{noun}"))
    x = v.one(cols)
    f = best_function(v, x, 0.75)
    if f == "SUM" and x.measure.total and v.alone(x) and v.maybe(0.4):
        return f"SUM({x.sql})", v.one(x.measure.total).format(w=v.one(("一共", "总共", "")))
    word = aggregate_words(v, x, f)
    if f == "SUM" and v.maybe(0.3):
        word = v.say(x)
    return f"{f}({x.sql})", v.one((word, f"的{word}", f"{word}多少", f"{word}是多少"))


def date_group(v: View) -> Made | None:
    """A figure of every month, year or weekday."""
    col = v.pick(v.dates)
    if col is None:
        return None
    stem = stem_of(col)
    years = {d.year for d in col.filled}
    month = f"strftime({col.sql}, '%Y-%m')"
    units: list[tuple[str, tuple[str, ...]]] = [(month, ("每个月", "每月", "各月", "按月", "逐月", "各个月份", "分月"))] * 3
    if len(years) > 1:
        units += [(f"year({col.sql})", ("每年", "各年", "按年", "历年", "分年", "逐年", "按年份"))] * 4
    units += [(f"dayofweek({col.sql})", ("周几", "按星期几", "每周的每天", "按星期", "星期几"))]
    units += [(f"quarter({col.sql})", ("每个季度", "各季度", "按季度", "每季度", "分季度"))] * (1 if len(years) == 1 else 0)
    if col.unique < 0.8:
        units += [(col.sql, ("每天", "各天", "逐日", "按天", "每日", "按日"))] * 2
    key, words = v.one(units)
    f, said = _figure(v, count=0.55)
    cond = maybe_condition(v, 0.16, (col,), 0.0)
    head = f"{cond.topic}{v.one(('', '，', '里'))}" if cond else ""
    word = v.one(words)
    if stem and v.maybe(0.4) and f == "COUNT(*)":
        said = v.one((f"{stem}了几{v.counter()}", f"{stem}的{v.noun()}数", f"{stem}多少{v.counter()}", f"有多少{v.counter()}{v.noun()}{stem}", f"{stem}的有几{v.counter()}"))
    if word.startswith(("按", "分")):
        extra = stem if stem and v.maybe(0.3) else ""
        word = f"按{extra}{word[1:]}" if extra and word.startswith("按") else word
        q = v.one((f"{head}{word}统计{said.removeprefix('的')}", f"{head}{word}看{said.removeprefix('的')}", f"{word}汇总{head}{said.removeprefix('的')}", f"{head}{said.removeprefix('的')}，{word}列一下"))
    else:
        q = v.one((f"{head}{word}{said}", f"{head}{word}{said}", f"{head}{word}分别{said.removeprefix('的')}", f"{head}{word}各{said.removeprefix('的')}"))
    roll = v.rng.random()
    if roll < 0.2 or word in ("周几", "星期几"):
        high = v.maybe(0.85)
        ask = {"d": "周几", "y": "哪年", "s": "哪个月", "q": "哪个季度"}.get(key[0], "哪天")
        body = said.removeprefix("的").removesuffix("是多少").removesuffix("多少")
        if f == "COUNT(*)":
            noun = v.noun()
            body = v.one((f"{noun}", f"{stem}的{noun}" if stem else noun, f"{stem}" if stem else noun))
            hl = "最多" if high else "最少"
        else:
            x = next(c for c in v.scaled if c.sql in f)
            body = v.say(x) if f.startswith("SUM") else aggregate_words(v, x, "AVG")
            hl = high_low(v, x, high)
        q = v.one((f"{head}{ask}{body}{hl}", f"{head}{body}{hl}的是{ask}", f"{head}{ask}的{body}{hl}", f"{head}{body}{hl}的是{ask}"))
        return Made(q, f"SELECT {key}, {f} FROM t{where(cond)} GROUP BY {key} QUALIFY RANK() OVER (ORDER BY {f}{' DESC' if high else ''}) = 1", "date_group")
    order = ""
    if roll < 0.28 and not key.startswith("day"):
        order = f" ORDER BY {key}"
        q += v.one(("，按时间先后排", "，按时间排好", "，从早到晚", "，按先后顺序", "，按日期排"))
    return Made(q, f"SELECT {key}, {f} FROM t{where(cond)} GROUP BY {key}{order}", "date_group")


_SPANS = ((7, "DAY", ("一周", "7天", "七天", "一个星期", "一星期")), (10, "DAY", ("十天", "10天")), (14, "DAY", ("两周", "两个星期", "14天", "十四天")), (15, "DAY", ("半个月（15天）", "15天", "十五天")), (30, "DAY", ("30天", "三十天")), (3, "DAY", ("三天", "3天")), (5, "DAY", ("五天", "5天")), (2, "DAY", ("两天",)),
          (1, "MONTH", ("一个月", "1个月", "一个月内")), (2, "MONTH", ("两个月", "2个月", "俩月")), (3, "MONTH", ("三个月", "3个月", "仨月")), (6, "MONTH", ("半年", "六个月", "6个月")), (4, "MONTH", ("四个月",)), (1, "YEAR", ("一年", "1年")), (2, "YEAR", ("两年", "2年")), (3, "YEAR", ("三年", "3年")), (5, "YEAR", ("五年", "5年")), (28, "DAY", ("四周", "28天")), (90, "DAY", ("90天",)), (60, "DAY", ("60天",)))  # fmt: skip
_DAYS = {"DAY": 1, "MONTH": 30, "YEAR": 365}


def recent(v: View) -> Made | None:
    """The last stretch of time, counted from the newest row."""
    if (v.months and v.maybe(0.5)) or (not v.dates and v.months):
        return _recent_rows(v, v.months[0])
    if v.lines and not v.dates and v.lines[0].distinct > 3:
        return _recent_years(v, v.lines[0])
    col = v.pick(v.dates)
    if col is None:
        return None
    newest: date = max(col.filled)
    fits = [s for s in _SPANS if 0 < sum(d > newest - timedelta(s[0] * _DAYS[s[1]]) for d in col.filled) < len(col.filled)]
    if not fits:
        return None
    n, unit, words = v.one(fits)
    word = v.one(("最近", "最近", "近", "最近", "过去")) + v.one(words)
    if v.maybe(0.1):
        word = v.one((f"从最新一{v.counter()}往前{v.one(words)}", f"{word}（从最新一条往回算）", f"{word}，按最新日期往回算，"))
    stem = stem_of(col)
    sql = f"{col.sql} > (SELECT MAX({col.sql}) FROM t) - INTERVAL {n} {unit}"
    cond = maybe_condition(v, 0.14, (col,), 0.0)
    w = where(cond) + (" AND " if cond else " WHERE ") + sql
    head = f"{cond.topic}" if cond else ""
    nominal = f"{head}{word}{v.one(('内', '', '里', ''))}{stem}的" if stem and len(stem) < 6 else f"{head}{word}的"
    noun = v.noun()
    roll = v.rng.random()
    if roll < 0.16:
        return Made(v.one((f"{nominal}{count_of(v, v.entity)}", f"{nominal}{noun}{count_of(v, v.entity)}", f"{nominal}{noun}数")), f"SELECT COUNT(*) FROM t{w}", "recent")
    if roll < 0.36 and v.scaled:
        x = v.one(v.scaled)
        f = best_function(v, x, 0.65)
        agg = aggregate_words(v, x, f)
        total = v.one(x.measure.total).format(w=v.one(("一共", "总共"))) if f == "SUM" and x.measure.total and v.alone(x) and v.maybe(0.5) else ""
        q = f"{head}{word}{total}" if total else v.one((f"{head}{word}{agg}多少", f"{head}{word}的{agg}", f"{nominal}{agg}是多少", f"{head}{word}{agg}"))
        return Made(q, f"SELECT {f}({x.sql}) FROM t{w}", "recent")
    if roll < 0.41 and v.groups and v.scaled:
        g, x = v.one(v.groups), v.one(v.scaled)
        f = best_function(v, x, 0.7)
        name = called(v, g)
        q = v.one((f"{head}{word}各{name}的{aggregate_words(v, x, f)}", f"{head}{word}每个{name}{aggregate_words(v, x, f)}多少"))
        return Made(q, f"SELECT {g.sql}, {f}({x.sql}) FROM t{w} GROUP BY {g.sql}", "recent")
    t = tail(v)
    q = v.one((f"{nominal}{noun}{t}", f"{nominal}{noun}", f"{nominal}{t}", f"{nominal}{noun}{t}", nominal, f"{word}有哪些{noun}{stem}" if stem and not cond else f"{nominal}{noun}"))
    extra = v.pick([k for k in v.cols if k not in v.keys and k is not col and not k.boolean]) if v.maybe(0.2) else None
    if extra is not None:
        q += v.one((f"和{v.say(extra)}", f"，带上{v.say(extra)}", f"，{v.say(extra)}也要"))
    return Made(q, f"SELECT {v.shown(*([extra] if extra else []), col)} FROM t{w}", "recent")


def _recent_rows(v: View, col: Col) -> Made | None:
    """The newest n rows of a table with a row a month."""
    x = v.pick(v.scaled)
    if x is None or col.distinct < 4:
        return None
    n = min(v.one((2, 3, 3, 4, 5, 6, 6)), col.distinct - 1)
    word = v.one(("最近", "近", "最近", "最后")) + ("半年" if n == 6 and v.maybe(0.5) else f"{count_text(n, v.rng)}个月")
    if col.unique == 1:
        if v.maybe(0.5):
            f = best_function(v, x, 0.55)
            q = v.one((f"{word}{aggregate_words(v, x, f)}多少", f"{word}的{aggregate_words(v, x, f)}", f"{word}{aggregate_words(v, x, f)}是多少"))
            return Made(q, f"SELECT {f}({x.sql}) FROM (SELECT {x.sql} FROM t ORDER BY {col.sql} DESC LIMIT {n})", "recent")
        q = v.one((f"{word}的{v.say(x)}", f"{word}{v.say(x)}分别是多少", f"{word}{v.say(x)}各多少", f"看看{word}的{v.say(x)}"))
        return Made(q, f"SELECT {col.sql}, {x.sql} FROM t ORDER BY {col.sql} DESC LIMIT {n}", "recent")
    last = f"{col.sql} IN (SELECT DISTINCT {col.sql} FROM t ORDER BY {col.sql} DESC LIMIT {n})"
    f = best_function(v, x, 0.7)
    q = v.one((f"{word}{aggregate_words(v, x, f)}多少", f"{word}的{aggregate_words(v, x, f)}", f"{word}{aggregate_words(v, x, f)}是多少"))
    return Made(q, f"SELECT {f}({x.sql}) FROM t WHERE {last}", "recent")


def _recent_years(v: View, col: Col) -> Made | None:
    x = v.pick(v.scaled)
    if x is None:
        return None
    n = min(v.one((2, 3, 3, 5)), col.distinct - 1)
    word = v.one(("最近", "近")) + f"{v.one((str(n), '两' if n == 2 else chinese(n)))}年"
    sql = f"{col.sql} > (SELECT MAX({col.sql}) FROM t) - {n}"
    if v.maybe(0.5):
        f = best_function(v, x, 0.6)
        return Made(v.one((f"{word}{aggregate_words(v, x, f)}多少", f"{word}的{aggregate_words(v, x, f)}", f"{word}{aggregate_words(v, x, f)}是多少")), f"SELECT {f}({x.sql}) FROM t WHERE {sql}", "recent")
    return Made(v.one((f"{word}的{v.say(x)}", f"{word}{v.say(x)}分别是多少", f"{word}{v.say(x)}")), f"SELECT {', '.join(dict.fromkeys([*[k.sql for k in v.keys], col.sql, x.sql]))} FROM t WHERE {sql}", "recent")
