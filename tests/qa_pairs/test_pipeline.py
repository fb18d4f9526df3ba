"""Pairs and answers of the bundled models, on good and on bad input."""

from __future__ import annotations

import random
import re
from itertools import pairwise

import pytest

import core
from core.errors import InputError
from core.qa_pairs import MAX_CHARS
from core.qa_pairs.answering import AnswerPipeline
from core.qa_pairs.checker import Checker
from core.qa_pairs.checker import sound as is_sound
from core.qa_pairs.generator import draw
from core.qa_pairs.pipeline import QAPairsPipeline
from core.qa_pairs.request import read_passage
from core.qa_pairs.wording import asks_of
from core.text import normalise

POST = [
    "世界第二高山峰是乔戈里峰，位于中国境内。",
    "7月28日，泰国将迎来十世王玛哈·哇集拉隆功国王的68岁诞辰。",
    "泼水节，亦称宋干节，已有700年的历史，是傣族(中国)、德昂族最盛大的传统节日。",
]
LONG = (
    "都江堰位于四川省都江堰市城西，坐落在成都平原西部的岷江上，始建于秦昭王末年，由蜀郡太守李冰父子组织修建。"
    "整个工程由鱼嘴、飞沙堰和宝瓶口三部分组成，两千多年来一直发挥着防洪灌溉的作用，使成都平原成为天府之国。"
    "2000年，都江堰被联合国教科文组织列入世界文化遗产名录。"
)


@pytest.fixture(scope="module")
def pairs() -> QAPairsPipeline:
    found = core.load("qa_pairs")
    assert isinstance(found, QAPairsPipeline)
    return found


@pytest.fixture(scope="module")
def reader() -> AnswerPipeline:
    found = core.load("answer")
    assert isinstance(found, AnswerPipeline)
    return found


@pytest.mark.parametrize("passage", POST)
def test_the_posts_passages_give_checked_pairs(pairs: QAPairsPipeline, passage: str) -> None:
    found = pairs(passage, n=3).pairs
    assert any(p.passed for p in found)
    for p in found:
        assert passage[slice(*p.answer_span)] == p.answer
        assert p.question.endswith("？")
        assert p.answer not in p.question


def test_pairs_are_distinct_spread_and_repeat_in_a_stream_with_their_seed(pairs: QAPairsPipeline) -> None:
    first = pairs(LONG, n=6, seed=5).pairs
    assert set(pairs.stream(LONG, n=6, seed=5)) == set(first)
    assert len({p.question for p in first}) == len(first) >= 3
    spans = sorted(p.answer_span for p in first)
    assert all(a[1] <= b[0] for a, b in pairwise(spans)), "answers overlap"
    assert len({LONG[: p.answer_span[0]].count("。") for p in first}) >= 2, "all from one sentence"
    assert [p.passed for p in first] == sorted((p.passed for p in first), reverse=True)
    drawn = [{p.question for p in pairs(LONG, n=2, seed=seed, top_p=1.0).pairs} for seed in (5, 9, 11)]
    assert any(one != drawn[0] for one in drawn[1:])


def test_of_the_questions_for_an_answer_the_one_of_most_worth_is_taken(pairs: QAPairsPipeline) -> None:
    document = read_passage(LONG)
    read = pairs.generator.read(document.text)
    group = list(draw(read, 8, 0.9, random.Random(0)))
    checker = Checker(pairs.generator, pairs.reader)
    trying = checker.questions(document, read, group, 3)
    judged = checker.judged(document, read, trying, len(LONG))
    kept = {p.answer_span: p for p in checker.pairs(document, read, group, 3)}
    assert any(p.passed for p in kept.values())
    for span, pair in kept.items():
        passed = [p.quality or 0 for p in judged if p.passed and p.answer_span == span]
        assert pair.passed == bool(passed)
        assert not passed or pair.quality == pytest.approx(max(passed), abs=0.01)
    for c in group:
        made = {m.text for m in read.substitution.questions(c.span) if is_sound(m.text, document.text[slice(*c.span)])}
        assert not made or {a.text for other, a in trying if other == c} <= made, (
            "what can be substituted is not written"
        )


@pytest.mark.parametrize(
    ("question", "answer", "sound"),
    [
        ("都江堰在哪里？", "四川", True),
        ("都江堰位于四川？", "成都", False),  # asks nothing
        ("四川的都江堰在哪里？", "四川", False),  # gives the answer away
        ("《都江堰的作者是谁？", "李冰", False),
        ("哪里？", "四川", False),
        ("都江堰在哪里？", "——", False),
    ],
)
def test_what_is_a_sound_pair(question: str, answer: str, sound: bool) -> None:
    assert is_sound(question, answer) == sound


@pytest.mark.parametrize("answer", ["2000年", (LONG.index("2000"), LONG.index("2000") + 5)])
def test_a_chosen_answer_gets_its_question(pairs: QAPairsPipeline, answer: str | tuple[int, int]) -> None:
    [pair] = pairs(LONG, answer=answer).pairs
    assert pair.answer == "2000年"
    assert LONG[slice(*pair.answer_span)] == "2000年"
    assert re.search("年|时候", pair.question)
    assert pair.passed


def test_capitals_width_and_traditional_characters_come_back(pairs: QAPairsPipeline) -> None:
    passage = "ＩＢＭ公司於1911年在美國紐約州成立，總部位於阿蒙克，創辦人是托馬斯·沃森，員工遍布世界各國。"
    for p in pairs(passage, n=4).pairs:
        assert passage[slice(*p.answer_span)] == p.answer
        assert "ibm" not in p.question
        assert not set(p.question) & set("国纽约总创员")


@pytest.mark.parametrize(
    ("passage", "words"),
    [
        ("", "输入"),
        ("  \n ", "输入"),
        ("你好", "太短"),
        ("The quick brown fox jumps over the lazy dog, again and again.", "中文"),
        ("长" * 100_000, "太长"),
        ("\x00\x01\x02\x03乱七八糟的文件" * 20, "二进制"),
        (None, "文字"),
    ],
)
def test_passages_nobody_can_be_asked_about(pairs: QAPairsPipeline, passage: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        pairs.stream(passage)


@pytest.mark.parametrize(
    "passage",
    [
        "哈哈哈哈哈哈哈哈",
        "床前明月光，疑是地上霜。举头望明月，低头思故乡。",
        "姓名\t年龄\t城市\n张三\t25\t北京\n李四\t30\t上海",
        "<p>李白是<b>唐代</b>诗人</p><script>alert(1)</script>",
        "😀" * 30 + "今天天气真好啊😀",
        "．．．" * 50 + "中文中文中文",
    ],
)
def test_odd_passages_give_sound_pairs_or_none(pairs: QAPairsPipeline, passage: str) -> None:
    for p in pairs(passage).pairs:
        assert passage[slice(*p.answer_span)] == p.answer
        assert p.answer not in p.question


def test_of_laughter_nothing_can_be_asked(pairs: QAPairsPipeline) -> None:
    assert not any(p.passed for p in pairs("哈哈哈哈哈哈哈哈").pairs)


@pytest.mark.parametrize(
    "options",
    [
        {"n": 0}, {"n": 21}, {"n": True}, {"n": "3"}, {"beams": 0}, {"beams": 99}, {"top_p": 0}, {"top_p": 1.5},
        {"top_p": "x"}, {"seed": 1.5}, {"answer": "不在文章里"}, {"answer": ""}, {"answer": (3, 3)},
        {"answer": (-1, 4)}, {"answer": (0, 999)}, {"answer": [1, "2"]}, {"answer": 7}, {"answer": (18, 19)},
    ],
)  # fmt: skip
def test_arguments_out_of_range(pairs: QAPairsPipeline, options: dict[str, object]) -> None:
    with pytest.raises(InputError):
        list(pairs.stream(POST[0][:18] + "。，", **options))  # type: ignore[arg-type]


def test_rows(pairs: QAPairsPipeline, reader: AnswerPipeline) -> None:
    good, bad = pairs.run([{"passage": POST[0], "n": 1}, {"passage": 5}])
    assert not isinstance(good, InputError)
    assert set(good.to_dict()["pairs"][0]) >= {
        "question", "answer", "answer_span", "score", "reader_answer", "reader_score",
    }  # fmt: skip
    assert isinstance(bad, InputError)
    first, second, third = reader.run(
        [{"passage": POST[0], "question": "世界第二高山峰是什么？"}, {"passage": POST[0]}, {"question": "谁？"}]
    )
    assert not isinstance(first, InputError)
    assert first.answer == "乔戈里峰"
    assert isinstance(second, InputError)
    assert isinstance(third, InputError)


def test_the_reader_finds_answers_far_down_and_says_when_there_is_none(reader: AnswerPipeline) -> None:
    filler = "今天的会议讨论了很多琐碎的事情，大家都觉得有些疲倦。" * 60
    long = filler + LONG + filler
    assert len(long) < MAX_CHARS
    found = reader(long, "都江堰是由谁组织修建的？")
    assert "李冰" in found.answer
    assert long[slice(*found.answer_span)] == found.answer
    none = reader(POST[1], "红楼梦的作者是谁？")
    assert none.answer == ""
    assert none.answer_span == (0, 0)


def test_reading_together_is_reading_alone(reader: AnswerPipeline) -> None:
    rows = [{"passage": p, "question": q} for p in (*POST, LONG) for q in ("在哪里？", "有多少年的历史？")]
    together = reader.run(rows)
    alone = [reader.run([row])[0] for row in rows]
    assert [a.to_dict()["answer"] for a in together] == [a.to_dict()["answer"] for a in alone]  # type: ignore[union-attr]


def test_the_inside_is_that_of_the_passage(pairs: QAPairsPipeline) -> None:
    inside = pairs.explain(LONG, beams=3)
    assert len(inside.begins) == len(LONG)
    assert 0.5 < sum(inside.begins) < 1.5
    assert inside.options[0].nucleus
    for option in inside.options:
        assert LONG[slice(*option.span)] == option.text
    assert [o.probability for o in inside.options] == sorted((o.probability for o in inside.options), reverse=True)
    assert len(inside.steps) >= 4
    for step in inside.steps[1:]:
        assert 1 <= len(step) <= 3
        assert all(b.score < 0 for b in step)
    texts = [b.text for step in inside.steps for b in step]
    assert inside.question[:3] in texts


@pytest.mark.parametrize("said", [
        "你好", "。", "早上好啊", "谢谢", "？？？", "给我写一首诗", "ok", "你好吗", "最近怎么样？", "在吗", "你是谁？",
        "你叫什么名字", "吃了吗？", "你会做什么", "身体好吗", "您贵姓，从哪里来？", "你能帮我吗", "今天过得如何",
    ],
)  # fmt: skip
def test_what_asks_nothing_is_not_answered(reader: AnswerPipeline, said: str) -> None:
    passage = "本店周一休息，周二到周日上午十点开门。满三十元送一杯豆浆。"
    assert reader(passage, said).to_dict() == {"answer": "", "answer_span": (0, 0), "score": 1.0}


@pytest.mark.parametrize(
    "said", ["本店周一营业吗？", "星期二开不开门，有没有豆浆？", "哪天休息？", "我满三十元送什么？"]
)
def test_what_names_something_is_a_question(said: str) -> None:
    assert asks_of(normalise(said).text, "本店周一休息，周二到周日上午十点开门。满三十元送一杯豆浆。")


@pytest.mark.parametrize(
    ("said", "passage"),
    [
        ("发生了什么事？", "昨晚仓库起火，三人受伤。"),
        ("比赛结果如何？", "两队打成二比二平。"),
        ("我国的面积有多大？", "中国陆地约960万平方公里。"),
        ("你好，请问几点开门？", "上午十点营业。"),
        ("你们几点关门？", "晚上八点打烊。"),
        ("能不能带宠物？", "猫狗不得入内。"),
        ("事故原因呢？", "刹车失灵，两车相撞。"),
    ],
)
def test_a_question_need_share_no_word_with_the_passage(said: str, passage: str) -> None:
    assert asks_of(normalise(said).text, normalise(passage).text)


def test_what_is_named_is_asked_for_without_a_word_that_asks(reader: AnswerPipeline) -> None:
    passage = "本店周一休息，周二到周日上午十点开门。满三十元送一杯豆浆。"
    assert "十点" in reader(passage, "开门时间").answer
