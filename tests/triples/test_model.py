from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import AutoTokenizer

import core
from core.errors import InputError
from core.triples.casrel import CasRel
from core.triples.extractor import Extractor
from core.triples.lexical import FEATURES, NONE, character_features, token_features


def test_shapes_of_both_passes(tiny_checkpoint: Path) -> None:
    model = CasRel.from_pretrained(tiny_checkpoint).eval()
    ids = torch.randint(5, 10, (3, 12))
    hidden = model.encode(ids, torch.ones_like(ids))
    assert hidden.shape == (3, 12, 32)
    assert model.subject_logits(hidden).shape == (3, 12, 1, 2)
    starts, ends = torch.tensor([1, 4]), torch.tensor([2, 4])
    assert model.object_logits(hidden[:2], starts, ends).shape == (2, 12, 2, 2)


def test_the_second_pass_depends_on_the_subject(tiny_checkpoint: Path) -> None:
    model = CasRel.from_pretrained(tiny_checkpoint).eval()
    hidden = model.encode(torch.randint(5, 10, (1, 12)), torch.ones(1, 12, dtype=torch.long))
    rows = hidden.expand(2, -1, -1)
    first, second = model.object_logits(rows, torch.tensor([1, 7]), torch.tensor([2, 8]))
    assert not torch.allclose(first, second)


def test_a_checkpoint_of_another_family_loads_by_path_and_extracts(tiny_checkpoint: Path) -> None:
    pipeline = core.load("triples", model=str(tiny_checkpoint))
    assert pipeline is core.load("triples", model=str(tiny_checkpoint)), "loaded twice"
    found = pipeline("《战狼》是由吴京导演的电影", threshold=0.0).to_dict()["triples"]
    assert all(t["predicate"] in ("导演", "主演") for t in found)


def test_damaged_weights_name_the_folder(tiny_checkpoint: Path, tmp_path: Path) -> None:
    for file in tiny_checkpoint.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes()[: 1000 if file.suffix == ".safetensors" else None])
    with pytest.raises(InputError, match=str(tmp_path)):
        core.load("triples", model=str(tmp_path))


def test_a_batch_gives_what_each_sentence_gives_alone(pipeline: core.Pipeline) -> None:
    extractor: Extractor = pipeline.extractor  # type: ignore[attr-defined]
    texts = ["《战狼2》是由吴京执导的动作电影", "雷军毕业于武汉大学", "周杰伦演唱的歌曲《青花瓷》由方文山作词。"]
    together = extractor.extract(texts)
    for text, found in zip(texts, together, strict=True):
        alone = extractor.extract([text])[0]
        assert [(f.subject, f.relation, f.object) for f in alone] == [(f.subject, f.relation, f.object) for f in found]
        assert [f.score for f in alone] == pytest.approx([f.score for f in found], abs=1e-3)


def test_one_lexical_feature_per_character_whatever_the_text() -> None:
    for text in ("吴京执导", "😀 a1\n《》", "\ufffd", "漢字"):
        features = character_features(text)
        assert len(features) == len(text)
        assert all(NONE < f < FEATURES for f in features)
    assert character_features("") == []


def test_special_tokens_have_no_lexical_feature(tiny_checkpoint: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_checkpoint)
    encoding = tokenizer("吴京", return_offsets_mapping=True)
    features = token_features("吴京", encoding["offset_mapping"])
    assert features[0] == features[-1] == NONE
    assert NONE not in features[1:-1]
