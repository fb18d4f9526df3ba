"""Question-answer pairs of a passage as they come, each with what the reader says to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from core import catalog
from core.pipeline import Pipeline
from core.qa_pairs import BOTH, DEFAULT_BEAMS, DEFAULT_PAIRS, DEFAULT_TOP_P, MAX_BEAMS, MAX_PAIRS, MIXES
from core.qa_pairs.encoding import Span
from core.qa_pairs.explain import Inside, look_inside
from core.qa_pairs.generator import Generator
from core.qa_pairs.loading import load_generator, load_reader
from core.qa_pairs.making import Making, Wanted
from core.qa_pairs.pair import Pair, QAPairsResult, Reached
from core.qa_pairs.passage import Passage
from core.qa_pairs.reader import Reader
from core.qa_pairs.request import marked, one_of, read_passage, share, whole
from core.qa_pairs.task import Generate
from core.qa_pairs.text_form import NOT_OF_IT, told_of


class QAPairsPipeline(Pipeline[Wanted, str, Passage, list[Pair], QAPairsResult]):
    """Answers drawn from a passage, a question for each, and a reader that checks them (kexue.fm/archives/7630)."""

    task = "qa_pairs"
    batch = together = 1
    at_model = ("answer", "steps", "explain", "answers")

    def __init__(self, generator: Generator, reader: Reader) -> None:
        self.generator = generator
        self.reader = reader

    @classmethod
    def from_folder(cls, folder: Path, device: str) -> QAPairsPipeline:
        return cls(load_generator(folder, device), load_reader(catalog.find("answer").folder, device))

    def __call__(
        self,
        passage: str,
        n: int = DEFAULT_PAIRS,
        answer: str | Span | None = None,
        top_p: float = DEFAULT_TOP_P,
        beams: int = DEFAULT_BEAMS,
        seed: int = 0,
        mix: str = BOTH,
    ) -> QAPairsResult:
        """Pairs of `passage`, those that passed the check first, then by score.

        Args:
            passage: Chinese text of at most MAX_CHARS characters.
            n: how many pairs that pass the check are wanted, 1 to MAX_PAIRS; there may be fewer, and besides them some
                to which the reader gives another answer. What is put badly is left out, unless there is nothing else.
            answer: a piece of the passage, or its span: then the one pair with this answer, or none where it
                would be put badly.
            top_p: answers are drawn from the likeliest ones that together have this share of the probability.
            beams: questions kept in view while one is written, 1 to MAX_BEAMS.
            seed: of the drawing.
            mix: "facts" (names, numbers, dates), "understanding" (clauses: why, how, what; lists), or "both".

        Raises:
            InputError: a passage nobody can be asked about, an answer that is not in it, or an argument out of range.
        """
        return self.ask(self.normalise(Generate(passage, n, answer, top_p, beams, seed, mix)))  # type: ignore[arg-type]

    def stream(
        self,
        passage: str,
        n: int = DEFAULT_PAIRS,
        answer: str | Span | None = None,
        top_p: float = DEFAULT_TOP_P,
        beams: int = DEFAULT_BEAMS,
        seed: int = 0,
        mix: str = BOTH,
    ) -> Iterator[Pair]:
        """The pairs of `__call__` one by one, as soon as each is made and checked. Raises InputError at once."""
        asked = self.normalise(Generate(passage, n, answer, top_p, beams, seed, mix))  # type: ignore[arg-type]
        return (step for step in self.steps(asked) if isinstance(step, Pair))

    @classmethod
    def normalise(cls, request: Generate) -> Wanted:
        document = read_passage(request.passage)
        return Wanted(
            document,
            whole(request.n, 1, MAX_PAIRS, "n"),
            None if request.answer is None else marked(document, request.answer),
            share(request.top_p),
            whole(request.beams, 1, MAX_BEAMS, "beams"),
            whole(request.seed, -(2**63), 2**63, "seed"),
            one_of(request.mix, MIXES, "mix"),
        )

    def encode(self, asked: Wanted) -> list[str]:
        """The passage whole: the generator cuts it into windows."""
        return [asked.document.text]

    def model(self, pieces: Sequence[str]) -> list[Passage]:
        """The passages in windows, which are read as they are come to: the pairs of the first are not to wait for the
        last."""
        return [self.generator.open(text) for text in pieces]

    def decode(self, asked: Wanted, pieces: Sequence[str], seen: Sequence[Passage]) -> list[Pair]:
        return [step for step in Making(asked, seen[0], self.generator, self.reader).steps() if isinstance(step, Pair)]

    def result(self, asked: Wanted, decoded: list[Pair]) -> QAPairsResult:
        if asked.answer is None:
            note = told_of(asked.document.text, asked.n, decoded)
        else:
            note = None if decoded else NOT_OF_IT
        return QAPairsResult(tuple(sorted(decoded, key=lambda pair: pair.rank, reverse=True)), note)

    def steps(self, asked: Wanted) -> Iterator[Pair | Reached]:
        """What `decode` finds, pair by pair, and between pairs how far it is. Whoever takes no more ends the work, of
        which there is never much between two steps."""
        [read] = self.model(self.encode(asked))
        yield from Making(asked, read, self.generator, self.reader).steps()

    def explain(
        self,
        passage: str,
        answer: str | Span | None = None,
        top_p: float = DEFAULT_TOP_P,
        beams: int = DEFAULT_BEAMS,
    ) -> Inside:
        """How the pairs of `passage` come about: see `core.qa_pairs.explain`. Raises InputError as `__call__`."""
        document = read_passage(passage)
        return look_inside(self.generator, document, answer, share(top_p), whole(beams, 1, MAX_BEAMS, "beams"))

    def answers(self, passage: str) -> list[Span]:
        """Spans of `passage` that somebody may ask for, the likeliest first. Raises InputError as `__call__`."""
        document = read_passage(passage)
        found = sorted(self.generator.read(document.text).candidates, key=lambda c: -c.probability)
        return list(dict.fromkeys(document.span_in_original(*c.span) for c in found))
