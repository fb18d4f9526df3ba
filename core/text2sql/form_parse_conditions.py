"""Conditions of a query as forms."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from core.text2sql.form import Column, Constant, Form, Node
from core.text2sql.form_parse_aggregates import AggregateParser
from core.text2sql.form_parse_values import NotAForm

_COMPARE: dict[type[exp.Expr], str] = {
    exp.EQ: "=", exp.NEQ: "!=", exp.GT: ">", exp.LT: "<", exp.GTE: ">=", exp.LTE: "<=",
}  # fmt: skip
_FLIP = {"=": "=", "!=": "!=", ">": "<", "<": ">", ">=": "<=", "<=": ">="}
_NEGATED = {
    "in": "not_in", "not_in": "in", "null": "not_null", "not_null": "null", "starts": "not_starts", "ends": "not_ends",
    "contains": "not_contains", "not_starts": "starts", "not_ends": "ends", "not_contains": "contains",
    "=": "!=", "!=": "=",
}  # fmt: skip
_PARTS: dict[type[exp.Expr], str] = {exp.Contains: "contains", exp.StartsWith: "starts", exp.EndsWith: "ends"}


def conjuncts(form: Form) -> list[Form]:
    """The parts of a chain of `and`."""
    if isinstance(form, Node) and form.word == "and":
        return [part for arg in form.args for part in conjuncts(arg)]
    return [form]


def joined(word: str, parts: Sequence[Form]) -> Form:
    """A chain that is nested to the right."""
    found = parts[-1]
    for part in reversed(parts[:-1]):
        found = Node(word, (part, found))
    return found


class Conditions(AggregateParser):
    def condition(self, node: exp.Expr) -> Form:
        node = node.unnest()
        if isinstance(node, exp.And | exp.Or):
            kind = type(node)
            return joined("and" if kind is exp.And else "or", [self.condition(part) for part in _chain(node, kind)])
        if isinstance(node, exp.Not):
            return _not(self.condition(node.this))
        if node.args.get("negate"):
            plain = node.copy()
            plain.set("negate", None)
            return _not(self.condition(plain))
        if type(node) in _COMPARE:
            return self.compared(node)
        if isinstance(node, exp.Between):
            return Node("between", tuple(self.value(node.args[k]) for k in ("this", "low", "high")))
        if isinstance(node, exp.In):
            return self.within(node)
        if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
            return Node("null", (self.value(node.this),))
        if isinstance(node, exp.Like | exp.ILike | exp.Escape):
            return self.like(node)
        if type(node) in _PARTS:
            return Node(_PARTS[type(node)], (self.value(node.this), self.value(node.expression)))
        raise NotAForm(node.sql()[:200])

    def compared(self, node: exp.Expr) -> Form:
        word, left, right = _COMPARE[type(node)], self.value(node.this), self.value(node.expression)
        plain = not isinstance(right, Constant) and not _is_query(right)
        if isinstance(left, Constant) or (_is_query(left) and plain):
            word, left, right = _FLIP[word], right, left
        newest = Node("of_all", (Node("max", (left,)),))
        if word == ">" and isinstance(left, Column) and isinstance(right, Node) and right.word.startswith("minus_"):
            recent, number = right.args
            if recent == newest:
                return Node(right.word.replace("minus_", "recent_"), (left, number))
        return Node(word, (left, right))

    def within(self, node: exp.In) -> Form:
        key = self.value(node.this)
        query = node.args.get("query")
        if query is None:
            values = [self.value(e) for e in node.expressions]
            if not values or not all(isinstance(v, Constant) for v in values):
                raise NotAForm("IN of something computed")
            values = list(dict.fromkeys(values))
            return Node("=", (key, values[0])) if len(values) == 1 else Node("in", (key, *values))
        inner = query.unnest()
        if not isinstance(inner, exp.Select) or len(inner.expressions) != 1:
            raise NotAForm("IN of a query")
        self.check(inner, {"kind", "expressions", "distinct", "from_", "where", "group", "having", "order", "limit"})
        if isinstance(inner.expressions[0].unalias(), exp.AggFunc):
            # One value: IN is as good as an equality.
            return Node("=", (key, self.in_brackets(inner)))
        with self.scope(self.table_of(inner)):
            if self.value(inner.expressions[0]) != key:
                raise NotAForm("IN of another column")
            if inner.args.get("limit"):
                return self.newest(key, inner)
            return self.members(key, inner)

    def newest(self, key: Form, inner: exp.Select) -> Form:
        orders = inner.args["order"].expressions if inner.args.get("order") else []
        once = bool(inner.args.get("distinct"))
        if inner.args.get("group") and not once:
            once = [self.value(e) for e in inner.args["group"].expressions] == [key]
        if len(orders) != 1 or not once or inner.args.get("where") or inner.args.get("having"):
            raise NotAForm("IN of some of the rows")
        if self.value(orders[0].this) != key or orders[0].args.get("nulls_first"):
            raise NotAForm("IN by another order")
        word = "newest" if orders[0].args.get("desc") else "oldest"
        return Node(word, (key, self.number(inner.args["limit"].expression)))

    def members(self, key: Form, inner: exp.Select) -> Form:
        where, group, having = (inner.args.get(k) for k in ("where", "group", "having"))
        if where and not having:
            return Node("in_rows", (key, self.condition(where.this)))
        if not group or not having or where or [self.value(e) for e in group.expressions] != [key]:
            raise NotAForm("IN of a query")
        return Node("in_groups", (key, self.condition(having.this)))

    def like(self, node: exp.Expr) -> Form:
        escape = ""
        if isinstance(node, exp.Escape):
            escape, node = node.expression.name, node.this
        if node.args.get("negate"):
            plain = node.copy()
            plain.set("negate", None)
            return _not(self.like(exp.Escape(this=plain, expression=exp.Literal.string(escape)) if escape else plain))
        if not isinstance(node, exp.Like | exp.ILike) or not node.expression.is_string:
            raise NotAForm(node.sql()[:200])
        ahead, text, behind = _pattern(node.expression.name, escape)
        term = self.value(node.this)
        if not ahead and not behind:
            return Node("=", (term, Constant(text)))
        if not text:
            return Node("not_null", (term,))
        return Node("contains" if ahead and behind else "ends" if ahead else "starts", (term, Constant(text)))


def _chain(node: exp.Expr, kind: type[exp.Expr]) -> list[exp.Expr]:
    node = node.unnest()
    if not isinstance(node, kind):
        return [node]
    return _chain(node.this, kind) + _chain(node.args["expression"], kind)


def _not(form: Form) -> Form:
    if isinstance(form, Node) and form.word in _NEGATED:
        return Node(_NEGATED[form.word], form.args)
    if isinstance(form, Node) and form.word == "not":
        return form.args[0]
    return Node("not", (form,))


def _is_query(form: Form) -> bool:
    return isinstance(form, Node) and form.word in ("of_all", "groups_avg", "groups_max", "groups_min")


def _pattern(pattern: str, escape: str) -> tuple[bool, str, bool]:
    """Whether anything may stand before, the text itself, whether anything may stand behind."""
    pieces: list[tuple[str, bool]] = []
    quoted = False
    for char in pattern:
        if not quoted and escape and char == escape:
            quoted = True
            continue
        pieces.append((char, not quoted and char in "%_"))
        quoted = False
    wild = ("%", True)
    ahead = bool(pieces) and pieces[0] == wild
    behind = len(pieces) > 1 and pieces[-1] == wild
    middle = pieces[ahead : len(pieces) - behind]
    while ahead and middle and middle[0] == wild:
        middle = middle[1:]
    while behind and middle and middle[-1] == wild:
        middle = middle[:-1]
    if any(special for _, special in middle):
        raise NotAForm(f"LIKE {pattern}")
    return ahead, "".join(char for char, _ in middle), behind
