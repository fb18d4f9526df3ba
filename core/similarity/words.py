"""Chinese sentences as words: jieba's dictionary cut, the same for training the vectors and for looking them up."""

from __future__ import annotations

from core.segmenter import cut_words

Span = tuple[int, int]


def cut(text: str) -> list[Span]:
    """Spans [start, end) of the words of `text`, white space left out.

    Dictionary words only (no HMM): an unknown word falls into characters, which have vectors of their own.
    """
    spans: list[Span] = []
    at = 0
    for word in cut_words(text):
        if not word.isspace():
            spans.append((at, at + len(word)))
        at += len(word)
    return spans


def is_word(token: str) -> bool:
    """Whether `token` says anything: some letter, digit or character in it."""
    return any(c.isalnum() for c in token)
