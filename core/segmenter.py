"""jieba, loaded once for all that cut Chinese into words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any


@cache
def _jieba() -> Any:
    """The library with its dictionary read, which takes most of a second and 100 MB."""
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    return jieba


@cache
def _tagger() -> Any:
    _jieba()
    import jieba.posseg

    return jieba.posseg.dt


def cut_words(text: str, guess: bool = False) -> Iterator[str]:
    """`text` as words of the dictionary, nothing left out: joined they are `text` again.

    What is in no dictionary falls into characters; with `guess` the library's hidden Markov model joins them to words.
    """
    yield from _jieba().dt.cut(text, HMM=guess)


def cut_tagged(text: str) -> Iterator[tuple[str, str]]:
    """The words of `text`, guessed ones too, each with its part of speech in the library's tag set."""
    for word in _tagger().cut(text):
        yield word.word, word.flag
