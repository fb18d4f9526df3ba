"""A form as SQL: a syntax tree for DuckDB over one table. Names and texts only ever become nodes of the tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from core.text2sql.form import Constant, Form, Node
from core.text2sql.form_values import Values, looks_at_rows
from core.text2sql.grammar import EVERY_COLUMN, tokens

_COMPARE: dict[str, type[exp.Binary]] = {
    "=": exp.EQ, "!=": exp.NEQ, ">": exp.GT, "<": exp.LT, ">=": exp.GTE, "<=": exp.LTE,
}  # fmt: skip


def to_sql(form: Form, names: Sequence[str], table: str = "t") -> exp.Expr:
    """The query of `form` over `table`, whose columns are called `names`.

    Raises:
        ValueError: it means nothing as SQL: the grammar refuses it, it names a column that is not there, it is the
            form of what the table cannot answer.
    """
    tokens(form)
    if not isinstance(form, Node) or form.word == "refuse":
        raise ValueError("the table cannot answer this")
    return _Queries(names, table).query(form)


def sql_text(form: Form, names: Sequence[str], table: str = "t", pretty: bool = False) -> str:
    """`to_sql` as text for DuckDB, every name quoted."""
    text: str = to_sql(form, names, table).sql(dialect="duckdb", identify=True, pretty=pretty)
    return text


class _Queries(Values):
    """Queries and conditions; what they compare is in `Values`."""

    def query(self, form: Node) -> exp.Select:
        clauses = {arg.word: arg for arg in form.args if isinstance(arg, Node) and arg.word in _CLAUSES}
        results = [arg for arg in form.args if not (isinstance(arg, Node) and arg.word in _CLAUSES)]
        inner = exp.Select().from_(self.source(clauses))
        if "where" in clauses and "shortlist" not in clauses:
            inner = inner.where(self.condition(clauses["where"].args[0]))
        if form.word == "count_groups":
            inner = inner.select(*self.aliased(results))
            inner = inner.group_by(*(self.value(r) for r in results))
            if "having" in clauses:
                inner = inner.having(self.condition(clauses["having"].args[0]))
            return exp.Select().select(self.count()).from_(inner.subquery(_name("groups")))
        query = inner.select(*(self.result(r) for r in results))
        if form.word == "distinct":
            query = query.distinct()
        if not clauses and not any(looks_at_rows(r) for r in results):
            # Queries in brackets alone: one row, not one for each row of the table.
            query.set("from_", None)
        for word, clause in clauses.items():
            query = _CLAUSES[word](self, query, clause)
        return query

    def aliased(self, keys: Sequence[Form]) -> list[exp.Expr]:
        """Keys of a query in brackets, which may not have the same name twice."""
        return [exp.alias_(self.value(key), f"k{i}", quoted=True) for i, key in enumerate(keys)]

    def result(self, form: Form) -> exp.Expr:
        return exp.Star() if form == Node(EVERY_COLUMN) else self.value(form)

    def source(self, clauses: dict[str, Node]) -> exp.Expr:
        """The table, or the first rows of an order of it in brackets."""
        if "shortlist" not in clauses:
            return self.rows()
        order, limit = clauses["shortlist"].args
        inner = exp.Select().select(exp.Star()).from_(self.rows())
        if "where" in clauses:
            inner = inner.where(self.condition(clauses["where"].args[0]))
        return inner.order_by(self.ordered(order)).limit(_whole(limit)).subquery(_name("shortlist"))

    def ranked(self, query: exp.Select, clause: Node) -> exp.Select:
        if clause.word == "keep":
            return self.qualified(query, self.condition(clause.args[0]))
        keys = [arg for arg in clause.args if isinstance(arg, Node) and arg.word == "per"]
        per = [self.value(key) for key in (keys[0].args if keys else ())]
        rank = exp.Window(
            this=exp.Rank(), partition_by=per, order=exp.Order(expressions=[self.ordered(clause.args[0])])
        )
        if clause.word == "first":
            return self.qualified(query, exp.EQ(this=rank, expression=exp.Literal.number(1)))
        compared = clause.args[-1]
        assert isinstance(compared, Node)
        bounds = [self.value(n) for n in compared.args]
        if compared.word == "between":
            return self.qualified(query, exp.Between(this=rank, low=bounds[0], high=bounds[1]))
        return self.qualified(query, _COMPARE[compared.word](this=rank, expression=bounds[0]))

    def qualified(self, query: exp.Select, condition: exp.Expr) -> exp.Select:
        query.set("qualify", exp.Qualify(this=condition))
        return query

    def condition(self, form: Form) -> exp.Expr:
        if not isinstance(form, Node):
            raise ValueError(f"{form} is no condition")
        word, args = form.word, form.args
        if word in ("and", "or"):
            sides = [self.side(arg, word) for arg in args]
            return (exp.And if word == "and" else exp.Or)(this=sides[0], expression=sides[1])
        if word == "not":
            return exp.Not(this=exp.paren(self.condition(args[0])))
        if word in _COMPARE:
            return _COMPARE[word](this=self.value(args[0]), expression=self.value(args[1]))
        if word == "between":
            return exp.Between(this=self.value(args[0]), low=self.value(args[1]), high=self.value(args[2]))
        if word in ("in", "not_in"):
            return _negated(exp.In(this=self.operand(args[0]), expressions=[self.value(a) for a in args[1:]]), word)
        if word in ("null", "not_null"):
            return _negated(exp.Is(this=self.operand(args[0]), expression=exp.Null()), word)
        if word in ("in_rows", "in_groups"):
            return exp.In(this=self.operand(args[0]), query=self.members(args[0], args[1], word))
        if word in ("newest", "oldest"):
            return self.newest(args[0], args[1], word)
        if word.startswith("recent_"):
            return self.recent(args[0], args[1], word.removeprefix("recent_"))
        return _negated(self.like(self.operand(args[0]), args[1], word.removeprefix("not_")), word)

    def side(self, form: Form, around: str) -> exp.Expr:
        """One side of `and` or `or`, in brackets where the other of them stands there."""
        inner = self.condition(form)
        mixed = isinstance(form, Node) and form.word in ("and", "or") and form.word != around
        return exp.paren(inner) if mixed else inner

    def like(self, term: exp.Expr, text: Form, word: str) -> exp.Expr:
        if not isinstance(text, Constant):
            raise ValueError(f"{word} {text}")
        plain = str(text.value)
        escaped = plain.replace("!", "!!").replace("%", "!%").replace("_", "!_")
        pattern = {"starts": f"{escaped}%", "ends": f"%{escaped}"}.get(word, f"%{escaped}%")
        # Letters are typed small or large as it comes: 以A结尾, 带nfc的.
        kind = exp.ILike if plain.lower() != plain.upper() else exp.Like
        if "%" not in plain and "_" not in plain:
            return kind(this=term, expression=exp.Literal.string(pattern.replace("!!", "!")))
        return exp.Escape(
            this=kind(this=term, expression=exp.Literal.string(pattern)), expression=exp.Literal.string("!")
        )

    def recent(self, column: Form, number: Form, unit: str) -> exp.Expr:
        newest = exp.Select().select(exp.Max(this=self.value(column))).from_(self.rows()).subquery()
        back = exp.Sub(this=newest, expression=self.interval(number, unit))
        return exp.GT(this=self.value(column), expression=back)

    def newest(self, column: Form, number: Form, word: str) -> exp.Expr:
        order = exp.Ordered(this=self.value(column), desc=word == "newest", nulls_first=False)
        inner = exp.Select().select(self.value(column)).distinct().from_(self.rows())
        inner = inner.order_by(order).limit(_whole(number))
        return exp.In(this=self.value(column), query=inner.subquery())

    def members(self, key: Form, condition: Form, word: str) -> exp.Subquery:
        inner = exp.Select().select(self.value(key)).from_(self.rows())
        if word == "in_rows":
            return inner.where(self.condition(condition)).subquery()
        return inner.group_by(self.value(key)).having(self.condition(condition)).subquery()


def _grouped(builder: _Queries, query: exp.Select, clause: Node) -> exp.Select:
    return query.group_by(*(builder.value(key) for key in clause.args))


def _having(builder: _Queries, query: exp.Select, clause: Node) -> exp.Select:
    return query.having(builder.condition(clause.args[0]))


def _ordered(builder: _Queries, query: exp.Select, clause: Node) -> exp.Select:
    return query.order_by(*(builder.ordered(order) for order in clause.args))


def _cut(builder: _Queries, query: exp.Select, clause: Node) -> exp.Select:
    if clause.word == "percent":
        percent = exp.LimitOptions(percent=True)
        query.set("limit", exp.Limit(expression=builder.value(clause.args[0]), limit_options=percent))
        return query
    query = query.limit(_whole(clause.args[0]))
    offset = clause.args[1] if len(clause.args) > 1 else None
    return query.offset(_whole(offset.args[0])) if isinstance(offset, Node) else query


def _unchanged(builder: _Queries, query: exp.Select, clause: Node) -> exp.Select:
    return query


_CLAUSES: dict[str, Callable[[_Queries, exp.Select, Node], exp.Select]] = {
    # The first two are in the source and the condition already.
    "shortlist": _unchanged, "where": _unchanged, "group": _grouped, "having": _having,
    "first": _Queries.ranked, "rank": _Queries.ranked, "keep": _Queries.ranked,
    "order": _ordered, "limit": _cut, "percent": _cut,
}  # fmt: skip


def _negated(condition: exp.Expr, word: str) -> exp.Expr:
    return exp.Not(this=condition) if word.startswith("not_") else condition


def _name(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=True)


def _whole(form: Form) -> int:
    if not isinstance(form, Constant) or isinstance(form.value, str) or not isinstance(form.value, int | float):
        raise ValueError(f"{form} is no number of rows")
    if form.value != int(form.value) or form.value < 0:
        raise ValueError(f"{form.value} is no number of rows")
    return int(form.value)
