"""Clauses of a passage, and what each names as what it speaks of."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

from core.numerals import NUMERALS
from core.qa_pairs.encoding import Span
from core.qa_pairs.kinds import Tagged, Word
from core.qa_pairs.whole import NUMBERING
from core.segmenter import cut_tagged
from core.text import split_sentences

_ENDS, _STOPS = ",;:!?。\n\t|", ";\t|"
_OPENING, _CLOSING = "(《「『“[〈", ")》」』”]〉"
# What joins a clause to those before it says nothing where it stands alone.
_JOINING = re.compile(
    r"(?:结果|却|但是|但|然而|而且|而|并且|并|且|因此|因而|所以|于是|此外|另外|同时|其中|例如|比如|不过|可是|可(?![以能见爱靠供])|随后|后来|之后|接着|最后"
    r"|最终|从而|同样|尤其|特别|甚至|也(?!就是|许|可能)|还|又(?!名|称|叫)|则|就|即|只是|首先|其次|再次|然后|据说|相传|据记载|事实上|实际上|如今|当时|这时|此时|其后|此后)(?=..)"
)
_NUMBERING = re.compile(NUMBERING)
# Who reports, and from where: 本报讯, 新华社北京电, 晚报记者王立报道.
_WORDS = "[\u4e00-\u9fff·0-9]"
_DATELINE = re.compile(
    rf"\s*(?:{_WORDS}{{2,20}}?[讯电](?=[ (](?!是))|{_WORDS}{{2,14}}?(?:消息|快报|快讯|报道)(?=[ :(])"
    rf"|{_WORDS}{{0,20}}?(?:报|社|网|台|刊|中心|记者){_WORDS}{{0,12}}?(?:讯|电|消息|报道)(?=[ ,:(]))"
    r"(?:\([^()]*\))?[ ,:]*"
)
_PRONOUN = re.compile(
    r"(?:[他她它牠祂]们?|其(?!中|他|它|余|实|次|后|间)|该[\u4e00-\u9fff]{1,2}|此[人书山河地剧片]|这(?:一(?![年天月次点切])|座|个|种|位|部|本|条|项|家|所|首|支|款|类|里)[\u4e00-\u9fff]{0,3}?"
    r"|当地(?!居?[人民]|群众|政府|[农村市]民)|这里|那里|本[书片馆校店院园站会])"
)
_NOUNS = frozenset(("n", "nr", "ns", "nt", "nz", "nrt", "nrfg", "eng", "vn", "an", "ng", "j", "l", "i", "x", "s"))
_PARTS = _NOUNS | frozenset(("a", "b", "m", "q", "mq", "uj", "zg", "g", "k", "f", "ad", "d", "t"))
_BEFORE = frozenset(("t", "c", "d", "zg", "uj", "f"))
# What a reason or a purpose begins with.
REASON = re.compile("由于|因为|为了")
_VERBS = frozenset(("v", "vd", "vi", "vn", "a", "zg"))
_BEGINNING = frozenset(("随着", "通过", "经过"))
_WHILE = frozenset("在到了时的")
_NAMES = frozenset(("nr", "ns", "nt", "nz", "nrt", "nrfg", "eng"))
_MARKS = re.compile(r"[\W_]*(?=[《“「『(]?)(?<![《“「『(])")
_OWN_NAME = re.compile("[旧古俗简别又亦原全]称|[又别原本]名")
_CHINESE = re.compile("[\u4e00-\u9fff](?<![的是在有和与于被把将为了由从对等])")
_BRACKETS = re.compile(r"[(\[〔][^()\[\]〔〕]*[)\]〕]")
_PERIOD = re.compile("世纪|年代|[初中末后晚早]期|年间|时期|[年月日]$")
_WHEN = re.compile("时|后|前|期间|年间|以来|以后|之后|之前|以前|时期|时候|初|末|初期|末期|中期")
# Who speaks, or what was pointed at, cannot be named; what is supposed, asked or said again is not asked for.
_UNNAMED = re.compile(
    "(?:[我你您咱俺]们?|自己|有[人的些]|这(?=[是就也都使让样次场些]|一[年天月次点])|那(?=[是就也都]))"
)
_SUPPOSED = re.compile(
    "(?:谁|什么|哪[一个些里]|怎[么样]|凡是?|如果|假如|倘若|要是|只要|除非|即使|哪怕|无论|不管|若|也就是|千万|切勿|请勿)"
)
_AGAIN = re.compile("[也就]是|即|或者?说")
# What a thing is measured by, and the number behind it: no part of its name.
_DIMENSION = re.compile("(?:[全身总周]长|身高|[体总]重|[长宽高深厚重])(?:大?约)?$")
_VERB_WITHIN = re.compile("地处|坐落|[东西南北]起|横跨|流经|始建|创建于|建于")  # which the lexicon has as nouns
_NUMBER = re.compile(rf"约?[\d{NUMERALS}]")
_DONE = tuple("了着过出到成在于自")  # behind a verb that the lexicon has as a noun, too
_PREDICATES = frozenset(("v", "vd", "p", "vi", "vq"))


def is_manner(text: str, words: Sequence[tuple[int, int, str]]) -> bool:
    """Whether the noun that the words begin with says how something is done: 生气地, 伤心地, and not 草地."""
    a, b, _ = words[0]
    if len(words) > 1 and words[1][2] == "uv":
        return True
    stem = list(cut_tagged(text[a : b - 1])) if b - a > 2 and text[b - 1] == "地" else []
    return len(stem) == 1 and stem[0][1] in ("a", "ad", "an", "d", "z")


class Clauses:
    """A folded passage as sentences of clauses [start, end), without the marks that end them."""

    def __init__(self, tagged: Tagged) -> None:
        self.tagged = tagged
        self.text = tagged.text
        self._subjects: dict[Span, Span | None] = {}

    @cached_property
    def all(self) -> tuple[Span, ...]:
        """The clauses, from left to right."""
        return tuple(span for sentence in self.sentences for span in sentence)

    @cached_property
    def sentences(self) -> tuple[tuple[Span, ...], ...]:
        """The clauses of each sentence."""
        found = []
        for start, end in split_sentences(self.text, max(1, len(self.text))):
            line = _DATELINE.match(self.text) if start == 0 else None
            clauses, begin, depth = [], line.end() if line else start, 0
            for at in range(begin, end + 1):
                here = self.text[at] if at < end else "。"
                depth += (here in _OPENING) - (here in _CLOSING)
                if here in _ENDS and (depth <= 0 or here in "。\n") and not self._in_number(at):
                    if self.text[begin:at].strip():
                        clauses.append(self._stripped(begin, at))
                    begin, depth = at + 1, 0
                    if here in _STOPS and clauses:
                        found.append(tuple(clauses))
                        clauses = []
            if clauses:
                found.append(tuple(clauses))
        return tuple(found)

    @cached_property
    def _firsts(self) -> frozenset[Span]:
        return frozenset(sentence[0] for sentence in self.sentences)

    def _in_number(self, at: int) -> bool:
        return self.text[at - 1 : at].isdigit() and self.text[at + 1 : at + 2].isdigit()

    def _stripped(self, begin: int, end: int) -> Span:
        while begin < end and self.text[begin] in " \t\n\r”」』":
            begin += 1
        while end > begin and self.text[end - 1] in " \t\n\r":
            end -= 1
        return begin, end

    @cached_property
    def _places(self) -> list[tuple[int, int, int]]:
        """(end, sentence, clause) of each of `all`."""
        return [(end, i, k) for i, clauses in enumerate(self.sentences) for k, (_, end) in enumerate(clauses)]

    def place(self, span: Span) -> tuple[int, int, int]:
        """(sentence, first clause, last clause) that the span lies in; -1 where it lies in none."""
        at = bisect_right(self._places, span[0], key=lambda place: place[0])
        if at == len(self.all) or self.all[at][0] >= span[1]:
            return -1, -1, -1
        _, sentence, first = self._places[at]
        return sentence, first, first + sum(a < span[1] for a, _ in self.sentences[sentence][first:]) - 1

    def body(self, clause: Span) -> Span:
        """The clause without the words that join it to others."""
        start, end = clause
        if mark := _NUMBERING.match(self.text, start, end):
            start = mark.end()
        while joined := _JOINING.match(self.text, start, end):
            start = joined.end()
        return start, end

    def pronoun(self, clause: Span) -> str:
        """The pronoun that the clause begins with, or ""."""
        found = _PRONOUN.match(self.text, *self.body(clause))
        return found[0] if found else ""

    def can_be_asked(self, clause: Span) -> bool:
        """Whether the clause says something that is so, of what can be named: no "if", no "I", no heading."""
        start, end = self.body(clause)
        words = self.words((start, end))
        spoken = any(flag == "r" and _UNNAMED.match(self.text, a) for a, _, flag in words[:5])
        return not (
            spoken
            or _UNNAMED.match(self.text, start, end)
            or _AGAIN.match(self.text, start, end)
            or _SUPPOSED.search(self.text, start, end)
            or self.text[end : end + 1] == ":"
        )

    def words(self, span: Span) -> Sequence[Word]:
        """The words within the span."""
        return self.tagged.within(span)

    def subject(self, clause: Span) -> Span | None:
        """What stands before the first verb, preposition or adverb of the clause and names something; None where
        nothing does."""
        if clause not in self._subjects:
            self._subjects[clause] = self._subject(clause)
        return self._subjects[clause]

    def _subject(self, clause: Span) -> Span | None:
        start, end = self.body(clause)
        if start >= end or _PRONOUN.match(self.text, start, end):
            return None
        words = list(self.words((start, end)))
        if self._is_title(clause, words) and not _VERB_WITHIN.search(self.text, start, end):
            return start, end
        if words and words[0][2] == "c" and self.text[words[0][0]] in "和与同跟":
            return None  # 和小麦是亲戚
        while words and (words[0][2] in _BEFORE or self._is_date(words[0])):
            words.pop(0)
        words = words[self._adverbial(words) :]
        first = last = None
        depth = 0
        named = False
        for i, (a, b, flag) in enumerate(words):
            piece = self.text[a:b]
            if first is not None and is_manner(self.text, words[i:]):
                break
            if piece in _OPENING:
                depth += 1
            inside = depth > 0
            if piece in _CLOSING:
                depth -= 1
                last = b if first is not None else last
                named = named or piece == "》"
                continue
            if not inside and (flag in _PREDICATES or (flag not in _PARTS and piece not in "·•、《(和与及的-")):
                break
            if not inside and flag == "vn" and self._acts(b):
                break
            if not inside and (_OWN_NAME.match(self.text, a) or (flag == "d" and not self._within_name(b))):
                break
            if first is None:
                first = a
            if flag in _NOUNS or inside:
                last, named = b, named or flag in _NOUNS
        if (
            first is None
            or last is None
            or not named
            or self.text[last : last + 1] == "于"
            or (last >= end and not self._is_heading(clause, (first, last)))
        ):
            return None
        if self.text[last : last + 1] == "们":
            last += 1
        if (measured := _DIMENSION.search(self.text, first + 2, last)) and _NUMBER.match(self.text, last):
            last = measured.start()
        if said := _VERB_WITHIN.search(self.text, first + 2, last):
            last = said.start()
        while last > first and self.text[last - 1] in "的、":
            last -= 1
        first += len(_MARKS.match(self.text[first:last])[0])  # type: ignore[index]
        last = self._whole(first, self._joined(last, end), end)
        return (first, last) if last - first <= 20 + self.text.count("(", first, last) * 20 else None

    def _acts(self, at: int) -> bool:
        """Whether a word that ends there, noun or verb, is a verb: 设计了, 生活着, 出版两本."""
        behind = self.tagged.beginning(at)
        return self.text.startswith(_DONE, at) or (behind is not None and behind[2] == "m")

    def _within_name(self, at: int) -> bool:
        """Whether a noun follows right there, as 基金会 in 自然基金会, where 自然 alone would be an adverb."""
        behind = self.tagged.beginning(at)
        return behind is not None and behind[2] in ("n", "nt", "nz") and behind[1] - behind[0] > 1

    def _joined(self, last: int, end: int) -> int:
        """The end of a foreign name that an interpunct goes on with: 玛丽·居里."""
        while last < end and "·" in self.text[last - 1 : last + 1]:
            last = next((b for _, b, _ in self.words((last, end)) if self.text[b - 1] != "·"), end)
        return last

    def _whole(self, first: int, last: int, end: int) -> int:
        """The end of a name that the lexicon cuts: the characters behind it that always stand there, of a name that the
        passage has several times, unless they say how (小明高兴地)."""
        count = self.text.count(self.text[first:last])
        known = last
        while count > 1 and last < end and _CHINESE.match(self.text[last]):
            if self.text.count(self.text[first : last + 1]) < count:
                break
            last += 1
        return known if any(known < b <= last and flag == "uv" for _, b, flag in self.tagged.words) else last

    def _adverbial(self, words: Sequence[Word]) -> int:
        """How many of the words, from the first, say only when: 抗战时, 建国以后."""
        for i, (a, b, flag) in enumerate(words[:4]):
            if flag in _PREDICATES:
                return 0
            ends_so = self.text[b - 1] in "时后前" and flag in ("t", "f", "ng", "nt", "n") and b - a > 1
            if ends_so or _WHEN.fullmatch(self.text, a, b):
                return i + 1
        return 0

    def _is_date(self, word: Word) -> bool:
        return any(a.kind == "date" and a.start <= word[0] and word[1] <= a.end for a in self.tagged.amounts)

    def _is_title(self, clause: Span, words: Sequence[Word]) -> bool:
        """Whether the passage begins with the name of what it is about and a comma: 泼水节,亦称宋干节."""
        start, end = clause
        if clause != self.all[0] or not words or end - start > 12 or self.text[end : end + 1] != ",":
            return False
        if _OWN_NAME.search(self.text, start, end) or _PERIOD.search(self.text, start, end):
            return False
        if any(
            start < a.start and a.end == end and a.kind not in ("date", "count", "number") for a in self.tagged.amounts
        ):
            return False  # 北塔高30米
        only_when = all(flag in ("t", "m", "f", "q") for _, _, flag in words) and self.text[end - 1] != "节"
        return not only_when and not any(flag in _PREDICATES or flag in ("d", "c", "r") for _, _, flag in words)

    def _is_heading(self, clause: Span, span: Span) -> bool:
        """Whether a clause that begins its sentence is nothing else than a name: 曾雨亭(1898—1965),地图学家."""
        bracket = self.text.find("(", *span)
        words = self.words((span[0], bracket if bracket > 0 else span[1]))
        return (
            clause in self._firsts
            and bool(words)
            and (words[0][2] in _NAMES or self.text[span[0]] in "《“")
            and len(words) <= 8
        )

    def is_name(self, word: Word) -> bool:
        """Whether a word (start, end, part of speech) is a name or the mark of a title."""
        return word[2] in _NAMES or self.text[word[0]] in "《》"

    def names_something(self, span: Span) -> bool:
        """Whether there is a name in the span."""
        return any(map(self.is_name, self.words(span)))

    def named(self, span: Span) -> str:
        """What stands in the span without what is added in brackets."""
        return _BRACKETS.sub("", self.text[slice(*span)]).strip()

    def says(self, span: Span) -> bool:
        """Whether there is a verb or an adjective in the span, but for what only begins an adverbial."""
        before = ""
        for a, b, flag in self.words(span):
            if flag in _VERBS and self.text[a:b] not in _BEGINNING and before != "p":
                return True
            before = flag
        return False

    def only_when(self, start: int, said: str) -> bool:
        """Whether what is said from `start` on only tells when: 2010年, 献血结束后."""
        words = self.words((start, start + len(said)))
        if words and len(said) <= 10 and self.text[words[-1][1] - 1] in "时后前" and words[-1][2] in ("f", "ng", "t"):
            return True
        return bool(words) and all(f in ("t", "m", "q", "mq", "f") or self.text[a:b] in _WHILE for a, b, f in words)
