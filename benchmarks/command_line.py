"""A CSV of 10,000 sentences through `python -m core triples`: memory along the way, order, completeness, Ctrl-C.

    python benchmarks/command_line.py
    python benchmarks/command_line.py --input sentences.csv   # a column `text`

Without a file of your own the sentences are those of the shipped examples, numbered so that each is another. Prints the
resident memory after every 1,000 answers and the ratio between that after 10,000 and after 1,000; then starts once more
and interrupts.
"""

from __future__ import annotations

import argparse
import csv
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.text import split_sentences

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "assets" / "examples" / "triples" / "examples.json"


def sentences(n: int) -> Iterator[str]:
    """`n` different sentences made from the examples."""
    texts = [example["text"] for example in json.loads(EXAMPLES.read_text(encoding="utf-8"))]
    pool = [text[a:b] for text in texts for a, b in split_sentences(text, 254)]
    for i in range(n):
        yield f"第{i + 1}条：{pool[i % len(pool)]}"


def write_csv(path: Path, n: int) -> None:
    """A CSV with the columns `id` and `text`."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("id", "text"))
        writer.writerows(enumerate(sentences(n), 1))


def resident(pid: int) -> float:
    """Megabytes of memory that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def start(path: Path, model: str | None) -> subprocess.Popen[bytes]:
    """The command line, writing to a pipe."""
    command = [sys.executable, "-m", "core", "triples", "--input", str(path), *(["--model", model] if model else [])]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input", type=Path)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--step", type=int, default=1_000)
    parser.add_argument("--model")
    args = parser.parse_args()
    # Where this runs in the background of a shell, SIGINT is ignored, and the children would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as folder:
        path = args.input or Path(folder) / "sentences.csv"
        if not args.input:
            write_csv(path, args.rows)
        with path.open(encoding="utf-8", newline="") as lines:
            texts = [row["text"] for row in csv.DictReader(lines)][: args.rows]
        measure(path, texts, args)
        interrupt(path, texts, args)


def measure(path: Path, texts: list[str], args: argparse.Namespace) -> None:
    """Print memory by answers written, and whether they are complete and in order."""
    begin = time.perf_counter()
    program = start(path, args.model)
    assert program.stdout
    memory: dict[int, float] = {}
    in_order, triples = True, 0
    for n, line in enumerate(program.stdout, 1):
        answer = json.loads(line)
        in_order &= n <= len(texts) and answer.get("text") == texts[n - 1]
        triples += len(answer.get("triples", ()))
        if n % args.step == 0:
            memory[n] = round(resident(program.pid), 1)
            print(json.dumps({"answers": n, "rss_mb": memory[n]}), flush=True)
    status, taken = program.wait(), time.perf_counter() - begin
    row = {"status": status, "answers": n, "complete_and_in_order": in_order and n == len(texts), "triples": triples}
    ratio = memory[max(memory)] / memory[min(memory)] if memory else None
    print(json.dumps(row | {"rss_ratio": ratio and round(ratio, 3), "rows_per_s": round(n / taken, 1)}), flush=True)


def interrupt(path: Path, texts: list[str], args: argparse.Namespace) -> None:
    """Print how a run ends that gets Ctrl-C after its first answers: its status, how soon, and what it had written."""
    program = start(path, args.model)
    assert program.stdout
    written = [program.stdout.readline()]
    program.send_signal(signal.SIGINT)
    begin = time.perf_counter()
    written += program.stdout.readlines()
    status, taken = program.wait(), time.perf_counter() - begin
    whole = all(json.loads(line)["text"] == text for line, text in zip(written, texts, strict=False))
    row = {"interrupted": status, "seconds": round(taken, 2), "answers": len(written), "whole_and_in_order": whole}
    print(json.dumps(row))


if __name__ == "__main__":
    main()
