"""A form read aloud, Chinese and English: what the query does, for those who do not read SQL."""

from __future__ import annotations

from collections.abc import Sequence

from core.text2sql.form import Column, Constant, Form, Node
from core.text2sql.form_conditions import Conditions
from core.text2sql.form_terms import Pair, aggregates, number
from core.text2sql.grammar import CLAUSES
from core.text2sql.table import Table

# What the highest and the lowest are called.
_ENDS: dict[str, tuple[Pair, Pair]] = {
    "time": (("最晚", "latest"), ("最早", "earliest")),
    "count": (("最多", "highest"), ("最少", "lowest")),
    "long": (("最长", "longest"), ("最短", "shortest")),
    "large": (("最大", "largest"), ("最小", "smallest")),
    "": (("最高", "highest"), ("最低", "lowest")),
}
# By the end of a column's name, its unit left out.
_NATURES: dict[str, tuple[str, ...]] = {
    "count": ("数", "量", "次", "人", "只", "件"),
    "long": ("时长", "天数", "工时", "耗时", "用时", "里程", "距离", "长度", "工龄"),
    "large": ("面积", "规模", "容量", "年龄", "体积", "尺寸", "误差"),
}  # fmt: skip
_COUNTS = frozenset(("count", "count_of", "count_if", "count_distinct", "count_distinct_if"))
_RANKS: dict[str, Pair] = {
    "<": ("名次小于 {0} 的", "ranked before {0}"), ">": ("名次大于 {0} 的", "ranked after {0}"),
    ">=": ("第 {0} 名及以后的", "ranked {0} or later"), "between": ("第 {0} 到 {1} 名", "ranked {0} to {1}"),
}  # fmt: skip


def read_form(form: Form, table: Table) -> dict[str, str]:
    """{"zh", "en"}: one sentence each, without a full stop."""
    zh, en = Queries(table).sentence(form)
    return {"zh": tidy(zh), "en": tidy(en[:1].upper() + en[1:])}


def tidy(text: str) -> str:
    """`text` with single blanks, and none beside Chinese marks."""
    text = " ".join(text.split())
    for mark in "，。、：（）“”？；":
        text = text.replace(f" {mark}", mark).replace(f"{mark} ", mark) if mark in "，。、：（）？；" else text
    return text


class Queries(Conditions):
    """Whole queries in words over one table."""

    def sentence(self, form: Form) -> Pair:
        """The query in one sentence, which begins with the rows that it is about."""
        if not isinstance(form, Node) or form.word == "refuse":
            return "表里没有答案", "the table holds no answer"
        clauses = {arg.word: arg for arg in form.args if isinstance(arg, Node) and arg.word in CLAUSES}
        results = [arg for arg in form.args if not (isinstance(arg, Node) and arg.word in CLAUSES)]
        parts: list[Pair] = []
        if "where" in clauses:
            parts.append(self.among(clauses["where"]))
        if "shortlist" in clauses:
            direction, most = clauses["shortlist"].args
            zh, en = self.extreme(direction)
            parts.append((f"先取{zh}的 {_whole(most)} 行", f"first the {_whole(most)} rows with the {en}"))
        if form.word == "count_groups":
            zh, en = self.counted(results, clauses.get("having"))
            parts.append((f"数{zh}有几个", f"number of {en}"))
        elif "group" in clauses:
            parts += self.grouped(results, clauses)
        else:
            parts += self.plain(results, clauses, form.word == "distinct")
        return "，".join(p[0] for p in parts), ", ".join(p[1] for p in parts)

    def among(self, where: Node) -> Pair:
        """The rows that are looked at."""
        zh, en = self.condition(where.args[0])
        return f"{zh}的行里", f"among rows where {en}"

    def counted(self, keys: Sequence[Form], having: Node | None) -> Pair:
        """The groups whose number is asked for."""
        zh, en = self.listed(keys)
        if having is None:
            return f"不同的{zh}", f"different {en}"
        a, b = self.condition(having.args[0])
        return f"{a}的{zh}", f"{en} where {b}"

    def grouped(self, results: Sequence[Form], clauses: dict[str, Node]) -> list[Pair]:
        keys = clauses["group"].args
        by, wanted = self.listed(keys), [r for r in results if r not in keys]
        parts = [(f"列出各{by[0]}", f"every {by[1]}")]
        if wanted:
            zh, en = self.listed(wanted)
            parts = [(f"按{by[0]}求{zh}", f"{en} by {by[1]}")]
        if "having" in clauses:
            zh, en = self.condition(clauses["having"].args[0])
            parts.append((f"只留{zh}的", f"only where {en}"))
        return parts + self.chosen(clauses, "组", "groups", wanted[0] if len(wanted) == 1 else None)

    def plain(self, results: Sequence[Form], clauses: dict[str, Node], distinct: bool) -> list[Pair]:
        zh, en = self.listed(results)
        chosen = self.chosen(clauses, "行", "rows")
        if distinct:
            return [*chosen, (f"列出不同的{zh}", f"list the different {en}")]
        if not any(aggregates(r) for r in results):
            nothing = all(_single(r) for r in results)
            return [(f"求{zh}", en)] if nothing else [*chosen, (f"列出{zh}", f"list {en}")]
        whole = not clauses and all(
            isinstance(r, Node) and not any(isinstance(a, Node) for a in r.args) for r in results
        )
        return [(f"求{'全表的' if whole else ''}{zh}", f"{en}{' in all' if whole else ''}"), *chosen]

    def chosen(self, clauses: dict[str, Node], unit: str, units: str, known: Form | None = None) -> list[Pair]:
        """Which rows, or groups, are shown, and in which order; `known` need not be named again."""
        parts = [
            part
            for word in ("first", "rank", "keep")
            if word in clauses and (part := self.ranked(clauses[word], known)) is not None
        ]
        cut = clauses.get("limit") or clauses.get("percent")
        order = clauses.get("order")
        if order and cut and len(order.args) == 1:
            return [*parts, self.top(order.args[0], cut, (unit, units), known)]
        if order:
            found = [self.sorted(direction, known) for direction in order.args]
            by = "" if found[0][0].startswith("从") else "按"
            parts.append((f"{by}{'、'.join(f[0] for f in found)}排", f"sorted by {', '.join(f[1] for f in found)}"))
        if cut:
            share = "%" if cut.word == "percent" else f" {unit}"
            parts.append(
                (
                    f"取前 {_whole(cut.args[0])}{share}",
                    f"the first {_whole(cut.args[0])}{share if share == '%' else ''}",
                )
            )
        return parts

    def ranked(self, clause: Node, known: Form | None) -> Pair | None:
        if clause.word == "keep":
            zh, en = self.condition(clause.args[0])
            return f"只留{zh}的", f"only where {en}"
        per = next((a for a in clause.args if isinstance(a, Node) and a.word == "per"), None)
        key = self.listed(per.args) if per else None
        before = f"每个{key[0]}里" if key else ""
        behind = f" in each {key[1]}" if key else ""
        zh, en = self.extreme(clause.args[0], known)
        if clause.word == "first":
            return f"{before}取{zh}的", f"those with the {en}{behind}"
        compared = clause.args[-1]
        assert isinstance(compared, Node)
        bounds = [_whole(n) for n in compared.args]
        if compared.word == "=":
            end = zh.replace("最", f"第 {bounds[0]} ")
            return f"{before}取{end}的", f"number {bounds[0]} by the {en}{behind}"
        if compared.word == "<=":
            return f"{before}取{zh}的 {bounds[0]} 名", f"the {bounds[0]} with the {en}, ties included{behind}"
        words = _RANKS[compared.word]
        a, b = self.sorted(clause.args[0])
        return f"{before}按{a}取{words[0].format(*bounds)}", f"those {words[1].format(*bounds)} by {b}{behind}"

    def top(self, direction: Form, cut: Node, of: Pair, known: Form | None) -> Pair:
        """The first ones of an order."""
        unit, units = of
        zh, en = self.extreme(direction, known)
        if cut.word == "percent":
            return f"取{zh}的 {_whole(cut.args[0])}%", f"the {_whole(cut.args[0])}% with the {en}"
        most = int(float(_whole(cut.args[0]).replace(",", "")))
        offset = next((a for a in cut.args if isinstance(a, Node) and a.word == "offset"), None)
        if offset is None:
            return f"取{zh}的 {most} {unit}", f"the {most} {units if most > 1 else units[:-1]} with the {en}"
        first = int(float(_whole(offset.args[0]).replace(",", ""))) + 1
        a, b = self.sorted(direction)
        if most == 1:
            return f"按{a}取第 {first} {unit}", f"number {first} by {b}"
        return f"按{a}取第 {first} 到 {first + most - 1} {unit}", f"numbers {first} to {first + most - 1} by {b}"

    def extreme(self, direction: Form, known: Form | None = None) -> Pair:
        """最高 and the like with what it is said of."""
        assert isinstance(direction, Node)
        [value] = direction.args
        zh, en = ("", "") if value == known else self.operand(value)
        a, b = _ENDS[self._nature(value)][0 if direction.word == "desc" else 1]
        if value == Node("count"):
            return f"{zh}{a}", "most rows" if direction.word == "desc" else "fewest rows"
        return f"{zh}{a}", f"{b} {en}".strip()

    def sorted(self, direction: Form, known: Form | None = None) -> Pair:
        """从高到低 and the like with what it is said of."""
        assert isinstance(direction, Node)
        [value] = direction.args
        zh, en = ("", "it") if value == known else self.operand(value)
        (high, most), (low, least) = _ENDS[self._nature(value)]
        ends = (high[1:], low[1:], most) if direction.word == "desc" else (low[1:], high[1:], least)
        return f"{zh}从{ends[0]}到{ends[1]}", f"{en}, {ends[2]} first"

    def _nature(self, value: Form) -> str:
        if self.timed(value):
            return "time"
        if isinstance(value, Node):
            if value.word in ("days", "months", "years"):
                return "long"
            if value.word in ("-", "abs"):
                return "large"
            if value.word not in ("sum", "max", "min", "greatest", "least") or not value.args:
                return "count" if value.word in _COUNTS else ""
            return self._nature(value.args[0])
        name = self.names[value.index] if isinstance(value, Column) else ""
        return next((nature for nature in ("long", "large", "count") if name.endswith(_NATURES[nature])), "")


def _single(form: Form) -> bool:
    """Whether an expression is one value whatever the rows: of queries within it, or a constant."""
    if isinstance(form, Column):
        return False
    if isinstance(form, Constant) or form.word in ("of_all", "groups_avg", "groups_max", "groups_min"):
        return True
    return bool(form.args) and all(_single(arg) for arg in form.args)


def _whole(form: Form) -> str:
    return number(form.value) if isinstance(form, Constant) and isinstance(form.value, (int, float)) else "?"
