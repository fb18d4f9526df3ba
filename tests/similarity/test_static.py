from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import core
from core import catalog
from core.errors import InputError
from core.similarity.static import StaticVectors


def test_saved_and_read_back_the_same(table: StaticVectors, tmp_path: Path) -> None:
    table.save(tmp_path)
    again = StaticVectors.load(tmp_path)
    assert again.words == table.words
    np.testing.assert_array_equal(again.matrix, table.matrix)
    assert json.loads((tmp_path / "config.json").read_text())["dimension"] == 2


def test_eight_bits_are_close_to_the_vectors(table: StaticVectors) -> None:
    np.testing.assert_allclose(table.vector("跑"), [1, 1], atol=0.01)
    np.testing.assert_allclose(table.vector("ok"), [-2, 0.5], atol=0.01)


def test_an_unknown_word_is_the_sum_of_its_characters(table: StaticVectors) -> None:
    np.testing.assert_allclose(table.vector("猫狗"), table.vector("猫") + table.vector("狗"))
    np.testing.assert_allclose(table.vector("猫龘"), table.vector("猫"))


def test_a_stranger_is_like_itself_alone(table: StaticVectors) -> None:
    one, other = table.vector("龘"), table.vector("靐")
    np.testing.assert_array_equal(one, StaticVectors.build(table.words, table.matrix, table.counts).vector("龘"))
    assert not np.allclose(one, other)
    assert np.linalg.norm(one) == pytest.approx(table.mean_norm, rel=1e-5)


def test_a_damaged_table_is_refused(table: StaticVectors, tmp_path: Path) -> None:
    table.save(tmp_path)
    whole = (tmp_path / "model.safetensors").read_bytes()
    (tmp_path / "model.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"model\.safetensors"):
        core.load("similarity", str(tmp_path))
    StaticVectors.build(["猫"], table.matrix[:1], table.counts[:1]).save(tmp_path)
    tokenizer = json.loads((tmp_path / "tokenizer.json").read_text())
    tokenizer["model"]["vocab"]["狗"] = 1
    (tmp_path / "tokenizer.json").write_text(json.dumps(tokenizer))
    with pytest.raises(InputError, match="similarity"):
        core.load("similarity", str(tmp_path))


def test_vectors_of_ones_own_read_whole_sentences_here_whatever_a_cluster_has(
    table: StaticVectors, tiny_bert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With MODOU_REMOTE the encoder beside them was one of the cluster's, which has no vectors to give."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "similarity-encoder").symlink_to(tiny_bert)
    monkeypatch.setattr(catalog, "MODELS", tmp_path / "models")
    monkeypatch.setenv("MODOU_REMOTE", "http://127.0.0.1:9")  # where nobody listens
    table.save(tmp_path / "own")
    result = core.load("similarity", str(tmp_path / "own"))("猫跑", "猫跑")
    assert result.wrd == result.contextual == 1
