"""A real Ray cluster on this machine, started by the documented commands: `make test-ray` runs these."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

import core
from core import runtime
from core.errors import Busy, InputError
from core.qa_pairs.pipeline import QAPairsPipeline
from core.text2sql.explain import links
from core.text2sql.sketch import from_dict
from core.text2sql.table_files import read_table
from core.xiangqi.session import read_game
from core.xiangqi.settings import Settings
from tests.clusters import MARKS, ROOT, TEXT, close, free_port, listens, ready, small, wait_for

pytestmark = MARKS
PASSAGE = "泼水节，亦称宋干节，已有700年的历史，是傣族、德昂族最盛大的传统节日。"
OLYMPICS = ROOT / "assets" / "examples" / "text2sql" / "olympics.csv"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a cluster that serves every task."""
    folder = tmp_path_factory.mktemp("ray")
    port, gcs = free_port(), free_port()
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump(small(port), allow_unicode=True), encoding="utf-8")
    env = os.environ | {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ADDRESS": f"127.0.0.1:{gcs}", "OMP_NUM_THREADS": "1"}
    env |= {"PYTHONPATH": str(ROOT), "RAY_AUTH_MODE": "disabled", "RAY_worker_niceness": "0"}
    ray = [str(Path(sys.executable).with_name("ray")), "start", "--head", "--block", "--num-cpus=2", f"--port={gcs}"]
    ray += ["--object-store-memory=200000000", "--include-dashboard=false"]
    serve = [str(Path(sys.executable).with_name("serve")), "run", str(config)]
    started = []
    with (folder / "log").open("w") as log:
        try:
            for program in (ray, serve):
                started.append(
                    subprocess.Popen(program, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
                )
                if program is ray:
                    wait_for(lambda: listens(gcs), started)
            base = f"http://127.0.0.1:{port}"
            wait_for(lambda: all(ready(f"{base}/{task}") for task in core.TASKS), started)
            yield base
        finally:
            for process in reversed(started):
                process.terminate()
                try:
                    process.wait(60)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
    assert "Traceback" not in (folder / "log").read_text(encoding="utf-8", errors="replace")


@pytest.fixture
def remote(cluster: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`core.load` with the app's environment variable set."""

    def load(task: str, model: str | None = None) -> Any:
        with monkeypatch.context() as patch:
            patch.setenv("MODOU_REMOTE", cluster)
            return core.load(task, model)

    return load


def replicas(cluster: str, task: str) -> dict[str, dict[str, Any]]:
    """What the replicas of `task` say of themselves; asked at once, so that all of them are."""
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        found = pool.map(lambda _: httpx.get(f"{cluster}/{task}", timeout=30).json(), range(64))
        return {facts["replica"]: facts for facts in found}


def test_rows_go_in_and_the_same_json_comes_out_as_on_the_command_line(cluster: str) -> None:
    table = {"header": ["国家", "金牌"], "rows": [["中国", 38], ["日本", 27]]}
    rows: dict[str, dict[str, Any]] = {
        "triples": {"text": TEXT, "threshold": 0.3},
        "events": {"text": "2024年5月18日，张三与李四在青岛结婚。"},
        "similarity": {"text_a": "花呗怎么还款", "text_b": "怎么还花呗", "norms": False},
        "answer": {"passage": TEXT, "question": "雷军毕业于哪所大学？"},
        "xiangqi": {"moves": "h2e2 h9g7"},
        "text2sql": {"question": "金牌最多的国家", "table": table},
        "qa_pairs": {"passage": PASSAGE, "n": 1},
    }
    assert set(rows) == set(core.TASKS)
    for task, row in rows.items():
        found = httpx.post(f"{cluster}/{task}", json=row, timeout=60)
        assert found.status_code == 200, found.text
        expected = core.load(task).run([row])[0].to_dict()  # type: ignore[union-attr]
        assert close(found.json(), json.loads(json.dumps(expected))), task


def test_a_row_that_is_no_use_is_told_in_both_languages_and_reads_no_file(cluster: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("秘密,数\n甲,1\n", encoding="utf-8")
    bad: list[tuple[str, Any]] = [
        ("triples", {"text": ""}),
        ("triples", {"text": "雷军", "threshold": "high"}),
        ("triples", {"text": "雷军", "model": "/etc"}),
        ("triples", {"text": "半个 \ud83d", "threshold": "\ud83d"}),
        ("text2sql", {"question": "秘密是什么", "table_path": str(secret)}),
    ]
    for task, row in bad:
        body = json.dumps(row)
        found = httpx.post(f"{cluster}/{task}", content=body, timeout=60)
        assert found.status_code == 422, found.text
        assert set(found.json()["error"]) == {"zh", "en"}
        assert "甲" not in found.text
    for body in ("", "[]", "{", "null", "[" * 100_000):
        found = httpx.post(f"{cluster}/triples", content=body, timeout=60)
        assert found.status_code == 400
        assert "Traceback" not in found.text
    calls: list[Any] = [
        {"method": "__init__", "given": {"task": "xiangqi"}},
        {"method": "from_folder", "given": {"folder": "/etc", "device": "cpu"}},
        {"method": "explain", "given": {"text": "雷军", "more": 1}},
        {"method": "explain", "given": {"$": "os:system", "v": {}}},
        {"method": ["explain"], "given": {}},
        {"method": "explain"},
    ]
    for call in calls:
        found = httpx.post(f"{cluster}/triples/call", json=call, timeout=60)
        assert found.status_code == 400, call
        assert "Traceback" not in found.text


def test_requests_that_come_together_share_batches(cluster: str) -> None:
    before = replicas(cluster, "similarity")
    [replica] = before

    def ask(n: int) -> Any:
        row = {"text_a": f"第{n}题怎么做", "text_b": f"怎么做第{n}题"}
        return n, httpx.post(f"{cluster}/similarity", json=row, timeout=60).json()

    with concurrent.futures.ThreadPoolExecutor(24) as pool:
        for n, found in pool.map(ask, range(96)):
            assert "".join(found["tokens_a"]) == f"第{n}题怎么做", "another's answer"
    now = replicas(cluster, "similarity")[replica]
    assert now["rows"] - before[replica]["rows"] == 96
    assert now["batches"] - before[replica]["batches"] <= 64
    assert 4 <= now["largest"] <= 32


def asked(load: Any, long: str) -> dict[str, Any]:
    """What each task's pipeline, loaded by `load`, says to the same questions."""
    return {
        "triples": load("triples")(TEXT),
        "triples, long": load("triples")(long, 0.4),
        "events": load("events")("2024年5月18日，张三与李四在青岛结婚。"),
        "gplinker": load("triples", "triples-gplinker")(TEXT),
        "similarity": load("similarity")("花呗怎么还款", "怎么还花呗"),
        "matrix": load("similarity", "similarity-static").matrix(["花呗怎么还款", "怎么还花呗", "天气"]),
        "search": load("similarity").search("怎么还花呗", ["花呗如何还款", "今天天气不错"], k=1),
        "answer": load("answer")(TEXT, "雷军毕业于哪所大学？"),
        "xiangqi": load("xiangqi").play(read_game("h2e2 h9g7"), Settings(0.5, seed=1)),
        "qa_pairs": load("qa_pairs")(PASSAGE, n=1),
        "qa inside": load("qa_pairs").explain(PASSAGE),
        "xiangqi inside": load("xiangqi").explain_game(read_game("h2e2")),
    }


def test_the_app_gets_from_the_cluster_what_it_gets_here(remote: Any) -> None:
    loaded = set(runtime._loaded)
    triples = remote("triples")
    told: list[tuple[int, int]] = []
    long = TEXT * 80  # beyond what shares a batch with others
    triples(long, 0.4, progress=lambda *done: told.append(done))
    found = asked(remote, long)
    inside = triples.explain(TEXT), remote("xiangqi").review("h2e2 h9g7")
    assert set(runtime._loaded) - loaded <= {key for key in runtime._loaded if len(key) == 3 and "http" in key[2]}
    assert told[-1] == (160, 160)
    assert triples.threshold_of("毕业院校") == core.load("triples").threshold_of("毕业院校")  # type: ignore[attr-defined]
    here: Any = core.load
    expected = asked(here, long)
    for name, result in found.items():
        assert type(result) is type(expected[name])
        assert close(result.to_dict(), expected[name].to_dict()), name
    assert [i.to_dict() for i in inside[0]] == pytest.approx([i.to_dict() for i in here("triples").explain(TEXT)])
    assert [o.move for o in inside[1]] == [o.move for o in here("xiangqi").review("h2e2 h9g7")]


def test_pairs_come_one_by_one_and_a_refusal_comes_at_once(remote: Any) -> None:
    pairs: QAPairsPipeline = remote("qa_pairs")
    with pytest.raises(InputError, match="太短") as raised:
        pairs.stream("短")
    assert not isinstance(raised.value, Busy)
    stream = pairs.stream(PASSAGE, n=3)
    first = next(stream)
    assert PASSAGE[slice(*first.answer_span)] == first.answer
    assert dataclasses.is_dataclass(first)
    stream.close()  # type: ignore[attr-defined]
    assert next(pairs.stream(PASSAGE, n=1)) == first


def test_a_table_travels_once_and_what_needs_no_model_stays_here(remote: Any) -> None:
    pipeline, local = remote("text2sql"), core.load("text2sql")
    table = read_table(OLYMPICS.read_bytes(), OLYMPICS.name)
    for question in ("金牌最多的三个国家或地区", "有多少个国家或地区"):
        answer, expected = pipeline(question, table), local(question, table)  # type: ignore[operator]
        assert answer.table is table
        assert answer.to_dict() | {"confidence": 0} == expected.to_dict() | {"confidence": 0}
        assert links(answer, pipeline.linker(table)) == links(expected, local.linker(table))  # type: ignore[attr-defined]
    changed = pipeline.run_sketch(from_dict(answer.best.sketch.to_dict(), len(table.columns)), table)
    assert changed.rows.rows == answer.best.rows.rows


def test_a_worker_that_is_killed_is_replaced_and_its_requests_are_answered(cluster: str, remote: Any) -> None:
    pipeline = remote("triples")
    victim = next(iter(replicas(cluster, "triples").values()))
    expected = [t.object for t in core.load("triples")(TEXT).triples]  # type: ignore[attr-defined]

    def ask(n: int) -> Any:
        if n == 20:
            os.kill(victim["process"], signal.SIGKILL)
        try:
            return [t.object for t in pipeline(TEXT).triples]
        except Busy as busy:
            return busy

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(80)))
    good = [a for a in answers if a == expected]
    assert len(good) + sum(isinstance(a, Busy) for a in answers) == 80, "a wrong answer"
    assert len(good) >= 76
    deadline = time.monotonic() + 240
    while len(found := replicas(cluster, "triples")) < 2 or victim["replica"] in found:
        assert time.monotonic() < deadline, found
        time.sleep(1)


def test_more_than_the_cluster_takes_is_told_as_busy_at_once(remote: Any) -> None:
    """qa_pairs has 8 in work and 32 waiting at most."""
    pipeline = remote("qa_pairs")

    def ask(_: int) -> Any:
        try:
            return pipeline(PASSAGE, n=1).pairs[0].answer
        except Busy as busy:
            return busy

    with concurrent.futures.ThreadPoolExecutor(60) as pool:
        answers = list(pool.map(ask, range(60)))
    refused = [a for a in answers if isinstance(a, Busy)]
    assert 1 <= len(refused) <= 24
    assert all("正忙" in busy.zh for busy in refused)
    assert len({a for a in answers if not isinstance(a, Busy)}) == 1
