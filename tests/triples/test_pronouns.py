"""What pronouns mean: by hand in the rules, by the shipped model in whole texts."""

from __future__ import annotations

import pytest

import core
from core.text import split_sentences
from core.triples.named import Named
from core.triples.pronouns import resolved
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


PERSONS = [("卫宁", True, True), ("方若兰", True, True)]


@pytest.mark.parametrize(
    ("text", "named", "expected"),
    [
        ("卫宁与方若兰都是演员，前者是四川人，后者是浙江人。", PERSONS, [("前者", "卫宁"), ("后者", "方若兰")]),
        ("卫宁以及方若兰都是演员。下雨了。后者是浙江人。", PERSONS, [("后者", "方若兰")]),
        ("卫宁、方若兰同为演员；前者是四川人。", PERSONS, [("前者", "卫宁")]),
        ("《山门》和《渡口》是两部小说，其中后者更长。", [], [("后者", "渡口")]),
        ("卫宁、方若兰和丁宇都是演员，前者是四川人。", PERSONS, []),  # three, one of whom nobody saw
        ("甲乙和卫宁、方若兰都是演员，前者是四川人。", PERSONS, []),
        ("卫宁写了小说。方若兰读了，前者是四川人。", PERSONS, []),  # not named together
        ("卫宁和《渡口》都有名，前者是四川人。", [*PERSONS, ("渡口", False, True)], []),  # not of one kind
        ("卫宁和方若兰演过《山门》和《渡口》，前者更好。", PERSONS, []),  # two pairs
        ("《山门》和《渡口》是小说。前者由卫宁和方若兰改编，后者没有。", PERSONS, [("前者", "山门"), ("后者", "渡口")]),
        ("《山门》由卫宁导演。该片于五月上映。", PERSONS, [("该片", "山门")]),
        ("《山门》《渡口》由卫宁导演。该片于五月上映。", PERSONS, []),
        ("卫宁导演电影。该片于五月上映。", PERSONS, []),
        ("《山门》在书店有售。该书店在街角，该书也在，该剧院不在。", [], [("该书", "山门")]),
    ],
)
def test_what_former_and_that_film_mean(
    text: str, named: list[tuple[str, bool, bool]], expected: list[tuple[str, str]]
) -> None:
    assert meant(text, *(n for n in named if n[0] in text)) == expected


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (
            "《渡口》与《山门》都是卫宁的小说，后者由译林出版社出版，前者由漓江出版社出版。",
            {("渡口", "出版社", "漓江出版社", "前者"), ("山门", "出版社", "译林出版社", "后者")},
        ),
        (
            "方若兰和卫宁是同事。前者毕业于南京大学，后者毕业于厦门大学。",
            {("方若兰", "毕业院校", "南京大学", "前者"), ("卫宁", "毕业院校", "厦门大学", "后者")},
        ),
        ("清泉集团创建于1988年。该集团总部位于郑州。", {("清泉集团", "总部地点", "郑州", "该集团")}),
        ("《渡口》由卫宁执导。该剧于2012年4月首播，由方若兰主演。", {("渡口", "主演", "方若兰", "该剧")}),
        ("临江大学创办于1936年。该校占地面积900亩。", {("临江大学", "占地面积", "900亩", "该校")}),
    ],
)
def test_each_is_given_what_is_said_of_it(
    pipeline: core.AnyPipeline, text: str, facts: set[tuple[str, str, str, str]]
) -> None:
    found = pipeline(text).triples
    spoken = {(t.subject, t.predicate, t.object, text[slice(*(t.subject_pronoun or (0, 0)))]) for t in found}
    assert facts <= spoken
    assert not {s[:2] for s in spoken - facts} & {f[:2] for f in facts}  # nothing that is the other's
    assert all(text[slice(*t.subject_span)] == t.subject for t in found)
    assert all(text[slice(*t.object_span)] == t.object for t in found)


def test_which_company_is_meant_where_there_are_two_is_left(pipeline: core.AnyPipeline) -> None:
    found = pipeline("清泉集团创建于1988年，收购了白石集团。该集团总部位于郑州。").triples
    assert not any(t.subject_pronoun for t in found)
