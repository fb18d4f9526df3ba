"""Decks: the steps of a talk, each a tab, its input, and what to say about it.

Those in `assets/decks` ship; `MODOU_DECKS=FOLDER` adds a speaker's own. The examples of each tab are a deck, too.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.errors import InputError
from demos.assets import ASSETS
from demos.shell.card import Example, Words, links
from demos.shell.i18n import both
from demos.shell.links import fields, read_input

FOLDER = ASSETS / "decks"
# The one that a presentation begins with where none is asked for.
FIRST = "tour"
# The one that takes a new visitor round.
WELCOME = "welcome"

_MAX_BYTES = 500_000
_MAX_STEPS = 200
_MAX_TITLE, _MAX_NOTE = 120, 4_000
_DECK_KEYS = {"title", "minutes", "seconds", "steps"}
_STEP_KEYS = {"tab", "title", "input", "note"}


@dataclass(frozen=True)
class Step:
    """What the audience sees, and what the speaker says; titles and notes are {zh, en}."""

    tab: str
    title: Words
    input: dict[str, Any]
    note: Words


@dataclass(frozen=True)
class Deck:
    """The steps of a talk of about so many `minutes`, 0 where nobody says. With `seconds` it is a tour that goes by
    itself: each step stays so long with its notes open."""

    name: str
    title: Words
    minutes: int
    steps: tuple[Step, ...]
    seconds: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The deck as the page is sent it."""
        return asdict(self)


def read_deck(path: Path) -> Deck:
    """The deck in a YAML file.

    Raises:
        InputError: it is none; the message names the file, and the step and key where there is one.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
        # As YAML's plain types: a deck from a stranger must make no objects.
        given = yaml.load(content.decode("utf-8-sig"), _Loader) if len(content) <= _MAX_BYTES else None
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        told = " ".join(str(error).split())[:200]
        raise _wrong(path.name, None, f"无法读取：{told}", f"cannot be read: {told}") from error
    if len(content) > _MAX_BYTES:
        raise _wrong(path.name, None, f"超过 {_MAX_BYTES:,} 字节", f"more than {_MAX_BYTES:,} bytes")
    deck = _mapping(given, _DECK_KEYS, path.name, None)
    title = _words(deck.get("title"), _MAX_TITLE, path.name, None, "title")
    minutes, seconds = (_whole(deck.get(key, 0), path.name, key) for key in ("minutes", "seconds"))
    steps = deck.get("steps")
    if not isinstance(steps, list) or not 1 <= len(steps) <= _MAX_STEPS:
        raise _wrong(path.name, None, f"steps 应为 1 到 {_MAX_STEPS} 步", f"steps must be a list of 1 to {_MAX_STEPS}")
    read = tuple(_step(step, path.name, n) for n, step in enumerate(steps, 1))
    return Deck(path.stem, title, minutes, read, seconds)


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # it comes without types
    """YAML without aliases, and without two values for one key, of which one would be lost silently."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("no aliases, please")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = next((key for n, key in enumerate(keys) if key in keys[:n]), None)
        if twice is not None:
            raise yaml.YAMLError(f"{twice!r} stands twice, the second time before line {node.end_mark.line + 1}")
        return super().construct_mapping(node, deep)


def _step(given: Any, file: str, number: int) -> Step:
    step = _mapping(given, _STEP_KEYS, file, number)
    tab = step.get("tab")
    value = step.get("input")
    if not isinstance(value, Mapping):
        raise _wrong(file, number, "input 应为键和值", "input must be keys and values")
    try:
        found = read_input(tab, value)
        unknown = next((key for key in value if key not in fields(str(tab))), None)
    except InputError as error:
        key = "input" if isinstance(tab, str) and fields(tab) else "tab"
        raise _wrong(file, number, f"{key}：{error.zh}", f"{key}: {error.en}") from error
    if unknown is not None:
        known = "、".join(fields(str(tab)))
        raise _wrong(
            file, number, f"input 里没有 {unknown!r}，可用：{known}", f"input has no {unknown!r}; it has {known}"
        )
    title = _words(step.get("title"), _MAX_TITLE, file, number, "title")
    note = _words(step.get("note", ""), _MAX_NOTE, file, number, "note", optional=True)
    return Step(str(tab), title, found, note)


def _whole(given: Any, file: str, key: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= 600:
        raise _wrong(file, None, f"{key} 应为 0 到 600 的整数", f"{key} must be a whole number from 0 to 600")
    return given


def _mapping(given: Any, known: set[str], file: str, step: int | None) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise _wrong(file, step, "应为键和值", "must be keys and values")
    unknown = next((key for key in given if key not in known), None)
    if unknown is not None:
        names = "、".join(sorted(known))
        raise _wrong(file, step, f"没有键 {unknown!r}，可用：{names}", f"no key {unknown!r}; there are {names}")
    return given


def _words(given: Any, most: int, file: str, step: int | None, key: str, optional: bool = False) -> Words:
    """{zh, en}; one text stands for both."""
    words = {"zh": given, "en": given} if isinstance(given, str) else given
    if not isinstance(words, Mapping) or set(words) != {"zh", "en"}:
        raise _wrong(file, step, f"{key} 应为文字，或 zh 和 en 两段文字", f"{key} must be text, or two texts zh and en")
    for text in words.values():
        if not isinstance(text, str) or len(text) > most or not (optional or text.strip()):
            raise _wrong(
                file, step, f"{key} 应为至多 {most} 字的文字", f"{key} must be text of at most {most} characters"
            )
    return {name: text.strip() for name, text in words.items()}


def _wrong(file: str, step: int | None, zh: str, en: str) -> InputError:
    where_zh, where_en = (f"第 {step} 步：", f"step {step}: ") if step else ("", "")
    return InputError(f"演示文件 {file}：{where_zh}{zh}", f"deck {file}: {where_en}{en}")


@cache
def load_decks(own: str | None = None) -> dict[str, Deck]:
    """The decks by name: those that ship, those in the folder `own`, and the examples of each tab.

    Raises:
        InputError: one of them is no deck, or `own` is no folder.
    """
    if own and not Path(own).is_dir():
        raise InputError(f"MODOU_DECKS 不是文件夹：{own}", f"MODOU_DECKS is no folder: {own}")
    folders = [Path(own)] if own else []
    # The tour first; a deck of the speaker's own may take the name of one that ships.
    paths = [path for folder in (FOLDER, *folders) for path in sorted(folder.glob("*.y*ml"), key=_tour_first)]
    decks = {path.stem: read_deck(path) for path in paths}
    return decks | {deck.name: deck for deck in _examples() if deck.name not in decks}


def _tour_first(path: Path) -> tuple[bool, str]:
    return path.stem != FIRST, path.name


def our_decks() -> dict[str, Deck]:
    """The decks of this server; see `load_decks`."""
    return load_decks(os.environ.get("MODOU_DECKS"))


def _examples() -> list[Deck]:
    return [
        Deck(tab, both(f"{tab}_tab"), 0, tuple(_shown(tab, example) for example in link.examples()))
        for tab, link in links().items()
    ]


def _shown(tab: str, example: Example) -> Step:
    return Step(tab, example.label, read_input(tab, example.input), example.says)
