"""What is shown by one to eight examples: what is told of bad ones, and what the models that ship make of good ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import core
from core.errors import InputError
from core.qa_pairs.pairs_by_example import read_line, wording
from core.similarity.likeness_by_example import MEAN, fit, sigmoid

# Of each task a request with good examples, and an example that is wrong by itself with what is said of it.
BOUGHT = {"text": "海石集团去年收购了青禾网络。", "subject": "海石集团", "predicate": "收购", "object": "青禾网络"}
BRIDGE = {"passage": "青石桥由石匠何田主持修建，长62米。", "question": "青石桥由谁主持修建？", "answer": "何田"}
ALIKE = {"text_a": "怎么改密码", "text_b": "密码在哪里改", "alike": True}
GIVEN: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "triples": ({"text": "上周，远山科技以三亿元收购了晨光软件。"}, BOUGHT),
    "qa_pairs": ({"passage": "北塔高30米，由匠人林生设计，建于1901年。", "n": 1}, BRIDGE),
    "similarity": ({"text_a": "怎么还花呗", "text_b": "花呗如何还款"}, ALIKE),
}
WRONG = [
    ("triples", {"object": "蓝鲸"}, "“蓝鲸”不在这句话里", "does not stand in its text"),
    ("triples", {"predicate": ""}, "缺少 predicate", "no predicate"),
    ("triples", {"text": "长" * 251}, "太长", "too long"),
    ("qa_pairs", {"answer": "李四"}, "原文", "a piece of the passage"),
    ("qa_pairs", {"question": ""}, "请输入文字", "enter some text"),
    ("qa_pairs", {"passage": "长" * 1001}, "太长", "too long"),
    ("similarity", {"text_b": ""}, "句子二", "sentence B"),
    ("similarity", {"alike": "yes"}, "alike 须为", "alike must be"),
]


def ask(task: str, examples: Any, **more: Any) -> Any:
    return core.ask(f"{task}.by_example", examples=examples, **GIVEN[task][0] | more).to_dict()


@pytest.mark.parametrize("task", GIVEN)
@pytest.mark.parametrize(
    ("examples", "zh", "en"),
    [
        (None, "例子的列表", "a list of objects"),
        (["甲"], "例子的列表", "a list of objects"),
        ([], "至少", "at least one"),
        ([{}], "至少", "at least one"),
    ],
)
def test_no_examples_are_told_at_once(task: str, examples: Any, zh: str, en: str) -> None:
    with pytest.raises(InputError, match=en) as refused:
        ask(task, examples)
    assert zh in refused.value.zh


@pytest.mark.parametrize("task", GIVEN)
def test_blank_rows_do_not_count_and_a_ninth_example_is_told(task: str) -> None:
    good = GIVEN[task][1]
    found = core.tasks.find(f"{task}_by_example")
    operation, steps = found.operations[0], found.pipeline_class
    blank = {key: "" for key, value in good.items() if isinstance(value, str)}
    asked = steps.normalise(operation.read_row(GIVEN[task][0] | {"examples": [blank, *[good] * 8, blank]}))
    assert asked.examples
    with pytest.raises(InputError, match="at most 8 examples; there are 9"):
        ask(task, [good] * 9)


@pytest.mark.parametrize(("task", "wrong", "zh", "en"), WRONG)
def test_a_bad_example_is_told_by_its_number(task: str, wrong: dict[str, Any], zh: str, en: str) -> None:
    with pytest.raises(InputError, match=en) as refused:
        ask(task, [GIVEN[task][1], GIVEN[task][1] | wrong])
    assert refused.value.zh.startswith("例 2：")
    assert zh in refused.value.zh


def test_a_relation_that_was_never_trained_is_found_where_it_is_said_and_nowhere_else() -> None:
    text = "上周，远山科技以三亿元收购了晨光软件。窗外下着雨，他在读一本旧书。"
    found = ask("triples", [BOUGHT], text=text)["triples"]
    assert [(t["subject"], t["predicate"], t["object"]) for t in found] == [("远山科技", "收购", "晨光软件")]
    assert all(text[slice(*t["object_span"])] == t["object"] for t in found)


def test_pairs_are_of_the_kind_that_was_shown() -> None:
    [pair] = ask("qa_pairs", [BRIDGE])["pairs"]
    assert pair["answer"] == "林生"
    [pair] = ask("qa_pairs", [BRIDGE | {"question": "青石桥长多少米？", "answer": "62米"}])["pairs"]
    assert pair["answer"] == "30米"


def test_an_answer_that_is_told_with_its_bound_is_still_like_the_examples() -> None:
    shown = BRIDGE | {"question": "青石桥长多少米？", "answer": "62米"}
    found = ask("qa_pairs", [shown], passage="北塔由匠人林生设计，高约30米，塔身重1200吨左右。", n=2)
    assert {p["answer"] for p in found["pairs"]} & {"约30米", "1200吨左右"}


def test_examples_move_what_counts_as_alike() -> None:
    near, far = np.array([-0.5, -0.5, 0, 0, 0, 1.0]), np.array([-3.0, -3.0, 0, 0, 0, 1.0])
    before = sigmoid(near @ MEAN)
    wide = fit(np.stack([near, far]), np.array([1.0, 0.0]))
    assert sigmoid(near @ wide) > before > sigmoid(far @ wide)
    strict = fit(np.stack([near, far]), np.array([0.0, 0.0]))
    assert sigmoid(near @ strict) < before
    found = ask("similarity", [ALIKE, ALIKE | {"text_b": "今天天气不错", "alike": False}])
    assert found["examples"][0] > 0.5 > found["examples"][1]


def test_wording_is_what_a_question_does_not_take_from_its_passage() -> None:
    assert wording("青石桥由谁主持修建？", BRIDGE["passage"]) == "谁"


def test_a_line_of_a_language_model_has_an_answer_where_it_stands_in_the_passage() -> None:
    assert read_line("谁修的桥？ | 何田", BRIDGE["passage"]) == ("谁修的桥？", (6, 8))
    assert read_line("谁修的桥？ | 李四", BRIDGE["passage"])[1] is None
    assert read_line("谁修的桥？", BRIDGE["passage"])[1] is None
