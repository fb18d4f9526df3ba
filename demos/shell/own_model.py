"""A checkpoint of the host's choosing beside the tab's own: looked at, loaded, asked the same, let go.

The section is there only where the host lists some (`core.own_models`). What is loaded is the server's: whoever opens
the page finds it loaded, and may let it go.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import gradio as gr

import core
from core import own_models, runtime
from core.errors import InputError
from demos.server import monitoring
from demos.server.space import lent_device, on_gpu
from demos.shell.card import Words
from demos.shell.i18n import t
from demos.shell.views import OwnModel

_MEGA = 1e6
# Seconds between two words on how far a load is.
_TICK = 0.5
# Rows of an answer that are shown.
_MOST_ROWS = 20


@dataclass(frozen=True)
class Shown:
    """One model's answer as a table, with the code that it wrote, where it wrote some, and what is to be said of it."""

    head: Sequence[Words]
    rows: Sequence[Sequence[Any]]
    code: str = ""
    note: Words | None = None


# What a tab does with a pipeline of a task and the values of its inputs.
Ask = Callable[..., Shown]


def _looked_at(name: str | None, tasks: tuple[str, ...]) -> dict[str, Any]:
    """What the view says of the chosen checkpoint."""
    if not name:
        return {}
    try:
        facts = own_models.inspect(name)
        facts.task_of(tasks)
    except InputError as error:
        return _failed(error)
    found = own_models.loaded(name, tasks)
    took = found and {"seconds": found[1].seconds, "megabytes": found[1].held / _MEGA}
    return {"facts": facts.to_dict(), "loaded": took, "process": runtime.memory() / _MEGA}


def _look(name: str | None, tasks: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """What the view shows once a checkpoint is chosen: the Hub may take its time to tell what it is."""
    if name:
        yield {"looking": name}
    yield _looked_at(name, tasks)


def _failed(error: InputError, **more: Any) -> dict[str, Any]:
    return {**more, **error.to_dict(), "at": time.time()}


def _load(name: str | None, tasks: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """What the view shows while the checkpoint is loaded, and after."""
    before = _looked_at(name, tasks)
    yield before
    if not name or "error" in before:
        return
    try:
        for progress in watched_load(name, tasks):
            yield before | {"progress": progress}
    except InputError as error:
        yield _failed(error, facts=before["facts"])
        return
    yield _looked_at(name, tasks)


def watched_load(name: str, tasks: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Load a listed checkpoint for the first of `tasks` that it fits; meanwhile, how far that is: {stage, done, total,
    seconds}.

    Raises:
        InputError: it is not loaded, and why.
    """
    heard: queue.SimpleQueue[tuple[str, float, float]] = queue.SimpleQueue()
    failed: list[InputError] = []

    def work() -> None:
        try:
            own_models.load(name, tasks, lambda *report: heard.put(report))
        except InputError as error:
            failed.append(error)
        except Exception as error:  # memory that is not there, a file that changes meanwhile
            monitoring.unexpected("own_model.load", error)
            failed.append(InputError(f"{name} 没能载入", f"{name} could not be loaded"))

    worker, begin = threading.Thread(target=work, daemon=True), time.monotonic()
    worker.start()
    stage, done, total = "read", 0.0, 0.0
    while worker.is_alive():
        yield {"stage": stage, "done": done, "total": total, "seconds": time.monotonic() - begin}
        worker.join(_TICK)
        while not heard.empty():
            stage, done, total = heard.get()
    if failed:
        raise failed[0]


def _unload(name: str | None, tasks: tuple[str, ...]) -> dict[str, Any]:
    try:
        own_models.unload(name or "", tasks)
    except InputError as error:
        return _failed(error)
    return _looked_at(name, tasks) | {"unloaded": True}


def _side(who: Words, ask: Ask, task: str, pipeline: Any, given: Sequence[Any]) -> dict[str, Any]:
    """One model's answer, or why it has none."""
    begin = time.perf_counter()
    try:
        shown = ask(task, pipeline, *given)
    except InputError as error:
        return {"who": who, **error.to_dict()}
    milliseconds = 1000 * (time.perf_counter() - begin)
    found = asdict(shown) | {"rows": [list(row) for row in shown.rows[:_MOST_ROWS]], "total": len(shown.rows)}
    return {"who": who, "milliseconds": milliseconds, **found}


@on_gpu
def _theirs(name: str, tasks: tuple[str, ...], ask: Ask, given: Sequence[Any]) -> dict[str, Any]:
    """The other model's answer; where a GPU is lent for it, read onto that first."""
    who = {"zh": name, "en": name}
    try:
        task, pipeline = own_models.pipeline(name, tasks, lent_device())
    except InputError as error:
        return {"who": who, **error.to_dict()}
    return _side(who, ask, task, pipeline, given)


def _compare(
    name: str | None,
    tasks: tuple[str, ...],
    also: tuple[str, ...],
    ask: Ask,
    prepare: Callable[..., Sequence[Any]],
    given: Sequence[Any],
) -> Iterator[dict[str, Any]]:
    """Ours, as soon as it is there, and then the other beside it."""
    before = _looked_at(name, (*tasks, *also))
    try:
        if name and own_models.loaded(name, also):  # its weights are there
            own_models.load(name, tasks)
        task, _ = own_models.pipeline(name or "", tasks)
        yield before | {"sides": []}
        given = prepare(*given)
        ours = _side({"zh": "我们的", "en": "Ours"}, ask, task, core.load(task), given)
    except InputError as error:
        yield _failed(error, **{key: before[key] for key in ("facts", "loaded", "process") if key in before})
        return
    yield before | {"sides": [ours]}
    yield before | {"sides": [ours, _theirs(str(name), tasks, ask, given)]}


def build_own_model(
    tab: str,
    tasks: tuple[str, ...],
    ask: Ask,
    inputs: Sequence[Any],
    *,
    also: tuple[str, ...] = (),
    prepare: Callable[..., Sequence[Any]] = lambda *given: given,
    js: str | None = None,
) -> None:
    """Lay out and wire the section, where the host lists checkpoints.

    `tasks`: those of the tab, of which a checkpoint is loaded for the first that it fits; `also`: those that it may be
    loaded for elsewhere in the tab, and is let go for, too. `ask` gets the task, its
    pipeline and what `prepare` makes of the values of `inputs`; what they raise of InputError is shown. `js` makes a
    text of what only the page knows, to be sent in place of `inputs`: `(name) => [name, text]`.
    """
    names, every = list(own_models.listed()), (*tasks, *also)
    if not names:
        return
    with gr.Accordion(t("own_model"), open=False, elem_id=f"{tab}-own"):
        with gr.Row():
            # What is typed may be anything: the list is kept where models are loaded, with words of our own.
            chosen = gr.Dropdown(
                names,
                value=None,
                label=t("own_model_choice"),
                allow_custom_value=True,
                min_width=300,
                scale=3,
                elem_id=f"{tab}-own-choice",
            )
            load = gr.Button(t("own_model_load"), min_width=70, elem_id=f"{tab}-own-load")
            compare = gr.Button(t("own_model_compare"), variant="primary", min_width=150, elem_id=f"{tab}-own-compare")
            unload = gr.Button(t("own_model_unload"), min_width=70, elem_id=f"{tab}-own-unload")
        # What only the page knows is sent in the place of a field's value.
        sent = [gr.Textbox(visible="hidden")] if js else inputs
        view = OwnModel({}, elem_id=f"{tab}-own-view")

    def compared(name: str | None, *given: Any) -> Iterator[dict[str, Any]]:
        yield from _compare(name, tasks, also, ask, prepare, given)

    def looking(name: str | None) -> Iterator[dict[str, Any]]:
        yield from _look(name, every)

    def loading(name: str | None) -> Iterator[dict[str, Any]]:
        yield from _load(name, tasks)

    shared: dict[str, Any] = {"outputs": [view], "api_visibility": "private", "show_progress": "hidden"}
    limits: dict[str, Any] = {"concurrency_id": f"{tab}_own", "concurrency_limit": 1}
    chosen.input(looking, inputs=[chosen], trigger_mode="always_last", **shared)
    load.click(loading, inputs=[chosen], **limits, **shared)
    compare.click(compared, inputs=[chosen, *sent], js=js, **limits, **shared)
    unload.click(lambda name: _unload(name, every), inputs=[chosen], **limits, **shared)
