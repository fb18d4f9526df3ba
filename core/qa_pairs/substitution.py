"""Questions by substitution: the clause that has the answer, with a question word in the answer's place.

Chinese asks in place: 喀什古称什么？ is 喀什古称疏勒 with one word changed. What the passage says is a question as
soon as it is known what the clause speaks of, where it leaves that out, and which word asks for the answer. Several are
made, and others choose among them: overgenerate and rank (Heilman & Smith 2010, aclanthology.org/N10-1086). The post
(kexue.fm/archives/7630) has its model write all questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.qa_pairs.clauses import Clauses
from core.qa_pairs.encoding import Span
from core.qa_pairs.question_words import Put, is_amount, question_words
from core.qa_pairs.spans import MAX_ANSWER
from core.segmenter import cut_tagged

MAX_QUESTION = 45
_CAUSE = re.compile(r"(?:因为|由于|是因为|原因是|原因在于|是由于|因)$")
_ASKED_FOR = re.compile(
    r"(?:因为|由于|是因为|原因是|原因在于|为了|目的是|是为了|以便|是指|指的是|意思是|意为|称为|又称|俗称|包括|包含|分为|分成|主要有|通过|(?<![不就还也只都便正])是)"
    r"(?P<what>[^,;:。!?]+)"
)
_HANGING = re.compile(r"(?:[后时前的和与在于对被把由将]|的话|以来|介绍|表示|认为|指出|说|称|发现)\?$|什么后\?|[【】—]")
_TWICE = re.compile("为什么(?:为了|因为?|由于)|(?:哪一年|什么时候|哪一天)(?:为了|因为|由于)[^,，]*\\?$")
_WHEN_OR_WHERE = re.compile("(?:哪一年|什么时候|哪一天|什么地方|哪里|哪个国家)\\?$")
_BEGINS_IN = re.compile(r"[的地得了着过被把和与及或,、)）\]”》]")
_STATES = frozenset(("是", "有", "为", "属", "叫", "在", "位于"))
_COUNTS = frozenset(("多少", "几"))
_THEN = re.compile("所以|因此|因而|于是|便|就|才|只好|只能|不得不")
_THEREFORE = re.compile(r"^(?:所以|因此|因而|于是|故|故此|从而)")
_PURPOSE = re.compile(r"(?:为了|是为了|目的是|以便|为的是)$")
_JOINED = re.compile(r"(?:不过|但是?|然而|而且?|正是?|主要|是|也|又|还|就|都|后来?|当时|可能|,)+")
_OPEN = re.compile("通过|为了?|随着|当|根据|按照?|经过|由于|在.*[中下时后前里]$")
_ENDS_OPEN = re.compile("(?:[后时前]|的话|以来|的同时|之际|期间)$")
_ALONE = frozenset(("谁", "什么", "什么地方", "哪里"))
_STRAY = re.compile(r"(?:还|也|又|便|则|就|才|终于)(?=哪|多少|几|什么时候|为什么)|(?<=[年候天])(?:便|就|才)(?=..)")
_OBJECT = re.compile(r"(?<=.)[他她它](?!们|的|自|人)")
_NOTHING_IN = re.compile(r"\([\s、,;]*\)")
_CALLED = re.compile("[称作成名译改分认视定]为$")
_SIBLING = re.compile("(?:、|和|与|及|以及|或)$")
_SIBLINGS = re.compile("^(?:、|和|与|及|以及|或)")
_VERB = frozenset(("v", "vd", "vi", "vn", "a", "zg"))


@dataclass(frozen=True)
class Made:
    """A question made of the passage for the answer `span`; `certain`: the clause names what it speaks of itself."""

    text: str
    span: Span
    certain: bool


class Substitution:
    """What can be asked about a folded passage by substitution."""

    def __init__(self, clauses: Clauses) -> None:
        self.clauses = clauses
        self.tagged = clauses.tagged
        self.text = clauses.text

    def questions(self, span: Span) -> list[Made]:
        """Questions that the span answers, without repeats; none where no question word can stand for it."""
        found: dict[str, Made] = {}
        for made in (*self._why(span), *self._in_place(span)):
            text = _STRAY.sub("", self._resolved(_NOTHING_IN.sub("", made.text), span))
            if 5 <= len(text) <= MAX_QUESTION:
                found.setdefault(text, replace(made, text=text))
        return [made for made in found.values() if self._stands(made.text)]

    def _resolved(self, question: str, span: Span) -> str:
        """The question with what the passage is about for a pronoun that is its object: 发现了它."""
        main = self.clauses.main
        found = _OBJECT.search(question)
        if not (main and found) or _overlap(main, span):
            return question
        name, person = self._piece(main), found[0][0] != "它"
        fits = name not in question and person == self.clauses.is_person(main)
        return question[: found.start()] + name + question[found.end() :] if fits else question

    def _stands(self, question: str) -> bool:
        """Whether it is a sentence: something is said, and nothing is left hanging."""
        if _HANGING.search(question) or _BEGINS_IN.match(question) or _TWICE.search(question):
            return False
        words = list(cut_tagged(question))
        verbs = {w for w, f in words if f[0] == "v" or w in _STATES}
        if _WHEN_OR_WHERE.search(question):
            verbs -= {"是", "在"}  # 天坛是哪一年
        return bool(verbs) or any(w in _COUNTS for w, _ in words)

    def spans(self) -> Iterator[Span]:
        """Pieces of the passage that something asks for by what stands before them: reasons, purposes, what a thing is
        or means, lists."""
        for sentence in self.clauses.sentences:
            for start, end in sentence:
                for found in _ASKED_FOR.finditer(self.text, start, end):
                    span = found.span("what")
                    if 2 <= span[1] - span[0] <= MAX_ANSWER:
                        yield span

    def _piece(self, span: Span) -> str:
        return self.clauses.named(span)

    def _in_place(self, span: Span) -> Iterator[Made]:
        sentence, first, last = self.clauses.place(span)
        if sentence < 0 or last - first > 2 or self.text[span[0]] in "了着过的地得":
            return
        clauses = self.clauses.sentences[sentence]
        begin, end = self.clauses.body(clauses[first])[0], clauses[last][1]
        marked = self.text[begin : span[0]]
        if (
            span[0] < begin
            or _CAUSE.search(marked)
            or _PURPOSE.search(marked)
            or (
                not is_amount(self.text[slice(*span)])
                and (_SIBLING.search(self.text[begin : span[0]]) or _SIBLINGS.match(self.text[span[1] : end]))
            )
        ):
            return  # one of several things that would answer as well
        for put in question_words(self.tagged, span, (begin, end)):
            left = self.text[begin : span[0] - put.before]
            right = self.text[span[1] + put.behind : end]
            left, right = self._alone(left, right, begin)
            if (
                put.word in _ALONE
                and not put.before
                and (self._behind_noun(begin, span[0]) or self._of_noun(span, end))
            ):
                continue  # 英国女王什么, 什么第二高峰
            yield from self._dated(clauses[first], span, put)
            if not re.sub(r"\W", "", left + right) or (put.word == "什么" and right.startswith("的")):
                continue
            following = self._piece(clauses[last + 1]) if last + 1 < len(clauses) else ""
            yield from self._completed(sentence, first, left, put, right, following, span)

    def _behind_noun(self, begin: int, end: int) -> bool:
        """Whether a noun stands right before `end`, so that 谁 or 什么 cannot."""
        before = [w for w in self.clauses.words((begin, end)) if w[1] == end]
        return bool(before) and (
            before[0][2][0] == "n" or self.text[end - 1] == "的" or before[0][2] in ("q", "m", "mq")
        )

    def _of_noun(self, span: Span, end: int) -> bool:
        """Whether what stands in the span belongs to a noun behind it: 世界 in 世界第二高峰."""
        flags = [flag for a, _, flag in self.clauses.words((span[1], end)) if a == span[1]]
        return bool(flags) and flags[0][0] in "nmqab"

    def _alone(self, left: str, right: str, begin: int) -> tuple[str, str]:
        """The clause without the other items of a list that the answer is within one of: 用A350克、B多少克、C15克."""
        if "、" in right:
            right = right[: right.index("、")]
        if "、" in left:
            first = begin + left.index("、")
            verbs = [
                b for a, b, flag in self.clauses.words((begin, first)) if flag in ("v", "p") or flag.startswith("v")
            ]
            if verbs:
                left = self.text[begin : verbs[-1]] + left[left.rindex("、") + 1 :]
        return left, right

    def _completed(
        self, sentence: int, clause: int, left: str, put: Put, right: str, following: str, span: Span
    ) -> Iterator[Made]:
        """The clause with its subject, wherever that is to be taken from."""
        here = self.clauses.sentences[sentence][clause]
        lead = self._lead(sentence, clause)
        incomplete = following and (_ENDS_OPEN.search(left + right) or (_OPEN.match(left) and not self._says(here)))
        tail = right + (following and "，" + following if incomplete else "")
        pronoun = self.clauses.pronoun(here)
        topics = [self._piece(t) for t in self.clauses.speaks_of(sentence, clause) if not _overlap(t, span)]
        if pronoun and left.startswith(pronoun):
            for topic in topics[:2]:
                owner = topic + "的" if pronoun == "其" else topic
                yield self._asked(lead, owner + left[len(pronoun) :], put, tail, span, False)
            return
        subject = self.clauses.subject(here)
        main = self.clauses.main
        if subject is not None:
            named = any(self._is_name(w) for w in self.clauses.words(subject))
            own = span[0] < subject[1]
            if not named and not own:
                topic = self._piece(main) if main else ""
                if main and topic not in left and not _overlap(main, span):
                    yield self._asked(lead, topic + "的" + left, put, tail, span, False)
            yield self._asked(lead, left, put, tail, span, True)
            return
        amount = self.tagged.kind(span) == "date" or is_amount(self.text[slice(*span)])
        if not re.sub(r"\W", "", left) and not lead and not amount:  # the answer is what the clause speaks of
            yield self._asked("", "", put, tail, span, True)
            return
        for topic in topics[:3]:
            yield self._asked(lead, topic + left, put, tail, span, False)

    def _is_name(self, word: tuple[int, int, str]) -> bool:
        return word[2] in ("nr", "ns", "nt", "nz", "nrt", "nrfg", "eng") or self.text[word[0]] in "《》"

    def _lead(self, sentence: int, clause: int) -> str:
        """A clause before that only says when: 2010年."""
        if clause == 0:
            return ""
        before = self.clauses.sentences[sentence][clause - 1]
        words = self.clauses.words(before)
        if not words or before == self.clauses.main or len(self._piece(before)) > 12:
            return ""
        only_when = all(f in ("t", "m", "q", "mq", "f") or self.text[a:b] in "在到了时的" for a, b, f in words)
        return self._piece(before) if only_when else ""

    def _says(self, clause: Span) -> bool:
        """Whether the clause has a verb of its own."""
        words = self.clauses.words(clause)
        before = ""
        for a, b, flag in words:
            if flag in _VERB and self.text[a:b] not in ("随着", "通过", "经过") and before not in ("p",):
                return True
            before = flag
        return False

    def _dated(self, clause: Span, span: Span, put: Put) -> list[Made]:
        """For a date that begins its clause, the question with what the clause speaks of in front: 喀什哪一年设立…"""
        if self.tagged.kind(span) != "date" or re.sub(r"\W", "", self.text[self.clauses.body(clause)[0] : span[0]]):
            return []
        sentence, _, last = self.clauses.place(span)
        clauses = self.clauses.sentences[sentence]
        begin, end = span[1], clauses[last][1]
        if not self.text[begin:end].strip():
            if last + 1 >= len(clauses):
                return []
            begin, end = self.clauses.body(clauses[last + 1])
        subject = self.clauses.subject((begin, end))
        pronoun = self.clauses.pronoun((begin, end))
        if subject:
            names, rest = [self._piece(subject)], self.text[subject[1] : end]
        else:
            names = [self._piece(t) for t in self.clauses.speaks_of(sentence, last)[:2]]
            rest = self.text[begin + len(pronoun) : end]
        return [Made(f"{name}{put.word}{rest}?", span, bool(subject)) for name in names]

    def _asked(self, lead: str, left: str, put: Put, right: str, span: Span, certain: bool) -> Made:
        if left.endswith("为") and put.word.startswith("什么") and not _CALLED.search(left):
            left = left[:-1] + "是"  # 俗名为什么 would ask for a reason
        if put.word.startswith(("多少", "几")) and not self._predicate(left + right):
            left += "是"  # 全长86米 is said without a verb, and not asked so
        return Made(f"{lead}{left}{put.word}{right}".strip(" ,;:、") + "?", span, certain)

    def _predicate(self, told: str) -> bool:
        """Whether the words have a verb or an adjective, or end with one that wants a number: 高, 长."""
        return any(f[0] in "vad" or f == "p" for _, f in cut_tagged(told))

    def _why(self, span: Span) -> Iterator[Made]:
        """Questions for a reason or a purpose that its clause says to be one."""
        sentence, first, last = self.clauses.place(span)
        if sentence < 0:
            return
        clauses = self.clauses.sentences[sentence]
        begin, end = min(self.clauses.body(clauses[first])[0], span[0]), clauses[last][1]
        left, right = self.text[begin : span[0]], self.text[span[1] : end]
        cause, purpose = _CAUSE.search(left), _PURPOSE.search(left)
        if not (cause or purpose):
            return
        marker = (cause or purpose)[0]  # type: ignore[index]
        told = left[: -len(marker)].rstrip("是,")
        told = "" if _JOINED.fullmatch(told) else told
        for clause, text in self._explained(sentence, first, last, marker, told, right):
            for name, rest in self._split(sentence, clause, text):
                if purpose:
                    yield Made(f"{name}{rest}是为了什么?", span, True)
                yield Made(f"{name}为什么{rest}?", span, True)

    def _explained(
        self, sentence: int, first: int, last: int, marker: str, told: str, right: str
    ) -> Iterator[tuple[int, str]]:
        """(clause, text) of what the reason behind `marker` is one for: what stands around it in its clause, or the
        next clause, or the one before."""
        clauses = self.clauses.sentences[sentence]
        if right.strip("而的,"):
            yield first, told + re.sub("^(?:而|,)", "", right)
            return
        if len(told) >= 4 and self._says((clauses[first][0], clauses[first][0] + len(told))):
            yield first, told
            return
        behind = last + 1 < len(clauses)
        then = behind and _THEN.match(self._piece(clauses[last + 1]))
        if then or (behind and marker in ("因为", "由于", "为了", "因") and (first == 0 or told)):
            following = re.sub(_THEREFORE, "", self._piece(self.clauses.body(clauses[last + 1])))
            yield (first if told else last + 1), told + following
        elif first > 0:
            yield first - 1, self._piece(self.clauses.body(clauses[first - 1]))

    def _split(self, sentence: int, clause: int, told: str) -> Iterator[tuple[str, str]]:
        """What is told as (what it speaks of, what is said of that)."""
        here = self.clauses.sentences[sentence][clause]
        subject, pronoun = self.clauses.subject(here), self.clauses.pronoun(here)
        if subject and told.startswith(whole := self.text[slice(*subject)]):
            yield self._piece(subject), told[len(whole) :]
            return
        rest = told[len(pronoun) :] if pronoun and told.startswith(pronoun) else told
        owned = ""
        begin = self.clauses.body(here)[0] + len(pronoun)
        if pronoun and rest.startswith("的") and (thing := self.clauses.subject((begin + 1, here[1]))):
            owned = self.text[begin : thing[1]]
            rest = rest[len(owned) :]
        named = self.clauses.before(sentence, clause) if subject else self.clauses.speaks_of(sentence, clause)
        for topic in named[:2]:
            yield self._piece(topic) + owned, rest


def _overlap(a: Span, b: Span) -> bool:
    return a[0] < b[1] and b[0] < a[1]
