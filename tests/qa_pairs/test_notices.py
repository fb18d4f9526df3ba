"""What labelled lines of a notice are asked for by: the label, as that of what the notice is about."""

from __future__ import annotations

import pytest

import core
from core.qa_pairs.clauses import Clauses
from core.qa_pairs.kinds import Tagged
from core.qa_pairs.notices import Notices
from core.qa_pairs.request import read_passage
from core.qa_pairs.topics import Topics


def asked(text: str) -> dict[str, list[str]]:
    folded = read_passage(text).text
    notices = Notices(Topics(Clauses(Tagged(folded))))
    return {folded[slice(*span)]: [asks for asks, _ in notices.questions(span)] for span in notices.spans()}


@pytest.mark.parametrize(
    ("text", "answer", "question"),
    [
        ("关于举办春季运动会的通知\n时间：4月12日\n地点：东操场", "4月12日", "春季运动会的时间是什么时候?"),
        ("关于举办春季运动会的通知\n1. 时间：4月12日\n2. 地点：东操场", "东操场", "春季运动会的地点在哪里?"),
        ("停水公告\n停水范围：和平路1号至35号", "和平路1号至35号", "停水范围是什么?"),
        ("停水公告\n原因：更换主管道\n咨询电话：2345678", "2345678", "停水的咨询电话是多少?"),
        ("招聘启事\n月薪：4500元。工作地点：科园路8号。", "4500元", "招聘的月薪是多少?"),
        ("招聘启事\n月薪：4500元。工作地点：科园路8号。", "科园路8号", "招聘的工作地点在哪里?"),
        ("周五有讲座，时间：晚七点，地点：三号楼201，主讲人：周明远", "三号楼201", "地点在哪里?"),
        ("品名：绿茶饼干\n保质期：九个月\n产地：浙江宁波", "九个月", "保质期是多久?"),
        ("桂花茶的做法\n材料：干桂花、红茶\n冲泡时间：5分钟", "干桂花、红茶", "桂花茶的材料有哪些?"),
        ("《龙门客栈》\n导演：胡金铨\n上映日期：1967年10月", "胡金铨", "《龙门客栈》的导演是谁?"),
        ("失物招领\n物品：黑色双肩包\n领取处：车站服务中心", "车站服务中心", "失物招领的领取处在哪里?"),
        ("书画展征稿启事\n联系人：王老师\n截稿日期：6月30日", "王老师", "书画展征稿的联系人是谁?"),
        ("学校介绍\n校长：王建国\n人数：900人", "王建国", "学校的校长是谁?"),
        ("球队介绍\n队长：李明\n裁判长：张三丰", "张三丰", "球队的裁判长是谁?"),
        ("球队介绍\n队长：李明\n裁判长：张三丰", "李明", "球队的队长是谁?"),
        ("止咳糖浆说明\n主要用处：止咳润肺", "止咳润肺", "止咳糖浆的主要用处是什么?"),
    ],
)
def test_a_label_is_asked_for(text: str, answer: str, question: str) -> None:
    assert question in asked(text)[answer]


def test_what_a_word_might_measure_is_not_asked_for_as_an_amount() -> None:
    assert asked("选手介绍\n特长：游泳") == {"游泳": []}
    assert asked("绿茶介绍\n食用好处：美容养颜") == {}


@pytest.mark.parametrize(
    "text",
    [
        "老师：今天谁值日？\n小明：是我。\n老师：好的，开始吧。",
        "现将有关事项通知如下：请大家准时到场。",
        "各位同学：明天下午停课。",
        "小明说：“明天去爬山。”",
        "他去过很多地方，例如：北京、西安。",
    ],
)
def test_what_is_no_label_is_not(text: str) -> None:
    assert asked(text) == {}


def test_lines_of_a_notice_stay_lines() -> None:
    text = "停水公告\n停水时间：11月3日8:00至16:00\n原因：更换主管道\n"
    assert read_passage(text).text.count("\n") == 3


def test_a_notice_gives_pairs_that_pass() -> None:
    points = ("1. 比赛时间：4月12日上午九点", "2. 比赛地点：东操场", "3. 报名费：每人10元", "联系人：李老师")
    text = "\n".join(("关于举办春季运动会的通知", *points))
    found = core.load("qa_pairs")(text, n=4).pairs
    assert sum(p.passed for p in found) >= 3
    assert not any("\n" in p.answer or p.answer[:2] in ("1.", "2.", "3.") for p in found)
