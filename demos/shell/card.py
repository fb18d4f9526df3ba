"""What a tab tells the shell in its `demos/<task>/card.py`: its card on the first view, and what a link carries."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from core import catalog, tasks
from core.text import check_text
from demos.assets import EXAMPLES
from demos.server.calls import Json

Words = dict[str, str]
Input = dict[str, Any]
Figures = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Card:
    """What a card says besides what is read from the models: {zh, en}, and (title, address) of posts and papers.

    `models` are (task, name); `data`, what they learned from, and `figure`, how well, may name what was measured of
    them; `show` is what they make of an example. Where something is kept of an answer, `prepare` leaves it as it is
    before a visitor's next request, or the time that `show` takes would be that of looking it up.
    """

    says: Words
    data: Callable[[Figures], Words]
    models: tuple[tuple[str, str], ...]
    figure: Callable[[Figures], Words]
    links: tuple[tuple[str, str], ...]
    show: Callable[[], Json]
    prepare: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Example:
    """What is given to a tab, under a label, and what there is to see; where the model `fails`, why it does."""

    label: Words
    input: Input
    says: Words
    fails: bool = False


@dataclass(frozen=True)
class Link:
    """What may be given to a tab by a link or a deck, and what reads it."""

    fields: tuple[str, ...]
    read: Callable[[Mapping[str, Any]], Input]
    examples: Callable[[], list[Example]]


@cache
def cards() -> dict[str, Card]:
    """The cards by tab, in the order of the tabs; a tab may have none."""
    return {name: module.CARD for name, module in _modules().items()}


@cache
def links() -> dict[str, Link]:
    """What links carry, by tab."""
    return {name: module.LINK for name, module in _modules().items()}


@cache
def _modules() -> dict[str, Any]:
    named = {name: f"demos.{name}.card" for name in tasks.NAMES}
    return {name: importlib.import_module(path) for name, path in named.items() if importlib.util.find_spec(path)}


def texts(**limits: int) -> Callable[[Mapping[str, Any]], Input]:
    """Reads the texts named, each of at most so many characters."""

    def read(given: Mapping[str, Any]) -> Input:
        return {name: check_text(given.get(name), most) for name, most in limits.items()}

    return read


def examples(task: str, file: str = "examples.json") -> list[dict[str, Any]]:
    """The examples of a task that ship, as they stand in their file."""
    found: list[dict[str, Any]] = json.loads((EXAMPLES / task / file).read_text(encoding="utf-8"))
    return found


def read_examples(rows: Sequence[Mapping[str, Any]], given: Callable[[Mapping[str, Any]], Input]) -> list[Example]:
    """The examples of a file, of whose rows `given` makes what the tab is given."""
    return [Example(row["label"], given(row), row["says"], bool(row.get("fails"))) for row in rows]


def same(text: str) -> Words:
    """One text in both languages."""
    return {"zh": text, "en": text}


def each(task: str, figures: Figures, key: str) -> str:
    """One figure of every model of a task."""
    return " / ".join(f"{figures[name][key]:.3f}" for name in catalog.bundled(task))
