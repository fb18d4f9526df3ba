"""Text pasted from where lines are broken by their width (PDF, mail): such a break is no end of a sentence."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from core.qa_pairs.whole import NUMBERING
from core.text import Normalised, split_sentences

# A line this short ends where its writer ended it.
_LEAST = 16
# Lines broken by width are nearly as long as the longest.
_FULL = 0.85
_ENDS = re.compile(r"[。！？!?;；:：…”’」』)）》]\s*$")
_BEGINS_ANEW = re.compile(rf"[-\s*•·●■◆○▪–—#|《“「『]|{NUMBERING}|第[一二三四五六七八九十]")
_LABEL = re.compile(r"[\u4e00-\u9fff]{2,8}\s*:(?!\s*[“「『\"])")
_CELLS = re.compile(r"[\t|]")
_WORD = re.compile(r"[a-z0-9]")
_BETWEEN_WORDS = re.compile(r"(?<=[A-Za-z0-9])\s*[\r\n]+\s*(?=[A-Za-z0-9])")
_BREAK = re.compile(r"\s*[\r\n]+\s*")


def unwrapped(document: Normalised) -> Normalised:
    """`document` without the line breaks that only its width made; between Latin words a space stays. Tabs, which part
    the cells of a table, stay tabs."""
    document = _with_tabs(document)
    lines = document.text.split("\n")
    longest = max(map(len, lines))
    kept: list[tuple[str, int]] = []
    at = 0
    for line, following in pairwise([*lines, ""]):
        kept += [(c, at + i) for i, c in enumerate(line)]
        at += len(line) + 1
        if at > len(document.text):
            break
        if not _is_wrap(line, following, longest):
            kept.append(("\n", at - 1))
        elif _WORD.match(line[-1]) and _WORD.match(following[0]):
            kept.append((" ", at - 1))
    text = "".join(c for c, _ in kept)
    if text == document.text:
        return document
    places = [i for _, i in kept]
    return Normalised(
        document.original,
        text,
        tuple(document.starts[i] for i in places),
        tuple(document.ends[i] for i in places),
    )


def _with_tabs(document: Normalised) -> Normalised:
    """`document` with its tabs, which folding makes spaces."""
    if "\t" not in document.original:
        return document
    text = "".join(
        "\t" if document.original[i] == "\t" else c for c, i in zip(document.text, document.starts, strict=True)
    )
    return replace(document, text=text)


def shown(piece: str) -> str:
    """A piece of a passage without the breaks of lines in it."""
    return _BREAK.sub("", _BETWEEN_WORDS.sub(" ", piece))


def sentence_of(document: Normalised, span: tuple[int, int]) -> str:
    """The sentence of the folded `document` that has the span, or all that it reaches into, as somebody would copy it
    from the passage."""
    sentences = split_sentences(document.text, max(1, len(document.text)))
    inside = [s for s in sentences if s[0] < span[1] and span[0] < s[1]]
    if not inside:
        return ""
    return shown(document.original[slice(*document.span_in_original(inside[0][0], inside[-1][1]))])


def _is_wrap(line: str, following: str, longest: int) -> bool:
    if len(line) < max(_LEAST, _FULL * longest) or not following:
        return False
    if _LABEL.match(following) or (_CELLS.search(line) and _CELLS.search(following)):
        return False  # a line of a notice, a row of a table
    return not _ENDS.search(line) and not _BEGINS_ANEW.match(following)
