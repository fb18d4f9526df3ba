"""What packed matrices (`core/packed.py`) gain: requests one at a time, with them and without, side by side.

    python benchmarks/packed.py

Each task's default model is loaded twice in one process, once with its layers left as they are, and asked the same
things in turn. Prints milliseconds a request (the median of the runs) and how many times faster the packed one is.
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

from benchmarks.capacity import PARTS, rows_of
from core import catalog, packed

REQUESTS = {"qa_pairs": 4, "xiangqi, search 200": 2}
_USUAL = 16


def milliseconds(pipeline: Any, rows: list[dict[str, Any]]) -> float:
    """Of one request, when they come one after the other."""
    begin = time.perf_counter()
    for row in rows:
        [found] = pipeline.run([row])
        assert not isinstance(found, Exception), found
    return 1000 * (time.perf_counter() - begin) / len(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=PARTS, help="of: " + "; ".join(PARTS))
    parser.add_argument("--runs", type=int, default=7)
    args = parser.parse_args()
    if not packed.can_pack():
        sys.exit("this processor or this torch cannot pack")
    print("| task | plain ms | packed ms | times faster |\n|---|--:|--:|--:|")
    for part in args.parts:
        checkpoint = catalog.find(part.partition(",")[0], None)
        with patch.object(packed, "can_pack", lambda: False):
            plain = catalog.open_pipeline(checkpoint, "cpu")
        both = plain, catalog.open_pipeline(checkpoint, "cpu")
        rows = rows_of(part, REQUESTS.get(part, _USUAL))
        for pipeline in both:
            pipeline.run(rows[:2])  # caches of the libraries; a table is read once
        runs = [[milliseconds(pipeline, rows) for pipeline in both] for _ in range(args.runs)]
        slow, fast = (statistics.median(column) for column in zip(*runs, strict=True))
        print(f"| {part} | {slow:,.1f} | {fast:,.1f} | {slow / fast:.2f} |", flush=True)


if __name__ == "__main__":
    main()
