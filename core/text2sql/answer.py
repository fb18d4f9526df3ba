"""What the pipeline gives for a question: the best way to understand it, and other ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlglot

from core.text2sql.database import Rows
from core.text2sql.filler import Filled
from core.text2sql.form import Form
from core.text2sql.form_filler import Written
from core.text2sql.form_units import Measure, measures
from core.text2sql.linking import Candidate
from core.text2sql.refusal import Refusal
from core.text2sql.said import said
from core.text2sql.sketch import Sketch
from core.text2sql.sql import translations
from core.text2sql.table import Table
from core.text2sql.unused import say_unused

# Below this the model thinks that the table does not hold the answer.
_ANSWERABLE = 0.3
# Alternatives are shown where the best is less sure than this, and they are not far less likely.
SURE = 0.9
# An alternative with rows takes the place of a best query without, unless it is this much less likely.
_FAR = 0.02
# Below this the best reading of a form is asked about, if others are not this much less likely.
_ASK = 0.5
_NEAR = 0.3
_MOST_ASKED = 3


@dataclass(frozen=True)
class Proposal:
    """One way to understand the question. `rows` is None where the query failed, `sketch` and `form` where none of
    them can say it."""

    sketch: Sketch | None
    sql: str
    reading: dict[str, str]
    probability: float
    linked: tuple[Candidate | None, ...]
    rows: Rows | None
    form: Form | None = None


@dataclass(frozen=True)
class Answer:
    """The best proposal and its alternatives, the likeliest first. `anchored`: the table's latest day, where words like
    去年 were understood as seen from there because nothing was found as seen from today. `filled` and `written`: what
    the filler of sketches or of forms saw; nothing where a language model wrote the query. `carried`: what was taken
    over from the questions before, `refusal`: why the table cannot answer, where that is so. `assumed`: what was taken
    for a word that no column is called by, Chinese and English. `unused`: values of the question that nothing was done
    with."""

    question: str
    table: Table
    best: Proposal
    alternatives: tuple[Proposal, ...]
    answerable: float
    anchored: date | None
    filled: Filled | None
    written: Written | None = None
    carried: dict[str, str] | None = None
    refusal: Refusal | None = None
    assumed: tuple[str, str] | None = None
    unused: tuple[str, ...] = ()

    @property
    def doubtful(self) -> bool:
        """Whether the model thinks that this table cannot answer the question."""
        return self.answerable < _ANSWERABLE

    @property
    def asks(self) -> tuple[Proposal, ...]:
        """Two or three readings to choose from, of different results, where the best form is not sure enough."""
        if self.written is None or self.doubtful or self.best.probability >= _ASK:
            return ()
        near = [p for p in self.alternatives if p.probability >= _NEAR * self.best.probability]
        found = unlike([self.best, *near])[:_MOST_ASKED]
        return tuple(found) if len(found) > 1 else ()

    @property
    def measures(self) -> list[Measure]:
        """Unit and style of every column of the result."""
        return measures(self.best.form, self.table, self.best.rows) if self.best.rows else []

    @property
    def remarks(self) -> list[tuple[str, str]]:
        """What is to be known of how the best proposal understands the question, Chinese and English."""
        return [*([self.assumed] if self.assumed else []), *([say_unused(self.unused)] if self.unused else [])]

    @property
    def said(self) -> dict[str, str]:
        """{"zh", "en"}: what was done, and the answer where it is short; or why there is none."""
        if self.refusal:
            return {"zh": f"{self.refusal.zh}。", "en": f"{self.refusal.en[:1].upper()}{self.refusal.en[1:]}."}
        best = self.best
        if best.rows is None:
            return best.reading
        return said(self.table, best.form, best.reading, best.rows, self.measures, self.anchored, self.remarks)

    def to_dict(self) -> dict[str, Any]:
        """JSON as the command line and the API give it."""
        rows, shown = self.best.rows, self.measures
        return {
            "sql": self.best.sql,
            "columns": list(rows.columns) if rows else [],
            "rows": rows.rows if rows else [],
            "units": [m.unit for m in shown],
            "styles": [m.style for m in shown],
            "total": rows.total if rows else 0,
            "said": self.said,
            "sketch": self.best.sketch.to_dict() if self.best.sketch else None,
            "reading": self.best.reading,
            "confidence": round(self.best.probability, 4),
            "answerable": round(self.answerable, 4),
            "refusal": vars(self.refusal).copy() if self.refusal else None,
            "asks": [{**question_of(p), "sql": p.sql} for p in self.asks],
            "carried": self.carried,
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


def question_of(proposal: Proposal) -> dict[str, str]:
    """{"zh", "en"}: a proposal as a question to whoever asked: 按部门求平均工资？"""
    reading = proposal.reading
    return {"zh": f"{reading['zh'].rstrip('。')}？", "en": f"{reading['en'].rstrip('.')}?"}


def unlike(proposals: Sequence[Proposal]) -> list[Proposal]:
    """The proposals that ran, without those that give the same rows as one before them."""
    kept: list[Proposal] = []
    for p in proposals:
        if p.rows is not None and not any(_same_rows(k, p) for k in kept):
            kept.append(p)
    return kept


def _same_rows(a: Proposal, b: Proposal) -> bool:
    """Whether both gave the same rows, whichever column comes first; in any order unless both ask for one, since the
    engine keeps none of a GROUP BY."""
    if a.rows is None or b.rows is None:
        return False
    rows_a, rows_b = ([sorted(map(repr, row)) for row in rows.rows] for rows in (a.rows, b.rows))
    if "ORDER BY" in a.sql and "ORDER BY" in b.sql:
        return rows_a == rows_b
    return sorted(rows_a) == sorted(rows_b)


def guided(proposals: Sequence[Proposal], far: float = _FAR) -> list[Proposal]:
    """The proposals with those that fail, or find nothing where one finds something that is at least `far` times as
    likely, behind."""
    best = proposals[0]
    if found(best):
        return list(proposals)
    better = next((p for p in proposals[1:] if found(p) and p.probability >= far * best.probability), None)
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
    if best.probability >= SURE:
        return ()
    return tuple(p for p in others if p.rows is not None and p.probability >= _FAR and p.sql != best.sql)[:3]
