"""The grammar's plainer questions: rows looked up, counted, aggregated and put in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.text2sql.sketch import ALL, Aggregate, Expr, Order, Sketch, Term
from training.text2sql import phrases as p
from training.text2sql.conditions import Conditions
from training.text2sql.words import LIMIT, mark


class Lookups(Conditions):
    """Makes questions over one table, each with its sketch."""

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
        return self.frame(filters, asked), Sketch(select, connective=connective)

    def distinct(self) -> tuple[str, Sketch]:
        used: set[int] = set()
        filters, connective = self.filters(2, used)
        i = self.rng.choice(self.texts)
        asked = self.pick(p.DISTINCT).format(c=self.mention(i))
        if self.chance(0.3):
            # Each group by its name alone, as SPDB asks.
            asked = self.pick(("各个{c}分别有哪些", "各个{c}都有哪些", "从各个{c}中选择{c}")).format(c=self.mention(i))
            sketch = Sketch((Term(Expr(i)),), connective=connective, group=(i,))
            return self.frame(filters, asked), sketch
        return self.frame(filters, asked), Sketch((Term(Expr(i)),), True, connective=connective)

    def counted(self) -> tuple[str, Sketch]:
        used: set[int] = set()
        filters, connective = self.filters(3, used)
        if self.texts and self.chance(0.35):
            i = self.rng.choice(self.texts)
            asked = self.pick(p.COUNT_DISTINCT).format(c=self.mention(i))
            return self.frame(filters, asked), Sketch((Term(Expr(i), "COUNT_DISTINCT"),), connective=connective)
        asked = self.pick(p.COUNT).format(e=self.row_word(), u=self.pick(p.UNITS))
        what = ALL if self.row_column is None else self.row_column
        return self.frame(filters, asked), Sketch((Term(Expr(what), "COUNT"),), connective=connective)

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
        return self.frame(filters, asked), Sketch(tuple(t for t, _ in found), connective=connective)

    def superlative(self, i: int, descending: bool) -> str:
        c = self.mention(i)
        if i in self.dates:
            return self.pick(p.LATEST if descending else p.EARLIEST).format(c=c)
        return self.pick(p.MOST if descending else p.LEAST).format(c=c)

    def top(self, i: int, descending: bool, n: int, number: int) -> str:
        text = mark(number, self.count_word(n))
        options: Sequence[str] = p.TOP if descending else p.BOTTOM
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
        base = Sketch(select, connective=connective, order=order)
        if kind < 0.4:
            n = self.rng.choice((1, 2, 3, 3, 4, 5, 5, 6, 8, 10, 10, 20))
            words = self.top(i, descending, n, LIMIT)
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
