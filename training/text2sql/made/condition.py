"""A condition, in SQL and in the forms that sentences want it in."""

from __future__ import annotations

from dataclasses import dataclass

from training.text2sql.made.view import Col


@dataclass(frozen=True)
class Cond:
    """A condition: `attr` stands before a noun, `nominal` for the rows themselves, `topic` before a figure, `pred`
    after who. `show`: columns that the answer shows for it. `op` is its operator in SQL."""

    sql: str
    attr: str
    nominal: str
    topic: str
    pred: str
    show: tuple[Col, ...] = ()
    cols: tuple[Col, ...] = ()
    op: str = "="
