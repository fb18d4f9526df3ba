"""Long passages: pairs come window by window, and between them how far it is."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

import core
from core.qa_pairs import MIXES
from core.qa_pairs.clauses import Clauses
from core.qa_pairs.kinds import Tagged
from core.qa_pairs.making import Making
from core.qa_pairs.pair import Pair, Reached
from core.qa_pairs.pipeline import QAPairsPipeline
from core.qa_pairs.task import Generate

EXAMPLES = Path(__file__).resolve().parents[2] / "assets/examples/qa_pairs/examples.json"
TEXTS = [each["text"] for each in json.loads(EXAMPLES.read_text(encoding="utf-8"))]
LONG = "\n".join(TEXTS * 40)[:5_000]
N = 4


@pytest.fixture(scope="module")
def pairs() -> QAPairsPipeline:
    found = core.load("qa_pairs")
    assert isinstance(found, QAPairsPipeline)
    return found


def making(pairs: QAPairsPipeline, passage: str, n: int) -> Making:
    asked = pairs.normalise(Generate(passage, n))
    return Making(asked, pairs.generator.open(asked.document.text), pairs.generator, pairs.reader)


def test_the_first_pair_of_a_long_passage_is_there_before_the_rest_is_read(pairs: QAPairsPipeline) -> None:
    work = making(pairs, LONG, N)
    steps = work.steps()
    first = next(steps)
    assert isinstance(first, Reached)
    assert 0 < first.place < 400
    before_first = 0
    while not isinstance(step := next(steps), Pair):
        before_first += 1
    assert before_first < 30
    assert len(work.tried) <= 4
    assert work.read.windows_read <= 3 < len(work.read.windows) / 4
    read, tried = work.read.windows_read, len(work.tried)
    steps.close()  # type: ignore[attr-defined]
    assert (work.read.windows_read, len(work.tried)) == (read, tried)
    assert work.kept == [step]


def test_pairs_of_a_long_passage_come_from_all_of_it_as_it_is_read(pairs: QAPairsPipeline) -> None:
    passage = LONG[:2_400]
    work = making(pairs, passage, N)
    steps = list(work.steps())
    told = [step for step in steps if isinstance(step, Reached)]
    found = [step for step in steps if isinstance(step, Pair)]
    again = next((i for i, (a, b) in enumerate(pairwise(told)) if b.place < a.place), len(told))
    assert all(a.place <= b.place for a, b in pairwise(told[: again + 1]))
    assert all(a.tried <= b.tried <= b.most for a, b in pairwise(told))
    assert sum(pair.passed for pair in found) == N
    halves = {pair.answer_span[0] * 2 // len(passage) for pair in found}
    assert halves == {0, 1}
    spans = sorted(c.span for c in work.tried)
    assert all(a[1] <= b[0] for a, b in pairwise(spans)), "no answer is tried twice"


@pytest.mark.parametrize("mix", MIXES)
def test_no_more_answers_are_tried_than_said_where_none_will_do(
    pairs: QAPairsPipeline, monkeypatch: pytest.MonkeyPatch, mix: str
) -> None:
    monkeypatch.setattr(Making, "_is_new", lambda self, pair: False)
    for passage in (TEXTS[0], LONG[:1_500]):
        asked = pairs.normalise(Generate(passage, 1, mix=mix))
        work = Making(asked, pairs.generator.open(asked.document.text), pairs.generator, pairs.reader)
        told = [step for step in work.steps() if isinstance(step, Reached)]
        assert 0 < max(step.tried for step in told) <= work.most


def test_an_answer_marked_by_hand_needs_no_more_than_is_before_it(pairs: QAPairsPipeline) -> None:
    asked = pairs.normalise(Generate(LONG, 1, answer=TEXTS[0][:4]))
    work = Making(asked, pairs.generator.open(asked.document.text), pairs.generator, pairs.reader)
    assert any(isinstance(step, Pair) for step in work.steps())
    assert work.read.windows_read == 1


def test_words_and_clauses_are_found_by_place_as_by_looking_through_all() -> None:
    tagged = Tagged(LONG[:700])
    clauses = Clauses(tagged)
    for begin in range(0, 700, 3):
        for end in range(begin + 1, min(begin + 40, 700), 5):
            assert tagged.within((begin, end)) == tuple(w for w in tagged.words if begin <= w[0] and w[1] <= end)
            inside = [
                (i, k)
                for i, sentence in enumerate(clauses.sentences)
                for k, (a, b) in enumerate(sentence)
                if a < end and begin < b
            ]
            last = [k for i, k in inside if i == inside[0][0]]
            assert clauses.place((begin, end)) == ((*inside[0], last[-1]) if inside else (-1, -1, -1))
        assert tagged.beginning(begin) == next((w for w in tagged.words if w[0] == begin), None)
        assert tagged.ending(begin) == next((w for w in tagged.words if w[1] == begin), None)
