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
from dataclasses import replace
from pathlib import Path

from core.text2sql.sketch import ALL, Arithmetic, Condition, Connective, Expr, Operator, Order, Sketch, Term, Value
from training.text2sql import phrases as p
from training.text2sql.examples import Example
from training.text2sql.lookups import Lookups
from training.text2sql.words import CLOSE, LIMIT, OPEN, SHORTLIST, mark, unmarked


class Grammar(Lookups):
    """Makes examples over one table: its columns and, per column, cells to ask about."""

    def shortlisted(self) -> tuple[str, Sketch]:
        a, b = self.rng.sample([*self.numbers, *self.dates], 2)
        used = {a, b}
        n = self.rng.choice((2, 3, 3, 5, 5, 10, 10, 20))
        first, last = self.chance(0.8), self.chance(0.5)
        filters, connective = self.filters(1, used) if self.chance(0.3) else ("", "and")
        e = self.row_word()
        text = self.pick(p.SHORTLIST).format(top=self.top(a, first, n, SHORTLIST), best=self.superlative(b, last), e=e)
        label = (Term(Expr(self.label or 0)),)
        sketch = Sketch(
            label,
            connective=connective,
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
        base = Sketch((key, term), connective=connective, group=(g,))
        if kind < 0.5:
            options: Sequence[str] = p.GROUP_COUNT if counted else p.GROUP
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
            text = self.pick(options).format(g=word, s=s, e=e, n=mark(LIMIT, self.count_word(n)))
            base = replace(base, select=(key,), order=Order(term, descending), limit=n if many else 1)
        else:
            operator: Operator = self.rng.choice((">", ">", ">=", "<", "<="))
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
            text = f"{c}的{self.row_word()}" if one else f"{c}的{mark(LIMIT, self.count_word(n))}个{self.row_word()}"
            sketch = Sketch(
                (Term(Expr(self.label or 0)),),
                connective=connective,
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

    def computed(
        self, expr: Expr, asked: str, filters: str, connective: Connective, used: set[int]
    ) -> tuple[str, Sketch]:
        """A question for arithmetic, alone, averaged, or beside other columns."""
        term, roll = Term(expr), self.rng.random()
        if roll < 0.08:
            return self.frame(filters, f"平均{asked}"), Sketch((Term(expr, "AVG"),), connective=connective)
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
            return self.frame(filters, text), Sketch(select, connective=connective)
        if "多少" not in asked and "几" not in asked:
            asked = self.pick(p.ASK_VALUE[:8]).format(s=asked)
        return self.frame(filters, asked), Sketch((term,), connective=connective)

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
        self.conditions = []
        make = self.rng.choices([m for _, m in fitting], [w for w, _ in fitting])[0]
        text, sketch = make()
        text = self.pick(p.OPENERS) + text + self.pick(p.CLOSERS)
        question, spans = unmarked(self.spoilt(text))
        if not 3 <= len(question) <= 120 or len(self.conditions) > 6:
            return None
        sketch = replace(sketch, conditions=tuple(self.conditions))
        return Example(
            question,
            self.fields,
            sketch,
            "grammar",
            [spans.get(i) for i in range(len(self.conditions))],
            spans.get(LIMIT),
            spans.get(SHORTLIST),
        )

    def spoilt(self, text: str) -> str:
        """Now and then a particle left out, a character twice or two swapped; never within a value."""
        if self.chance(0.12):
            text = text.replace("的", "", 1)
        if not self.chance(0.05):
            return text
        at = self.rng.randrange(len(text))
        around = text[max(0, at - 1) : at + 2]
        inside = text[:at].count(OPEN) > text[:at].count(CLOSE)
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


def main() -> None:
    from training.text2sql.tables import grammar_tables

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
