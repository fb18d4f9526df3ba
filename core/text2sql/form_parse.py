"""SQL as a form, where the grammar can say it: queries of one meaning become one form."""

from __future__ import annotations

from collections.abc import Sequence

import sqlglot
from sqlglot import exp

from core.text2sql.form import Constant, Form, Node, walk
from core.text2sql.form_parse_conditions import Conditions, conjuncts, joined
from core.text2sql.form_parse_values import NotAForm
from core.text2sql.form_values import looks_at_rows
from core.text2sql.grammar import EVERY_COLUMN, ROW_WORDS, tokens

__all__ = ["NotAForm", "parse_form"]
_KNOWN = {
    "kind", "expressions", "distinct", "from_", "where", "group", "having", "qualify", "order", "limit", "offset",
}  # fmt: skip


def parse_form(sql: str, names: Sequence[str]) -> Form:
    """The form of a query in DuckDB's dialect over one table with the columns `names` (compared without case).

    Raises:
        NotAForm: it has none; with a short reason.
    """
    try:
        tree = sqlglot.parse_one(sql.strip().rstrip("; "), read="duckdb")
    except (sqlglot.errors.SqlglotError, RecursionError) as error:
        raise NotAForm(str(error)[:200]) from error
    if not isinstance(tree, exp.Select):
        raise NotAForm(type(tree).__name__)
    form = _Parser(names).query(tree)
    try:
        tokens(form)
    except ValueError as error:
        raise NotAForm(str(error)[:200]) from error
    return form


class _Parser(Conditions):
    def query(self, tree: exp.Select) -> Form:
        self.check(tree, _KNOWN)
        source = tree.args["from_"].this if tree.args.get("from_") else None
        if isinstance(source, exp.Subquery):
            inner = source.this
            if not isinstance(inner, exp.Select):
                raise NotAForm("query in brackets")
            if not inner.args.get("limit"):
                return self.count_groups(tree, inner)
            return self.of_shortlist(tree, inner)
        with self.scope(source), self.aliases(tree):
            results = [self.result(e) for e in tree.expressions]
            if source is None and any(looks_at_rows(result) for result in results):
                raise NotAForm("no FROM")
            clauses: list[Form] = []
            if tree.args.get("where"):
                clauses.append(Node("where", (self.condition(tree.args["where"].this),)))
            clauses += self.clauses(tree, results)
        return _extreme(Node("distinct" if self.distinct(tree) else "select", (*results, *clauses)))

    def clauses(self, tree: exp.Select, results: list[Form]) -> list[Form]:
        """What comes after the condition."""
        found: list[Form] = []
        group = tree.args.get("group")
        if group:
            self.check(group, {"expressions"})
            found.append(Node("group", tuple(self.key(e, results) for e in group.expressions)))
        if tree.args.get("having"):
            found.append(Node("having", (self.condition(tree.args["having"].this),)))
        if tree.args.get("qualify"):
            found.append(self.ranked(tree.args["qualify"].this))
        if tree.args.get("order"):
            orders = [self.by(e, results) for e in tree.args["order"].expressions]
            found.append(Node("order", tuple(orders)))
        return found + self.cut(tree)

    def result(self, node: exp.Expr) -> Form:
        if isinstance(node, exp.Star):
            self.check(node, set())
            return Node(EVERY_COLUMN)
        return self.value(node.this if isinstance(node, exp.Alias) else node)

    def key(self, node: exp.Expr, results: list[Form]) -> Form:
        """A group key or the like; a plain number is the place of a result."""
        if isinstance(node, exp.Literal) and not node.is_string and 0 < int(node.this) <= len(results):
            return results[int(node.this) - 1]
        return self.value(node)

    def by(self, node: exp.Expr, results: list[Form] | None = None) -> Node:
        if not isinstance(node, exp.Ordered):
            raise NotAForm(node.sql())
        if node.args.get("nulls_first"):
            raise NotAForm("NULLS FIRST")
        inner = self.alias(node.this)
        return Node("desc" if node.args.get("desc") else "asc", (inner or self.key(node.this, results or []),))

    def ranked(self, node: exp.Expr) -> Form:
        node = node.unnest()
        window = node.this.unnest() if isinstance(node, exp.Predicate | exp.Between) else None
        if not (isinstance(window, exp.Window) and isinstance(window.this, exp.Rank)):
            return Node("keep", (self.condition(node),))
        self.check(window, {"this", "partition_by", "order", "over"})
        orders = window.args["order"].expressions if window.args.get("order") else []
        if len(orders) != 1:
            raise NotAForm("rank by several orders")
        order: list[Form] = [self.by(orders[0])]
        if window.args.get("partition_by"):
            order.append(Node("per", tuple(self.value(e) for e in window.args["partition_by"])))
        compared = self.condition(node)
        assert isinstance(compared, Node)
        if compared.word in ("=", "<=") and compared.args[1:] == (Constant(1.0),):
            return Node("first", tuple(order))
        return Node("rank", (*order, Node(compared.word, compared.args[1:])))

    def cut(self, tree: exp.Select) -> list[Form]:
        limit, offset = tree.args.get("limit"), tree.args.get("offset")
        if not limit:
            if offset:
                raise NotAForm("OFFSET alone")
            return []
        if isinstance(limit, exp.Fetch):
            raise NotAForm("FETCH")
        number = self.number(limit.expression)
        options = limit.args.get("limit_options")
        if options and options.args.get("percent"):
            if offset:
                raise NotAForm("OFFSET after percent")
            return [Node("percent", (number,))]
        skipped = self.number(offset.expression) if offset else Constant(0.0)
        more = (Node("offset", (skipped,)),) if skipped != Constant(0.0) else ()
        return [Node("limit", (number, *more))]

    def distinct(self, tree: exp.Select) -> bool:
        distinct = tree.args.get("distinct")
        if distinct and distinct.args.get("on"):
            raise NotAForm("DISTINCT ON")
        return bool(distinct)

    def count_groups(self, tree: exp.Select, inner: exp.Select) -> Form:
        """SELECT COUNT(*) FROM (SELECT k FROM t GROUP BY k HAVING ..)."""
        self.check(tree, {"kind", "expressions", "from_"})
        self.check(inner, {"kind", "expressions", "distinct", "from_", "where", "group", "having"})
        only = tree.expressions[0]
        if len(tree.expressions) != 1 or self.result(only) != Node("count"):
            raise NotAForm("something of groups that is not their number")
        with self.scope(inner.args["from_"].this), self.aliases(inner):
            group = inner.args.get("group")
            keys = group.expressions if group else inner.expressions
            results = [] if inner.is_star else [self.result(e) for e in inner.expressions]
            if bool(group) == self.distinct(inner):
                raise NotAForm("rows in brackets")
            parts: list[Form] = [self.key(k, results) for k in keys] if group else list(results)
            if inner.args.get("where"):
                parts.append(Node("where", (self.condition(inner.args["where"].this),)))
            if inner.args.get("having"):
                parts.append(Node("having", (self.condition(inner.args["having"].this),)))
        return Node("count_groups", tuple(parts))

    def of_shortlist(self, tree: exp.Select, inner: exp.Select) -> Form:
        """SELECT .. FROM (SELECT .. FROM t WHERE .. ORDER BY .. LIMIT n)."""
        self.check(inner, {"kind", "expressions", "from_", "where", "order", "limit"})
        self.check(tree, _KNOWN - {"where"})
        cut = self.cut(inner)
        orders = inner.args["order"].expressions if inner.args.get("order") else []
        if len(orders) != 1 or not isinstance(cut[0], Node) or cut[0].word != "limit":
            raise NotAForm("shortlist")
        with self.scope(inner.args["from_"].this), self.aliases(inner):
            clauses: list[Form] = [Node("shortlist", (self.by(orders[0]), cut[0].args[0]))]
            if inner.args.get("where"):
                clauses.append(Node("where", (self.condition(inner.args["where"].this),)))
            # What the inner query calls something else is that outside, too.
            with self.scope(tree.args["from_"].this), self.aliases(tree, more=True):
                results = [self.result(e) for e in tree.expressions]
                clauses += self.clauses(tree, results)
        return Node("distinct" if self.distinct(tree) else "select", (*results, *clauses))


def _extreme(form: Node) -> Form:
    """Rows where x = (SELECT MAX(x) FROM t) are those that come first by x."""
    wheres = [arg for arg in form.args if isinstance(arg, Node) and arg.word == "where"]
    later = {arg.word for arg in form.args if isinstance(arg, Node)} & {"group", "first", "rank", "keep", "shortlist"}
    results = form.args[: form.args.index(wheres[0])] if wheres else ()
    words = {f.word for result in results for f in walk(result) if isinstance(f, Node)}
    if not wheres or later or not words <= ROW_WORDS:
        return form
    parts = conjuncts(wheres[0].args[0])
    for i, part in enumerate(parts):
        rest = joined("and", parts[:i] + parts[i + 1 :]) if len(parts) > 1 else None
        condition = (Node("where", (rest,)),) if rest else ()
        for aggregate, direction in (("max", "desc"), ("min", "asc")):
            of = part.args[0] if isinstance(part, Node) else part
            if part != Node("=", (of, Node("of_all", (Node(aggregate, (of,)), *condition)))):
                continue
            first = Node("first", (Node(direction, (of,)),))
            at = form.args.index(wheres[0])
            return Node(form.word, (*form.args[:at], *condition, first, *form.args[at + 1 :]))
    return form
