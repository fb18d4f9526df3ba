"""How alike two answers or two questions are."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

PASSES = 0.8  # least F1 of the reader's answer with the pair's
_SAME_QUESTION = 85.0
_SAME_ANSWER_QUESTION = 60.0


def plain(text: str) -> str:
    """The text without punctuation, symbols and white space."""
    return "".join(c for c in text if unicodedata.category(c)[0] not in "PZS")


def f1(found: str, gold: str) -> float:
    """Character F1 by the longest common substring, as CMRC 2018 (arXiv:1810.07366) scores answers; in [0, 1]."""
    a, b = plain(found), plain(gold)
    if not a or not b:
        return float(a == b)
    best, row = 0, [0] * (len(b) + 1)
    for c in a:
        row = [0, *(row[j] + 1 if c == d else 0 for j, d in enumerate(b))]
        best = max(best, *row)
    return 2 * best / (len(a) + len(b))


def near_duplicates(question: str, answer: str, other_question: str, other_answer: str) -> bool:
    """Whether two pairs ask the same: nearly the same words, or rather alike words with the same answer."""
    from rapidfuzz import fuzz

    alike = fuzz.ratio(plain(question), plain(other_question))
    return alike >= (_SAME_ANSWER_QUESTION if plain(answer) == plain(other_answer) else _SAME_QUESTION)


def agreement(questions: Sequence[str]) -> list[float]:
    """How much each question has in common with all of them: its mean ROUGE-L, in [0, 1]."""
    from rapidfuzz.distance import Indel

    told = [plain(question) for question in questions]
    # Of two texts that differ by insertions and deletions alone, the similarity is 2 LCS / (a + b).
    return [sum(Indel.normalized_similarity(a, b) for b in told) / len(told) for a in told]
