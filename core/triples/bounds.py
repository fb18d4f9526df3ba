"""Names and dates whole: a span that a head ends within a date, a title, a word or a number takes the rest of it. A
person's name that it ends within a verb (林晚合|著) loses what is the verb's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.triples.dates import written_dates
from core.triples.schema import RELATIONS
from core.triples.triple import Found, Span

_WORKS = frozenset(("影视作品", "图书作品", "文学作品", "作品", "歌曲", "音乐专辑", "电视综艺"))
_DATE, _PERSON = "日期", "人物"
_TITLE = re.compile(r"《\s*([^《》]+?)\s*》|[“「『]([^“”「」『』,。;!?]+)[”」』]")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+(?![\d.]*年)|\d+")
# What several do together. To a tagger 合 is a part of the name before it.
_TOGETHER = re.compile("合(?=[著编撰写译唱演拍导])")
_SHORTEST_NAME = 2


def mended(text: str, found: Sequence[Found]) -> list[Found]:
    """`found` in the normalised sentence `text`, each with its names whole; those that become the same are one, with
    the best of their scores."""
    if not found:
        return []
    whole = _Whole.of(text)
    best: dict[tuple[Span, str, Span], Found] = {}
    for f in found:
        relation = RELATIONS.get(f.relation)
        kinds = (relation.subject_type, relation.object_type) if relation else ("", "")
        subject, item = (whole.span(span, kind) for span, kind in zip((f.subject, f.object), kinds, strict=True))
        key = subject, f.relation, item
        if key not in best or best[key].score < f.score:
            best[key] = replace(f, subject=subject, object=item)
    return list(best.values())


@dataclass(frozen=True)
class _Whole:
    """What a sentence has that is not to be cut."""

    dates: list[Span]
    titles: list[Span]
    words: list[Span]
    verbs: frozenset[int]  # where they begin

    @classmethod
    def of(cls, text: str) -> _Whole:
        titles = [m.span(m.lastindex or 0) for m in _TITLE.finditer(text)]
        words = [m.span() for m in _WORD.finditer(text)]
        return cls(list(written_dates(text)), titles, words, frozenset(m.start() for m in _TOGETHER.finditer(text)))

    def span(self, span: Span, kind: str) -> Span:
        """`span`, which is to be of the type `kind`, with what it was cut off from, without what is none of it."""
        if kind == _DATE:
            return next((d for d in self.dates if _within(span, d)), span)
        if kind in _WORKS:  # of 《甲传:乙》 the head may mean 乙, but never its middle
            return next((t for t in self.titles if _within(span, t) and (span[0] == t[0] or span[1] == t[1])), span)
        if kind == _PERSON and span[1] - 1 in self.verbs and span[1] - 1 - span[0] >= _SHORTEST_NAME:
            return span[0], span[1] - 1
        return _joined(span, self.words)


def _within(span: Span, other: Span) -> bool:
    return other[0] <= span[0] and span[1] <= other[1]


def _joined(span: Span, words: Iterable[Span]) -> Span:
    """`span` with the words that it begins and ends within."""
    begin, end = span
    for a, b in words:
        begin = a if a < span[0] < b else begin
        end = b if a < span[1] < b else end
    return begin, end
