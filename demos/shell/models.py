"""The visible state of a tab's model."""

from __future__ import annotations

from typing import Any

import core
from core import catalog
from core.errors import InputError


def load_model(task: str, model: str | None = None) -> dict[str, Any]:
    """Load a model of `task` if nobody has yet, and say what it is: the value of a `ModelState`."""
    try:
        core.load(task, model)
        found = catalog.find(task, model)
    except InputError as error:
        return {"state": "failed", **error.to_dict()}
    return {"state": "ready", "name": found.name, "parameters": found.parameters, "megabytes": found.size / 1e6}
