"""Conditions of a form in words, Chinese and English."""

from __future__ import annotations

from collections.abc import Sequence

from core.text2sql.form import Column, Constant, Form, Node
from core.text2sql.form_terms import Pair, Terms, number

_COMPARED: dict[str, Pair] = {
    "=": ("是", "is"), "!=": ("不是", "is not"), ">": ("大于", "is more than"), "<": ("小于", "is less than"),
    ">=": ("不小于", "is at least"), "<=": ("不大于", "is at most"),
}  # fmt: skip
_IN_TIME: dict[str, Pair] = {
    "=": ("是", "is"), "!=": ("不是", "is not"), ">": ("晚于", "is after"), "<": ("早于", "is before"),
    ">=": ("不早于", "is not before"), "<=": ("不晚于", "is not after"),
}  # fmt: skip
_TEXT: dict[str, Pair] = {
    "starts": ("以{0}开头", "begins with {0}"), "ends": ("以{0}结尾", "ends with {0}"),
    "contains": ("含有{0}", "contains {0}"), "not_starts": ("不以{0}开头", "does not begin with {0}"),
    "not_ends": ("不以{0}结尾", "does not end with {0}"), "not_contains": ("不含{0}", "does not contain {0}"),
}  # fmt: skip
_RECENT: dict[str, Pair] = {
    "recent_days": ("天", "days"), "recent_weeks": ("周", "weeks"), "recent_months": ("个月", "months"),
    "recent_years": ("年", "years"),
}  # fmt: skip
# {0}: a number, or several. The other comparisons of a year are said too; those of months and the like are rare.
_CALENDAR: dict[str, Pair] = {
    "year": (" {0} 年", "{0}"), "month": (" {0} 月", "month {0}"), "quarter": ("第 {0} 季度", "quarter {0}"),
    "day": (" {0} 号", "day {0} of the month"),
}  # fmt: skip
_YEARS: dict[str, Pair] = {
    ">": ("在 {0} 年之后", "is after {0}"), "<": ("在 {0} 年之前", "is before {0}"),
    ">=": ("在 {0} 年或以后", "is in {0} or later"), "<=": ("在 {0} 年或以前", "is in {0} or earlier"),
}  # fmt: skip
# As the engine counts them: 0 is Sunday.
WEEKDAYS = (
    ("周日", "Sunday"), ("周一", "Monday"), ("周二", "Tuesday"), ("周三", "Wednesday"), ("周四", "Thursday"),
    ("周五", "Friday"), ("周六", "Saturday"),
)  # fmt: skip


class Conditions(Terms):
    """Conditions and expressions in words over the columns of one table."""

    def condition(self, form: Form) -> Pair:
        """A condition in words."""
        if not isinstance(form, Node):
            return self.term(form)
        word, args = form.word, form.args
        if word in ("and", "or"):
            return self._joined(form)
        if word == "not":
            zh, en = self.condition(args[0])
            return f"不满足“{zh}”", f"not ({en})"
        if word in _COMPARED:
            return self._calendar(word, args[0], args[1:]) or self._comparison(word, args[0], args[1])
        if word in ("in", "not_in"):
            return self._among(word == "in", args[0], args[1:])
        if word == "between":
            return self._between(*args)
        return self._other(form)

    def _joined(self, form: Node) -> Pair:
        glue = ("，或者", " or ") if form.word == "or" else ("，且", " and ")
        parts = _flat(form)
        if form.word == "or":
            parts = _gathered(parts)
        found: list[Pair] = []
        for part in parts:
            zh, en = self.condition(part)
            inner = isinstance(part, Node) and part.word in ("and", "or") and len(_gathered(_flat(part))) > 1
            found.append((f"（{zh}）", f"({en})") if inner else (zh, en))
        return glue[0].join(f[0] for f in found), glue[1].join(f[1] for f in found)

    def _comparison(self, word: str, left: Form, right: Form) -> Pair:
        a, b = self.operand(left), self.operand(right)
        zh, en = (_IN_TIME if self.timed(left) or self.timed(right) else _COMPARED)[word]
        if word in ("=", "!=") and not isinstance(right, Constant):
            zh, en = ("等于", "equals") if word == "=" else ("不等于", "differs from")
        return f"{a[0]}{zh}{b[0]}", f"{a[1]} {en} {b[1]}"

    def _calendar(self, word: str, left: Form, right: Sequence[Form]) -> Pair | None:
        """A year, month, quarter, day or weekday that a day is in; `right`: numbers, of which one must be it."""
        if not isinstance(left, Node) or left.word not in (*_CALENDAR, "weekday") or not right:
            return None
        numbers = [f.value for f in right if isinstance(f, Constant) and isinstance(f.value, (int, float))]
        if len(numbers) < len(right):
            return None
        name = self.operand(left.args[0])
        if word not in ("=", "!="):
            if left.word != "year" or word not in _YEARS:
                return None
            zh, en = (text.format(f"{numbers[0]:g}") for text in _YEARS[word])
            return f"{name[0]}{zh}", f"{name[1]} {en}"
        if left.word == "weekday":
            days = [WEEKDAYS[int(n) % 7] for n in numbers]
            said = "或".join(d[0] for d in days), " or ".join(d[1] for d in days)
        else:
            text = [f"{n:g}" for n in numbers]
            zh, en = _CALENDAR[left.word]
            said = zh.format("、".join(text)), en.format(" or ".join(text))
        return (
            f"{name[0]}{'在' if word == '=' else '不在'}{said[0]}",
            f"{name[1]} is {'in' if word == '=' else 'not in'} {said[1]}",
        )

    def _among(self, inside: bool, left: Form, right: Sequence[Form]) -> Pair:
        found = self._calendar("=" if inside else "!=", left, right)
        if found:
            return found
        name, values = self.operand(left), [self.term(value) for value in right]
        zh, en = "或".join(v[0] for v in values), " or ".join(v[1] for v in values)
        return f"{name[0]}{'是' if inside else '不是'}{zh}", f"{name[1]} {'is' if inside else 'is not'} {en}"

    def _between(self, left: Form, low: Form, high: Form) -> Pair:
        if (
            isinstance(left, Node)
            and left.word in _CALENDAR
            and isinstance(low, Constant)
            and isinstance(high, Constant)
        ):
            zh, en = _CALENDAR[left.word]
            ends = [f"{c.value:g}" if isinstance(c.value, (int, float)) else str(c.value) for c in (low, high)]
            name = self.operand(left.args[0])
            return f"{name[0]}在{zh.format(' 到 '.join(ends))}", f"{name[1]} is in {en.format(' to '.join(ends))}"
        name, a, b = self.operand(left), self.operand(low), self.operand(high)
        return f"{name[0]}在{a[0]}到{b[0]}之间", f"{name[1]} is from {a[1]} to {b[1]}"

    def _other(self, form: Node) -> Pair:
        word, args = form.word, form.args
        name = self.operand(args[0]) if args else ("", "")
        if word in ("null", "not_null"):
            zh, en = ("为空", "is empty") if word == "null" else ("不为空", "is not empty")
            return f"{name[0]}{zh}", f"{name[1]} {en}"
        if word in _TEXT:
            text = self.term(args[1])
            return f"{name[0]}{_TEXT[word][0].format(text[0])}", f"{name[1]} {_TEXT[word][1].format(text[1])}"
        if word in _RECENT:
            zh, en = _RECENT[word]
            n = _number(args[1])
            en = f"the last {n} {en}" if n != "1" else f"the last {en[:-1]}"
            return f"{name[0]}在最近 {n} {zh}内（从最新一天算）", f"{name[1]} is in {en} of the table"
        if word in ("newest", "oldest"):
            n = _number(args[1])
            zh, en = ("最新", "latest") if word == "newest" else ("最早", "earliest")
            return f"{name[0]}是{zh}的 {n} 个之一", f"{name[1]} is one of the {n} {en}"
        if word in ("in_rows", "in_groups"):
            zh, en = self.condition(args[1])
            if word == "in_rows":
                return f"{name[0]}有{zh}的行", f"{name[1]} occurs where {en}"
            return f"同一{name[0]}的{zh}", f"{en} over the same {name[1]}"
        return self.term(form)


def _flat(form: Form) -> list[Form]:
    """The parts of a chain of one connective."""
    if not isinstance(form, Node) or form.word not in ("and", "or"):
        return [form]
    return [
        part for arg in form.args for part in (_flat(arg) if isinstance(arg, Node) and arg.word == form.word else [arg])
    ]


def _gathered(parts: Sequence[Form]) -> list[Form]:
    """Alternatives, with equalities on one column as one of them."""
    found: list[Form] = []
    for part in parts:
        last = found[-1] if found else None
        if last is not None and _equality(part) and (_equality(last) or _one_of(last)) and _left(part) == _left(last):
            assert isinstance(last, Node)
            assert isinstance(part, Node)
            found[-1] = Node("in", (*last.args, *part.args[1:]))
        else:
            found.append(part)
    return found


def _equality(form: Form) -> bool:
    return (
        isinstance(form, Node)
        and form.word == "="
        and isinstance(form.args[0], Column)
        and isinstance(form.args[1], Constant)
    )


def _one_of(form: Form) -> bool:
    return isinstance(form, Node) and form.word == "in"


def _left(form: Form) -> Form | None:
    return form.args[0] if isinstance(form, Node) else None


def _number(form: Form) -> str:
    return number(form.value) if isinstance(form, Constant) and isinstance(form.value, (int, float)) else "?"
