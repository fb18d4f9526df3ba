"""A head for a user's own relations: files are read or refused with the line, and a tiny one is really trained."""

from __future__ import annotations

import csv
import io
import json
import signal
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModel

import core
from core import catalog
from core.backbone.tokenizer import build_tokenizer
from core.backbone.weights import load_model
from core.errors import InputError
from core.triples.casrel import CasRel
from core.triples.labelled import read_labelled
from tests.recipes import run_recipe
from tests.tiny import tiny_config
from training.triples.custom import Epoch, Finished, Started, tune
from training.triples.transfer import SCHEMA, split_dev, start_model

EXAMPLES = Path("assets/examples/triples")
FRUIT = ["苹果", "香蕉", "西瓜", "荔枝", "草莓", "葡萄", "樱桃", "柚子", "杨梅", "石榴", "枇杷", "柿子"]
TOWNS = ["烟台", "漳州", "大兴", "增城", "丹东", "吐鲁番", "大连", "梅州", "仙居", "会理", "塘栖", "富平"]
COLOURS = ["红色", "黄色", "绿色", "褐色"]


def triple(subject: str, predicate: str, item: str) -> dict[str, str]:
    return {"subject": subject, "predicate": predicate, "object": item}


ROWS: list[dict[str, Any]] = [
    {"text": f"{fruit}产自{town}", "spo_list": [triple(fruit, "产地", town)]}
    for fruit, town in zip(FRUIT, TOWNS, strict=True)
] + [
    {"text": f"这种{fruit}是{COLOURS[i % 4]}的", "spo_list": [triple(fruit, "颜色", COLOURS[i % 4])]}
    for i, fruit in enumerate(FRUIT)
]


def as_jsonl(rows: list[Any]) -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Text", "subject", "predicate", "object"])
    for row in rows:
        writer.writerows([row["text"], *t.values()] for t in row["spo_list"] or [triple("", "", "")])
    return out.getvalue().encode()


LABELLED = read_labelled(as_jsonl(ROWS), "fruit.jsonl")


def test_json_lines_an_array_and_a_csv_say_the_same() -> None:
    assert LABELLED.relations == {"产地": 12, "颜色": 12}
    assert list(LABELLED.rows) == ROWS
    named = [{"text": row["text"], "triples": row["spo_list"]} for row in ROWS]
    assert read_labelled(as_jsonl(named), "a.txt") == LABELLED
    assert read_labelled(json.dumps(ROWS, indent=1).encode(), "a.json") == LABELLED
    assert read_labelled(as_csv(ROWS), "a.csv") == LABELLED
    assert read_labelled(as_csv(ROWS).decode().replace(",", "\t").encode("gb18030"), "a.tsv") == LABELLED


def test_the_templates_hold_the_same_sentences() -> None:
    dishes, same = (read_labelled((EXAMPLES / f"dishes.{kind}").read_bytes(), kind) for kind in ("jsonl", "csv"))
    assert dishes == same
    assert set(dishes.relations) == {"菜系", "主料", "口味"}
    assert any(not row["spo_list"] for row in dishes.rows)


def test_sentences_and_triples_that_come_twice_are_merged() -> None:
    more = {"text": ROWS[0]["text"], "spo_list": [*ROWS[0]["spo_list"], triple("苹果", "别名", "苹果")]}
    found = read_labelled(as_jsonl([*ROWS, more, ROWS[0]]), "a.jsonl")
    assert len(found.rows) == len(ROWS)
    assert found.rows[0]["spo_list"] == more["spo_list"]
    assert found.relations["产地"] == 12


def test_width_case_and_traditional_characters_may_differ() -> None:
    row = {"text": "ＡＢＣ公司產於臺灣", "spo_list": [triple("abc公司", "产地", "台湾")]}
    assert read_labelled(as_jsonl([*ROWS, row]), "a.jsonl").rows[-1] == row


def with_line(row: Any) -> bytes:
    """A file whose third line is `row`."""
    return as_jsonl([*ROWS[:2], row, *ROWS[2:]])


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.jsonl", "sentences: 0"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "a.jsonl", "no text file"),
        (b"PK\x03\x04rest", "a.xlsx", "save it as CSV"),
        (b'{"text": "', "a.jsonl", "line 1: not valid JSON"),
        (b"[" * 100_000, "a.json", "not valid JSON"),
        (b'{"text": ' + b"9" * 10_000 + b"}", "a.jsonl", "not valid JSON"),
        (b"x" * 5_000_000, "a.csv", "too large"),
        (b"sentence,label\na,b\n", "a.csv", "no column text, subject, predicate, object"),
        (b'text,subject,predicate,object\n"' + b"x" * 2_000_000, "a.csv", "cannot be read"),
        (with_line("苹果"), "a.jsonl", "line 3: must be"),
        (with_line({"spo_list": []}), "a.jsonl", "line 3: no text"),
        (with_line({"text": 5, "spo_list": []}), "a.jsonl", "line 3: a text is needed"),
        (with_line({"text": "苹果"}), "a.jsonl", "line 3: no spo_list"),
        (with_line({"text": "苹果", "spo_list": {}}), "a.jsonl", "line 3: spo_list must be"),
        (with_line({"text": "苹果", "spo_list": ["产地"]}), "a.jsonl", "line 3: spo_list must be"),
        (with_line({"text": "苹果产自烟台", "spo_list": [{"subject": "苹果"}]}), "a.jsonl", "line 3: a triple has no"),
        (with_line({"text": "苹果好", "spo_list": [triple("苹果", "产地", "烟台")]}), "a.jsonl", '3: "烟台" does not'),
        (with_line({"text": "苹果好", "spo_list": [triple("苹果", "产\n地", "好")]}), "a.jsonl", "line 3: a relation"),
        (with_line({"text": "苹果好", "spo_list": [triple("苹果", "长" * 41, "好")]}), "a.jsonl", "line 3: predicate"),
        (with_line({"text": "字" * 251, "spo_list": []}), "a.jsonl", "line 3: the text is too long"),
        (with_line({"text": "ﷺ" * 60, "spo_list": []}), "a.jsonl", "line 3: the text is too long"),
        (as_csv(ROWS[:19]), "a.csv", "at least 20"),
        (as_jsonl([{"text": f"第{i}句", "spo_list": []} for i in range(501)]), "a.jsonl", "more than 500 sentences"),
        (as_jsonl([{"text": f"第{i}句", "spo_list": []} for i in range(30)]), "a.jsonl", "no relation has 5"),
        (
            as_jsonl([{"text": f"甲乙{i}", "spo_list": [triple("甲", f"关系{i}", "乙")]} for i in range(51)]),
            "a.jsonl",
            "relations: 51",
        ),
        (
            with_line({"text": "甲乙", "spo_list": [triple("甲", f"关系{i}", "乙") for i in range(31)]}),
            "a.jsonl",
            "line 3: a sentence may have",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_line(data: bytes, name: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_labelled(data, name)
    assert said in caught.value.en
    assert len(str(caught.value)) < 400


def test_a_line_separator_and_half_an_emoji_end_no_line() -> None:
    row = {"text": "甲\u2028乙\ud83d", "spo_list": [triple("甲", "产地", "乙")]}
    lines = as_jsonl(ROWS) + b"\n" + json.dumps(row).encode() + b"\n" + '{"text": "丙\u2028丁", "triples": []}'.encode()
    found = read_labelled(lines, "a.jsonl").rows
    assert found[-2]["text"] == "甲\u2028乙\ufffd"
    assert found[-1]["text"] == "丙\u2028丁"


def test_every_relation_is_in_both_parts() -> None:
    rare = [{"text": f"{fruit}又叫小{fruit}", "spo_list": [triple(fruit, "别名", f"小{fruit}")]} for fruit in FRUIT[:2]]
    train, dev = split_dev([*ROWS, *rare])
    assert sorted(row["text"] for row in (*train, *dev)) == sorted(row["text"] for row in (*ROWS, *rare))
    assert len(dev) in (5, 6)
    for part in (train, dev):
        assert {t["predicate"] for row in part for t in row["spo_list"]} == {"产地", "颜色", "别名"}
    assert split_dev([*rare, *ROWS]) == (train, dev), "the parts depend on the order of the file"


def test_what_a_trained_head_knows_is_taken_over() -> None:
    model, tokenizer, known = start_model("triples-casrel", ["产地", "出版社", "主演"])
    assert known == ["出版社", "主演"]
    assert model.config.schemas == {SCHEMA: ["产地", "出版社", "主演"]}
    source = load_model(CasRel, catalog.MODELS / "triples-casrel")
    for mine, old in ((1, "出版社"), (2, "主演")):
        at = source.config.relations.index(old)
        torch.testing.assert_close(
            model.object[-1].weight[2 * mine : 2 * mine + 2], source.object[-1].weight[2 * at : 2 * at + 2]
        )
    ids = torch.tensor([tokenizer("《红高粱》由张艺谋执导")["input_ids"]])
    with torch.inference_mode():
        mine, theirs = (m.eval().encode(ids, torch.ones_like(ids)) for m in (model, source))
        torch.testing.assert_close(mine, theirs)
        subjects = model.subject_logits(mine)[:, :, 0], source.subject_logits(theirs)
    schema = list(source.config.schemas).index("ske1")  # the one that has 出版社
    torch.testing.assert_close(subjects[0], subjects[1][:, :, schema])


def test_a_folder_that_is_no_model_to_start_from(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        tune(LABELLED, tmp_path / "out", start=str(tmp_path))


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Two threads that share a busy core wait for each other most of the time."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("encoder")
    tokenizer = build_tokenizer("".join(row["text"] for row in ROWS), max_length=64)
    torch.manual_seed(0)
    config = tiny_config(len(tokenizer), 64, layers=2)
    AutoModel.from_config(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


class Watch:
    """Remembers what it is told, and sets `stop` after `epochs`."""

    def __init__(self, epochs: int = 0) -> None:
        self.told: list[Started | Epoch | Finished] = []
        self.epochs, self.stop = epochs, threading.Event()

    def __call__(self, event: Started | Epoch | Finished) -> None:
        self.told.append(event)
        if isinstance(event, Epoch) and event.epoch == self.epochs:
            self.stop.set()


def test_a_tiny_model_learns_and_its_folder_loads(encoder: Path, tmp_path: Path) -> None:
    watch, out = Watch(), tmp_path / "fruit"
    finished = tune(LABELLED, out, start=str(encoder), minutes=3, epochs=120, progress=watch)
    started, *epochs, last = watch.told
    assert isinstance(started, Started)
    assert started.train + started.dev == len(ROWS)
    assert last == finished
    assert finished.untrained == started.untrained
    assert finished.f1 > max(0.5, finished.untrained + 0.2)
    assert finished.f1 >= max(e.f1 for e in epochs if isinstance(e, Epoch)) - 1e-9
    assert set(finished.relations) == {"产地", "颜色"}
    assert "产地" in (out / "README.md").read_text(encoding="utf-8")
    assert sum(f.stat().st_size for f in tmp_path.rglob("*.pt")) == 0
    pipeline: Any = core.load("triples", model=str(out))
    assert pipeline.relations == ["产地", "颜色"]
    found = Counter(
        (t.subject, t.predicate, t.object) in {tuple(s.values()) for s in row["spo_list"]}
        for row in ROWS
        for t in pipeline(row["text"]).triples
    )
    assert found[True] > 12
    assert found[True] > found[False]


def test_the_command_line_tells_every_step_and_packs_what_loads(encoder: Path, tmp_path: Path) -> None:
    data = tmp_path / "fruit.csv"
    data.write_bytes(as_csv(ROWS))
    recipe = ["training.triples.custom", "--data", str(data), "--out", str(tmp_path / "own"), "--start", str(encoder)]
    interrupt = signal.getsignal(signal.SIGINT)
    try:
        printed = run_recipe(*recipe, "--epochs", "2", "--zip", str(tmp_path / "own.zip"), "--threads", "1")
    finally:
        signal.signal(signal.SIGINT, interrupt)  # the recipe ends by it
    events = [json.loads(line) for line in printed.splitlines()]
    assert [e["event"] for e in events] == ["started", "epoch", "epoch", "finished"]
    with zipfile.ZipFile(tmp_path / "own.zip") as packed:
        packed.extractall(tmp_path / "unpacked")
    loaded: Any = core.load("triples", model=str(tmp_path / "unpacked" / "own"))
    assert loaded.relations == ["产地", "颜色"]


def test_stopped_it_keeps_the_best_so_far(encoder: Path, tmp_path: Path) -> None:
    watch = Watch(epochs=3)
    finished = tune(LABELLED, tmp_path / "own", start=str(encoder), progress=watch, stop=watch.stop)
    assert finished.why == "stopped"
    assert sum(isinstance(event, Epoch) for event in watch.told) == 3
    best = max(e.f1 for e in watch.told if isinstance(e, Epoch))
    assert finished.epoch in {e.epoch for e in watch.told if isinstance(e, Epoch) and e.f1 == best}
    assert core.load("triples", model=str(tmp_path / "own")).relations == ["产地", "颜色"]  # type: ignore[attr-defined]


def test_stopped_before_the_first_epoch_it_keeps_nothing(encoder: Path, tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    finished = tune(LABELLED, tmp_path / "own", start=str(encoder), stop=stop)
    assert (finished.epoch, finished.why) == (None, "stopped")
    assert not (tmp_path / "own").exists()


def test_it_ends_when_its_time_is_over(encoder: Path, tmp_path: Path) -> None:
    finished = tune(LABELLED, tmp_path / "own", start=str(encoder), minutes=0.0)
    assert (finished.epoch, finished.why) == (1, "time")
    assert finished.seconds < 60
