"""What teachers say of unlabelled sentences, and how it reaches a student."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from core.triples.casrel import CasRelExtractor
from core.triples.gplinker import GPLinkerExtractor
from core.triples.heads import load_extractor
from tests.triples.conftest import copy_with, save_tiny
from training.triples import selftrain
from training.triples.data import read_rows


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Labelled sentences: their words give 导演 away."""
    films = [("红高粱", "张艺谋"), ("霸王别姬", "陈凯歌"), ("卧虎藏龙", "李安平"), ("无间道", "刘伟强")]
    rows = [
        {"text": f"《{film}》是{name}导演的电影", "spo_list": [{"subject": film, "predicate": "导演", "object": name}]}
        for film, name in films
    ]
    folder = tmp_path_factory.mktemp("data")
    for name in ("duie2_train", "ske1_train"):
        write(folder / f"{name}.jsonl", rows)
    return folder


def test_labels_are_probable_or_certain() -> None:
    a, b, c = (("x", "导演", y) for y in "abc")
    said = {"subject": "x", "predicate": "导演", "object": "a"}
    assert selftrain.certain({a: 0.9, b: 0.1}, 0.7, 0.3) == [said]
    assert selftrain.certain({a: 0.9, c: 0.5}, 0.7, 0.3) is None
    assert selftrain.certain({}, 0.7, 0.3) == []
    found = selftrain.probable({b: 0.04, c: 0.051239, a: 0.9}, 0.05)
    assert found == [said | {"score": 0.9}, said | {"object": "c", "score": 0.0512}]


def test_two_teachers_are_averaged_and_answers_stay_with_their_sentences(tiny_checkpoint: Path, tmp_path: Path) -> None:
    one, other = load_extractor(tiny_checkpoint, "cpu"), load_extractor(save_tiny(tmp_path, "gplinker"), "cpu")
    assert isinstance(one, CasRelExtractor)
    assert isinstance(other, GPLinkerExtractor)
    with torch.no_grad():
        one.model.subject[-1].bias += 5.0
        one.model.object[-1].bias += 5.0
    texts = ["《战狼》是由吴京导演的电影", "吴京", "电影的导演"]
    both, alone = selftrain.label([one, other], texts), selftrain.label([one], texts)
    assert alone[0]
    for found, single, text in zip(both, alone, texts, strict=True):
        assert all(s in text and o in text for s, _, o in found)
        assert all(found[fact] == pytest.approx(p / 2, abs=1e-4) for fact, p in single.items())


def test_selftraining_resumes_where_it_was(data: Path, tiny_checkpoint: Path, tmp_path: Path) -> None:
    corpus = write(tmp_path / "c.jsonl", [{"context": f"第{i}部电影的导演是谁"} for i in range(600)])
    recipe = ["--models", str(tiny_checkpoint), "--data", str(data), "--corpus", str(corpus)]
    recipe += ["--empty", "1", "--out", str(tmp_path / "out.jsonl")]
    selftrain.main([*recipe, "--limit", "300"])
    selftrain.main([*recipe, "--resume"])
    texts = [json.loads(line)["text"] for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert texts == [f"第{i}部电影的导演是谁" for i in range(600)]


def test_a_student_is_given_the_calibrated_probabilities(data: Path, tmp_path: Path) -> None:
    calibrated = save_tiny(tmp_path / "teacher", "casrel", calibration=(0.5, -1.0))
    teacher = load_extractor(calibrated, "cpu")
    with torch.no_grad():
        teacher.model.subject[-1].bias += 5.0  # type: ignore[index, union-attr]
        teacher.model.object[-1].bias += 5.0  # type: ignore[index, union-attr]
    teacher.model.save_pretrained(calibrated)
    corpus = write(tmp_path / "c.jsonl", [{"context": "《战狼》是由吴京导演的电影"}])
    recipe = ["--models", str(calibrated), "--data", str(data), "--corpus", str(corpus), "--empty", "1"]
    selftrain.main([*recipe, "--least", "0", "--out", str(tmp_path / "soft.jsonl")])
    (row,) = map(json.loads, (tmp_path / "soft.jsonl").read_text(encoding="utf-8").splitlines())
    found = max(t.score for t in teacher.extract([row["text"]])[0])
    assert row["spo_list"][0]["score"] == pytest.approx(found, abs=1e-4)
    assert row["schemas"] == ["duie2"]
    (example,) = read_rows([row], teacher.tokenizer, 64)
    assert sum(map(len, example.objects.values())) == len(row["spo_list"])


def test_teachers_of_different_relations_are_refused(data: Path, tiny_checkpoint: Path, tmp_path: Path) -> None:
    other = copy_with(tmp_path / "other", tiny_checkpoint, schemas={"ske1": ["导演", "主演"]})
    models = ["--models", str(tiny_checkpoint), str(other)]
    with pytest.raises(SystemExit, match="different relations"):
        selftrain.main([*models, "--data", str(data), "--out", str(tmp_path / "out.jsonl")])
