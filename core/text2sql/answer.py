"""What the pipeline gives for a question: the best way to understand it, and other ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlglot

from core.text2sql.database import Rows
from core.text2sql.filler import Filled
from core.text2sql.linking import Candidate
from core.text2sql.sketch import Sketch
from core.text2sql.sql import translations
from core.text2sql.table import Table

# Below this the model thinks that the table does not hold the answer.
_ANSWERABLE = 0.3
# Alternatives are shown where the best is less sure than this, and they are not far less likely.
_SURE = 0.9
# An alternative with rows takes the place of a best query without, unless it is this much less likely.
_FAR = 0.02


@dataclass(frozen=True)
class Proposal:
    """One way to understand the question. `rows` is None where the query failed, `sketch` where none can say it."""

    sketch: Sketch | None
    sql: str
    reading: dict[str, str]
    probability: float
    linked: tuple[Candidate | None, ...]
    rows: Rows | None


@dataclass(frozen=True)
class Answer:
    """The best proposal and its alternatives, the likeliest first. `anchored`: the table's latest day, where words like
    去年 were understood as seen from there because nothing was found as seen from today. `filled`: what the sketch
    filler saw; nothing where a language model wrote the query."""

    question: str
    table: Table
    best: Proposal
    alternatives: tuple[Proposal, ...]
    answerable: float
    anchored: date | None
    filled: Filled | None

    @property
    def doubtful(self) -> bool:
        """Whether the model thinks that this table cannot answer the question."""
        return self.answerable < _ANSWERABLE

    def to_dict(self) -> dict[str, Any]:
        """JSON as the command line and the API give it."""
        rows = self.best.rows
        return {
            "sql": self.best.sql,
            "columns": list(rows.columns) if rows else [],
            "rows": rows.rows if rows else [],
            "total": rows.total if rows else 0,
            "sketch": self.best.sketch.to_dict() if self.best.sketch else None,
            "reading": self.best.reading,
            "confidence": round(self.best.probability, 4),
            "answerable": round(self.answerable, 4),
            "as_of": self.anchored.isoformat() if self.anchored else None,
            "dialects": translations(sqlglot.parse_one(self.best.sql, read="duckdb")),
            "alternatives": [
                {
                    "sql": a.sql,
                    "sketch": a.sketch.to_dict() if a.sketch else None,
                    "reading": a.reading,
                    "confidence": round(a.probability, 4),
                    "total": a.rows.total if a.rows else 0,
                }
                for a in self.alternatives
            ],
            "left_out": self.table.left_out(),
        }


def guided(proposals: Sequence[Proposal]) -> list[Proposal]:
    """The proposals with those that fail, or find nothing where a likely one finds something, behind."""
    best = proposals[0]
    if found(best):
        return list(proposals)
    better = next((p for p in proposals[1:] if found(p) and p.probability >= _FAR * best.probability), None)
    if better is None:
        better = next((p for p in proposals if p.rows is not None), best)
    return [better, *(p for p in proposals if p is not better)]


def found(proposal: Proposal) -> bool:
    """Whether the query ran and gave something; a lone empty cell or a count of 0 is nothing."""
    rows = proposal.rows
    if rows is None or not rows.rows:
        return False
    return not (rows.total == 1 and all(cell in (None, 0) for cell in rows.rows[0]))


def doubts(best: Proposal, others: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """Of the other ways to understand a question those worth showing: none beside a sure best one."""
    if best.probability >= _SURE:
        return ()
    return tuple(p for p in others if p.rows is not None and p.probability >= _FAR and p.sql != best.sql)[:3]
