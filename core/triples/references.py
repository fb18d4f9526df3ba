"""前者 and 后者, 该片 and 该公司: what they mean, where that can be one only.

前者 and 后者 are the two things of one kind that were last named together (甲和乙); 该片 is the only title, 该公司 the
only organisation, that was named and can be called that.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from core.segmenter import cut_words
from core.triples.named import Meant, Named
from core.triples.rivals import lists_of
from core.triples.triple import Span

_CONTRAST = re.compile("前者|后者")
_TITLE = re.compile(r"《\s*([^《》]+?)\s*》")
_MORE_BEFORE = re.compile(r"(?:、|/|和|与|及)[《「『“\"'(\s]*$")
_MORE_BEHIND = re.compile(r"[》」』”\"')\s]*(?:、|/|和|与|及(?!其)|以及)")
_SCREEN = frozenset(("影视作品", "电视综艺"))
_BOOKS = frozenset(("图书作品", "文学作品", "作品"))
_COMPANIES, _SCHOOLS = frozenset(("企业", "机构")), frozenset(("学校", "机构"))


class _Called(NamedTuple):
    """What 该 and `nouns` can mean: what has one of the types `kinds`, or, of organisations, one of the `endings`."""

    nouns: str
    kinds: frozenset[str]
    endings: tuple[str, ...] = ()


_WORKS = (
    _Called("片|影片|电影|纪录片|剧|电视剧|连续剧|节目", _SCREEN),
    _Called("书|小说|著作", _BOOKS),
    _Called("曲|歌|歌曲|单曲", frozenset(("歌曲",))),
    _Called("专辑|唱片", frozenset(("音乐专辑",))),
)
_ORGANISATIONS = (
    _Called("公司|集团|企业", _COMPANIES, ("公司", "集团", "厂", "银行")),
    _Called("校|大学|学校|学院|中学|小学", _SCHOOLS, ("大学", "学院", "中学", "小学", "学校")),
    _Called("院|医院|研究院|研究所", frozenset(), ("医院", "研究院", "研究所", "法院", "学院", "科学院")),
)
_NOUNS = "|".join(called.nouns for called in (*_WORKS, *_ORGANISATIONS))
_CALLED = re.compile(f"该({'|'.join(sorted(_NOUNS.split('|'), key=len, reverse=True))})")
REFERENCE = re.compile(f"{_CONTRAST.pattern}|{_CALLED.pattern}")


def referred(text: str, sentences: Sequence[Span], named: Sequence[Named]) -> Iterator[Meant]:
    """What is meant in the last of the `sentences` of `text`, of what was `named` in them."""
    begin, end = sentences[-1]
    pair = None
    for match in REFERENCE.finditer(text, begin, end):
        name: Span | None = None
        contrast = match[0] in ("前者", "后者")
        if contrast:
            pair = pair or _pair(text, sentences, named)
            name = pair and pair[match[0] == "后者"]
        elif _ends_word(match, text[begin:end], begin):
            name = _called(text, (sentences[0][0], match.start()), named, match[1])
        if name:
            yield Meant(match.span(), name, *_marks(text, name), contrast)


def _ends_word(match: re.Match[str], sentence: str, begin: int) -> bool:
    """Whether 该书 is that, and not the beginning of 该书店; 公司总部 is one word of the dictionary, but two."""
    ends = accumulate(map(len, cut_words(sentence)), initial=begin)
    behind = next(end for end in ends if end >= match.end()) - match.end()
    return behind == 0 or (behind > 1 and len(match[1]) > 1)


def _pair(text: str, sentences: Sequence[Span], named: Sequence[Named]) -> tuple[Span, Span] | None:
    """The two that were named together, in the last sentence where that were any; None where it were several."""
    for begin, end in reversed(sentences):
        contrast = _CONTRAST.search(text, begin, end)
        pairs = list(_pairs(text, (begin, contrast.start() if contrast else end), named))
        if pairs:
            return pairs[0] if len(pairs) == 1 else None
    return None


def _pairs(text: str, within: Span, named: Sequence[Named]) -> Iterator[tuple[Span, Span]]:
    """Two names of one kind with 和 or the like between, and no third."""
    kinds = _kinds(text, within, named)
    names = [a for a in kinds if not any(a != b and b[0] <= a[0] and a[1] <= b[1] for b in kinds)]
    together: dict[int, list[Span]] = defaultdict(list)
    for span, (number, _, length) in lists_of(text, set(names)).items():
        if length == 2:
            together[number].append(span)
    for first, second in map(sorted, together.values()):
        more = _MORE_BEFORE.search(text[within[0] : first[0]]) or _MORE_BEHIND.match(text, second[1])
        if kinds[first] & kinds[second] and text[slice(*first)] != text[slice(*second)] and not more:
            yield first, second


def _called(text: str, within: Span, named: Sequence[Named], noun: str) -> Span | None:
    """The only name in the part `within` of `text` that can be called `noun`."""
    kinds = _kinds(text, within, named)
    titles = {m.span(1) for m in _TITLE.finditer(text, *within)}
    work = next((called for called in _WORKS if noun in called.nouns.split("|")), None)
    if work:
        possible = [t for t in titles if not kinds[t] - {""} or kinds[t] & work.kinds]
    else:
        possible = [s for s in kinds if s not in titles and _is_organisation(text[slice(*s)], kinds[s], noun)]
        if _others(text, within, possible, noun):
            return None
    return min(possible) if len({text[slice(*s)] for s in possible}) == 1 else None


def _is_organisation(name: str, kinds: Collection[str], noun: str) -> bool:
    mine = next(called for called in _ORGANISATIONS if noun in called.nouns.split("|"))
    if name.endswith(mine.endings):
        return True
    ends_otherwise = any(name.endswith(called.endings) for called in _ORGANISATIONS)
    return not ends_otherwise and bool(mine.kinds.intersection(kinds))


def _others(text: str, within: Span, known: Sequence[Span], noun: str) -> bool:
    """Whether something else there may be called `noun`, which no model saw."""
    mine = next(called for called in _ORGANISATIONS if noun in called.nouns.split("|"))
    ends = (m.end() for m in re.finditer("|".join(mine.endings), text[slice(*within)]))
    places = (within[0] + end for end in ends)
    return any(text[place - 3 : place - 2] != "该" and not any(a < place <= b for a, b in known) for place in places)


def _kinds(text: str, within: Span, named: Sequence[Named]) -> dict[Span, set[str]]:
    """The names in the part `within` of `text`, each with all that it is taken for; a title as "" where that is
    nothing."""
    found: dict[Span, set[str]] = defaultdict(set)
    for n in named:
        if within[0] <= n.span[0] and n.span[1] <= within[1]:
            found[n.span].add("人物" if n.person else n.kind)
    for match in _TITLE.finditer(text, *within):
        found[match.span(1)].add("")
    return found


def _marks(text: str, name: Span) -> tuple[str, str]:
    """《 and 》 where the name stands between them."""
    begin, end = name
    return ("《", "》") if text[begin - 1 : begin] == "《" and text[end : end + 1] == "》" else ("", "")
