"""What pronouns mean: by hand in the rules, by the shipped model in whole texts."""

from __future__ import annotations

import pytest

import core
from core.text import split_sentences
from core.triples.pronouns import Named, resolved
from core.triples.triple import Triple


def meant(text: str, *named: tuple[str, bool, bool]) -> list[tuple[str, str]]:
    """(pronoun, name) for each that is resolved; `named`: (name, person, subject)."""
    sentences = list(split_sentences(text, 250))
    places = [(text.index(name), name, person, subject) for name, person, subject in named]
    of = [
        [Named((at, at + len(name)), person, subject) for at, name, person, subject in places if a <= at < b]
        for a, b in sentences
    ]
    return [(text[slice(*m.pronoun)], text[slice(*m.name)]) for mine in resolved(text, sentences, of) for m in mine]


@pytest.mark.parametrize(
    ("text", "named", "expected"),
    [
        ("程砚秋是北京人。他师从梅兰芳。", [("程砚秋", True, True)], [("他", "程砚秋")]),
        ("程砚秋和梅兰芳同台。他谢幕。", [("程砚秋", True, True), ("梅兰芳", True, False)], []),
        ("明河厂成立于1958年。其厂长是韩松。", [("明河厂", False, True)], [("其", "明河厂")]),
        ("明河厂成立于1958年。他退休了。", [("明河厂", False, True)], []),
        ("程砚秋是北京人。它很大。", [("程砚秋", True, True)], []),
        ("程砚秋来了。其他人走了，其中他们最早。", [("程砚秋", True, True)], []),
        ("程砚秋来了。下雨了。起风了。他走了。", [("程砚秋", True, True)], []),  # named too long ago
        ("程砚秋来了。他坐下。下雨了。他走了。", [("程砚秋", True, True)], [("他", "程砚秋")] * 2),
        ("没有谁。他走了。", [], []),
    ],
)
def test_only_what_can_mean_one_thing_is_resolved(
    text: str, named: list[tuple[str, bool, bool]], expected: list[tuple[str, str]]
) -> None:
    assert meant(text, *named) == expected


@pytest.fixture(scope="module")
def pipeline() -> core.AnyPipeline:
    return core.load("triples")


def triples(pipeline: core.AnyPipeline, text: str) -> dict[tuple[str, str, str], Triple]:
    return {(t.subject, t.predicate, t.object): t for t in pipeline(text).triples}


def test_a_sentence_is_read_with_the_person_it_is_of(pipeline: core.AnyPipeline) -> None:
    text = "周文斌，湖南长沙人。他毕业于武汉大学。"
    found = triples(pipeline, text)["周文斌", "毕业院校", "武汉大学"]
    assert text[slice(*found.subject_span)] == "周文斌"
    assert found.subject_pronoun == (10, 11)
    assert text[slice(*found.object_span)] == "武汉大学"
    assert found.object_pronoun is None


def test_names_of_any_length_leave_the_places_behind_them_right(pipeline: core.AnyPipeline) -> None:
    text = "  居里夫人（Ｍarie）出生于华沙。她的丈夫是皮埃尔·居里，她的女儿是伊蕾娜。"
    for t in pipeline(text).triples:
        assert text[slice(*t.subject_span)] == t.subject
        assert text[slice(*t.object_span)] == t.object
        for span in (t.subject_pronoun, t.object_pronoun):
            assert span is None or text[slice(*span)] == "她"
    found = triples(pipeline, text)
    assert found["居里夫人", "丈夫", "皮埃尔·居里"].subject_pronoun


def test_what_can_mean_two_is_left(pipeline: core.AnyPipeline) -> None:
    found = pipeline("李娜1982年2月26日出生于武汉，姜珊1985年3月1日出生于北京。她的丈夫是田野。").triples
    assert not any(t.subject_pronoun or t.object_pronoun for t in found)
