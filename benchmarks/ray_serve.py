"""Ray with one worker and with two: requests a second over HTTP, rows a second of the job over Parquet.

    python benchmarks/ray_serve.py

A local cluster of two cores; each worker computes with one thread. 32 clients ask without a pause, each for something
of its own; they and Ray's HTTP proxy run on the same two cores as the workers, so two workers cannot do twice what one
does. For comparison, the same pipeline in this process: one request at a time, and batches of 32. The job is measured
whole, with the start of its workers and the loading of their models.
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
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import Any
from urllib.request import urlopen

os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled", "OMP_NUM_THREADS": "1"}
# Ray's workers stand back behind everything else on the machine, which is not what is measured.
os.environ |= {"RAY_worker_niceness": "0"}
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from capacity import BATCH, rows_of

TASKS = ("triples", "similarity")
WHAT = ("local", "serve", "job")
CLIENTS = 32


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


def ask(port: int, task: str, bodies: Iterator[bytes | None], until: float, took: list[float]) -> None:
    """One client: a connection, and a request after another."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while time.perf_counter() < until:
        begin = time.perf_counter()
        body = next(bodies)
        connection.request("POST" if body else "GET", f"/{task}", body)
        reply = connection.getresponse()
        reply.read()
        assert reply.status == 200, reply.status
        took.append(time.perf_counter() - begin)
    connection.close()


def rate(port: int, task: str, shares: list[Any], seconds: float) -> tuple[list[float], float]:
    """How long each request of all clients took, and requests a second."""
    took: list[float] = []
    begin = time.perf_counter()
    clients = [threading.Thread(target=ask, args=(port, task, s, begin + seconds, took)) for s in shares]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return took, len(took) / (time.perf_counter() - begin)


def facts(port: int, task: str) -> dict[str, dict[str, Any]]:
    """What the replicas say of themselves; asked at once, so that all of them are."""

    def one(_: int) -> dict[str, Any]:
        with urlopen(f"http://127.0.0.1:{port}/{task}") as reply:
            found: dict[str, Any] = json.loads(reply.read())
            return found

    with ThreadPoolExecutor(16) as pool:
        return {found["replica"]: found for found in pool.map(one, range(64))}


def serve_rate(port: int, task: str, workers: int, seconds: float) -> dict[str, float]:
    """Requests a second and their milliseconds with so many replicas."""
    from ray import serve

    from deploy.ray.deployments import Models

    options = {"num_replicas": workers, "ray_actor_options": {"num_cpus": 0.9}, "max_ongoing_requests": 64}
    serve.run(Models.options(**options).bind(task), name=task, route_prefix=f"/{task}")  # type: ignore[attr-defined]
    rows = rows_of(task, 8192)
    bodies = [json.dumps(row).encode() for row in rows]
    shares = [iter(bodies[i::CLIENTS] * 50) for i in range(CLIENTS)]
    rate(port, task, shares, 3)  # warms up
    took, each_second = rate(port, task, shares, seconds)
    _, idle = rate(port, task, [repeat(None)] * CLIENTS, 3)
    replicas = facts(port, task)
    rows_done, batches = (sum(f[key] for f in replicas.values()) for key in ("rows", "batches"))
    serve.delete(task)
    took.sort()
    return {
        "replicas seen": len(replicas),
        "requests/s": each_second,
        "p50 ms": 1000 * statistics.median(took),
        "p95 ms": 1000 * took[int(0.95 * len(took))],
        "rows a batch": rows_done / batches,
        "without a model, requests/s": idle,
    }


def job_rate(task: str, workers: int, count: int) -> dict[str, float]:
    """Rows a second of the job over Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from deploy.ray.batch import run

    with tempfile.TemporaryDirectory() as folder:
        rows = pa.Table.from_pylist(rows_of(task, count))
        pq.write_table(rows, f"{folder}/in.parquet", row_group_size=256)
        begin = time.perf_counter()
        done, failed = run(task, f"{folder}/in.parquet", f"{folder}/out", workers)
        seconds = time.perf_counter() - begin
    assert (done, failed) == (count, 0)
    return {"rows": count, "seconds": seconds, "rows/s": count / seconds}


def show(name: str, figures: dict[str, float]) -> None:
    """One line."""
    print(f"{name}: " + ", ".join(f"{key} {value:,.1f}" for key, value in figures.items()), flush=True)


def main(argv: Sequence[str] | None = None) -> None:
    """Start a cluster, measure, stop it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--what", nargs="+", choices=WHAT, default=WHAT)
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=TASKS)
    parser.add_argument("--seconds", type=float, default=12, help="of each measurement over HTTP")
    parser.add_argument("--rows", type=int, default=3000, help="of each job")
    args = parser.parse_args(argv)
    for task in args.tasks if "local" in args.what else ():
        alone, batches = local(task, args.seconds / 3)
        show(f"{task}, no Ray, one thread", {"requests/s": alone, f"in batches of {BATCH}": batches})
    import ray
    from ray import serve

    ray.init(
        "local",
        num_cpus=2,
        object_store_memory=200_000_000,
        include_dashboard=False,
        log_to_driver=False,
        runtime_env={"env_vars": {"PYTHONPATH": sys.path[0]}},
    )
    ray.data.DataContext.get_current().enable_progress_bars = False
    try:
        port = 8765
        serve.start(http_options={"host": "127.0.0.1", "port": port})
        for task in args.tasks if "serve" in args.what else ():
            for workers in (1, 2):
                show(f"{task}, {workers} replicas", serve_rate(port, task, workers, args.seconds))
        serve.shutdown()
        for task in args.tasks if "job" in args.what else ():
            for workers in (1, 2):
                show(f"{task} job, {workers} workers", job_rate(task, workers, args.rows))
    finally:
        ray.shutdown()


if __name__ == "__main__":
    main()
