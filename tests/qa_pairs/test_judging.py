"""What the quiz says to answers, and what it offers to choose from."""

from __future__ import annotations

from typing import Any

import pytest

import core
from core.errors import InputError
from core.qa_pairs.aliases import aliases
from core.qa_pairs.amounts import amounts
from core.qa_pairs.choices import Chooser
from core.qa_pairs.judging import judge
from core.qa_pairs.request import read_passage
from core.qa_pairs.wrapped import sentence_of


def never(a: str, b: str) -> float:
    raise AssertionError(f"{a} and {b} are for rules to tell apart")


def alike(score: float) -> Any:
    return lambda a, b: score


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1978年", "一九七八年"),
        ("3.6万人", "三万六千人"),
        ("2.5公里", "2500米"),
        ("一个半小时", "90分钟"),
        ("公元前138年", "前138年"),
        ("1949年10月1日", "1949-10-01"),
        ("百分之七", "7%"),
        ("一米七五", "175厘米"),
        ("四分之三", "75%"),
    ],
)
def test_amounts_are_compared_by_value(one: str, other: str) -> None:
    [a], [b] = amounts(one), amounts(other)
    assert a.equals(b)


@pytest.mark.parametrize("text", ["统一", "一起", "三亚", "几十公斤", "第一次听说"[2:], "万一"])
def test_words_with_a_numeral_are_no_amounts(text: str) -> None:
    assert [a for a in amounts(text) if a.kind != "count"] == []


@pytest.mark.parametrize(
    ("answer", "given", "right", "reason"),
    [
        ("张骞", "张 骞。", True, "equal"),
        ("138米", "一百三十八米", True, "value"),
        ("138米", "137米", False, "other value"),
        ("茶叶、丝绸和瓷器", "瓷器，丝绸，茶叶", True, "order"),
        ("茶叶、丝绸和瓷器", "丝绸", False, "part"),
        ("长安", "他从长安出发", True, "contains"),
        ("长安", "长安或者洛阳", False, "several"),
        ("长安", "不是长安", False, "opposite"),
        ("张骞", "张骞的随从", False, "different"),
    ],
)
def test_rules_tell_why(answer: str, given: str, right: bool, reason: str) -> None:
    verdict = judge("张骞从哪里出发？", answer, given, never)
    assert (verdict.right, verdict.reason) == (right, reason)


def test_phrases_are_left_to_similarity_and_names_are_not() -> None:
    why = "他为什么迟到？"
    assert judge(why, "路上堵车", "遇到了交通拥堵", alike(0.9)).to_dict() == {
        "right": True,
        "reason": {"zh": "意思相同", "en": "it means the same"},
        "score": 0.9,
    }
    assert not judge(why, "路上堵车", "闹钟没响", alike(0.4)).right
    assert not judge("是谁出使西域？", "张骞", "班超", never).right


def test_another_name_counts_where_the_passage_gives_it() -> None:
    passage = "苏轼，号东坡居士，宋代文学家。土豆，又称马铃薯。世界贸易组织（WTO）成立于1995年。"
    assert aliases(passage, "土豆") == ["马铃薯"]
    assert aliases(passage, "马铃薯") == ["土豆"]
    assert judge("哪个组织？", "世界贸易组织", "WTO", never, passage).reason == "alias"


@pytest.mark.parametrize("given", ["", "。。。", None, 5, "字" * 201])
def test_what_is_no_answer_is_refused(given: object) -> None:
    with pytest.raises(InputError):
        judge("谁？", "张骞", given, never)


PASSAGE = (
    "1405年，郑和率领船队从刘家港出发。1433年，船队最后一次返航。宝船长约138米，宽约56米，船上有人员两万七千余名。"
    "徐福东渡比他早得多。法显从印度取回了佛经，写成《佛国记》；玄奘口述了《大唐西域记》，马可·波罗留下《马可·波罗游记》。"
)


def chooser() -> Chooser:
    return Chooser(PASSAGE, [], lambda text, others: [0.5] * len(others))


@pytest.mark.parametrize(
    ("question", "answer", "kind", "among", "never_there"),
    [
        ("船队哪一年出发？", "1405年", "date", ["1433年"], "1405年"),
        ("宝船有多长？", "138米", "length", ["56米"], "138"),
        ("法显写了什么书？", "《佛国记》", "title", ["《大唐西域记》", "《马可·波罗游记》"], "佛国记"),
        ("法显写了什么书？", "佛国记", "title", ["大唐西域记"], "佛国记"),
        ("谁率领船队？", "郑和", "person", ["玄奘"], "郑和"),
    ],
)
def test_wrong_answers_are_of_the_kind_and_of_the_passage(
    question: str, answer: str, kind: str, among: list[str], never_there: str
) -> None:
    found = chooser().choices(question, answer)
    assert found.kind == kind
    assert len(found.wrong) <= 3
    assert set(among) <= set(found.wrong)
    assert all(wrong.strip("《》") in PASSAGE and never_there not in wrong for wrong in found.wrong)


def test_what_may_be_right_too_is_no_wrong_answer() -> None:
    passage = "熊猫生活在四川、陕西和甘肃。朱鹮生活在河南。土豆又称马铃薯，原产秘鲁。"
    found = Chooser(passage, [], lambda text, others: [0.5] * len(others)).choices("熊猫生活在哪个省？", "四川")
    assert "河南" in found.wrong
    assert not {"陕西", "甘肃"} & set(found.wrong)


def test_too_few_of_a_kind_are_fewer() -> None:
    found = chooser().choices("船上有多少人员？", "两万七千余名")
    assert found.wrong == ()


def test_the_sentence_of_a_span_is_whole_and_of_one_line() -> None:
    text = "前一句。这里说的是一条很长的线路它从甲地出发经过乙\n地到达丙地和丁地以及许多地方再回到起点。\n后一句。"
    document = read_passage(text)
    at = document.text.index("乙地")
    assert sentence_of(document, (at, at + 2)).startswith("这里说的是")
    assert "经过乙地到达" in sentence_of(document, (at, at + 2))
    assert "后一句" not in sentence_of(document, (at, at + 2))


@pytest.mark.parametrize(
    ("right", "given", "reason"),
    [
        ("泄洪和排沙", "排洪", "part"),
        ("绘画与书法", "画画", "part"),
        ("洗衣和烘干", "洗衣服", "part"),
        ("止咳和化痰", "止咳嗽", "part"),
        ("付款方式及交货时间", "付款的方式", "part"),
        ("泄洪和排沙", "排沙和泄洪", "order"),
        ("绘画与书法", "画画和写字", "meaning"),
        ("洗衣和烘干", "洗衣服和烘干衣服", "meaning"),
        ("泄洪和排沙", "排洪排沙", "meaning"),
    ],
)
def test_one_of_two_parts_is_a_part(right: str, given: str, reason: str) -> None:
    similarity = core.load("similarity")
    assert judge("它有什么作用？", right, given, lambda a, b: similarity(a, b).wrd).reason == reason


MIXED = (
    "成都是四川省的省会，岷江流过成都平原。湖北省在长江中游，贵州省多山，云南省与缅甸相邻。李冰修建了都江堰，沃野千里。"
    "诸葛亮派兵守护都江堰，刘备到过这里，秦昭王没有来过。嘉陵江和大渡河流经四川省。"
)


@pytest.mark.parametrize(
    ("question", "answer", "wrong"),
    [
        ("成都是哪个省的省会？", "四川省", {"湖北省", "云南省", "贵州省"}),
        ("谁修建了都江堰？", "李冰", {"诸葛亮", "刘备", "秦昭王"}),
    ],
)
def test_wrong_choices_are_of_that_kind(question: str, answer: str, wrong: set[str]) -> None:
    chooser = Chooser(MIXED, [], lambda text, others: [0.5] * len(others))
    assert set(chooser.choices(question, answer).wrong) == wrong


def test_no_river_stands_beside_a_country() -> None:
    chooser = Chooser(MIXED, [], lambda text, others: [0.5] * len(others))
    assert chooser.choices("云南省与哪个国家相邻？", "缅甸").wrong == ("成都",)


def test_no_clause_is_a_choice() -> None:
    passage = "飞沙堰用来泄洪排沙。水大时，石头会溢出。鱼嘴用来分开江水，宝瓶口用来引水灌溉。"
    places = [(passage.index(text), text) for text in ("分开江水，宝瓶口", "分开江水")]
    spans = [(at, at + len(text)) for at, text in places]
    chooser = Chooser(passage, spans, lambda text, others: [0.5] * len(others))
    assert chooser.choices("飞沙堰用来做什么？", "泄洪排沙").wrong == ("分开江水",)
