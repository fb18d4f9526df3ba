"""Sentences of large texts, one after another, and rows of output that survive a run being stopped."""

from __future__ import annotations

import json
import lzma
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from core.text import normalise, split_sentences
from training.common import read_jsonl
from training.triples.augment import Row
from training.triples.data import held_out

# The passages of the reading sets, whose style the labelled sentences share, before the rest.
CORPUS = [Path("../shared/data/questions/train.jsonl"), Path("../shared/data/corpus/combined.txt.xz")]
# Shorter ones hold no triple; longer ones are mostly several sentences without a full stop.
_LEAST, _MOST = 8, 160


def sentences(paths: list[Path]) -> Iterator[str]:
    """The normalised sentences of the files, in order: text (one passage a line, packed by xz or not) or JSON lines,
    whose passage is `context` or `text`. A passage that repeats the one before, as questions on it do, counts once."""
    for path in paths:
        before = ""
        for passage in _passages(path):
            if passage != before:
                text = normalise(passage).text
                yield from (text[a:b] for a, b in split_sentences(text, _MOST) if b - a >= _LEAST)
            before = passage


def _passages(path: Path) -> Iterator[str]:
    if path.suffix == ".jsonl":
        for row in read_jsonl(path):
            yield row.get("context") or row.get("text") or ""
    else:
        with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
            for line in lines:
                yield line.strip()


def labelled_rows(data: Path) -> list[tuple[str, Row]]:
    """(schema, row) of the sentences for training, without the tenth of SKE that may be held out."""
    rows = [("duie2", row) for row in read_jsonl(data / "duie2_train.jsonl")]
    return rows + [("ske1", row) for row in read_jsonl(data / "ske1_train.jsonl") if not held_out(row["text"])]


class Known:
    """`text in known`: whether a sentence is one of the labelled ones, those of dev among them, but for its last mark.

    None of them may come back with other labels.
    """

    def __init__(self, data: Path) -> None:
        self._texts = {_bare(row["text"]) for path in data.glob("*.jsonl") for row in read_jsonl(path)}

    def __contains__(self, text: str) -> bool:
        return _bare(text) in self._texts


def _bare(text: str) -> str:
    return normalise(text).text.strip(" 。！？!?.")


class Rows:
    """JSON lines that a stopped run can go on with: `seen` sentences of the input are behind it.

    Beside the file stands `NAME.progress`; what was written after the last `save` is cut off when going on.
    """

    def __init__(self, path: Path, resume: bool) -> None:
        self.path, self.seen, self.written = path, 0, 0
        path.parent.mkdir(parents=True, exist_ok=True)
        self._progress = path.with_name(path.name + ".progress")
        size = 0
        if resume and self._progress.is_file():
            state = json.loads(self._progress.read_text(encoding="utf-8"))
            self.seen, self.written, size = state["seen"], state["written"], state["bytes"]
        self._out: IO[bytes] = path.open("r+b" if size else "wb")
        self._out.truncate(size)
        self._out.seek(size)

    def write(self, row: dict[str, Any]) -> None:
        self._out.write(json.dumps(row, ensure_ascii=False).encode("utf-8") + b"\n")
        self.written += 1

    def save(self, seen: int) -> None:
        """Everything written so far is of the first `seen` sentences."""
        self.seen = seen
        self._out.flush()
        os.fsync(self._out.fileno())
        partial = self._progress.with_suffix(".partial")
        partial.write_text(json.dumps({"seen": seen, "written": self.written, "bytes": self._out.tell()}))
        os.replace(partial, self._progress)
