from __future__ import annotations

import pytest
import torch
from torch import nn

from training.dropout import ByteDropout, drop_bytes


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_as_many_are_dropped_as_asked_and_the_mean_stays(dtype: torch.dtype) -> None:
    x = torch.ones(200, 500, dtype=dtype)
    found = ByteDropout(0.1).train()(x)
    assert (found == 0).float().mean().item() == pytest.approx(0.1, abs=0.006)
    assert found.float().mean().item() == pytest.approx(1, abs=0.01)
    assert found.dtype == dtype


def test_gradients_flow_through_what_was_kept() -> None:
    x = torch.ones(50, 50, requires_grad=True)
    found = ByteDropout(0.5).train()(x)
    found.sum().backward()
    assert x.grad is not None
    torch.testing.assert_close(x.grad, found.detach())


def test_nothing_happens_at_inference_or_at_zero() -> None:
    x = torch.randn(4, 4)
    assert ByteDropout(0.3).eval()(x) is x
    assert ByteDropout(0.0).train()(x) is x


def test_every_dropout_of_a_model_is_replaced() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.2), nn.Sequential(nn.Dropout(0.3)))
    drop_bytes(model)
    assert isinstance(model[1], ByteDropout)
    assert model[2][0].p == 0.3
