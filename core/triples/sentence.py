"""A sentence as a model reads it, with names where pronouns stood, and the way back to the user's text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.text import Normalised
from core.triples.pronouns import Meant
from core.triples.triple import Span


@dataclass(frozen=True)
class Sentence:
    """A sentence as the model reads it, and where it stands in the normalised document.

    `meant`: its pronouns that are read as the names they stand for, in their order, as spans of the document.
    """

    document: Normalised
    start: int
    text: str
    meant: tuple[Meant, ...] = ()

    @classmethod
    def of(cls, document: Normalised, span: Span, meant: Sequence[Meant] = ()) -> Sentence:
        """The sentence at `span` of the document, with names for pronouns."""
        pieces, at = [], span[0]
        for m in meant:
            pieces += [document.text[at : m.pronoun[0]], document.text[slice(*m.name)], "的" * m.owning]
            at = m.pronoun[1]
        return cls(document, span[0], "".join([*pieces, document.text[at : span[1]]]), tuple(meant))

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

    def _stood(self, span: Span) -> Meant | None:
        return next((m for (begin, end), m in self._names() if (begin, end - m.owning) == span), None)

    def _names(self) -> Iterator[tuple[Span, Meant]]:
        """What stands in the sentence for each pronoun, and where."""
        longer = 0
        for m in self.meant:
            begin, length = m.pronoun[0] - self.start + longer, m.name[1] - m.name[0] + m.owning
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
