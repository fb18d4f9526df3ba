"""Question-answer pairs of a passage as they come, each with what the reader says to it; and answers to questions."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import InputError
from core.pipeline import Pipeline
from core.qa_pairs import (
    DEFAULT_BEAMS,
    DEFAULT_PAIRS,
    DEFAULT_TOP_P,
    MAX_BEAMS,
    MAX_CHARS,
    MAX_PAIRS,
    MAX_QUESTION_CHARS,
)
from core.qa_pairs.encoding import Span
from core.qa_pairs.generator import Asked, Candidate, Generator, Passage, draw, load_generator
from core.qa_pairs.reader import Found, Reader, load_reader
from core.qa_pairs.scoring import PASSES, f1, near_duplicates, plain
from core.qa_pairs.wording import written_as
from core.text import Normalised, check_text, normalise

if TYPE_CHECKING:
    from core.qa_pairs.explain import Inside

_BATCH = 3  # questions asked together, but for the first
_TRIES = 2.5  # candidates drawn for each pair wanted: not every one stands the check
_LEAST_CHINESE = 6
# Characters around an answer that the reader chooses among its questions in, and checks the chosen pair in.
_NEAR, _CHECKED = 240, 1_200
_ASKS = re.compile("谁|什么|甚么|啥|哪|几|多|何|怎|吗|呢|是否|是不是|有没有|能否")
_BRACKETS = (("《", "》"), ("(", ")"), ("“", "”"), ("「", "」"), ("[", "]"))
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Pair:
    """A question and its answer, a span [start, end) of the passage.

    `score`: geometric mean of the probabilities of the question's characters. `reader_answer`, `reader_score`: what the
    reader answers to the question, "" for nothing, and how sure it is. `passed`: the two answers agree.
    """

    question: str
    answer: str
    answer_span: Span
    score: float
    reader_answer: str
    reader_score: float
    passed: bool

    @property
    def rank(self) -> tuple[bool, float]:
        """The better pair has the higher one."""
        return self.passed, self.score * self.reader_score

    def to_dict(self) -> dict[str, Any]:
        found = asdict(self)
        return found | {"score": round(self.score, 4), "reader_score": round(self.reader_score, 4)}


@dataclass(frozen=True)
class QAPairsResult:
    """Pairs, those that passed the reader's check first."""

    pairs: tuple[Pair, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON: {"pairs": [{question, answer, answer_span, score, reader_answer, reader_score, passed}]}."""
        return {"pairs": [p.to_dict() for p in self.pairs]}


@dataclass(frozen=True)
class AnswerResult:
    """The answer to a question, "" if the passage does not say; its span there, and how sure the reader is."""

    answer: str
    answer_span: Span
    score: float

    def to_dict(self) -> dict[str, Any]:
        """JSON: {"answer", "answer_span", "score"}."""
        return {"answer": self.answer, "answer_span": self.answer_span, "score": round(self.score, 4)}


def read_passage(passage: object) -> Normalised:
    """The passage, folded. Raises InputError where there is nothing to ask about in it."""
    text = check_text(passage, MAX_CHARS)
    chinese = len(_CHINESE.findall(text))
    if chinese < _LEAST_CHINESE:
        if len(text.strip()) < 2 * _LEAST_CHINESE:
            raise InputError("文章太短，至少要有一句话", "the passage is too short; it takes at least a sentence")
        raise InputError(
            "这里的模型只读中文，请输入中文文章", "the model reads Chinese only; please enter a Chinese text"
        )
    return normalise(text)


class QAPairsPipeline(Pipeline):
    """Answers drawn from a passage, a question for each, and a reader that checks them (kexue.fm/archives/7630)."""

    task = "qa_pairs"
    at_model = ("__call__", "run", "stream", "explain")

    def __init__(self, generator: Generator, reader: Reader) -> None:
        self.generator = generator
        self.reader = reader

    @classmethod
    def from_folder(cls, folder: Path, device: str) -> QAPairsPipeline:
        from core.catalog import MODELS, bundled

        return cls(load_generator(folder, device), load_reader(MODELS / bundled("answer")[0], device))

    def __call__(
        self,
        passage: str,
        n: int = DEFAULT_PAIRS,
        answer: str | Span | None = None,
        top_p: float = DEFAULT_TOP_P,
        beams: int = DEFAULT_BEAMS,
        seed: int = 0,
    ) -> QAPairsResult:
        """Pairs of `passage`, those that passed the check first, then by score.

        Args:
            passage: Chinese text of at most MAX_CHARS characters.
            n: how many pairs that pass the check are wanted, 1 to MAX_PAIRS; there may be fewer, and failed ones more.
            answer: a piece of the passage, or its span: then the one pair with this answer.
            top_p: answers are drawn from the likeliest ones that together have this share of the probability.
            beams: questions kept in view while one is written, 1 to MAX_BEAMS.
            seed: of the drawing.

        Raises:
            InputError: a passage nobody can be asked about, an answer that is not in it, or an argument out of range.
        """
        found = sorted(self.stream(passage, n, answer, top_p, beams, seed), key=lambda p: p.rank, reverse=True)
        return QAPairsResult(tuple(found))

    def stream(
        self,
        passage: str,
        n: int = DEFAULT_PAIRS,
        answer: str | Span | None = None,
        top_p: float = DEFAULT_TOP_P,
        beams: int = DEFAULT_BEAMS,
        seed: int = 0,
    ) -> Iterator[Pair]:
        """The pairs of `__call__` one by one, as soon as each is made and checked. Raises InputError at once."""
        document = read_passage(passage)
        n = whole(n, 1, MAX_PAIRS, "n")
        beams = whole(beams, 1, MAX_BEAMS, "beams")
        top_p = share(top_p)
        seed = whole(seed, -(2**63), 2**63, "seed")
        if answer is not None:
            return self._for_answer(document, span_of(document, answer), beams)
        return self._drawn(document, n, top_p, beams, random.Random(seed))

    def explain(
        self, passage: str, answer: Span | None = None, top_p: float = DEFAULT_TOP_P, beams: int = DEFAULT_BEAMS
    ) -> Inside:
        """How the pairs of `passage` come about: see `core.qa_pairs.explain`."""
        from core.qa_pairs.explain import explain

        return explain(self, passage, answer, top_p, beams)

    def _for_answer(self, document: Normalised, span: Span, beams: int) -> Iterator[Pair]:
        read = self.generator.read(document.text)
        window = self.generator.window_of(read, span)
        if window < 0:
            raise InputError("请在一句话之内选择答案", "please select an answer within one sentence")
        yield from self._pairs(document, read, [Candidate(span, 1.0, window)], beams)

    def _drawn(self, document: Normalised, n: int, top_p: float, beams: int, rng: random.Random) -> Iterator[Pair]:
        read = self.generator.read(document.text)
        drawn = draw(read, round(_TRIES * n) + 2, top_p, rng)
        kept: list[Pair] = []
        size = 1  # the first alone, so that it is there soon
        while group := [c for _, c in zip(range(size), drawn, strict=False)]:
            for pair in self._pairs(document, read, group, beams):
                if any(near_duplicates(pair.question, pair.answer, k.question, k.answer) for k in kept):
                    continue
                kept.append(pair)
                yield pair
            missing = n - sum(p.passed for p in kept)
            if missing <= 0:
                return
            size = min(_BATCH, missing)

    def _pairs(self, document: Normalised, read: Passage, group: Sequence[Candidate], beams: int) -> list[Pair]:
        """The best pair of each candidate that has a sound one. Of the questions its search ends with, that is the one
        with the greatest product of p(question | answer), by character, and p(answer | question), which is the reader's
        (the noisy channel); where the reader never gives the answer meant, the likeliest question stays, marked."""
        asked = self.generator.ask(read, [(c.span, c.window) for c in group], beams)
        trying = [
            (c, option)
            for c, a in zip(group, asked, strict=True)
            for option in (a, *a.others)
            if _sound(option.text, document.text[slice(*c.span)])
        ]
        best: dict[Candidate, tuple[Pair, Asked]] = {}
        for (c, option), pair in zip(trying, self._checked(document, trying, _NEAR), strict=True):
            if c not in best or (pair.passed and pair.rank > best[c][0].rank):
                best[c] = pair, option
        if len(document.text) <= _NEAR:
            return [pair for pair, _ in best.values()]
        return self._checked(document, [(c, option) for c, (_, option) in best.items()], _CHECKED)

    def _checked(self, document: Normalised, asked: Sequence[tuple[Candidate, Asked]], most: int) -> list[Pair]:
        """Each question with what the reader answers to it in the `most` characters around its answer."""
        around = [_around(document.text, c.span, most) for c, _ in asked]
        said = self.reader([(a.text, document.text[slice(*w)]) for (_, a), w in zip(asked, around, strict=True)])
        pairs = []
        for (c, a), (begin, _), found in zip(asked, around, said, strict=True):
            answer = document.text[slice(*c.span)]
            span = begin + found.span[0], begin + found.span[1]
            nothing = found.span[0] == found.span[1]
            place = document.span_in_original(*c.span)
            pairs.append(
                Pair(
                    question=written_as(a.text, document),
                    answer=document.original[slice(*place)],
                    answer_span=place,
                    score=math.exp(a.score),
                    reader_answer="" if nothing else _original(document, span),
                    reader_score=found.score,
                    passed=not nothing and f1(document.text[slice(*span)], answer) >= PASSES,
                )
            )
        return pairs

    def run(self, rows: Sequence[Mapping[str, Any]]) -> list[QAPairsResult | InputError]:  # type: ignore[override]
        """Results for rows {"passage": ..., "n"?, "answer"?, "top_p"?, "beams"?, "seed"?}."""
        found: list[QAPairsResult | InputError] = []
        for row in rows:
            options = {k: row[k] for k in ("n", "answer", "top_p", "beams", "seed") if row.get(k) is not None}
            try:
                found.append(self(row.get("passage"), **options))  # type: ignore[arg-type]
            except InputError as error:
                found.append(error)
        return found


class AnswerPipeline(Pipeline):
    """Reading comprehension: the span of a passage that answers a question."""

    task = "answer"

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    @classmethod
    def from_folder(cls, folder: Path, device: str) -> AnswerPipeline:
        return cls(load_reader(folder, device))

    def __call__(self, passage: str, question: str) -> AnswerResult:
        """What `passage` (at most MAX_CHARS characters) answers to `question` (at most MAX_QUESTION_CHARS).

        Raises:
            InputError: no text, too long, or binary.
        """
        [found] = self.run([{"passage": passage, "question": question}])
        if isinstance(found, InputError):
            raise found
        return found

    def run(self, rows: Sequence[Mapping[str, Any]]) -> list[AnswerResult | InputError]:  # type: ignore[override]
        """Results for rows {"passage": ..., "question": ...}; all of them share batches."""
        read: list[tuple[Normalised, Normalised] | InputError] = []
        for row in rows:
            try:
                passage = normalise(check_text(row.get("passage"), MAX_CHARS))
                read.append((passage, normalise(check_text(row.get("question"), MAX_QUESTION_CHARS))))
            except InputError as error:
                read.append(error)
        said = iter(self.reader([(r[1].text, r[0].text) for r in read if not isinstance(r, InputError)]))
        return [r if isinstance(r, InputError) else _answer(r[0], next(said)) for r in read]


def _answer(passage: Normalised, found: Found) -> AnswerResult:
    place = passage.span_in_original(*found.span) if found.span[1] > found.span[0] else (0, 0)
    return AnswerResult(passage.original[slice(*place)], place, found.score)


def _original(document: Normalised, span: Span) -> str:
    return document.original[slice(*document.span_in_original(*span))]


def _around(text: str, span: Span, most: int) -> Span:
    """The piece of a long passage, of `most` characters or as long as the span, that a pair is checked in."""
    most = max(most, span[1] - span[0])
    start = max(0, min((span[0] + span[1] - most) // 2, len(text) - most))
    return start, min(len(text), start + most)


def _sound(question: str, answer: str) -> bool:
    """Whether a pair can be shown at all: an answer with something in it, and a question that asks and does not give it
    away."""
    asked, said = plain(question), plain(answer)
    if len(asked) < 4 or not _ASKS.search(asked) or any(question.count(a) != question.count(b) for a, b in _BRACKETS):
        return False
    return bool(said) and len(set(said)) * 3 >= len(said) and said not in asked


def span_of(document: Normalised, answer: object) -> Span:
    """The span of the folded passage that the user's answer (its text, or a span of the passage) is."""
    if isinstance(answer, str):
        wanted = normalise(answer).text.strip()
        at = document.text.find(wanted) if wanted else -1
        if at < 0:
            raise InputError("答案必须是文章里的一段原文", "the answer must be a piece of the passage")
        return at, at + len(wanted)
    start, end = answer if isinstance(answer, Sequence) and len(answer) == 2 else (0, 0)
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(document.original):
        raise InputError("答案必须是文章里的一段原文", "the answer must be a piece of the passage")
    inside = [i for i, (a, b) in enumerate(zip(document.starts, document.ends, strict=True)) if a < end and start < b]
    if not inside or not plain(document.text[inside[0] : inside[-1] + 1]):
        raise InputError("选中的内容里没有文字", "there is no text in the selection")
    return inside[0], inside[-1] + 1


def whole(value: object, least: int, most: int, name: str) -> int:
    """`value` as a whole number from `least` to `most`. Raises InputError where it is none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InputError(
            f"{name} 须是 {least} 到 {most} 的整数", f"{name} must be a whole number from {least} to {most}"
        )
    return value


def share(value: object) -> float:
    """`value` as a share of the probability. Raises InputError where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise InputError("top_p 须在 0 到 1 之间", "top_p must be above 0 and at most 1")
    return float(value)
