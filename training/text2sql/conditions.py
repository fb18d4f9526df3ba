"""The conditions of the grammar's questions: a value of a column, and the words that say it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from core.text2sql.linking import Field
from core.text2sql.sketch import Arithmetic, Condition, Expr, Term, Value
from training.text2sql import phrases as p
from training.text2sql.examples import TODAY, Span

# A value in a phrase stands between these, its number first; they are taken out at the end.
OPEN, CLOSE, _NUMBERS = "\ue000", "\ue001", 0xE100
LIMIT, SHORTLIST = 90, 91
DIGITS = "零一二三四五六七八九十"


def mark(number: int, text: str) -> str:
    return f"{OPEN}{chr(_NUMBERS + number)}{text}{CLOSE}"


def unmarked(text: str) -> tuple[str, dict[int, Span]]:
    """The question without its marks, and where each value stands."""
    out: list[str] = []
    spans: dict[int, Span] = {}
    opened: list[tuple[int, int]] = []
    numbered = False
    for c in text:
        if numbered:
            opened.append((ord(c) - _NUMBERS, len(out)))
            numbered = False
        elif c == OPEN:
            numbered = True
        elif c == CLOSE:
            number, begin = opened.pop()
            spans[number] = (begin, len(out))
        else:
            out.append(c)
    return "".join(out), spans


class Conditions:
    """Draws conditions over one table: its columns and, per column, cells to ask about."""

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

    def _repeats(self, i: int) -> bool:
        return (
            bool(self.cells[i]) and len(set(map(str, self.cells[i]))) < len(self.cells[i])
        ) or self.rng.random() < 0.2

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
        return str(n) if self.chance(0.45) or n > 10 else "两" if n == 2 and self.chance(0.6) else DIGITS[n]

    def joined(self, words: Sequence[str]) -> str:
        if len(words) == 1:
            return words[0]
        return self.pick(("、", "、", "，", "和")).join(words[:-1]) + self.pick(p.JOIN) + words[-1]

    def add(self, condition: Condition, text: str) -> str:
        self.conditions.append(condition)
        return mark(len(self.conditions) - 1, text)

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
            others = sorted({str(x) for x in self.cells[i] if 1 <= len(str(x)) <= 20})
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
            text = DIGITS[int(value)]
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

    def shared_bound(self, used: set[int]) -> tuple[str, str] | None:
        """Words for one bound on two columns (甲和乙都大于20), and what joins the two."""
        free = [i for i in self.numbers if i not in used and not self.fields[i].yearly]
        a, b = self.rng.sample(free, 2) if len(free) > 1 else (0, 0)
        values = [x for x in self.cells[a] if isinstance(x, int | float)] if a != b else []
        if not values or self.fields[a].scale != self.fields[b].scale:
            return None
        used |= {a, b}
        operator = self.rng.choice((">", ">", "<", ">=", "<="))
        number, text = self.number_text(self.rng.choice(values), a)
        value = Value("number", number=number)
        v = self.add(
            Condition(Term(Expr(a)), operator, value), self.add(Condition(Term(Expr(b)), operator, value), text)
        )
        connective = "or" if self.chance(0.25) else "and"
        between = self.pick(("或", "或者") if connective == "or" else p.JOIN)
        both = self.pick(("", "有一个") if connective == "or" else ("都", "均", "都", "同时", ""))
        names = self.mention(a) + between + self.mention(b) + both
        return self.pick(p.NUMBER[operator]).format(c=names, v=v), connective

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
        if most > 1 and self.chance(0.08) and (shared := self.shared_bound(used)):
            return shared
        n = self.rng.choice((0, 1, 1, 1, 1, 2, 2, 3)[: 2 + 2 * most])
        parts = [text for _ in range(min(n, most)) if (text := self.condition(used))]
        connective = "or" if len(parts) > 1 and self.chance(0.3) else "and"
        joiner = self.pick(p.OR if connective == "or" else p.AND)
        return joiner.join(parts), connective
