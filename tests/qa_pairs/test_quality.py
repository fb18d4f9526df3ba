"""Whether a pair is right and well put: what is made to learn it from, and what comes of it."""

from __future__ import annotations

import random
from itertools import product

import pytest
import torch

import core
from core.errors import InputError
from core.qa_pairs import BOTH, FACTS, UNDERSTANDING
from core.qa_pairs.generator import Candidate, Passage, draw, is_clause
from core.qa_pairs.kinds import Tagged
from core.qa_pairs.pipeline import QAPairsPipeline
from core.qa_pairs.reader_model import QualityHead
from training.qa_pairs.damage import Put, damaged
from training.qa_pairs.quality import Sampling, fit

TEXT = "石拱桥由匠人何田设计,建于1843年,全长62米。桥身用青石砌成,因为青石耐水,当地山上又多得很,运起来省工省钱。"
QUESTIONS = {
    "石拱桥是由谁设计的?": "何田",
    "石拱桥建于哪一年?": "1843年",
    "石拱桥的桥身为什么用青石砌成?": "青石耐水,当地山上又多得很,运起来省工省钱",
}


def put(question: str, answer: str, good: bool = True) -> Put:
    at = TEXT.index(answer)
    return Put(TEXT, question, (at, at + len(answer)), good)


GOOD = [put(q, a) for q, a in QUESTIONS.items()]


def test_what_is_damaged_is_bad_another_and_still_a_piece_of_its_text() -> None:
    made = set()
    for seed, pair in product(range(40), GOOD):
        found = damaged(pair, [p for p in GOOD if p != pair], random.Random(seed))
        if found is None:
            continue
        made.add((found.question, found.span))
        assert not found.good
        assert (found.question, found.span) != (pair.question, pair.span)
        assert 0 <= found.span[0] < found.span[1] <= len(TEXT)
    assert len(made) > 30, "always the same is wrong"


def test_a_search_with_noise_draws_by_probability() -> None:
    scores = torch.tensor([[0.6, 0.3, 0.1]]).log().repeat(4000, 1)
    drawn = Sampling(1.0, 0)(torch.zeros(4000, 1), scores).argmax(-1).bincount(minlength=3) / 4000
    assert drawn.tolist() == pytest.approx([0.6, 0.3, 0.1], abs=0.03)
    cold = Sampling(0.05, 0)(torch.zeros(4000, 1), scores).argmax(-1)
    assert (cold == 0).float().mean() > 0.99


def test_the_head_learns_what_states_tell() -> None:
    torch.manual_seed(0)
    labels = (torch.rand(400) > 0.5).float()
    pooled = torch.randn(400, 12) + labels[:, None] * torch.tensor([2.0, -2.0] * 6)
    head = QualityHead(4, hidden=8)
    fit(head, (pooled, torch.zeros(400, QualityHead.SAID)), labels, torch.ones(400), 120, 0)
    head.eval()
    right = (head(pooled, torch.zeros(400, QualityHead.SAID)) > 0) == labels.bool()
    assert right.float().mean() > 0.95


@pytest.mark.parametrize("mix", [FACTS, UNDERSTANDING, BOTH])
def test_what_is_drawn_is_of_the_mix_as_long_as_there_is_such(mix: str) -> None:
    spans = [p.span for p in GOOD]
    spans.append((TEXT.index("62米"), TEXT.index("62米") + 3))
    tagged = Tagged(TEXT)
    assert [is_clause(tagged, span) for span in spans] == [False, False, True, False]
    passage = Passage(TEXT, [], [], [Candidate(span, 0.25, 0) for span in spans], [])
    for seed in range(10):
        drawn = [c.span for c in draw(passage, 4, 1.0, random.Random(seed), mix=mix)]
        assert sorted(drawn) == sorted(spans), "where one kind has run out the other is drawn"
        at = drawn.index(GOOD[2].span)
        assert at == {FACTS: 3, UNDERSTANDING: 0, BOTH: 1}[mix]


def test_a_mix_that_there_is_not_is_refused() -> None:
    pairs = core.load("qa_pairs")
    assert isinstance(pairs, QAPairsPipeline)
    with pytest.raises(InputError, match="facts"):
        pairs(TEXT, mix="jokes")
