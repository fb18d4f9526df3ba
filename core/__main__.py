"""JSON lines through a task: `python -m core triples < in.jsonl > out.jsonl`.

Each input line is an object with the task's fields; the output line is the same object with the result added, in the
same order. A line that cannot be used becomes {"error": "...", "line": n} and the rest goes on; the exit status is then
1, and 2 for wrong arguments. Blank lines are skipped.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from core import TASKS, load
from core.errors import InputError
from core.pipeline import Pipeline


def _parse(line: bytes) -> dict[str, Any] | InputError:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # also what UnicodeDecodeError and JSONDecodeError are
        return InputError("不是 UTF-8 编码的 JSON", "not JSON in UTF-8")
    if not isinstance(row, dict):
        return InputError("不是 JSON 对象", "not a JSON object")
    return row


def _answers(pipeline: Pipeline, lines: list[tuple[int, bytes]]) -> Iterator[tuple[dict[str, Any], bool]]:
    """(output object, whether the line was good) for each (line number, line)."""
    parsed = [(number, _parse(line)) for number, line in lines]
    results = iter(pipeline.run([row for _, row in parsed if not isinstance(row, InputError)]))
    for number, row in parsed:
        answer = row if isinstance(row, InputError) else next(results)
        if isinstance(answer, InputError):
            yield {"error": str(answer), "line": number}, False
        else:
            yield {**(row if isinstance(row, dict) else {}), **answer.to_dict()}, True


def _groups(source: IO[bytes], size: int) -> Iterator[list[tuple[int, bytes]]]:
    group: list[tuple[int, bytes]] = []
    for number, line in enumerate(source, 1):
        if line.strip():
            group.append((number, line))
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group


def main(argv: list[str] | None = None) -> int:
    """Run the command line; the exit status is 0, or 1 if any line failed, or 2 if no model could be loaded."""
    parser = argparse.ArgumentParser(
        prog="python -m core", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("--input", type=Path, help="JSON lines (default: standard input)")
    parser.add_argument("--output", type=Path, help="default: standard output")
    parser.add_argument("--model", help="a folder or a Hub id (default: the bundled model)")
    parser.add_argument("--batch-size", type=int, default=64, help="lines read and answered together")
    args = parser.parse_args(argv)
    if args.batch_size < 1:
        parser.error("--batch-size must be at least 1")
    if args.input and args.output and args.output.exists() and args.input.samefile(args.output):
        parser.error("--input and --output are the same file")
    from tqdm import tqdm

    with ExitStack() as files:
        try:
            pipeline = load(args.task, args.model)
            source = files.enter_context(args.input.open("rb")) if args.input else sys.stdin.buffer
            sink = files.enter_context(args.output.open("wb")) if args.output else sys.stdout.buffer
        except (InputError, OSError) as error:
            print(error, file=sys.stderr)
            return 2
        failed = False
        bar = files.enter_context(tqdm(unit=" lines", disable=None))
        for group in _groups(source, args.batch_size):
            for answer, good in _answers(pipeline, group):
                failed |= not good
                sink.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
            sink.flush()
            bar.update(len(group))
    return int(failed)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:  # the reader, say `head`, has seen enough
        sys.stdout = None
        sys.exit(0)
