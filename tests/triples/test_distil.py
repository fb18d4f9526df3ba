"""Distilling an encoder, and the rows of the ablation table."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest
import torch
from transformers import BertModel

from core.backbone.tokenizer import build_tokenizer
from core.backbone.weights import load_model
from core.triples.casrel import CasRel
from tests.tiny import tiny_config, tiny_config_without_dropout
from training.triples import ablate, distil, train

FILMS = [("红高粱", "张艺谋"), ("霸王别姬", "陈凯歌"), ("卧虎藏龙", "李安平"), ("无间道", "刘伟强")]
CORPUS = "《活着》是张艺谋导演的电影。今天的天气很好，适合出门走一走。\n《大红灯笼》也由他导演，影片很有名。\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`data`, `encoder`, `teacher` (CasRel on that encoder) and `corpus.txt`."""
    folder = tmp_path_factory.mktemp("distil")
    (folder / "data").mkdir()
    rows = [
        {"text": f"《{film}》是{name}导演的电影", "spo_list": [{"subject": film, "predicate": "导演", "object": name}]}
        for film, name in FILMS
    ]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    for name in ("duie2_train", "duie2_dev", "ske1_train", "written_train", "written_dev"):
        (folder / "data" / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    (folder / "corpus.txt").write_text(CORPUS, encoding="utf-8")
    tokenizer = build_tokenizer("".join(row["text"] for row in rows) + CORPUS)
    torch.manual_seed(0)
    config = tiny_config_without_dropout(len(tokenizer), 48)
    BertModel(config).save_pretrained(folder / "encoder")
    tokenizer.save_pretrained(folder / "encoder")
    teacher, _ = train.build_model(train.parse_args(["--head", "casrel", "--encoder", str(folder / "encoder")]))
    teacher.save_pretrained(folder / "teacher")
    tokenizer.save_pretrained(folder / "teacher")
    return folder


def arguments(folder: Path, out: Path, *more: str) -> list[str]:
    named = {"--data": "data", "--encoder": "encoder", "--teacher": "teacher", "--corpus": "corpus.txt"}
    paths = [part for option, name in named.items() for part in (option, str(folder / name))]
    return [*paths, "--out", str(out), "--width", "32", "--batch", "8", *more]


def test_only_unlabelled_sentences_with_a_cue_are_read_beside_the_labelled_ones(folder: Path, tmp_path: Path) -> None:
    read = list(distil.texts(distil.parse_args(arguments(folder, tmp_path, "--substitutes", "0"))))
    unlabelled = [row["text"] for row in read if not row["spo_list"]]
    assert unlabelled == ["《活着》是张艺谋导演的电影。", "《大红灯笼》也由他导演,影片很有名。"]
    assert len(read) > len(unlabelled)


def test_a_light_encoder_comes_near_its_teacher_and_starts_a_training(folder: Path, tmp_path: Path) -> None:
    distil.distil(distil.parse_args(arguments(folder, tmp_path / "out", "--epochs", "40", "--ema", "0.5")))
    losses = [json.loads(line)["loss"] for line in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
    assert losses[-1] < 0.5 * losses[0]
    taught = load_model(CasRel, tmp_path / "out" / "model").state_dict()
    options = ["--head", "dgcnn", "--width", "32", "--encoder", str(folder / "encoder")]
    begun, _ = train.build_model(train.parse_args([*options, "--start", str(tmp_path / "out" / "model")]))
    found = begun.state_dict()
    assert taught.keys() == found.keys()
    assert all(torch.equal(taught[name], found[name]) for name in taught)


def test_a_teacher_with_other_characters_is_refused(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "encoder"
    tokenizer = build_tokenizer("甲乙丙丁")
    tokenizer.save_pretrained(other)
    config = tiny_config(len(tokenizer), 48)
    BertModel(config).save_pretrained(other)
    with pytest.raises(SystemExit, match="characters differently"):
        distil.distil(distil.parse_args([*arguments(folder, tmp_path / "out"), "--encoder", str(other)]))


@pytest.mark.parametrize("name", ablate.ROWS)
def test_rows_of_the_ablation_are_options_of_the_recipe(name: str) -> None:
    options = [option.format(extra="runs", twice=2) for option in ablate.ROWS[name] if option != "--ske"]
    assert vars(train.parse_args(options)) != vars(train.parse_args([])) or name in ("plain", "and SKE")


OPTIONS = {
    "no sentences written by hand",
    "PGD 0.3, 3 steps",
    "flooding at 8",
    "AdaX",
    "two batches a step",
    "CasRel",
}
OPTIONS |= {"entropy-invariant attention, 64"}


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_a_row_is_trained_once(name: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = {"data": folder / "data", "encoder": folder / "encoder", "extra": tmp_path, "out": tmp_path}
    args = argparse.Namespace(**paths, lr=3e-3, dropout=0.1, batch=4, limit=4, epochs=1)
    found = ablate.run_row(name, args)
    assert set(found) == set(ablate.FIGURES)
    monkeypatch.setattr(train, "train", lambda _: pytest.fail("trained again"))
    assert ablate.run_row(name, args) == found


def test_convolutions_have_no_scores_to_scale(folder: Path) -> None:
    options = ["--head", "dgcnn", "--encoder", str(folder / "encoder"), "--entropy-scale", "64"]
    with pytest.raises(SystemExit, match="Transformers"):
        train.build_model(train.parse_args(options))
