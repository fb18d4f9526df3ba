"""Ray with one worker and with two: requests a second over HTTP, rows a second of the job over Parquet.

    python benchmarks/ray_serve.py

A local cluster of two cores; each worker computes with one thread. 32 clients ask without a pause, each for something
of its own; they and Ray's HTTP proxy run on the same two cores as the workers, so two workers cannot do twice what one
does. For comparison, the same pipeline in this process: one request at a time, and batches of 32. The job is measured
whole (workers started, models loaded) and by what the rows beyond a short job's cost.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled", "OMP_NUM_THREADS": "1"}
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from capacity import BATCH, rows_of

TASKS = ("triples", "similarity")
CLIENTS = 32
SHORT = 128


def local(task: str, seconds: float) -> tuple[float, float]:
    """Requests a second in this process with one thread: one at a time, and in batches."""
    import torch

    import core

    torch.set_num_threads(1)
    pipeline = core.load(task)
    rows = rows_of(task, 4096)
    pipeline.run(rows[:BATCH])
    rates = []
    for size in (1, BATCH):
        begin, done = time.perf_counter(), 0
        while (spent := time.perf_counter() - begin) < seconds:
            at = done % (len(rows) - size)
            pipeline.run(rows[at : at + size])
            done += size
        rates.append(done / spent)
    return rates[0], rates[1]


def ask(port: int, task: str, bodies: Iterator[bytes], until: float, took: list[float]) -> None:
    """One client: a connection, and a request after another."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while time.perf_counter() < until:
        begin = time.perf_counter()
        connection.request("POST", f"/{task}", next(bodies), {"Content-Type": "application/json"})
        reply = connection.getresponse()
        reply.read()
        assert reply.status == 200, reply.status
        took.append(time.perf_counter() - begin)
    connection.close()


def serve_rate(port: int, task: str, workers: int, seconds: float) -> dict[str, float]:
    """Requests a second and their milliseconds with so many replicas."""
    from ray import serve

    from deploy.ray.deployments import Models

    options = {"num_replicas": workers, "ray_actor_options": {"num_cpus": 0.9}, "max_ongoing_requests": 64}
    serve.run(Models.options(**options).bind(task), name=task, route_prefix=f"/{task}")  # type: ignore[attr-defined]
    rows = rows_of(task, 8192)
    bodies = [json.dumps(row).encode() for row in rows]
    shares = [iter(bodies[i::CLIENTS] * 50) for i in range(CLIENTS)]
    for length in (3.0, seconds):  # the first round warms up
        took: list[float] = []
        begin = time.perf_counter()
        clients = [threading.Thread(target=ask, args=(port, task, s, begin + length, took)) for s in shares]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        spent = time.perf_counter() - begin
    facts = {}
    for _ in range(8):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", f"/{task}")
        found = json.loads(connection.getresponse().read())
        facts[found["replica"]] = found
        connection.close()
    rows_done, batches = (sum(f[key] for f in facts.values()) for key in ("rows", "batches"))
    serve.delete(task)
    took.sort()
    return {
        "workers seen": len(facts),
        "requests/s": len(took) / spent,
        "p50 ms": 1000 * statistics.median(took),
        "p95 ms": 1000 * took[int(0.95 * len(took))],
        "rows a batch": rows_done / batches,
    }


def job_rate(task: str, workers: int, count: int) -> dict[str, float]:
    """Rows a second of the job over Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from deploy.ray.batch import run

    rows = rows_of(task, count)
    times = []
    with tempfile.TemporaryDirectory() as folder:
        for size in (SHORT, count):
            pq.write_table(pa.Table.from_pylist(rows[:size]), f"{folder}/{size}.parquet", row_group_size=256)
            begin = time.perf_counter()
            done, failed = run(task, f"{folder}/{size}.parquet", f"{folder}/out{size}", workers)
            times.append(time.perf_counter() - begin)
            assert (done, failed) == (size, 0)
    return {
        "rows": count,
        "seconds": times[1],
        "rows/s, whole job": count / times[1],
        "rows/s, once started": (count - SHORT) / (times[1] - times[0]),
    }


def show(name: str, figures: dict[str, float]) -> None:
    """One line."""
    print(f"{name}: " + ", ".join(f"{key} {value:,.1f}" for key, value in figures.items()), flush=True)


def main(argv: Sequence[str] | None = None) -> None:
    """Start a cluster, measure, stop it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=12, help="of each measurement over HTTP")
    parser.add_argument("--rows", type=int, default=3000, help="of each job")
    args = parser.parse_args(argv)
    for task in TASKS:
        alone, batches = local(task, args.seconds / 3)
        show(f"{task}, no Ray, one thread", {"requests/s": alone, f"in batches of {BATCH}": batches})
    import ray
    from ray import serve

    # The path of a socket may have 107 characters only.
    ray.init(
        num_cpus=2,
        object_store_memory=200_000_000,
        include_dashboard=False,
        log_to_driver=False,
        _temp_dir="/tmp/modou-ray",
        runtime_env={"env_vars": {"PYTHONPATH": sys.path[0]}},
    )
    ray.data.DataContext.get_current().enable_progress_bars = False
    try:
        port = 8765
        serve.start(http_options={"host": "127.0.0.1", "port": port})
        for task in TASKS:
            for workers in (1, 2):
                show(f"{task}, {workers} replicas", serve_rate(port, task, workers, args.seconds))
        serve.shutdown()
        for task in TASKS:
            for workers in (1, 2):
                show(f"{task} job, {workers} workers", job_rate(task, workers, args.rows))
    finally:
        ray.shutdown()


if __name__ == "__main__":
    main()
