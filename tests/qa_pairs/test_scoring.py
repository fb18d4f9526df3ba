"""How answers and questions are compared, and how a question is put in the passage's writing."""

from __future__ import annotations

import pytest

from core.qa_pairs.reader import vote
from core.qa_pairs.scoring import f1, near_duplicates, plain
from core.qa_pairs.wording import is_traditional, written_as
from core.text import normalise
from training.qa_pairs.evaluate import bleu_4, rouge_l


@pytest.mark.parametrize(
    ("found", "gold", "score"),
    [
        ("乔戈里峰", "乔戈里峰", 1.0),
        ("《红楼梦》", "红楼梦", 1.0),
        ("乔戈里", "乔戈里峰", 6 / 7),
        ("", "峰", 0.0),
        ("山", "峰", 0),
    ],
)
def test_f1(found: str, gold: str, score: float) -> None:
    assert f1(found, gold) == pytest.approx(score)


def test_plain_keeps_words() -> None:
    assert plain("《红楼梦》, 1791 年 (初版)!") == "红楼梦1791年初版"


def test_near_duplicates() -> None:
    assert near_duplicates("泼水节有多少年历史?", "700年", "泼水节有多少年的历史?", "700年")
    assert not near_duplicates("泼水节有多少年历史?", "700年", "泼水节又叫什么?", "宋干节")


def test_the_vote_prefers_what_several_say() -> None:
    votes = vote([("北京", 0.5), ("北京", 0.5), ("上海", 0.6)])
    assert votes["北京"] == pytest.approx(0.5 / 2)
    assert votes["上海"] == pytest.approx(0.36 / 1.6)
    assert max(votes, key=lambda text: votes[text]) == "北京"


def test_questions_are_written_as_the_passage_is() -> None:
    assert written_as("iphone 15是谁发布的?", normalise("iPhone 15由Apple发布")) == "iPhone 15是谁发布的？"
    assert written_as("apple,是什么?", normalise("APPLE 是一家公司")) == "APPLE，是什么？"
    assert (
        written_as("乾隆是谁的儿子?", normalise("乾隆是雍正的兒子，愛新覺羅氏，滿洲人，在位時間長"))
        == "乾隆是誰的兒子？"
    )
    assert not is_traditional("後羿是神话里的人物，射下了九个太阳，只留下一个在天上")


def test_rouge_and_bleu() -> None:
    assert rouge_l("谁写了红楼梦", "红楼梦是谁写的") == pytest.approx(2 * 3 / 13)
    assert bleu_4(["红楼梦的作者是谁"], ["红楼梦的作者是谁"]) == pytest.approx(1.0)
    assert 0 < bleu_4(["红楼梦的作者叫什么"], ["红楼梦的作者是谁"]) < 1
