"""Invented tables: a domain's columns, some of them, with values drawn from its lists.

A column of a domain is `header|other header = spec`: name; c a,b,c (one of, repeated); k a,b,c (a name of a row, not
repeated); n low high step [units] (a number); z (the same with zeros); f low high digits; p low high (percent);
b (yes or no); d year year (a date); + low high (days after the date before); m, y (a month or year per row, or one of
some); id PREFIX; *a,b,c=spec (a column each).
"""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

import math
import random
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from training.text2sql.made.domains_home import HOME
from training.text2sql.made.domains_nature import NATURE
from training.text2sql.made.domains_office import OFFICE
from training.text2sql.made.domains_public import PUBLIC
from training.text2sql.made.domains_school import SCHOOL
from training.text2sql.made.domains_trade import TRADE

_SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅鑫波斌宇浩凯辉鹏飞雪琳倩佳欣怡婷颖慧悦晨阳旭昊然子轩梓涵一诺思源雨桐俊文博嘉琪诗雅若曦天翔志远海建国庆春光振东立新学民世昌锦程家豪晓东小曼可欣景行知行云帆月明清和安宁乐康"
_YES_NO = (("是", "否"), ("是", "否"), ("是", "否"), ("Y", "N"), ("√", "×"), ("√", None), ("是", None))
_UNITS: dict[str, tuple[tuple[str, float], ...]] = {
    "元": (("", 1), ("(元)", 1), ("（元）", 1), ("/元", 1), ("(元)", 1), ("(千元)", 1e3), ("(万元)", 1e4), ("（万元）", 1e4)), "小元": (("", 1), ("(元)", 1), ("（元）", 1), ("/元", 1), ("(元)", 1)), "万元": (("(万元)", 1), ("（万元）", 1), ("/万元", 1), ("(万元)", 1), ("(亿元)", 1e4), ("(万)", 1)),
    "亿元": (("(亿元)", 1), ("（亿元）", 1), ("/亿元", 1), ("(亿)", 1)), "%": (("%", 1), ("(%)", 1), ("（%）", 1), ("", 0.01), ("%", 1)),
}  # fmt: skip
_TITLES = ("{}", "{}", "{}表", "2024年{}", "2023年{}", "{}明细", "{}统计", "{}汇总", "{}台账", "{}清单", "{}(模拟)", "{}一览", "{}记录", "各项{}")


def invented(number: int, rng: random.Random) -> dict[str, Any]:
    """A table that nobody has seen."""
    name, lines = rng.choice(_domains())
    size = rng.choice((8, 10, 12, 12, 14, 16, 18, 20, 24, 28, 30, 36, 40, 50, 60))
    fixed = [x for x in lines if x.startswith("!")]
    free = [x for x in lines if not x.startswith("!")]
    many = min(len(free), rng.randint(4, 10))
    chosen = {*fixed, *rng.sample(free, many)}
    header: list[str] = []
    types: list[str] = []
    columns: list[list[Any]] = []
    last: list[Any] = []
    for line in lines:
        if line not in chosen and not (line.startswith("+") and last):
            continue
        heads, _, spec = line.lstrip("!").partition("=")
        names = heads.lstrip("*").split(",") if heads.startswith("*") else [rng.choice(heads.split("|"))]
        for head in names:
            made = _column(head.strip(), spec.strip(), size, rng, last)
            if made is None or made[0] in header:
                continue
            title, kind, cells = made
            if kind == "date":
                last = cells
            header.append(title)
            types.append(kind)
            columns.append(cells)
        size = min(size, *(len(c) for c in columns)) if columns else size
    columns = [c[:size] for c in columns]
    _thin(columns, types, header, rng)
    rows = [list(r) for r in zip(*columns, strict=True)]
    return {"table_id": f"m{number:05d}", "name": rng.choice(_TITLES).format(name), "header": header, "types": types, "rows": rows}


def _thin(columns: list[list[Any]], types: list[str], header: list[str], rng: random.Random) -> None:
    """Empties some cells of some columns."""
    for i in range(1, len(columns)):
        if rng.random() < (0.3 if types[i] != "text" else 0.16) and len(set(map(str, columns[i]))) > 1:
            share = rng.choice((0.04, 0.08, 0.12, 0.2))
            columns[i] = [None if rng.random() < share else c for c in columns[i]]


def _column(head: str, spec: str, size: int, rng: random.Random, last: list[Any]) -> tuple[str, str, list[Any]] | None:
    kind, _, rest = spec.partition(" ")
    if kind == "name":
        return head, "text", _names(size, rng)
    if kind == "people":
        pool = _names(rng.randint(3, max(4, min(9, size // 2))), rng)
        return head, "text", [rng.choice(pool) for _ in range(size)]
    if kind in ("c", "k"):
        pool = rest.split(",")
        if kind == "k":
            rng.shuffle(pool)
            return head, "text", list(pool[:size])
        pool = rng.sample(pool, rng.randint(min(2, len(pool)), min(len(pool), 8)))
        weights = [rng.choice((1, 1, 2, 3)) for _ in pool]
        return head, "text", rng.choices(pool, weights, k=size)
    if kind in ("n", "z"):
        words = [*rest.split(" "), ""]
        low, high, step = map(float, words[:3])
        return _numbers(head, low, high, step, words[3], size, rng, zeros=kind == "z")
    if kind == "f":
        low, high, step = map(float, rest.split(" "))
        return head, "number", [round(rng.uniform(low, high), int(step)) for _ in range(size)]
    if kind == "p":
        low, high = map(float, rest.split(" "))
        suffix, scale = rng.choice(_UNITS["%"])
        if head.endswith("%"):
            suffix, scale = "", 1
        digits = rng.choice((0, 1, 1, 2))
        cells = [round(rng.uniform(low, high), digits) * scale for _ in range(size)]
        return head + suffix, "number", [_plain(round(c, 4)) for c in cells]
    if kind == "b":
        yes, no = rng.choice(_YES_NO)
        if head.startswith("有无"):
            yes, no = "有", "无"
        share = rng.uniform(0.25, 0.8)
        return head, "text", [yes if rng.random() < share else no for _ in range(size)]
    if kind == "d":
        a, b = map(int, rest.split(" "))
        if b - a > 1 and rng.random() < 0.4:
            a = b = rng.randint(a, b)
        begin, end = date(a, 1, 1), date(b, 12, 31)
        if rng.random() < 0.2:
            begin = date(b, rng.randint(1, 9), 1)
            end = begin + timedelta(rng.choice((30, 60, 90)))
        days = [begin + timedelta(rng.randint(0, (end - begin).days)) for _ in range(size)]
        if rng.random() < 0.5:
            days.sort()
        return head, "date", [d.isoformat() for d in days]
    if kind == "+":
        if not last:
            return None
        a, b = map(int, rest.split(" "))
        return head, "date", [None if c is None else (date.fromisoformat(c) + timedelta(rng.randint(a, b))).isoformat() for c in last]
    if kind == "m":
        year, month = rng.choice((2022, 2023, 2023, 2024)), rng.choice((1, 1, 1, 4, 7))
        steps = size if rest != "some" else rng.randint(3, 8)
        seq = [f"{year + (month - 1 + i) // 12}-{(month - 1 + i) % 12 + 1:02d}" for i in range(steps)]
        return head, "text", seq if rest != "some" else sorted(rng.choice(seq) for _ in range(size))
    if kind == "y":
        year = rng.randint(2008, 2016)
        if rest == "some":
            return head, "number", [2024 - rng.randint(0, 5) for _ in range(size)]
        return head, "number", [year + i for i in range(min(size, 2025 - year))]
    if kind == "day":
        begin = date(rng.choice((2023, 2024)), rng.randint(1, 10), rng.choice((1, 1, 10, 15)))
        return head, "date", [(begin + timedelta(i)).isoformat() for i in range(size)]
    if kind == "id":
        start = rng.choice((1, 101, 1001, 2001))
        prefix = rng.choice((rest, rest, rest + "-", rest + "24", ""))
        return head, "text", [f"{prefix}{start + i:04d}" for i in range(size)]
    raise ValueError(spec)


def _plain(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value


def _numbers(head: str, low: float, high: float, step: float, unit: str, size: int, rng: random.Random, zeros: bool) -> tuple[str, str, list[Any]]:
    suffix, scale = rng.choice(_UNITS[unit]) if unit in _UNITS else (rng.choice((f"({unit})", f"（{unit}）", f"/{unit}", f"({unit})", "")), 1.0) if unit else ("", 1.0)  # fmt: skip
    if rng.random() < 0.5:
        low, high = low + (high - low) * rng.uniform(0, 0.3), high - (high - low) * rng.uniform(0, 0.3)
    wide = low > 0 and high / low > 20
    cells = []
    for _ in range(size):
        value = math.exp(rng.uniform(math.log(low), math.log(high))) if wide else rng.uniform(low, high)
        value = round(value / step) * step
        value = value / scale if scale != 1 else value
        cells.append(_plain(round(value, 2 if scale != 1 or step < 1 else 0)))
    if zeros:
        share = rng.uniform(0.1, 0.4)
        cells = [0 if rng.random() < share else c for c in cells]
    return head + suffix, "number", cells


def _names(size: int, rng: random.Random) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < size:
        given = rng.choice(_GIVEN) + (rng.choice(_GIVEN) if rng.random() < 0.68 else "")
        found[rng.choice(_SURNAMES) + given] = None
    return list(found)


@lru_cache(maxsize=1)
def _domains() -> list[tuple[str, list[str]]]:
    out: list[tuple[str, list[str]]] = []
    for block in "\n\n".join(x.strip() for x in (OFFICE, TRADE, SCHOOL, HOME, PUBLIC, NATURE)).split("\n\n"):
        title, *lines = [line for line in block.split("\n") if line.strip()]
        out += [(name, lines) for name in title.split("|")]
    return out
