"""A causal language model as the writer of the query: asked once, and once more where its query fails.

What it writes is text from a stranger: one statement of it is taken, then judged and run like any query that a user
types (`core.text2sql.guard`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from core.backbone.causal import CausalLM, Message, Written
from core.text2sql import prompt
from core.text2sql.spelling import spelled
from core.text2sql.statement import ended, readings, statement
from core.text2sql.table import Table

# Tokens of an answer.
_MOST = 240

# What is wrong with a query, in the database's words; None if it runs.
Try = Callable[[str], str | None]


class SQLGenerator:
    """A language model: question and table in, queries out."""

    def __init__(self, lm: CausalLM) -> None:
        self.lm = lm

    def __call__(
        self, question: str, table: Table, today: date, attempt: Try, context: Sequence[str] = ()
    ) -> list[tuple[str, float]]:
        """Queries with the model's probability of what it wrote, the best first: one that runs if any does.

        `context`: the questions before it. `attempt` runs a query. One that fails is shown to the model with what the
        database says, once.
        """
        if not self.lm.chats:
            text = prompt.plain(question, table, today, context)
            begun = spelled(table, self.lm.writes_whole)
            written = self.lm.write(text, ended, lambda more: begun(f"SELECT{more}"), _MOST)
            return [self._taken(written, table, attempt, "SELECT")[0]]
        said = prompt.conversation(question, table, today, context=context)
        first, fault = self._taken(self._asked(said, table), table, attempt)
        if fault is None:
            return [first]
        again, still = self._taken(self._asked(prompt.repair(said, first[0], fault), table), table, attempt)
        return [again, first] if still is None else [first, again]

    def _asked(self, said: list[Message], table: Table) -> Written:
        return self.lm.write(self.lm.render(said, prompt.OPENING), ended, spelled(table, self.lm.writes_whole), _MOST)

    def _taken(
        self, written: Written, table: Table, attempt: Try, opening: str = ""
    ) -> tuple[tuple[str, float], str | None]:
        """The query in what was written, with its probability, and what is wrong with it."""
        sql = statement(f"{opening}{written.text}")
        if not sql:
            return ("", 0.0), "there is no SELECT statement"
        faults = []
        for query in readings(sql, table):
            fault = attempt(query)
            if fault is None:
                return (query, written.probability), None
            faults.append((query, fault))
        query, fault = faults[0]
        return (query, written.probability), fault
