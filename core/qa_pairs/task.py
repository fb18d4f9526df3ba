"""QA pairs, and their reader as a task of its own: what can be asked, and the checkpoints that answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.operation import IN_API, Operation, Task
from core.qa_pairs import BOTH, DEFAULT_BEAMS, DEFAULT_PAIRS, DEFAULT_TOP_P


@dataclass(frozen=True)
class Generate:
    """Generate question-answer pairs of a Chinese passage and check each with a reader model.

    Args:
        passage: Chinese text, at most 5,000 characters.
        n: how many pairs that pass the check are wanted, 1 to 20; there may be fewer, and failed ones more.
        answer: a piece of the passage; then the one pair with this answer, or none where it would be put badly.
        top_p: answers are drawn from the likeliest ones that together have this share of the probability, up to 1.
        beams: questions kept in view while one is written, 1 to 8.
        seed: of the drawing.
        mix: "facts" (names, numbers, dates), "understanding" (clauses that say why, how or what, and lists), or "both".

    Returns:
        {"pairs": [{"question", "answer", "answer_span", "sentence", "score", "reader_answer", "reader_score",
        "passed", "quality"}], "note"}, those that passed first; spans are [start, end) character offsets in the
        passage, "sentence" is its sentence with the answer, "quality" the probability that the pair is right and well
        put (null where the reader does not judge it), "note" {"zh", "en"} why there are few or none, or null.
    """

    passage: str
    n: int = DEFAULT_PAIRS
    answer: str | None = None
    top_p: float = DEFAULT_TOP_P
    beams: int = DEFAULT_BEAMS
    seed: int = 0
    mix: str = BOTH


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


@dataclass(frozen=True)
class GenerateByExample:
    """Generate question-answer pairs of a Chinese passage, of the kind that one to eight examples show.

    Args:
        passage: Chinese text, at most 5,000 characters.
        examples: [{"passage", "question", "answer"}], passages of at most 1,000 characters, the answer a piece of its
            passage.
        n: how many pairs are wanted, 1 to 20; there may be fewer.
        model: leave out for the generator that ships; or a language model that the host lists, which is shown the
            examples.

    Returns:
        As for qa_pairs: those that the reader confirms first, then by how like the examples they are.
    """

    passage: str
    examples: list[dict[str, Any]]
    n: int = 3
    model: str | None = field(default=None, metadata=IN_API)


GENERATE = Operation("qa_pairs.generate", "qa_pairs", Generate, "core.qa_pairs.pair:QAPairsResult")
# Reading is a matter of milliseconds, and has a queue of its own: it need not wait for those who ask.
ANSWER = Operation("qa_pairs.answer", "answer", Read, "core.qa_pairs.pair:AnswerResult")
BY_EXAMPLE = Operation(
    "qa_pairs.by_example",
    "qa_pairs_by_example",
    GenerateByExample,
    "core.qa_pairs.pair:QAPairsResult",
    concurrent=2,
)

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
    Task(
        "qa_pairs_by_example",
        {"zh": "按例子提问", "en": "Pairs by example"},
        "core.qa_pairs.pairs_by_example:ByExamplePipeline",
        ("qa-generator",),
        (BY_EXAMPLE,),
        {
            "passage": _PASSAGE,
            "examples": [
                {"passage": "青石桥由石匠何田主持修建，长62米。", "question": "青石桥由谁主持修建？", "answer": "何田"}
            ],
            "n": 1,
        },
        brings=("answer",),
    ),
)
