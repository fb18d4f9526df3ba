"""Whether a pair is right and well put: what is made to learn it from, and what comes of it."""

from __future__ import annotations

import random

import pytest

import core
from core.errors import InputError
from core.qa_pairs import BOTH, FACTS, UNDERSTANDING
from core.qa_pairs.checker import Checker
from core.qa_pairs.generator import draw
from core.qa_pairs.kinds import Tagged
from core.qa_pairs.passage import Candidate, Passage
from core.qa_pairs.pipeline import QAPairsPipeline
from core.qa_pairs.reasons import is_clause
from core.text import normalise

TEXT = "石拱桥由匠人何田设计,建于1843年,全长62米。桥身用青石砌成,因为青石耐水,当地山上又多得很,运起来省工省钱。"
QUESTIONS = {
    "石拱桥是由谁设计的?": "何田",
    "石拱桥建于哪一年?": "1843年",
    "石拱桥的桥身为什么用青石砌成?": "青石耐水,当地山上又多得很,运起来省工省钱",
}


@pytest.mark.parametrize("mix", [FACTS, UNDERSTANDING, BOTH])
def test_what_is_drawn_is_of_the_mix_as_long_as_there_is_such(mix: str) -> None:
    spans = [(TEXT.index(a), TEXT.index(a) + len(a)) for a in QUESTIONS.values()]
    spans.append((TEXT.index("62米"), TEXT.index("62米") + 3))
    tagged = Tagged(TEXT)
    assert [is_clause(tagged, span) for span in spans] == [False, False, True, False]
    passage = Passage(TEXT, [], [], [Candidate(span, 0.25, 0) for span in spans], [])
    for seed in range(10):
        drawn = [c.span for c in draw(passage, 4, 1.0, random.Random(seed), mix=mix)]
        assert sorted(drawn) == sorted(spans), "where one kind has run out the other is drawn"
        at = drawn.index(spans[2])
        assert at == {FACTS: 3, UNDERSTANDING: 0, BOTH: 1}[mix]


def test_a_mix_that_there_is_not_is_refused() -> None:
    pairs = core.load("qa_pairs")
    assert isinstance(pairs, QAPairsPipeline)
    with pytest.raises(InputError, match="facts"):
        pairs(TEXT, mix="jokes")


def test_understanding_is_asked_for_before_facts() -> None:
    passage = (
        "黄山因古松奇特而闻名。山上有72座峰，最高的莲花峰海拔1864米。由于云海多在冬天出现，摄影者常在一月上山。"
        "为了保护古松，景区每年封闭两座山峰。"
    )
    pairs = core.load("qa_pairs")
    assert isinstance(pairs, QAPairsPipeline)
    read = pairs.generator.read(normalise(passage).text)
    for mix in (UNDERSTANDING, FACTS):
        drawn = Checker(pairs.generator, pairs.reader).drawn(read, 3, 0.9, random.Random(0), mix)
        wanted = [is_clause(read.tagged, c.span) == (mix == UNDERSTANDING) for c in drawn]
        assert wanted == sorted(wanted, reverse=True)
        assert sum(wanted) >= 3
