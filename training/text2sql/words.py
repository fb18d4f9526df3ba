"""What the grammar's questions call things: columns, rows, cells, numbers and dates."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from core.text2sql.fields import Field
from core.text2sql.sketch import Condition
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


class Words:
    """Draws the words for what one table has: its columns and, per column, cells to ask about."""

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
