"""Forms as the model writes them: places in a bank of symbols [words | columns | candidates | characters].

A number that no part of the question says is a word such as "#10"; a text that is no cell is quoted from the question
by its first and last character.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.text import to_simplified
from core.text2sql.candidates import Candidate, same
from core.text2sql.fields import Field
from core.text2sql.form import Column, Constant, Symbol
from core.text2sql.form_encoding import TYPES, type_of
from core.text2sql.grammar import WORDS, Allowed

BEGIN, END, QUOTE = "<begin>", "<end>", "<quote>"
VOCABULARY = (BEGIN, END, QUOTE, *WORDS)
WORD_IDS = {word: i for i, word in enumerate(VOCABULARY)}
# Behind the words of a mask: a column, a candidate of each type, a character.
FLAGS = ("column", *TYPES, "place")
MASK = len(VOCABULARY) + len(FLAGS)
Mask = NDArray[np.bool_]


class NotPointed(ValueError):
    """A constant that neither a candidate nor a piece of the question nor a word says."""


@cache
def mask_of(allowed: Allowed) -> Mask:
    """Which words and kinds of pointers may come next [MASK]."""
    found = np.zeros(MASK, dtype=bool)
    for word in allowed.words:
        found[WORD_IDS[word]] = True
    found[WORD_IDS[END]] = allowed.end
    found[WORD_IDS[QUOTE]] = allowed.text
    flags = (allowed.column, allowed.text or allowed.constant, allowed.number or allowed.constant, allowed.constant)
    found[len(VOCABULARY) : len(VOCABULARY) + len(flags)] = flags
    return found


@cache
def place_mask() -> Mask:
    """After a quotation has begun: a character of the question [MASK]."""
    found = np.zeros(MASK, dtype=bool)
    found[-1] = True
    return found


def wide(mask: Mask, columns: int, types: Sequence[int], places: int) -> Mask:
    """`mask` over a whole bank of `columns` columns, candidates of `types`, and `places` characters."""
    words = len(VOCABULARY)
    flags = mask[words:]
    return np.concatenate(
        [
            mask[:words],
            np.full(columns, flags[0]),
            flags[1 : 1 + len(TYPES)][np.asarray(types, dtype=int)],
            np.full(places, flags[-1]),
        ]
    )


class Bank:
    """The symbols of one question: where each stands, and what stands at a place. `fields`: what is known of the
    columns, if it is."""

    def __init__(self, columns: int, candidates: Sequence[Candidate], text: str, fields: Sequence[Field] = ()) -> None:
        self.columns, self.candidates, self.text = columns, tuple(candidates), text
        self.fields = tuple(fields)
        self.types = [TYPES.index(type_of(c)) for c in candidates]
        self.first_candidate = len(VOCABULARY) + columns
        self.first_place = self.first_candidate + len(self.candidates)
        self.size = self.first_place + len(text)

    def places(self, symbol: Symbol) -> list[tuple[int, ...]]:
        """Steps that write `symbol`: each a tuple of places that all say it.

        Raises:
            NotPointed: nothing says it.
        """
        if isinstance(symbol, str):
            return [(WORD_IDS[symbol],)]
        if isinstance(symbol, Column):
            return [(len(VOCABULARY) + symbol.index,)]
        pointed = tuple(self.first_candidate + i for i, c in enumerate(self.candidates) if same(c, symbol))
        if pointed:
            return [pointed]
        if isinstance(symbol.value, str):
            start = self.text.rfind(to_simplified(symbol.value.lower().strip()))
            if symbol.value.strip() and start >= 0:
                end = start + len(symbol.value.strip()) - 1
                return [(WORD_IDS[QUOTE],), (self.first_place + start,), (self.first_place + end,)]
        elif isinstance(symbol.value, (int, float)) and (word := f"#{symbol.value:g}") in WORD_IDS:
            return [(WORD_IDS[word],)]
        raise NotPointed(str(symbol.value))

    def symbol(self, place: int) -> Symbol:
        """The symbol at a place that is no character of the text and no word of this module's own."""
        if place < len(VOCABULARY):
            return VOCABULARY[place]
        if place < self.first_candidate:
            return Column(place - len(VOCABULARY))
        return self.candidates[place - self.first_candidate].constant

    def quoted(self, first: int, last: int) -> Constant:
        """The piece of the text from one place to another."""
        return Constant(self.text[first - self.first_place : last - self.first_place + 1])
