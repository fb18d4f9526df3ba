"""Questions that set one column against another."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501, S608
# fmt: off

from __future__ import annotations

import re

from training.text2sql.made.made import Made, count_of, maybe_condition, tail, where
from training.text2sql.made.view import Col, View

# What a ratio or a difference of two columns is called: numerator, denominator, words.
_RATIOS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("实到|到场|签到|参会", "报名|应到|邀请", ("到场率", "出席率", "到课率")), ("利润|净利", "收入|营收|销售额|营业", ("利润率", "净利率", "毛利率")), ("点击", "曝光|展现|浏览", ("点击率",)), ("转化|成交数|下单|成交单", "点击|访客|曝光|浏览", ("转化率",)),
    ("实际|完成|达成|Actual|已完成", "目标|计划|预算|Target", ("完成率", "达成率", "执行率")), ("实出勤|出勤", "应出勤", ("出勤率",)), ("不良|不合格|次品|报废", "产量|送检|抽检|生产|总数", ("不良率", "次品率", "废品率")), ("总价|金额|销售额|费用|花费|成交额|实付", "数量|件数|销量|人数|面积|订单|次数|张数|单量", ("单价", "均价", "平均每单位的钱")),
    ("已付|已收|回款|到账", "合同|应收|总额|总经费", ("回款率", "付款比例", "到账率")), ("出租|在住|入住|在院", "房间|床位|可售", ("入住率", "使用率")), ("成本", "售价|收入|零售", ("成本率",)), ("女|男", "总|人数|合计", ("占比",)), ("距离|里程", "时长|用时", ("速度", "平均速度")), ("产量|渔获|收获", "面积|亩", ("亩产", "单产")),
    ("成交额|GMV|销售额|成交金额", "花费|消耗|投入|成本", ("投入产出比", "ROI", "roi")), ("支出", "预算", ("预算执行率", "执行进度")), ("借出|已用|已分配|已售", "总|购买|额度|馆藏", ("使用率", "占用率")),
)  # fmt: skip
_GAPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("售价|零售|挂牌|定价|原价|市价", "进价|成本|进货|买入", ("毛利", "差价", "每件赚多少", "利润空间")), ("收入|营收|销售额|营业", "成本|支出|费用", ("利润", "赚多少", "毛利", "净赚多少")), ("预算|计划|目标", "实际|支出|完成", ("结余", "还剩多少", "差额", "差多少没用完")), ("实际|完成|达成", "目标|计划|预算", ("超额多少", "差额", "超出多少")),
    ("库存|存量|当前", "安全|最低|预警", ("富余多少", "比下限多多少")), ("应收|合同|总额|应还", "已收|已付|回款|实还", ("还差多少", "欠多少", "未付多少")), ("入库|入职|进|新增", "出库|离职|出|流失", ("净增", "净增加多少", "净变化")), ("原值", "折旧", ("净值",)), ("报名|应到", "实到|到场", ("缺席多少人", "没来多少人")), ("最高", "最低", ("温差", "差价", "落差")), ("总|购买|编制|馆藏|定员", "已|在馆|实际|在岗", ("还剩多少", "空余多少", "缺多少")),
)  # fmt: skip
_PRODUCTS = (("单价|均价|售价|价格|价/|进价|成交价", "数量|件数|销量|库存|张数|份数|在架|盒|台数", ("总金额", "货值", "一共值多少钱", "总价值", "总额")), ("时薪|单价|计件", "工时|小时|件数|合格", ("工钱", "该发多少钱", "计件工资")), ("人数|床位", "均|费|价", ("总费用",)))  # fmt: skip


def _pair(v: View, rules: tuple[tuple[str, str, tuple[str, ...]], ...]) -> tuple[Col, Col, str] | None:
    found = [
        (a, b, word)
        for left, right, words in rules
        for a in v.scaled if re.search(left, a.name) and not re.search(right, a.plain) and not (a.percent)
        for b in v.scaled if a is not b and re.search(right, b.name) and not b.percent and (a.unit[0] == b.unit[0] or a.unit[1] != b.unit[1])
        for word in words
    ]  # fmt: skip
    return v.one(found) if found else None


def _alike(v: View) -> tuple[Col, Col] | None:
    """Two columns of one kind and unit."""
    pairs = [(a, b) for a in v.scaled for b in v.scaled if a is not b and a.unit == b.unit and a.measure.kind == b.measure.kind and a.percent == b.percent]
    good = [p for p in pairs if p[0].measure.kind not in ("plain", "body", "speed", "length", "term", "age") or any(ch.isdigit() for ch in p[0].name) or set(p[0].plain[-2:]) & set(p[1].plain[-2:])]
    if not good:
        return None
    a, b = v.one(good)
    return a, b


def arithmetic(v: View) -> Made | None:
    """A figure out of two columns."""
    roll = v.rng.random()
    word = ""
    found = _pair(v, _RATIOS) if roll < 0.42 else _pair(v, _GAPS) if roll < 0.68 else _pair(v, _PRODUCTS) if roll < 0.8 else None
    if found:
        a, b, word = found
        kind = "/" if roll < 0.42 else "-" if roll < 0.68 else "*"
    else:
        pair = _alike(v)
        if pair is None:
            return None
        a, b = pair
        kind = v.one(("/", "-", "-", "-", "growth")) if a.measure.kind not in ("grade", "score", "heat", "rate", "badrate", "growth") else "-"
    x, y = v.say(a), v.say(b)
    expr = {"/": f"{a.sql} * 1.0 / {b.sql}", "-": f"{a.sql} - {b.sql}", "*": f"{a.sql} * {b.sql}", "growth": f"({a.sql} - {b.sql}) * 1.0 / {b.sql}"}[kind]
    told = {"/": (f"{x}除以{y}", f"{x}占{y}的比例", f"{x}和{y}的比值", f"{x}是{y}的多少倍", f"{x}/{y}", f"{x}占{y}几成", f"{x}比上{y}"), "-": (f"{x}减{y}", f"{x}减去{y}", f"{x}和{y}的差", f"{x}比{y}多多少", f"{x}与{y}的差额", f"{x}比{y}高出多少", f"{x}跟{y}差多少"),
            "*": (f"{x}乘{y}", f"{x}乘以{y}", f"{x}×{y}"), "growth": (f"{x}相比{y}增长了百分之几", f"{x}比{y}增长率", f"{x}较{y}的增幅", f"{x}相对{y}涨跌百分之多少", f"{x}比{y}涨了几个点")}[kind]  # fmt: skip
    if (kind == "/" and a.unit != b.unit) or (kind == "/" and a.measure.kind != b.measure.kind):
        told = (f"{x}除以{y}", f"{x}和{y}的比值", f"{x}/{y}", f"{x}比{y}", f"{x}除以{y}是多少")
    calc = v.one(told)
    if word and v.maybe(0.75):
        said = word if v.maybe(0.45) else v.one((f"{word}（{calc if kind != '-' or '比' not in calc else f'{x}减{y}'}）", f"{word}，{x}{'除以' if kind == '/' else '减' if kind == '-' else '乘'}{y}", f"{word}，按{x}{'除以' if kind == '/' else '减' if kind == '-' else '乘'}{y}算"))
    else:
        said = calc
    noun, c = v.noun(), v.counter()
    cond = maybe_condition(v, 0.14, (a, b), 0.0)
    head = f"{cond.topic}{v.one(('里', '，'))}" if cond else ""
    each = v.one((f"每{c}{noun}", f"各{noun}", f"每{c}{noun}的", f"每{c}")) if v.entity.kind != "unit" else v.one((f"各{noun}", f"每个{noun}"))
    nulls = " NULLS LAST" if a.null or b.null else ""
    r = v.rng.random()
    if r < 0.14 and "多少" not in said and "几" not in said:
        high = v.maybe(0.75)
        hl = v.one(("最高", "最大", "最多")) if high else v.one(("最低", "最小", "最少"))
        q = v.one((f"{head}{said}{hl}的{noun}", f"{head}{said}{hl}的是{v.who()}", f"{head}{v.who()}{said}{hl}", f"{head}{said}{hl}的{noun}是{v.who()}"))
        return Made(q, f"SELECT {v.shown()}, {expr} FROM t{where(cond)} QUALIFY RANK() OVER (ORDER BY {expr}{' DESC' if high else ''}{nulls}) = 1", "arithmetic")
    if r < 0.2 and kind == "/" and "多少" not in said and "几" not in said:
        n = v.one((5, 8, 10, 2, 3)) * 0.1
        n = round(n, 1)
        pct = f"{int(n * 100)}%"
        op, up = v.one(((">", "超过"), ("<", "不到"), (">", "高于"), ("<", "低于")))
        q = v.one((f"{head}{said}{up}{pct}的{noun}", f"{head}{said}{up}{pct}的{tail(v)}", f"{head}哪些{noun}{said}{up}{pct}"))
        return Made(q, f"SELECT {v.shown()}, {expr} FROM t{where(cond)}{' AND' if cond else ' WHERE'} {expr} {op} {n:g}", "arithmetic")
    if r < 0.26:
        overall = f"SUM({a.sql}) * 1.0 / SUM({b.sql})" if kind == "/" else f"SUM({expr})" if kind == "*" else f"SUM({a.sql}) - SUM({b.sql})" if kind == "-" else ""
        if overall:
            q = v.one((f"{head}总体{said}", f"{head}整体{said}", f"{head}合起来{said}", f"{head}全部算下来{said}", f"{head}总的{said}"))
            return Made(q, f"SELECT {overall} FROM t{where(cond)}", "arithmetic")
    end = "" if any(w in said for w in ("多少", "几")) else v.one(("", "是多少", "", "多少", "算一下", "分别是多少"))
    q = v.one((f"{head}{each}{said}{end}", f"{head}{each}{said}{end}", f"算一下{head}{each}{said}", f"{head}{each}的{said}{end}", f"{head}{said}{end}，按{noun}列出来", f"{head}{said}{end}，每{c}都要"))
    if v.maybe(0.04):
        return Made(q + "，从高到低", f"SELECT {v.shown()}, {expr} FROM t{where(cond)} ORDER BY {expr} DESC{nulls}", "arithmetic")
    return Made(q.replace("的的", "的"), f"SELECT {v.shown()}, {expr} FROM t{where(cond)}", "arithmetic")


def column_compare(v: View) -> Made | None:
    """Rows where one column is above another."""
    dates = v.dates
    if len(dates) > 1 and v.maybe(0.25):
        a, b = v.rng.sample(dates, 2)
        op = v.one((">", "<", "="))
        adj = {">": ("晚于", "比{b}晚", "在{b}之后"), "<": ("早于", "比{b}早", "在{b}之前"), "=": ("和{b}同一天", "跟{b}是同一天", "等于")}[op]
        way = v.one(adj)
        said = f"{v.say(a)}{way.format(b=v.say(b))}" if "{b}" in way else f"{v.say(a)}{way}{v.say(b)}"
    else:
        pair = _alike(v)
        if pair is None:
            return None
        a, b = pair
        op = v.one((">", ">", ">", "<", "<", "=", ">="))
        x, y = v.say(a), v.say(b)
        m = a.measure
        if op in (">", "<"):
            adj1 = v.one(m.more if op == ">" else m.less)
            said = v.one((f"{x}比{y}{adj1}", f"{x}比{y}还{adj1}", f"{x}{'超过' if op == '>' else '不到'}{y}", f"{x}{'高于' if op == '>' else '低于'}{y}", f"{x}{'大于' if op == '>' else '小于'}{y}", f"{x}{'超过了' if op == '>' else '不如'}{y}", f"{x}{'多于' if op == '>' else '少于'}{y}" if m.kind in ("people", "count", "times", "sold", "stock") else f"{x}比{y}{adj1}", f"{x}反而比{y}{adj1}"))
        elif op == "=":
            said = v.one((f"{x}和{y}一样", f"{x}等于{y}", f"{x}跟{y}相等", f"{x}和{y}持平", f"{x}与{y}相同", f"{x}和{y}刚好一样多" if m.kind in ("people", "count", "sold") else f"{x}和{y}一样"))
        else:
            said = v.one((f"{x}达到{y}", f"{x}不低于{y}", f"{x}达到或超过{y}", f"{x}不少于{y}"))
        if op in (">", "<") and v.maybe(0.06):
            k = v.one((2, 3))
            said, right = f"{x}{'超过' if op == '>' else '不到'}{y}的{v.one((str(k), '两' if k == 2 else '三'))}倍", f"{b.sql} * {k}"
            return _compared(v, a, b, f"{a.sql} {op} {right}", said, op)
    return _compared(v, a, b, f"{a.sql} {op} {b.sql}", said, op)


def _compared(v: View, a: Col, b: Col, sql: str, said: str, op: str) -> Made:
    cond = maybe_condition(v, 0.12, (a, b), 0.0)
    head = f"{cond.topic}{v.one(('里', '中', '里面'))}" if cond else ""
    noun = v.noun()
    w = f"{where(cond)} AND {sql}" if cond else f" WHERE {sql}"
    if v.maybe(0.13):
        return Made(v.one((f"{head}{said}的{count_of(v, v.entity)}", f"{head}{said}的{noun}{count_of(v, v.entity)}", f"{head}有几{v.counter()}{noun}{said}", f"{head}{said}的{noun}数")), f"SELECT COUNT(*) FROM t{w}", "column_compare")
    t = tail(v)
    q = v.one((f"{head}{said}的{noun}", f"{head}{said}的{noun}{t}", f"{head}{said}的{t}", f"{head}哪些{noun}{said}", f"{head}{v.who()}的{said}", f"{head}{v.who()}{said}", f"{head}有没有{said}的{noun}", f"{head}{said}的{noun}{t}", f"找出{head}{said}的{noun}", f"{head}{said}的"))
    show = (a,) if op == "=" else (a, b)
    return Made(q, f"SELECT {v.shown(*show)} FROM t{w}", "column_compare")
