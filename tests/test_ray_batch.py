"""Rows of a Parquet file through a Ray cluster: the batch job."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import core
from tests.clusters import MARKS, ROOT, TEXT, close

pytestmark = MARKS


def test_the_batch_job_keeps_columns_and_tells_bad_rows(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = [TEXT if n % 5 else "" for n in range(60)]
    source = pa.table({"text": texts, "source": [f"s{n}" for n in range(60)], "error": ["old"] * 60})
    pq.write_table(source, tmp_path / "in.parquet", row_group_size=25)
    done = batch("triples", tmp_path / "in.parquet", tmp_path / "out")
    assert "Traceback" not in done.stderr
    assert done.returncode == 1
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["rows"], told["failed"]) == (60, 12)
    rows = sorted(pq.read_table(tmp_path / "out").to_pylist(), key=lambda row: row["id"])
    assert [row["id"] for row in rows] == list(range(60))
    assert [row["source"] for row in rows] == [f"s{n}" for n in range(60)]
    expected = core.load("triples")(TEXT).to_dict()["triples"]
    for n, row in enumerate(rows):
        if n % 5:
            assert row["error"] is None
            assert close(row["triples"], json.loads(json.dumps(expected)))
        else:
            assert row["triples"] is None
            assert "(" in row["error"]
    again = batch("triples", tmp_path / "in.parquet", tmp_path / "out")
    assert again.returncode == 2
    assert "不是空文件夹" in again.stderr


def test_the_batch_job_of_questions_has_one_schema_for_all_rows(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = json.dumps({"header": ["国家", "金牌"], "rows": [["中国", 38], ["日本", 27]]}, ensure_ascii=False)
    source = {"id": ["a", "b", "c"], "question": ["金牌最多的国家", "有几个国家", "金牌"], "table": [table, table, "{"]}
    pq.write_table(pa.table(source), tmp_path / "in.parquet", row_group_size=1)
    done = batch("text2sql", tmp_path, tmp_path / "out")
    assert "Traceback" not in done.stderr
    assert done.returncode == 1
    rows = {row["id"]: row for row in pq.read_table(tmp_path / "out").to_pylist()}
    assert json.loads(rows["a"]["rows"])[0][0] == "中国"
    assert json.loads(rows["b"]["rows"]) == [[2]]
    assert rows["c"]["sql"] is None
    assert rows["c"]["error"]


def batch(task: str, source: Path, target: Path) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "deploy.ray.batch", task, str(source), str(target), "--workers", "2"]
    env = os.environ | {"RAY_AUTH_MODE": "disabled", "OMP_NUM_THREADS": "1", "RAY_worker_niceness": "0"}
    env.pop("RAY_ADDRESS", None)
    return subprocess.run(program, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False)
