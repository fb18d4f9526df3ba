"""Who says what: questions about speech in quotation marks whose speaker is named beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from core.qa_pairs.clauses import Clauses, is_manner
from core.qa_pairs.encoding import Span
from core.qa_pairs.spans import MAX_ANSWER
from core.qa_pairs.whole import whole_answer
from core.segmenter import cut_tagged

_QUOTE = re.compile(r"“[^“”\n]+”|「[^「」\n]+」|\"[^\"\n]+\"")
_SAYS = "回答|答应|询问|[追反提]问|告诉|解释|[嘱吩]咐|提醒|安慰|感叹|宣布|喊叫|叫喊|大喊|大叫|说|问|答|喊|叫|嚷|讲"
# A word that says so, alone or with what the lexicon joins to it: 问道, 着急地问.
_VERB = re.compile(f"地?(?P<says>{_SAYS})[道着]?")
# What may stand behind the verb: 说道, 告诉大家.
_TAIL = re.compile("[\u4e00-\u9fff]{0,4}")
_LEADS_IN = re.compile(r"(?P<mark>[:,])\s*$")
_REST = re.compile(r"[^,:;。!?\n“”「」]*")
# How speech ends within its marks when a clause goes on behind them: a term in quotation marks (“天眼”望远镜) has none.
_SPOKEN = ",;。!?…~"
_ASKED = re.compile("问")
_PART_END = re.compile("[,;:。!?\n“”「」]")
_CLAUSES_BEFORE = 3
_REACH = 14, 24  # characters before and behind a quotation that its verb stands in
_LEADING = ("t", "d", "c", "f", "ad", "zg")
_NOUNS = ("n", "j", "i", "l")
_WITHIN = ("a", "b", "m", "q", "mq", "uj")  # what stands before a noun: 小松鼠, 一只白鹅
_COUNTED = ("m", "q", "mq")
_AND = frozenset("和与跟、")
# Nobody in particular, or no speaker at all.
_NOBODY = re.compile(r"(?:[里上中]|俗话|谚语|常言|古语|古人|老话|人家|人们|大家|有人|时候|声音|声)$")
_END = " ,;:。!?…~"
_MANNERS = (4, 3, 2)  # characters of such words
_LONGEST = 26  # characters of what was said that a question can repeat


@dataclass(frozen=True)
class Speech:
    """What was said, without its marks, by whom, and the verb that says so."""

    said: Span
    who: Span
    verb: str


class Speakers:
    """The quoted speech of a folded passage."""

    def __init__(self, clauses: Clauses) -> None:
        self.clauses = clauses
        self.text = clauses.text

    @cached_property
    def speeches(self) -> tuple[Speech, ...]:
        """Speech whose speaker is named in its sentence."""
        found = []
        for quote in _QUOTE.finditer(self.text):
            said = whole_answer(self.text, (quote.start() + 1, quote.end() - 1))
            spoken = self._before(quote) or self._behind(quote)
            if spoken and said:
                found.append(Speech(said, *spoken))
        return tuple(found)

    def spans(self) -> Iterator[Span]:
        for speech in self.speeches:
            yield speech.who
            yield speech.said

    def questions(self, span: Span) -> Iterator[str]:
        """谁说 for a speaker, 说了什么 for what somebody says who says one thing."""
        spoken = Counter(self._name(s) for s in self.speeches)
        for speech in self.speeches:
            said = self.text[slice(*speech.said)].strip(_END)
            asks = bool(_ASKED.search(speech.verb))
            if span == speech.who and 2 <= len(said) <= _LONGEST:
                yield f"谁{'问' if asks else '说'}“{said}”?"
            elif span == speech.said and spoken[self._name(speech)] == 1 and len(said) <= MAX_ANSWER:
                yield f"{self._name(speech)}{'问' if asks else '说'}了什么?"

    def _name(self, speech: Speech) -> str:
        return self.text[slice(*speech.who)]

    def _before(self, quote: re.Match[str]) -> tuple[Span, str] | None:
        """The speaker and the verb that end right before the quotation: 小明高兴地说:“."""
        begin = max(0, quote.start() - _REACH[0])
        mark = _LEADS_IN.search(self.text, begin, quote.start())
        if not mark or (mark["mark"] == "," and not self._is_spoken(quote)):
            return None
        verb = self._verb((begin, mark.start()))
        if not verb:
            return None
        end, says = verb
        for _ in range(_CLAUSES_BEFORE):
            marks = [m.end() for m in _PART_END.finditer(self.text, max(0, end - 60), end)]
            begin = marks[-1] if marks else max(0, end - 60)
            if who := self._speaker((begin, end)):
                return who, says
            if not begin or self.text[begin - 1] != ",":
                return None
            end = begin - 1
        return None

    def _behind(self, quote: re.Match[str]) -> tuple[Span, str] | None:
        """Those that begin right behind it: ”小红问."""
        rest = _REST.match(self.text, quote.end())
        if not self._is_spoken(quote) or not rest or len(rest[0]) > _REACH[1]:
            return None
        verb = self._verb(rest.span())
        who = self._speaker((rest.start(), verb[0])) if verb else None
        return (who, verb[1]) if verb and who else None

    def _is_spoken(self, quote: re.Match[str]) -> bool:
        """Whether what is quoted ends as speech does."""
        return quote[0][-2] in _SPOKEN

    def _verb(self, span: Span) -> tuple[int, str] | None:
        """Where the verb begins that says so, and the verb: a word of its own with little behind it in the span."""
        for a, b, _ in self.clauses.tagged.within(span):
            verb = _VERB.fullmatch(self.text, a, b)
            if verb and _TAIL.fullmatch(self.text, b, span[1]):
                return verb.start("says"), verb["says"]
        return None

    def _speaker(self, clause: Span) -> Span | None:
        """The nouns that the clause begins with: who does it, without how (小明高兴地) and to whom (对小红)."""
        words = [w for w in self.clauses.tagged.words if w[0] < clause[1] and clause[0] < w[1]]
        while words and (words[0][2] in _LEADING or not self.text[slice(*words[0][:2])].strip()):
            words.pop(0)
        while words and words[0][2] in _COUNTED and (self.text[words[0][0]] == "一" or words[0][2] == "q"):
            words.pop(0)  # 一只白鹅
        first = last = None
        for i, (a, b, flag) in enumerate(words):
            noun = flag.startswith(_NOUNS)
            manner = first is not None and (is_manner(self.text, words[i:]) or self.text[b - 1] == "地")
            if manner or not (noun or flag in _WITHIN or self.text[a] in _AND):
                break
            first = a if first is None else first
            last = min(b, clause[1]) if noun else last
        if first is not None and last is not None:
            last = self._without_manner(first, last)
        if first is None or last is None or last - first > 12 or _NOBODY.search(self.text, first, last):
            return None
        return first, last

    def _without_manner(self, first: int, last: int) -> int:
        """The end of a name that the lexicon joined how somebody speaks to: 阿强着急地."""
        if self.text[last - 1] != "地":
            return last
        for n in _MANNERS:
            begin = last - 1 - n
            words = list(cut_tagged(self.text[begin : last - 1])) if begin - first >= 2 else []
            if len(words) == 1 and not words[0][1].startswith("nr"):
                return begin
        return last
