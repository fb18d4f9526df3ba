"""Reading comprehension as a task of its own: the piece of a passage that answers a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.pipeline import Pipeline
from core.qa_pairs import MAX_CHARS, MAX_QUESTION_CHARS
from core.qa_pairs.loading import load_reader
from core.qa_pairs.pair import AnswerResult
from core.qa_pairs.reader import Found, Reader
from core.qa_pairs.task import Read
from core.qa_pairs.wording import asks_of
from core.qa_pairs.wrapped import shown, unwrapped
from core.text import Normalised, check_text, normalise


@dataclass(frozen=True)
class Question:
    """A question about a passage, both folded."""

    passage: Normalised
    question: Normalised


class AnswerPipeline(Pipeline[Question, tuple[str, str], Found, Found, AnswerResult]):
    """Reading comprehension: the span of a passage that answers a question."""

    task = "answer"
    batch = 64  # the reader cuts passages into windows, and makes batches of those

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
        return self.ask(self.normalise(Read(passage, question)))

    @classmethod
    def normalise(cls, request: Read) -> Question:
        passage = unwrapped(normalise(check_text(request.passage, MAX_CHARS)))
        return Question(passage, normalise(check_text(request.question, MAX_QUESTION_CHARS)))

    def encode(self, asked: Question) -> list[tuple[str, str]]:
        return [(asked.question.text, asked.passage.text)]

    def model(self, pieces: Sequence[tuple[str, str]]) -> list[Found]:
        return self.reader(pieces)

    def decode(self, asked: Question, pieces: Sequence[tuple[str, str]], seen: Sequence[Found]) -> Found:
        """The one span; where nothing answers, or nothing is asked, that of no characters at the beginning."""
        [found] = seen
        if not asks_of(asked.question.text, asked.passage.text):
            return Found((0, 0), 1.0, 1.0)
        place = asked.passage.span_in_original(*found.span) if found.span[1] > found.span[0] else (0, 0)
        return Found(place, found.score, found.nothing)

    def result(self, asked: Question, decoded: Found) -> AnswerResult:
        return AnswerResult(shown(asked.passage.original[slice(*decoded.span)]), decoded.span, decoded.score)

    def explain(self, passage: str, question: str) -> Found:
        """The span with its probability, and that of there being no answer where it was found."""
        asked = self.normalise(Read(passage, question))
        pieces = self.encode(asked)
        return self.decode(asked, pieces, self.model(pieces))
