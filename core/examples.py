"""Examples of what a user wants, one to eight: what every task that learns from them asks of the list."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from core.errors import InputError, naming

MAX_EXAMPLES = 8


def read_examples(given: object) -> Iterator[tuple[AbstractContextManager[None], dict[str, Any]]]:
    """The examples that are not blank, each with a context in which what goes wrong names its number.

    Raises:
        InputError: no list of objects, or fewer than one or more than MAX_EXAMPLES that are not blank.
    """
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise InputError("examples 应为例子的列表，每个例子是一个对象", "examples must be a list of objects")
    rows = [(number, row) for number, row in enumerate(given, 1) if any(map(_says, row.values()))]
    if not rows:
        raise InputError("请至少写一个例子", "write at least one example")
    if len(rows) > MAX_EXAMPLES:
        raise InputError(
            f"最多 {MAX_EXAMPLES} 个例子，现有 {len(rows):,} 个",
            f"at most {MAX_EXAMPLES} examples; there are {len(rows):,}",
        )
    return ((naming(f"例 {number}", f"example {number}"), row) for number, row in rows)


def _says(value: object) -> bool:
    """Whether a field is filled in; an answer to choose from is so before anything is written."""
    return value.strip() != "" if isinstance(value, str) else not isinstance(value, bool | None)
