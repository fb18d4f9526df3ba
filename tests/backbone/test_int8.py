from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

from core.backbone import int8
from core.backbone.bert import Bert
from core.backbone.int8 import Int8Embedding, Int8Linear
from core.backbone.weights import ROW_SCALE, load_model, load_served, quantised
from core.triples.gplinker import GPLinker, GPLinkerConfig

pytestmark = pytest.mark.skipif(not int8.available(), reason="this processor has no eight-bit kernels")

ENCODER = {"model_type": "bert", "vocab_size": 60, "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small GPLinker as it ships: matrices in int8."""
    torch.manual_seed(0)
    config = GPLinkerConfig(encoder={**ENCODER, "intermediate_size": 96}, relations=["甲", "乙"], schemas={"s": ["甲"]})
    model = GPLinker(config)
    config.save_pretrained(tmp_path)
    save_file(quantised(model.state_dict()), tmp_path / "model.safetensors")
    return tmp_path


@pytest.mark.parametrize("rows", [1, 3, 200])
def test_a_product_is_right_within_the_rounding_of_both_sides(rows: int) -> None:
    torch.manual_seed(rows)
    layer, x = nn.Linear(96, 40), torch.randn(rows, 96)
    state = quantised({"weight": layer.weight})
    ours = Int8Linear(state["weight"], state["weight" + ROW_SCALE], layer.bias.detach())
    with torch.inference_mode():
        wrong = (ours(x) - layer(x)).abs().max()
    step = x.abs().max() / 127  # of the activations; that of the weights is finer
    assert wrong < 5 * float(step) * float(layer.weight.detach().norm(dim=1).max())


def test_a_row_gives_the_same_whatever_stands_beside_it() -> None:
    torch.manual_seed(0)
    state = quantised({"weight": torch.randn(40, 96)})
    ours = Int8Linear(state["weight"], state["weight" + ROW_SCALE], torch.zeros(40))
    x, large, zero = torch.randn(1, 96), 100 * torch.randn(1, 96), torch.zeros(1, 96)
    with torch.inference_mode():
        assert torch.equal(ours(torch.cat([large, x, zero]))[1:2], ours(x))
        assert not ours(zero).any()


def test_an_embedding_gives_the_rows_of_the_table() -> None:
    table = torch.randn(50, 16)
    state = quantised({"table": table})
    ours = Int8Embedding(state["table"], state["table" + ROW_SCALE])
    ids = torch.tensor([[3, 49], [0, 3]])
    torch.testing.assert_close(ours(ids), table[ids], atol=0.02, rtol=0)


def test_a_served_model_holds_no_matrix_in_float(folder: Path) -> None:
    model = load_served(GPLinker, folder, "cpu")
    assert not any(isinstance(m, nn.Linear) and min(m.weight.shape) > 8 for m in model.modules())
    assert sum(p.numel() for p in model.parameters()) < 3_000  # norms and the smallest matrices
    assert isinstance(model.encoder, Bert)
    assert isinstance(model.encoder.encoder.layer[0].attention.self.qkv, Int8Linear)


def test_a_served_model_says_what_the_float_one_says(folder: Path) -> None:
    ids, mask = torch.randint(5, 60, (3, 20)), torch.ones(3, 20, dtype=torch.long)
    mask[1, 12:] = 0
    with torch.inference_mode():
        served, full = load_served(GPLinker, folder, "cpu"), load_model(GPLinker, folder).eval()
        a, b = served.encode(ids, mask), full.encode(ids, mask)
    assert F.cosine_similarity(a[mask == 1], b[mask == 1], dim=-1).min() > 0.995


def test_missing_weights_are_told(folder: Path) -> None:
    config = GPLinkerConfig(encoder={**ENCODER, "intermediate_size": 96}, relations=["甲", "乙"], schemas={"s": ["甲"]})
    state = quantised(GPLinker(config).state_dict())
    del state["encoder.encoder.layer.1.output.LayerNorm.bias"]
    save_file(state, folder / "model.safetensors")
    with pytest.raises(ValueError, match="weights missing"):
        load_served(GPLinker, folder, "cpu")
