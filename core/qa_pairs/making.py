"""Pairs in the making: which answers of a passage are tried, one after another, until as many stand as are wanted.

Answers of a passage of a page or so are drawn from all of it. A longer one is gone through window by window, so that
its first pair takes no longer than one of a short passage, and its pairs come at a steady pace.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from core.errors import InputError
from core.qa_pairs.checker import Checker, most_drawn
from core.qa_pairs.encoding import Span
from core.qa_pairs.generator import Generator
from core.qa_pairs.pair import Pair, Reached
from core.qa_pairs.passage import Candidate, Passage, apart
from core.qa_pairs.reader import Reader
from core.qa_pairs.scoring import near_duplicates
from core.text import Normalised

_BATCH = 3  # questions asked together, but for the first
_DOUBTFUL = 0.3  # quality of a pair that did not pass and may still be told, marked
_PASSED = 5  # pairs that pass for each doubtful one that is told beside them
_LEAST = 0.2  # quality of a pair that is told at all
_POOR = 3  # pairs put badly that are told, marked, where there are no others
_LONG = 1_000  # characters of a passage from which on it is gone through window by window
_AHEAD = 2  # answers that a window may try beyond its share
_ROUNDS = 2  # through a passage: first all of it is asked for its share, then for what is missing still
_LOOK = 16  # answers looked at between two steps


@dataclass(frozen=True)
class Wanted:
    """A folded passage and what is wanted of it: `n` pairs drawn from it, in a mix of `MIXES`, or the one with the span
    `answer`."""

    document: Normalised
    n: int
    answer: Span | None
    top_p: float
    beams: int
    seed: int
    mix: str


class Making:
    """One request at work on its passage, `read` of which nothing need have been read."""

    def __init__(self, asked: Wanted, read: Passage, generator: Generator, reader: Reader) -> None:
        self.asked = asked
        self.read = read
        self.generator = generator
        self.checker = Checker(generator, reader)
        self.rng = random.Random(asked.seed)
        self.most = most_drawn(asked.n) + asked.n
        self.tried: list[Candidate] = []
        self.kept: list[Pair] = []
        self.doubtful: list[Pair] = []

    def steps(self) -> Iterator[Pair | Reached]:
        """The pairs, and between them how far it is."""
        if self.asked.answer is not None:
            yield from self._chosen(self.asked.answer)
            return
        yield from self._by_windows() if len(self.read.text) > _LONG else self._from_all()
        yield from self._best_doubtful()
        if not self.kept:
            yield from self._told(self.tried[:_POOR])

    def _chosen(self, answer: Span) -> Iterator[Pair]:
        window = self.generator.window_of(self.read, answer)
        if window < 0:
            raise InputError("请在一句话之内选择答案", "please select an answer within one sentence")
        self._read_to(window)
        yield from self._told([Candidate(answer, 1.0, window)])

    def _told(self, group: Sequence[Candidate]) -> Iterator[Pair]:
        """Pairs that are not so badly put that it is better to say nothing; all, where that is not judged."""
        for pair in self.checker.pairs(self.asked.document, self.read, group, self.asked.beams):
            if pair.quality is None or pair.quality >= _LEAST:
                yield pair

    def _best_doubtful(self) -> Iterator[Pair]:
        """The best of those that did not pass: few beside those that did, so that most of what is told stands."""
        most = max(1, round(self._passed / _PASSED)) if self.kept else _POOR
        for pair in sorted(self.doubtful, key=lambda p: p.rank, reverse=True):
            if most and self._is_new(pair):
                most -= 1
                self.kept.append(pair)
                yield pair

    def _from_all(self) -> Iterator[Pair | Reached]:
        self.generator.read_on(self.read, len(self.read.windows))
        yield from self._looked(self.read.candidates)
        asked = self.asked
        for _ in range(_ROUNDS):
            missing, free = asked.n - self._passed, self._free(self.read.candidates)
            drawn = self.checker.drawn(self.read, missing, asked.top_p, self.rng, asked.mix, free, len(self.tried))
            yield from self._tried(drawn, missing)

    def _free(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Those not tried yet that overlap no answer of a pair that is told; what failed may be cut otherwise."""
        tried, place = set(self.tried), self.asked.document.span_in_original
        taken = [pair.answer_span for pair in self.kept]
        left = [(c, place(*c.span)) for c in candidates if c not in tried]
        return [c for c, (begin, end) in left if not any(a < end and begin < b for a, b in taken)]

    def _by_windows(self) -> Iterator[Pair | Reached]:
        """Up to any window as many pairs are due as it is far in the passage, and as many answers may be tried."""
        windows = len(self.read.windows)
        for _ in range(_ROUNDS):
            passed, tried = self._passed, len(self.tried)
            for window in range(windows):
                self._read_to(window)
                yield self._reached(window)
                share = (window + 1) / windows
                due = passed + math.ceil((self.asked.n - passed) * share) - self._passed
                most = tried + math.ceil((self.most - tried) * share) + _AHEAD - len(self.tried)
                if due > 0 and most > 0:
                    yield from self._of_window(window, due, most)
                if self._passed >= self.asked.n:
                    return

    def _of_window(self, window: int, due: int, most: int) -> Iterator[Pair | Reached]:
        """Pairs of one window until so many have passed, or so many answers have been tried."""
        taken = [c.span for c in self.tried]
        mine = apart([c for c in self.read.candidates if c.window == window], taken)
        yield from self._looked(mine, window)
        asked = self.asked
        drawn = self.checker.drawn(self.read, due, asked.top_p, self.rng, asked.mix, mine, len(taken))
        yield from self._tried(islice(drawn, most), due, window)

    def _tried(self, drawn: Iterator[Candidate], due: int, window: int | None = None) -> Iterator[Pair | Reached]:
        """Pairs of the answers drawn, until as many have passed as are due."""
        due += self._passed
        while (missing := due - self._passed) > 0:
            size = min(_BATCH, missing) if self.tried else 1  # the first alone, so that it is there soon
            size = min(size, self.most - len(self.tried))
            if not (group := list(islice(drawn, size))):
                return
            self.tried += group
            for pair in self.checker.pairs(self.asked.document, self.read, group, self.asked.beams, hopeful=True):
                if not pair.passed:
                    self.doubtful.append(pair)
                elif self._is_new(pair):
                    self.kept.append(pair)
                    yield pair
            yield self._reached(window)

    def _is_new(self, pair: Pair) -> bool:
        if pair.quality is not None and pair.quality < _DOUBTFUL:
            return False
        return not any(near_duplicates(pair.question, pair.answer, k.question, k.answer) for k in self.kept)

    def _looked(self, candidates: Sequence[Candidate], window: int | None = None) -> Iterator[Reached]:
        """Steps while the questions for so many answers are made that the passage's own words ask for."""
        for first in range(0, len(candidates), _LOOK):
            for c in candidates[first : first + _LOOK]:
                self.checker.can_substitute(self.read, c)
            yield self._reached(window)

    def _read_to(self, window: int) -> None:
        while self.read.windows_read <= window:
            self.generator.read_on(self.read)

    @property
    def _passed(self) -> int:
        return sum(pair.passed for pair in self.kept)

    def _reached(self, window: int | None) -> Reached:
        document = self.asked.document
        end = len(document.text) if window is None else self.read.windows[window].end
        return Reached(document.span_in_original(0, end)[1], len(self.tried), self.most)
