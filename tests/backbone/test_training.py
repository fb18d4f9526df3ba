"""The recipe itself, on a handful of lines of our own: prepare, train, resume."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForMaskedLM, AutoTokenizer

from tests.recipes import run_recipe
from training.backbone import prepare
from training.backbone.train import IGNORE, mask_words
from training.muon import orthogonalise

LINES = ["墨斗是木匠用来弹线的工具。", "木匠用墨斗在木头上弹一条直线。", "直线弹在木头上，木匠沿着线锯木头。"] * 60


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder like the real one, with one task file and a small corpus."""
    folder = tmp_path_factory.mktemp("data")
    for name, fields, _ in prepare.SOURCES:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(dict.fromkeys(fields, "木匠弹线。"), ensure_ascii=False) + "\n")
    (folder / "corpus").mkdir()
    with lzma.open(folder / "corpus" / "small.txt.xz", "wt", encoding="utf-8") as out:
        out.write("\n".join(LINES))
    return folder


def test_prepare_train_and_resume(data: Path, tmp_path: Path) -> None:
    stream, out = tmp_path / "stream", tmp_path / "out"
    facts = json.loads(
        run_recipe("training.backbone.prepare", "--data", str(data), "--out", str(stream), "--workers", "1")
    )
    assert facts["unknown_share"] == 0
    assert len(np.load(stream / "train.npy")) == facts["train_tokens"]
    recipe = ["training.backbone.train", "--data", str(stream), "--out", str(out)]
    recipe += ["--length", "32", "--batch", "4", "--device", "cpu", "--save-minutes", "0.001"]
    first = json.loads(run_recipe(*recipe, "--tokens", "384"))
    assert first["tokens"] == 384
    second = json.loads(run_recipe(*recipe, "--tokens", "896", "--resume", "--accumulate", "2"))
    assert second["tokens"] == 896, "the second run did not go on where the first ended"
    log = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    assert any("char_accuracy" in row for row in log)
    tokenizer = AutoTokenizer.from_pretrained(out / "model")
    model = AutoModelForMaskedLM.from_pretrained(out / "model")
    assert model(**tokenizer("木匠", return_tensors="pt")).logits.shape == (1, 4, len(tokenizer))


def test_words_are_masked_whole_and_only_chosen_ones_are_predicted(data: Path, tmp_path: Path) -> None:
    from core.backbone.tokenizer import build_tokenizer

    tokenizer = build_tokenizer("木匠墨斗弹线。")
    ids = torch.tensor([[2, *tokenizer("木匠墨斗弹线。", add_special_tokens=False)["input_ids"]]]).repeat(200, 1)
    starts = torch.tensor([[1, 1, 0, 1, 0, 1, 1, 1]]).bool().repeat(200, 1)
    inputs, labels = mask_words(ids, starts, tokenizer, 0.3, torch.Generator().manual_seed(0))
    chosen = labels != IGNORE
    assert 0.2 < chosen[:, 1:].float().mean() < 0.4
    assert not chosen[:, 0].any(), "[CLS] was to be predicted"
    assert (chosen[:, 1] == chosen[:, 2]).all()
    assert (chosen[:, 3] == chosen[:, 4]).all()
    assert (labels[chosen] == ids[chosen]).all()
    assert (inputs[~chosen] == ids[~chosen]).all()
    assert 0.7 < (inputs[chosen] == tokenizer.mask_token_id).float().mean() < 0.9


@pytest.mark.parametrize("shape", [(24, 8), (8, 24), (16, 16)])
def test_orthogonalised_matrices_have_singular_values_near_one(shape: tuple[int, int]) -> None:
    torch.manual_seed(0)
    values = torch.linalg.svdvals(orthogonalise(torch.randn(shape)))
    assert values.min() > 0.5
    assert values.max() < 1.3
