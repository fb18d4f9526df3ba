"""Questions for reasons and purposes that a passage marks as such: 因为, 由于, 为了."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.qa_pairs.encoding import Span
from core.qa_pairs.kinds import Tagged
from core.qa_pairs.topics import Topics

CAUSE = re.compile(r"(?:因为|由于|是因为|原因是|原因在于|是由于|因)$")
PURPOSE = re.compile(r"(?:为了|是为了|目的是|以便|为的是)$")
_THEN = re.compile("所以|因此|因而|于是|便|就|才|只好|只能|不得不")
_THEREFORE = re.compile("^(?:所以|因此|因而|于是|故|故此|从而)")
_JOINED = re.compile(r"(?:不过|但是?|然而|而且?|正是?|主要|是|也|又|还|就|都|后来?|当时|可能|,)+")
_DATED = re.compile("^([^,]{0,12}?[年月日时后])[他她它](?!们|的)")
_GIVES = re.compile("(?:这|主要|正|也|就|都|可能|大概|其?原因|是|在于|,)*(?:因|由于|为|目的|以便)")
_NOTHING_DONE = re.compile("(?:之一|一种)$|^[^是]*的$")
_CLAUSE, _REASON = 8, 4  # characters at least
_HENCE = re.compile("之所以|所以")


def _gives_reason(text: str, at: int) -> bool:
    """Whether what begins at `at` of the folded text is said to be a reason or a purpose."""
    return bool(CAUSE.search(text, max(0, at - 4), at) or PURPOSE.search(text, max(0, at - 4), at))


def is_clause(tagged: Tagged, span: Span) -> bool:
    """Whether what stands in the span is a clause or a list, for why, how and which, and no name, number or word; what
    is said to be a reason or a purpose may be short."""
    least = _REASON if _gives_reason(tagged.text, span[0]) else _CLAUSE
    return span[1] - span[0] >= least and tagged.kind(span) == "phrase"


class Reasons:
    """Why-questions about a folded passage."""

    def __init__(self, topics: Topics) -> None:
        self.topics = topics
        self.clauses = topics.clauses
        self.text = topics.text

    def questions(self, span: Span) -> Iterator[str]:
        """Questions that the span answers, where its clause says that it is a reason or a purpose."""
        sentence, first, last = self.clauses.place(span)
        if sentence < 0:
            return
        clauses = self.clauses.sentences[sentence]
        begin, end = min(self.clauses.body(clauses[first])[0], span[0]), clauses[last][1]
        left, right = self.text[begin : span[0]], self.text[span[1] : end]
        cause, purpose = CAUSE.search(left), PURPOSE.search(left)
        if not (cause or purpose):
            return
        marker = (cause or purpose)[0]  # type: ignore[index]
        told = left[: -len(marker)].rstrip("是,")
        told = "" if _JOINED.fullmatch(told) else told
        for clause, when, text in self._explained(sentence, first, last, marker, told, right):
            if not self.clauses.can_be_asked(clauses[clause]):
                continue
            for name, rest in self._split(sentence, clause, text):
                rest = when + _DATED.sub(r"\1", _HENCE.sub("", rest))
                if _NOTHING_DONE.search(rest):
                    continue
                if purpose:
                    yield f"{name}{rest}是为了什么?"
                yield f"{name}为什么{rest}?"

    def _explained(
        self, sentence: int, first: int, last: int, marker: str, told: str, right: str
    ) -> Iterator[tuple[int, str, str]]:
        """(clause, when, text) of what the reason behind `marker` is one for: what stands around it in its clause, or
        the next clause, or the one before."""
        clauses = self.clauses.sentences[sentence]
        if right.strip("而的,"):
            if right[0] in "而,":
                yield first, "", told + right[1:]
            return
        if len(told) >= 4 and self.clauses.says((clauses[first][0], clauses[first][0] + len(told))):
            yield first, "", told
            return
        behind = last + 1 < len(clauses)
        lead = self.clauses.only_when(clauses[first - 1][0], self.text[slice(*clauses[first - 1])]) if first else True
        following = self.clauses.named(clauses[last + 1]) if behind else ""
        ahead = marker in ("由于", "为了") or (marker in ("因为", "因") and (lead or told))
        if _THEN.match(following) or (behind and ahead):
            following = _THEREFORE.sub("", self.clauses.named(self.clauses.body(clauses[last + 1])))
            own = self.clauses.subject(clauses[last + 1]) or self.clauses.pronoun(clauses[last + 1])
            if told and not own:
                yield first, "", told + following
            elif first and lead and not told:
                yield last + 1, self.clauses.named(clauses[first - 1]), following
            else:
                yield last + 1, told if told and self.clauses.only_when(clauses[first][0], told) else "", following
        elif first > 0 and not lead and not self._goes_on(clauses[first]):
            yield first - 1, "", self.clauses.named(self.clauses.body(clauses[first - 1]))

    def _goes_on(self, clause: Span) -> bool:
        """Whether the clause tells what came next, so that its reason is not one for what was told before it."""
        return not _GIVES.match(self.text, *clause)

    def _split(self, sentence: int, clause: int, told: str) -> Iterator[tuple[str, str]]:
        """What is told as (what it speaks of, what is said of that)."""
        here = self.clauses.sentences[sentence][clause]
        subject, pronoun = self.clauses.subject(here), self.clauses.pronoun(here)
        if subject and told.startswith(whole := self.text[slice(*subject)]):
            yield self.topics.full_name(subject) or self.clauses.named(subject), told[len(whole) :]
            return
        rest = told[len(pronoun) :] if pronoun and told.startswith(pronoun) else told
        owned = ""
        begin = self.clauses.body(here)[0] + len(pronoun)
        if pronoun and rest.startswith("的") and (thing := self.clauses.subject((begin + 1, here[1]))):
            owned = self.text[begin : thing[1]]
            rest = rest[len(owned) :]
        named = self.topics.before(sentence, clause) if subject else self.topics.of(sentence, clause)
        for topic in named[:2]:
            yield self.clauses.named(topic) + owned, rest
