"""How numbers, comparisons and whole questions are written."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")
_DIGITS = "零一二三四五六七八九"
WEEKDAYS = "日一二三四五六"


def quoted(name: str) -> str:
    """A column in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """A cell in SQL."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return number_sql(float(value))
    return "'" + str(value).replace("'", "''") + "'"


def number_sql(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.6f}".rstrip("0").rstrip(".")


def chinese(n: int) -> str:
    """A whole number below 10^8 in characters, as it is said: 12000 is 一万二."""
    if n < 10:
        return _DIGITS[n]
    if n < 20:
        return "十" + (_DIGITS[n - 10] if n > 10 else "")
    for size, word in ((10_000, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if n >= size:
            head, rest = divmod(n, size)
            said = ("两" if head == 2 and size > 10 else chinese(head)) + word
            if not rest:
                return said
            if rest * 10 % size == 0 and size > 10:
                return said + _DIGITS[rest * 10 // size]
            return said + ("零" if rest * 10 < size else "") + ("一" if 10 <= rest < 20 else "") + chinese(rest)
    return str(n)


def trimmed(value: float) -> str:
    return number_sql(round(value, 4))


def count_text(n: int, rng: random.Random) -> str:
    """A small count before a measure word."""
    if n > 99 or rng.random() < 0.5:
        return str(n)
    return "两" if n == 2 else chinese(n)


def spoken_number(value: float, scale: float, units: Sequence[str], rng: random.Random) -> str:
    """`value` of a column that counts in `scale` units, as somebody would type it."""
    unit = rng.choice(units) if units and rng.random() < 0.75 else ""
    real = value * scale
    if value < 0:
        return ("负" if rng.random() < 0.5 else "-") + spoken_number(-value, scale, units, rng)
    whole = abs(real - round(real)) < 1e-6
    forms: list[str] = []
    if real >= 1e8:
        forms = [f"{trimmed(real / 1e8)}亿"]
        if scale == 1e4:
            forms += [f"{trimmed(value)}万"]
        if real % 1e8 == 0 and real / 1e8 < 100:
            forms.append(chinese(int(real / 1e8)) + "亿")
    elif real >= 1e4:
        forms = [f"{trimmed(real / 1e4)}万"] * (3 if whole and real % 1000 == 0 else 1)
        if scale == 1:
            forms += [trimmed(real)] * 2
        if whole and real % 1000 == 0 and real < 1e8:
            forms += [chinese(int(real))] if unit in ("", "元", "块", "块钱") else [chinese(int(real)) + ""]
    elif scale >= 1e4:
        forms = [f"{trimmed(real)}"]
    else:
        forms = [trimmed(real)] * 2
        if whole and real >= 1000 and real % 100 == 0:
            forms += [chinese(int(real)), f"{trimmed(real / 1000)}千" if real % 1000 == 0 else trimmed(real)]
        elif whole and (real <= 10 or real % 10 == 0 or (real < 100 and rng.random() < 0.3)):
            forms.append("两" if real == 2 and unit else chinese(int(real)))
        elif real * 2 == int(real * 2) and real < 10 and unit in ("小时", "个小时", "个钟头", "年", "斤", "公里"):
            half = int(real)
            word = "两" if half == 2 else chinese(half)
            if unit.startswith("个") and half:
                return f"{word}个半{unit[1:]}"
            forms.append(trimmed(real))
    said = rng.choice(forms)
    if unit in ("年", "天", "小时", "分钟") and said[-1:] in "万":
        unit = ""
    return said + unit


def percent_text(value: float, rng: random.Random) -> str:
    """A share out of 100."""
    if value == 50 and rng.random() < 0.35:
        return rng.choice(("一半", "半数", "五成"))
    if value > 0 and value % 10 == 0 and value < 100 and rng.random() < 0.4:
        return chinese(int(value // 10)).replace("二", "两") + "成"
    if value > 0 and value % 5 == 0 and value < 100 and value > 10 and rng.random() < 0.15:
        return chinese(int(value // 10)).replace("二", "两") + "成半" if value % 10 else f"{trimmed(value)}%"
    if value > 0 and value == int(value) and rng.random() < 0.12:
        return f"百分之{chinese(int(value))}" if value < 100 else f"{trimmed(value)}%"
    return rng.choice((f"{trimmed(value)}%", f"{trimmed(value)}%", trimmed(value), f"{trimmed(value)}个点"))


# {n}: the number. What stands behind the column's name.
COMPARE: dict[str, tuple[str, ...]] = {
    ">": ("超过{n}", "超过{n}", "超过{n}", "高于{n}", "大于{n}", "过{n}", "过了{n}", "破{n}", "破了{n}", "不止{n}", "超{n}", "在{n}以上（不含）", "超出{n}"),
    ">=": ("{n}以上", "{n}以上", "{n}以上", "在{n}以上", "{n}及以上", "至少{n}", "达到{n}", "达到了{n}", "不低于{n}", "不少于{n}", "{n}往上", "满{n}", "{n}起", "有{n}以上", "{n}或更多", "大于等于{n}"),
    "<": ("不到{n}", "不到{n}", "不到{n}", "低于{n}", "低于{n}", "不足{n}", "没到{n}", "少于{n}", "小于{n}", "{n}以下", "{n}以下", "在{n}以下", "没过{n}", "不满{n}"),
    "<=": ("不超过{n}", "不超过{n}", "{n}以内", "最多{n}", "{n}及以下", "不高于{n}", "{n}以下（含）", "顶多{n}", "不大于{n}", "{n}封顶"),
    "=": ("是{n}", "为{n}", "正好{n}", "刚好{n}", "{n}", "等于{n}", "恰好{n}"),
}  # fmt: skip

OPENERS = ("帮我查一下", "查一下", "帮我看看", "看看", "我想知道", "想知道", "请问", "麻烦看下", "请列出", "列一下", "列出", "给我", "找一下", "找出", "查查", "请统计",
           "统计一下", "麻烦查一下", "想看", "我想看", "帮忙查下", "请", "你好，", "问下", "老板要看", "来个", "查下", "能不能查一下", "有没有人知道", "把")  # fmt: skip
ASKING = ("帮我查一下", "查一下", "帮我看看", "我想知道", "想知道", "请问", "麻烦看下", "查查", "麻烦查一下", "你好，", "问下", "查下", "请问一下", "告诉我", "帮忙看看",
          "看一下", "看下", "我想问", "想问问", "帮忙查下", "麻烦问一下", "能查下", "给我看看", "算下")  # fmt: skip
NAMING = ("列一下", "列出", "请列出", "给我看看", "找出", "找一下", "帮我找", "看看", "查一下", "查询", "给我", "帮我列一下", "我要看", "想看", "调一下", "筛选出", "筛一下",
          "帮我挑出", "请给出", "显示", "报一下", "导出", "帮忙找找", "把", "来一份", "我想看")  # fmt: skip
_TYPOS = (("的", "得"), ("哪", "那"), ("在", "再"), ("做", "作"), ("账", "帐"), ("数", "数"), ("总共", "总公"), ("最", "醉"), ("销量", "消量"), ("名字", "名子"), ("分别", "份别"),
          ("多少", "多小"), ("平均", "平军"), ("以上", "已上"), ("以", "已"), ("工资", "工次"), ("金额", "金鄂"), ("高", "搞"), ("有几个", "有己个"), ("累计", "累记"), ("价格", "价各"), ("几", "机"))  # fmt: skip


def finish(question: str, rng: random.Random) -> str:
    """The question with an opening or an ending now and then, and slips of the hand."""
    ask = any(w in question for w in ("多少", "几", "谁", "哪", "什么", "啥", "吗", "多久", "多高", "多大", "多重", "多远"))
    roll = rng.random()
    if roll < 0.10:
        opening = rng.choice(ASKING if ask else NAMING)
        if opening == "把":
            question = f"把{question}{rng.choice(('列一下', '列出来', '给我', '找出来', '调出来', '报一下'))}"
        elif not question.startswith(("请", "帮", "查", "列", "找", "看", "给", "把", "统计", "算", "有没有")):
            question = opening + question
    roll = rng.random()
    if roll < 0.10 and not question.endswith(("？", "?", "。")):
        question += "？" if ask else rng.choice(("。", "", "？"))
    elif roll < 0.15 and ask and not question.endswith(("吗", "呢", "啊")):
        question += rng.choice(("啊", "呢", "呀", "呢？", "来着", "?"))
    if rng.random() < 0.04:
        question = question.replace("，", rng.choice((" ", "、", ",", "")), 1)
    if rng.random() < 0.012:
        right, wrong = rng.choice(_TYPOS)
        question = question.replace(right, wrong, 1)
    elif rng.random() < 0.006 and len(question) > 8:
        at = rng.randrange(1, len(question))
        if "\u4e00" <= question[at - 1 : at] <= "\u9fff":
            question = question[:at] + question[at - 1] + question[at:]
    return tidy(question, rng)


_INSIDE = re.compile(r"的(?:中(?!国|位|部|心|学|级|年|等|餐|文|辣|班|午|性|间|标|药|医|型|介|小)|里(?!面|头|程))")
_DOUBLE = (("的的", "的"), ("，，", "，"), ("天天", "天"), ("天日子", "天"), ("个月月", "个月"), ("年年份", "年"), ("一年年", "一年"), ("个月份", "个月"), ("家家", "家"), ("站站", "站"), ("，的", "的"), ("的，的", "的"), ("里里", "里"), ("个个", "个"), ("位位", "位"), ("条条", "条"), ("共共", "共"), ("总总", "总"), ("类类别", "个类别"), ("种种类", "种"), ("项项目", "个项目"), ("场场次", "场"), ("单单子", "单"), ("类类型", "种类型"))  # fmt: skip


def tidy(question: str, rng: random.Random) -> str:
    """Mends the joints of what was put together."""
    question = _INSIDE.sub(lambda _: rng.choice(("的里面", "的里头", "的当中", "的里面")), question)
    for old, new in _DOUBLE:
        question = question.replace(old, new)
    return question.strip("，、 ")


def fill(template: str, parts: Mapping[str, str]) -> str:
    return template.format_map(parts)


def joined(words: Sequence[str], rng: random.Random) -> str:
    """Words as a list."""
    if len(words) == 1:
        return words[0]
    last = rng.choice(("和", "和", "、", "跟", "以及", "还有", "与"))
    return "、".join(words[:-1]) + last + words[-1]
