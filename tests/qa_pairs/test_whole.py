"""Answers cut as by hand: units stay with numbers, titles whole, list marks and line ends never in one."""

from __future__ import annotations

import pytest

from core.qa_pairs.whole import whole_answer, with_bounds


@pytest.mark.parametrize(
    ("text", "part", "whole"),
    [
        ("展厅里摆了4张长桌。", "4", "4张"),
        ("全长12.5公里的隧道", "12.5", "12.5公里"),
        ("气温降到零下3℃。", "3", "3℃"),
        ("药品重50mg左右", "50", "50mg"),
        ("占了总数的35%", "35", "35%"),
        ("有三百多名学生", "三百", "三百多名"),
        ("今年来了1,200人", "1,2", "1,200人"),
        ("他写了《海上的风和雨》一书", "海上", "《海上的风和雨》"),
        ("他写了《海上的风和雨》一书", "海上的风和雨", "海上的风和雨"),
        ("通知\n1. 请穿校服\n2. 自带午饭", "1. 请穿校服", "请穿校服"),
        ("通知\n(2)自带午饭", "2)自带午饭", "自带午饭"),
        ("三、保持安静", "三、保持安静", "保持安静"),
        ("小王是班长,", "小王是班长,", "小王是班长"),
        ("比分是3.5比2", "3.5比2", "3.5比2"),
        ("三人同行", "三人", "三人"),
        ("会议定在周一天黑以前", "周一", "周一"),
        ("二、三年级的学生", "三年级", "三年级"),
        ("净重50 kg左右", "50", "50 kg"),
        ("the 747 is big 大飞机", "747", "747"),
        ("2008年8月8日开幕", "2008年8月8日", "2008年8月8日"),
        ("被称为“四绝”的景物", "“四绝", "“四绝”"),
        ("请穿校服\n2. 自带午饭和水", "校服\n2. 自带午饭", "自带午饭"),
        ("作品用a3纸书写", "3纸", "a3纸"),
        ("请用a4纸打印", "4", "a4"),
        ("换上mp4格式", "mp", "mp4"),
        ("全程12.5公里", "5公里", "12.5公里"),
        ("建于1958年", "58年", "1958年"),
        ("共2,400名学生", "400名", "2,400名"),
        ("乘g85次列车", "85次", "g85次"),
        ("每人每组4人", "4", "4人"),
        ("姓名\t身高\t体重\n李雷\t172厘米\t61公斤", "厘米\t61公斤", "61公斤"),
        ("绵阳\t20248\t487万", "248\t", "20248"),
        ("| 土豆 | 3.5元 | 北门 |", "土豆 | 3", "土豆"),
        ("周二  语文课  王老师", "语文课  王", "语文课"),
    ],
)
def test_an_answer_is_made_whole(text: str, part: str, whole: str) -> None:
    at = text.index(part)
    found = whole_answer(text, (at, at + len(part)))
    assert found is not None
    assert text[slice(*found)] == whole


@pytest.mark.parametrize(
    ("text", "part"), [("好,。", ",。"), ("1. 请坐", "1"), ("好\n\n坏", "\n\n"), ("甲\t\t乙", "\t\t")]
)
def test_nothing_is_left(text: str, part: str) -> None:
    at = text.index(part)
    assert whole_answer(text, (at, at + len(part))) is None


@pytest.mark.parametrize(
    ("text", "amount", "question", "told"),
    [
        ("体长可以超过30米", "30米", "体长是多少?", "超过30米"),
        ("体长可以超过30米", "30米", "体长可以超过多少米?", "30米"),
        ("停留15分钟左右再走", "15分钟", "停留多久?", "15分钟左右"),
        ("大约三四个小时", "三四个小时", "要多少个小时?", "大约三四个小时"),
        ("他住在附近30号", "30号", "他住哪里?", "30号"),
        ("大约是春天", "春天", "什么时候?", "春天"),
    ],
)
def test_an_amount_keeps_what_bounds_it(text: str, amount: str, question: str, told: str) -> None:
    at = text.index(amount)
    assert text[slice(*with_bounds(text, (at, at + len(amount)), question))] == told
