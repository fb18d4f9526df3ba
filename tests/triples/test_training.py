"""The triples recipe on sentences of our own: it learns them by heart, resumes, and its figures are right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from transformers import AutoTokenizer, BertModel

import core
from core.backbone.tokenizer import build_tokenizer
from core.triples.schema import RELATIONS, SCHEMAS
from tests.recipes import run_recipe
from tests.tiny import tiny_config_without_dropout
from training.triples.augment import Substitution
from training.triples.batches import CasRelBatches
from training.triples.data import nearest, read_examples
from training.triples.evaluate import calibration_table, fit_calibration
from training.triples.metrics import Predicted, best_threshold, cross_validated, relation_thresholds, score

DIRECTORS = [("红高粱", "张艺谋"), ("霸王别姬", "陈凯歌"), ("卧虎藏龙", "李安"), ("无间道", "刘伟强")]
ROWS = [
    {
        "text": f"《{film}》是{name}导演的电影",
        "spo_list": [{"subject": film, "predicate": "导演", "object": name}],
    }
    for film, name in DIRECTORS
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS) + "\n"
    for name in ("duie2_train", "duie2_dev", "ske1_train", "written_train", "written_dev"):
        (tmp_path / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path


@pytest.fixture
def encoder(tmp_path: Path) -> Path:
    tokenizer = build_tokenizer("".join(row["text"] for row in ROWS))
    torch.manual_seed(0)
    BertModel(tiny_config_without_dropout(len(tokenizer), 64)).save_pretrained(tmp_path / "encoder")
    tokenizer.save_pretrained(tmp_path / "encoder")
    return tmp_path / "encoder"


def test_train_resume_and_serve(data: Path, encoder: Path, tmp_path: Path) -> None:
    recipe = ["training.triples.train", "--data", str(data), "--encoder", str(encoder)]
    recipe += ["--out", str(tmp_path / "out"), "--batch", "4", "--ema", "0.5", "--lr", "3e-3", "--head-lr", "3e-3"]
    recipe += ["--dropout", "0", "--device", "cpu", "--no-own"]
    run_recipe(*recipe, "--epochs", "3")
    printed = run_recipe(*recipe, "--epochs", "15", "--resume")
    rows = [json.loads(line) for line in printed.splitlines()]
    epochs = [row["epoch"] for row in rows if "epoch" in row]
    assert epochs[0] == 4, "the second run began anew"
    assert max(row["f1"] for row in rows) > 0.9, "twelve sentences could not be learnt by heart"
    pipeline = core.load("triples", model=str(tmp_path / "out" / "best"))
    found = pipeline(ROWS[0]["text"]).to_dict()["triples"]
    assert ("红高粱", "导演", "张艺谋") in {(t["subject"], t["predicate"], t["object"]) for t in found}


def test_tags_of_a_batch_are_the_triples(data: Path, encoder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    examples = read_examples({"duie2": data / "duie2_train.jsonl"}, tokenizer, 64, substitutes=0, seed=0)
    batches = CasRelBatches(examples, list(RELATIONS), tokenizer.pad_token_id, batch=4, seed=0)
    batch = batches.collate([variants[0] for variants in examples])
    # DuIE 2.0 and SKE 1.0 both have 导演
    assert batch["subject_tags"].sum((0, 1, 3)).tolist() == [8, 8]
    assert batch["schemas"].tolist() == [[True, False]] * 4
    director = list(RELATIONS).index("导演")
    b = 0
    start, end = (batch["subject_tags"][b, :, 0, i].argmax().item() for i in (0, 1))
    assert tokenizer.decode(batch["ids"][b, start : end + 1]).replace(" ", "") == "红高粱"
    row = next(
        n for n, (s, a) in enumerate(zip(batch["sentence"], batch["start"], strict=True)) if s == b and a == start
    )
    first, last = (batch["object_tags"][row, :, director, i].argmax().item() for i in (0, 1))
    assert tokenizer.decode(batch["ids"][b, first : last + 1]).replace(" ", "") == "张艺谋"
    assert batch["object_tags"].sum() == 8
    assert sorted(batch["object_tags"].sum((1, 2, 3)).tolist()) == [0] * 4 + [2] * 4
    annotated = dict(zip(RELATIONS, batch["annotated"][0].tolist(), strict=True))
    assert annotated["主题曲"]
    assert not annotated["出生地"]


def test_schemas_cover_the_relations_without_strangers() -> None:
    assert set(SCHEMAS["duie2"]) | set(SCHEMAS["ske1"]) == set(RELATIONS)
    assert len(SCHEMAS["duie2"]) == 47
    assert len(SCHEMAS["ske1"]) == 48


def test_substitution_keeps_text_and_triples_together() -> None:
    swap = Substitution(ROWS, seed=0)
    films, names = {f for f, _ in DIRECTORS}, {n for _, n in DIRECTORS}
    seen = set()
    for _ in range(30):
        row = swap(ROWS[0])
        (spo,) = row["spo_list"]
        assert row["text"] == f"《{spo['subject']}》是{spo['object']}导演的电影"
        assert spo["subject"] in films
        assert spo["object"] in names
        seen.add((spo["subject"], spo["object"]))
    assert len(seen) > 4


def test_entangled_or_repeated_entities_stay() -> None:
    row = {
        "text": "李安国是李安的儿子，李安国是演员",
        "spo_list": [{"subject": "李安国", "predicate": "父亲", "object": "李安"}],
    }
    assert Substitution(ROWS, seed=0)(row, rate=1.0) == row


def test_nearest_occurrence() -> None:
    assert nearest("甲乙甲乙甲", "甲", 3) in (2, 4)
    assert nearest("甲乙甲乙甲", "甲", 0) == 0
    assert nearest("甲", "丙", 0) == -1


def test_of_several_mentions_the_one_by_the_relations_word_is_tagged() -> None:
    text = "《盲道》由丁若谷执导，丁若谷、孟听荷主演"
    assert nearest(text, "丁若谷", 1, {"执导"}) == text.index("丁若谷")
    assert nearest(text, "丁若谷", 1, {"主演"}) == text.rindex("丁若谷")
    assert nearest(text, "丁若谷", 1, {"配音"}) == text.index("丁若谷")


def test_micro_scores_by_hand() -> None:
    a, b, c = ("x", "导演", "y"), ("x", "主演", "y"), ("x", "作者", "y")
    results = [Predicted({a, b}, {a: 0.9, c: 0.4}), Predicted({c}, {})]
    assert score(results, 0.5) == pytest.approx({"precision": 1, "recall": 1 / 3, "f1": 0.5, "gold": 3, "found": 1})
    assert score(results, 0.3)["precision"] == pytest.approx(0.5)
    threshold, best = best_threshold(results)
    assert 0.4 < threshold < 0.9
    assert best["f1"] == pytest.approx(0.5)


def test_calibration_recovers_an_overconfident_scorer() -> None:
    generator = torch.Generator().manual_seed(0)
    truth = torch.rand(4000, generator=generator) * 0.98 + 0.01
    right = torch.rand(4000, generator=generator) < truth
    logits = 2 * (truth / (1 - truth)).log() + 1
    results = [
        Predicted({("s", "导演", str(i))} if ok else set(), {("s", "导演", str(i)): float(p)})
        for i, (ok, p) in enumerate(zip(right, logits.sigmoid(), strict=True))
    ]
    slope, offset = fit_calibration(results)
    assert slope == pytest.approx(0.5, abs=0.08)
    assert offset == pytest.approx(-0.5, abs=0.15)
    assert sum(band["n"] for band in calibration_table(results)) == 4000


def graded(relation: str, n: int, at: float) -> list[Predicted]:
    """`n` sentences with a right triple scored above `at` and a wrong one below."""
    right, wrong = ("a", relation, "b"), ("a", relation, "c")
    return [Predicted({right}, {right: at + 0.02, wrong: at - 0.02}) for _ in range(n)]


def test_a_frequent_relation_gets_its_own_threshold_and_a_rare_one_stays() -> None:
    results = graded("导演", 400, 0.8) + graded("主演", 400, 0.3) + graded("首都", 1, 0.9)
    fitted = relation_thresholds(results, 0.5)
    assert 0.7 < fitted["导演"] < 0.82
    assert 0.28 < fitted["主演"] < 0.35
    assert fitted["首都"] == pytest.approx(0.5, abs=0.1)
    free = relation_thresholds(results, 0.5, shrinkage=0)
    assert score(results, 0.5, free)["f1"] > score(results, 0.5)["f1"] + 0.2
    assert cross_validated(results, 0.5)["f1"] == pytest.approx(score(results, 0.5, fitted)["f1"], abs=0.01)


def test_thresholds_that_need_not_move_stay() -> None:
    fitted = relation_thresholds(graded("导演", 400, 0.5), 0.5)
    assert fitted["导演"] == pytest.approx(0.5, abs=0.02)
