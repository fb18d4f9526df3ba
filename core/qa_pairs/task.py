"""QA pairs, and their reader as a task of its own: what can be asked, and the checkpoints that answer."""

from __future__ import annotations

from dataclasses import dataclass

from core.operation import Operation, Task
from core.qa_pairs import DEFAULT_BEAMS, DEFAULT_PAIRS, DEFAULT_TOP_P


@dataclass(frozen=True)
class Generate:
    """Generate question-answer pairs of a Chinese passage and check each with a reader model.

    Args:
        passage: Chinese text, at most 5,000 characters.
        n: how many pairs that pass the check are wanted, 1 to 20; there may be fewer, and failed ones more.
        answer: a piece of the passage; then the one pair with this answer.
        top_p: answers are drawn from the likeliest ones that together have this share of the probability, up to 1.
        beams: questions kept in view while one is written, 1 to 8.
        seed: of the drawing.

    Returns:
        {"pairs": [{"question", "answer", "answer_span", "sentence", "score", "reader_answer", "reader_score",
        "passed"}]}, those that passed first; spans are [start, end) character offsets in the passage, "sentence" is its
        sentence with the answer.
    """

    passage: str
    n: int = DEFAULT_PAIRS
    answer: str | None = None
    top_p: float = DEFAULT_TOP_P
    beams: int = DEFAULT_BEAMS
    seed: int = 0


@dataclass(frozen=True)
class Read:
    """Answer a question by a piece of a Chinese passage.

    Args:
        passage: Chinese text, at most 5,000 characters.
        question: at most 200 characters.

    Returns:
        {"answer": "" where the passage does not say, "answer_span": its [start, end) character offsets, "score": how
        sure the reader is}.
    """

    passage: str
    question: str


GENERATE = Operation("qa_pairs.generate", "qa_pairs", Generate, "core.qa_pairs.pair:QAPairsResult")
# Reading is a matter of milliseconds, and has a queue of its own: it need not wait for those who ask.
ANSWER = Operation("qa_pairs.answer", "answer", Read, "core.qa_pairs.pair:AnswerResult")

_PASSAGE = "赵州桥位于河北省赵县的洨河上，建于隋代，由匠师李春设计，全长64.4米，是现存最早的敞肩石拱桥。"

TASKS = (
    Task(
        "qa_pairs",
        {"zh": "问答对", "en": "QA pairs"},
        "core.qa_pairs.pipeline:QAPairsPipeline",
        ("qa-generator",),
        (GENERATE,),
        {"passage": _PASSAGE},
        brings=("answer",),
    ),
    Task(
        "answer",
        {"zh": "回答问题", "en": "Answers"},
        "core.qa_pairs.answering:AnswerPipeline",
        ("qa-reader",),
        (ANSWER,),
        {"passage": _PASSAGE, "question": "赵州桥是谁设计的？"},
    ),
)
