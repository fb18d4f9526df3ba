"""Questions made by a grammar over real tables, with the sketch that each means.

    python -m training.text2sql.grammar --count 40

prints some. A sketch is drawn first, over the columns and cells of the table; then every part of it is said in one of
the ways of `phrases`, put together in one of several orders, and spoilt a little as typing does.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from core.text2sql.linking import Field
from core.text2sql.sketch import ALL, Aggregate, Arithmetic, Condition, Expr, Order, Sketch, Term, Value
from training.text2sql import phrases as p
from training.text2sql.examples import TODAY, Example, Span

# A value in a phrase stands between these, its number first; they are taken out at the end.
_OPEN, _CLOSE, _NUMBERS = "\ue000", "\ue001", 0xE100
_LIMIT, _SHORTLIST = 90, 91
_DIGITS = "零一二三四五六七八九十"


def _mark(number: int, text: str) -> str:
    return f"{_OPEN}{chr(_NUMBERS + number)}{text}{_CLOSE}"


@dataclass
class Part:
    """Words and the conditions they mean."""

    text: str
    conditions: list[Condition]


class Grammar:
    """Makes examples over one table: its columns and, per column, cells to ask about."""

    def __init__(
        self, fields: Sequence[Field], cells: Sequence[Sequence[object]], name: str, rng: random.Random
    ) -> None:
        self.fields = fields
        self.cells = cells
        self.rng = rng
        by_type = {t: [i for i, f in enumerate(fields) if f.type == t and f.name] for t in ("text", "number", "date")}
        self.texts, self.numbers, self.dates = by_type["text"], by_type["number"], by_type["date"]
        self.groups = [i for i in self.texts + [n for n in self.numbers if fields[n].yearly] if self._repeats(i)]
        self.name = name
        codes = ("id", "ID", "编号", "代码", "编码", "序号")
        # What a row is known by: the first column of words that are no code.
        self.label = next((i for i in self.texts if not fields[i].name.endswith(codes)), (*self.texts, None)[0])
        self.row_column: int | None = None
        self.conditions: list[Condition] = []
        self.limit: int | None = None
        self.short = 0

    def _repeats(self, i: int) -> bool:
        return (
            bool(self.cells[i]) and len(set(map(str, self.cells[i]))) < len(self.cells[i])
        ) or self.rng.random() < 0.2

    # --- words ---

    def pick(self, options: Sequence[str]) -> str:
        return self.rng.choice(options)

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def mention(self, i: int) -> str:
        """What the column is called in this question."""
        name = self.fields[i].name
        for opening in "（([【":
            name = name.split(opening)[0].strip() or name
        if self.chance(0.3):
            for word, others in p.SYNONYMS.items():
                if word in name and self.chance(0.7):
                    return name.replace(word, self.pick(others), 1)
        if len(name) >= 5 and self.chance(0.15):
            # People shorten: 上市公司总市值 becomes 总市值.
            keep = self.rng.randint(2, len(name) - 2)
            return name[-keep:] if self.chance(0.7) else name[:keep]
        if len(name) >= 4 and self.chance(0.08):
            at = self.rng.randrange(len(name))
            return name[:at] + name[at + 1 :]
        return name

    def row_word(self) -> str:
        """What a row is called."""
        roll = self.rng.random()
        self.row_column = None
        if roll < 0.5 and self.label is not None:
            self.row_column = self.label
            name = self.mention(self.label)
            for suffix in ("名称", "姓名", "id", "ID", "名字", "名"):
                name = name.removesuffix(suffix) or name
            return name
        if roll < 0.6 and 2 <= len(self.name) <= 10:
            return self.name.removesuffix("表").removesuffix("信息")
        return self.pick(p.ROWS)

    def count_word(self, n: int) -> str:
        return str(n) if self.chance(0.45) or n > 10 else "两" if n == 2 and self.chance(0.6) else _DIGITS[n]

    def joined(self, words: Sequence[str]) -> str:
        if len(words) == 1:
            return words[0]
        return self.pick(("、", "、", "，", "和")).join(words[:-1]) + self.pick(p.JOIN) + words[-1]

    # --- conditions ---

    def add(self, condition: Condition, text: str) -> str:
        self.conditions.append(condition)
        return _mark(len(self.conditions) - 1, text)

    def cell(self, i: int) -> str | None:
        cells = [str(c) for c in self.cells[i] if 1 <= len(str(c)) <= 24]
        return self.rng.choice(cells) if cells else None

    def spoken(self, cell: str) -> str:
        """A cell as somebody would type it: mostly as it stands."""
        if len(cell) >= 4 and self.chance(0.2):
            for ending in ("有限公司", "股份有限公司", "市", "省", "大学", "区", "县"):
                if cell.endswith(ending) and len(cell) - len(ending) >= 2:
                    return cell.removesuffix(ending)
            at = self.rng.randrange(1, len(cell))
            return cell[:at] + cell[at + 1 :]
        return f"《{cell}》" if len(cell) > 3 and self.chance(0.03) else f'"{cell}"' if self.chance(0.04) else cell

    def text_condition(self, i: int) -> str | None:
        term, kind = Term(Expr(i)), self.rng.random()
        cell, c = self.cell(i), self.mention(i)
        if cell is None:
            return None
        if kind < 0.5:
            operator = "=" if self.chance(0.85) else "!="
            v = self.add(Condition(term, operator, Value("text", cell)), self.spoken(cell))
            return self.pick(p.TEXT[operator]).format(c=c, v=v)
        if kind < 0.72:
            others = list({str(x) for x in self.cells[i] if 1 <= len(str(x)) <= 20})
            if len(others) < 3:
                return None
            chosen = self.rng.sample(others, self.rng.choice((2, 2, 2, 3)))
            operator = "=" if self.chance(0.7) else "!="
            vs = [self.add(Condition(term, operator, Value("text", x)), self.spoken(x)) for x in chosen]
            joiner = self.pick(p.OR) if operator == "=" and self.chance(0.4) else self.pick(p.JOIN)
            text = "、".join(vs[:-1]) + joiner + vs[-1]
            return self.pick(p.IN if operator == "=" else p.NOT_IN).format(c=c, vs=text, k=self.count_word(len(vs)))
        if len(cell) < 2:
            return None
        operator = self.rng.choice(("starts", "starts", "ends", "contains", "contains", "not_contains"))
        n = self.rng.randint(1, min(4, len(cell) - 1))
        at = 0 if operator == "starts" else len(cell) - n if operator == "ends" else self.rng.randint(0, len(cell) - n)
        piece = cell[at : at + n].strip("，。、%_ ")
        if not piece:
            return None
        v = self.add(Condition(term, operator, Value("text", piece)), piece if self.chance(0.7) else f"“{piece}”")
        return self.pick(p.TEXT[operator]).format(c=c, v=v)

    def number_text(self, value: float, i: int) -> tuple[float, str]:
        """A number near `value` and how it is written."""
        field = self.fields[i]
        whole = value == int(value)
        if self.chance(0.5) and abs(value) >= 10:
            size = 10 ** (len(str(int(abs(value)))) - 1)
            value = round(value / size * 2) / 2 * size
        value = float(int(value)) if whole else round(value, 2)
        text = str(int(value)) if value == int(value) else str(value)
        if abs(value) >= 1e8 and value % 1e7 == 0 and self.chance(0.6):
            text = f"{value / 1e8:g}亿"
        elif abs(value) >= 1e4 and value % 1e3 == 0 and self.chance(0.5):
            text = f"{value / 1e4:g}万"
        elif value == int(value) and 1 <= value <= 10 and self.chance(0.2):
            text = _DIGITS[int(value)]
        elif self.chance(0.05) and abs(value) >= 1000:
            text = f"{value:,.0f}" if value == int(value) else text
        if field.unit == "%" or "%" in field.name:
            text += "%" if self.chance(0.6) and text[-1].isdigit() else ""
        return value, text

    def number_condition(self, i: int) -> str | None:
        values = [float(x) for x in self.cells[i] if isinstance(x, int | float)]
        if not values:
            return None
        term, c, kind = Term(Expr(i)), self.mention(i), self.rng.random()
        unit = self.fields[i].unit if self.fields[i].unit not in ("%", "") and self.chance(0.4) else ""
        if self.fields[i].yearly:
            return self.year_condition(i)
        if kind < 0.12:
            above = self.chance(0.6)
            v = self.add(Condition(term, ">" if above else "<", Value("average")), self.pick(p.MEAN).format(c=c))
            return self.pick(p.ABOVE if above else p.BELOW).format(c=c, v=v)
        if kind < 0.27:
            low, high = sorted(self.rng.choices(values, k=2))
            (low, a), (high, b) = self.number_text(low, i), self.number_text(high, i)
            if low >= high:
                return None
            v = self.add(Condition(term, ">=", Value("number", number=low)), a)
            w = self.add(Condition(term, "<=", Value("number", number=high)), b)
            return self.pick(p.BETWEEN).format(c=c, v=v, w=w + unit)
        if kind < 0.37 and len(self.numbers) > 1:
            other = self.rng.choice([n for n in self.numbers if n != i])
            operator = self.rng.choice((">", "<"))
            self.conditions.append(Condition(term, operator, Value("column", number=float(other))))
            return self.pick(p.COMPARE_COLUMNS[operator]).format(a=c, b=self.mention(other))
        operator = self.rng.choice((">", ">", ">", "<", "<", ">=", "<=", "=", "!="))
        value, text = self.number_text(self.rng.choice(values), i)
        v = self.add(Condition(term, operator, Value("number", number=value)), text)
        return self.pick(p.NUMBER[operator]).format(c=c, v=v + unit)

    def year_condition(self, i: int) -> str | None:
        values = [int(x) for x in self.cells[i] if isinstance(x, int | float)]
        term, c = Term(Expr(i)), self.mention(i)
        year = self.rng.choice(values)
        if self.chance(0.25):
            low, high = sorted((year, year + self.rng.randint(1, 8)))
            v = self.add(Condition(term, ">=", Value("number", number=low)), f"{low}年")
            w = self.add(Condition(term, "<=", Value("number", number=high)), f"{high}年")
            return self.pick(p.DATE_BETWEEN).format(c=c, v=v, w=w)
        operator = self.rng.choice(("=", "=", "=", ">", "<", ">=", "!="))
        text = f"{year}年" if self.chance(0.8) else str(year)
        if year in (TODAY.year, TODAY.year - 1, TODAY.year - 2) and self.chance(0.5):
            text = {0: "今年", 1: "去年", 2: "前年"}[TODAY.year - year]
        v = self.add(Condition(term, operator, Value("number", number=year)), text)
        return self.pick(p.DATE[operator]).format(c=c, v=v)

    def date_text(self, day: date) -> tuple[date, date, str]:
        """A stretch of time around `day` and how it is written."""
        roll = self.rng.random()
        if roll < 0.35:
            text = self.pick(
                (
                    f"{day.year}年{day.month}月{day.day}日",
                    day.isoformat(),
                    f"{day.year}/{day.month}/{day.day}",
                    f"{day.year}.{day.month}.{day.day}",
                    f"{day.year}年{day.month}月{day.day}号",
                )
            )
            return day, day + timedelta(1), text
        if roll < 0.55:
            begin = day.replace(day=1)
            until = (begin + timedelta(32)).replace(day=1)
            text = self.pick(
                (f"{day.year}年{day.month}月", f"{day.year}年{day.month:02d}月", f"{day.year}年{day.month}月份")
            )
            return begin, until, text
        if roll < 0.62:
            q = (day.month - 1) // 3
            begin = date(day.year, 3 * q + 1, 1)
            return (
                begin,
                (begin + timedelta(95)).replace(day=1),
                f"{day.year}年{self.pick(('第', ''))}{'一二三四'[q]}季度",
            )
        if roll < 0.68:
            year = day.year // 10 * 10
            if 1900 <= year < 2000:
                return (
                    date(year, 1, 1),
                    date(year + 10, 1, 1),
                    self.pick((f"上世纪{year % 100}年代", f"20世纪{year % 100}年代")),
                )
        begin, until = date(day.year, 1, 1), date(day.year + 1, 1, 1)
        words = {TODAY.year: "今年", TODAY.year - 1: "去年", TODAY.year - 2: "前年"}
        if day.year in words and self.chance(0.6):
            return begin, until, words[day.year]
        return begin, until, self.pick((f"{day.year}年", f"{day.year}年", f"{day.year}年度"))

    def date_condition(self, i: int) -> str | None:
        days = [x for x in self.cells[i] if isinstance(x, date)]
        if not days:
            return None
        term, c, kind = Term(Expr(i)), self.mention(i), self.rng.random()
        if kind < 0.2:
            unit, word = self.rng.choice(
                (("year", "年"), ("year", "年"), ("year", "年"), ("month", "个月"), ("day", "天"))
            )
            n = self.rng.randint(1, 10) * (1 if unit != "day" else 7)
            operator = "<" if self.chance(0.8) else ">"
            v = self.add(Condition(term, operator, Value("age", unit, float(n), TODAY)), self.count_word(n) + word)
            return self.pick(p.AGE[operator]).format(c=c, v=v)
        if kind < 0.4:
            (a, _, x), (b, end, y) = sorted(
                (self.date_text(d) for d in self.rng.choices(days, k=2)), key=lambda r: r[0]
            )
            if a >= b:
                return None
            v = self.add(Condition(term, ">=", Value("date", begin=a, until=_)), x)
            w = self.add(Condition(term, "<=", Value("date", begin=b, until=end)), y)
            return self.pick(p.DATE_BETWEEN).format(c=c, v=v, w=w)
        if kind < 0.48:
            month = self.rng.randint(1, 12)
            v = self.add(Condition(term, "=", Value("month", number=float(month))), f"{month}月{self.pick(('份', ''))}")
            return self.pick(p.DATE["="]).format(c=c, v=v)
        begin, until, text = self.date_text(self.rng.choice(days))
        operator = self.rng.choice(("=", "=", "<", "<", ">", ">", ">=", "<=", "!="))
        v = self.add(Condition(term, operator, Value("date", begin=begin, until=until)), text)
        return self.pick(p.DATE[operator]).format(c=c, v=v)

    def null_condition(self, i: int) -> str:
        operator = "is_null" if self.chance(0.65) else "not_null"
        self.conditions.append(Condition(Term(Expr(i)), operator))
        return self.pick(p.IS_NULL if operator == "is_null" else p.NOT_NULL).format(c=self.mention(i))

    def expression_condition(self) -> str | None:
        if len(self.numbers) < 2:
            return None
        a, b = self.rng.sample(self.numbers, 2)
        sign: Arithmetic = self.rng.choice(("-", "+", "/"))
        value, text = self.number_text(
            self.rng.choice([x for x in self.cells[a] if isinstance(x, int | float)] or [10]), a
        )
        operator = self.rng.choice((">", "<"))
        v = self.add(Condition(Term(Expr(a, sign, b)), operator, Value("number", number=value)), text)
        noun = self.pick(p.EXPRESSION_NOUN[sign]).format(a=self.mention(a), b=self.mention(b))
        return self.pick(p.NUMBER[operator]).format(c=noun, v=v)

    def condition(self, used: set[int]) -> str | None:
        """A condition on a column not in `used`."""
        free = [i for i in (*self.texts, *self.texts, *self.numbers, *self.dates, *self.dates) if i not in used]
        if not free:
            return None
        i = self.rng.choice(free)
        before = len(self.conditions)
        if self.chance(0.05):
            text: str | None = self.null_condition(i)
        elif self.chance(0.04):
            text = self.expression_condition()
        elif i in self.texts:
            text = self.text_condition(i)
        else:
            text = self.number_condition(i) if i in self.numbers else self.date_condition(i)
        if text is None:
            del self.conditions[before:]
            return None
        used.add(i)
        return text

    def filters(self, most: int, used: set[int]) -> tuple[str, str]:
        """Words for zero to `most` conditions, and what joins them."""
        n = self.rng.choice((0, 1, 1, 1, 1, 2, 2, 3)[: 2 + 2 * most])
        parts = [text for _ in range(min(n, most)) if (text := self.condition(used))]
        connective = "or" if len(parts) > 1 and self.chance(0.3) else "and"
        joiner = self.pick(p.OR if connective == "or" else p.AND)
        return joiner.join(parts), connective

    # --- whole questions ---

    def frame(self, filters: str, asked: str) -> str:
        """Conditions and what is asked for, in one of several orders."""
        e = self.row_word()
        if not filters:
            return self.pick(("{a}", "{a}", "所有{e}的{a}", "各{e}的{a}", "表中{a}", "{a}")).format(a=asked, e=e)
        return self.pick(p.FRAMES).format(f=filters, a=asked, e=e)

    def select(self, used: set[int], most: int = 3) -> tuple[tuple[Term, ...], str]:
        free = [i for i in range(len(self.fields)) if self.fields[i].name and i not in used]
        if not free or self.chance(0.06):
            return (Term(Expr(ALL)),), self.pick(p.ALL_COLUMNS)
        chosen = self.rng.sample(free, min(len(free), self.rng.choice((1, 1, 1, 2, 2, 3)[: 2 * most])))
        s = self.joined([self.mention(i) for i in chosen])
        return tuple(Term(Expr(i)) for i in chosen), self.pick(p.ASK_VALUE).format(s=s)

    def plain(self) -> tuple[str, Sketch]:
        used: set[int] = set()
        filters, connective = self.filters(3, used)
        if filters and self.texts and self.chance(0.3):
            # Which rows: the column that names them is asked for without being said.
            first = self.label or 0
            asked = self.pick(p.ASK_WHICH).format(e=self.row_word() or self.mention(first))
            select: tuple[Term, ...] = (Term(Expr(first)),)
        else:
            select, asked = self.select(used if self.chance(0.8) else set())
        return self.frame(filters, asked), Sketch(select, connective=connective)  # type: ignore[arg-type]

    def distinct(self) -> tuple[str, Sketch]:
        used: set[int] = set()
        filters, connective = self.filters(2, used)
        i = self.rng.choice(self.texts)
        asked = self.pick(p.DISTINCT).format(c=self.mention(i))
        if self.chance(0.3):
            # Each group by its name alone, as SPDB asks.
            asked = self.pick(("各个{c}分别有哪些", "各个{c}都有哪些", "从各个{c}中选择{c}")).format(c=self.mention(i))
            sketch = Sketch((Term(Expr(i)),), connective=connective, group=(i,))  # type: ignore[arg-type]
            return self.frame(filters, asked), sketch
        return self.frame(filters, asked), Sketch((Term(Expr(i)),), True, connective=connective)  # type: ignore[arg-type]

    def counted(self) -> tuple[str, Sketch]:
        used: set[int] = set()
        filters, connective = self.filters(3, used)
        if self.texts and self.chance(0.35):
            i = self.rng.choice(self.texts)
            asked = self.pick(p.COUNT_DISTINCT).format(c=self.mention(i))
            return self.frame(filters, asked), Sketch((Term(Expr(i), "COUNT_DISTINCT"),), connective=connective)  # type: ignore[arg-type]
        asked = self.pick(p.COUNT).format(e=self.row_word(), u=self.pick(p.UNITS))
        what = ALL if self.row_column is None else self.row_column
        return self.frame(filters, asked), Sketch((Term(Expr(what), "COUNT"),), connective=connective)  # type: ignore[arg-type]

    def aggregate(self, i: int) -> tuple[Term, str]:
        name: Aggregate = self.rng.choice(("AVG", "AVG", "SUM", "SUM", "MAX", "MIN"))
        if i in self.dates:
            name = self.rng.choice(("MAX", "MIN"))
            return Term(Expr(i), name), self.pick(p.DATE_AGGREGATES[name]).format(c=self.mention(i))
        return Term(Expr(i), name), self.pick(p.AGGREGATES[name]).format(c=self.mention(i))

    def aggregated(self) -> tuple[str, Sketch]:
        used: set[int] = set()
        filters, connective = self.filters(3, used)
        chosen = self.rng.sample(self.numbers, 2 if len(self.numbers) > 1 and self.chance(0.2) else 1)
        if self.dates and self.chance(0.1):
            chosen = [self.rng.choice(self.dates)]
        found = [self.aggregate(i) for i in chosen]
        if len(chosen) == 1 and chosen[0] in self.numbers and self.chance(0.1):
            c = self.mention(chosen[0])
            found = [(Term(Expr(chosen[0]), "MAX"), f"{c}的最大值"), (Term(Expr(chosen[0]), "MIN"), "最小值")]
        asked = self.pick(p.ASK_VALUE).format(s=self.joined([w for _, w in found]))
        return self.frame(filters, asked), Sketch(tuple(t for t, _ in found), connective=connective)  # type: ignore[arg-type]

    def superlative(self, i: int, descending: bool) -> str:
        c = self.mention(i)
        if i in self.dates:
            return self.pick(p.LATEST if descending else p.EARLIEST).format(c=c)
        return self.pick(p.MOST if descending else p.LEAST).format(c=c)

    def top(self, i: int, descending: bool, n: int, mark: int) -> str:
        text = _mark(mark, self.count_word(n))
        options = p.TOP if descending else p.BOTTOM
        if i in self.dates:
            options = ("{m}的{n}{u}", "{m}的前{n}{u}")
        return self.pick(options).format(
            m=self.superlative(i, descending), n=text, u=self.pick(p.UNITS), c=self.mention(i)
        )

    def ordered(self) -> tuple[str, Sketch]:
        used: set[int] = set()
        i = self.rng.choice([*self.numbers, *self.numbers, *self.dates])
        used.add(i)
        filters, connective = self.filters(2, used)
        descending, kind = self.chance(0.65), self.rng.random()
        order, e = Order(Term(Expr(i)), descending), self.row_word()
        which = self.texts and self.chance(0.5)
        select, asked = ((Term(Expr(self.label or 0)),), "") if which else self.select(set())
        base = Sketch(select, connective=connective, order=order)  # type: ignore[arg-type]
        if kind < 0.4:
            n = self.rng.choice((1, 2, 3, 3, 4, 5, 5, 6, 8, 10, 10, 20))
            words = self.top(i, descending, n, _LIMIT)
            text = f"{words}{e}" if words[-1] not in "个名位条家项" or self.chance(0.7) else words
            base = replace(base, limit=n)
        elif kind < 0.8:
            words = self.superlative(i, descending)
            if which:
                text = self.pick(
                    (
                        "{w}的{e}",
                        "{w}的{e}是哪个",
                        "哪个{e}{w}",
                        "{w}的是哪个{e}",
                        "{e}里谁{w}",
                        "哪一个{e}的{w}",
                        "{w}的是谁",
                    )
                ).format(w=words, e=e)
            else:
                text = f"{words}的{e}"
            base = replace(base, limit=1, ties=True)
        else:
            table = (p.DATE_DESCENDING, p.DATE_ASCENDING) if i in self.dates else (p.DESCENDING, p.ASCENDING)
            words = self.pick(table[0 if descending else 1]).format(c=self.mention(i))
            asked = asked or self.mention(self.label or 0)
            text = self.pick(("{w}，{a}", "{a}，{w}", "{w}列出{a}", "{a}{w}", "将{a}{w}")).format(w=words, a=asked)
            asked = ""
        if asked:
            text = self.pick(("{t}，{a}", "{t}的{a}", "{t}对应的{a}", "{t}，其{a}")).format(t=text, a=asked)
        if filters:
            text = self.pick(
                ("{f}的{e}中，{t}", "{f}的{e}里{t}", "{f}，{t}", "{f}中{t}", "在{f}的{e}里，{t}", "{f}且{t}")
            ).format(f=filters, e=e, t=text)
        return text, base

    def shortlisted(self) -> tuple[str, Sketch]:
        a, b = self.rng.sample([*self.numbers, *self.dates], 2)
        used = {a, b}
        n = self.rng.choice((2, 3, 3, 5, 5, 10, 10, 20))
        first, last = self.chance(0.8), self.chance(0.5)
        filters, connective = self.filters(1, used) if self.chance(0.3) else ("", "and")
        e = self.row_word()
        text = self.pick(p.SHORTLIST).format(top=self.top(a, first, n, _SHORTLIST), best=self.superlative(b, last), e=e)
        label = (Term(Expr(self.label or 0)),)
        sketch = Sketch(
            label,
            connective=connective,  # type: ignore[arg-type]
            order=Order(Term(Expr(b)), last),
            limit=1,
            shortlist=(Order(Term(Expr(a)), first), n),
        )
        return (f"{filters}的{e}里，{text}" if filters else text), sketch

    def grouped(self) -> tuple[str, Sketch]:
        g = self.rng.choice(self.groups)
        used = {g}
        filters, connective = self.filters(2, used) if self.chance(0.4) else ("", "and")
        word, e, kind = self.mention(g), self.row_word() or "记录", self.rng.random()
        n = self.rng.choice((1, 2, 3, 3, 5, 5, 10))
        key = Term(Expr(g))
        counted = not self.numbers or self.chance(0.4)
        term, s = (Term(Expr(ALL), "COUNT"), "") if counted else self.aggregate(self.rng.choice(self.numbers))
        base = Sketch((key, term), connective=connective, group=(g,))  # type: ignore[arg-type]
        if kind < 0.5:
            options = p.GROUP_COUNT if counted else p.GROUP
            text = self.pick(options).format(g=word, s=s, e=e, u=self.pick(p.UNITS[:5]))
            if self.chance(0.15):
                descending = self.chance(0.7)
                text += "，" + self.pick(p.DESCENDING if descending else p.ASCENDING).format(c=s or "数量")
                base = replace(base, order=Order(term, descending))
        elif kind < 0.8:
            descending = self.chance(0.75)
            many = self.chance(0.4)
            if counted:
                options = (p.GROUP_COUNT_TOP if many else p.GROUP_COUNT_MOST) if descending else p.GROUP_COUNT_LEAST
                many = many and descending
            else:
                table = (p.GROUP_MOST, p.GROUP_LEAST, p.GROUP_TOP, p.GROUP_BOTTOM)
                options = table[2 * many + (not descending)]
            text = self.pick(options).format(g=word, s=s, e=e, n=_mark(_LIMIT, self.count_word(n)))
            base = replace(base, select=(key,), order=Order(term, descending), limit=n if many else 1)
        else:
            operator = self.rng.choice((">", ">", ">=", "<", "<="))
            if counted:
                value, written = float(n), self.count_word(n)
            else:
                numbers = [x for x in self.cells[term.expr.column] if isinstance(x, int | float)] or [10]
                value, written = self.number_text(self.rng.choice(numbers), term.expr.column)
            v = self.add(Condition(term, operator, Value("number", number=value)), written)
            text = self.pick(p.HAVING_COUNT[operator] if counted else p.HAVING[operator]).format(g=word, s=s, e=e, v=v)
            base = replace(base, select=(key,))
        if filters:
            text = self.pick(("{f}的{e}中，{t}", "{f}的{e}里{t}", "{f}，{t}", "{t}，只看{f}的")).format(
                f=filters, e=e, t=text
            )
        return text, base

    def arithmetic(self) -> tuple[str, Sketch]:
        a, b = self.rng.sample(self.numbers, 2)
        sign: Arithmetic = self.rng.choice(("-", "-", "-", "+", "/", "/", "*"))
        used = {a, b}
        filters, connective = self.filters(2, used)
        expr, words = Expr(a, sign, b), (self.mention(a), self.mention(b))
        if self.chance(0.35) and self.texts:
            descending = self.chance(0.7)
            noun = self.pick(p.EXPRESSION_NOUN[sign]).format(a=words[0], b=words[1])
            n = self.rng.choice((1, 3, 5, 10))
            c = self.pick(
                ("{c}最大", "{c}最高", "{c}最多") if descending else ("{c}最小", "{c}最低", "{c}最少")
            ).format(c=noun)
            one = self.chance(0.6)
            text = f"{c}的{self.row_word()}" if one else f"{c}的{_mark(_LIMIT, self.count_word(n))}个{self.row_word()}"
            sketch = Sketch(
                (Term(Expr(self.label or 0)),),
                connective=connective,  # type: ignore[arg-type]
                order=Order(Term(expr), descending),
                limit=1 if one else n,
                ties=one,
            )
            return (f"{filters}的，{text}" if filters else text), sketch
        asked = self.pick(p.EXPRESSION[sign]).format(a=words[0], b=words[1])
        return self.computed(expr, asked, filters, connective, used)

    def dates_apart(self) -> tuple[str, Sketch]:
        a, b = self.rng.sample(self.dates, 2)
        used = {a, b}
        filters, connective = self.filters(2, used)
        asked = self.pick(p.DATE_DIFFERENCE).format(a=self.mention(a), b=self.mention(b))
        return self.computed(Expr(a, "-", b), asked, filters, connective, used)

    def computed(self, expr: Expr, asked: str, filters: str, connective: str, used: set[int]) -> tuple[str, Sketch]:
        """A question for arithmetic, alone, averaged, or beside other columns."""
        term, roll = Term(expr), self.rng.random()
        if roll < 0.08:
            return self.frame(filters, f"平均{asked}"), Sketch((Term(expr, "AVG"),), connective=connective)  # type: ignore[arg-type]
        free = [i for i in range(len(self.fields)) if i not in used]
        if roll > 0.5 and free:
            others = self.rng.sample(free, min(len(free), self.rng.choice((1, 1, 2, 3))))
            words = [self.mention(i) for i in others]
            mark = self.pick(("、", "、", "，", "？", "以及", "和"))
            before = self.chance(0.3)
            listed = self.joined(words)
            text = f"{listed}{mark}{asked}" if before else f"{asked}{mark}{listed}"
            text += self.pick(("", "有哪些", "分别有哪些", "是多少", "是什么", "分别是什么"))
            rest = tuple(Term(Expr(i)) for i in others)
            select = (*rest, term) if before else (term, *rest)
            return self.frame(filters, text), Sketch(select, connective=connective)  # type: ignore[arg-type]
        if "多少" not in asked and "几" not in asked:
            asked = self.pick(p.ASK_VALUE[:8]).format(s=asked)
        return self.frame(filters, asked), Sketch((term,), connective=connective)  # type: ignore[arg-type]

    def make(self) -> Example | None:
        """One example, or nothing where the draw did not fit the table."""
        kinds: list[tuple[float, Callable[[], tuple[str, Sketch]], bool]] = [
            (30, self.plain, True),
            (4, self.distinct, bool(self.texts)),
            (9, self.counted, True),
            (10, self.aggregated, bool(self.numbers)),
            (16, self.ordered, bool(self.numbers or self.dates) and bool(self.texts)),
            (6, self.shortlisted, len(self.numbers) + len(self.dates) > 1 and bool(self.texts)),
            (16, self.grouped, bool(self.groups)),
            (12, self.arithmetic, len(self.numbers) > 1),
            (6, self.dates_apart, len(self.dates) > 1),
        ]
        fitting = [(w, make) for w, make, fits in kinds if fits]
        self.conditions, self.limit = [], None
        make = self.rng.choices([m for _, m in fitting], [w for w, _ in fitting])[0]
        text, sketch = make()
        text = self.pick(p.OPENERS) + text + self.pick(p.CLOSERS)
        question, spans = _unmarked(self.spoilt(text))
        if not 3 <= len(question) <= 120 or len(self.conditions) > 6:
            return None
        sketch = replace(sketch, conditions=tuple(self.conditions))
        return Example(
            question,
            self.fields,
            sketch,
            "grammar",
            [spans.get(i) for i in range(len(self.conditions))],
            spans.get(_LIMIT),
            spans.get(_SHORTLIST),
        )

    def spoilt(self, text: str) -> str:
        """Now and then a particle left out, a character twice or two swapped; never within a value."""
        if self.chance(0.12):
            text = text.replace("的", "", 1)
        if not self.chance(0.05):
            return text
        at = self.rng.randrange(len(text))
        around = text[max(0, at - 1) : at + 2]
        inside = text[:at].count(_OPEN) > text[:at].count(_CLOSE)
        if inside or any(ord(c) >= 0xE000 and ord(c) < 0xF000 for c in around):
            return text
        if self.chance(0.4):
            return text[:at] + text[at + 1 :]
        return (
            text[: at + 1] + text[at] + text[at + 1 :]
            if self.chance(0.5)
            else text[: at - 1] + text[at : at + 1] + text[at - 1 : at] + text[at + 1 :]
            if at
            else text
        )


def _unmarked(text: str) -> tuple[str, dict[int, Span]]:
    """The question without its marks, and where each value stands."""
    out: list[str] = []
    spans: dict[int, Span] = {}
    number = begin = -1
    for c in text:
        if c == _OPEN:
            number = -2
        elif number == -2:
            number, begin = ord(c) - _NUMBERS, len(out)
        elif c == _CLOSE:
            spans[number] = (begin, len(out))
        else:
            out.append(c)
    return "".join(out), spans


def main() -> None:
    from training.text2sql.convert import grammar_tables

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/text2sql"))
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    tables = grammar_tables(args.data)
    for _ in range(args.count):
        table = rng.choice(tables)
        example = Grammar(*table, rng).make()
        if example:
            print(example.question, json.dumps(example.sketch.to_dict(), ensure_ascii=False, default=str))


if __name__ == "__main__":
    main()
