"""The generator as a prefix language model, with random weights: what sees what, and what a cache changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from transformers import AutoModel, PreTrainedTokenizerFast
from transformers.cache_utils import DynamicCache, EncoderDecoderCache

from core.qa_pairs.generator_model import QuestionGenerator
from core.qa_pairs.passage import Passage
from tests.qa_pairs.conftest import PASSAGE
from tests.tiny import tiny_config
from training.qa_pairs.data import question_ids
from training.qa_pairs.prefix_lm import PrefixAsker, PrefixGenerator, prefix_loss
from training.qa_pairs.train import PARTS

ANSWERS = [((0, 3), 0), ((13, 17), 0)]


@pytest.fixture(scope="module")
def asker(tmp_path_factory: pytest.TempPathFactory, tokenizer: PreTrainedTokenizerFast) -> PrefixAsker:
    folder = tmp_path_factory.mktemp("bert")
    torch.manual_seed(0)
    AutoModel.from_config(tiny_config(len(tokenizer), layers=2)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    model, found = replace(PARTS["generator"], model=PrefixGenerator).build(str(folder), 0.0)
    assert isinstance(model, QuestionGenerator)
    return PrefixAsker(model, found)


@pytest.fixture
def read(asker: PrefixAsker) -> Passage:
    return asker.read(PASSAGE)


def logits(asker: PrefixAsker, told: dict[str, Any], ids: torch.Tensor, **more: Any) -> torch.Tensor:
    found: torch.Tensor = asker.model(decoder_input_ids=ids, **told, **more).logits
    return found


@torch.no_grad()
def test_with_a_cache_each_character_comes_out_as_without(asker: PrefixAsker, read: Passage) -> None:
    told = asker._told(read, ANSWERS)
    ids = torch.tensor([[2, 7, 8, 9], [2, 9, 10, 7]])
    whole, cache = logits(asker, told, ids), EncoderDecoderCache(DynamicCache(), DynamicCache())
    steps = [logits(asker, told, ids[:, i : i + 1], written=ids[:, : i + 1], past_key_values=cache) for i in range(4)]
    assert torch.allclose(torch.cat(steps, 1), whole, atol=1e-4)


@torch.no_grad()
def test_a_question_sees_its_own_answer_and_nothing_ahead(asker: PrefixAsker, read: Passage) -> None:
    told, ids = asker._told(read, ANSWERS), torch.tensor([[2, 7, 8], [2, 7, 8]])
    both = logits(asker, told, ids)
    alone = logits(asker, asker._told(read, ANSWERS[1:]), ids[1:])
    assert torch.allclose(both[1:], alone, atol=2e-6), "another answer, longer or shorter, changes nothing"
    assert (both[0] - both[1]).abs().max() > 1e-5
    ids[:, 2] = 10
    assert torch.allclose(logits(asker, told, ids)[:, :2], both[:, :2], atol=1e-4)


def test_it_learns_and_asks(asker: PrefixAsker, read: Passage) -> None:
    window, questions = read.windows[0], ["什么是德昂族的节?", "泼水节是谁的历史?"]
    batch = {
        "ids": torch.tensor([window.ids]),
        "mask": torch.ones(1, len(window.ids), dtype=torch.long),
        "passage": torch.tensor([[0 < i < len(window.ids) - 1 for i in range(len(window.ids))]]),
        "row": torch.tensor([0, 0]),
        "starts": torch.tensor([window.token(a) for (a, _), _ in ANSWERS]),
        "ends": torch.tensor([window.token(b) for (_, b), _ in ANSWERS]),
        "questions": torch.tensor([question_ids(q, asker.tokenizer) for q in questions]),
    }
    model = asker.model
    assert isinstance(model, PrefixGenerator)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    first = prefix_loss(model, batch).item()
    for _ in range(100):
        optimizer.zero_grad()
        loss = prefix_loss(model, batch)
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.1 * first
    asked = asker.ask(asker.read(PASSAGE), ANSWERS, beams=1)
    assert [a.text for a in asked] == questions
