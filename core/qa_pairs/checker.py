"""A question put to the reader: whether a pair can be shown, and whether the reader gives its answer."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.qa_pairs import FACTS, UNDERSTANDING
from core.qa_pairs.encoding import Span
from core.qa_pairs.generator import Generator, draw
from core.qa_pairs.pair import Pair
from core.qa_pairs.pair_worth import Facts
from core.qa_pairs.passage import Asked, Candidate, Passage, apart
from core.qa_pairs.reader import Reader
from core.qa_pairs.reasons import is_clause
from core.qa_pairs.scoring import PASSES, f1, plain
from core.qa_pairs.substitution import Made
from core.qa_pairs.whole import with_bounds
from core.qa_pairs.wording import ASKS, written_as
from core.qa_pairs.wrapped import sentence_of, shown
from core.text import Normalised, normalise

# Characters around an answer that the reader chooses among its questions in, and checks the chosen pair in.
NEAR, _CHECKED = 360, 1_200
_DRAWN = 3.5  # candidates for each pair wanted: not every one stands the check
_TRIED = 3  # questions for an answer that the reader is asked: it takes as long as the generator
# Quality of a pair that the passage states by a label, a speaker or 因 and 而, where the reader agrees: of 19 judged
# 10 were right, the others awkward. The figures of a pair are fitted on other clauses, and have such pairs fail.
_STATED = 0.55
_BRACKETS = (("《", "》"), ("(", ")"), ("“", "”"), ("「", "」"), ("[", "]"))


def most_drawn(n: int) -> int:
    """How many answers are drawn at most for `n` pairs, but for those whose questions have to be written."""
    return round(_DRAWN * n) + 2


class Checker:
    """The generator's questions, each with what the reader answers to it and how well it is put."""

    def __init__(self, generator: Generator, reader: Reader) -> None:
        self.generator = generator
        self.reader = reader

    def pairs(
        self, document: Normalised, read: Passage, group: Sequence[Candidate], beams: int, hopeful: bool = False
    ) -> list[Pair]:
        """The best pair of each candidate that has a sound one. Of its questions, that is the one which is likeliest to
        be right and well put (`core.qa_pairs.pair_worth`); without that judgement, the one with the greatest product of
        p(question | answer), by character, and p(answer | question), which is the reader's (the noisy channel), or the
        likeliest, marked, where the reader never gives the answer meant. With `hopeful`, questions that no answer of
        the reader could save are left out, unread."""
        trying = self.questions(document, read, group, beams)
        if hopeful:
            trying = [(c, option) for c, option in trying if self._promise(read, c, option) >= self.least]
        best: dict[Candidate, tuple[Pair, Asked]] = {}
        for (c, option), pair in zip(trying, self.judged(document, read, trying, NEAR), strict=True):
            judged = pair.passed or pair.quality is not None
            if c not in best or (judged and pair.rank > best[c][0].rank):
                best[c] = pair, option
        if len(document.text) <= NEAR:
            return [pair for pair, _ in best.values()]
        again = self.judged(document, read, [(c, option) for c, (_, option) in best.items()], _CHECKED)
        # What a question is worth shows in what is near its answer; whether it has another answer, in all of it.
        return [
            replace(wide, quality=near.quality, passed=wide.passed and near.passed)
            for wide, (near, _) in zip(again, best.values(), strict=True)
        ]

    @property
    def least(self) -> float:
        """The least quality of a pair that passes."""
        return self.generator.worth.least if self.generator.worth else 0.0

    def questions(
        self, document: Normalised, read: Passage, group: Sequence[Candidate], beams: int
    ) -> list[tuple[Candidate, Asked]]:
        """Sound questions for each candidate, the likeliest few: by substitution where that can ask for it, else what
        the search ends with."""
        found = self._substituted(read, group) if self.generator.worth else {}
        left = [c for c in group if c not in found]
        if left:
            for c, a in zip(left, self.generator.ask(read, [(c.span, c.window) for c in left], beams), strict=True):
                found[c] = [a, *a.others][:_TRIED]
            if self.generator.worth:
                found |= self._scored(read, {c: found[c] for c in left})
        return [(c, option) for c in group for option in found[c] if sound(option.text, document.text[slice(*c.span)])]

    def drawn(
        self,
        read: Passage,
        n: int,
        top_p: float,
        rng: random.Random,
        mix: str | None = None,
        among: Sequence[Candidate] | None = None,
        before: int = 0,
    ) -> Iterator[Candidate]:
        """Candidates for `n` pairs as `draw` has them: those that the passage's own words ask for, and only where there
        are none the others, whose questions have to be written: that takes longer, and of 96 answers of which there
        were both none was kept. Where one kind is wanted, all of it comes before the other."""
        pool = read.candidates if among is None else among
        first = {UNDERSTANDING: True, FACTS: False}.get(mix or "")
        if first is None:
            yield from self._drawn_of(read, n, top_p, rng, pool, mix, before)
            return
        # What is wanted is exhausted, asked for and written, before the other kind has its turn.
        wanted = [c for c in pool if is_clause(read.tagged, c.span) == first]
        drawn = []
        for c in self._drawn_of(read, n, top_p, rng, wanted, mix, before):
            drawn.append(c.span)
            yield c
        known = set(wanted)
        others = [c for c in apart(pool, drawn) if c not in known]
        yield from self._drawn_of(read, n, top_p, rng, others, mix, before)

    def _drawn_of(
        self,
        read: Passage,
        n: int,
        top_p: float,
        rng: random.Random,
        pool: Sequence[Candidate],
        mix: str | None,
        before: int,
    ) -> Iterator[Candidate]:
        most = most_drawn(n)
        easy = [c for c in pool if self.can_substitute(read, c)]
        yield from draw(read, most, top_p, rng, easy or pool, mix, before)

    def can_substitute(self, read: Passage, candidate: Candidate) -> bool:
        """Whether the passage's own words ask for the candidate, so that no question has to be written."""
        return self.generator.worth is not None and bool(_sound_ones(read, candidate))

    def _substituted(self, read: Passage, group: Sequence[Candidate]) -> dict[Candidate, list[Asked]]:
        made = [(c, m) for c in group for m in _sound_ones(read, c)]
        if not made:
            return {}
        scores = self.generator.score(read, [(c.span, c.window, m.text) for c, m in made])
        found: dict[Candidate, list[Asked]] = {}
        for (c, m), (score, worst) in zip(made, scores, strict=True):
            found.setdefault(c, []).append(Asked(m.text, score, made=m, worst=worst))
        return {
            c: sorted(asked, key=lambda a: self._promise(read, c, a), reverse=True)[:_TRIED]
            for c, asked in found.items()
        }

    def _scored(self, read: Passage, written: dict[Candidate, list[Asked]]) -> dict[Candidate, list[Asked]]:
        """The questions with what the decoder finds of each of their characters, which the search does not say."""
        each = [(c, a) for c, asked in written.items() for a in asked]
        scores = self.generator.score(read, [(c.span, c.window, a.text) for c, a in each])
        found: dict[Candidate, list[Asked]] = {}
        for (c, a), (score, worst) in zip(each, scores, strict=True):
            found.setdefault(c, []).append(replace(a, score=score, worst=worst))
        return found

    def _promise(self, read: Passage, c: Candidate, asked: Asked) -> float:
        """What the pair would be worth if the reader were sure of its answer."""
        found = self._worth(read, c, asked, 1.0, 1.0)
        return math.exp(asked.score) if found is None else found

    def _worth(self, read: Passage, c: Candidate, asked: Asked, sure: float, agrees: float) -> float | None:
        if self.generator.worth is None:
            return None
        made, about = asked.made, read.substitution.topics.about
        if made and made.stated:
            return _STATED * agrees
        facts = Facts(
            asked.text, c.span, (asked.score, asked.worst), sure, agrees, bool(made), bool(made and made.certain), about
        )
        return self.generator.worth(read.tagged, facts)

    def judged(
        self, document: Normalised, read: Passage, asked: Sequence[tuple[Candidate, Asked]], most: int
    ) -> list[Pair]:
        """The pairs as `checked` has them, with their quality where the generator judges that."""
        pairs = checked(self.reader, document, asked, most)
        if self.generator.worth is None:
            return pairs
        found = []
        for (c, a), pair in zip(asked, pairs, strict=True):
            agrees = f1(normalise(pair.reader_answer).text, document.text[slice(*c.span)])
            quality = self._worth(read, c, a, pair.reader_score, agrees) or 0.0
            found.append(replace(pair, quality=quality, passed=pair.passed and quality >= self.least))
        return found


def checked(reader: Reader, document: Normalised, asked: Sequence[tuple[Candidate, Asked]], most: int) -> list[Pair]:
    """Each question with what the reader answers to it in the `most` characters around its answer."""
    pieces = [around(document.text, c.span, most) for c, _ in asked]
    said = reader([(a.text, document.text[slice(*w)]) for (_, a), w in zip(asked, pieces, strict=True)])
    pairs = []
    for (c, a), (begin, _), found in zip(asked, pieces, said, strict=True):
        answer = document.text[slice(*c.span)]
        span = begin + found.span[0], begin + found.span[1]
        nothing = found.span[0] == found.span[1]
        place = document.span_in_original(*with_bounds(document.text, c.span, a.text))
        pairs.append(
            Pair(
                question=written_as(a.text, document),
                answer=shown(document.original[slice(*place)]),
                answer_span=place,
                sentence=sentence_of(document, c.span),
                score=math.exp(a.score),
                reader_answer="" if nothing else _original(document, span),
                reader_score=found.score,
                passed=not nothing and f1(document.text[slice(*span)], answer) >= PASSES,
            )
        )
    return pairs


def _original(document: Normalised, span: Span) -> str:
    return shown(document.original[slice(*document.span_in_original(*span))])


def around(text: str, span: Span, most: int) -> Span:
    """The piece of a long passage, of `most` characters or as long as the span, that a pair is checked in."""
    most = max(most, span[1] - span[0])
    start = max(0, min((span[0] + span[1] - most) // 2, len(text) - most))
    return start, min(len(text), start + most)


def _sound_ones(read: Passage, c: Candidate) -> list[Made]:
    return [m for m in read.substitution.questions(c.span) if sound(m.text, read.text[slice(*c.span)])]


def sound(question: str, answer: str) -> bool:
    """Whether a pair can be shown at all: an answer with something in it, and a question that asks and does not give it
    away."""
    asked, said = plain(question), plain(answer)
    if len(asked) < 4 or not ASKS.search(asked) or any(question.count(a) != question.count(b) for a, b in _BRACKETS):
        return False
    return bool(said) and len(set(said)) * 3 >= len(said) and said not in asked
