"""The similarity recipes on sentences of our own: gradients, word vectors, and an encoder that learns by heart."""

from __future__ import annotations

import json
import lzma
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModel

import core
from core.backbone.tokenizer import build_tokenizer
from core.similarity.pipeline import SimilarityPipeline
from core.similarity.transport import wrd
from tests.recipes import run_recipe
from tests.tiny import tiny_config_without_dropout
from training import finetuning
from training.similarity import train as recipe
from training.similarity.data import STRANGERS, Epoch, grouped, make_batch, read_groups
from training.similarity.distil_static import Means, needed, sentences
from training.similarity.evaluate import area_under_curve, figure, share_right, usual
from training.similarity.losses import cosent, within_groups, word_rotator_distance
from training.similarity.opposites import opposite, opposites
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


def test_within_a_group_only_its_own_order_is_asked() -> None:
    labels, groups = torch.tensor([2.0, 1.0, 2.0, 1.0]), torch.tensor([0, 0, 1, 1])
    good = within_groups(torch.tensor([0.9, 0.5, 0.4, 0.0]), labels, groups)
    assert good < 0.01, "the second pair is closer than the third, which is of another group"
    assert within_groups(torch.tensor([0.9, 0.5, 0.0, 0.4]), labels, groups) > 1
    assert within_groups(torch.tensor([0.9, 0.1]), torch.tensor([1.0, 2.0]), torch.tensor([0, 1])) == 0


def test_figures() -> None:
    assert share_right([0.9, 0.1, 0.2, 0.2]) == 0.5
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


TOKENIZER = build_tokenizer(sorted({c for a, b, _ in PAIRS for c in a + b} | set("花鸟虫鱼在跑")))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of every kind, small."""
    folder = tmp_path_factory.mktemp("data")
    pairs = [{"text_a": a, "text_b": b, "label": s} for a, b, s in PAIRS]
    nli = {"premise": "小猫在睡觉", "hypothesis": "猫睡着了", "label": "entailment"}
    rain = {"premise": "下雨了", "hypothesis": "正在下雨", "label": "entailment"}
    rows = [nli, rain, nli | {"hypothesis": "猫在跑", "label": "contradiction"}, nli | {"label": "-"}]
    triplets = [
        {"anchor": "小猫在睡觉", "positive": "猫睡着了", "negative": "小猫没睡觉"},
        {"anchor": "下雨了", "positive": "正在下雨", "negative": "没下雨"},
    ]
    texts = [{"text": text} for a, b, _ in PAIRS for text in (a, b)]
    files = {"nli_train": rows, "sentences": texts}
    files |= {f"{name}_{part}": pairs for name in ("stsb", "written") for part in ("train", "dev")}
    files |= {f"written_triplets_{part}": triplets for part in ("train", "dev")}
    for name, content in files.items():
        lines = (json.dumps(row, ensure_ascii=False) for row in content)
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("encoder")
    torch.manual_seed(0)
    AutoModel.from_config(tiny_config_without_dropout(len(TOKENIZER), 32)).save_pretrained(folder)
    TOKENIZER.save_pretrained(folder)
    return folder


def test_a_premise_and_an_anchor_keep_their_pairs_together(data: Path) -> None:
    assert sorted(map(len, grouped(data / "nli_train.jsonl"))) == [1, 2]
    assert [len(g) for g in grouped(data / "written_triplets_train.jsonl")] == [3, 3]
    assert len(grouped(data / "stsb_train.jsonl")) == len({a for a, *_ in PAIRS})


def test_a_batch_reads_a_sentence_once_and_strangers_are_of_other_groups(data: Path) -> None:
    groups = read_groups(grouped(data / "written_triplets_train.jsonl"), TOKENIZER)
    batch = make_batch("triplets", groups, TOKENIZER.pad_token_id)
    assert len(batch.inputs["input_ids"]) == 6
    assert batch.labels.tolist() == [4.5, 2.0, 2.0] * 2 + [STRANGERS] * 6
    group_of = [0, 0, 0, 1, 1, 1]  # of the sentences, in the order in which they come
    for a, b in zip(batch.first[6:].tolist(), batch.second[6:].tolist(), strict=True):
        assert group_of[a] != group_of[b]


def test_an_epoch_is_the_same_for_the_same_seed_and_takes_its_shares(data: Path) -> None:
    sets = {"stsb": read_groups(grouped(data / "stsb_train.jsonl"), TOKENIZER)}
    found, again, other = (Epoch(sets, {"stsb": 1.5}, 2, 0, seed) for seed in (0, 0, 1))
    assert [b.labels.tolist() for b in found] == [b.labels.tolist() for b in again]
    assert [b.labels.tolist() for b in found] != [b.labels.tolist() for b in other]
    assert len(found) == 4  # three of six pairs, one of three; what is left alone is dropped


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("老师表扬了学生", {"学生表扬了老师"}),
        ("房价上涨", {"房价下跌"}),
        ("桌上有三只碗", None),
        ("花开了", {None}),
        ("你想去吗", {None}),
        ("我和你一起走", {None}),
    ],
)
def test_an_opposite_changes_one_thing(text: str, made: set[str | None] | None) -> None:
    found = {opposite(text, random.Random(seed)) for seed in range(12)}
    if made is None:
        assert all(f and f != text for f in found)
        assert "桌上没有三只碗" in found
    else:
        assert found == made


def test_opposites_are_triplets_of_three_pairs() -> None:
    ((close, far, also_far),) = opposites([("房价上涨", "房子变贵了"), ("花开了", "花已开")])
    assert close[:2] == ("房价上涨", "房子变贵了")
    assert far == ("房价上涨", "房价下跌", 2.0)
    assert also_far == ("房子变贵了", "房价下跌", 2.0)
    assert not opposites([("房价上涨", "房价下跌")])


def arguments(data: Path, encoder: Path, out: Path) -> list[str]:
    sets = ["stsb=12", "nli", "triplets=4", "written"]
    args = ["--data", str(data), "--encoder", str(encoder), "--out", str(out), "--sets", *sets, "--dimension", "8"]
    return [*args, "--dropout", "0", "--ema", "0.9", "--lr", "1e-3", "--head-lr", "1e-2", "--batch", "8", "--no-own"]


def test_train_resume_go_on_and_serve(data: Path, encoder: Path, tmp_path: Path) -> None:
    out, second, static = tmp_path / "out", tmp_path / "second", tmp_path / "static"
    args = arguments(data, encoder, out)
    run_recipe("training.similarity.train", *args, "--epochs", "1")
    printed = run_recipe("training.similarity.train", *args, "--epochs", "3", "--resume").splitlines()
    reports = [json.loads(line) for line in printed if line.startswith("{")]
    assert [r["epoch"] for r in reports] == [1, 2, 3]
    assert reports[2]["stsb_wrd"] > 0.8, "it does not learn its pairs by heart"
    assert reports[2]["stsb_cosine"] > 0.8
    assert {f"{name}_{score}" for name in ("stsb", "written", "triplets") for score in recipe.SCORES} < set(reports[2])
    pipeline = core.load("similarity", str(out / "best"))
    assert pipeline("小猫在睡觉", "小猫在睡觉").wrd == 1.0
    assert pipeline("小猫在睡觉", "他在踢足球").plan.sum() == pytest.approx(1)
    more = arguments(data, encoder, second)
    begun = run_recipe("training.similarity.train", *more, "--epochs", "0", "--start", str(out / "best")).splitlines()
    first = json.loads(next(line for line in begun if line.startswith("{")))
    log = (json.loads(line) for line in (out / "log.jsonl").read_text().splitlines())
    assert first["mean"] == pytest.approx(max(row["mean"] for row in log), abs=1e-3)
    corpus = tmp_path / "shared"
    (corpus / "corpus").mkdir(parents=True)
    (corpus / "similarity").symlink_to(data)
    with lzma.open(corpus / "corpus" / "combined.txt.xz", "wt", encoding="utf-8") as lines:
        lines.write("小猫在睡觉。他在踢足球！\n天上有云\n")
    distilled = ["--data", str(corpus), "--encoder", str(out / "best"), "--out", str(static / "raw")]
    run_recipe("training.similarity.distil_static", *distilled, "--vocabulary", "10")
    run_recipe("training.similarity.whiten", str(static / "raw"), str(static / "made"), "--vocabulary", "6")
    result = core.load("similarity", str(static / "made"))("小猫在睡觉", "他在踢足球")
    assert result.a.vectors.shape[1] == 8


def test_a_run_stopped_within_an_epoch_goes_on_there(
    data: Path, encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finetuning, "_SAVE_EVERY", 3)
    update: Callable[..., None] = finetuning.FineTuning.update

    def stops(self: finetuning.FineTuning, *parts: torch.Tensor) -> None:
        if self.step == 5:
            raise KeyboardInterrupt
        update(self, *parts)

    args = [*arguments(data, encoder, tmp_path), "--epochs", "1"]
    with monkeypatch.context() as patch:
        patch.setattr(finetuning.FineTuning, "update", stops)
        with pytest.raises(KeyboardInterrupt):
            recipe.train(recipe.parse_args(args))
    state = torch.load(tmp_path / "last.pt", weights_only=True)
    assert (state["step"], state["done"], state["epoch"]) == (3, 3, 0)
    recipe.train(recipe.parse_args([*args, "--resume"]))
    state = torch.load(tmp_path / "last.pt", weights_only=True)
    steps = len(
        Epoch(recipe.read_sets(recipe.parse_args(args), TOKENIZER)[0], dict(recipe.parse_args(args).sets), 8, 0, 0)
    )
    assert (state["step"], state["done"], state["epoch"]) == (steps, 0, 1)


def test_sentences_are_read_for_words_seen_too_seldom() -> None:
    found = list(sentences(["小猫在睡觉。小猫在睡觉。他在踢足球！", "……！……！"], 48))
    assert [s.clean for s in found] == ["小猫在睡觉。", "他在踢足球!"]
    assert len(needed(found * 3, {"小猫", "踢足球"}, 2)) == 4


def test_a_mean_keeps_the_mean_norm() -> None:
    means = Means(["猫", "狗"], 2)
    means.add(["猫", "鸟", "猫"], np.array([[3.0, 0.0], [1.0, 1.0], [0.0, 1.0]], dtype=np.float32))
    assert np.linalg.norm(means.vectors()[0]) == pytest.approx(2)
    assert means.vectors()[1].tolist() == [0.0, 0.0]


def test_the_usual_sentence_cosine_is_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "dev.jsonl"
    rows = [{"text_a": "甲", "text_b": str(n), "label": 1} for n in range(4)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    scores = {"wrd": [0.2, 0.6, 0.8, 1.0], "contextual": [0.0, 0.7, 0.8, 0.9]}
    monkeypatch.setattr("training.similarity.evaluate.compare", lambda *_: scores)
    assert tuple(usual(SimilarityPipeline.__new__(SimilarityPipeline), path)) == pytest.approx((0.5, 0.4, 0.0))
