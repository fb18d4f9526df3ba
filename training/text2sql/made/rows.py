"""Questions for rows: list, count, and what stands in them."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501, S608
# fmt: off

from __future__ import annotations

from training.text2sql.made.conditions import between, combined, null, number, simple, text_equal, two
from training.text2sql.made.made import Made, aggregate_words, count_of, maybe_condition, tail, where
from training.text2sql.made.speech import chinese, joined, literal
from training.text2sql.made.values import spoken_value
from training.text2sql.made.view import Col, View

__all__ = ["count_rows", "list_rows", "nulls", "range_of", "text_match", "vs_average"]


def list_rows(v: View) -> Made | None:
    """Rows of a condition, or a cell of a row."""
    if not v.keys[0].code and not v.record and v.maybe(0.3):
        return _lookup(v)
    if v.record and v.keys[0].code and v.maybe(0.15):
        return _lookup(v)
    pair = two(v) if v.maybe(0.25) else None
    cond = combined(v, *pair) if pair else simple(v)
    if cond is None:
        return None
    extra: list[Col] = []
    order = ""
    q = _rows_question(v, cond.nominal, cond.attr, cond.pred)
    if v.maybe(0.28):
        others = [c for c in v.cols if c not in v.keys and c not in cond.cols and not c.boolean]
        if others:
            extra = v.rng.sample(others, min(len(others), v.one((1, 1, 1, 2))))
            names = joined([v.say(c) for c in extra], v.rng)
            ways = [f"{q}，{names}也列出来", f"{q}，带上{names}", f"{q}，{names}一起给我", f"{q}，{names}呢", f"{q}，{names}是多少" if all(c.type == "number" for c in extra) else f"{q}，{names}是什么", f"{q}，还有{names}", f"{q}，把{names}也写上",
                    f"{cond.nominal}{v.noun()}和{names}", f"{cond.attr}{v.noun()}的{names}", f"{cond.attr}{v.noun()}，{names}各是多少", f"{cond.nominal}都有谁，{names}分别是啥" if v.entity.person else f"{q}，{names}分别是什么"]  # fmt: skip
            q = v.one(ways)
    elif v.maybe(0.08) and v.scaled:
        col = v.one(v.scaled)
        down = v.maybe(0.75)
        order = f" ORDER BY {col.sql}{' DESC' if down else ''}{v.nulls(col)}"
        extra = [col]
        way = ("从高到低", "从大到小", "由高到低") if down else ("从低到高", "从小到大", "由低到高")
        q = v.one((f"{q}，按{v.say(col)}{v.one(way)}排", f"{cond.attr}{v.noun()}按{v.say(col)}{v.one(way)}排列", f"把{cond.attr}{v.noun()}按{v.say(col)}{v.one(way)}排一下"))
    # What is the same in all rows by the condition need not be shown.
    drop = [c for c in cond.cols if cond.op == "=" and c in v.keys]
    return Made(q, f"SELECT {v.shown(*cond.show, *extra, without=drop)} FROM t WHERE {cond.sql}{order}", "list")


def _rows_question(v: View, nominal: str, attr: str, pred: str) -> str:
    noun = v.noun()
    t = tail(v)
    who = v.who()
    named = f"{attr}{noun}"
    options = [f"{named}{t}", f"{named}{t}", f"{nominal}{t}", f"{nominal}{t}", nominal, named, f"哪些{noun}{pred}", f"有哪些{noun}{pred}", f"{who}{pred}", f"都有哪些{noun}{pred}", f"列出{named}", f"把{named}列一下",
               f"{nominal}{noun}" if not nominal.endswith(noun) else nominal, f"有没有{nominal}", f"{noun}里{nominal}{t}", f"{named}都列出来"]  # fmt: skip
    return v.one(options)


def _lookup(v: View) -> Made | None:
    """A cell of a row named in the question."""
    key = v.keys[0]
    others = [c for c in v.cols if c not in v.keys and c.filled and not c.code]
    if not others or not key.filled or key.type != "text" or key.unique < 0.95:
        return None
    value = str(v.one(key.filled))
    if len(value) > 16:
        return None
    said = spoken_value(v, key, value)
    n = v.one((1, 1, 1, 1, 2, 2, 3))
    cols = v.rng.sample(others, min(n, len(others)))
    if len(cols) == 1:
        c = cols[0]
        name = v.say(c)
        if c.boolean:
            stem = name.removeprefix("是否").removeprefix("有无")
            q = v.one((f"{said}{stem}吗", f"{said}{stem}没有", f"{said}{name}", f"{said}是不是{stem}", f"{said}的{name}"))
        elif c.type == "number":
            ask = v.one(c.measure.ask)
            q = v.one((f"{said}的{name}是多少", f"{said}{name}多少", f"{said}{name}", f"{said}的{name}", f"{said}{ask}" if v.alone(c) else f"{said}{name}{ask}", f"{said}{name}有多少", f"查一下{said}的{name}", f"{said}{name}是几", f"{name}，{said}的", f"{said}那{v.counter()}{name}{ask}"))  # fmt: skip
        elif c.type == "date":
            stem = name.removesuffix("日期").removesuffix("时间")
            q = v.one((f"{said}什么时候{stem}", f"{said}{name}是哪天", f"{said}哪天{stem}", f"{said}的{name}", f"{said}是几号{stem}的", f"{said}啥时候{stem}的", f"{said}是什么时候{stem}的", f"{said}{name}"))
        elif c.entity.person:
            q = v.one((f"{said}的{name}是谁", f"谁是{said}的{name}", f"{said}{name}", f"{said}是谁{name.removesuffix('人')}的" if name.endswith("人") else f"{said}的{name}叫什么", f"{said}的{name}叫啥"))  # fmt: skip
        else:
            q = v.one((f"{said}的{name}是什么", f"{said}{name}", f"{said}是哪个{name}的", f"{said}属于哪个{name}", f"{said}是什么{name}", f"{said}的{name}", f"{said}{name}是哪个", f"{said}{name}是啥", f"{said}哪个{name}的"))  # fmt: skip
    else:
        names = [v.say(c) for c in cols]
        q = v.one((f"{said}的{joined(names, v.rng)}", f"{said}的{joined(names, v.rng)}各是多少", f"{said}的{joined(names, v.rng)}分别是什么", f"查一下{said}的{joined(names, v.rng)}", f"{said}{'，'.join(names)}", f"{said}{names[0]}多少，{names[1]}呢"))
    return Made(q, f"SELECT {', '.join(c.sql for c in cols)} FROM t WHERE {key.sql} = {literal(value)}", "list")


def count_rows(v: View) -> Made | None:
    """How many rows."""
    e = v.entity
    noun, c = v.noun(), v.counter()
    if v.maybe(0.07):
        q = v.one((f"一共有多少{c}{noun}", f"总共几{c}{noun}", f"表里有多少{c}{noun}", f"一共多少{c}", f"{noun}总数", f"{noun}一共有几{c}", f"这张表有几{c}{noun}", f"总共有多少{noun}", f"{noun}有多少{c}", f"统计一下{noun}总数"))  # fmt: skip
        return Made(q, "SELECT COUNT(*) FROM t", "count")
    pair = two(v) if v.maybe(0.22) else None
    cond = combined(v, *pair) if pair else null(v) if v.maybe(0.06) else simple(v)
    if cond is None:
        return None
    n, a, p = cond.nominal, cond.attr, cond.pred
    asks = count_of(v, e)
    word = f"多少{c}{noun}" if v.maybe(0.5) else f"几{c}{noun}"
    options = [f"{n}{asks}", f"{n}{asks}", f"{n}{asks}", f"{a}{noun}{asks}", f"{a}{noun}{asks}", f"有{word}{p}", f"{word}{p}", f"有几{c}{n.removesuffix('的')}的" if n.endswith("的") else f"{n}有几{c}", f"{a}{noun}数", f"{a}{noun}数量",
               f"{a}{noun}总数", f"{n}一共几{c}", f"统计{a}{noun}的数量", f"{n}占几{c}", f"{n}总共多少", f"{a}{noun}一共多少", f"数一下{n}{noun}", f"{a}{noun}有多少", f"{a}{noun}的个数", f"总共有{word}{p}"]  # fmt: skip
    return Made(v.one(options), f"SELECT COUNT(*) FROM t WHERE {cond.sql}", "count")


def nulls(v: View) -> Made | None:
    """Empty cells."""
    cond = null(v)
    if cond is None:
        return None
    other = maybe_condition(v, 0.12, cond.cols, 0.0)
    noun = v.noun()
    head = f"{other.topic}{v.one(('里', '中', '里面', ''))}" if other else ""
    n, a = head + cond.nominal, head + cond.attr
    sql = where(other, cond)
    if v.maybe(0.15):
        return Made(v.one((f"{n}{count_of(v, v.entity)}", f"{a}{noun}{count_of(v, v.entity)}", f"{head}有多少{noun}{cond.pred}", f"{a}{noun}数")), f"SELECT COUNT(*) FROM t{sql}", "null")
    show = cond.cols if cond.op == "IS NOT NULL" else ()
    t = tail(v)
    q = v.one((f"{n}{t}", f"{n}{t}", f"{a}{noun}{t}", f"{a}{noun}", n, f"{head}哪些{noun}{cond.pred}", f"{head}{v.who()}{cond.pred}", f"{a}{noun}{t}", f"有没有{n}{noun}", f"{n}是哪些", f"有没有{n}", f"找出{a}{noun}", f"把{n}挑出来"))  # fmt: skip
    return Made(q, f"SELECT {v.shown(*show)} FROM t{sql}", "null")


def text_match(v: View) -> Made | None:
    """Parts of text."""
    cols = [c for c in v.texts if not c.boolean and not c.month and c.distinct > 2]
    key = next((k for k in v.keys if k in cols), None)
    col = key if key is not None and v.maybe(0.7) else v.pick(cols)
    if col is None:
        return None
    value = str(v.one(col.filled))
    if len(value) < 2:
        return None
    is_key = col in v.keys
    name = v.say(col)
    called = v.one(("名字", "名称", name, name)) if is_key else name
    roll = v.rng.random()
    person = col.entity.person and 2 <= len(value) <= 4
    length = ""
    if person and roll < 0.45:
        surname = value[:2] if len(value) > 3 and value[:2] in ("欧阳", "司马", "诸葛", "上官", "司徒") else value[0]
        body, like = v.one((f"姓{surname}", f"姓{surname}", f"{surname}姓", f"{called}以{surname}开头")), f"{surname}%"
    elif person and roll < 0.55 and 2 <= len(value) <= 3:
        n = len(value)
        body, length = v.one((f"名字{chinese(n).replace('二', '两')}个字", f"名字是{chinese(n).replace('二', '两')}个字", f"{chinese(n).replace('二', '两')}字名字")), f"length({col.sql}) = {n}"
        like = ""
    else:
        k = v.rng.randint(1, min(3, len(value) - 1))
        at = v.rng.randint(0, len(value) - k)
        if roll < 0.62:
            part, like = value[:k], value[:k] + "%"
            body = v.one((f"{called}以{part}开头", f"{part}开头", f"{part}打头", f"{called}{part}开头", f"{part}字头", f"{called}开头是{part}", f'{called}以"{part}"开头'))
        elif roll < 0.78:
            part, like = value[-k:], "%" + value[-k:]
            body = v.one((f"{called}以{part}结尾", f"{part}结尾", f"{called}最后是{part}", f"{called}以“{part}”结尾", f"叫某某{part}", f"{called}末尾是{part}", f"{called}后缀是{part}"))
        else:
            if k > 1 and len(value) > 3:
                k, at = 2, v.one((0, len(value) - 2, len(value) - 2, 2 if len(value) > 5 else 0))
            elif k > 1:
                k = 1
            part, like = value[at : at + k], f"%{value[at : at + k]}%"
            body = v.one((f"{called}带{part}", f"{called}里有{part}", f"{called}包含{part}", f"{called}含{part}", f"带{part}字", f"{called}中有“{part}”", f"{called}里带“{part}”字", f"{called}提到{part}", f"{called}有{part}两个字" if len(part) == 2 else f"{called}有{part}字", f"{called}里面有个{part}字" if len(part) == 1 else f"{called}带“{part}”"))  # fmt: skip
            if "提到" in body and is_key and person:
                body = f"{called}带{part}字"
        if any(ch in "%_ '\"" for ch in part):
            return None
    negate = not length and v.maybe(0.1) and "不" not in body
    sql = length or f"{col.sql} {'NOT ' if negate else ''}LIKE {literal(like)}"
    if negate:
        for old, new in (("以", "不以"), ("带", "不带"), ("里有", "里没有"), ("包含", "不包含"), ("含", "不含"), ("姓", "不姓"), ("中有", "中没有"), ("有", "没有")):
            if old in body:
                body = body.replace(old, new, 1)
                break
        else:
            body = f"不是{body}"
    other = maybe_condition(v, 0.12, (col,), 0.0)
    head = f"{other.topic}{v.one(('里', '中', '里面'))}" if other else ""
    nominal = f"{head}{body}的"
    noun = v.noun()
    w = where(other, None) + (" AND " if other else " WHERE ") + sql
    if v.maybe(0.16):
        return Made(v.one((f"{nominal}{count_of(v, v.entity)}", f"{nominal}{noun}{count_of(v, v.entity)}", f"{head}有几{v.counter()}{noun}{body}")), f"SELECT COUNT(*) FROM t{w}", "text_match")
    col2 = v.pick(v.numbers) if v.maybe(0.2) else None
    if col2 is not None and v.maybe(0.35) and col2.measure.adds:
        return Made(v.one((f"{nominal}{noun}{aggregate_words(v, col2, 'SUM')}多少", f"{nominal}{aggregate_words(v, col2, 'SUM')}")), f"SELECT SUM({col2.sql}) FROM t{w}", "text_match")
    t = tail(v)
    q = v.one((f"{nominal}{noun}{t}", f"{nominal}{t}", f"{nominal}{noun}", nominal, f"{head}哪些{noun}{body}", f"{nominal}{noun}{t}", f"{head}{v.who()}{body}", f"有没有{nominal}{noun}", f"查{nominal}{noun}"))
    if col2 is not None:
        q = v.one((f"{nominal}{noun}{v.say(col2)}{v.one(col2.measure.ask)}", f"{nominal}{noun}的{v.say(col2)}", f"{q}，{v.say(col2)}多少"))
    show = [] if is_key else [col]
    return Made(q, f"SELECT {v.shown(*show, *([col2] if col2 else []))} FROM t{w}", "text_match")


def vs_average(v: View) -> Made | None:
    """Above or below the average."""
    col = v.pick(v.scaled, lambda c: c.measure.averages)
    if col is None:
        return None
    op = v.one((">", ">", ">", "<", "<"))
    inside = text_equal(v) if v.maybe(0.3) and v.groups else None
    if inside is not None and (inside.cols[0] in v.keys and not v.record):
        inside = None
    own = inside is not None and v.maybe(0.5)
    name = v.say(col)
    m = col.measure
    adj = v.one(m.more if op == ">" else m.less)
    up = v.one(("高于", "超过", "大于")) if op == ">" else v.one(("低于", "不到", "不如", "没到"))
    mean = v.one(("平均", "平均值", "平均水平", "均值", "平均数", "平均线"))
    own_word = v.one((f"该{mean}", f"自己{mean}", f"本组{mean}", f"他们的{mean}", f"这一类的{mean}", f"它们{mean}")) if own else v.one((mean, mean, mean, f"总体{mean}", f"整体{mean}", f"全部{mean}")) if inside else v.one((mean, mean, mean, f"总体{mean}", f"全体{mean}"))
    bodies = [f"{name}{up}{own_word}", f"{name}{up}{own_word}", f"{name}比{own_word}{adj}", f"{name}比{own_word}还{adj}", f"比{own_word}{name}{adj}" if "均" in mean and not own else f"{name}比{own_word}{adj}", f"{name}在{own_word}{'以上' if op == '>' else '以下'}", f"{name}{adj}于{own_word}" if adj in ("高", "低", "大", "小", "多", "少") else f"{name}{up}{own_word}"]  # fmt: skip
    if v.alone(col):
        bodies.append(f"比{own_word}{adj}")
    body = v.one(bodies)
    head = f"{inside.topic}{v.one(('里', '中', '里面', '当中'))}" if inside else ""
    sub = f"(SELECT AVG({col.sql}) FROM t{' WHERE ' + inside.sql if inside and own else ''})"
    sql = (f"{inside.sql} AND " if inside else "") + f"{col.sql} {op} {sub}"
    more = ""
    show: list[Col] = [col]
    if not inside and v.maybe(0.18):
        other = number(v, v.pick(v.scaled, lambda c: c is not col))
        if other is not None:
            more = v.one(("，而且", "，又", "，但", "且", "，同时", "，可是")) + other.pred
            sql += f" AND {other.sql}"
            show += list(other.show)
    noun = v.noun()
    n = f"{head}{body}{more}的"
    if v.maybe(0.12):
        return Made(v.one((f"{n}{count_of(v, v.entity)}", f"{n}{noun}{count_of(v, v.entity)}", f"{n}{noun}数")), f"SELECT COUNT(*) FROM t WHERE {sql}", "vs_average")
    t = tail(v)
    q = v.one((f"{n}{t}", f"{n}{noun}{t}", f"{n}{noun}{t}", n, f"{n}{noun}", f"{head}哪些{noun}{body}{more}", f"{head}{v.who()}{body}{more}", f"{head}{v.who()}的{body}{more}", f"有没有{n}{noun}", f"找出{n}{noun}"))
    return Made(q, f"SELECT {v.shown(*show)} FROM t WHERE {sql}", "vs_average")


def range_of(v: View) -> Made | None:
    """Highest less lowest, or between two numbers."""
    if v.maybe(0.22):
        cond = between(v)
        if cond is None:
            return None
        t = tail(v)
        noun = v.noun()
        q = v.one((f"{cond.nominal}{t}", f"{cond.nominal}{noun}{t}", f"{cond.nominal}{noun}", cond.nominal, f"哪些{noun}{cond.pred}", f"列出{cond.nominal}{noun}"))
        return Made(q, f"SELECT {v.shown(*cond.show)} FROM t WHERE {cond.sql}", "range")
    col = v.pick(v.scaled)
    if col is None:
        return None
    other = maybe_condition(v, 0.28, (col,), 0.0)
    m = col.measure
    c = v.say(col)
    hi, lo = v.one(tuple(zip(m.high, m.low, strict=False)))
    bare_hi, bare_lo = (m.most[0], m.least[0]) if m.most and m.least and v.alone(col) else ("", "")
    d = v.one(("差多少", "差了多少", "相差多少", "差距多大", "差几何" if v.maybe(0.02) else "差多少", "之间差多少", "差距是多少", "相差多大", "差多远" if m.kind == "way" else "差多少"))
    head = f"{other.topic}{v.one(('里', '', '中', '里面'))}" if other else ""
    noun = v.noun()
    and_ = v.one(("和", "跟", "与", "和"))
    options = [f"{head}{c}{hi}{and_}{lo}{d}", f"{head}{c}{hi}的{and_}{lo}的{d}", f"{head}{hi}{c}{and_}{lo}{c}{d}", f"{head}{c}{hi}的{noun}比{lo}的多多少" if m.kind not in ("price", "rate") else f"{head}{c}{hi}的{and_}{lo}的{d}", f"{head}{c}的极差", f"{head}{c}极差多少", f"{head}{c}的跨度多大", f"{head}{c}最大值减最小值", f"{head}{c}的波动范围多大",
               f"{head}{c}{hi[-1]}低差" if hi == "最高" else f"{head}{c}最大最小差多少", f"{head}{c}高低相差多少", f"{head}{c}首尾差距", f"{head}{c}头尾差多少", f"{head}{c}{hi}的{noun}和{lo}的{noun}{d}"]  # fmt: skip
    if bare_hi:
        options += [f"{head}{bare_hi}的{and_}{bare_lo}的{d}", f"{head}{bare_hi}和{bare_lo}的{noun}{d}", f"{head}{bare_hi}的比{bare_lo}的{v.one(m.more)}多少"]
    return Made(v.one(options), f"SELECT MAX({col.sql}) - MIN({col.sql}) FROM t{where(other)}", "range")
