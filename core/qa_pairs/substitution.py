"""Questions by substitution: the clause that has the answer, with a question word in the answer's place.

Chinese asks in place: 喀什古称什么？ is 喀什古称疏勒 with one word changed. What the passage says is a question as
soon as it is known what the clause speaks of, where it leaves that out, and which word asks for the answer. Several are
made, and others choose among them: overgenerate and rank (Heilman & Smith 2010, aclanthology.org/N10-1086). The post
(kexue.fm/archives/7630) has its model write all questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from core.qa_pairs.amount_words import Put, is_amount
from core.qa_pairs.asked_for import asked_for
from core.qa_pairs.clauses import Clauses
from core.qa_pairs.encoding import Span
from core.qa_pairs.kinds import is_organisation
from core.qa_pairs.notices import Notices
from core.qa_pairs.placing import is_part, stands_for
from core.qa_pairs.question_shape import stands, unjoined, without_asides, without_stray
from core.qa_pairs.question_words import question_words
from core.qa_pairs.reasons import Reasons
from core.qa_pairs.speakers import Speakers
from core.qa_pairs.topics import Topics
from core.qa_pairs.when import Dates
from core.segmenter import cut_tagged

MAX_QUESTION = 45
_OPEN = re.compile("通过|为了?|随着|当|根据|按照?|经过|由于|在.*[中下时后前里]$")
_ENDS_OPEN = re.compile("(?:[后前]|(?<![用耗及同])时|的话|以来|的同时|之际|期间)$")
_OBJECT = re.compile(r"(?<=.)[他她它](?!们|的|自|人)")
_RELATIVE = re.compile(
    "(?:同年|当年|次年|翌年|第二年|同月|同日|当天|次日|当月|当晚|昨[天日晚]|今[天日]|近日|日前|不久|随后|[\\d一二两三四五六七八九十百数几多]+(?:多?年|个?月|天|周)[之以]?后)"
    "(?:上午|下午|凌晨|清晨|早上|晚上?|深夜)?[,，]?"
)
_BECAUSE = re.compile("因为?(?!此|而)|由于|为了")
# What the clause says of one of many, which another might be as well; or of one that there is only one of.
_OF_MANY = re.compile(r"(?:位于|坐落|地处|在).*(?:部|境内|侧|畔|边|岸)$|(?:是|为|属于?)")
_OF_ONE = re.compile("最|第|首|唯一")
_THERE = re.compile("(?:先后|曾|共|一共|总共)?有$")
_HERE = re.compile("(?:这|那|当)[里地]")
_ELLIPTIC = re.compile("(?:的|一[个种]|第?[一二三四五])多?是$")
_TALL = re.compile("(?<![全身体周总])[高长宽深厚重]$")
_WANTS_NUMBER = re.compile("(?:有|达|仅|近|约|超过|共)$")
_QUOTED = re.compile("[“「《].*[”」》]$")
_TOGETHER = re.compile("[合并统]称")
_NAMES = frozenset(("nr", "nrt", "nrfg", "nt", "nz"))
_OFFICE = re.compile("(?:担任|出任|就任|当选为?|兼任|接任|继任|任)(?!过|教|职|命)")


@dataclass(frozen=True)
class Made:
    """A question made of the passage for the answer `span`; `certain`: the clause names what it speaks of itself;
    `stated`: the passage surely says itself what the span is, by a label, by who speaks or by 因 and 而."""

    text: str
    span: Span
    certain: bool
    stated: bool = False


class Substitution:
    """What can be asked about a folded passage by substitution."""

    def __init__(self, clauses: Clauses) -> None:
        self.clauses = clauses
        self.tagged = clauses.tagged
        self.text = clauses.text
        self.topics = Topics(clauses)
        self.reasons = Reasons(self.topics)
        self.notices = Notices(self.topics)
        self.speakers = Speakers(clauses)
        self.dates = Dates(self.topics)
        self._questions: dict[Span, list[Made]] = {}

    def questions(self, span: Span) -> list[Made]:
        """Questions that the span answers, without repeats; none where no question word can stand for it."""
        if span not in self._questions:  # asked first whether there are any
            self._questions[span] = self._made(span)
        return self._questions[span]

    def _made(self, span: Span) -> list[Made]:
        labelled = [(text, certain) for text, certain in self.notices.questions(span)]
        spoken = [(text, True) for text in self.speakers.questions(span)]
        said = [Made(text, span, True, sure) for text, sure in (*labelled, *spoken) if len(text) <= MAX_QUESTION]
        found: dict[str, Made] = {}
        for made in (*self._why(span), *self._in_place(span)):
            text = without_stray(self._resolved(without_asides(made.text), span))
            if 5 <= len(text) <= MAX_QUESTION:
                found.setdefault(text, replace(made, text=text))
        return [*said, *(made for made in found.values() if stands(made.text))]

    def _why(self, span: Span) -> Iterator[Made]:
        # 黄山因古松奇特而闻名 says in one clause of what it is the reason, and for what.
        stated = self.text.startswith("而", span[1])
        return (Made(text, span, True, stated) for text in self.reasons.questions(span))

    def _resolved(self, question: str, span: Span) -> str:
        """The question with what the passage is about for a pronoun that is its object: 发现了它, 来到这里."""
        main = self.topics.main
        place = main and not _overlap(main, span) and any(f in ("ns", "nt") for _, _, f in self.clauses.words(main))
        if main and place and _HERE.search(question) and self._piece(main) not in question:
            question = _HERE.sub(self._piece(main), question, count=1)
        found = _OBJECT.search(question)
        if not (main and found) or _overlap(main, span):
            return question
        name, person = self._piece(main), found[0][0] != "它"
        fits = name not in question and person == self.tagged.has_person(main)
        return question[: found.start()] + name + question[found.end() :] if fits else question

    def spans(self) -> Iterator[Span]:
        """Pieces of the passage that something asks for: a label, a quotation, or what stands before them."""
        yield from self.notices.spans()
        yield from self.speakers.spans()
        yield from asked_for(self.clauses)

    def _piece(self, span: Span) -> str:
        return self.clauses.named(span)

    def _in_place(self, span: Span) -> Iterator[Made]:
        sentence, first, last = self.clauses.place(span)
        quoted = _QUOTED.match(self.text[span[0] - 1 : span[1] + 1])
        if (
            sentence < 0
            or (last > first and not quoted)
            or self.text[span[0]] in "了着过的地得"
            or span[1] - span[0] < 2
        ):
            return
        clauses = self.clauses.sentences[sentence]
        begin, end = self.clauses.body(clauses[first])[0], clauses[last][1]
        if (
            span[0] < begin
            or is_part(self.tagged, span, (begin, end))
            or not all(map(self.clauses.can_be_asked, clauses[first : last + 1]))
        ):
            return
        dated = self.tagged.kind(span) == "date"
        for put in question_words(self.tagged, span, (begin, end)):
            left = self.text[begin : span[0] - put.before]
            right = self.text[span[1] + put.behind : end]
            left, right = self._alone(left, right, begin)
            if not stands_for(put, self.tagged, span, (begin, end)):
                continue
            if _RELATIVE.search(left) and dated:
                return
            left = _RELATIVE.sub("", left)
            yield from (Made(text, span, certain) for text, certain in self.dates.questions(span, put))
            if not re.sub(r"\W", "", left + right) or (put.word == "什么" and right.startswith("的")):
                continue
            if right and left.endswith("为") and put.word.startswith("什么"):
                continue  # 为什么作注 would ask for a reason
            if _ELLIPTIC.search(left) and not self.clauses.names_something((begin, span[0])):
                continue  # 剩下的是什么
            yield from self._completed(sentence, first, last, left, put, right, span)

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
        self, sentence: int, clause: int, last: int, left: str, put: Put, right: str, span: Span
    ) -> Iterator[Made]:
        """The clause with its subject, wherever that is to be taken from."""
        here = self.clauses.sentences[sentence][clause]
        lead = self._lead(sentence, clause)
        following = self._following(sentence, last, left, right)
        if following is None:
            return
        tail = right + following
        pronoun = self.clauses.pronoun(here)
        topics = [self._piece(t) for t in self.topics.of(sentence, clause) if not _overlap(t, span)]
        if pronoun and left.startswith(pronoun):
            for topic in topics:
                owner = topic + "的" if pronoun == "其" else topic
                yield self._asked(lead, owner + unjoined(left[len(pronoun) :]), put, tail, span, False)
            return
        subject = self.clauses.subject(here)
        asked_for = not re.sub(r"\W", "", left)  # the answer is what the clause speaks of
        told = self.text[slice(*span)]
        named = is_organisation(told) or is_amount(told) or self.clauses.names_something(span)
        if asked_for and (_OF_MANY.match(right) or not named) and not _OF_ONE.search(right):
            return
        if subject is not None:
            yield from self._named(subject, lead, left, put, self._in_office(sentence, clause, put, tail), span)
            return
        if asked_for and not lead and not (self.tagged.kind(span) == "date" or is_amount(told)):
            yield self._asked("", "", put, self._in_office(sentence, clause, put, tail), span, True)
            return
        if not _TOGETHER.match(left):
            yield from self._topical(sentence, clause, topics, left, put, tail, span)

    def _topical(
        self, sentence: int, clause: int, topics: Sequence[str], left: str, put: Put, tail: str, span: Span
    ) -> Iterator[Made]:
        """Of a clause without a subject, with each of the `topics` that it may speak of, or as it is."""
        lead, clauses = self._lead(sentence, clause), self.clauses.sentences[sentence]
        unseen = self.topics.begins_with(clauses[clause], _NAMES)
        if unseen or (_THERE.match(left) and _HERE.search(tail)) or self._named_within(clauses[clause], span):
            topics = [""]
        elif clause and left[:1] in ("到", "至") and (before := self.clauses.subject(clauses[clause - 1])):
            topics = [self._piece(before)]
        if left.startswith("请"):
            topics, left = ([""] if lead else []), "应该" + left[1:]
        for topic in topics:
            yield self._asked(lead, topic + left, put, tail, span, False)

    def _named_within(self, clause: Span, span: Span) -> bool:
        """Whether somebody is told of before he is named: 在大学当修理工的瓦特接到任务."""
        return any(
            self.text[a - 1] == "的" and self.tagged.has_person((a, b)) and not _overlap((a, b), span)
            for a, b, _ in self.clauses.words(clause)
        )

    def _following(self, sentence: int, last: int, left: str, right: str) -> str | None:
        """The clause behind, where this one says nothing without it; None where there is none then."""
        here = self.clauses.sentences[sentence][last]
        open_ended = _ENDS_OPEN.search(left + right) or (_OPEN.match(left) and not self.clauses.says(here))
        if not open_ended and not _BECAUSE.search(left + right):
            return ""
        if last + 1 == len(self.clauses.sentences[sentence]):
            return None
        following = self.clauses.sentences[sentence][last + 1]
        if not open_ended and self.clauses.subject(following):
            return ""
        return "，" + self._piece(following)

    def _named(self, subject: Span, lead: str, left: str, put: Put, tail: str, span: Span) -> Iterator[Made]:
        """Of a clause that names its subject: in full, where it is only a noun."""
        if span[0] < subject[1]:
            if span == subject or self.text[span[1] : span[1] + 1] == "的" or not left:
                yield self._asked(lead, left, put, tail, span, True)
            return
        said = self.text[slice(*subject)]
        rest = unjoined(left[len(said) :]) if left.startswith(said) else None
        full = self.topics.full_name(subject) if rest is not None else ""
        if full and rest is not None:
            yield self._asked(lead, full + rest, put, tail, span, True)
            return
        if self.topics.is_counted(subject):
            yield self._asked(lead, self._piece(self.topics.main or subject) + left, put, tail, span, False)
            return
        owner = self.topics.owner(subject)
        left = left if rest is None else said + rest
        if owner and owner not in left:
            yield self._asked(lead, owner + left, put, tail, span, False)
        yield self._asked(lead, left, put, tail, span, True)

    def _in_office(self, sentence: int, clause: int, put: Put, told: str) -> str:
        """What somebody is said to be in office as, with what it is an office of: 谁担任新加坡第一任总理."""
        office = _OFFICE.match(told)
        if put.word[0] not in "谁哪" or not office:
            return told
        words = list(cut_tagged(told[office.end() :]))
        named = any(flag in ("nr", "ns", "nt", "nz") for _, flag in words)
        of = self.topics.before(sentence, clause) or ([self.topics.main] if self.topics.main else [])
        if named or not of or self.tagged.has_person(of[0]):
            return told
        return office[0] + self._piece(of[0]) + told[office.end() :]

    def _lead(self, sentence: int, clause: int) -> str:
        """A clause before that only says when: 2010年."""
        if clause == 0:
            return ""
        start, end = self.clauses.sentences[sentence][clause - 1]
        told = _RELATIVE.sub("", self._piece((start, end)))
        return told if len(told) <= 12 and self.clauses.only_when(start, self.text[start:end]) else ""

    def _asked(self, lead: str, left: str, put: Put, right: str, span: Span, certain: bool) -> Made:
        if left.endswith("为") and put.word.startswith("什么") and self._is_copula(left):
            left = left[:-1] + "是"  # 俗名为什么 would ask for a reason
        measured = _TALL.search(left)
        told = measured or _WANTS_NUMBER.search(left)
        if put.word.startswith(("多少", "几")) and not told and not self._predicate(left + right):
            left += "是"  # 全长86米 is said without a verb, and not asked so
        return Made(f"{lead}{left}{put.word}{right}".strip(" ,;:、") + "?", span, certain)

    def _is_copula(self, left: str) -> bool:
        """Whether the 为 at its end stands right behind a noun: 俗名为, and not 尊为."""
        words = list(cut_tagged(left))
        return words[-1][0] == "为" and len(words) > 1 and words[-2][1][0] == "n"

    def _predicate(self, told: str) -> bool:
        """Whether the words have a verb or an adjective, or end with one that wants a number: 高, 长."""
        return any(f[0] in "vad" or f == "p" for _, f in cut_tagged(told))


def _overlap(a: Span, b: Span) -> bool:
    return a[0] < b[1] and b[0] < a[1]
