"""Aggregates, windows and queries in brackets as forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from core.text2sql.form import Constant, Form, Node
from core.text2sql.form_parse_values import ONE, NotAForm, ValueParser
from core.text2sql.form_values import AGGREGATE_FUNCTIONS, OF_GROUPS, OF_TWO, ROW_FUNCTIONS

_PLAIN: dict[type[exp.Expr], str] = {kind: word for word, kind in (ROW_FUNCTIONS | AGGREGATE_FUNCTIONS).items()} | {
    exp.DayOfMonth: "day", exp.Stddev: "stddev",
}  # fmt: skip
_OF_TWO: dict[type[exp.Expr], str] = {kind: word for word, kind in OF_TWO.items()}
_GROUPS = {kind: word for word, kind in OF_GROUPS.items()}
_OVER: dict[type[exp.Expr], str] = {exp.Sum: "total", exp.Avg: "mean", exp.Max: "max", exp.Min: "min"}
_ALONG: dict[type[exp.Expr], str] = {
    exp.Lag: "before", exp.Lead: "after", exp.Sum: "running", exp.Avg: "running_mean", exp.FirstValue: "first_of",
    exp.LastValue: "last_of",
}  # fmt: skip


class AggregateParser(ValueParser):
    def ways(self) -> Sequence[Callable[[exp.Expr], Form | None]]:
        return (*super().ways(), self.aggregate, self.window)

    def aggregate(self, node: exp.Expr) -> Form | None:
        if isinstance(node, exp.Filter):
            return self.of_some(node.this, node.args["expression"].this)
        if isinstance(node, exp.CountIf):
            return Node("count_if", (self.condition(node.this),))
        if isinstance(node, exp.Count):
            if node.args.get("expressions"):
                raise NotAForm(node.sql())
            if node.this is None or isinstance(node.this, exp.Star) or node.this == exp.Literal.number(1):
                return Node("count")
        if type(node) in _OF_TWO:
            return Node(_OF_TWO[type(node)], (self.value(node.this), self.value(node.args["expression"])))
        if type(node) not in _PLAIN:
            return None
        word, inner = _PLAIN[type(node)], node.this
        self.check(node, {"this", "big_int"})
        if isinstance(inner, exp.Distinct):
            if word != "count_of" or len(inner.expressions) != 1:
                raise NotAForm(node.sql())
            word, inner = "count_distinct", inner.expressions[0]
        if isinstance(inner.unnest(), exp.Case) and (found := self.of_case(word, inner.unnest())) is not None:
            return found
        return Node(word, (self.value(inner),))

    def of_case(self, word: str, case: exp.Case) -> Form | None:
        """An aggregate of CASE WHEN c THEN x [ELSE 0] END."""
        default = case.args.get("default")
        if case.this or len(case.args["ifs"]) != 1:
            return None
        if (
            default is not None
            and not isinstance(default, exp.Null)
            and (word != "sum" or self.value(default) != Constant(0.0))
        ):
            return None
        condition, value = self.condition(case.args["ifs"][0].this), self.value(case.args["ifs"][0].args["true"])
        if word in ("sum", "count_of") and isinstance(value, Constant):
            return Node("count_if", (condition,)) if value == ONE or word == "count_of" else None
        if word == "count_of":
            return Node("count_if", (Node("and", (condition, Node("not_null", (value,)))),))
        if word not in ("sum", "avg", "max", "min", "count_distinct"):
            return None
        return Node(f"{word}_if", (condition, value))

    def of_some(self, node: exp.Expr, where: exp.Expr) -> Form:
        """An aggregate with FILTER (WHERE c)."""
        inner, condition = self.aggregate(node), self.condition(where)
        if inner == Node("count"):
            return Node("count_if", (condition,))
        if not isinstance(inner, Node) or inner.word not in ("sum", "avg", "max", "min", "count_distinct"):
            raise NotAForm(node.sql())
        return Node(f"{inner.word}_if", (condition, *inner.args))

    def window(self, node: exp.Expr) -> Form | None:
        if not isinstance(node, exp.Window):
            return None
        self.check(node, {"this", "partition_by", "order", "over", "spec"})
        keys = tuple(self.value(e) for e in node.args.get("partition_by") or ())
        orders = [self.by(e) for e in node.args["order"].expressions] if node.args.get("order") else []
        if len(keys) > 1 or len(orders) > 1:
            raise NotAForm("a window by several columns")
        spec = node.args.get("spec")
        if orders:
            return self.along(node.this, keys, orders[0], spec)
        if spec:
            raise NotAForm(spec.sql())
        reach = "by" if keys else "all"
        if isinstance(node.this, exp.Count) and self.value(node.this) == Node("count"):
            return Node(f"count_{reach}", keys)
        if type(node.this) not in _OVER:
            raise NotAForm(node.sql()[:200])
        word = _OVER[type(node.this)]
        return Node("total" if word == "total" and not keys else f"{word}_{reach}", (self.value(node.this.this), *keys))

    def along(self, function: exp.Expr, keys: tuple[Form, ...], order: Node, spec: exp.Expr | None) -> Form:
        inside = "_in" if keys else ""
        if isinstance(function, exp.Rank):
            return Node(f"rank_{order.word}{inside}", (*order.args, *keys))
        word = _ALONG.get(type(function))
        if word == "running" and order.word == "desc" and not keys and not spec:
            return Node("running_desc", (self.value(function.this), *order.args))
        if word in ("before", "after") and order.word == "desc":
            # The row before from the other end is the row after.
            word, order = ("after" if word == "before" else "before"), Node("asc", order.args)
        if word is None or order.word != "asc":
            raise NotAForm(function.sql()[:200])
        value = self.value(function.this)
        if isinstance(function, exp.Lag | exp.Lead):
            self.check(function, {"this", "offset"})
            offset = self.number(function.args["offset"]) if function.args.get("offset") else ONE
            if offset != ONE:
                if keys or word != "before":
                    raise NotAForm(function.sql())
                return Node("before_n", (value, *order.args, offset))
        preceding = _preceding(spec)
        if word == "running_mean" and preceding is not None and not keys:
            return Node("moving_mean", (value, *order.args, Constant(preceding + 1)))
        if spec is not None and (word, _whole_frame(spec)) != ("last_of", True):
            raise NotAForm(spec.sql())
        return Node(word + inside, (value, *order.args, *keys))

    def in_brackets(self, tree: exp.Expr) -> Form:
        """A query that gives one value."""
        if not isinstance(tree, exp.Select) or len(tree.expressions) != 1:
            raise NotAForm("query in brackets")
        self.check(tree, {"kind", "expressions", "from_", "where"})
        source = self.table_of(tree)
        only = tree.expressions[0].unalias()
        if isinstance(source, exp.Subquery):
            return self.of_groups(tree, only, source.this)
        with self.scope(source):
            where = tree.args.get("where")
            condition = (Node("where", (self.condition(where.this),)),) if where else ()
            return Node("of_all", (self.value(only), *condition))

    def of_groups(self, tree: exp.Select, only: exp.Expr, inner: exp.Expr) -> Form:
        """(SELECT AVG(v) FROM (SELECT SUM(x) AS v FROM t GROUP BY k))."""
        if not isinstance(inner, exp.Select) or tree.args.get("where") or type(only) not in _GROUPS:
            raise NotAForm("query in brackets")
        self.check(inner, {"kind", "expressions", "from_", "where", "group"})
        group = inner.args.get("group")
        values = [e.this for e in inner.expressions if isinstance(e, exp.Alias) and e.alias == only.this.name]
        if not group or len(group.expressions) != 1 or len(values) != 1:
            raise NotAForm("query in brackets")
        with self.scope(self.table_of(inner)):
            where = inner.args.get("where")
            condition = (Node("where", (self.condition(where.this),)),) if where else ()
            found = (self.value(values[0]), self.value(group.expressions[0]))
            return Node(_GROUPS[type(only)], (*found, *condition))


def _preceding(spec: exp.Expr | None) -> float | None:
    """n of ROWS BETWEEN n PRECEDING AND CURRENT ROW."""
    if spec is None or spec.text("kind").upper() != "ROWS" or spec.args.get("end") not in ("CURRENT ROW", None):
        return None
    start = spec.args.get("start")
    back = isinstance(start, exp.Literal) and not start.is_string and spec.text("start_side").upper() == "PRECEDING"
    return float(start.this) if isinstance(start, exp.Literal) and back else None


def _whole_frame(spec: exp.Expr) -> bool:
    return (spec.args.get("start"), spec.args.get("end")) == ("UNBOUNDED", "UNBOUNDED")
