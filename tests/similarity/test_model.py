"""The encoder of words: where its vectors begin, what their norms are, and which tokens make a word."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import core
from core.backbone.tokenizer import build_tokenizer
from core.similarity.embedding import ContextEmbedder, prepare
from core.similarity.encoding import Reading
from core.similarity.model import WordEncoder, WordEncoderConfig, mean_state, word_means
from tests.tiny import tiny_config
from training.similarity.start import initialise

TEXTS = ["今天天气真好", "我喜欢这部电影", "今天的电影不好", "我今天真喜欢这天气", "天气好", "我不喜欢"]


def model(vocabulary: int = 20, dimension: int = 4) -> WordEncoder:
    torch.manual_seed(0)
    encoder = tiny_config(vocabulary, 16)
    return WordEncoder(WordEncoderConfig(encoder=encoder.to_dict(), dimension=dimension)).eval()


def test_a_norm_is_the_importance_and_padding_is_0() -> None:
    words = torch.tensor([[0, 1, 1, 2, 3, 0], [0, 1, 2, 0, 0, 0]])
    ids = torch.randint(1, 20, (2, 6))
    reading = model()
    found, wholes = reading(ids, torch.ones_like(ids), words, 3)
    hidden = reading.encoder(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state
    importance = reading.importance(word_means(hidden, words, 3)[0]).exp()[..., 0]
    torch.testing.assert_close(found.norm(dim=-1)[0], importance[0])
    assert (found[1, 2] == 0).all()
    torch.testing.assert_close(wholes, hidden[:, 0])


def test_a_word_notices_its_neighbours() -> None:
    words, mask = torch.tensor([[0, 1, 2, 0]]), torch.ones(1, 4, dtype=torch.long)
    one, _ = model()(torch.tensor([[1, 5, 6, 2]]), mask, words, 2)
    other, _ = model()(torch.tensor([[1, 5, 7, 2]]), mask, words, 2)
    assert not torch.allclose(one[0, 0], other[0, 0])


def test_a_word_is_the_mean_of_its_tokens() -> None:
    tokens = torch.tensor([[[1.0], [2.0], [4.0], [8.0]]])
    means, counts = word_means(tokens, torch.tensor([[0, 1, 1, 2]]), 3)
    assert means[0, :, 0].tolist() == [3.0, 8.0, 0.0]
    assert counts[0, :, 0].tolist() == [2.0, 1.0, 0.0]
    assert mean_state(tokens, torch.tensor([[1, 1, 0, 0]])).item() == 1.5


def test_words_begin_with_norms_that_rise_with_rarity() -> None:
    tokenizer = build_tokenizer(sorted(set("".join(TEXTS))))
    reading = model(len(tokenizer), 8)
    sentences = [prepare(t) for t in TEXTS for _ in range(3)] + [prepare("真真真真真真真真")] * 6
    initialise(reading, sentences, tokenizer)
    assert not reading.training
    assert torch.isfinite(reading.direction.weight).all()
    ids = torch.tensor([tokenizer("真")["input_ids"], tokenizer("影")["input_ids"]])
    found, _ = reading(ids, torch.ones_like(ids), torch.tensor([[0, 1, 0]] * 2), 1)
    common, rare = found.norm(dim=-1)[:, 0]
    assert common < rare


def test_unknown_words_are_those_without_a_known_token() -> None:
    assert Reading([2, 1, 1, 7, 1, 3], [0, 1, 1, 2, 2, 0], 2).unknown(1) == [0]
    assert Reading([2, 7, 3], [0, 1, 0], 1).unknown(None) == []


def test_words_the_encoder_cannot_read_are_like_themselves_alone(tmp_path) -> None:  # type: ignore[no-untyped-def]
    tokenizer = build_tokenizer(sorted(set("".join(TEXTS))))
    model(len(tokenizer)).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    embedder = ContextEmbedder(tmp_path, "cpu")
    one, other, again = (w.vectors for w in embedder.embed([prepare(t) for t in ("龘", "靐", "龘")]))
    np.testing.assert_array_equal(one, again)
    assert one[0] @ other[0] < 0.99 * np.linalg.norm(one) * np.linalg.norm(other)
    pipeline = core.load("similarity", str(tmp_path))
    assert pipeline("今天龘", "今天龘").wrd == pytest.approx(1)
    long = "今天天气真好我喜欢这部电影" * 22
    assert pipeline(long, long).contextual == 1.0
