"""Questions for a date that stands before what was done then: 1884年，喀什设立…"""

from __future__ import annotations

import re

from core.qa_pairs.amount_words import Put
from core.qa_pairs.encoding import Span
from core.qa_pairs.question_shape import unjoined
from core.qa_pairs.topics import Topics

_SINCE = re.compile("开始|起|以来|以后|之后")
_SEASON = re.compile("[春夏秋冬][天季]?|[年月]?[初底末]|前后|左右")
_NOUNS = frozenset(("nr", "nrt", "nrfg", "nt", "nz", "n", "ns"))


class Dates:
    """When-questions about a folded passage."""

    def __init__(self, topics: Topics) -> None:
        self.topics = topics
        self.clauses = topics.clauses
        self.tagged = topics.clauses.tagged
        self.text = topics.text

    def questions(self, span: Span, put: Put) -> list[tuple[str, bool]]:
        """With `put` in the place of the date `span`, and what the clause speaks of in front of it (喀什哪一年设立…);
        and whether the clause names that itself. None where the date does not begin its clause."""
        sentence, first, last = self.clauses.place(span)
        clauses = self.clauses.sentences[sentence]
        before = self.text[self.clauses.body(clauses[first])[0] : span[0]]
        if self.tagged.kind(span) != "date" or re.sub(r"\W|[从自]$", "", before):
            return []
        begin, end = span[1], clauses[last][1]
        since = (_SINCE if before[-1:] in ("从", "自") else _SEASON).match(self.text, begin, end)
        said = before[-1:] + put.word + since[0] if since else put.word
        begin = since.end() if since else begin
        if not self.text[begin:end].strip():
            if last + 1 >= len(clauses):
                return []
            last += 1
            begin, end = self.clauses.body(clauses[last])
            if not self.clauses.says((begin, end)):
                return []
        elif before.strip() and not since:
            return []
        subject = self.clauses.subject((begin, end))
        pronoun = self.clauses.pronoun((begin, end))
        if not self.clauses.can_be_asked((begin, end)):
            return []
        if subject:
            named = self.topics.full_name(subject) or self.clauses.named(subject)
            names, rest = [named], self.text[subject[1] : end]
        else:
            if self.topics.begins_with((begin, end), _NOUNS):
                return []  # a subject that is not seen as one
            names = [self.clauses.named(t) for t in self.topics.of(sentence, last)]
            rest = self.text[begin + len(pronoun) : end]
            if pronoun == "其" or rest.startswith("的"):
                return [(f"{said}{name}的{rest.lstrip('的')}?", False) for name in names]
        made = [(f"{name}{said}{unjoined(rest)}?", bool(subject)) for name in names]
        return made + ([(f"{said}{names[0]}{rest}?", True)] if subject else [])
