"""The generator's network and its search, with random weights: what must hold whatever was learnt."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers.modeling_outputs import BaseModelOutput

from core.backbone.weights import load_model, quantised, restored
from core.qa_pairs.encoding import collate, generator_window
from core.qa_pairs.generator import Generator, draw, ranked
from core.qa_pairs.generator_model import QuestionGenerator, distance_buckets
from core.qa_pairs.passage import Candidate, Passage
from core.qa_pairs.spans import MAX_ANSWER
from tests.qa_pairs.conftest import PASSAGE
from training.qa_pairs.train import PARTS


@pytest.fixture(scope="module")
def generator(encoder: Path) -> Generator:
    torch.manual_seed(1)
    model, tokenizer = PARTS["generator"].build(str(encoder), 0.0)
    return Generator(model, tokenizer)


def logits(generator: Generator, ids: torch.Tensor, texts: list[str]) -> torch.Tensor:
    """Log-probabilities of `ids` [N, T] for the answer [0, 3) of each text."""
    model = generator.model
    tensors = collate([generator_window(t, (0, len(t)), generator.tokenizer) for t in texts], 0)
    starts, ends = torch.tensor([1] * len(texts)), torch.tensor([4] * len(texts))
    memory = model.mark(model.read(tensors["ids"], tensors["mask"]), tensors["mask"], starts, ends)
    found: torch.Tensor = model(
        decoder_input_ids=ids, ids=tensors["ids"], attention_mask=tensors["mask"], starts=starts, ends=ends,
        encoder_outputs=BaseModelOutput(last_hidden_state=memory),
    ).logits  # fmt: skip
    return found


@torch.no_grad()
def test_the_mixture_is_a_distribution_and_padding_changes_nothing(generator: Generator) -> None:
    ids = torch.tensor([[2, 7, 8], [2, 9, 10]])
    together = logits(generator, ids, [PASSAGE, PASSAGE[:12]])
    assert torch.allclose(together.exp().sum(-1), torch.ones(2, 3), atol=1e-3)
    alone = logits(generator, ids[1:], [PASSAGE[:12]])
    assert torch.allclose(together[1:], alone, atol=1e-4)


@torch.no_grad()
def test_a_copied_character_may_be_one_the_vocabulary_gives_no_chance(generator: Generator) -> None:
    rare = generator.tokenizer.convert_tokens_to_ids("傣")
    bias = generator.model.bias
    kept = bias[rare].clone()
    bias[rare] = -100.0
    ids = torch.tensor([[2]])
    with_it, without = (logits(generator, ids, [t])[0, 0, rare].exp() for t in ("傣族的节日", "德族的节日"))
    bias[rare] = kept
    assert with_it > 100 * without


@torch.no_grad()
def test_a_name_that_was_begun_goes_on_where_it_stands(generator: Generator) -> None:
    passage, said = torch.tensor([[2, 11, 12, 13, 12, 14, 3]]), torch.tensor([[2, 13, 12]])
    generator.model.config.follow, kept = [1.0, 10.0], generator.model.config.follow
    follows = generator.model._follows(said, passage)
    generator.model.config.follow = kept
    assert follows[0].tolist() == [
        [0, 0, 0, 0, 0, 0, 0],  # the mark of the beginning is no character
        [0, 0, 0, 0, 1, 0, 0],  # behind the 13
        [0, 0, 0, 1, 0, 11, 0],  # behind both 12s, and much more behind the one after a 13
    ]


def test_distances_tell_before_from_behind() -> None:
    buckets = distance_buckets(12, torch.tensor([4]), torch.tensor([6]))[0].tolist()
    assert buckets[4:6] == [0, 0]
    assert len({buckets[3], buckets[6], buckets[0], buckets[11]}) == 4


def test_search_with_the_cache_finds_what_one_without_does(generator: Generator) -> None:
    passage = generator.read(PASSAGE)
    answers = [((0, 3), 0), ((12, 16), 0)]
    cached = generator.ask(passage, answers, beams=3)
    original = generator.model.prepare_inputs_for_generation

    def uncached(
        decoder_input_ids: torch.Tensor, past_key_values: object = None, **kwargs: object
    ) -> dict[str, object]:
        kwargs["use_cache"] = False
        return original(decoder_input_ids, None, **kwargs)

    generator.model.prepare_inputs_for_generation = uncached  # type: ignore[method-assign,assignment]
    try:
        plain = generator.ask(passage, answers, beams=3)
    finally:
        generator.model.prepare_inputs_for_generation = original  # type: ignore[method-assign]
    assert [a.text for a in cached] == [a.text for a in plain]
    assert [a.score for a in cached] == pytest.approx([a.score for a in plain], abs=1e-3)


def test_asking_together_is_asking_one_by_one(generator: Generator) -> None:
    passage = generator.read(PASSAGE)
    answers = [((0, 3), 0), ((12, 16), 0), ((20, 22), 0)]
    together = [a.text for a in generator.ask(passage, answers)]
    assert together == [generator.ask(passage, [a])[0].text for a in answers]


def test_candidates_are_pieces_with_probabilities(generator: Generator) -> None:
    passage = generator.read(PASSAGE * 40)
    assert len(passage.windows) > 3
    for c in passage.candidates:
        window = passage.windows[c.window]
        assert window.start <= c.span[0] < c.span[1] <= window.end
        assert c.span[1] - c.span[0] <= MAX_ANSWER
    for i in range(len(passage.windows)):
        assert 0 < sum(c.probability for c in passage.candidates if c.window == i) <= 1.0001


def test_drawing_spreads_and_repeats_with_its_seed() -> None:
    text = "甲乙丙丁。戊己庚辛。"
    candidates = [Candidate((i, i + 1), 0.1, 0) for i in (0, 1, 2, 5, 6, 7)]
    passage = Passage(text, [], [], candidates, [])
    first = [c.span for c in draw(passage, 6, 1.0, random.Random(3))]
    assert first == [c.span for c in draw(passage, 6, 1.0, random.Random(3))]
    assert sorted(first) == [c.span for c in candidates], "each once"
    others = 0
    for seed in range(200):
        one, two = (c.span[0] >= 5 for c in draw(passage, 2, 1.0, random.Random(seed)))
        others += one != two
    assert others > 120, "a sentence that has an answer already is drawn from less"
    only = candidates[2:4]
    assert [c.span for c in draw(passage, 6, 1.0, random.Random(3), only)] in ([(2, 3), (5, 6)], [(5, 6), (2, 3)])


def test_a_small_nucleus_leaves_only_the_likeliest() -> None:
    passage = Passage("甲乙丙丁", [], [], [Candidate((0, 1), 0.9, 0), Candidate((2, 3), 0.1, 0)], [])
    for seed in range(20):
        assert next(iter(draw(passage, 1, 0.5, random.Random(seed)))).span == (0, 1)


def test_eight_bits_keep_the_weights(generator: Generator, tmp_path: Path) -> None:
    generator.model.save_pretrained(tmp_path)
    full = load_file(tmp_path / "model.safetensors")
    small = quantised(full)
    for name, tensor in restored(small).items():
        rows = full[name].abs().amax(-1, keepdim=True) if full[name].dim() else full[name].abs()
        assert (tensor - full[name]).abs().le(rows / 250 + 1e-3).all(), name
    save_file(small, tmp_path / "model.safetensors", metadata={"format": "pt"})
    again = Generator(load_model(QuestionGenerator, tmp_path), generator.tokenizer)
    assert {p.dtype for p in again.model.parameters()} == {torch.float32}
    starts = [g.read(PASSAGE).starts[0] for g in (generator, again)]
    assert starts[0] == pytest.approx(starts[1], abs=0.02)
    with pytest.raises(ValueError, match="not a"):
        load_model(type(generator.model.encoder), tmp_path)


def test_the_question_that_has_most_in_common_with_the_others_is_asked() -> None:
    texts = [
        "他在哪里?",
        "竺可桢在哪里获得博士学位?",
        "竺可桢在哪获得博士学位?",
        "何时?",
        "竺可桢何时生?",
        "竺可桢何时出生?",
    ]
    first, second = ranked(texts, [-0.1, -0.3, -0.4, -0.1, -0.9, -0.5], 3)
    assert (first.text, first.score) == (texts[1], -0.3)
    assert [other.text for other in first.others] == [texts[2], texts[0]]
    assert second.text == texts[4]  # what is shared decides, and not how likely each is
    assert ranked(["哪里?"], [-0.2], 1)[0].others == ()
