"""The conditions of the grammar's questions: a value of a column, and the words that say it."""

from __future__ import annotations

from datetime import date

from core.text2sql.sketch import Arithmetic, Condition, Connective, Expr, Operator, Term, Value
from training.text2sql import phrases as p
from training.text2sql.examples import TODAY
from training.text2sql.words import Words


class Conditions(Words):
    """Draws conditions over one table."""

    def text_condition(self, i: int) -> str | None:
        term, kind = Term(Expr(i)), self.rng.random()
        cell, c = self.cell(i), self.mention(i)
        if cell is None:
            return None
        if kind < 0.5:
            operator: Operator = "=" if self.chance(0.85) else "!="
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
            operator: Operator = self.rng.choice((">", "<"))
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
        operator: Operator = self.rng.choice(("=", "=", "=", ">", "<", ">=", "!="))
        text = f"{year}年" if self.chance(0.8) else str(year)
        if year in (TODAY.year, TODAY.year - 1, TODAY.year - 2) and self.chance(0.5):
            text = {0: "今年", 1: "去年", 2: "前年"}[TODAY.year - year]
        v = self.add(Condition(term, operator, Value("number", number=year)), text)
        return self.pick(p.DATE[operator]).format(c=c, v=v)

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
            operator: Operator = "<" if self.chance(0.8) else ">"
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
        operator: Operator = "is_null" if self.chance(0.65) else "not_null"
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
        operator: Operator = self.rng.choice((">", "<"))
        v = self.add(Condition(Term(Expr(a, sign, b)), operator, Value("number", number=value)), text)
        noun = self.pick(p.EXPRESSION_NOUN[sign]).format(a=self.mention(a), b=self.mention(b))
        return self.pick(p.NUMBER[operator]).format(c=noun, v=v)

    def shared_bound(self, used: set[int]) -> tuple[str, Connective] | None:
        """Words for one bound on two columns (甲和乙都大于20), and what joins the two."""
        free = [i for i in self.numbers if i not in used and not self.fields[i].yearly]
        a, b = self.rng.sample(free, 2) if len(free) > 1 else (0, 0)
        values = [x for x in self.cells[a] if isinstance(x, int | float)] if a != b else []
        if not values or self.fields[a].scale != self.fields[b].scale:
            return None
        used |= {a, b}
        operator: Operator = self.rng.choice((">", ">", "<", ">=", "<="))
        number, text = self.number_text(self.rng.choice(values), a)
        value = Value("number", number=number)
        v = self.add(
            Condition(Term(Expr(a)), operator, value), self.add(Condition(Term(Expr(b)), operator, value), text)
        )
        connective: Connective = "or" if self.chance(0.25) else "and"
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

    def filters(self, most: int, used: set[int]) -> tuple[str, Connective]:
        """Words for zero to `most` conditions, and what joins them."""
        if most > 1 and self.chance(0.08) and (shared := self.shared_bound(used)):
            return shared
        n = self.rng.choice((0, 1, 1, 1, 1, 2, 2, 3)[: 2 + 2 * most])
        parts = [text for _ in range(min(n, most)) if (text := self.condition(used))]
        connective: Connective = "or" if len(parts) > 1 and self.chance(0.3) else "and"
        joiner = self.pick(p.OR if connective == "or" else p.AND)
        return joiner.join(parts), connective
