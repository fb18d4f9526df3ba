"""A section of the Similarity tab: what alike means, by one to eight pairs of the visitor's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from demos.shell.by_example import Field, build_by_example, measured
from demos.shell.own_model import Shown
from demos.similarity.panes import TASK

BY_EXAMPLE = "similarity_by_example"
_ALIKE, _OTHER = {"zh": "相像", "en": "alike"}, {"zh": "不相像", "en": "not alike"}
_PAIR = {"zh": "句对", "en": "Pair"}
_FIELDS = (
    Field("text_a", {"zh": "句子一", "en": "Sentence A"}, "怎么修改登录密码"),
    Field("text_b", {"zh": "句子二", "en": "Sentence B"}, "密码在哪里改"),
    Field("alike", {"zh": "这两句", "en": "The two are"}, choices=((True, _ALIKE), (False, _OTHER))),
)
_SAMPLES = (
    {"text_a": "怎么修改登录密码", "text_b": "密码在哪里改", "alike": True},
    {"text_a": "怎么修改登录密码", "text_b": "怎么修改绑定的手机号", "alike": False},
    {"text_a": "订单什么时候发货", "text_b": "东西几号能寄出来", "alike": True},
    {"text_a": "订单什么时候发货", "text_b": "订单什么时候能退款", "alike": False},
)
_HEAD = (_PAIR, {"zh": "判断", "en": "Judged"}, {"zh": "相像的概率", "en": "Probability of alike"})


def _judged(pipeline: Any, examples: Any, text_a: str, text_b: str) -> Shown:
    """The two sentences first, then what becomes of each example."""
    found = pipeline(text_a, text_b, examples)
    rows = [({"zh": "上面的两句", "en": "the two above"}, *_row(found.probability))]
    rows += [({"zh": f"例 {n}", "en": f"example {n}"}, *_row(p)) for n, p in enumerate(found.examples, 1)]
    return Shown(_HEAD, rows)


def _row(probability: float) -> Sequence[Any]:
    return (_ALIKE if probability >= 0.5 else _OTHER), f"{probability:.2f}"


def build_section(text_a: Any, text_b: Any) -> None:
    """Lay out the section and wire it to the boxes of the two sentences; called inside the tab."""
    build_by_example(
        TASK,
        BY_EXAMPLE,
        _FIELDS,
        _judged,
        [text_a, text_b],
        samples=_SAMPLES,
        purpose={
            "zh": "“相像”由你定：写一到八对句子，标明哪些算相像（同一个意图、同一件事……），最好两种都有。"
            "然后判断上面的两句。",
            "en": "You say what alike means: write one to eight pairs and mark which are alike (the same intent, the "
            "same fact …), best some of both. Then the two sentences above are judged.",
        },
        expects=measured(BY_EXAMPLE),
        measure={"zh": "留出数据上的正确率", "en": "accuracy on held-out data"},
    )
