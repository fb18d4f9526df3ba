"""Triples judged beside each other."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

import core
from core.triples.rivals import FEATURES, features, judged, lists_of
from core.triples.triple import Found, Span
from training.triples.evaluate import Read
from training.triples.rivals import fit_all

TEXT = "陈一生于苏州,孙二生于扬州"


def found(text: str, *triples: tuple[str, str, float]) -> list[Found]:
    def span(piece: str) -> Span:
        return text.index(piece), text.index(piece) + len(piece)

    return [Found(span(s), "出生地", span(o), score) for s, o, score in triples]


def column(text: str, triples: Sequence[Found], name: str) -> list[float]:
    values: list[float] = features(text, triples)[:, FEATURES.index(name)].tolist()
    return values


def test_without_weights_each_triple_stands_by_itself() -> None:
    triples = found(TEXT, ("陈一", "苏州", 0.8), ("陈一", "扬州", 0.6))
    assert judged(TEXT, triples, {}) == triples
    assert judged(TEXT, [], dict.fromkeys(FEATURES, 1.0)) == []


def test_the_score_alone_gives_the_score_back() -> None:
    triples = found(TEXT, ("陈一", "苏州", 0.8), ("孙二", "扬州", 0.3))
    again = judged(TEXT, triples, dict.fromkeys(FEATURES, 0.0) | {"score": 1.0})
    assert [f.score for f in again] == pytest.approx([0.8, 0.3])
    assert [f.object for f in again] == [f.object for f in triples]


def test_a_rival_is_another_subject_that_wants_the_same_object() -> None:
    triples = found(TEXT, ("陈一", "苏州", 0.8), ("陈一", "扬州", 0.6), ("孙二", "扬州", 0.9))
    assert column(TEXT, triples, "subject_rival") == [0, 1, 1]
    lead = math.log(0.9 / 0.1) - math.log(0.6 / 0.4)
    assert column(TEXT, triples, "subject_rival_lead") == pytest.approx([-5, lead, -lead])
    assert column(TEXT, triples, "nearer_rival") == [0, 1, 0]
    assert column(TEXT, triples, "rival_between") == [0, 1, 0]
    assert column(TEXT, triples, "subjects_between") == [0, 1, 0]
    assert column(TEXT, triples, "object_rival") == [1, 1, 0]


def test_relations_do_not_compete_with_each_other() -> None:
    one, other = found(TEXT, ("陈一", "扬州", 0.6), ("孙二", "扬州", 0.9))
    other = Found(other.subject, "祖籍", other.object, other.score)
    assert column(TEXT, [one, other], "subject_rival") == [0, 0]


@pytest.mark.parametrize("joint", ["和", "、", "与", "以及", "》、《", " 及 "])
def test_those_of_one_list_share_what_they_have(joint: str) -> None:
    text = f"《陈一{joint}孙二》都生于苏州"
    triples = found(text, ("陈一", "苏州", 0.8), ("孙二", "苏州", 0.9))
    assert column(text, triples, "subject_rival") == [0, 0]
    assert column(text, triples, "subjects_between") == [0, 0]


def test_two_lists_in_turn_are_paired_by_their_order() -> None:
    text = "陈一、孙二和周三分别生于苏州、扬州和无锡"
    pairs = [("陈一", "苏州"), ("陈一", "扬州"), ("孙二", "扬州"), ("周三", "无锡"), ("周三", "苏州")]
    triples = found(text, *((s, o, 0.5) for s, o in pairs))
    assert column(text, triples, "in_turn") == [1, -1, 1, 1, -1]
    plain = text.replace("分别", "一起")
    assert column(plain, triples, "in_turn") == [0] * 5


def test_the_same_mention_with_other_bounds_is_told_from_a_rival() -> None:
    text = "陈一生于江苏苏州"
    triples = found(text, ("陈一", "江苏苏州", 0.9), ("陈一", "苏州", 0.6))
    assert column(text, triples, "other_bounds_lead") == [0, 1]
    assert column(text, triples, "object_rival") == [0, 0]


def test_marks_between_subject_and_object_are_counted() -> None:
    text = "陈一,苏州人。孙二,陈一之友,无锡人"
    triples = found(text, ("陈一", "苏州", 0.9), ("陈一", "无锡", 0.5))
    assert column(text, triples, "commas") == [1, 3]
    assert column(text, triples, "sentence_end") == [0, 1]
    assert column(text, triples, "distance") == pytest.approx([math.log1p(1), math.log1p(13)])


def test_thousands_of_triples_are_left_as_they_are() -> None:
    text = "甲" * 700
    triples = [Found((i, i + 1), "出生地", (0, 1), 0.5) for i in range(700)]
    assert judged(text, triples, dict.fromkeys(FEATURES, 1.0)) == triples


def test_probabilities_stay_probabilities() -> None:
    rng = np.random.default_rng(0)
    text = "甲乙丙丁,戊己和庚辛。" * 20
    triples = [
        Found((a, a + 2), str(rng.integers(3)), (b, b + 2), float(rng.random()))
        for a, b in rng.integers(0, 200, (80, 2)).tolist()
    ]
    scores = [f.score for f in judged(text, triples, dict(zip(FEATURES, rng.normal(size=len(FEATURES)), strict=True)))]
    assert all(0 <= s <= 1 for s in scores)


def test_a_fit_learns_that_the_nearer_subject_is_meant() -> None:
    """The head has no idea: what it finds of both persons in each sentence is as likely; wrong ones have a rival."""
    reads = []
    for a, b in (("苏州", "扬州"), ("北京", "天津"), ("长沙", "武汉"), ("昆明", "贵阳")) * 10:
        text = f"陈一生于{a},孙二生于{b}"
        triples = found(text, ("陈一", a, 0.6), ("陈一", b, 0.6), ("孙二", b, 0.6))
        reads.append(Read(text, {("陈一", "出生地", a), ("孙二", "出生地", b)}, triples))
    fitted, figures = fit_all({"duie2_dev": reads, "written_dev": reads, "ske1_train": [], "written_train": []})
    assert figures["judged, left out"] == {"duie2_dev": 1.0, "written_dev": 1.0}
    assert figures["own scores"]["duie2_dev"] == pytest.approx(0.8)
    text = "钱五生于南昌,李六生于合肥"
    triples = found(text, ("钱五", "南昌", 0.6), ("钱五", "合肥", 0.6), ("李六", "合肥", 0.6))
    assert [f.score >= fitted["threshold"] for f in judged(text, triples, fitted["rivals"])] == [True, False, True]


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("育有一子许航、一女许晴", True),
        ("长子许航,次子许晴", True),
        ("儿子许航和两个女儿许晴", True),
        ("儿子叫许航,女儿叫许晴", True),
        ("许航和许晴", True),
        ("妻子许航,女儿许晴", False),
        ("长子许航,孙女许晴", False),
        ("长子许航。次子许晴", False),
    ],
)
def test_children_are_a_list_though_each_is_said_to_be_one(text: str, listed: bool) -> None:
    spans = {(text.index(name), text.index(name) + 2) for name in ("许航", "许晴")}
    places = [place[1:] for _, place in sorted(lists_of(text, spans).items())]
    assert places == ([(0, 2), (1, 2)] if listed else [(0, 1), (0, 1)])


@pytest.mark.parametrize("text", ["杜文山的儿子杜若、女儿杜蘅都是教师。", "何远有两个女儿，大女儿何莹，小女儿何洁。"])
def test_every_child_of_a_list_has_its_parent(text: str) -> None:
    assert len([t for t in core.load("triples")(text).triples if t.predicate == "父亲"]) == 2
