"""Conditions in words and in SQL."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

import re

from training.text2sql.made.condition import Cond
from training.text2sql.made.dates import date_condition
from training.text2sql.made.entities import yes_no
from training.text2sql.made.speech import COMPARE, chinese, literal, number_sql, percent_text, spoken_number
from training.text2sql.made.values import spoken_value
from training.text2sql.made.view import Col, View

# What one does who stands in such a column: 负责人 是 张三 is 张三负责的.
_VERBS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("负责人|责任人|owner|Assignee|指派", ("{v}负责的", "{v}管的", "{v}手上的", "归{v}管的")), ("申请人|提出人|提单人|提交人", ("{v}申请的", "{v}提的")), ("报销人", ("{v}报的", "{v}报销的")),
    ("领用人|领料人", ("{v}领的", "{v}领用的")), ("导演", ("{v}导的", "{v}执导的", "{v}拍的")), ("作者|编剧", ("{v}写的", "{v}的")), ("主播|主持", ("{v}播的", "{v}的")), ("司机|骑手", ("{v}开的", "{v}跑的", "{v}送的")),
    ("经理|业务员|销售|顾问|Sales|代理人", ("{v}的", "{v}名下的", "{v}跟的", "{v}负责的")), ("供应商|厂家|厂商|生产", ("{v}供的", "{v}家的", "{v}的", "{v}生产的")), ("出版社", ("{v}出的", "{v}出版的")),
    ("医生", ("{v}看的", "{v}接诊的", "{v}的")), ("讲师|老师|教师|教练", ("{v}讲的", "{v}教的", "{v}带的", "{v}的")), ("经手人|经办人|操作人|记录人|录入", ("{v}经手的", "{v}经办的", "{v}办的")), ("审批人|审核人", ("{v}批的", "{v}审的")),
    ("支付|付款|结算", ("用{v}付的", "{v}付的", "走{v}的")), ("渠道|来源", ("{v}来的", "{v}渠道的", "走{v}的", "{v}的")), ("平台", ("{v}上的", "{v}平台的", "{v}的")), ("品牌|Brand", ("{v}的", "{v}家的", "{v}牌的", "{v}这个牌子的")),
    ("城市|省|地区|区域|产地|国|籍贯|来源地", ("{v}的", "{v}的", "在{v}的", "{v}那边的", "来自{v}的")), ("目的地|到达", ("去{v}的", "到{v}的", "发往{v}的")), ("出发|始发|起点", ("从{v}出发的", "{v}发的", "从{v}走的")),
    ("地点|位置|仓库|库房|会议室|教室|存放|房间", ("在{v}的", "{v}的", "放在{v}的")), ("部门|科室|班组|组|车间|学院|中心|团队|班级|年级|公司|店", ("{v}的", "{v}的", "{v}那边的", "在{v}的")), ("检验员|质检|查勘", ("{v}查的", "{v}检的")),
    ("师傅|维修员|技师", ("{v}修的", "{v}做的", "{v}师傅的")), ("发起人|组织人|主办", ("{v}组织的", "{v}办的", "{v}发起的")), ("承运|快递", ("{v}送的", "走{v}的", "{v}的")),
)  # fmt: skip
_VERBS_AT = tuple((re.compile(p), ways) for p, ways in _VERBS)


def text_equal(v: View, col: Col | None = None, value: str | None = None) -> Cond | None:
    """Text column equals one of its cells."""
    col = col or v.pick([*v.groups, *v.groups, *v.flags]) or v.pick(v.texts, lambda c: not c.free and not c.month)
    if col is None or not col.filled:
        return None
    value = value if value is not None else str(v.one(col.filled))
    if len(value) > 18:
        return None
    sql = f"{col.sql} = {literal(value)}"
    if col.boolean:
        ways = yes_no(col.name, value)
        if not ways:
            return None
        way = v.one(ways)
        attr = way + "的"
        return Cond(sql, attr, attr, attr, way if way[0] not in "是" else f"{way}的", (), (col,))
    said = spoken_value(v, col, value)
    bare = bool(re.search(r"[\u4e00-\u9fffA-Za-z]", said)) and len(said) >= 2
    name = v.say(col)
    if col.plain in ("性别", "男女", "公/母") and value in ("男", "女"):
        alone = v.one((f"{value}的", f"{value}的", f"{value}生", f"{value}性", f"{value}同志"))
        return Cond(sql, value, alone, v.one((alone, f"{value}的")), f"是{value}的", (), (col,))
    if v.maybe(0.22) or not bare or col.figures:
        attr = v.one((f"{name}是{said}的", f"{name}为{said}的", f"{name}{said}的", f"{name}是{said}的"))
        return Cond(sql, attr, attr, attr, f"{name}是{said}", (), (col,))
    attr = f"{said}的"
    for pattern, ways in _VERBS_AT:
        if pattern.search(col.plain):
            attr = v.one(ways).format(v=said)
            break
    else:
        if col.entity.kind == "class" and v.maybe(0.3):
            attr = v.one((f"{said}类的", f"{said}这类的", f"{said}的")) if not said.endswith(("类", "型", "级")) else f"{said}的"
    topic = said if v.maybe(0.6) and attr.startswith(said) else attr
    pred = f"是{attr}" if attr.startswith(said) else attr.removesuffix("的")
    return Cond(sql, attr, attr, topic, pred, (), (col,))


def threshold(v: View, col: Col, op: str) -> float | None:
    """A round number that splits the column."""
    values = sorted(col.filled)
    lo, hi = (0.35, 0.9) if op in (">", ">=") else (0.1, 0.6)
    base = values[min(len(values) - 1, int(len(values) * v.rng.uniform(lo, hi)))]
    size = abs(base)
    options: list[float] = []
    if size >= 20:
        digits = 10 ** (len(str(int(size))) - 1)
        options = [round(base / digits) * digits, round(base / digits * 2) / 2 * digits, round(base / digits * 10) / 10 * digits]  # fmt: skip
    elif size >= 1:
        options = [round(base), round(base), round(base * 2) / 2 if base != int(base) else round(base)]
    else:
        options = [round(base, 1), round(base, 2)]
    options = [o for o in options if v.rng.random() < 0.8] or [base]
    for value in options:
        count = sum(_holds(x, op, value) for x in values)
        if 0 < count < len(values) and (value != 0 or base < 0):
            return float(value)
    count = sum(_holds(x, op, base) for x in values)
    return float(base) if 0 < count < len(values) and base != 0 else None


def _holds(x: float, op: str, value: float) -> bool:
    return {">": x > value, ">=": x >= value, "<": x < value, "<=": x <= value, "=": x == value}[op]


def figure(v: View, col: Col, value: float) -> str:
    """A number of this column in words."""
    if col.percent:
        return percent_text(value * 100 if col.fraction else value, v.rng)
    scale, units = col.unit
    return spoken_number(value, scale, units, v.rng)


OPS = (">", ">", ">", ">=", ">=", ">=", "<", "<", "<", "<=")


def number(v: View, col: Col | None = None, op: str | None = None) -> Cond | None:
    """A column of numbers compared with a number."""
    col = col or v.pick(v.scaled)
    if col is None:
        return None
    op = op or v.one(OPS)
    zero = 0.0 in col.counts and col.counts[0.0] < len(col.filled)
    name = v.say(col)
    if zero and v.maybe(0.25) and col.measure.kind not in ("growth", "heat", "price"):
        return _zero(v, col, name)
    if col.measure.kind in ("growth", "profit") and min(col.filled) < 0 < max(col.filled) and v.maybe(0.5):
        down = v.maybe(0.5)
        words = (("跌的", "下降的", "负增长的", "往下走的") if down else ("涨的", "上涨的", "增长的", "正的")) if col.measure.kind == "growth" else (("亏损的", "亏钱的", "亏了的") if down else ("赚钱的", "盈利的", "没亏的"))  # fmt: skip
        word = v.one(words)
        attr = word if v.alone(col) else f"{name}为{'负' if down else '正'}的"
        return Cond(f"{col.sql} {'<' if down else '>'} 0", attr, attr, attr, attr.removesuffix("的"), (col,), (col,), "<" if down else ">")  # fmt: skip
    value = threshold(v, col, op)
    if value is None:
        return None
    said = v.one(COMPARE[op]).format(n=figure(v, col, value))
    age = col.measure.kind == "age"
    if "以下" in said and op == "<" and age and v.maybe(0.3):
        name = ""
    units = col.unit[1]
    telling = col.percent or (units and units[0] not in ("", "个", "度", "块", "元", "次", "人"))
    bare = (v.alone(col) and (telling or age) and v.maybe(0.55)) or (v.alone(col) and v.maybe(0.12))
    body = said if bare or not name else f"{name}{said}"
    adjective = col.measure.more if op == ">" else col.measure.less if op == "<" else ()
    if adjective and v.maybe(0.08):
        body = f"{name}比{figure(v, col, value)}{v.one(adjective)}"
    if bare and v.maybe(0.25) and said.endswith(("以上", "以下", "以内", "往上")):
        body = said
    attr = body + "的"
    return Cond(f"{col.sql} {op} {number_sql(value)}", attr, attr, attr, body, (col,), (col,), op)


def _zero(v: View, col: Col, name: str) -> Cond:
    some = v.maybe(0.5)
    money = col.measure.kind in ("cost", "bonus", "debt", "sales", "income", "amount", "wage")
    unit = v.one([u for u in col.unit[1] if u] or [""])
    if some:
        words = [f"有{name}", f"{name}大于0", f"{name}不为0", f"{name}不是0"] + ([f"还有{name}"] if col.measure.kind in ("debt", "stock") else [])  # fmt: skip
    else:
        words = [f"没有{name}", f"{name}为0", f"{name}是0", f"{name}是零", f"没{name}"]
        words += [f"一分钱{name}都没有", f"{name}一分没有"] if money else []
        words += [f"一{unit}{name}都没有", f"{name}一{unit}都没有"] if unit in ("次", "件", "个", "人", "台", "天") else []
    body = v.one(words)
    show = (col,) if some else ()
    return Cond(f"{col.sql} {'>' if some else '='} 0", body + "的", body + "的", body + "的", body, show, (col,), ">" if some else "=")  # fmt: skip


def between(v: View, col: Col | None = None) -> Cond | None:
    """Between two numbers."""
    col = col or v.pick(v.scaled)
    if col is None:
        return None
    low, high = threshold(v, col, ">="), threshold(v, col, "<=")
    if low is None or high is None or low == high:
        return None
    low, high = min(low, high), max(low, high)
    if not any(low <= x <= high for x in col.filled):
        return None
    a, b = figure(v, col, low), figure(v, col, high)
    unit = next((u for u in sorted(col.unit[1], key=len, reverse=True) if u and a.endswith(u) and b.endswith(u)), "")
    if unit:
        a = a.removesuffix(unit)
    name = "" if v.alone(col) and unit and v.maybe(0.3) else v.say(col)
    said = v.one((f"{a}到{b}之间", f"在{a}到{b}之间", f"{a}到{b}", f"在{a}和{b}之间", f"介于{a}和{b}之间", f"{a}-{b}", f"{a}至{b}", f"从{a}到{b}"))  # fmt: skip
    body = f"{name}{said}"
    return Cond(f"{col.sql} BETWEEN {number_sql(low)} AND {number_sql(high)}", body + "的", body + "的", body + "的", body, (col,), (col,), "BETWEEN")  # fmt: skip


def null(v: View, col: Col | None = None) -> Cond | None:
    """An empty or filled cell."""
    col = col or v.pick([c for c in v.cols if c.null and c.filled and c not in v.keys and not c.boolean])
    if col is None:
        return None
    name = v.say(col)
    if v.maybe(0.12):
        body = v.one((f"有{name}", f"填了{name}", f"{name}不为空", f"{name}有值", f"写了{name}", f"有{name}记录", f"登记了{name}"))
        return Cond(f"{col.sql} IS NOT NULL", body + "的", body + "的", body + "的", body, (), (col,), "IS NOT NULL")
    stem = re.sub(r"(日期|时间|日)$", "", name)
    words = [f"没有{name}", f"{name}空着", f"{name}为空", f"{name}没填", f"没填{name}", f"{name}还空着", f"缺{name}", f"{name}是空的", f"{name}缺失", f"{name}那栏空着", f"没写{name}", f"{name}没登记",
             f"漏填{name}", f"没有{name}记录", f"{name}不详", f"还没有{name}", f"{name}漏了", f"{name}没录", f"{name}那一列没数据", f"没登记{name}"]  # fmt: skip
    if col.type == "date" and len(stem) >= 2:
        words += [f"还没{stem}", f"没{stem}", f"尚未{stem}", f"还没有{stem}", f"一直没{stem}"] * 2
    elif col.entity.person and col.type == "text":
        words += [f"没人{stem.removesuffix('人')}" if name.endswith("人") else f"没有{name}", f"还没安排{name}", f"没指定{name}"]
    elif col.type == "number":
        words += [f"{name}没数据", f"{name}没数", f"{name}没记录", f"还没有{name}", f"{name}没统计"]
    body = v.one(words)
    return Cond(f"{col.sql} IS NULL", body + "的", body + "的", body + "的", body, (), (col,), "IS NULL")


def simple(v: View, but: tuple[Col, ...] = ()) -> Cond | None:
    """A condition of any plain kind on a column not in `but`."""
    for _ in range(6):
        roll = v.rng.random()
        if roll < 0.55:
            cond = text_equal(v)
        elif roll < 0.8:
            cond = number(v)
        else:
            cond = date_condition(v)
        if cond is not None and not any(c in but for c in cond.cols) and not _names_row(v, cond):
            return cond
    return None


def _names_row(v: View, cond: Cond) -> bool:
    return not v.record and cond.cols[0] in v.keys


def two(v: View) -> tuple[Cond, Cond] | None:
    """Two conditions on different columns."""
    first = simple(v)
    second = simple(v, first.cols) if first else None
    return (first, second) if first and second else None


def combined(v: View, a: Cond, b: Cond) -> Cond:
    """Both conditions as one."""
    if b.op == "=" and a.op != "=":
        a, b = b, a
    sql = f"{a.sql} AND {b.sql}"
    show = tuple(dict.fromkeys((*a.show, *b.show)))
    way = v.rng.random()
    if way < 0.3:
        nominal = f"{a.nominal}里{b.nominal}"
        attr = nominal
    elif way < 0.55:
        nominal = f"{a.nominal.removesuffix('的')}{v.one(('、', '而且', '并且', '，', '又', '且', '同时'))}{b.nominal}"
        attr = nominal
    elif way < 0.75 and not a.attr.endswith("的"):
        nominal = attr = f"{b.attr}{a.attr}"
        nominal = f"{b.attr}{a.nominal}"
    else:
        nominal = attr = f"{a.nominal}，{b.nominal}" if v.maybe(0.3) else f"{a.attr.removesuffix('的') if a.attr == a.topic else a.attr}{b.nominal}"
    return Cond(sql, attr, nominal, nominal, f"{a.pred}{v.one(('而且', '并且', '，', '，同时', '且'))}{b.pred}", show, (*a.cols, *b.cols), "AND")


def ordinal(n: int, v: View) -> str:
    return v.one((f"第{chinese(n)}", f"第{n}", f"第{chinese(n)}"))
