"""Kinship that contradicts itself, or what the text says."""

from __future__ import annotations

import pytest

import core
from core.text import normalise
from core.triples.kinship import as_said, contradicted
from core.triples.triple import Found

KIN = ("父亲", "母亲", "丈夫", "妻子")


def test_of_contradictory_kinship_the_likelier_is_kept() -> None:
    scores = {
        ("许小言", "父亲", "许言"): 0.9,
        ("许小言", "母亲", "许言"): 0.6,
        ("周静", "丈夫", "许言"): 0.5,
        ("周静", "妻子", "许言"): 0.7,
        ("许言", "妻子", "周静"): 0.8,
        ("许言", "作者", "周静"): 0.1,
    }
    assert contradicted(scores) == {("许小言", "母亲", "许言"), ("周静", "妻子", "许言")}


def kept(text: str, first: str, second: str) -> set[str]:
    """Of all that two names of `text` can be to each other, what it does not speak against; "-" before what the second
    has the first for."""
    whole = normalise(text).text
    a, b = ((whole.index(name), whole.index(name) + len(name)) for name in (first, second))
    found = [Found(*pair, 0.5) for k in KIN for pair in ((a, k, b), (b, k, a))]
    return {("" if f.subject == a else "-") + f.relation for f in as_said(whole, found)}


@pytest.mark.parametrize("word", ["妹妹", "同父异母的弟弟", "堂兄", "岳父", "外孙女", "嫂子", "三叔父", "表妹", "祖母"])
@pytest.mark.parametrize(
    "text",
    [
        "许言的{}周静",
        "周静是许言的{}。",
        "许言和{}周静同行",
        "许言之{}周静,医生",
        "许言有个{}叫周静",
        "周静,许言的{},医生",
    ],
)
def test_other_kin_are_neither_spouses_nor_parents(text: str, word: str) -> None:
    assert not kept(text.format(word), "许言", "周静")


@pytest.mark.parametrize(
    ("text", "relations"),
    [
        ("许言的妻子周静", {"丈夫", "妻子", "-丈夫", "-妻子"}),
        ("许言与前夫周静", {"丈夫", "妻子", "-丈夫", "-妻子"}),
        ("周静是许言的二女儿", {"-父亲", "-母亲"}),
        ("许言携长子周静", {"-父亲", "-母亲"}),
        ("许言的母亲叫周静", {"父亲", "母亲"}),
        ("周静为许言之父,商人", {"父亲", "母亲"}),
    ],
)
def test_the_word_between_two_names_says_what_they_are(text: str, relations: set[str]) -> None:
    assert kept(text, "许言", "周静") == relations


@pytest.mark.parametrize(
    "text",
    ["许言的同学周静", "许言和周静", "许言的妹妹的丈夫周静", "周静是许言的妹妹林月的丈夫。", "许言,周静,许言的妹妹"],
)
def test_of_who_else_stands_there_nothing_is_said(text: str) -> None:
    assert len(kept(text, "许言", "周静")) == 2 * len(KIN)


@pytest.mark.parametrize(
    "text", ["何远的妹妹何蓉是医生。", "何蓉是何远的姐姐。", "何远与表妹陶琳一同留学。", "何远的岳父陶谦是画家。"]
)
@pytest.mark.parametrize("model", ["triples-gplinker", "triples-casrel", "triples-dgcnn"])
def test_the_models_marry_no_other_kin(text: str, model: str) -> None:
    assert not [t for t in core.load("triples", model)(text).triples if t.predicate in KIN]
