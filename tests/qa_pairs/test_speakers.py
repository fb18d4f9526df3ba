"""Who says what in a passage: speakers without how they speak and to whom."""

from __future__ import annotations

import pytest

import core
from core.qa_pairs.clauses import Clauses
from core.qa_pairs.kinds import Tagged
from core.qa_pairs.speakers import Speakers
from core.text import normalise


@pytest.mark.parametrize(
    ("text", "who", "questions"),
    [
        ("小明高兴地说：“竹子长高了！”", "小明", ["谁说“竹子长高了”?"]),
        ("小红奇怪地问：“叶子为什么会黄？”", "小红", ["谁问“叶子为什么会黄”?"]),
        ("老师微笑着说：“天冷了，树要休息。”", "老师", ["谁说“天冷了,树要休息”?"]),
        ("张老师生气地回答：“作业不能抄。”", "张老师", ["谁说“作业不能抄”?"]),
        ("小松鼠伤心地哭着说：“松果不见了。”", "小松鼠", ["谁说“松果不见了”?"]),
        ("“别着急，一起找。”啄木鸟安慰道。", "啄木鸟", ["谁说“别着急,一起找”?"]),
        ("爷爷对小刚说：“明天一早去赶集。”", "爷爷", ["谁说“明天一早去赶集”?"]),
        ("值班员看了看表，告诉旅客：“晚点二十分钟。”", "值班员", ["谁说“晚点二十分钟”?"]),
        ("李市长和陈局长说：“桥要在国庆前通车。”", "李市长和陈局长", ["谁说“桥要在国庆前通车”?"]),
        ("一只白鹅问：“池塘的水深吗？”", "白鹅", ["谁问“池塘的水深吗”?"]),
        ("曹操问荀彧：“粮草还有多少？”", "曹操", ["谁问“粮草还有多少”?"]),
        ("「票还有吗？」阿强着急地问售票员。", "阿强", ["谁问“票还有吗”?"]),
    ],
)
def test_who_speaks(text: str, who: str, questions: list[str]) -> None:
    speakers = Speakers(Clauses(Tagged(normalise(text).text)))
    assert [speakers.text[slice(*s.who)] for s in speakers.speeches] == [who]
    assert list(speakers.questions(speakers.speeches[0].who)) == questions


@pytest.mark.parametrize(
    "text", ["俗话说：“早起的鸟儿有虫吃。”", "书上说：“燕子是益鸟。”", "他说：“对。”", "门上写着“请勿入内”四个字。"]
)
def test_nobody_in_particular_is_no_speaker(text: str) -> None:
    assert not Speakers(Clauses(Tagged(normalise(text).text))).speeches


@pytest.mark.parametrize(
    "text",
    [
        "“嫦娥奔月”的传说，流传很广。", "“武侠”小说，流行很广。", "“日心地动”学说，影响很大。",
        "“水利”项目顾问，来到现场。", "“希望工程”负责人说明情况。", "“天眼”望远镜回答了许多问题。",
        "“神舟五号”飞船讲究安全。", "局长宣布，“天眼”望远镜建成了。", "这部小说：“江南”三部曲。",
    ],
)  # fmt: skip
def test_a_term_in_quotation_marks_is_not_said(text: str) -> None:
    assert not Speakers(Clauses(Tagged(normalise(text).text))).speeches


def test_what_somebody_says_who_says_one_thing() -> None:
    speakers = Speakers(Clauses(Tagged(normalise("老师说：“天冷了。”小红说：“是吗？”小红又说：“真冷。”").text)))
    asked = {speakers.text[slice(*s.said)]: list(speakers.questions(s.said)) for s in speakers.speeches}
    assert asked["天冷了"] == ["老师说了什么?"]
    assert asked["真冷"] == []


def test_how_something_is_done_is_no_part_of_a_name() -> None:
    clauses = Clauses(Tagged("小明高兴地说好。小明高兴地跳了起来。"))
    assert {clauses.text[slice(*s)] for c in clauses.all if (s := clauses.subject(c))} == {"小明"}


def test_a_dialogue_gives_pairs_that_pass() -> None:
    text = "小红看着窗外，奇怪地问：“叶子为什么会黄？”老师微笑着说：“天冷了，树要休息。”小刚高兴地跑出了教室。"
    found = [p for p in core.load("qa_pairs")(text, n=3).pairs if p.passed]
    assert any(p.question.startswith(("谁问", "谁说")) for p in found)
