"""Line breaks that only a page's width made are none; those of lists, poems and paragraphs stay."""

from __future__ import annotations

import pytest

import core
from core.qa_pairs.wrapped import unwrapped
from core.text import normalise

PAGE = (
    "北溪镇位于群山之间，三面环水，每年春天都有许多人来看满山的\n"
    "杜鹃花。镇上的老桥修建于1893年，由当地工匠陈阿福带领乡亲\n"
    "们一起建成，至今还在使用。"
)


def test_lines_of_a_page_are_joined() -> None:
    found = unwrapped(normalise(PAGE))
    assert found.text == normalise(PAGE).text.replace("\n", "")
    at = found.text.index("乡亲们")
    assert found.original[slice(*found.span_in_original(at, at + 3))] == "乡亲\n们"


def test_words_keep_a_space() -> None:
    text = "the old bridge of this small town was\nbuilt in 1893 by the workers there and\nit stands"
    assert unwrapped(normalise(text)).text == text.replace("\n", " ")


@pytest.mark.parametrize(
    "text",
    [
        "床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。",
        "春游通知\n1. 早上七点半在学校操场集合，请不要迟到\n2. 穿校服和运动鞋，带好水壶和午餐\n3. 不要带贵重的东西",
        "今天的天气非常好，我们一起去公园里放风筝。\n明天可能会下雨，所以就待在家里看书吧。",
        "姓名 年龄\n张三 18\n李四 19",
        "没有换行的一句话",
    ],
)
def test_lines_that_were_meant_stay(text: str) -> None:
    folded = normalise(text)
    assert unwrapped(folded) is folded


def test_an_answer_over_a_broken_line_is_shown_without_it() -> None:
    found = core.load("answer")(PAGE, "老桥是谁带领建成的？")
    assert "\n" not in found.answer
    assert PAGE[slice(*found.answer_span)].replace("\n", "") == found.answer
