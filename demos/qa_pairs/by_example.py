"""A section of the QA pairs tab: the kind of question that is wanted, by one to eight examples."""

from __future__ import annotations

from typing import Any

from demos.shell.by_example import Field, build_by_example, measured
from demos.shell.own_model import Shown

TAB, BY_EXAMPLE = "qa_pairs", "qa_pairs_by_example"
_QUESTION, _ANSWER = {"zh": "问题", "en": "Question"}, {"zh": "答案", "en": "Answer"}
_FIELDS = (
    Field("passage", {"zh": "文章", "en": "Passage"}, "青石桥建于1843年，由石匠何田主持修建，长62米。"),
    Field("question", _QUESTION, "青石桥由谁主持修建？"),
    Field("answer", _ANSWER, "何田", within="passage"),
)
_SAMPLES = (
    {
        "passage": "青石桥建于1843年，由石匠何田主持修建，长62米。",
        "question": "青石桥由谁主持修建？",
        "answer": "何田",
    },
    {
        "passage": "歌剧《江雪》由周启明作曲，林若兰担任首演的指挥。",
        "question": "谁担任歌剧《江雪》首演的指挥？",
        "answer": "林若兰",
    },
)
_HEAD = (_QUESTION, _ANSWER, {"zh": "阅读模型核对", "en": "Checked by the reader"})
_PASSED, _FAILED = {"zh": "一致", "en": "agrees"}, {"zh": "不一致", "en": "differs"}


def _pairs(pipeline: Any, examples: Any, passage: str, n: int) -> Shown:
    pairs = pipeline(passage, examples, n).pairs
    return Shown(_HEAD, [(p.question, p.answer, _PASSED if p.passed else _FAILED) for p in pairs])


def build_section(passage: Any, n: Any) -> None:
    """Lay out the section and wire it to the passage and the number of pairs; called inside the tab."""
    build_by_example(
        TAB,
        BY_EXAMPLE,
        _FIELDS,
        _pairs,
        [passage, n],
        samples=_SAMPLES,
        purpose={
            "zh": "写一到八个例子：一段短文、你要的那一类问题和它的答案（短文里的原文），然后对上面的文章照样提问。",
            "en": "Write one to eight examples: a short passage, a question of the kind you want, and its answer, a "
            "piece of the passage. Such questions are then asked about the passage above.",
        },
        expects=measured(BY_EXAMPLE),
        measure={"zh": "排在前面的题属于这一类的比例", "en": "share of this kind among the first questions"},
    )
