"""What the views of the QA pairs tab ask the server: a pair for one answer, the reader's word, and the inside.

The server keeps nothing: every request carries the passage, and spans count its characters.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import core
from core.errors import InputError
from core.operation import number
from core.qa_pairs import DEFAULT_BEAMS, DEFAULT_TOP_P, MAX_BEAMS
from core.qa_pairs.scoring import PASSES, f1
from core.text import check_text, normalise
from demos.server.calls import Json, answering, place

# Requests that may wait for the models at a time.
_WAITING = 16
_MAX_ANSWER = 500
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
    """What the reader answers to a pair's question, and whether that is the pair's answer."""
    answer = normalise(check_text(request.get("answer"), _MAX_ANSWER)).text
    passage: Any = request.get("passage")
    question: Any = request.get("question")
    with place(_model):
        found = core.load("answer")(passage, question)
    agrees = bool(found.answer) and f1(normalise(found.answer).text, answer) >= PASSES
    return {"reader_answer": found.answer, "reader_score": round(found.score, 4), "passed": agrees}


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
