"""A table as the questions see it: which columns name its rows, group them, count, or tell when."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from training.text2sql.made.entities import NO, YES, Entity, entity_of, plain
from training.text2sql.made.lexicon import SCALES, Measure, measure_of
from training.text2sql.made.speech import quoted
from training.text2sql.made.synonyms import spoken_names

T = TypeVar("T")
_MONTH = re.compile(r"^(19|20)\d\d-(0[1-9]|1[0-2])$")
_CODE = re.compile(r"(编号|单号|流水号|代码|编码|^ID$|Id$|ID$|id$|序号|工号|学号|号码|卡号|SKU|箱号|批号|期号|凭证号|ISBN|房号|票号|尾号|案号|表号|炉号|站号|机构号|^No|门诊号|号$)")  # fmt: skip
_FREE = re.compile(r"备注|说明|描述|建议|评语|地址|简介|摘要|内容|装了什么|原因|事由|链接|邮箱|电话|手机|规格|时间|几点")
_FIGURE = re.compile(r"[^\d.,%\-~～—到至+以上下]")


class Col:
    """One column."""

    def __init__(self, index: int, name: str, kind: str, cells: Sequence[Any]) -> None:
        self.index, self.name, self.type = index, name, kind
        self.cells = list(cells)
        self.sql = quoted(name)
        self.plain = plain(name)
        self.filled = [c for c in self.cells if c is not None]
        self.null = len(self.filled) < len(self.cells)
        self.counts = Counter(self.filled)
        self.distinct = len(self.counts)
        self.unique = self.distinct / len(self.filled) if self.filled else 0.0
        self.spoken: tuple[str, ...] = (self.plain,)

    @cached_property
    def entity(self) -> Entity:
        return entity_of(self.name)

    @cached_property
    def measure(self) -> Measure:
        return measure_of(self.name)

    @cached_property
    def month(self) -> bool:
        return self.type == "text" and bool(self.filled) and all(_MONTH.match(str(c)) for c in self.filled)

    @cached_property
    def year(self) -> bool:
        return (
            self.type == "number"
            and bool(self.filled)
            and ("年" in self.name)
            and all(1800 < c < 2100 and c == int(c) for c in self.filled)
        )

    @cached_property
    def code(self) -> bool:
        return bool(_CODE.search(self.plain) or _CODE.search(self.name)) and self.unique > 0.6

    @cached_property
    def boolean(self) -> bool:
        values = set(map(str, self.counts))
        return 1 <= len(values) <= 2 and values <= YES | NO

    @cached_property
    def free(self) -> bool:
        return bool(_FREE.search(self.plain)) or (
            bool(self.filled) and sum(len(str(c)) for c in self.filled) / len(self.filled) > 12
        )

    @cached_property
    def figures(self) -> bool:
        """Text that is really numbers: ranges, percentages with words."""
        return self.type == "text" and sum(len(_FIGURE.findall(str(c))) < 0.4 * len(str(c)) for c in self.filled) > 0.7 * len(self.filled)

    @cached_property
    def unit(self) -> tuple[float, tuple[str, ...]]:
        """What a cell counts in, and the words after a spoken number."""
        found = re.findall(r"[（(\[]([^（）()\[\]]+)[）)\]]", self.name) + re.findall(r"/([^/]+)$", self.name) + re.findall(r"\s(\S{1,4})$", self.name)
        found += re.findall(r"(kg|mm|cm|km|ml|min|mAh|GB|kW|℃|%|亩|ms)$", self.name)
        for word in found:
            word = word.replace("地球日", "天").replace("人民币", "元")
            if word in SCALES:
                return SCALES[word]
            if word.startswith("万") and word[1:] in SCALES:
                return 1e4, SCALES[word[1:]][1]
        for ending, word in (("天数", "天"), ("次数", "次"), ("人数", "人"), ("件数", "件"), ("分钟", "分钟"), ("小时", "小时"), ("台数", "台"), ("人次", "人次"), ("年限", "年"), ("年龄", "岁"), ("套数", "套"), ("张数", "张"), ("页数", "页")):  # fmt: skip
            if self.name.endswith(ending):
                return SCALES.get(word, (1, (word,)))
        return 1, self.measure.units or ("",)

    @cached_property
    def fraction(self) -> bool:
        return (
            self.measure.kind in ("rate", "badrate", "growth")
            and "%" not in self.name
            and bool(self.filled)
            and all(-1.5 <= c <= 1.5 for c in self.filled)
        )

    @cached_property
    def percent(self) -> bool:
        return self.measure.kind in ("rate", "badrate", "growth") and ("%" in self.name or self.fraction)


class View:
    """One table with a source of chance; what the makers of questions ask."""

    def __init__(self, table: dict[str, Any], rng: random.Random) -> None:
        self.table, self.rng = table, rng
        self.name: str = table["name"]
        self.id: str = table["table_id"]
        rows = table["rows"]
        self.size = len(rows)
        self.cols = [
            Col(i, h, t, [_cell(r[i], t) for r in rows])
            for i, (h, t) in enumerate(zip(table["header"], table["types"], strict=True))
        ]
        for col, names in zip(self.cols, spoken_names([c.name for c in self.cols], rng), strict=True):
            col.spoken = names
        full = [c for c in self.cols if len(c.filled) >= max(2, 0.3 * self.size)]
        self.texts = [c for c in full if c.type == "text"]
        self.dates = [c for c in full if c.type == "date" and c.distinct > 1]
        self.months = [c for c in self.texts if c.month]
        self.years = [c for c in full if c.year]
        self.lines = [c for c in self.years if re.fullmatch(r"(统计|会计)?(年份|年度|年)", c.plain)]
        self.numbers = [
            c for c in full
            if c.type == "number" and not c.year and c.measure.kind != "label" and c.distinct > 1 and not c.code
        ]  # fmt: skip
        self.scaled = [c for c in self.numbers if c.measure.kind != "rank"]
        self.sums = [c for c in self.scaled if c.measure.adds]
        self.groups = [
            c for c in self.texts
            if not c.boolean and 2 <= c.distinct <= 20 and c.unique <= 0.62 and not c.free and not c.month and not c.figures
        ]  # fmt: skip
        self.flags = [c for c in self.texts if c.boolean and c.distinct == 2]
        self.keys = self._keys()

    def _keys(self) -> list[Col]:
        names = [c for c in self.texts if not (c.code or c.boolean or c.free or c.month or c.figures)]
        names = [c for c in names if c.entity.kind != "class" or c.unique > 0.95]
        best = max(names, key=lambda c: (round(c.unique, 1), -c.index), default=None)
        when = [*self.months, *self.years, *self.dates]
        if best is not None and best.unique > 0.94:
            return [best]
        code = next((c for c in self.cols if c.code and c.unique > 0.94), None)
        if code is not None:
            return [code] if best is None or best.unique < 0.3 else [code, best]
        whole = next((c for c in when if c.unique > 0.97), None)
        if whole is not None and (best is None or best.unique < 0.6):
            return [whole]
        if best is not None and when:
            first = min(when, key=lambda c: c.index)
            return sorted([first, best], key=lambda c: c.index)
        if best is not None:
            others = [c for c in names if c is not best and c.unique < 0.95][:1]
            return sorted([best, *others], key=lambda c: c.index) if best.unique < 0.7 else [best]
        return when[:1] or [self.cols[0]]

    @cached_property
    def record(self) -> bool:
        """Whether a row is an event and no thing with a name."""
        return len(self.keys) > 1 or self.keys[0].code

    @cached_property
    def entity(self) -> Entity:
        if not self.record:
            found = entity_of(self.keys[0].name)
            topic = re.sub(r"(表|信息|数据|情况|列表|名单|汇总|统计|一览|清单|台账)+$", "", self.name)
            if self.keys[0].plain in ("名称", "名字", "中文名", "全称", "简称") and re.fullmatch("[\u4e00-\u9fff]{2,5}", topic):
                named = entity_of(topic)
                return Entity((topic,), named.counters, named.person, named.kind)
            return found
        first = self.keys[0]
        if first.code:
            stem = re.sub(r"(编号|编码|代码|号码|号|ID|Id|id)$", "", first.plain)
            if stem.endswith("单"):
                return Entity((stem, "单子", "单"), ("单", "张", "笔"))
            for word, counter in (("订单", "单"), ("合同", "份"), ("资产", "件"), ("设备", "台"), ("案", "件"), ("发票", "张"), ("保单", "份"), ("工单", "张"), ("房源", "套"), ("事故", "起"), ("房", "套"), ("会员", "位"), ("车", "辆"), ("学", "人"), ("工", "人"), ("门诊", "次"), ("机构", "家"), ("股票", "只"), ("基金", "只")):  # fmt: skip
                if stem.startswith(word):
                    noun = {"案": "案子", "房": "房子", "学": "人", "工": "人", "门诊": "病人"}.get(word, word)
                    return Entity((noun,), (counter, "个"), person=noun == "人")
            return Entity(("记录", stem if 2 <= len(stem) <= 4 else "记录"), ("条", "个", "笔"))
        return Entity(("记录",), ("条", "次", "笔"))

    @cached_property
    def usable(self) -> bool:
        """Whether rows have something to be called by."""
        key = self.keys[0]
        return len(self.cols) > 1 and self.size > 2 and not key.boolean and (key.type != "number" or key.year or key.code) and bool(key.filled)

    # What chance draws.
    def one(self, options: Sequence[T]) -> T:
        return self.rng.choice(options)

    def maybe(self, share: float) -> bool:
        return self.rng.random() < share

    def pick(self, cols: Sequence[Col], test: Callable[[Col], bool] | None = None) -> Col | None:
        found = [c for c in cols if test is None or test(c)]
        return self.rng.choice(found) if found else None

    def say(self, col: Col) -> str:
        """What the column is called this time."""
        return col.spoken[0] if self.maybe(0.62) else self.one(col.spoken)

    def noun(self) -> str:
        return self.one(self.entity.nouns)

    def counter(self) -> str:
        return self.one(self.entity.counters)

    def who(self) -> str:
        return self.one(self.entity.who)

    def alone(self, col: Col) -> bool:
        """Whether the column is the table's only one of its measure, so that its name can be left out."""
        kind = col.measure.kind
        money = {"price", "cost", "amount", "wage", "sales", "income", "bonus"}
        same = [c for c in self.numbers if c.measure.kind == kind or (kind in money and c.measure.kind in money)]
        return len(same) == 1 and kind != "plain"

    def shown(self, *more: Col, without: Sequence[Col] = ()) -> str:
        """The columns of SELECT: what names a row, then `more`."""
        names = [c for c in self.keys if c not in without] or list(self.keys)
        return ", ".join(c.sql for c in dict.fromkeys([*names, *more]))

    def nulls(self, col: Col) -> str:
        return " NULLS LAST" if col.null else ""


def _cell(cell: Any, kind: str) -> Any:
    if cell is None or cell == "":
        return None
    if kind == "number":
        return float(cell)
    if kind == "date":
        return date.fromisoformat(str(cell)[:10])
    return str(cell)
