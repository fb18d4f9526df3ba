"""What every head promises, on tiny models with random weights."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from transformers import AutoConfig, AutoModel

import core
from core.triples.dgcnn import DGCNNConfig, DGCNNEncoder
from core.triples.extractor import Extractor
from core.triples.heads import load_extractor
from tests.triples.conftest import save_tiny

TEXT = "《战狼》是由吴京导演的电影"


def test_a_head_loads_by_path_and_extracts(head_checkpoint: Path) -> None:
    pipeline = core.load("triples", model=str(head_checkpoint))
    found = pipeline(TEXT, threshold=0.0).to_dict()["triples"]
    assert all(t["predicate"] in ("导演", "主演") and 0 <= t["score"] <= 1 for t in found)


def test_padding_changes_nothing(head_checkpoint: Path) -> None:
    extractor = load_extractor(head_checkpoint, "cpu")
    alone = extractor.encode([TEXT[:5]])
    together = extractor.encode([TEXT[:5], TEXT])
    assert alone.offsets[0] == together.offsets[0] == [(i, i + 1) for i in range(5)]
    torch.testing.assert_close(alone.hidden[0], together.hidden[0, : alone.hidden.size(1)], atol=1e-5, rtol=1e-4)


def test_the_inside_is_json_and_says_its_kind(head_checkpoint: Path) -> None:
    pipeline = core.load("triples", model=str(head_checkpoint))
    (inside,) = (i.to_dict() for i in pipeline.explain("《戰狼》是由吳京導演的電影"))  # type: ignore[attr-defined]
    assert json.loads(json.dumps(inside))["kind"] == inside["kind"]
    assert "".join(inside["tokens"]) == "《戰狼》是由吳京導演的電影", "the user's own characters"
    if inside["kind"] == "gplinker":
        assert set(inside) == {"kind", "tokens", "entities", "heads", "tails"}
        assert set(inside["entities"]) == {"subject", "object"}
    else:
        assert set(inside) == {"kind", "tokens", "tags", "subjects"}


def test_the_inside_of_gplinker_holds_the_likely_cells(tmp_path: Path) -> None:
    extractor = load_extractor(save_tiny(tmp_path, "gplinker"), "cpu")
    with torch.no_grad():
        for pointer in (extractor.model.entities, extractor.model.heads, extractor.model.tails):
            pointer.bias.bias += 4.0  # undoes the prior: cells are about as likely as not
    inside = extractor.inside(TEXT)
    for cells in (*inside.entities.values(), *inside.heads.values(), *inside.tails.values()):
        assert cells
        assert all(0 <= i < len(TEXT) and 0 <= j < len(TEXT) and p >= 0.05 for i, j, p in cells)
    assert all(i <= j for i, j, _ in inside.entities["subject"])
    assert extractor.extract([TEXT])[0], "triples among cells that likely"


def test_a_relation_may_have_a_threshold_of_its_own(tmp_path: Path) -> None:
    folder = save_tiny(tmp_path, "casrel", threshold=0.0, thresholds={"主演": 1.0})
    pipeline = core.load("triples", model=str(folder))
    with torch.no_grad():
        pipeline.extractor.model.subject[-1].bias += 5.0  # type: ignore[attr-defined]
        pipeline.extractor.model.object[-1].bias += 5.0  # type: ignore[attr-defined]
    assert {t.predicate for t in pipeline(TEXT).triples} == {"导演"}
    assert {t.predicate for t in pipeline(TEXT, threshold=0.0).triples} == {"导演", "主演"}


@pytest.mark.parametrize("head", ["casrel", "gplinker"])
def test_an_entropy_invariant_encoder_is_one_after_loading(head: str, tmp_path: Path) -> None:
    folder = save_tiny(tmp_path, head)
    before = load_extractor(folder, "cpu").encode([TEXT]).hidden
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    tokens = len(TEXT) + 2
    for length, same in ((tokens, True), (4 * tokens, False)):
        config["encoder"]["entropy_scale"] = length
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        after = load_extractor(folder, "cpu").encode([TEXT]).hidden
        assert torch.allclose(after, before, atol=1e-6) == same


def test_dgcnn_is_an_encoder_like_any_other(tmp_path: Path) -> None:
    torch.manual_seed(0)
    config = DGCNNConfig(20, embedding_size=8, hidden_size=16, attention_heads=2, attention_size=4)
    model = DGCNNEncoder(config).eval()
    model.save_pretrained(tmp_path)
    assert isinstance(AutoConfig.from_pretrained(tmp_path), DGCNNConfig)
    ids = torch.randint(1, 20, (2, 9))
    again = AutoModel.from_pretrained(tmp_path).eval()
    vectors = model.get_input_embeddings()(ids)
    hidden = model(inputs_embeds=vectors).last_hidden_state
    assert hidden.shape == (2, 9, 16)
    torch.testing.assert_close(again(input_ids=ids).last_hidden_state, hidden)
    with pytest.raises(ValueError, match="positions"):
        model(input_ids=torch.ones(1, 513, dtype=torch.long))


def test_dgcnn_is_the_light_one() -> None:
    model = DGCNNEncoder(DGCNNConfig(6313))
    assert 2e6 < sum(p.numel() for p in model.parameters()) < 4e6
    assert not any("Transformer" in type(part).__name__ for part in model.modules())


def test_extractors_are_found_by_the_type_in_the_config(head_checkpoint: Path) -> None:
    extractor = load_extractor(head_checkpoint, "cpu")
    assert isinstance(extractor, Extractor)
    kind = json.loads((head_checkpoint / "config.json").read_text(encoding="utf-8"))["model_type"]
    assert extractor.config.model_type == kind
    assert extractor.schemas == {"duie2": {"导演", "主演"}}
