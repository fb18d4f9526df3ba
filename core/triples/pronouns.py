"""他, 她, 它 and 其, 前者 and 后者, 该片 and 该公司 read as what they mean, where that can be one only.

The models read sentence by sentence, so that what 他 is said of is lost to them. What it can mean: what was named
before it in its sentence, or in the two sentences before that. Where that is several, nothing is resolved: a wrong
person is worse than none.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from core.segmenter import cut_tagged
from core.triples.named import Meant, Named
from core.triples.references import REFERENCE, referred
from core.triples.triple import Span

_ANY = re.compile("[他她它其]")
_SENTENCES = 2  # before the pronoun's own, in which something may have been named
_NAME = re.compile(r"[\u3400-\u9fff·]{2,}")
_KIN = re.compile("其[父母妻夫子女兄弟姐妹孙祖师徒]")
_PERSON = "nr"  # the tagger's mark of a person's name


def resolved(text: str, sentences: Sequence[Span], named: Sequence[Sequence[Named]]) -> list[list[Meant]]:
    """For each of the `sentences` of `text` those of its pronouns that can mean one thing only; `named`: what a model
    found in each. Names of persons that it missed are added as a tagger sees them."""
    found: list[list[Meant]] = [[] for _ in sentences]
    if not _ANY.search(text) and not REFERENCE.search(text):
        return found
    before: deque[list[Named]] = deque(maxlen=_SENTENCES)
    window: deque[Span] = deque(maxlen=_SENTENCES + 1)
    for span, known, mine in zip(sentences, named, found, strict=True):
        words = list(_words(text, *span))
        here = [*known, *_persons(words, known)]
        window.append(span)
        references = referred(text, window, [n for names in (*before, here) for n in names])
        for (word, _, at), (_, following, _) in pairwise([*words, ("", "", span[1])]):
            if not _ANY.fullmatch(word):
                continue
            earlier = [*(n for names in before for n in names), *(n for n in here if n.span[1] <= at)]
            possible = _names(text, [n for n in earlier if _fits(word, n)])
            if len(possible) == 1:
                owning = "的" if word == "其" and following.startswith("n") else ""
                mine.append(Meant((at, at + 1), possible[0].span, behind=owning))
                here.append(possible[0])  # is spoken of here, for what comes
        mine[:] = sorted([*mine, *references], key=lambda m: m.pronoun)
        before.append(here)
    return found


def _fits(pronoun: str, named: Named) -> bool:
    if pronoun in "他她":
        return named.person
    return named.subject and not (pronoun == "它" and named.person)


def _names(text: str, named: Iterable[Named]) -> list[Named]:
    """Each name once, the first time it is given; 思成 behind 梁思成 is the same one."""
    found: dict[str, Named] = {}
    for n in sorted(named, key=lambda n: n.span):
        name = text[slice(*n.span)]
        if not any(other.endswith(name) for other in found):
            found[name] = n
    return list(found.values())


def _persons(words: Iterable[tuple[str, str, int]], known: Sequence[Named]) -> Iterator[Named]:
    """Persons by the tagger, where it does not contradict the model."""
    for word, flag, at in words:
        end = at + len(word)
        if flag == _PERSON and _NAME.fullmatch(word) and not any(n.span[0] < end and at < n.span[1] for n in known):
            yield Named((at, end), True, not known)


def _words(text: str, start: int, end: int) -> Iterator[tuple[str, str, int]]:
    at = start
    for word, flag in cut_tagged(text[start:end]):
        if _KIN.fullmatch(word):  # one word to the tagger
            yield word[:1], flag, at
            yield word[1:], "n", at + 1
        else:
            yield word, flag, at
        at += len(word)
