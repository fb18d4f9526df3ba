"""The words of a form and what stands after each: the tables that `core.text2sql.grammar` reads."""

from __future__ import annotations

CLOSE = ")"
# `result` only: every column of the table.
EVERY_COLUMN = "every_column"
_NUMBERS = (
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 20, 24, 30, 50, 60, 90, 100, 180, 365, 500, 1000, 10000,
    1000000, 100000000, 0.1, 0.2, 0.5, 0.8, 1.5, -1,
)  # fmt: skip
# Numbers that a question seldom says as it counts with them.
NUMBER_WORDS: dict[str, float] = {f"#{n:g}": float(n) for n in _NUMBERS}

# What stands after a word. A digit sets what an expression may hold: 0 values of one row, 1 aggregates too, 2 windows
# too; without a digit it is as around the word. +: one or more, at most twelve in all. ?: may be left out.
RULES: dict[str, dict[str, str]] = {
    "query": {
        "select": "result+ shortlist? where? group? having? ranked? order? cut?",
        "distinct": "result+ shortlist? where? ranked? order? cut?",
        "count_groups": "value0+ shortlist? where? having?",
        "refuse": "",
    },
    "shortlist?": {"shortlist": "direction0 number"},
    "where?": {"where": "condition0"},
    "group?": {"group": "value0+"},
    "having?": {"having": "condition1"},
    "ranked?": {"first": "direction1 per?", "rank": "direction1 per? compared", "keep": "condition2"},
    "per?": {"per": "value0+"},
    "order?": {"order": "direction2+"},
    "cut?": {"limit": "number offset?", "percent": "number"},
    "offset?": {"offset": "number"},
    "direction": {"desc": "value", "asc": "value"},
    "compared": {
        "=": "number", "<=": "number", "<": "number", ">=": "number", ">": "number", "between": "number number",
    },
    "condition": {
        "and": "condition condition", "or": "condition condition", "not": "condition",
        "=": "value right", "!=": "value right",
        ">": "value bound", "<": "value bound", ">=": "value bound", "<=": "value bound",
        "between": "value bound bound", "in": "value constant+ )", "not_in": "value constant+ )",
        "starts": "value text", "ends": "value text", "contains": "value text",
        "not_starts": "value text", "not_ends": "value text", "not_contains": "value text",
        "null": "value", "not_null": "value",
        "recent_days": "column number", "recent_weeks": "column number", "recent_months": "column number",
        "recent_years": "column number", "newest": "column number", "oldest": "column number",
        "in_rows": "value0 condition0", "in_groups": "value0 condition1",
    },
    CLOSE: {CLOSE: ""},
}  # fmt: skip
# Words of expressions, by what an expression must be allowed to hold.
VALUES: tuple[dict[str, str], ...] = (
    {
        "+": "operand operand", "-": "operand operand", "*": "operand operand", "/": "operand operand",
        "plus": "operand operand operand+ )", "greatest": "operand operand+ )", "least": "operand operand+ )",
        "abs": "value", "round": "value number", "or_zero": "value", "if_null": "value right",
        "if": "condition right right",
        "year": "value", "month": "value", "quarter": "value", "day": "value", "weekday": "value",
        "year_month": "value", "days": "moment moment", "months": "moment moment", "years": "moment moment",
        "minus_days": "moment number", "minus_weeks": "moment number", "minus_months": "moment number",
        "minus_years": "moment number", "plus_days": "moment number", "plus_months": "moment number",
        "plus_years": "moment number",
        "length": "value", "left": "value number", "right": "value number", "substr": "value number number",
        "as_number": "value", "today": "",
        "of_all": "value1 where? )", "groups_avg": "value1 value0 where? )", "groups_max": "value1 value0 where? )",
        "groups_min": "value1 value0 where? )",
    },
    {
        "count": "", "sum": "value0", "avg": "value0", "max": "value0", "min": "value0", "median": "value0",
        "stddev": "value0", "mode": "value0", "count_of": "value0", "count_distinct": "value0",
        "count_if": "condition0", "sum_if": "condition0 value0", "avg_if": "condition0 value0",
        "max_if": "condition0 value0", "min_if": "condition0 value0", "count_distinct_if": "condition0 value0",
        "at_max": "value0 value0", "at_min": "value0 value0", "corr": "value0 value0",
    },
    {
        "total": "value1", "mean_all": "value1", "max_all": "value1", "min_all": "value1", "count_all": "",
        "total_by": "value1 value0", "mean_by": "value1 value0", "max_by": "value1 value0",
        "min_by": "value1 value0", "count_by": "value0",
        "before": "value1 value0", "before_in": "value1 value0 value0", "before_n": "value1 value0 number",
        "after": "value1 value0", "after_in": "value1 value0 value0",
        "running": "value1 value0", "running_in": "value1 value0 value0",
        "running_desc": "value1 value0", "running_mean": "value1 value0",
        "moving_mean": "value1 value0 number", "first_of": "value1 value0", "last_of": "value1 value0",
        "rank_desc": "value1", "rank_asc": "value1", "rank_desc_in": "value1 value0", "rank_asc_in": "value1 value0",
    },
)  # fmt: skip
