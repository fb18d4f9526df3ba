"""What a request costs: CPU seconds of one core and memory of one process, for each task, on the shipped examples.

    python benchmarks/capacity.py

Each task runs alone in a process with one thread. A request is what a visitor's click asks of the model: a text, a
pair of sentences, a passage with as many pairs as the tab asks for, a question about a table, the next move of a game.
Prints CPU milliseconds a request, one at a time and in batches of 32 through `Pipeline.run`, and the resident memory
with the model loaded and at its peak; then what the app itself spends on a visit (the page's HTML, no static files) and
on an event of which no model hears. `docs/scale.md` counts with these figures.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "assets" / "examples"
QUESTIONS = Path(__file__).resolve().parent / "text2sql_questions.jsonl"
BATCH, RUNS = 32, 3
_ASKED = 200
# Fewer of what takes seconds.
REQUESTS = {"qa_pairs": 8, "xiangqi, search 200": 4}
PARTS = ("triples", "similarity", "qa_pairs", "answer", "xiangqi", "xiangqi, search 200", "text2sql")


def rows_of(part: str, count: int) -> list[dict[str, Any]]:
    """`count` requests, no two the same."""
    task = part.partition(",")[0]
    if task == "text2sql":
        tables = {}
        for path in (EXAMPLES / "text2sql").glob("*.csv"):
            tables[path.stem] = {"table_path": str(path)}
        asked = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
        rows = [{"question": q["question"], **tables[q["table"]]} for q in asked]
        return [rows[n % len(rows)] for n in range(count)]
    if task == "xiangqi":
        from core.xiangqi.notation import to_iccs
        from core.xiangqi.pgn import scan_pgn

        records, _ = scan_pgn((EXAMPLES / task / "win.pgn").read_text(encoding="utf-8"), 1, 1000)
        moves = [to_iccs(move) for move in records[0].moves]  # type: ignore[union-attr]
        search = {"search": 200} if part != task else {}
        return [{"moves": moves[: n % len(moves)], **search} for n in range(count)]
    folder = "qa_pairs" if task == "answer" else task
    examples = json.loads((EXAMPLES / folder / "examples.json").read_text(encoding="utf-8"))
    chosen = [examples[n % len(examples)] for n in range(count)]
    if task == "similarity":
        return [{"text_a": f"{e['text_a']}{n}", "text_b": f"{e['text_b']}{n}"} for n, e in enumerate(chosen)]
    if task == "triples":
        return [{"text": f"{e['text']}第{n}。"} for n, e in enumerate(chosen)]
    question = {"question": "这里说的是什么时候的事？"} if task == "answer" else {}
    return [{"passage": f"{e['text']}第{n}。", **question} for n, e in enumerate(chosen)]


def cpu(work: Any) -> float:
    """CPU seconds of this process."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def resident() -> float:
    """Megabytes of memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(part: str) -> dict[str, float]:
    """The figures of one task, in this process."""
    import torch

    import core

    torch.set_num_threads(1)
    task = part.partition(",")[0]
    count = REQUESTS.get(part, 2 * BATCH)
    rows = rows_of(part, count)
    pipeline = core.load(task)
    pipeline.run(rows[:2])  # caches of the libraries; a table is read once
    loaded = resident()
    one = [cpu(lambda: [pipeline.run([row]) for row in rows]) / count for _ in range(RUNS)]
    random.Random(0).shuffle(rows)
    groups = [rows[i : i + BATCH] for i in range(0, count, BATCH)]
    many = [cpu(lambda: [pipeline.run(group) for group in groups]) / count for _ in range(RUNS)]
    return {
        "alone_ms": 1000 * statistics.median(one),
        "batch_ms": 1000 * statistics.median(many),
        "resident_mb": loaded,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
    }


def app_costs() -> dict[str, float]:
    """CPU milliseconds of the app for a visit and for an event without a model, and its memory."""
    from benchmarks.serving import resident_mb, served

    with served() as app:
        app.first_page()

        def visit() -> None:
            with urlopen(app.url) as reply:
                reply.read()

        def event() -> None:
            body = json.dumps({"data": ["", None]}).encode()  # an empty text is refused before any model
            call = f"{app.url}/gradio_api/call/triples"
            with urlopen(Request(call, body, {"Content-Type": "application/json"})) as reply:
                number = json.loads(reply.read())["event_id"]
            with urlopen(f"{call}/{number}") as reply:
                assert reply.read().startswith(b"event: error")

        costs = {}
        for name, ask in (("visit_ms", visit), ("event_ms", event)):
            ask()
            before = _spent(app.pid)
            for _ in range(_ASKED):
                ask()
            costs[name] = 1000 * (_spent(app.pid) - before) / _ASKED
        return costs | {"resident_mb": resident_mb(app.pid)}


def _spent(process: int) -> float:
    """CPU seconds of a process so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(argv: Sequence[str] | None = None) -> None:
    """Run every task in a process of its own and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=PARTS, help="of: " + "; ".join(PARTS))
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.here:
        print(json.dumps(measure(args.parts[0])))
        return
    print("| task | CPU ms a request | in batches of 32 | MB loaded | MB at the peak |")
    print("|---|---|---|---|---|")
    for part in args.parts:
        env = os.environ | {"OMP_NUM_THREADS": "1"}
        program = [sys.executable, __file__, part, "--here"]
        found = json.loads(subprocess.run(program, env=env, check=True, capture_output=True, text=True).stdout)
        cells = (f"{found[key]:,.{1 if key.endswith('_ms') else 0}f}" for key in found)
        print(f"| {part} | {' | '.join(cells)} |", flush=True)
    if len(args.parts) == len(PARTS):
        costs = app_costs()
        print("app: " + ", ".join(f"{name} {value:,.1f}" for name, value in costs.items()))


if __name__ == "__main__":
    main()
