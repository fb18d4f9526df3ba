"""What a text names, and the words that stand for it."""

from __future__ import annotations

from dataclasses import dataclass

from core.triples.triple import Span


@dataclass(frozen=True)
class Named:
    """What a text names at `span`: a person or not, whether something is said of it, and its type where it is known."""

    span: Span
    person: bool
    subject: bool
    kind: str = ""


@dataclass(frozen=True)
class Meant:
    """A pronoun and the name that it stands for, as spans [start, end) of the text.

    `before`, `behind`: what the name stands between in its place: the marks of a title, 的 where 其 is before a noun.
    `contrast`: it is 前者 or 后者.
    """

    pronoun: Span
    name: Span
    before: str = ""
    behind: str = ""
    contrast: bool = False
