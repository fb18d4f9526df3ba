"""A section of the Triples tab: relations of the visitor's own, by one to eight examples."""

from __future__ import annotations

from typing import Any

from demos.shell.by_example import Field, build_by_example, measured
from demos.shell.own_model import Shown
from demos.triples.common import TASK

BY_EXAMPLE = "triples_by_example"
_TEXT = {"zh": "句子", "en": "Sentence"}
_HEAD = ({"zh": "主语", "en": "Subject"}, {"zh": "关系", "en": "Relation"}, {"zh": "宾语", "en": "Object"})
_FIELDS = (
    Field("text", _TEXT, "海石集团去年收购了青禾网络。"),
    Field("subject", _HEAD[0], "海石集团", within="text"),
    Field("predicate", _HEAD[1], "收购"),
    Field("object", _HEAD[2], "青禾网络", within="text"),
)
_SAMPLES = (
    {"text": "海石集团去年以两亿元收购了青禾网络。", "subject": "海石集团", "predicate": "收购", "object": "青禾网络"},
    {
        "text": "消息称，蓝鲸出行已将拼车平台小满收入囊中。",
        "subject": "蓝鲸出行",
        "predicate": "收购",
        "object": "小满",
    },
    {"text": "南方乳业买下了有百年历史的奶酪厂白塔。", "subject": "南方乳业", "predicate": "收购", "object": "白塔"},
)
_SCORE = {"zh": "把握", "en": "Score"}


def _facts(pipeline: Any, examples: Any, text: str) -> Shown:
    found = pipeline(text, examples).triples
    return Shown((*_HEAD, _SCORE), [(f.subject, f.predicate, f.object, f"{f.score:.2f}") for f in found])


def build_section(text: Any) -> None:
    """Lay out the section and wire it to the box that holds the text to be read; called inside the tab."""
    build_by_example(
        TASK,
        BY_EXAMPLE,
        _FIELDS,
        _facts,
        [text],
        samples=_SAMPLES,
        purpose={
            "zh": "写一到八个例子：一个句子，和其中你要的关系（任何关系都行）；主语和宾语照抄句子里的字。"
            "然后在上面的文本里找同样的关系。只填句子的一行表示这句里什么也没有。"
            "有 20 句以上的标注，就用页末的“自定义关系”训练。",
            "en": "Write one to eight examples: a sentence and a relation of your own in it, subject and object copied "
            "from the sentence. The same relation is then looked for in the text above. A row with a sentence alone "
            "shows where there is nothing to find. From 20 labelled sentences on, train “Your own relations” below.",
        },
        expects=measured(BY_EXAMPLE),
        measure={"zh": "没学过的关系上 F1", "en": "F1 on relations never trained on"},
    )
