"""The words that give a relation away: 执导 for 导演, 毕业 for 毕业院校."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from core.segmenter import cut_words
from training.triples.augment import Row

# A cue is that much more frequent where the relation is, and stands in that share of its sentences.
_LIFT, _SHARE, _LEAST = 3.0, 0.03, 3


def cue_words(rows: Iterable[Row]) -> dict[str, frozenset[str]]:
    """Relation → words between and around its entities in `rows` that are rare elsewhere; its own name among them."""
    return {relation: frozenset(lifts) | {relation} for relation, lifts in _lifts(rows).items()}


def telling_words(rows: Iterable[Row]) -> dict[str, frozenset[str]]:
    """Relation → those of its cues that speak for it more than for any other, its own name among them, and no other's:
    执导 is one of 导演, though it stands in most sentences that have 主演 too."""
    lifts = _lifts(rows)
    best: dict[str, float] = {}
    for mine in lifts.values():
        for word, lift in mine.items():
            best[word] = max(best.get(word, 0.0), lift)
    return {
        relation: frozenset(w for w, lift in mine.items() if lift == best[w] and w not in lifts) | {relation}
        for relation, mine in lifts.items()
    }


def _lifts(rows: Iterable[Row]) -> dict[str, dict[str, float]]:
    """Relation → its cues, each with how many times as frequent it is where the relation is."""
    sentences, everywhere = Counter[str](), Counter[str]()
    of: dict[str, Counter[str]] = {}
    total = 0
    for row in rows:
        text = row["text"]
        for entity in sorted({spo[k] for spo in row["spo_list"] for k in ("subject", "object")}, key=len, reverse=True):
            text = text.replace(entity, "\n") if entity else text
        words = {w for w in cut_words(text, guess=True) if w.isalpha() and not w.isascii()}
        total += 1
        everywhere.update(words)
        for relation in {spo["predicate"] for spo in row["spo_list"]}:
            sentences[relation] += 1
            of.setdefault(relation, Counter()).update(words)
    found: dict[str, dict[str, float]] = {}
    for relation, counts in of.items():
        n = sentences[relation]
        lifts = {w: c / n * total / everywhere[w] for w, c in counts.items() if c >= max(_LEAST, _SHARE * n)}
        found[relation] = {w: lift for w, lift in lifts.items() if lift >= _LIFT}
    return found
