"""Amounts by value, and what sets two sentences against each other; no model is read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.similarity.amounts_by_value import equal_groups, unequal_pairs
from core.similarity.compared import Limits, SameAmount, SimilarityResult
from core.similarity.embedding import Sentence, Words, prepare, with_amounts
from core.similarity.opposed import Opposed, opposed
from core.similarity.transport import Transport

LIMITS = Limits(0.9, 0.7, 0.5, 0.6)


def read(text: str) -> Sentence:
    return with_amounts(prepare(text))


def compared(a: str, b: str) -> tuple[int, int]:
    """How many groups of equal amounts the two have, and how many pairs that differ."""
    x, y = read(a).amounts, read(b).amounts
    return len(equal_groups(x, y)), len(list(unequal_pairs(x, y)))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("讲座晚上七点半开始", "讲座19:30开始"),
        ("班车三点零五出发", "班车3:05出发"),
        ("合同2024年3月5日签订", "合同二〇二四年三月五号签订"),
        ("十五号交房租", "15日交房租"),
        ("这双鞋三百块", "这双鞋300元"),
        ("一件卖九块九", "一件卖9.9元"),
        ("奖金五万", "奖金50000元"),
        ("工资涨了百分之六点二", "工资涨了6.2%"),
        ("股价跌了三成", "股价跌了30%"),
        ("四分之三的股东", "3/4的股东"),
        ("教室里有四十二个学生", "教室里有42名学生"),
        ("买了三本书", "买了3本书"),
        ("涨了一点五倍", "涨了1.5倍"),
        ("他身高一米八", "他身高180厘米"),
        ("气温零下五度", "气温-5℃"),
        ("煮三十分钟", "煮半小时"),
        ("看到第二集", "看到第2集"),
    ],
)
def test_amounts_of_one_value_are_the_same_however_written(a: str, b: str) -> None:
    assert compared(a, b) == (1, 0)
    assert compared(b, a) == (1, 0)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("闹钟定在凌晨两点", "闹钟定在下午两点"),
        ("他六月出生", "他七月出生"),
        ("房租每月四千五百元", "房租每月5400元"),
        ("股价跌了3%", "股价跌了三成"),
        ("借了四本书", "借了七本书"),
        ("第三章很难", "第四章很难"),
        ("气温零下五度", "气温5度"),
    ],
)
def test_amounts_of_one_kind_and_two_values_differ(a: str, b: str) -> None:
    assert compared(a, b) == (0, 1)


@pytest.mark.parametrize(
    "text", ["我们统一意见", "四川的火锅", "这事十分重要", "一百多人到场", "两三个人参加", "一点也不怕", "差一刻八点"]
)
def test_words_with_a_numeral_and_rough_numbers_are_no_amounts(text: str) -> None:
    assert read(text).amounts == ()


def test_a_kind_differs_from_another_but_days_may_be_a_month() -> None:
    (days,), (month,), (metres,) = (read(t).amounts for t in ("住了30天", "住了一个月", "长30米"))
    assert not days.unlike(month)
    assert days.unlike(metres)
    assert not days.differs(metres)


def test_an_amount_is_one_word_and_the_sentence_stays_whole() -> None:
    found = read("一瓶十二块五的酱油3.5万人买")
    assert [found.clean[a.start : a.end] for a in found.amounts] == ["十二块五", "3.5万"]
    assert {"十二块五", "3.5万"} <= set(found.folded)
    assert "".join(found.folded) == found.clean


def against(a: str, b: str) -> Opposed | None:
    return opposed(read(a).folded, read(b).folded)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("我会说法语", "我不会说法语"),
        ("药还没送到", "药送到了"),
        ("这里允许停车", "这里禁止停车"),
        ("董事会批准了方案", "董事会否决了方案"),
        ("这个箱子很重", "这个箱子很轻"),
        ("汇率走高", "汇率走低"),
        ("别开窗", "别关窗"),
    ],
)
def test_a_denial_or_an_opposite_turns_the_meaning(a: str, b: str) -> None:
    found, back = against(a, b), against(b, a)
    assert found
    assert back
    assert bool(found.opposites) != bool(found.denials_a or found.denials_b)
    assert back.denials_a == found.denials_b


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("他不是不想去", "他想去"),
        ("他不高兴", "他很难过"),
        ("能不能帮我一下", "可以帮我一下吗"),
        ("甲队击败了乙队", "乙队输给了甲队"),
        ("大小合适", "尺寸合适"),
        ("离开前别忘了关灯", "离开前记得关灯"),
        ("房价没有下跌", "房价上涨"),
    ],
)
def test_what_is_denied_twice_or_said_otherwise_is_not_opposed(a: str, b: str) -> None:
    assert against(a, b) is None


def test_a_level_goes_by_wrd_but_what_differs_is_no_duplicate() -> None:
    assert [LIMITS.level(x) for x in (0.9, 0.89, 0.7, 0.5, 0.49)] == [
        "duplicate", "close", "close", "same topic", "unrelated",
    ]  # fmt: skip
    words, one = Words("好", ((0, 1),), np.ones((1, 2), np.float32)), np.ones(1)
    plan = Transport(0.0, np.ones((1, 1)), one, one)
    result = SimilarityResult(words, words, True, 1.0, 1.0, 1.0, 1.0, 1.0, one, one, np.zeros((1, 1)), plan)
    assert result.level is None
    alike = replace(result, limits=LIMITS)
    assert alike.level == replace(alike, amounts=(SameAmount(0, 0, True),)).level == "duplicate"
    assert replace(alike, amounts=(SameAmount(0, 0, False),)).level == "close"
    assert replace(alike, opposed=Opposed((0,), (), ())).level == "close"
    assert replace(alike, wrd=0.4, opposed=Opposed((0,), (), ())).level == "unrelated"
