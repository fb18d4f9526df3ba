"""The recipe of events on sentences of our own: its labels, its figures, and that it learns, resumes and serves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModel, AutoTokenizer

from core.backbone.config import encoder_config
from core.backbone.tokenizer import build_tokenizer
from core.triples.event_extractor import EventExtractor, Seen
from core.triples.events import TRIGGER, TokenEvent
from tests.recipes import run_recipe
from training.triples.event_data import EventBatches, Substitution, character_events, mentions, to_example, uneventful
from training.triples.event_metrics import Read, score

SCHEMA = {"人生-结婚": ["时间", "结婚双方"], "竞赛行为-夺冠": ["时间", "冠军", "夺冠赛事"]}


def row(text: str, *events: tuple[str, str, dict[str, list[str]]]) -> dict[str, Any]:
    """A row in DuEE's form from (type, trigger, {role: words})."""
    listed = []
    for kind, trigger, roles in events:
        arguments = [
            {"role": role, "argument": word, "argument_start_index": text.index(word)}
            for role, words in roles.items()
            for word in words
        ]
        begin = text.index(trigger)
        listed.append({"event_type": kind, "trigger": trigger, "trigger_start_index": begin, "arguments": arguments})
    return {"text": text, "event_list": listed}


ROWS = [
    row("五月张三与李四结婚。", ("人生-结婚", "结婚", {"时间": ["五月"], "结婚双方": ["张三", "李四"]})),
    row("王五六月赢得围棋赛", ("竞赛行为-夺冠", "赢得", {"时间": ["六月"], "冠军": ["王五"], "夺冠赛事": ["围棋赛"]})),
    row(
        "赵六周一结婚，钱七周二夺冠。",
        ("人生-结婚", "结婚", {"时间": ["周一"], "结婚双方": ["赵六"]}),
        ("竞赛行为-夺冠", "夺冠", {"时间": ["周二"], "冠军": ["钱七"]}),
    ),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    lines = "\n".join(json.dumps(r, ensure_ascii=False) for r in ROWS) + "\n"
    for name in ("duee_train", "duee_dev"):
        (tmp_path / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA, ensure_ascii=False), encoding="utf-8")
    (tmp_path / "other.txt").write_text("湖水很蓝，山也很高。\n他们结婚已经很久了。\n", encoding="utf-8")
    tokenizer = build_tokenizer("".join(r["text"] for r in ROWS))
    torch.manual_seed(0)
    AutoModel.from_config(encoder_config(tokenizer)).save_pretrained(tmp_path / "encoder")
    tokenizer.save_pretrained(tmp_path / "encoder")
    return tmp_path


def test_train_resume_and_read(data: Path) -> None:
    out = data / "out"
    recipe = ["training.triples.events", "--data", str(data), "--encoder", str(data / "encoder"), "--out", str(out)]
    recipe += ["--batch", "4", "--ema", "0.5", "--dropout", "0", "--device", "cpu", "--empty", str(data / "other.txt")]
    run_recipe(*recipe, "--epochs", "2")
    printed = run_recipe(*recipe, "--epochs", "40", "--resume")
    figures = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    assert figures[0]["epoch"] == 3, "the second run began anew"
    assert max(f["f1"] for f in figures) == 1, "three sentences could not be learnt by heart"
    assert max(f["triggers_f1"] for f in figures) == 1
    extractor = EventExtractor.from_folder(out / "best", "cpu")
    [seen] = extractor.see([ROWS[2]["text"]])
    found = {(e.type, tuple(ROWS[2]["text"][slice(*a.span)] for a in e.arguments)) for e in extractor.read(seen)}
    assert found == {("人生-结婚", ("赵六", "周一", "结婚")), ("竞赛行为-夺冠", ("钱七", "周二", "夺冠"))}


def test_spans_are_those_of_the_normalised_text() -> None:
    text, [event] = character_events(row("㎡Ａ會五月結婚", ("人生-结婚", "結婚", {"时间": ["五月"]})))
    assert text == "m2a会五月结婚"
    assert event == TokenEvent("人生-结婚", (("时间", 4, 5), (TRIGGER, 6, 7)))


def test_substitution_keeps_text_and_spans_together() -> None:
    swap = Substitution(ROWS, seed=1)
    texts = set()
    for n in range(60):
        before = ROWS[n % 3]
        after = swap(before)
        texts.add(after["text"])
        for old, new in zip(before["event_list"], after["event_list"], strict=True):
            assert new["trigger"] == old["trigger"]
            words = [new["trigger"], *(a["argument"] for a in new["arguments"])]
            assert [after["text"][start:end] for _, start, end in mentions(new)] == words
    assert len(texts) > 10


def test_joined_sentences_keep_their_events_apart(data: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(data / "encoder")
    examples = [[to_example(r, tokenizer, 64)] for r in ROWS]
    batches = EventBatches(
        examples, [], tokenizer=tokenizer, batch=3, drawn=0, joined=1.0, max_length=64, seed=0
    )  # fmt: skip
    [batch] = batches
    for ids, events in zip(batch["ids"], batch["events"], strict=True):
        text = tokenizer.decode(ids, skip_special_tokens=True).replace(" ", "")
        assert len(events) >= 2
        assert len(text) > 18
        for event in events:
            words = {tokenizer.decode(ids[i : j + 1]).replace(" ", "") for _, i, j in event.arguments}
            assert any(
                words <= {w for _, a, b in mentions(e) for w in [r["text"][a:b]]} for r in ROWS for e in r["event_list"]
            )


def test_a_sentence_with_a_trigger_is_not_taken_as_one_without_events(data: Path) -> None:
    found = uneventful([data / "other.txt"], {"结婚", "夺冠"}, most=10)
    assert [r["text"] for r in found] == ["湖水很蓝,山也很高。"]


def test_arguments_count_by_their_characters() -> None:
    text = "中国女排战胜泰国女排"
    gold = [("胜负", (("胜者", (0, 4)), (TRIGGER, (4, 6)), ("败者", (6, 10))))]
    found = [("胜负", (("胜者", (2, 4)), (TRIGGER, (4, 6)), ("时间", (6, 10))))]
    figures = score([Read(text, gold, Seen([], []))], [found])
    # 女排 for 中国女排: P = 1, R = 1/2, F1 = 2/3; the other has a wrong role.
    assert figures["arguments"]["f1"] == pytest.approx(2 * (2 / 3) / 4)
    assert figures["exact"]["f1"] == 0
    assert figures["triggers"]["f1"] == 1
    assert figures["events"]["f1"] == 0
