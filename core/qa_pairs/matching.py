"""Which characters of a passage the question says too: what a small reader would have to learn from much more data.

The exact-match features of DrQA (arXiv:1704.00051), on characters: the longest common piece that a character is part
of, and how far away the nearest one is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

_ROLES = ("special", "question", "passage")
QUESTION = _ROLES.index("question")
_COVER = (0, 1, 2, 3, 4, 6)  # length of the common piece, at least
_NEAR = (0, 2, 5, 10, 20, 10**6)  # characters to the nearest piece of two or more, at most; the last: none
GROUPS = (len(_ROLES), len(_COVER), len(_NEAR) + 1)
FEATURES = sum(GROUPS)
_COVER_AT, _NEAR_AT = GROUPS[0], GROUPS[0] + GROUPS[1]


def common_pieces(text: str, other: str) -> list[int]:
    """For every character of `text` the length of the longest piece around it that `other` contains too."""
    lengths = [0] * len(text)
    longest = 0  # of the piece beginning here: it is at most one shorter than the one that began before
    for i in range(len(text)):
        longest = max(longest - 1, 0)
        while i + longest < len(text) and text[i : i + longest + 1] in other:
            longest += 1
        for j in range(i, i + longest):
            lengths[j] = max(lengths[j], longest)
    return lengths


def _bucket(length: int) -> int:
    return bisect_left(_COVER, length + 1) - 1


def _distances(lengths: Sequence[int]) -> list[int]:
    """Characters to the nearest one whose piece has two or more."""
    far = 10**6 + 1
    found = [far] * len(lengths)
    for order in (range(len(lengths)), range(len(lengths) - 1, -1, -1)):
        since = far
        for i in order:
            since = 0 if lengths[i] >= 2 else min(since + 1, far)
            found[i] = min(found[i], since)
    return found


def special() -> tuple[int, int, int]:
    """The features of a marker token."""
    return 0, _COVER_AT, _NEAR_AT


def of_question(question: str, passage: str) -> list[tuple[int, int, int]]:
    """Indices into one table of `FEATURES` embeddings, three per character of the question."""
    return [(1, _COVER_AT + _bucket(n), _NEAR_AT) for n in common_pieces(question, passage)]


def of_passage(passage: str, question: str) -> list[tuple[int, int, int]]:
    """The same for the passage's characters."""
    lengths = common_pieces(passage, question)
    near = [_NEAR_AT + bisect_left(_NEAR, d) for d in _distances(lengths)]
    return [(2, _COVER_AT + _bucket(n), d) for n, d in zip(lengths, near, strict=True)]
