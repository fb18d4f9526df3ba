"""Packed layers: the same products, wherever the layers they replace would be used."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from core import packed
from core.packed import PackedLinear, TiedOutput, for_inference

needs_packing = pytest.mark.skipif(not packed.can_pack(), reason="this processor or this torch cannot pack")


def layers() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(48, 96), nn.GELU(), nn.Dropout(0.5), nn.Linear(96, 7, bias=False))


@needs_packing
@pytest.mark.parametrize("shape", [(48,), (1, 48), (3, 48), (2, 5, 48), (0, 48), (2, 0, 48), (400, 48)], ids=str)
def test_the_outputs_are_those_of_the_plain_layers(shape: tuple[int, ...]) -> None:
    plain, model = layers().eval(), for_inference(layers(), "cpu")
    assert [type(layer) for layer in model] == [PackedLinear, nn.GELU, nn.Dropout, PackedLinear]
    vectors = torch.randn(shape)
    with torch.inference_mode():
        torch.testing.assert_close(model(vectors), plain(vectors))
        torch.testing.assert_close(
            model(vectors.expand(2, *shape).mT.contiguous().mT), plain(vectors.expand(2, *shape))
        )


@needs_packing
def test_the_packed_matrix_is_the_one_that_is_used() -> None:
    [layer] = for_inference(nn.Sequential(nn.Linear(16, 16)), "cpu")
    vectors = torch.randn(2, 16)
    with torch.no_grad():
        before = layer(vectors)
        layer.weight.data = torch.zeros(16, 16)  # which no version tells of
        layer._version = layer.weight._version
        torch.testing.assert_close(layer(vectors), before)


@needs_packing
def test_weights_that_change_afterwards_count() -> None:
    model = for_inference(layers(), "cpu")
    vectors = torch.randn(4, 48)
    with torch.no_grad():
        before = model(vectors)
    torch.optim.SGD(model.parameters(), 1.0).zero_grad()
    model(vectors).sum().backward()
    torch.optim.SGD(model.parameters(), 1.0).step()
    with torch.no_grad():
        after = model(vectors)
        assert not torch.allclose(before, after)
        other = layers().eval()
        other.load_state_dict(model.state_dict())
        torch.testing.assert_close(after, other(vectors))


class Tied(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(90, 48)
        self.out = TiedOutput(self.table)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.out(self.table(ids))


def test_an_output_tied_to_an_embedding_follows_it_and_is_saved_once() -> None:
    model, ids = for_inference(Tied(), "cpu"), torch.arange(5)
    assert list(model.state_dict()) == ["table.weight"]
    with torch.no_grad():
        rows = model.table.weight
        torch.testing.assert_close(model(ids), rows[:5] @ rows.T)
        rows.mul_(2)
        torch.testing.assert_close(model(ids), rows[:5] @ rows.T)
        other = copy.deepcopy(model)
        other.table.weight.mul_(2)
        torch.testing.assert_close(other(ids), 4 * model(ids))


def test_names_of_weights_types_and_copies_stay() -> None:
    model = for_inference(layers(), "cpu")
    assert list(model.state_dict()) == list(layers().state_dict())
    assert not model.training
    twin = copy.deepcopy(model)
    vectors = torch.randn(4, 48)
    with torch.inference_mode():
        torch.testing.assert_close(twin(vectors), model(vectors))
        assert model.double()(vectors.double()).dtype is torch.float64


def test_where_nothing_can_be_packed_the_layers_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "can_pack", lambda: False)
    assert type(for_inference(layers(), "cpu")[0]) is nn.Linear
    monkeypatch.undo()
    assert type(for_inference(layers().bfloat16(), "cpu")[0]) is nn.Linear
    monkeypatch.setattr(packed, "_MOST_PARAMETERS", 100)
    assert type(for_inference(layers(), "cpu")[0]) is nn.Linear
