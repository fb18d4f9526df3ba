"""JSON lines through a task: `python -m core triples < in.jsonl > out.jsonl`.

Each input line is an object with the task's fields; the output line is the same object with the result added, in the
same order. `--input` may also be a .csv or .tsv file whose first line names the fields. A line that cannot be used
becomes {"error": "...", "line": n} and the rest goes on; the exit status is then 1, and 2 for wrong arguments. Blank
lines are skipped. Ctrl-C ends it with status 130; what was answered till then is written. However long the input, no
more than a batch of it is held.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

from core import load, tasks
from core.errors import InputError
from core.pipeline import AnyPipeline
from core.rows import Numbered, read_rows


def _answers(pipeline: AnyPipeline, rows: list[Numbered]) -> Iterator[tuple[dict[str, Any], bool]]:
    """(output object, whether the row was good) for each (line number, row)."""
    results = iter(pipeline.run([row for _, row in rows if not isinstance(row, InputError)]))
    for number, row in rows:
        answer = row if isinstance(row, InputError) else next(results)
        if isinstance(answer, InputError):
            yield {"error": str(answer), "line": number}, False
        else:
            yield {**(row if isinstance(row, dict) else {}), **answer.to_dict()}, True


def main(argv: list[str] | None = None) -> int:
    """Run the command line; the exit status is 0, or 1 if any line failed, or 2 if no model could be loaded."""
    parser = argparse.ArgumentParser(
        prog="python -m core", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", choices=tasks.names())
    parser.add_argument("--input", type=Path, help="JSON lines, .csv or .tsv (default: JSON lines on standard input)")
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
            rows = read_rows(source, args.input.suffix if args.input else "", tasks.values())
            sink = files.enter_context(args.output.open("wb")) if args.output else sys.stdout.buffer
        except (InputError, OSError) as error:
            print(error, file=sys.stderr)
            return 2
        failed = False
        bar = files.enter_context(tqdm(unit=" lines", disable=None))
        while group := list(islice(rows, args.batch_size)):
            for answer, good in _answers(pipeline, group):
                failed |= not good
                sink.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
            sink.flush()
            bar.update(len(group))
    return int(failed)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader, say `head`, has seen enough
        sys.stdout = None
        sys.exit(0)
