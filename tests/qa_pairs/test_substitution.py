"""Questions made of a clause by putting a question word where the answer stands."""

from __future__ import annotations

import pytest

from core.qa_pairs.clauses import Clauses
from core.qa_pairs.kinds import Tagged
from core.qa_pairs.substitution import MAX_QUESTION, Substitution
from core.qa_pairs.topics import Topics
from core.text import normalise

BRIDGE = (
    "青龙桥位于甘肃省，全长86米，由石匠周大山主持修建。1736年，青龙桥正式完工。因为桥墩太矮，青龙桥在汛期常常被淹。它的栏杆上刻着狮子、"
    "莲花和祥云。为了保护桥面，当地禁止卡车通行。"
)
TEACHER = "苏婉（1921—1998），化学家，江苏无锡人。1943年毕业于西南联合大学，后来在兰州大学任教二十年。"
TEACHER += "她的代表作是《有机分析》。"


def questions(passage: str, answer: str) -> list[str]:
    text = normalise(passage).text
    at = text.index(normalise(answer).text)
    return [m.text for m in Substitution(Clauses(Tagged(text))).questions((at, at + len(answer)))]


@pytest.mark.parametrize(
    ("passage", "answer", "question"),
    [
        (BRIDGE, "86米", "青龙桥的全长是多少米?"),
        (BRIDGE, "周大山", "青龙桥由哪位石匠主持修建?"),
        (BRIDGE, "1736年", "青龙桥哪一年正式完工?"),
        (BRIDGE, "桥墩太矮", "青龙桥为什么在汛期常常被淹?"),
        (BRIDGE, "狮子、莲花和祥云", "青龙桥的栏杆上刻着什么?"),
        (BRIDGE, "甘肃省", "青龙桥位于哪里?"),
        (TEACHER, "1943年", "苏婉哪一年毕业于西南联合大学?"),
        (TEACHER, "二十年", "苏婉在兰州大学任教多少年?"),
        (TEACHER, "《有机分析》", "苏婉的代表作是哪部作品?"),
        ("江州日报讯 3月8日，盐城湿地迎来四千只候鸟。", "四千只", "3月8日盐城湿地迎来多少只候鸟?"),
        ("鲸鲨是最大的鱼，体长可达18米。", "18米", "鲸鲨的体长可达多少米?"),
        ("青龙桥位于甘肃省", "甘肃省", "青龙桥位于哪里?"),
        ("东风铁路全长2400千米。", "2400千米", "东风铁路全长是多少千米?"),
        ("全班同学都选了周小山。", "全班同学", "谁都选了周小山?"),
        ("古塔建于1905年。三年后，石匠周大山换下了铜钟。", "周大山", "哪位石匠换下了铜钟?"),
    ],
)
def test_a_clause_is_a_question_with_a_word_changed_and_its_subject_named(
    passage: str, answer: str, question: str
) -> None:
    assert question in questions(passage, answer)


@pytest.mark.parametrize("passage", [BRIDGE, TEACHER, "🙂🙂", "abc, def. 123", "，。；", "《》（）“", "a" * 3000])
def test_no_piece_of_any_text_gives_a_question_with_its_answer_or_none_to_read(passage: str) -> None:
    text = normalise(passage).text
    made = Substitution(Clauses(Tagged(text)))
    for start in range(0, min(len(text), 120), 3):
        for size in (1, 2, 4, 9, 30):
            for m in made.questions((start, min(len(text), start + size))):
                assert m.text.endswith("?")
                assert 5 <= len(m.text) <= MAX_QUESTION
                assert "\n" not in m.text


def test_one_of_several_things_is_not_asked_for_as_if_it_were_the_only_one() -> None:
    assert questions(BRIDGE, "莲花") == []


def test_what_is_marked_as_a_reason_or_purpose_is_found() -> None:
    text = normalise(BRIDGE).text
    found = [text[slice(*s)] for s in Substitution(Clauses(Tagged(text))).spans()]
    assert {"桥墩太矮", "保护桥面"} <= set(found)


def test_a_name_with_years_in_brackets_is_what_a_passage_is_about() -> None:
    topics = Topics(Clauses(Tagged(normalise(TEACHER).text)))
    assert topics.main is not None
    assert topics.clauses.named(topics.main) == "苏婉"


@pytest.mark.parametrize(
    ("passage", "answer", "question"),
    [
        ("青石大坝位于湖北省。大坝长2300米。", "2300米", "青石大坝长多少米?"),
        ("西塔高30米，建于1901年，由林生设计。", "1901年", "西塔建于哪一年?"),
        ("清江大桥全长约三公里，建于1962年。", "1962年", "清江大桥建于哪一年?"),
        ("南岭国是一个岛国。1965年，南岭国独立，李光担任第一任总理。", "李光", "谁担任南岭国第一任总理?"),
        ("孟德是一位修道士。从1856年开始，他在花园里种植豌豆。", "1856年", "孟德从哪一年开始在花园里种植豌豆?"),
        ("陈立是建筑师，由于脖子有伤，他的行李由别人背着。", "脖子有伤", "陈立的行李为什么由别人背着?"),
        ("青龙桥又叫石桥。为了减轻负担，游客只能步行过桥。", "减轻负担", "游客为什么只能步行过桥?"),
        ("鲁山林场始建于1951年。林场的总部设在青州市。", "青州市", "鲁山林场的总部设在哪里?"),
    ],
)
def test_nouns_pronouns_and_offices_are_told_in_full(passage: str, answer: str, question: str) -> None:
    assert question in questions(passage, answer)


@pytest.mark.parametrize(
    ("passage", "answer"),
    [
        ("青龙桥是一座有名的石桥。", "青龙桥"),  # of many it could be said
        ("我们在桥边装了64个巢箱。", "64个"),  # nobody knows who we are
        ("如果青龙桥加高两米，船就能通过。", "两米"),
        ("活动定于12月8日上午8点举行。", "12月8日"),
        ("报名者应在18至55岁之间。", "55岁"),
        ("李红和陶娜分别在1996年和2000年夺冠。", "2000年"),
        ("天成号建于清康熙八年。", "八年"),
        ("老师傅常说“三分磨，七分点”。", "三分"),
        ("这是光的折射造成的。", "光的折射"),
        ("2024年志愿者招募公告：比赛在十一月举行。", "2024年"),
        ("把水倒进二号杯，二号杯比一号杯满。", "一号"),  # no day
        ("滕王阁位于江西省南昌市。", "江西省"),  # not all of where
        ("1903年，朝廷设立商部。", "朝廷"),  # no place, whatever the lexicon says
        ("云塔由王大山设计。与业主争吵后，他在1988年辞职回国，此后再未来过。", "1988年"),  # not the tower
        ("朱鹮是一种涉禽。为了保护它们，当地禁止使用农药，也不许砍伐大树。", "农药"),  # not the bird
    ],
)
def test_what_cannot_be_asked_well_is_not_asked(passage: str, answer: str) -> None:
    assert questions(passage, answer) == []


@pytest.mark.parametrize(
    ("text", "reason", "question"),
    [
        ("宝瓶口因形状像瓶口而得名。", "形状像瓶口", "宝瓶口为什么得名?"),
        ("黄山因古松奇特而闻名。", "古松奇特", "黄山为什么闻名?"),
        ("小镇因盛产陶瓷而被称为瓷都。", "盛产陶瓷", "小镇为什么被称为瓷都?"),
        ("鸵鸟因翅膀退化而不能飞。", "翅膀退化", "鸵鸟为什么不能飞?"),
        ("由于缺乏雨水，庄稼枯死了。", "缺乏雨水", "庄稼为什么枯死了?"),
    ],
)
def test_reasons_are_asked_for(text: str, reason: str, question: str) -> None:
    folded = normalise(text).text
    asking = Substitution(Clauses(Tagged(folded)))
    found = {folded[slice(*span)]: [m.text for m in asking.questions(span)] for span in asking.spans()}
    assert question in found[reason]
