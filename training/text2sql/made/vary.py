"""Other tables out of a table: fewer columns and rows, other headers and units."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

import random
from typing import Any

from training.text2sql.made.entities import plain
from training.text2sql.made.synonyms import WHOLE
from training.text2sql.made.view import View

Plain = dict[str, Any]
_BRACKETS = ("({})", "（{}）", "/{}", "[{}]", "({})", " {}")
_NEVER = {"性别": ("男女",)}
_VAGUE = ("余额", "到手", "分量", "情况", "时间", "大小", "谁负责", "钱数", "奖金", "进度", "价格", "生日", "得分", "名字", "总消费", "消费", "底薪", "编号")


def _renamed(header: str, kind: str, rng: random.Random) -> str:
    word = plain(header)
    rest = header[len(word) :] if header.startswith(word) else ""
    options = [o for o in WHOLE.get(word, ()) if o not in ("谁负责", "男女", "卡里的钱", "赚的钱", "上个月卖的", "看病的钱", "跑的公里", "卖价", "赞")]
    if options and rng.random() < 0.5:
        word = rng.choice(options)
    if rest and rng.random() < 0.4:
        unit = rest.strip("()（）[]【】/ ")
        rest = rng.choice(_BRACKETS).format(unit) if 0 < len(unit) <= 4 and kind == "number" else rest
    return word + rest


_KEYS: dict[str, list[int]] = {}


def _keys(table: Plain) -> list[int]:
    """Where the columns stand that rows are called by: they are kept."""
    found = _KEYS.get(table["table_id"])
    if found is None:
        found = _KEYS[table["table_id"]] = [c.index for c in View(table, random.Random(0)).keys]
    return found


def varied(table: Plain, number: int, rng: random.Random) -> Plain:
    """One of the endlessly many tables near `table`."""
    width = len(table["header"])
    keep = list(range(width))
    if width > 4 and rng.random() < 0.75:
        least = max(4, width // 2)
        size = rng.randint(least, width)
        first = _keys(table)
        rest = [i for i in rng.sample(range(width), width) if i not in first][: max(3, size - len(first))]
        keep = sorted({*first, *rest})
        if rng.random() < 0.12:
            rng.shuffle(keep)
    rows = table["rows"]
    if len(rows) > 12 and rng.random() < 0.7:
        at = sorted(rng.sample(range(len(rows)), rng.randint(10, len(rows))))
        rows = [rows[i] for i in at]
    header = []
    for i in keep:
        name = _renamed(table["header"][i], table["types"][i], rng) if rng.random() < 0.45 else table["header"][i]
        header.append(name if name not in header and (name == table["header"][i] or name not in table["header"]) else table["header"][i])
    if len(set(header)) < len(header):
        header = [table["header"][i] for i in keep]
    name = table["name"]
    if rng.random() < 0.3:
        name = rng.choice(("Sheet1", "数据", name.removesuffix("表"), f"{name}（新）", f"2024{name}", name + "汇总", "工作表1", name))
    out = [[row[i] for i in keep] for row in rows]
    drop = rng.random()
    if drop < 0.25:
        column = rng.randrange(len(keep))
        if column not in (0, 1):
            share = rng.choice((0.05, 0.1, 0.15))
            for row in out:
                if rng.random() < share:
                    row[column] = None
    return {"table_id": f"m{number:05d}", "name": name, "header": header, "types": [table["types"][i] for i in keep], "rows": out}
