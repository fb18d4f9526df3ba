"""The contract of `python -m core <task>` that others rely on."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from dataclasses import fields
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from core.__main__ import main
from core.delimited import MAX_CELL
from core.rows import read_rows
from core.triples.triple import Triple

FILM = "《战狼2》是由吴京执导的动作电影，由吴京、弗兰克·格里罗主演，2017年7月27日在中国上映"


def run(tmp_path: Path, data: bytes, *args: str) -> tuple[int, list[dict[str, Any]]]:
    source, sink = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(data)
    status = main(["triples", "--input", str(source), "--output", str(sink), *args])
    return status, [json.loads(line) for line in sink.read_text(encoding="utf-8").splitlines()]


def test_similarity_lines_give_scores_and_a_plan(tmp_path: Path) -> None:
    source, sink = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    rows = [
        {"id": 1, "text_a": "今天天气真好", "text_b": "今天天气真好"},
        {"text_a": "今天天气真好", "text_b": "！！"},
        {"id": 3, "text_a": "今天天气真好", "text_b": "天气不错", "norms": False},
    ]
    source.write_text("\n".join(json.dumps(row) for row in rows))
    assert main(["similarity", "--input", str(source), "--output", str(sink)]) == 1
    first, second, third = (json.loads(line) for line in sink.read_text(encoding="utf-8").splitlines())
    assert (first["id"], first["wrd"], first["wmd"], first["cosine"]) == (1, 1.0, 1.0, 1.0)
    assert second["line"] == 2
    assert len(third["plan"]) == len(third["tokens_a"]) == len(third["weights_a"])
    assert len(third["plan"][0]) == len(third["tokens_b"]) == len(third["weights_b"])
    assert sum(map(sum, third["plan"])) == pytest.approx(1, abs=1e-4)


def test_qa_pairs_lines_give_pairs_whose_answers_are_pieces(tmp_path: Path) -> None:
    source, sink = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    passage = "世界第二高山峰是乔戈里峰，位于中国境内。"
    rows = [{"passage": passage, "n": 2, "id": 7}, {"passage": "x"}, {"passage": passage, "answer": "中国"}]
    source.write_text("\n".join(json.dumps(row) for row in rows))
    assert main(["qa_pairs", "--input", str(source), "--output", str(sink)]) == 1
    first, second, third = (json.loads(line) for line in sink.read_text(encoding="utf-8").splitlines())
    keys = {"question", "answer", "answer_span", "score", "reader_answer", "reader_score"}
    assert first["id"] == 7
    assert first["pairs"]
    for pair in first["pairs"]:
        assert keys <= set(pair)
        assert passage[slice(*pair["answer_span"])] == pair["answer"]
    assert second["line"] == 2
    assert [p["answer"] for p in third["pairs"]] == ["中国"]


def test_answer_lines_give_a_piece_of_the_passage(tmp_path: Path) -> None:
    source, sink = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    passage = "世界第二高山峰是乔戈里峰，位于中国境内。"
    rows = [{"passage": passage, "question": "世界第二高山峰是什么？"}, {"passage": passage, "question": "  "}]
    source.write_text("\n".join(json.dumps(row) for row in rows))
    assert main(["answer", "--input", str(source), "--output", str(sink)]) == 1
    first, second = (json.loads(line) for line in sink.read_text(encoding="utf-8").splitlines())
    assert (first["answer"], first["answer_span"]) == ("乔戈里峰", [8, 12])
    assert 0 < first["score"] <= 1
    assert second["line"] == 2


def test_text2sql_lines_give_a_query_and_its_rows(tmp_path: Path) -> None:
    source, sink, csv = tmp_path / "in.jsonl", tmp_path / "out.jsonl", tmp_path / "t.csv"
    csv.write_text("城市,人口\n甲市,300\n乙市,500\n", encoding="utf-8")
    table = {"name": "城市表", "header": ["城市", "人口"], "rows": [["甲市", 300], ["乙市", 500]]}
    rows = [
        {"id": 1, "question": "甲市的人口是多少", "table": table},
        {"question": "甲市的人口是多少"},
        {"id": 3, "question": "甲市的人口是多少", "table_path": str(csv)},
    ]
    source.write_text("\n".join(json.dumps(row) for row in rows))
    assert main(["text2sql", "--input", str(source), "--output", str(sink)]) == 1
    first, second, third = (json.loads(line) for line in sink.read_text(encoding="utf-8").splitlines())
    assert {"sql", "columns", "rows", "sketch"} <= set(first)
    assert first["id"] == 1
    assert first["rows"] == third["rows"] == [[300]]
    assert second["line"] == 2


def test_order_and_unknown_keys_are_kept(tmp_path: Path) -> None:
    rows = [
        {"id": i, "text": text, "note": {"x": 1}} for i, text in enumerate((FILM, "你好。", "雷军毕业于武汉大学。"))
    ]
    data = "\n".join(json.dumps(r) for r in rows).encode()
    for size in ("1", "2", "64"):
        status, answers = run(tmp_path, data, "--batch-size", size)
        assert status == 0
        assert [a["id"] for a in answers] == [0, 1, 2]
        assert all(a["note"] == {"x": 1} and "text" in a and "triples" in a for a in answers)


def test_bad_lines_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    good = json.dumps({"text": FILM}).encode()
    lines = [
        b"not json",
        good,
        b'["a list"]',
        b"\xff\xfe\x00",
        b'{"text": ""}',
        b'{"text": 5}',
        b"[" * 100_000,
        b"",
        good,
    ]
    status, answers = run(tmp_path, b"\n".join(lines))
    assert status == 1
    assert [a.get("line") for a in answers] == [1, None, 3, 4, 5, 6, 7, None]
    assert all(a["error"] for a in answers if "line" in a)
    assert answers[1] == answers[-1]


def test_a_byte_order_mark_and_a_huge_number_do_no_harm(tmp_path: Path) -> None:
    good = json.dumps({"text": FILM}).encode()
    status, answers = run(tmp_path, b"\xef\xbb\xbf" + good + b'\n{"text": ' + b"9" * 5000 + b"}\n" + good)
    assert status == 1
    assert [a.get("line") for a in answers] == [None, 2, None]


def test_the_input_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps({"text": FILM}))
    with pytest.raises(SystemExit):
        main(["triples", "--input", str(path), "--output", str(path)])
    assert json.loads(path.read_text()) == {"text": FILM}


def test_nothing_in_nothing_out(tmp_path: Path) -> None:
    assert run(tmp_path, b"") == (0, [])


def test_a_model_that_is_not_there_is_status_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["triples", "--model", str(tmp_path / "empty")]) == 2
    assert "config.json" in capsys.readouterr().err


def test_an_input_that_is_not_there_is_status_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["triples", "--input", str(tmp_path / "none.jsonl")]) == 2
    assert "none.jsonl" in capsys.readouterr().err


def csv_answers(tmp_path: Path, data: bytes, *args: str, name: str = "in.csv") -> tuple[int, list[dict[str, Any]]]:
    source, sink = tmp_path / name, tmp_path / "out.jsonl"
    source.write_bytes(data)
    status = main(["triples", "--input", str(source), "--output", str(sink), *args])
    return status, [json.loads(line) for line in sink.read_text(encoding="utf-8").splitlines()]


def test_a_csv_is_read_row_by_row_in_order(tmp_path: Path) -> None:
    text = f'id,text,threshold\n1,"{FILM}",\n\n2,"两行，\n雷军毕业于武汉大学。",0.0\n3,{FILM},1\n'
    for size in ("1", "64"):
        status, answers = csv_answers(tmp_path, text.encode(), "--batch-size", size)
        assert status == 0
        assert [a["id"] for a in answers] == ["1", "2", "3"]
        assert answers[0]["triples"]
        assert "threshold" not in answers[0]
        assert answers[1]["text"].count("\n") == 1
        assert answers[2]["threshold"] == 1
        assert answers[2]["triples"] == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_may_have_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    text = "text\tnote\n" + f"{FILM}\t注\n" * 3
    status, answers = csv_answers(tmp_path, text.encode(encoding), name="in.tsv")
    assert status == 0
    assert [(a["text"], a["note"]) for a in answers] == [(FILM, "注")] * 3


def test_bad_rows_of_a_csv_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    lines = ["id,text", "1,你好", "2,你好,多余", "3,", "4,你好", f'5,"{"字" * MAX_CELL}', "6,你好"]
    status, answers = csv_answers(tmp_path, "\n".join(lines).encode())
    assert status == 1
    assert [a.get("id", a.get("line")) for a in answers][:4] == ["1", 3, 4, "4"]
    assert answers[4]["line"] == 6
    assert [a.get("id") for a in answers[5:]] == ["6"]


def test_rows_are_read_as_they_are_wanted() -> None:
    """A file without an end gives its first rows, so that a large one costs no memory."""

    class Endless(io.RawIOBase):
        def __init__(self, line: bytes) -> None:
            self.line = line
            self.given = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            start, n = self.given % len(self.line), len(buffer)
            buffer[:] = (self.line * (n // len(self.line) + 2))[start : start + n]
            self.given += n
            return n

    for suffix, line in ((".csv", b"text,text\n"), (".jsonl", b'{"text": 1}\n')):
        source = Endless(line)
        rows = list(islice(read_rows(io.BufferedReader(source), suffix), 1000))
        assert len(rows) == 1000
        assert source.given < 1_000_000


def test_a_pipe_prints_director_and_actors_and_ctrl_c_leaves_whole_lines_and_its_status() -> None:
    # A test run in the background of a shell ignores SIGINT, and its children would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, "-m", "core", "triples", "--batch-size", "1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    row = json.dumps({"text": FILM}, ensure_ascii=False).encode() + b"\n"
    process.stdin.write(row * 3)
    process.stdin.flush()
    answers = [json.loads(process.stdout.readline()) for _ in range(2)]
    process.send_signal(signal.SIGINT)
    assert process.wait(120) == 130
    assert process.stderr.read() == b""
    for answer in (*answers, *map(json.loads, process.stdout)):
        found = {(t["predicate"], t["object"]) for t in answer["triples"]}
        assert {("导演", "吴京"), ("主演", "吴京"), ("主演", "弗兰克·格里罗")} <= found
        assert set(answer["triples"][0]) == {f.name for f in fields(Triple)}
