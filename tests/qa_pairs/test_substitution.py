"""Questions made of a clause by putting a question word where the answer stands."""

from __future__ import annotations

import pytest

from core.qa_pairs.clauses import Clauses
from core.qa_pairs.kinds import Tagged
from core.qa_pairs.substitution import MAX_QUESTION, Substitution
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


def test_a_pronoun_in_a_bracketed_text_is_not_what_it_speaks_of() -> None:
    clauses = Clauses(Tagged(normalise(TEACHER).text))
    assert clauses.main is not None
    assert clauses.named(clauses.main) == "苏婉"
