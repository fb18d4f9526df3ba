"""The questions that were written by hand, with their tables: the data set in `training/data/text2sql`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from training.common import read_jsonl

FOLDER = Path("training/data/text2sql")


def questions(part: str, folder: Path = FOLDER) -> list[dict[str, Any]]:
    """The questions of "train" or "dev"."""
    return list(read_jsonl(folder / f"{part}.jsonl.gz"))


def tables(part: str, folder: Path = FOLDER) -> list[dict[str, Any]]:
    """The tables that they are about."""
    return list(read_jsonl(folder / f"tables_{part}.jsonl.gz"))
