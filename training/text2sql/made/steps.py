"""Questions along a line of time: days between dates, changes from row to row, sums so far."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501, S608
# fmt: off

from __future__ import annotations

from datetime import date, timedelta

from training.text2sql.made.conditions import text_equal
from training.text2sql.made.dates import stem_of
from training.text2sql.made.made import Made, called, maybe_condition, tail, where
from training.text2sql.made.view import Col, View


def date_diff(v: View) -> Made | None:
    """Days between dates."""
    if not v.dates:
        return None
    noun, c = v.noun(), v.counter()
    many = v.one(("多少天", "几天", "多少天", "多少日子", "多久"))
    each = v.one((f"每{c}{noun}", f"各{noun}", f"每{c}", f"每{c}{noun}的"))
    pairs = [(a, b) for a in v.dates for b in v.dates if a is not b and _before(a, b)]
    if pairs and v.maybe(0.72):
        a, b = v.one(pairs)
        x, y = stem_of(a) or v.say(a), stem_of(b) or v.say(b)
        expr = f"date_diff('day', {a.sql}, {b.sql})"
        span = v.one((f"从{x}到{y}", f"{x}到{y}", f"从{x}到{y}", f"{x}之后到{y}", f"{v.say(a)}和{v.say(b)}之间"))
        took = v.one((f"隔了{many}", f"用了{many}", f"花了{many}", f"相隔{many}", f"一共{many}", f"间隔{many}", f"要{many}", f"{many}"))
        cond = maybe_condition(v, 0.14, (a, b), 0.0)
        head = f"{cond.topic}{v.one(('，', '里', ''))}" if cond else ""
        roll = v.rng.random()
        nulls = " NULLS LAST" if a.null or b.null else ""
        if roll < 0.2:
            q = v.one((f"{head}{span}平均{many}", f"{head}{span}平均隔{many}", f"{head}平均{span}要{many}", f"{head}{span}平均用{many}", f"平均{head}{span}多久"))
            return Made(q, f"SELECT AVG({expr}) FROM t{where(cond)}", "date_diff")
        if roll < 0.36:
            n = v.one((3, 5, 7, 10, 15, 20, 30, 60, 90, 180, 365))
            diffs = [(q - p).days for p, q in zip(a.cells, b.cells, strict=True) if p and q]
            op = v.one((">", ">", ">=", "<"))
            if not any({">": d > n, ">=": d >= n, "<": d < n}[op] for d in diffs):
                return None
            k = {">": f"超过{n}天", ">=": f"{n}天以上（含）", "<": f"不到{n}天"}[op]
            q = v.one((f"{head}{span}{k}的{noun}", f"{head}{span}{k}的{noun}{tail(v)}", f"{head}哪些{noun}{span}{k}", f"{head}{span}{k}的"))
            return Made(q, f"SELECT {v.shown()}, {expr} FROM t{where(cond)}{' AND' if cond else ' WHERE'} {expr} {op} {n}", "date_diff")
        if roll < 0.5:
            high = v.maybe(0.6)
            hl = v.one(("最久", "最长", "隔得最久", "最慢")) if high else v.one(("最短", "最快"))
            q = v.one((f"{head}{span}{hl}的{noun}", f"{head}{span}{hl}的是{v.who()}", f"{head}{v.who()}{span}{hl}", f"{head}{span}{hl}的一{c}"))
            return Made(q, f"SELECT {v.shown()}, {expr} FROM t{where(cond)} QUALIFY RANK() OVER (ORDER BY {expr}{' DESC' if high else ''}{nulls}) = 1", "date_diff")
        if roll < 0.58 and v.groups:
            g = v.one(v.groups)
            q = f"{head}各{called(v, g)}{span}平均{many}"
            return Made(q, f"SELECT {g.sql}, AVG({expr}) FROM t{where(cond)} GROUP BY {g.sql}", "date_diff")
        q = v.one((f"{head}{each}{span}{took}", f"{head}{each}{span}{took}", f"{head}{span}，{each}{took}", f"{head}{span}各{took}", f"算一下{head}{each}{span}{took}", f"{head}{each}{span}的天数"))
        return Made(q.replace("的从", "从"), f"SELECT {v.shown()}, {expr} FROM t{where(cond)}", "date_diff")
    col = v.one(v.dates)
    stem = stem_of(col)
    if not stem or (v.keys[0].type == "date" and v.maybe(0.8)):
        return None
    roll = v.rng.random()
    if roll < 0.28:
        q = v.one((f"最早和最晚{stem}的差{many}", f"从第一次{stem}到最后一次隔了{many}", f"最早一{c}到最晚一{c}隔了{many}", f"{v.say(col)}最早的和最晚的相差{many}", f"{v.say(col)}前后跨了{many}", f"从最早的{v.say(col)}到最晚的隔多少天"))
        return Made(q, f"SELECT date_diff('day', MIN({col.sql}), MAX({col.sql})) FROM t", "date_diff")
    if roll < 0.5 and not v.record and v.keys[0].type == "text" and v.keys[0].unique == 1 and len(v.keys[0].filled) > 2:
        key = v.keys[0]
        one, two = v.rng.sample([str(x) for x in key.filled], 2)
        if max(len(one), len(two)) > 12 or not _quotable(one + two):
            return None
        q = v.one((f"{one}和{two}的{v.say(col)}差{many}", f"{one}比{two}{'早' if v.maybe(0.5) else '晚'}{stem}{many}", f"{one}跟{two}{stem}隔了{many}", f"{one}和{two}相隔{many}{stem}"))
        left, right = (one, two) if "早" in q or "比" not in q else (two, one)
        sql = ", ".join(f"MAX(CASE WHEN {key.sql} = '{x}' THEN {col.sql} END)" for x in (left, right))
        return Made(q, f"SELECT date_diff('day', {sql}) FROM t", "date_diff")
    if roll < 0.62 and col.unique == 1 and v.record:
        q = v.one((f"每次{stem}离上一次隔了{many}", f"每{c}{noun}距上一{c}隔{many}", f"每次{stem}跟前一次间隔{many}"))
        return Made(q, f"SELECT {col.sql}, date_diff('day', LAG({col.sql}) OVER (ORDER BY {col.sql}), {col.sql}) FROM t", "date_diff")
    newest: date = max(col.filled)
    day = newest + timedelta(v.rng.choice((1, 5, 10, 30, 60)))
    if v.maybe(0.4):
        day = v.one((date(newest.year, 12, 31), date(newest.year, newest.month, 1) + timedelta(31)))
    said = v.one((f"{day.year}年{day.month}月{day.day}日", f"{day.year}年{day.month}月{day.day}号", day.isoformat()))
    future = any(w in col.name for w in ("到期", "截止", "有效期", "下次", "计划", "期限"))
    if future:
        q = v.one((f"从{said}算，{each}离{stem}还有{many}", f"假如今天是{said}，{each}还有{many}{stem}", f"{said}距离{each}{stem}还差{many}"))
        return Made(q, f"SELECT {v.shown()}, date_diff('day', DATE '{day}', {col.sql}) FROM t", "date_diff")
    q = v.one((f"截至{said}，{each}{stem}多少天了", f"到{said}为止，{each}{stem}有{many}了", f"假如今天是{said}，{each}{stem}已经{many}了", f"{each}从{stem}到{said}过了{many}"))
    return Made(q, f"SELECT {v.shown()}, date_diff('day', {col.sql}, DATE '{day}') FROM t", "date_diff")


def _quotable(text: str) -> bool:
    return "'" not in text


def _before(a: Col, b: Col) -> bool:
    both = [(x, y) for x, y in zip(a.cells, b.cells, strict=True) if x and y]
    return len(both) > 1 and sum(x <= y for x, y in both) >= 0.8 * len(both)


def _line(v: View) -> tuple[Col, str, str, str] | None:
    """A column to go along, a condition that leaves one row a step, its words, and what a step is called."""
    line = v.pick([*v.months, *v.lines, *(v.dates if v.record or v.keys[0].type == "date" or v.maybe(0.15) else [])])
    if line is None or line.distinct < 3:
        return None
    step = {"m": "月", "y": "年", "d": "天"}["m" if line.month else "y" if line.year else "d"]
    if line.unique == 1:
        if v.maybe(0.1):
            cond = text_equal(v)
            if cond is not None and cond.cols[0] is not line and cond.cols[0].name in [g.name for g in v.groups]:
                return line, cond.sql, cond.topic, step
        return line, "", "", step
    cond = text_equal(v)
    if cond is None or cond.cols[0] not in v.groups:
        return None
    rows = [i for i, x in enumerate(cond.cols[0].cells) if cond.sql.endswith(f"'{x}'")]
    steps = [line.cells[i] for i in rows]
    if len(rows) < 3 or len(set(steps)) < len(steps):
        return None
    return line, cond.sql, cond.topic, step


_STEPS = {"月": ("每个月比上个月", "每月比上月", "逐月", "各月环比", "一个月比一个月", "每月环比上月"), "年": ("每年比上一年", "每年比前一年", "逐年", "历年", "各年比上年", "一年比一年"), "天": ("每次比上一次", "每天比前一天", "逐日", "每次比上次", "一次比一次", "每一天跟前一天比")}  # fmt: skip


def change(v: View) -> Made | None:
    """Against the row before."""
    x = v.pick(v.scaled)
    if x is None:
        return None
    found = _line(v)
    grouped = found is None or v.maybe(0.25)
    c = v.say(x)
    if grouped:
        col = v.pick([*v.dates, *[m for m in [*v.months, *v.lines] if m.unique < 1]])
        if col is None:
            return None
        key, step = (col.sql, "月") if col.month else (col.sql, "年") if col.year else (f"strftime({col.sql}, '%Y-%m')", "月")
        if col.type == "date" and len({d.year for d in col.filled}) > 3 and v.maybe(0.5):
            key, step = f"year({col.sql})", "年"
        f, cond = f"SUM({x.sql})" if x.measure.adds else f"AVG({x.sql})", maybe_condition(v, 0.12, (col, x), 0.0)
        if v.maybe(0.2 if v.record or col.type != "date" else 0.75):
            f, c = "COUNT(*)", v.one((f"{v.noun()}数", f"{v.noun()}数量"))
        elif not x.measure.adds and not c.startswith("平均"):
            c = f"平均{c}"
        w, topic, tail_sql = where(cond), cond.topic if cond else "", f" GROUP BY {key}"
        line = key
    else:
        if found is None:
            return None
        col, sql, topic, step = found
        line, f, tail_sql, w = col.sql, x.sql, "", f" WHERE {sql}" if sql else ""
    head = f"{topic}{v.one(('', '的', ''))}".replace("的的", "的") if topic else ""
    lag = f"LAG({f}) OVER (ORDER BY {line})"
    roll = v.rng.random()
    if roll < 0.3:
        ways = {"月": (f"{head}{c}环比增长率", f"{head}每个月{c}环比增长多少", f"{head}{c}月环比增幅", f"{head}{c}逐月增长率", f"{head}{c}每月比上月涨了百分之几", f"{head}各月{c}的环比"), "年": (f"{head}{c}每年增长率", f"{head}{c}逐年增长率", f"{head}{c}每年比上年增长百分之几", f"{head}{c}年增长率", f"{head}历年{c}增速", f"{head}{c}每年涨了百分之多少"), "天": (f"{head}{c}每次比上次涨跌百分之几", f"{head}{c}日环比增长率", f"{head}{c}每天环比增长率", f"{head}{c}逐次增长率", f"{head}{c}较前一次的增幅")}[step]  # fmt: skip
        return Made(v.one(ways), f"SELECT {line}, {f} * 1.0 / {lag} - 1 FROM t{w}{tail_sql}", "change")
    if roll < 0.42:
        down = v.maybe(0.55)
        what = {"月": "月份", "年": "年份", "天": "日期"}[step]
        last = {"月": "上个月", "年": "上一年", "天": "上一次"}[step]
        low = v.one((f"比{last}{'少' if down else '多'}", f"比{last}{'低' if down else '高'}", f"较{last}{'下降' if down else '上升'}", f"比{last}{'跌了' if down else '涨了'}"))
        q = v.one((f"{head}{c}{low}的{what}", f"{head}{c}{low}的是哪些{what}", f"{head}哪些{what}{c}{low}", f"{head}{c}{low}的{what}有哪些"))
        return Made(q, f"SELECT {line} FROM t{w}{tail_sql} QUALIFY {f} {'<' if down else '>'} {lag}", "change")
    s = v.one(_STEPS[step])
    unit = v.one((*x.measure.ask, "多少", "多少"))
    ending = v.one(("变化多少", "多了还是少了多少", "增减多少", "涨跌多少", f"多{unit}", f"多了{unit}", "的变化", "的增减", "差多少", "增加了多少", f"变了{unit}"))
    if unit == "第几" and unit in ending:
        ending = "变化多少"
    if "比" in s:
        q = v.one((f"{head}{c}{s}{ending}", f"{head}{s}{c}{ending}", f"{head}{c}{s}{ending}"))
    else:
        q = v.one((f"{head}{c}{s}变化", f"{head}{s}{c}的变化", f"{head}{c}{s}增减", f"{head}{s}{c}变化量", f"{head}{c}{s}的涨跌", f"{head}{s}{c}增减多少"))
    return Made(q, f"SELECT {line}, {f} - {lag} FROM t{w}{tail_sql}", "change")


def cumulative(v: View) -> Made | None:
    """Sums along a line."""
    x = v.pick(v.sums)
    if x is None:
        return None
    found = _line(v)
    c = v.say(x)
    if found is None or v.maybe(0.2):
        col = v.pick([*v.dates, *v.months, *v.lines])
        if col is None or (col.type == "date" and not v.record and v.keys[0].type != "date" and v.maybe(0.6)):
            return None
        cond = maybe_condition(v, 0.2, (col, x), 0.0)
        topic = f"{cond.topic}" if cond else ""
        w = where(cond)
        if col.type != "date" and col.unique < 1:
            key, f, by = col.sql, f"SUM(SUM({x.sql}))", f" GROUP BY {col.sql}"
        elif col.type == "date" and v.maybe(0.55):
            key = f"strftime({col.sql}, '%Y-%m')"
            f, by = f"SUM(SUM({x.sql}))", f" GROUP BY {key}"
        else:
            key, f, by = col.sql, f"SUM({x.sql})", ""
        step = "年" if col.year else "月" if col.month or by else "天"
        if by and v.maybe(0.15):
            f, c = "SUM(COUNT(*))", v.one((f"{v.noun()}数", f"{v.noun()}数量"))
    else:
        col, sql, topic, step = found
        key, f, by, w = col.sql, f"SUM({x.sql})", "", f" WHERE {sql}" if sql else ""
    head = f"{topic}{v.one(('的', '', '，'))}".replace("的的", "的") if topic else ""
    steps = {"月": ("逐月累计", "按月累计", "按月份累加", "一个月一个月累加", "每月累计"), "年": ("逐年累计", "按年累计", "逐年累加", "历年累计"), "天": ("按日期累计", "按日期累加", "逐日累计", "按时间累计", "按时间先后累加")}[step]
    s = v.one(steps)
    till = {"月": "每个月", "年": "每年", "天": "每天"}[step]
    q = v.one((f"{head}{c}{s}", f"{head}{s}的{c}", f"{head}{c}{s}是多少", f"把{head}{c}{s}列出来", f"{head}{s}{c}", f"{head}{c}累计到{till}是多少", f"{head}到{till}为止累计{c}", f"{head}{c}的累计值，{s}", f"{head}截至{till}累计的{c}", f"{head}{c}从头{s}下来", f"{head}{c}一路累加到{till}是多少", f"{head}{c}滚动累计，{s.replace('累计', '').replace('累加', '') or till}"))  # fmt: skip
    return Made(q.rstrip("，"), f"SELECT {key}, {f} OVER (ORDER BY {key}) FROM t{w}{by}", "cumulative")
