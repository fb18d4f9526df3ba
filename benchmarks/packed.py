"""What packed matrices (`core/packed.py`) gain: requests one at a time, with them and without, side by side.

    python benchmarks/packed.py

The default model of each task that reads with the shared encoder is loaded twice in one process, once with its layers
left as they are, and asked the same things in turn. Prints milliseconds a request (the best of the runs for each, which
other work on the machine disturbs least) and how many times faster the packed one is.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.capacity import rows_of
from core import catalog, packed

TASKS = ("triples", "similarity", "qa_pairs", "answer", "text2sql")
REQUESTS = {"qa_pairs": 4}
_USUAL = 16


def seconds(pipeline: Any, row: dict[str, Any]) -> float:
    begin = time.perf_counter()
    [found] = pipeline.run([row])
    assert not isinstance(found, Exception), found
    return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", nargs="*", default=TASKS, help="of: " + "; ".join(TASKS))
    parser.add_argument("--runs", type=int, default=7)
    args = parser.parse_args()
    if not packed.can_pack():
        sys.exit("this processor or this torch cannot pack")
    print("| task | plain ms | packed ms | times faster |\n|---|--:|--:|--:|")
    for task in args.tasks:
        checkpoint = catalog.find(task, None)
        with patch.object(packed, "can_pack", lambda: False):
            plain = catalog.open_pipeline(checkpoint, "cpu")
        both = plain, catalog.open_pipeline(checkpoint, "cpu")
        rows = rows_of(task, REQUESTS.get(task, _USUAL))
        for pipeline in both:
            pipeline.run(rows[:2])  # caches of the libraries; a table is read once
        turns = [[[seconds(pipeline, row) for pipeline in both] for row in rows] for _ in range(args.runs)]
        best = [
            [min(column) for column in zip(*(runs[row] for runs in turns), strict=True)] for row in range(len(rows))
        ]
        slow, fast = (1000 * statistics.mean(column) for column in zip(*best, strict=True))
        print(f"| {task} | {slow:,.1f} | {fast:,.1f} | {slow / fast:.2f} |", flush=True)


if __name__ == "__main__":
    main()
