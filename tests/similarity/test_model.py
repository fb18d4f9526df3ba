"""The encoder that turns static vectors: where it starts, and which tokens make a word."""

from __future__ import annotations

import torch

from core.similarity.model import RotatorConfig, WordRotator, mean_state, word_means
from tests.tiny import tiny_config


def model() -> WordRotator:
    torch.manual_seed(0)
    encoder = tiny_config(20, 16)
    return WordRotator(RotatorConfig(encoder=encoder.to_dict(), dimension=4)).eval()


def test_before_training_every_word_is_its_static_vector() -> None:
    static = torch.randn(2, 3, 4)
    static[1, 2] = 0
    words = torch.tensor([[0, 1, 1, 2, 3, 0], [0, 1, 2, 0, 0, 0]])
    ids = torch.randint(1, 20, (2, 6))
    found, wholes = model()(ids, torch.ones_like(ids), words, static)
    torch.testing.assert_close(found, static)
    assert wholes.shape == (2, 16)


def test_context_turns_words_but_not_padding() -> None:
    turning = model()
    torch.nn.init.normal_(turning.rotate.weight)
    static = torch.randn(1, 3, 4)
    static[0, 2] = 0
    words = torch.tensor([[0, 1, 2, 0]])
    one, _ = turning(torch.tensor([[1, 5, 6, 2]]), torch.ones(1, 4, dtype=torch.long), words, static)
    other, _ = turning(torch.tensor([[1, 5, 7, 2]]), torch.ones(1, 4, dtype=torch.long), words, static)
    assert not torch.allclose(one[0, 0], other[0, 0]), "the first word did not notice its neighbour"
    assert (one[0, 2] == 0).all()


def test_a_word_is_the_mean_of_its_tokens() -> None:
    tokens = torch.tensor([[[1.0], [2.0], [4.0], [8.0]]])
    words = torch.tensor([[0, 1, 1, 2]])
    assert word_means(tokens, words, 3)[0, :, 0].tolist() == [3.0, 8.0, 0.0]
    assert mean_state(tokens, torch.tensor([[1, 1, 0, 0]])).item() == 1.5
