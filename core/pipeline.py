"""What every task's pipeline offers: one call for one input, one method for many rows of JSON."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Protocol

from core.errors import InputError


class Result(Protocol):
    """A task's answer; `to_dict()` is the JSON of the command line and of the API."""

    def to_dict(self) -> dict[str, Any]: ...


class Pipeline(ABC):
    """One loaded model behind one task. Safe to call from many threads."""

    task: str
    # The methods that need the model, and what the others use of it: they run anywhere (`core.remote`).
    at_model: ClassVar[tuple[str, ...]] = ("__call__", "run")
    facts: ClassVar[tuple[str, ...]] = ()

    @classmethod
    @abstractmethod
    def from_folder(cls, folder: Path, device: str) -> Pipeline:
        """Load from a checkpoint folder. Raises OSError or ValueError where the folder holds no such model."""

    @abstractmethod
    def __call__(self, *args: Any, **kwargs: Any) -> Result:
        """The result for one input. Raises InputError where the input cannot be used."""

    @abstractmethod
    def run(self, rows: Sequence[Mapping[str, Any]]) -> list[Result | InputError]:
        """The results for JSON rows, in order; a row that cannot be used gives its InputError in its place."""
