from __future__ import annotations

import copy

import pytest
import torch
from transformers import BertConfig, BertModel

from core.backbone.bert import Bert
from core.backbone.encoder import build_encoder

CONFIG = {"vocab_size": 60, "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}


@pytest.fixture(scope="module")
def twins() -> tuple[Bert, BertModel]:
    """Ours, and the library's with the same weights."""
    torch.manual_seed(0)
    config = BertConfig(**CONFIG, intermediate_size=96, max_position_embeddings=80)
    theirs = BertModel(config, add_pooling_layer=False).eval()
    for weights in theirs.parameters():
        weights.data += 0.05 * torch.randn_like(weights)  # norms and small matrices would hide mistakes
    ours = build_encoder(config).eval()
    assert isinstance(ours, Bert)
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


@pytest.mark.parametrize("lengths", [[1], [7], [80], [3, 9, 5], [4, 4]], ids=str)
def test_the_short_way_gives_what_the_library_gives(twins: tuple[Bert, BertModel], lengths: list[int]) -> None:
    ours, theirs = twins
    mask = torch.tensor([[int(i < length) for i in range(max(lengths))] for length in lengths])
    ids = torch.randint(5, 60, mask.shape) * mask
    segments = torch.randint(0, 2, mask.shape)
    embedded = torch.randn(*mask.shape, 64)
    with torch.inference_mode():
        for given in ({"input_ids": ids}, {"inputs_embeds": embedded}, {"input_ids": ids, "token_type_ids": segments}):
            found = ours(**given, attention_mask=mask).last_hidden_state
            expected = theirs(**given, attention_mask=mask).last_hidden_state
            torch.testing.assert_close(found[mask == 1], expected[mask == 1], atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(ours(ids[:1]).last_hidden_state, theirs(ids[:1]).last_hidden_state)


def test_training_inner_states_and_half_precision_go_the_librarys_way(twins: tuple[Bert, BertModel]) -> None:
    ours, theirs = twins
    ids = torch.tensor([[5, 6, 7]])
    with torch.inference_mode():
        assert len(ours(ids, output_hidden_states=True).hidden_states) == 3
        half = copy.deepcopy(ours).bfloat16()(ids).last_hidden_state
        torch.testing.assert_close(half, copy.deepcopy(theirs).bfloat16()(ids).last_hidden_state)
    learner = copy.deepcopy(ours).train()
    learner(ids).last_hidden_state.square().sum().backward()
    assert all(weights.grad is not None for weights in learner.parameters())
