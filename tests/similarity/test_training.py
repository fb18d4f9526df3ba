"""The similarity recipes on sentences of our own: gradients, word vectors, and an encoder that learns by heart."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModel

import core
from core.backbone.config import encoder_config
from core.backbone.tokenizer import build_tokenizer
from core.similarity.static import StaticVectors
from core.similarity.transport import wrd
from training.similarity.evaluate import area_under_curve, figure
from training.similarity.losses import cosent, word_rotator_distance
from training.similarity.whiten import add_characters, whiten

PAIRS = [
    ("小猫在睡觉", "猫睡着了", 5.0),
    ("他在踢足球", "有人踢球", 4.0),
    ("小猫在睡觉", "他在踢足球", 0.0),
    ("我想吃面", "天上有云", 1.0),
    ("下雨了", "正在下雨", 5.0),
    ("天上有云", "下雨了", 2.0),
]


def test_distance_is_that_of_core_and_padding_does_not_count() -> None:
    rng = torch.Generator().manual_seed(0)
    a, b = torch.randn(3, 5, 4, generator=rng), torch.randn(3, 6, 4, generator=rng)
    sizes = [(5, 6), (2, 3), (1, 4)]
    for i, (n, m) in enumerate(sizes):
        a[i, n:], b[i, m:] = 0, 0
    found = word_rotator_distance(a, b, sizes)
    expected = [wrd(a[i, :n].double().numpy(), b[i, :m].double().numpy()).distance for i, (n, m) in enumerate(sizes)]
    torch.testing.assert_close(found, torch.tensor(expected, dtype=found.dtype), atol=1e-5, rtol=0)


def test_gradient_of_the_distance_is_the_numeric_one() -> None:
    rng = torch.Generator().manual_seed(1)
    a = torch.randn(2, 4, 3, generator=rng, dtype=torch.float64, requires_grad=True)
    b = torch.randn(2, 3, 3, generator=rng, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(
        lambda x, y: word_rotator_distance(x, y, [(4, 3), (4, 3)]), (a, b), eps=1e-6, atol=1e-4
    )


def test_cosent_wants_the_order_of_the_labels() -> None:
    labels = torch.tensor([3.0, 2.0, 1.0])
    right, wrong = cosent(torch.tensor([0.9, 0.5, 0.1]), labels), cosent(torch.tensor([0.1, 0.5, 0.9]), labels)
    assert right < 0.01 < wrong
    assert cosent(torch.tensor([0.1, 0.9]), torch.tensor([1.0, 1.0])) == 0


def test_figures() -> None:
    assert area_under_curve(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1])) == pytest.approx(0.75)
    assert figure([1, 2, 3], [0.5, 2.5, 5.0]) == pytest.approx(1)
    assert figure([0.5, 0.5], [0, 1]) == pytest.approx(0.5)


def test_whitened_vectors_have_mean_0_and_unit_covariance() -> None:
    rng = np.random.default_rng(0)
    vectors, weights = rng.normal(size=(500, 4)) @ rng.normal(size=(4, 4)) + 3, rng.random(500)
    weights /= weights.sum()
    made = whiten(vectors, weights)
    np.testing.assert_allclose(weights @ made, 0, atol=1e-9)
    np.testing.assert_allclose((made * weights[:, None]).T @ made, np.eye(4), atol=0.05)
    np.testing.assert_array_equal(whiten(vectors, weights, "raw"), vectors)


def test_words_take_some_of_their_characters() -> None:
    made = add_characters(["猫", "猫狗", "ok"], np.array([[1.0], [10.0], [2.0]]), 0.5)
    assert made.tolist() == [[1.5], [10.5], [3.0]]


def test_word_vectors_from_text_to_service(tmp_path: Path) -> None:
    pytest.importorskip("gensim")
    words = tmp_path / "words.txt"
    words.write_text("小猫 喜欢 吃 鱼\n小狗 喜欢 吃 肉\n他 在 踢 足球\n" * 40, encoding="utf-8")
    raw, made = tmp_path / "raw", tmp_path / "made"
    options = ["--size", "8", "--min-count", "1", "--epochs", "2", "--characters", "1", "--workers", "1"]
    run("training.similarity.vectors", "--words", str(words), "--out", str(raw), *options)
    run("training.similarity.whiten", str(raw), str(made), "--vocabulary", "6")
    result = core.load("similarity", str(made))("小猫喜欢鱼", "小狗喜欢肉")
    assert result.a.vectors.shape[1] == 8


def run(module: str, *args: str) -> str:
    done = subprocess.run([sys.executable, "-m", module, *args], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_train_resume_and_serve(tmp_path: Path) -> None:
    data, encoder, out = tmp_path / "data", tmp_path / "encoder", tmp_path / "out"
    data.mkdir()
    lines = "\n".join(json.dumps({"text_a": a, "text_b": b, "label": s}, ensure_ascii=False) for a, b, s in PAIRS)
    for name in ("stsb_train", "stsb_dev"):
        (data / f"{name}.jsonl").write_text(lines + "\n", encoding="utf-8")
    nli = {"premise": "小猫在睡觉", "hypothesis": "猫睡着了", "label": "entailment"}
    rows = [nli, nli | {"hypothesis": "猫在跑", "label": "contradiction"}, nli | {"label": "-"}]
    (data / "nli_train.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    tokenizer = build_tokenizer(sorted({c for a, b, _ in PAIRS for c in a + b}))
    torch.manual_seed(0)
    AutoModel.from_config(encoder_config(tokenizer)).save_pretrained(encoder)
    tokenizer.save_pretrained(encoder)
    characters = sorted({c for a, b, _ in PAIRS for c in a + b})
    vectors = np.random.default_rng(0).normal(size=(len(characters), 16)).astype(np.float32)
    words = tmp_path / "words"
    StaticVectors.build(characters, vectors, np.ones(len(characters), dtype=np.int32)).save(words)
    args = ["--data", str(data), "--encoder", str(encoder), "--out", str(out), "--sets", "stsb", "nli"]
    args += ["--words", str(words), "--dropout", "0", "--stsb-repeats", "12", "--ema", "0.9"]
    args += ["--lr", "1e-3", "--head-lr", "1e-2"]
    run("training.similarity.train", *args, "--epochs", "1")
    printed = run("training.similarity.train", *args, "--epochs", "3", "--resume").splitlines()
    reports = [json.loads(line) for line in printed if line.startswith("{")]
    assert [r["epoch"] for r in reports] == [1, 2, 3]
    assert reports[2]["loss_stsb"] < reports[1]["loss_stsb"], "it does not learn its pairs by heart"
    pipeline = core.load("similarity", str(out / "best"))
    assert pipeline("小猫在睡觉", "小猫在睡觉").wrd == 1.0
    assert pipeline("小猫在睡觉", "他在踢足球").plan.sum() == pytest.approx(1)
