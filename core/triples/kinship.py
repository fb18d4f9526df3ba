"""Kinship that contradicts itself: whoever is a father is nobody's mother, and nobody's wife.

A head scores each relation by itself and often gives a parent or a spouse both; the likelier is kept.
"""

from __future__ import annotations

from collections.abc import Mapping

Fact = tuple[str, str, str]  # subject, relation, object

_MAN, _WOMAN = frozenset(("父亲", "丈夫")), frozenset(("母亲", "妻子"))


def contradicted(scores: Mapping[Fact, float]) -> set[Fact]:
    """Those of the facts that make a woman of whom a likelier one makes a man, or a man of whom it makes a woman."""
    kin = sorted((fact for fact in scores if fact[1] in _MAN | _WOMAN), key=lambda fact: -scores[fact])
    known: dict[str, bool] = {}
    return {fact for fact in kin if known.setdefault(fact[2], fact[1] in _MAN) != (fact[1] in _MAN)}
