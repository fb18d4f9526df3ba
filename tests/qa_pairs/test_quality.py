"""Whether a pair is right and well put: what is made to learn it from, and what comes of it."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path

import pytest
import torch

import core
from core.errors import InputError
from core.qa_pairs import BOTH, FACTS, UNDERSTANDING
from core.qa_pairs.answering import AnswerPipeline
from core.qa_pairs.checker import checked
from core.qa_pairs.generator import Asked, Candidate, Passage, draw, is_clause
from core.qa_pairs.kinds import Tagged
from core.qa_pairs.pair import Pair
from core.qa_pairs.pipeline import QAPairsPipeline
from core.qa_pairs.reader import Reader
from core.qa_pairs.reader_model import QualityHead, ReaderConfig, ReaderModel
from core.qa_pairs.request import read_passage
from training.qa_pairs.damage import Put, damaged
from training.qa_pairs.quality import Sampling, fit
from training.qa_pairs.train import PARTS

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


@pytest.fixture(scope="module")
def reader(encoder: Path) -> Reader:
    """A reader with random weights that judges pairs, and lets any stand."""
    model, tokenizer = PARTS["reader"].build(str(encoder), 0.0)
    assert isinstance(model, ReaderModel)
    torch.manual_seed(0)
    return Reader(ReaderModel(ReaderConfig(encoder=model.config.encoder, quality=0.0)), tokenizer, decline=1.0)


def judged(reader: Reader, question: str, answer: str) -> Pair:
    document = read_passage(TEXT)
    at = document.text.index(answer)
    [pair] = checked(reader, document, [(Candidate((at, at + len(answer)), 1.0, 0), Asked(question, -0.1))], 240)
    return pair


def test_a_pair_has_the_quality_of_its_own_answer_whatever_is_judged_beside_it(reader: Reader) -> None:
    text = read_passage(TEXT).text
    asked = [(q, text) for q in QUESTIONS]
    spans = [(text.index(a), text.index(a) + len(a)) for a in QUESTIONS.values()]
    together = [f.quality for f in reader(asked, spans)]
    alone = [reader([one], [span])[0].quality for one, span in zip(asked, spans, strict=True)]
    assert together == pytest.approx(alone, abs=1e-4)
    assert len(set(together)) == len(spans)
    assert reader(asked[:1], [spans[1]])[0].quality != pytest.approx(alone[0], abs=1e-6)
    assert reader(asked)[0].quality is None, "no answer was told"


def test_a_pair_of_too_little_quality_does_not_stand(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    question = "石拱桥是由谁设计的?"
    said = judged(reader, question, "何田")
    answer = said.reader_answer  # what random weights point at
    monkeypatch.setattr(reader, "least", 0.0)
    found = judged(reader, question, answer)
    assert found.passed
    assert found.quality is not None
    monkeypatch.setattr(reader, "least", found.quality + 0.01)
    assert not judged(reader, question, answer).passed


def test_the_reader_that_ships_judges_nothing_and_lets_all_stand() -> None:
    found = core.load("answer")
    assert isinstance(found, AnswerPipeline)
    pair = judged(found.reader, "石拱桥是由谁设计的?", "何田")
    assert pair.quality is None
    assert pair.passed
