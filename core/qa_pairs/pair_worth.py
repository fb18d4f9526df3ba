"""How likely a pair is right and well put, from what generator, reader and passage say of it.

Overgenerate and rank (Heilman & Smith 2010, aclanthology.org/N10-1086): a logistic regression on some two dozen figures
of a pair, fitted on pairs that were judged by hand (`training/qa_pairs/pair_worth.py`). One set of weights for
questions made by substitution, one for those that the decoder wrote: what tells good ones is not the same.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.qa_pairs.encoding import Span
from core.qa_pairs.kinds import Tagged
from core.qa_pairs.matching import common_pieces
from core.segmenter import cut_tagged

FILE = "worth.json"
WAYS = ("substituted", "written")
_NAMES = frozenset(("nr", "ns", "nt", "nz", "nrt", "nrfg", "eng"))
_VAGUE = re.compile(
    r"[他她它牠其该此这那]|当地|本[市县区省校店馆]|前者|后者|其中"
    r"|^(?:同年|当年|次年|此后|战后|后来|多年)|^[一二两三四五六七八九十几多\d]+[个人段座条位年]"
)
_ASKING = re.compile(r"什么|哪[一些个位里]?|谁|几|多少|怎么样?|怎样|如何|为什么|[是在有的]")
_PERSON, _PLACE = re.compile("谁|哪位"), re.compile("哪里|哪儿|什么地方|哪个国家|哪国")
_FIRST = re.compile("谁|什么|哪")
_WHEN_OR_WHY = re.compile("[^,]{2,}?(?:什么时候|哪一[年天]|为什么)(.+)")
_RUN = 3  # characters in a row that are said to be copied
_MEASURES = frozenset(("number", "count", "time", "years", "length", "area", "mass", "volume"))
_MEASURES |= {"money", "dollars", "speed", "share", "temperature"}


@dataclass(frozen=True)
class Facts:
    """What is known of a pair: the mean log-probability of the question's characters and of the least likely of them,
    how sure the reader is of its answer and its F1 with the answer meant, whether the question was made by substitution
    and then whether its clause named what it speaks of; and the name of what the passage is about, "" where it has
    none."""

    question: str
    span: Span
    written: tuple[float, float]
    read: float
    agrees: float
    substituted: bool
    certain: bool
    about: str


FIGURES = (
    *("one", "written", "worst", "read", "agrees", "certain", "named", "vague", "short", "long", "copied", "seams"),
    *("clause", "date", "measure", "name", "phrase", "why", "whose", "comma", "person asked"),
    *("wrong person", "wrong place", "cut", "first", "about", "about first", "place"),
    *("about added", "two subjects", "of", "by", "does"),
)


def figures(tagged: Tagged, facts: Facts) -> list[float]:
    """The `FIGURES` of a pair about the folded passage `tagged`."""
    question, answer = facts.question, tagged.text[slice(*facts.span)]
    kind = tagged.kind(facts.span)
    pieces = common_pieces(question, tagged.text)
    about_first = bool(facts.about) and question.startswith(facts.about)
    flags = tagged.flags(facts.span) or [""]
    copied = sum(n >= _RUN for n in pieces) / len(question)
    return [
        1.0,
        *facts.written,
        math.log(max(facts.read, 1e-3)),
        facts.agrees,
        facts.certain,
        _named(tagged, question),
        bool(_VAGUE.search(question)),
        max(0, 12 - len(question)) / 10,
        max(0, len(question) - 22) / 10,
        copied,
        _seams(question, tagged.text) / 3,
        len(answer) >= 8 and kind == "phrase",
        kind == "date",
        kind in _MEASURES,
        kind in ("person", "place", "organisation", "name", "title"),
        kind == "phrase",
        "为什么" in question,
        "的" in question,
        "," in question or "，" in question,
        bool(_PERSON.search(question)),
        bool(_PERSON.search(question)) and kind != "person",
        bool(_PLACE.search(question)) and kind != "place",
        tagged.cuts(facts.span),
        bool(_FIRST.match(question)),
        bool(facts.about) and facts.about in question,
        about_first,
        facts.span[0] / len(tagged.text),
        about_first and not facts.certain,
        _two_subjects(question),
        answer.endswith("的"),
        flags[0] == "p",
        flags[-1][:1] == "v",
    ]


def _named(tagged: Tagged, question: str) -> bool:
    """Whether the question names something by a name that the passage has, or what the passage begins with."""
    first = next((tagged.text[a:b] for a, b, _ in tagged.words), "")
    if "《" in question or "“" in question or (len(first) > 1 and question.startswith(first)):
        return True
    return any(flag in _NAMES and b - a > 1 and tagged.text[a:b] in question for a, b, flag in tagged.words)


def _two_subjects(question: str) -> bool:
    """Whether something is named on both sides of when or why: 茅以升什么时候大桥通了火车."""
    asked = _WHEN_OR_WHY.match(question)
    if not asked:
        return False
    following = next(iter(cut_tagged(asked[1])), ("", ""))
    return following[1][:1] in ("n", "r")


def _seams(question: str, text: str) -> int:
    """Places where two characters meet that never do in the passage, and neither asks."""
    asks = [False] * (len(question) + 1)
    for found in _ASKING.finditer(question):
        asks[found.start() : found.end()] = [True] * (found.end() - found.start())
    return sum(
        question[i : i + 2] not in text and not asks[i] and not asks[i + 1]
        for i in range(len(question.rstrip("?？")) - 1)
    )


class Worth:
    """Weights of the figures for each of `WAYS`, and the least worth with which a pair stands."""

    def __init__(self, weights: Mapping[str, Sequence[float]], least: float) -> None:
        self.weights = {way: list(weights[way]) for way in WAYS}
        self.least = least

    @classmethod
    def from_folder(cls, folder: Path) -> Worth | None:
        """Of the generator in `folder`, 0 for a figure that it was fitted without; None where it has none."""
        path = folder / FILE
        if not path.is_file():
            return None
        found = json.loads(path.read_text(encoding="utf-8"))
        return cls({way: [found[way].get(name, 0.0) for name in FIGURES] for way in WAYS}, found["least"])

    def __call__(self, tagged: Tagged, facts: Facts) -> float:
        """The probability that the pair is right and well put."""
        weights = self.weights[WAYS[not facts.substituted]]
        logit = sum(w * x for w, x in zip(weights, figures(tagged, facts), strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
