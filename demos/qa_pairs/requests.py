"""What the views of the QA pairs tab ask the server: a pair for one answer, the reader's word, the quiz, the inside.

The server keeps nothing: every request carries the passage, and spans count its characters.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

import core
from core.errors import InputError
from core.operation import number
from core.qa_pairs import DEFAULT_BEAMS, DEFAULT_TOP_P, MAX_BEAMS
from core.qa_pairs.choices import Chooser
from core.qa_pairs.judging import judge
from core.qa_pairs.request import read_passage, span_of
from core.qa_pairs.scoring import PASSES, f1
from core.qa_pairs.wrapped import sentence_of
from core.similarity import MAX_CHARS as SENTENCE
from core.text import check_text, normalise
from demos.server.calls import Json, answering, place

# Requests that may wait for the models at a time.
_WAITING = 16
_MAX_ANSWER = 500
_MAX_QUIZ = 100  # pairs of one quiz
# Searches with other numbers of beams end in other questions.
_OTHER_BEAMS = (8, 2, 6, 1)

_model = threading.BoundedSemaphore(_WAITING)


@answering
def new_pair(request: Json) -> Json:
    """The pair for an answer of the visitor's (a span or its text), with a question other than `but`."""
    passage: Any = request.get("passage")
    answer, known = request.get("answer"), request.get("but")
    beams = int(number({"beams": DEFAULT_BEAMS} | request, "beams", 1, MAX_BEAMS))
    others = [size for size in _OTHER_BEAMS if size != beams] if known else []
    with place(_model):
        pipeline = core.load("qa_pairs")
        for size in (beams, *others):
            for pair in pipeline.stream(passage, 1, answer or "", beams=size):
                if pair.question != known:
                    return {"pair": pair.to_dict()}
    if known:
        raise InputError("模型想不出别的问法", "the model has no other way to ask for it")
    raise InputError("模型没能为它想出像样的问题，换一段试试", "no good question was found for it; try another piece")


@answering
def check_pair(request: Json) -> Json:
    """What the reader answers to a pair's question, and whether that is the pair's answer; where the answer's `span` is
    told, also the sentence that has it."""
    answer = normalise(check_text(request.get("answer"), _MAX_ANSWER)).text
    passage: Any = request.get("passage")
    question: Any = request.get("question")
    with place(_model):
        found = core.load("answer")(passage, question)
    agrees = bool(found.answer) and f1(normalise(found.answer).text, answer) >= PASSES
    said = {"reader_answer": found.answer, "reader_score": round(found.score, 4), "passed": agrees}
    if request.get("span") is None:
        return said
    document = read_passage(passage)
    return {**said, "sentence": sentence_of(document, span_of(document, request["span"]))}


@answering
def judge_answer(request: Json) -> Json:
    """Whether an answer in the quiz means the same as the right one, and why: {right, reason: {zh, en}, score}."""
    question, answer, given = (request.get(name) for name in ("question", "answer", "given"))
    passage = request.get("passage")

    def alike(a: str, b: str) -> float:
        return core.load("similarity")(a[:SENTENCE], b[:SENTENCE]).wrd

    with place(_model):
        return judge(question, answer, given, alike, passage if isinstance(passage, str) else "").to_dict()


@answering
def wrong_choices(request: Json) -> Json:
    """Wrong answers beside the right one for each of `pairs` ({question, answer, span}):
    {choices: [{kind: {zh, en}, wrong}, ...]}."""
    passage: Any = request.get("passage")
    pairs: Any = request.get("pairs")
    if not isinstance(pairs, list) or not 0 < len(pairs) <= _MAX_QUIZ or not all(isinstance(p, dict) for p in pairs):
        raise InputError(f"需要 1 到 {_MAX_QUIZ} 对问答", f"1 to {_MAX_QUIZ} pairs are needed")
    asked = [
        (check_text(p.get("question"), _MAX_ANSWER), check_text(p.get("answer"), _MAX_ANSWER), p.get("span"))
        for p in pairs
    ]
    with place(_model):
        chooser = Chooser(passage, core.load("qa_pairs").answers(passage), _near)
        return {"choices": [chooser.choices(*one).to_dict() for one in asked]}


def _near(text: str, others: Sequence[str]) -> list[float]:
    """WRD similarities of `text` to each of the others; -1 for those that have no word in them."""
    hits = core.load("similarity").search(text[:SENTENCE], [o[:SENTENCE] for o in others], len(others)).hits
    found = {hit.number: hit.wrd for hit in hits}
    return [found.get(i, -1.0) for i in range(len(others))]


@answering
def ask_passage(request: Json) -> Json:
    """What the reader answers to a question of the visitor's."""
    passage: Any = request.get("passage")
    question: Any = request.get("question")
    with place(_model):
        begin = time.perf_counter()
        found = core.load("answer")(passage, question)
    return {**found.to_dict(), "milliseconds": 1000 * (time.perf_counter() - begin)}


@answering
def look_inside(request: Json) -> Json:
    """How the answers of the passage and the question for one of them (`span`, or the likeliest) come about."""
    passage: Any = request.get("passage")
    span = request.get("span")
    top_p = number({"top_p": DEFAULT_TOP_P} | request, "top_p", 0.01, 1)
    beams = int(number({"beams": DEFAULT_BEAMS} | request, "beams", 1, MAX_BEAMS))
    with place(_model):
        found = core.load("qa_pairs").explain(passage, span, top_p, beams)
        return {"inside": found.to_dict()}
