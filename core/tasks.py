"""The one list of what Modou can do."""

from __future__ import annotations

import importlib

from core.errors import InputError
from core.operation import Operation, Task

# Each is a folder of `core` with a task.py, and a folder of `demos` with a tab.py; in the order of the tabs.
NAMES = ("triples", "qa_pairs", "xiangqi", "similarity", "text2sql")

# The first task of a folder has its name.
_tasks: dict[str, Task] = {
    task.name: task for name in NAMES for task in importlib.import_module(f"core.{name}.task").TASKS
}


def names() -> tuple[str, ...]:
    """The tasks that there are."""
    return tuple(_tasks)


def find(name: str) -> Task:
    """The task called `name`.

    Raises:
        InputError: there is none.
    """
    if name not in _tasks:
        raise InputError(
            f"没有任务 {name!r}，可用：{'、'.join(_tasks)}", f"no task {name!r}; there are {', '.join(_tasks)}"
        )
    return _tasks[name]


def operations() -> tuple[tuple[Task, Operation], ...]:
    """All that Modou can be asked, each with the task whose models answer it."""
    return tuple((task, operation) for task in _tasks.values() for operation in task.operations)


def values() -> frozenset[str]:
    """The fields of rows, of whatever task, that are numbers or truth values."""
    return frozenset().union(*(task.operations[0].values() for task in _tasks.values()))
