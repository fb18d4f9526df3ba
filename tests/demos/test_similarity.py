from __future__ import annotations

import json
from typing import Any

import gradio as gr
import pytest

from core import catalog
from core.errors import InputError
from core.similarity.compared import SimilarityResult
from core.similarity.task import COMPARE
from demos.server.endpoints import endpoint
from demos.similarity import tab as similarity

compare = endpoint(COMPARE)
A, B = "我明天坐火车去上海", "明天我乘高铁前往上海"


@pytest.fixture(scope="module")
def result() -> SimilarityResult:
    return similarity._pipeline(None)(A, B)


def test_the_first_model_is_the_default() -> None:
    assert similarity._pipeline(None) is similarity._pipeline(catalog.bundled("similarity")[0])


@pytest.mark.parametrize(
    "model", ["", "..", "/etc", "hfl/chinese-bert-wwm", "triples-casrel", 3, ["similarity-static"]]
)
def test_no_model_but_our_own_can_be_asked_for(model: Any) -> None:
    with pytest.raises(InputError, match="similarity-static"):
        compare(A, B, model)


@pytest.mark.parametrize("arguments", [("", B), (A, "。"), (None, B), (A, 5), (A, "字" * 301), (A, B, None, "yes")])
def test_bad_input_is_an_error_for_people(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(InputError):
        compare(*arguments)


def test_routes_add_up_to_the_distance(result: SimilarityResult) -> None:
    rows = similarity.routes(result)
    assert sum(row["mass"] for row in rows) == pytest.approx(1, abs=1e-4)
    assert sum(row["paid"] for row in rows) == pytest.approx(1 - result.wrd, abs=1e-4)
    assert {row["word_a"] for row in rows} == set(result.a.tokens)


def test_a_comparison_comes_before_its_inside() -> None:
    shown = list(similarity._compare(A, B, "similarity-encoder", False))
    assert len(shown) == 2
    (first, nothing), (still, inside) = shown
    assert first["norms"] is False
    assert json.loads(first["json"])["wrd"] == compare(A, B)["wrd"]
    assert json.loads(inside["json"])["norms"] is False
    assert nothing == gr.skip()
    # A page that is busy may see no more than the last.
    assert still == first


def test_switches_wait_for_two_sentences() -> None:
    assert list(similarity._compare_again(A, " ", "similarity-encoder", True)) == [(gr.skip(), gr.skip())]


def test_a_bad_sentence_is_named_and_leaves_the_inside_alone() -> None:
    ((shown, inside),) = similarity._compare(A, "", "similarity-encoder", True)
    assert shown["error"]["zh"].startswith("句子二")
    assert shown["error"]["en"].startswith("sentence B")
    assert inside == gr.skip()
