"""Kinship that contradicts itself, or the text.

A head scores each relation by itself and often gives a parent or a spouse both, though whoever is a father is nobody's
mother, and nobody's wife: the likelier is kept. And it takes any two who are kin for husband and wife, though the text
says 甲的妹妹乙.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from core.triples.triple import Found, Span

Fact = tuple[str, str, str]  # subject, relation, object

_MAN, _WOMAN = frozenset(("父亲", "丈夫")), frozenset(("母亲", "妻子"))
_PARENTS, _KIN = frozenset(("父亲", "母亲")), _MAN | _WOMAN

# What somebody can be to somebody else; `others`: what none of the relations is.
_SORTS = {
    "spouse": "妻子?|夫|丈夫|夫人|太太|老婆|老公|爱人|配偶|媳妇",
    "parent": "父亲?|母亲?|爸爸?|妈妈?|老爸|老妈|爹|娘",
    "child": "子|女|儿子?|女儿|孩子",
    "others": "哥哥?|弟弟?|姐姐?|妹妹?|姊|兄|兄长|[堂表胞][兄弟姐妹哥]|外?曾?祖[父母]|爷爷|奶奶|外[公婆]|姥[姥爷]|"
    "叔叔|[叔伯舅姑姨][父母]|伯伯|舅[舅妈]|姑[姑妈]|姨妈|侄[子女]?|外甥女?|外?孙[子女]?|"
    "姐夫|妹夫|嫂子?|弟[媳妹]|儿媳妇?|女婿|岳[父母]|公公|婆婆",
}
_WORDS = "|".join(f"(?P<{sort}>{words})" for sort, words in _SORTS.items())
_WHICH = "(?:同父异母的?|同母异父的?|[大小长幼次二三四五六亲胞堂表养继嫡独生正前])?"
_BEFORE_NAME = re.compile(f"(?:[的之和与跟同携]|有[一两]?[个位]?){_WHICH}(?:{_WORDS})(?:是|叫|名叫|为|:)?")
_IS = re.compile(",|,?(?:就|正|也)?(?:是|为|乃|系)")
_BEHIND_NAME = re.compile(f"[的之]{_WHICH}(?:{_WORDS})(?=[,。;!?)]|$)")


def contradicted(scores: Mapping[Fact, float]) -> set[Fact]:
    """Those of the facts that make a woman of whom a likelier one makes a man, or a man of whom it makes a woman."""
    kin = sorted((fact for fact in scores if fact[1] in _KIN), key=lambda fact: -scores[fact])
    known: dict[str, bool] = {}
    return {fact for fact in kin if known.setdefault(fact[2], fact[1] in _MAN) != (fact[1] in _MAN)}


def as_said(text: str, found: Sequence[Found]) -> list[Found]:
    """`found` in the sentence `text` without kinship that is another than the word between the two names says."""
    return [f for f in found if f.relation not in _KIN or _agrees(text, f)]


def _agrees(text: str, found: Found) -> bool:
    first, second = sorted((found.subject, found.object))
    if said := _BEFORE_NAME.fullmatch(text, first[1], second[0]):
        return _is_sort(found, said.lastgroup, owner=first)
    if _IS.fullmatch(text, first[1], second[0]) and (said := _BEHIND_NAME.match(text, second[1])):
        return _is_sort(found, said.lastgroup, owner=second)
    return True


def _is_sort(found: Found, sort: str | None, owner: Span) -> bool:
    """Whether `found` is what `owner` and the other are, who is the `sort` of kin to `owner`."""
    if sort == "spouse":
        return found.relation not in _PARENTS
    return found.relation in _PARENTS and sort == ("parent" if found.subject == owner else "child")
