"""Every head by the recipe with its options, and the sources of further sentences, on sentences of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoTokenizer, BertModel

import core
from core.backbone.tokenizer import build_tokenizer
from core.text import normalise
from core.triples.schema import RELATIONS, SCHEMAS
from tests.tiny import tiny_config_without_dropout
from training.triples import distant, losses, templates
from training.triples.batches import CasRelBatches, GPLinkerBatches
from training.triples.corpus import Known, Rows, sentences
from training.triples.cues import cue_words, telling_words
from training.triples.data import held_out, read_examples, read_rows, to_example
from training.triples.train import HEADS, build_model, parse_args, train

DIRECTORS = [("红高粱", "张艺谋"), ("霸王别姬", "陈凯歌"), ("卧虎藏龙", "李安平"), ("无间道", "刘伟强")]
ROWS: list[dict[str, Any]] = [
    {"text": f"《{film}》是{name}导演的电影", "spo_list": [{"subject": film, "predicate": "导演", "object": name}]}
    for film, name in DIRECTORS
]
BIRTH = {
    "text": "张艺谋出生于陕西西安",
    "spo_list": [{"subject": "张艺谋", "predicate": "出生地", "object": "陕西西安"}],
}


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for name in ("duie2_train", "duie2_dev", "ske1_train", "written_train", "written_dev"):
        write(folder / f"{name}.jsonl", ROWS)
    return folder


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("encoder")
    tokenizer = build_tokenizer("".join(row["text"] for row in [*ROWS, BIRTH]))
    torch.manual_seed(0)
    config = tiny_config_without_dropout(len(tokenizer), 64)
    BertModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.parametrize(
    ("head", "options"),
    [
        ("casrel", ["--fgm", "0.1", "--hold-out"]),
        ("dgcnn", ["--width", "32"]),
        ("gplinker", ["--r-drop", "0.1"]),
    ],
)
def test_a_head_learns_sentences_by_heart(
    head: str, options: list[str], data: Path, encoder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    extra = write(tmp_path / "extra.jsonl", [row | {"schemas": ["duie2"], "weight": 0.9} for row in ROWS * 40])
    recipe = ["--head", head, "--data", str(data), "--encoder", str(encoder), "--out", str(tmp_path), "--batch", "16"]
    recipe += ["--epochs", "13", "--lr", "4e-3", "--head-lr", "4e-3", "--ema", "0.5", "--device", "cpu", "--no-own"]
    train(parse_args([*recipe, "--substitutes", "0", "--extra", str(extra), "--extra-share", "10", *options]))
    epochs = [row for row in map(json.loads, capsys.readouterr().out.splitlines()) if "epoch" in row]
    assert epochs[-1]["loss"] < epochs[0]["loss"] / 10
    assert max(row["f1"] for row in epochs) > 0.9
    found = core.load("triples", model=str(tmp_path / "best"))(ROWS[0]["text"]).to_dict()["triples"]
    assert ("红高粱", "导演", "张艺谋") in {(t["subject"], t["predicate"], t["object"]) for t in found}


def test_dgcnn_starts_from_the_encoders_characters_or_not(encoder: Path) -> None:
    recipe = ["--head", "dgcnn", "--encoder", str(encoder), "--width", "16"]
    characters = BertModel.from_pretrained(encoder).get_input_embeddings().weight
    model, _ = build_model(parse_args(recipe))
    torch.testing.assert_close(model.encoder.get_input_embeddings().weight, characters)
    fresh, _ = build_model(parse_args([*recipe, "--fresh-embeddings"]))
    assert not torch.allclose(fresh.encoder.get_input_embeddings().weight, characters)


@pytest.mark.parametrize("head", ["casrel", "gplinker"])
def test_relations_a_sentence_is_not_annotated_for_have_no_gradient(head: str, encoder: Path) -> None:
    model, tokenizer = build_model(parse_args(["--head", head, "--encoder", str(encoder)]))
    batches = HEADS[head].batches([], list(RELATIONS), tokenizer.pad_token_id, 4, 0)
    batch = batches.collate([to_example(ROWS[0], ("duie2",), tokenizer, 64)])
    losses.loss_function(HEADS[head].outputs)(model.train(), batch).backward()
    silent = [n for n, name in enumerate(RELATIONS) if name not in SCHEMAS["duie2"]]
    last = model.heads.bias if head == "gplinker" else model.object[-1]
    gradient = last.weight.grad.unflatten(0, (2, -1) if head == "gplinker" else (-1, 2)).abs().sum(-1)
    by_relation = gradient.sum(0) if head == "gplinker" else gradient.sum(1)
    assert (by_relation[silent] == 0).all()
    assert (by_relation[[n for n in range(len(RELATIONS)) if n not in silent]] > 0).all()


@pytest.mark.parametrize("head", ["casrel", "gplinker"])
def test_a_weight_of_nothing_teaches_nothing(head: str, encoder: Path) -> None:
    model, tokenizer = build_model(parse_args(["--head", head, "--encoder", str(encoder)]))
    batches = HEADS[head].batches([], list(RELATIONS), tokenizer.pad_token_id, 4, 0)
    batch = batches.collate([to_example(ROWS[0] | {"weight": 0}, ("duie2",), tokenizer, 64)])
    assert losses.loss_function(HEADS[head].outputs)(model, batch).item() == 0


def test_cells_of_a_batch_are_the_triples(encoder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    batches = GPLinkerBatches([], list(RELATIONS), tokenizer.pad_token_id, 4, 0)
    examples = [to_example(ROWS[0], ("duie2",), tokenizer, 64), to_example(BIRTH, ("ske1",), tokenizer, 64)]
    batch = batches.collate(examples)
    director, birth = list(RELATIONS).index("导演"), list(RELATIONS).index("出生地")
    # 《红高粱》是张艺谋导演的电影: tokens 2 to 4 and 7 to 9; 张艺谋出生于陕西西安: 1 to 3 and 7 to 10
    # 导演 is a relation of both schemas, 出生地 of the second; which of them a sentence lists, the loss knows.
    both = [[0, 0, 2, 4], [0, 1, 7, 9], [0, 2, 2, 4], [0, 3, 7, 9]]
    assert batch["entities"].tolist() == [*both, [1, 2, 1, 3], [1, 3, 7, 10]]
    assert batch["schemas"].tolist() == [[True, False], [False, True]]
    assert batch["heads"].tolist() == [[0, director, 2, 7], [1, birth, 1, 7]]
    assert batch["tails"].tolist() == [[0, director, 4, 9], [1, birth, 3, 10]]
    assert batch["near_entities"].tolist()[:3] == [[0, 2, 4], [0, 2, 9], [0, 7, 9]]


def test_a_partly_labelled_sentence_denies_only_what_it_speaks_of(encoder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    batches = CasRelBatches([], list(RELATIONS), tokenizer.pad_token_id, 4, 0)
    batch = batches.collate([to_example(ROWS[0] | {"only": ["导演"]}, ("duie2",), tokenizer, 64)])
    assert [name for name, yes in zip(RELATIONS, batch["annotated"][0].tolist(), strict=True) if yes] == ["导演"]
    assert not batch["whole"][0]


BOTH = {
    "text": "《红高粱》是张艺谋导演的电影,他出生于陕西",
    "spo_list": [
        {"subject": "红高粱", "predicate": "导演", "object": "张艺谋", "score": 0.6},
        {"subject": "张艺谋", "predicate": "出生地", "object": "陕西", "score": 0.3},
    ],
}


def test_probable_triples_are_probable_labels_of_both_schemas(encoder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    rows = [BOTH | {"schemas": ["duie2", "ske1"]}, BOTH | {"schema": "written"}, BIRTH | {"schema": "ske1"}]
    examples = read_rows(rows, tokenizer, 64)
    assert [e.schemas for e in examples] == [("duie2", "ske1"), ("duie2", "ske1"), ("ske1",)]
    assert examples[0].objects == {
        (2, 4): [("导演", (7, 9), pytest.approx(0.6))],
        (7, 9): [("出生地", (20, 21), pytest.approx(0.3))],
    }
    options = (list(RELATIONS), tokenizer.pad_token_id, 4, 0)
    cells = GPLinkerBatches([], *options).collate(examples[:1])
    assert cells["schemas"].tolist() == [[True, True]]
    assert cells["annotated"].all()
    assert cells["p_heads"].tolist() == cells["p_tails"].tolist() == [0.6, 0.3]
    # 张艺谋 is an object of 导演 in both schemas, and a subject of 出生地 in the second.
    found = dict(zip(map(tuple, cells["entities"].tolist()), cells["p_entities"].tolist(), strict=True))
    assert {cell: found[cell] for cell in found if cell[2:] == (7, 9)} == {
        (0, 1, 7, 9): 0.6,
        (0, 3, 7, 9): 0.6,
        (0, 2, 7, 9): 0.3,
    }
    tags = CasRelBatches([], *options).collate(examples[:1])
    assert tags["subject_tags"][0, 2, :, 0].tolist() == pytest.approx([0.6, 0.6])
    assert tags["subject_tags"][0, 7, :, 0].tolist() == pytest.approx([0.0, 0.3])
    director, birth = list(RELATIONS).index("导演"), list(RELATIONS).index("出生地")
    row = tags["start"].tolist().index(2)
    assert tags["object_tags"][row, 7, director, 0] == 1, "as likely as it is given its subject"
    assert tags["object_tags"][:, :, birth].sum() == 2


def test_a_sentence_of_two_schemas_weighs_no_more_than_one(encoder: Path) -> None:
    model, tokenizer = build_model(parse_args(["--head", "casrel", "--encoder", str(encoder)]))
    batches = CasRelBatches([], list(RELATIONS), tokenizer.pad_token_id, 4, 0)
    rows = [ROWS[0] | {"schemas": [*schemas]} for schemas in (("duie2",), ("ske1",), ("duie2", "ske1"))]
    one, other, both = (
        losses.casrel(model.eval(), batches.collate([e])).decisions[0][1].sum() for e in read_rows(rows, tokenizer, 64)
    )
    assert one == other == both


def test_about_a_tenth_is_held_out_whatever_the_width_of_its_characters(data: Path, encoder: Path) -> None:
    texts = [f"第{i}句话" for i in range(2000)]
    assert 150 < sum(map(held_out, texts)) < 250
    assert held_out("第１句话") == held_out("第1句话")
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    kept = read_examples({"ske1": data / "ske1_train.jsonl"}, tokenizer, 64, 0, 0, hold_out=("ske1",))
    assert len(kept) == sum(not held_out(row["text"]) for row in ROWS)


def test_cues_are_the_words_beside_the_entities() -> None:
    rows = ROWS * 4 + [BIRTH | {"text": f"张艺谋出生于陕西西安{x}"} for x in "甲乙丙丁"]
    cues = cue_words(rows)
    assert "导演" in cues["导演"]
    assert any("生" in word for word in cues["出生地"] - {"出生地"})  # jieba reads 出 生于
    assert not any("张艺谋" in words for words in cues.values())
    telling = telling_words(rows)
    assert all(telling[relation] <= cues[relation] for relation in cues)
    assert [relation for relation, words in telling.items() if "导演" in words] == ["导演"]


def test_distant_supervision_finds_known_triples_with_their_cue(data: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.txt"
    lines = ["1987年，《红高粱》上映，导演张艺谋第一次执导。", "张艺谋看了红高粱的风景", "无关的一句话，什么也没有说"]
    corpus.write_text("\n".join([*lines, ROWS[0]["text"] + "。"]), encoding="utf-8")
    distant.main(["--data", str(data), "--corpus", str(corpus), "--out", str(tmp_path / "out.jsonl")])
    (row,) = (json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())
    assert row["text"] == normalise(lines[0]).text
    assert row["spo_list"] == ROWS[0]["spo_list"]
    assert (row["schemas"], row["only"], row["weight"]) == (["duie2"], ["导演"], 0.3)


def test_rows_written_after_the_last_save_are_cut_off(tmp_path: Path) -> None:
    first = Rows(tmp_path / "rows.jsonl", resume=False)
    first.write({"n": 1})
    first.save(10)
    first.write({"n": 2})
    del first
    second = Rows(tmp_path / "rows.jsonl", resume=True)
    assert (second.seen, second.written) == (10, 1)
    second.write({"n": 3})
    second.save(20)
    assert [json.loads(line)["n"] for line in (tmp_path / "rows.jsonl").read_text().splitlines()] == [1, 3]


def test_sentences_come_normalised_and_passages_once(tmp_path: Path) -> None:
    passage = {"context": "這是第一句話，很長。短。這是第二句話，也很長。"}
    path = write(tmp_path / "q.jsonl", [passage, passage])
    assert list(sentences([path])) == ["这是第一句话,很长。", "这是第二句话,也很长。"]


def test_labelled_sentences_are_known_but_for_their_last_mark(data: Path) -> None:
    known = Known(data)
    assert ROWS[0]["text"] + "。" in known
    assert ROWS[0]["text"] + "吗" not in known


def test_templates_have_a_clause_for_every_relation_and_say_what_they_claim(data: Path, tmp_path: Path) -> None:
    assert set(templates.CLAUSES) == set(RELATIONS)
    assert all("{o}" in clause for clauses in templates.CLAUSES.values() for clause in clauses)
    wife = {"text": "", "spo_list": [{"subject": "甲某", "predicate": "妻子", "object": "乙某"}]}
    writer = templates.Writer([*ROWS, BIRTH, wife], seed=0)
    rows = [writer() for _ in range(200)]
    for row in rows:
        for spo in row["spo_list"]:
            assert spo["subject"] in row["text"]
            assert spo["object"] in row["text"]
            assert spo["predicate"] in SCHEMAS[row["schemas"][0]]
    married = [{spo["predicate"] for spo in row["spo_list"]} for row in rows if "甲某" in row["text"]]
    assert married
    assert all(predicates == {"妻子", "丈夫"} for predicates in married)
    templates.main(["--data", str(data), "--out", str(tmp_path / "t.jsonl"), "--sentences", "20"])
    assert len((tmp_path / "t.jsonl").read_text(encoding="utf-8").splitlines()) == 20
