"""Chinese sentences as words: jieba's dictionary cut, the same for training the vectors and for looking them up."""

from __future__ import annotations

from functools import cache
from typing import Any

Span = tuple[int, int]


@cache
def _segmenter() -> Any:
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    return jieba.dt


def cut(text: str) -> list[Span]:
    """Spans [start, end) of the words of `text`, white space left out.

    Dictionary words only (no HMM): an unknown word falls into characters, which have vectors of their own.
    """
    spans: list[Span] = []
    at = 0
    for word in _segmenter().cut(text, HMM=False):
        if not word.isspace():
            spans.append((at, at + len(word)))
        at += len(word)
    return spans


def is_word(token: str) -> bool:
    """Whether `token` says anything: some letter, digit or character in it."""
    return any(c.isalnum() for c in token)
