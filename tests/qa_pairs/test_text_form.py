"""Texts of which little can be asked are known by their form, and said to be such."""

from __future__ import annotations

import pytest

import core
from core.qa_pairs.request import read_passage
from core.qa_pairs.text_form import NOT_OF_IT, form_of, told_of


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("姓名\t身高\t体重\n李雷\t172\t61\n韩梅\t160\t48", "table"),
        ("| 菜名 | 价格 |\n| 土豆 | 3.5元 |\n| 白菜 | 2元 |", "table"),
        ("星期  第一节  第二节\n周一  语文  数学\n周二  英语  体育", "table"),
        ("白日依山尽，黄河入海流。欲穷千里目，更上一层楼。", "poem"),
        ("早发白帝城\n李白\n朝辞白帝彩云间，千里江陵一日还。\n两岸猿声啼不住，轻舟已过万重山。", "poem"),
        ("我走了，\n在一个清晨，\n没有回头。\n河水还在流，\n灯还亮着，\n你站在桥上。", "poem"),
        ("“几点了？”“八点。”“走吧。”他点点头。", "dialogue"),
        ("医生：哪里不舒服？\n病人：头疼。\n医生：多久了？\n病人：三天。", "dialogue"),
        ("1. 洗手\n2. 排队\n3. 安静", "list"),
        ("购物清单\n- 鸡蛋\n- 牛奶\n- 面包", "list"),
        ("牙刷\n毛巾\n雨伞\n水杯\n手电筒\n充电器", None),
        ("石拱桥由匠人何田设计，建于1843年，全长62米。桥身用青石砌成，因为青石耐水。", None),
        ("春天来了，小草绿了。\n孩子们在操场上放风筝，老师站在旁边看。", None),
        ("桂林山水甲天下，阳朔山水甲桂林。漓江是桂林的主要河流，发源于猫儿山，全长四百多公里，流经六个县。", None),
        ("小明去了学校。  小红回家了。\n今天下雨了。  我们没有出门。\n妈妈做了饭。  大家都吃了。", None),
        ("第一条  为了保护环境，制定本法。\n第二条  本法适用于全国。\n第三条  国家鼓励节约用水。", None),
        (
            "小明喜欢打篮球。\n小红喜欢打排球。\n小刚喜欢踢足球。\n爸爸喜欢看报纸。\n妈妈喜欢听音乐。\n爷爷喜欢下象棋。",
            None,
        ),
        ("今天很冷。\n我穿了大衣。\n街上没有人。\n我走得很快。\n到家了。\n妈妈开了门。", None),
        ("1. 先把土豆洗净，切成小块。\n2. 加水煮二十分钟，直到变软。\n3. 捞出来，加盐，捣成泥。", None),
        ("春游通知\n时间：4月12日\n地点：东操场\n费用：10元\n联系人：李老师\n电话：2345678", None),
        ("我走了\n在一个清晨\n没有回头\n河水还在流\n灯还亮着\n你站在桥上", None),
        ("姓名\t身高\n李雷\t172\n他跑得很快。\n昨天他得了冠军。\n大家都很高兴。", None),
    ],
)
def test_forms(text: str, form: str | None) -> None:
    assert form_of(read_passage(text).text) == form


def test_what_gives_little_says_why() -> None:
    found = core.load("qa_pairs")("姓名\t身高\t体重\n李雷\t172厘米\t61公斤\n韩梅\t160厘米\t48公斤", n=5)
    assert sum(p.passed for p in found.pairs) < 5
    assert found.note
    assert "表格" in found.note.zh
    assert found.to_dict()["note"]["en"]
    assert not any("\t" in p.answer for p in found.pairs)
    assert all(p.quality >= 0.2 for p in found.pairs)


def test_nothing_is_said_of_prose_that_gives_enough() -> None:
    assert told_of("石桥建于1843年。", 0, []) is None
    nothing = told_of("石桥建于1843年。", 1, [])
    assert nothing
    assert "没有能问得好的内容" in nothing.zh


def test_a_chosen_answer_that_cannot_be_asked_for_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = core.load("qa_pairs")
    monkeypatch.setattr(pairs, "decode", lambda *_: [])
    found = pairs("石桥由匠人何田设计，建于1843年。", answer="1843年")
    assert found.note == NOT_OF_IT


def test_the_reader_stays_within_a_cell() -> None:
    table = "城市\t人口\t面积\n绵阳\t487万\t20248\n德阳\t346万\t5910"
    cells = set(table.split())
    for question in ("绵阳的人口是多少？", "德阳的面积是多少？", "哪个城市的人口是346万？"):
        assert core.load("answer")(table, question).answer in cells
