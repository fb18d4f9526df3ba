"""A sentence as a model reads it, with names where pronouns stood, and the way back to the user's text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.text import Normalised
from core.triples.named import Meant
from core.triples.triple import Span

_CLAUSE = re.compile("[,;:]")


@dataclass(frozen=True)
class Sentence:
    """A sentence as the model reads it, and where it stands in the normalised document.

    `meant`: its pronouns that are read as the names they stand for, in their order, as spans of the document.
    `instead`: it is read instead of the sentence that it is part of.
    """

    document: Normalised
    start: int
    text: str
    meant: tuple[Meant, ...] = ()
    instead: bool = False

    @classmethod
    def of(cls, document: Normalised, span: Span, meant: Sequence[Meant] = (), instead: bool = False) -> Sentence:
        """The sentence at `span` of the document, with names for pronouns."""
        pieces, at = [], span[0]
        for m in meant:
            pieces += [document.text[at : m.pronoun[0]], m.before, document.text[slice(*m.name)], m.behind]
            at = m.pronoun[1]
        return cls(document, span[0], "".join([*pieces, document.text[at : span[1]]]), tuple(meant), instead)

    @classmethod
    def with_names(cls, document: Normalised, span: Span, meant: Sequence[Meant]) -> list[Sentence]:
        """The sentence at `span` with names for pronouns; cut before the clauses of 前者 and 后者, or what is said of
        one would be read as said of both."""
        clauses = [c.end() for c in _CLAUSE.finditer(document.text, *span)]
        cuts = sorted({max((c for c in clauses if c <= m.pronoun[0]), default=span[0]) for m in meant if m.contrast})
        places = pairwise([span[0], *(c for c in cuts if c > span[0]), span[1]])
        parts = [(a, b, [m for m in meant if a <= m.pronoun[0] < b]) for a, b in places]
        return [cls.of(document, (a, b), mine, bool(cuts)) for a, b, mine in parts]

    @property
    def span_in_document(self) -> Span:
        """Where it stands in the normalised document."""
        return self.start, self._place(len(self.text))

    def span(self, span: Span) -> Span:
        """A span of the sentence as a span of the original document; of a name that stands for a pronoun, that of the
        name where it was given."""
        stood = self._stood(span)
        if stood:
            return self.document.span_in_original(*stood.name)
        return self.document.span_in_original(self._place(span[0]), self._place(span[1] - 1) + 1)

    def pronoun(self, span: Span) -> Span | None:
        """The pronoun, in the original document, that was read as the name at `span` of the sentence."""
        stood = self._stood(span)
        return self.document.span_in_original(*stood.pronoun) if stood else None

    def original(self, span: Span) -> str:
        """The user's own characters behind a span of the sentence."""
        return self.document.original[slice(*self.span(span))]

    def reaches_into_name(self, span: Span) -> bool:
        """Whether `span` is part of a name that stands for a pronoun, or more than it: what the text itself has not."""
        return any(a < span[1] and span[0] < b and _bare((a, b), m) != span for (a, b), m in self._names())

    def _stood(self, span: Span) -> Meant | None:
        return next((m for whole, m in self._names() if _bare(whole, m) == span), None)

    def _names(self) -> Iterator[tuple[Span, Meant]]:
        """What stands in the sentence for each pronoun, and where."""
        longer = 0
        for m in self.meant:
            begin = m.pronoun[0] - self.start + longer
            length = len(m.before) + m.name[1] - m.name[0] + len(m.behind)
            yield (begin, begin + length), m
            longer += length - (m.pronoun[1] - m.pronoun[0])

    def _place(self, character: int) -> int:
        """Where in the document a character of the sentence stands; any of a name, the pronoun."""
        place = self.start + character
        for (begin, end), m in self._names():
            if begin <= character < end:
                return m.pronoun[0]
            if end <= character:
                place = m.pronoun[1] + character - end
        return place


def _bare(span: Span, meant: Meant) -> Span:
    """The name at `span`, which has what stands around it, alone."""
    return span[0] + len(meant.before), span[1] - len(meant.behind)
