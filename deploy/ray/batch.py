"""Parquet in, Parquet out, over all workers of a Ray cluster: `python -m deploy.ray.batch triples in.parquet out/`.

Columns are the fields of a row, as `python -m core TASK` reads them: text; text_a, text_b; question and table (JSON
text or a struct) or table_path, a file that every worker can read. What is in other columns stays. Columns of the
answer are added, and `error`, null where all is well. Rows come out in any order; `id` tells them apart: the input's
own, or, where it has none, the number of the row from 0. The exit status is 1 if any row failed, and 2 where nothing
could be done.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet
from pyarrow import fs

from core.errors import InputError

# Rows that a worker reads at once, rows that it answers at once.
_READ, _TOGETHER = 2_000, 64
# Readers and writers have next to nothing to do, and must run beside workers that take up every core.
_WORKER_CPUS, _OTHER_CPUS = 0.9, 0.05

_SPAN = pa.list_(pa.int32())
_TRIPLE = [("subject", pa.string()), ("predicate", pa.string()), ("object", pa.string())]
_TRIPLE += [("subject_span", _SPAN), ("object_span", _SPAN), ("score", pa.float64())]
_TEXTS = pa.list_(pa.string())
_QUERY = [("sql", pa.string()), ("columns", _TEXTS), ("rows", pa.string()), ("total", pa.int64())]
_QUERY += [("reading_zh", pa.string()), ("reading_en", pa.string())]
_QUERY += [("confidence", pa.float64()), ("answerable", pa.float64())]
_SCORES = ("wrd", "wmd", "cosine", "contextual", "unweighted")
# Types of the answers' columns, the same in every file, whatever the rows in it.
ANSWERS: dict[str, pa.Schema] = {
    "triples": pa.schema([("triples", pa.list_(pa.struct(_TRIPLE)))]),
    "similarity": pa.schema([(name, pa.float64()) for name in _SCORES] + [("tokens_a", _TEXTS), ("tokens_b", _TEXTS)]),
    "text2sql": pa.schema(_QUERY),
}
_ERROR = pa.field("error", pa.string())


class Worker:
    """A model of one task and the rows that it answers."""

    def __init__(self, task: str, model: str | None) -> None:
        import core

        os.environ.pop("MODOU_REMOTE", None)  # the model is here
        self.task = task
        self.pipeline = core.load(task, model)

    def __call__(self, batch: pa.Table) -> pa.Table:
        """The rows with their answers."""
        rows = [_given(row) for row in batch.to_pylist()]
        found = self.pipeline.run(rows)
        answers = [{} if isinstance(a, InputError) else _answer(self.task, a.to_dict()) for a in found]
        errors = [str(a) if isinstance(a, InputError) else None for a in found]
        added = ANSWERS[self.task]
        kept = batch.select([n for n in batch.column_names if n not in added.names and n != _ERROR.name])
        for field in added:
            kept = kept.append_column(field, pa.array([a.get(field.name) for a in answers], field.type))
        return kept.append_column(_ERROR, pa.array(errors, _ERROR.type))


def _given(row: dict[str, Any]) -> dict[str, Any]:
    """A row as a pipeline reads it: what is null is not there."""
    given = {k: v for k, v in row.items() if v is not None}
    if isinstance(given.get("table"), str):
        try:
            given["table"] = json.loads(given["table"])
        except (ValueError, RecursionError):
            given["table"] = None  # the pipeline says what it wants
    return given


def _answer(task: str, found: dict[str, Any]) -> dict[str, Any]:
    if task == "text2sql":
        reading = {f"reading_{language}": text for language, text in found["reading"].items()}
        return {**found, **reading, "rows": json.dumps(found["rows"], ensure_ascii=False)}
    return found


def _place(path: str) -> tuple[fs.FileSystem, str]:
    if "://" in path:
        found: tuple[fs.FileSystem, str] = fs.FileSystem.from_uri(path)
        return found
    return fs.LocalFileSystem(), str(Path(path).absolute())


def _pieces(path: str) -> list[dict[str, Any]]:
    """The row groups of the file, or of all .parquet files of the folder: {path, group, first: number of its first
    row}."""
    system, root = _place(path)
    info = system.get_file_info(root)
    if info.type == fs.FileType.NotFound:
        raise InputError(f"没有文件 {path}", f"there is no file {path}")
    files = [root]
    if info.type == fs.FileType.Directory:
        inside = system.get_file_info(fs.FileSelector(root, recursive=True))
        files = sorted(f.path for f in inside if f.path.endswith(".parquet"))
    pieces: list[dict[str, Any]] = []
    first = 0
    for file in files:
        try:
            with system.open_input_file(file) as source:
                facts = pyarrow.parquet.ParquetFile(source).metadata
        except (pa.ArrowInvalid, OSError) as error:
            raise InputError(f"不是 Parquet 文件：{file}", f"not a Parquet file: {file}") from error
        for group in range(facts.num_row_groups):
            pieces.append({"path": file, "group": group, "first": first})
            first += facts.row_group(group).num_rows
    if not first:
        raise InputError(f"{path} 里没有数据", f"there are no rows in {path}")
    return pieces


def _read(pieces: pa.Table, path: str) -> Iterator[pa.Table]:
    """The rows of row groups, numbered where they have no `id`."""
    system, _ = _place(path)
    for piece in pieces.to_pylist():
        number = piece["first"]
        with system.open_input_file(piece["path"]) as source:
            for batch in pyarrow.parquet.ParquetFile(source).iter_batches(_READ, row_groups=[piece["group"]]):
                part = pa.Table.from_batches([batch])
                if "id" not in part.column_names:
                    part = part.add_column(0, "id", pa.array(range(number, number + len(part)), pa.int64()))
                number += len(part)
                yield part


def _empty_place(target: str) -> tuple[fs.FileSystem, str]:
    """Where to write. Raises InputError where something is already."""
    system, folder = _place(target)
    if system.get_file_info(folder).type != fs.FileType.NotFound and system.get_file_info(fs.FileSelector(folder)):
        raise InputError(f"{target} 不是空文件夹", f"{target} is not an empty folder")
    return system, folder


def run(task: str, source: str, target: str, workers: int, model: str | None = None) -> tuple[int, int]:
    """Answer the rows of `source` (a file or a folder) with `workers` workers; (rows, those that failed).

    Raises:
        InputError: no rows to be had, or something in `target` already.
    """
    import ray

    pieces = _pieces(source)
    system, folder = _empty_place(target)
    # A row group a block, so that readers share them.
    rows = ray.data.from_items(pieces, override_num_blocks=len(pieces)).map_batches(
        _read, fn_args=(source,), batch_size=1, batch_format="pyarrow", num_cpus=_OTHER_CPUS
    )
    answered = rows.map_batches(
        Worker,
        fn_constructor_args=(task, model),
        batch_size=_TOGETHER,
        batch_format="pyarrow",
        compute=ray.data.ActorPoolStrategy(size=workers),
        num_cpus=_WORKER_CPUS,
    )
    answered.write_parquet(folder, filesystem=system, ray_remote_args={"num_cpus": _OTHER_CPUS})
    written = pyarrow.dataset.dataset(folder, filesystem=system, format="parquet")
    return written.count_rows(), written.count_rows(filter=pyarrow.dataset.field("error").is_valid())


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.ray.batch", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", choices=list(ANSWERS))
    parser.add_argument("input", help="a Parquet file, or a folder of them; also s3://... and the like")
    parser.add_argument("output", help="a folder that is empty or not there yet")
    parser.add_argument("--workers", type=int, default=2, help="each takes a core and loads the model once")
    parser.add_argument("--model", help="a bundled model, or a folder that every worker can read")
    parser.add_argument(
        "--address", default="local", help="of a running cluster, or auto (default: one on this machine for this job)"
    )
    args = parser.parse_args(argv)
    if args.workers < 1:
        parser.error("--workers must be at least 1")
    try:  # at once, not after a cluster has started
        _empty_place(args.output)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    import ray

    own = {"include_dashboard": False} if args.address == "local" else {}
    ray.init(args.address, log_to_driver=False, **own)
    ray.data.DataContext.get_current().enable_progress_bars = sys.stderr.isatty()
    begin = time.perf_counter()
    try:
        rows, failed = run(args.task, args.input, args.output, args.workers, args.model)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        ray.shutdown()
    seconds = time.perf_counter() - begin
    print(json.dumps({"rows": rows, "failed": failed, "seconds": round(seconds, 1)}))
    return int(failed > 0)


if __name__ == "__main__":
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    sys.exit(main())
