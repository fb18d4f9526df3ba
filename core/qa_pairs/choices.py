"""Wrong answers to choose from beside the right one: of its kind, drawn from the passage, and not right themselves."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.qa_pairs.aliases import aliases
from core.qa_pairs.amounts import Amount
from core.qa_pairs.encoding import Span
from core.qa_pairs.judging import SAME_MEANING
from core.qa_pairs.kinds import KINDS, Tagged, asked_kind
from core.qa_pairs.request import read_passage, span_of
from core.qa_pairs.scoring import plain
from core.qa_pairs.wrapped import shown
from core.text import Normalised, normalise

MOST_WRONG = 3
# WRD similarities of the first text to each of the others.
Near = Callable[[str, Sequence[str]], Sequence[float]]

# Words within a group of nouns or a list, the whole of which may be the answer: 秦国蜀郡太守李冰; 四川、陕西和甘肃.
_GROUP = ("n", "s", "f", "b", "j", "t")
_JOINS = frozenset({"、", "和", "与", "及", "以及", "跟", "·", "的", "(", ")", "《", "》", "“", "”"})
# What stands on both sides of these is one thing.
_IS = frozenset({"是", "即", "为", "叫", "叫做", "称", "称为", "名为", "叫作"})
_PEOPLE = frozenset({"人", "名", "位", "口", "人次"})
# A phrase that is much longer or shorter than the others is seen to be right or wrong at once.
_LENGTHS = 2.0
# Kinds of place by the last character of their names: what is in another cannot be taken for the answer.
_PLACES = (
    "国洲",
    "省市县区州旗盟镇乡村",
    "江河湖海溪泉洋湾",
    "山峰岭岳脉",
    "岛屿礁",
    "原地漠川谷",
    "寺庙塔宫殿桥城楼馆园堰坝闸",
)
_ENDINGS = frozenset("".join(_PLACES))
_WHICH_PLACE = re.compile(
    r"(?:哪[一个座条些]*|什么|何)(?:[\u4e00-\u9fff]{0,2}?)(?P<kind>[省市县区州镇乡村国洲江河湖海山峰岛])"
)
_NAME = 3  # characters of one without a known surname
_WITHIN_CLAUSES = re.compile("[,;:。!?]")
# Names closer to the answer than any stranger is to another: below this the lexicon has mostly mistaken a word.
_LEAST_NEAR = 0.2


@dataclass(frozen=True)
class Choices:
    """Up to MOST_WRONG wrong answers, the likeliest to be taken for right first, and the `kind` of all of them."""

    kind: str
    wrong: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        """JSON: {kind: {zh, en}, wrong}."""
        zh, en = KINDS[self.kind]
        return {"kind": {"zh": zh, "en": en}, "wrong": list(self.wrong)}


class Chooser:
    """A passage of which wrong answers are drawn: spans that may be asked for (`QAPairsPipeline.answers`), and what its
    lexicon takes for names, dates and amounts."""

    def __init__(self, passage: str, spans: Sequence[Span], near: Near) -> None:
        """Raises InputError for a passage nobody can be asked about."""
        self.document: Normalised = read_passage(passage)
        self.tagged = Tagged(self.document.text)
        self.near = near
        folded = [span_of(self.document, span) for span in spans]
        self.named = frozenset(self.tagged.names())
        self.spans = list(dict.fromkeys([*folded, *self.tagged.names()]))

    def choices(self, question: str, answer: str, span: Span | None = None) -> Choices:
        """Wrong answers for a pair; `span` is where the passage has the answer.

        Raises:
            InputError: the span is none of the passage.
        """
        asked, right = normalise(question).text, normalise(answer).text.strip()
        places = self._places(right, span)
        kind = self._kind(asked, right, places)
        found = {plain(self._text(s)): s for s in self._alike(kind, right, places)}
        other = {plain(name) for name in aliases(self.document.text, right)}
        good = [
            span
            for text, span in found.items()
            if text not in other and text not in plain(asked) and not _shares(text, right)
        ]
        best = self._best(kind, right, self._of_that_place(asked, right, good) if kind == "place" else good)
        return Choices(kind, tuple(self._shown(kind, right, s) for s in best))

    def _shown(self, kind: str, right: str, span: Span) -> str:
        """As the passage has it; a title with its marks only where the answer has them."""
        text = shown(self._original(span))
        return text.strip("《》〈〉") if kind == "title" and right[0] not in "《〈" else text

    def _places(self, right: str, span: Span | None) -> list[Span]:
        found = [m.span() for m in re.finditer(re.escape(right), self.document.text)] if right else []
        return list(dict.fromkeys([*([span_of(self.document, span)] if span else []), *found]))

    def _kind(self, asked: str, right: str, places: Sequence[Span]) -> str:
        kind = self.tagged.kind(places[0]) if places else "phrase"
        if kind == "phrase":
            kind = Tagged(right).kind((0, len(right)))
        if kind in ("phrase", "name", "person", "place", "organisation"):
            return asked_kind(asked) or kind
        return kind

    def _alike(self, kind: str, right: str, places: Sequence[Span]) -> Iterator[Span]:
        """The spans of the kind that stand in no group or list with the answer."""
        groups = [self._group(place, kind) for place in places]
        near = {plain(self.document.text[slice(*g)]) for g in groups}
        for span in self.spans:
            text = self._text(span)
            if self.tagged.kind(span) != kind or (kind != "phrase" and span not in self.named):
                continue
            if any(a < span[1] and span[0] < b for a, b in groups):
                continue
            if any(plain(text) in group for group in near):
                continue
            if kind == "person" and not self.tagged.has_person(span) and (len(text) > _NAME or text[-1] in _ENDINGS):
                continue  # 沃野千里 and 嘉陵江, which the lexicon takes for such
            if kind == "phrase" and _WITHIN_CLAUSES.search(text):
                continue
            if kind == "phrase" and not self._fits(span, right, places):
                continue
            yield span

    def _of_that_place(self, asked: str, right: str, spans: Sequence[Span]) -> list[Span]:
        """Of places those of the answer's or the question's kind: with the same last character where there are enough,
        and none that is surely of another."""
        which = _WHICH_PLACE.search(asked)
        last = which["kind"] if which else right[-1:]
        group = next((g for g in _PLACES if last in g), "")
        if not group:
            return list(spans)
        same = [s for s in spans if self._text(s).endswith(last)]
        alike = [s for s in spans if self._text(s)[-1] in group or not self._is_of_a_kind(s)]
        return same if len(same) >= MOST_WRONG else alike

    def _is_of_a_kind(self, span: Span) -> bool:
        """Whether a name ends as those of some kind of place do; 四川 is of none, nor is what has two characters
        (青海), but for rivers and lakes."""
        last = self._text(span)[-1]
        return last in "江河湖" or (span[1] - span[0] > 2 and last in _ENDINGS)

    def _group(self, place: Span, kind: str) -> Span:
        """The words around the answer that may be right as well as it is."""
        if kind not in ("person", "place", "organisation", "name", "title", "phrase"):
            return place
        words = self.tagged.words
        first = next((i for i, w in enumerate(words) if w[1] > place[0]), 0)
        last = next((i for i, w in enumerate(words) if w[1] >= place[1]), len(words) - 1)
        while first > 0 and self._in_group(words[first - 1]):
            first -= 1
        while last + 1 < len(words) and self._in_group(words[last + 1]):
            last += 1
        return min(place[0], words[first][0]), max(place[1], words[last][1])

    def _in_group(self, word: tuple[int, int, str]) -> bool:
        text = self.document.text[word[0] : word[1]]
        return text in _JOINS or text in _IS or word[2].startswith(_GROUP)

    def _fits(self, span: Span, right: str, places: Sequence[Span]) -> bool:
        """Whether a phrase is built as the answer is: about as long, and with a last word of the same sort."""
        a, b = len(plain(self._text(span))), len(plain(right))
        mine = self.tagged.flags(span)
        own = self.tagged.flags(places[0]) if places else Tagged(right).flags((0, len(right)))
        return bool(mine and own) and max(a, b) <= _LENGTHS * min(a, b) + 1 and mine[-1][:1] == own[-1][:1]

    def _best(self, kind: str, right: str, spans: Sequence[Span]) -> list[Span]:
        amounts = {(a.start, a.end): a for a in self.tagged.amounts}
        own = next(iter(Tagged(right).amounts), None)
        if own and all(span in amounts for span in spans):
            others = [(span, amounts[span]) for span in spans]
            distinct: list[tuple[Span, Amount]] = []
            for span, amount in others:
                if kind == "count" and _counted(amount) != _counted(own):
                    continue
                if not amount.equals(own) and not any(amount.equals(d) for _, d in distinct):
                    distinct.append((span, amount))
            return [span for span, _ in sorted(distinct, key=lambda d: _distance(own, d[1]))[:MOST_WRONG]]
        if not spans:
            return []
        near = self.near(right, [self._text(s) for s in spans])
        # Of places, those that end as the answer does come first.
        same = [kind == "place" and self._text(s)[-1] == right[-1] for s in spans]
        scored = [(n, s) for _, n, s in sorted(zip(same, near, spans, strict=True), reverse=True)]
        least = _LEAST_NEAR if kind != "title" else -1.0
        apart: list[Span] = []
        for score, span in scored:
            text = plain(self._text(span))
            if least <= score < (SAME_MEANING if kind == "phrase" else 1.0) and not any(
                _shares(text, self._text(a)) for a in apart
            ):
                apart.append(span)
        return apart[:MOST_WRONG]

    def _text(self, span: Span) -> str:
        return self.document.text[slice(*span)]

    def _original(self, span: Span) -> str:
        return self.document.original[slice(*self.document.span_in_original(*span))]


def _shares(text: str, other: str) -> bool:
    """Whether one of them has the other within it."""
    a, b = plain(text), plain(other)
    return a in b or b in a


def _counted(amount: Amount) -> str:
    """What an amount counts, by its measure word."""
    return "人" if amount.unit in _PEOPLE else amount.unit


def _distance(own: Amount, other: Amount) -> tuple[int, float]:
    """How unlike another date or amount looks: with the same parts, units and about the same size it is the harder."""
    if own.kind == "date":
        parts = list(zip(own.date, other.date, strict=True))
        apart = sum((a is None) != (b is None) for a, b in parts)
        first = next((abs(a - b) for a, b in parts if a is not None and b is not None), 0)
        return apart, first
    ratio = abs(math.log(abs(other.value / own.value))) if own.value * other.value > 0 else 99.0
    return int(own.unit != other.unit), ratio
