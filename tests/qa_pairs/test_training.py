"""The recipes on passages of our own: learnt by heart, resumed, served; and what their data must look like."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from core.qa_pairs.generator import Generator
from core.qa_pairs.loading import load_generator, load_reader
from core.qa_pairs.reader import Reader
from tests.recipes import run_recipe
from training.qa_pairs.data import SHARES, Passage, asked_items, backwards, passages, triple_passages
from training.qa_pairs.templates import DIRECT, INVERSE

ROWS = [
    ("世界第二高山峰是乔戈里峰,位于中国境内。", "世界第二高山峰是什么?", "乔戈里峰"),
    ("世界第二高山峰是乔戈里峰,位于中国境内。", "乔戈里峰位于哪里?", "中国境内"),
    ("泼水节亦称宋干节,是德昂族的节日。", "泼水节又叫什么?", "宋干节"),
    ("泼水节亦称宋干节,是德昂族的节日。", "泼水节是谁的节日?", "德昂族"),
]
USE = "把岷江分成内外两股,洪水时分洪排沙,干旱时引水灌溉,使位于成都平原的农田旱涝保收,人民不再为水灾所苦"
LONG = f"都江堰的用处是{USE}。"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "questions").mkdir()
    (tmp_path / "triples").mkdir()
    lines = [
        json.dumps({"context": c, "question": q, "answer": a, "source": "cmrc2018_dev"}, ensure_ascii=False)
        for c, q, a in ROWS
    ]
    # A text that has its question's answer, and the same question of one that has not.
    lost = {
        "context": ROWS[0][0],
        "question": ROWS[2][1],
        "answer": "",
        "source": "written:own",
        "kind": "unanswerable",
    }
    long = {"context": LONG, "question": "都江堰有什么用?", "answer": USE, "source": "written:own", "kind": "long"}
    written = "\n".join(json.dumps(row, ensure_ascii=False) for row in (lost, long))
    for name in ("train", "dev"):
        (tmp_path / "questions" / f"written_{name}.jsonl").write_text(written + "\n", encoding="utf-8")
        (tmp_path / "questions" / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name in ("duie2_train", "ske1_train"):
        (tmp_path / "triples" / f"{name}.jsonl").write_text("", encoding="utf-8")
    return tmp_path


def recipe(part: str, data: Path, encoder: Path, out: Path, *more: str) -> list[dict[str, Any]]:
    command = [part, "--data", str(data), "--encoder", str(encoder)]
    command += ["--out", str(out), "--ema", "0.5", "--tokens", "32", "--device", "cpu", "--decay", "0.1"]
    command += ["--lr", "4e-3", "--head-lr", "4e-3", "--no-own", *more]
    printed = run_recipe("training.qa_pairs.train", *command)
    return [json.loads(line) for line in printed.splitlines() if line.startswith("{")]


def test_the_generator_learns_resumes_and_asks(data: Path, encoder: Path, tmp_path: Path) -> None:
    out = tmp_path / "generator"
    recipe("generator", data, encoder, out, "--epochs", "2")
    rows = recipe("generator", data, encoder, out, "--epochs", "28", "--resume")
    assert rows[0]["epoch"] == 3, "the second run began anew"
    assert max(r["rouge_l"] for r in rows) > 0.8, "four questions could not be learnt by heart"
    generator = load_generator(out / "best", "cpu")
    assert isinstance(generator, Generator)
    text = ROWS[0][0]
    read = generator.read(text)
    likeliest = {text[slice(*c.span)] for c in sorted(read.candidates, key=lambda c: -c.probability)[:2]}
    assert likeliest == {"乔戈里峰", "中国境内"}


def test_the_reader_learns_resumes_and_reads(data: Path, encoder: Path, tmp_path: Path) -> None:
    out = tmp_path / "reader"
    recipe("reader", data, encoder, out, "--epochs", "2")
    rows = recipe("reader", data, encoder, out, "--epochs", "30", "--resume")
    assert rows[0]["epoch"] == 3, "the second run began anew"
    assert max(r["f1"] for r in rows) > 0.8
    best = max(rows, key=lambda r: float(r["score"]))
    assert len(USE) > 48
    assert best["written_long"] > 0.8
    assert best["declined_rightly"] == 1.0
    reader = load_reader(out / "best", "cpu")
    assert isinstance(reader, Reader)
    assert reader.decline == pytest.approx(best["decline"])
    found = reader([(q, c) for c, q, _ in ROWS])
    assert sum(c[slice(*f.span)] == a for f, (c, _, a) in zip(found, ROWS, strict=True)) >= 3
    further = recipe("reader", data, encoder, tmp_path / "second", "--epochs", "1", "--init", str(out / "best"))
    assert further[0]["f1"] > 0.5, "it began anew"


def test_a_passage_has_all_its_questions(data: Path) -> None:
    found = passages(data / "questions" / "train.jsonl")
    assert [len(p.pairs) for p in found] == [2, 2]


def test_items_point_at_their_answers(data: Path, tokenizer: Any) -> None:
    texts = passages(data / "questions" / "train.jsonl")
    rng = random.Random(0)
    for item in asked_items(texts, tokenizer, rng, 100, SHARES):
        said = {"".join(tokenizer.convert_ids_to_tokens(item.window.ids[a:b])) for a, b, _ in item.answers}
        assert said <= {a for *_, a in ROWS}
        assert len(said) == 2


def test_template_questions_have_one_answer(tmp_path: Path) -> None:
    triples = [("红高粱", "导演", "张艺谋"), ("红高粱", "主演", "巩俐"), ("红高粱", "主演", "姜文")]
    row = {
        "text": "《红高粱》由张艺谋导演,巩俐、姜文主演",
        "spo_list": [dict(zip(("subject", "predicate", "object"), t, strict=True)) for t in triples],
    }
    for name in ("duie2_train", "ske1_train"):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    [passage, _] = triple_passages(tmp_path, random.Random(0))
    assert isinstance(passage, Passage)
    assert "巩俐" not in {a for q, a in passage.pairs if "红高粱" in q}, "it has another leading actor"
    assert "张艺谋" in {a for _, a in passage.pairs}


@pytest.mark.parametrize(("table", "slot"), [(DIRECT, "{s}"), (INVERSE, "{o}")])
def test_templates_name_what_is_known(table: dict[str, tuple[str, ...]], slot: str) -> None:
    for forms in table.values():
        for form in forms:
            assert slot in form
            assert form.endswith("？")


def test_a_question_from_its_end_keeps_its_marks() -> None:
    question = [2, 11, 12, 13, 3]
    assert backwards(question) == [2, 13, 12, 11, 3]
    assert backwards(backwards(question)) == question
