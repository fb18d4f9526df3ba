"""Pieces of a passage that something asks for by what stands before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.qa_pairs.clauses import Clauses
from core.qa_pairs.encoding import Span
from core.qa_pairs.spans import MAX_ANSWER

_ASKED_FOR = re.compile(
    r"(?:因为|由于|是因为|原因是|原因在于|为了|目的是|是为了|以便|是指|指的是|意思是|意为|称为|又称|俗称|包括|包含|分为|分成|主要有|通过|(?<![不就还也只都便正])是)"
    r"(?P<what>[^,;:。!?]+)"
)
# 因形状像瓶口而得名: what stands between is the reason.
_FOR_THAT = re.compile(r"(?:因为?|由于|为了?)(?P<what>[^,;:。!?]{2,24}?)(?=而(?!且|是|非|言|已|后))")


def asked_for(clauses: Clauses) -> Iterator[Span]:
    """Reasons, purposes, what a thing is or means, lists."""
    for start, end in clauses.all:
        for found in (*_FOR_THAT.finditer(clauses.text, start, end), *_ASKED_FOR.finditer(clauses.text, start, end)):
            span = found.span("what")
            if 2 <= span[1] - span[0] <= MAX_ANSWER:
                yield span
