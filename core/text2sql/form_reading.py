"""One way to understand a question, as the writer of forms wrote it."""

from __future__ import annotations

from dataclasses import dataclass

from core.text2sql.form import Form, Symbol


@dataclass(frozen=True)
class Step:
    """One symbol of a form as it was written: its probability, the likeliest ones there, and the characters of the
    conversation that it points to."""

    symbol: Symbol
    probability: float
    options: tuple[tuple[Symbol, float], ...]
    span: tuple[int, int] | None


@dataclass(frozen=True)
class Reading:
    """One way to understand the question, with the chance that it is right. `unused`: values that the question has and
    this does nothing with."""

    form: Form
    probability: float
    steps: tuple[Step, ...]
    unused: tuple[str, ...] = ()
