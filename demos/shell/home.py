"""The first view: a card for each task, with what its model makes of an example here and now, and what it is."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable

from safetensors import SafetensorError

from core import catalog
from core.errors import InputError
from demos.server.calls import Json, answering, place
from demos.shell.card import Card, Figures, Words, cards, same
from demos.shell.decks import WELCOME
from demos.shell.i18n import both
from demos.shell.views import Home

NAME = "home"

# The latency is the median of so many runs, after one that is not counted; fewer where that would take longer than so
# many milliseconds.
_RUNS, _PATIENCE = 5, 1_000
# Requests that may wait for a first run; all later ones find its outcome.
_waiting = threading.BoundedSemaphore(8)
_one_at_a_time = threading.Lock()
_done: dict[str, Json] = {}


def _model(kind: str, name: str) -> Json | None:
    """What a model is, or None where it is missing or damaged: its tab tells, and the page opens all the same."""
    try:
        found = catalog.find(kind, name)
        return {
            "name": name,
            "parameters": found.parameters,
            "megabytes": found.size / 1e6,
            "figures": found.figures,
        }
    except (InputError, OSError, ValueError, SafetensorError):
        return None


def _facts(task: str) -> Json:
    card = cards()[task]
    models = [found for kind, name in card.models if (found := _model(kind, name))]
    figures = {model["name"]: model.pop("figures") for model in models}
    return {
        "task": task,
        "title": both(f"{task}_tab"),
        "says": card.says,
        "data": _said(card.data, figures),
        "figure": _said(card.figure, figures),
        "models": models,
        "links": [{"title": title, "url": url} for title, url in card.links],
    }


def _said(words: Callable[[Figures], Words], figures: Figures) -> Words:
    try:
        return words(figures)
    except KeyError:
        return same("—")


@answering
def thumbnail(request: Json) -> Json:
    """What the models of `request["task"]` make of an example, {shown}, and how long that takes here, {milliseconds}:
    the median of some runs, the first time that anybody asks, {at} that time in seconds since 1970."""
    task = request.get("task")
    if not isinstance(task, str) or task not in cards():
        raise InputError("没有这个任务", "there is no such task")
    if task not in _done:
        with place(_waiting), _one_at_a_time:
            if task not in _done:
                _done[task] = _measured(cards()[task])
    return _done[task]


def _measured(card: Card) -> Json:
    shown = card.show()
    times: list[float] = []
    while len(times) < _RUNS and sum(times) < _PATIENCE:
        card.prepare()
        begin = time.perf_counter()
        card.show()
        times.append(1000 * (time.perf_counter() - begin))
    return {"shown": shown, "milliseconds": statistics.median(times), "at": time.time()}


def build_home() -> Home:
    """The cards, and the way into the tour; what is drawn in the cards comes once they are looked at. Triggers `open`
    for the tab of one."""
    shown = {"cards": [_facts(task) for task in cards()], "tour": WELCOME}
    return Home(shown, elem_id="modou-home", server_functions=[thumbnail])
