"""A pane of the Triples tab: the events of one text, and what the model saw in it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import gradio as gr

import core
from core.errors import InputError
from core.markdown import MARKDOWN, strip_markdown
from core.text import check_bytes, check_text, decode
from core.triples import MAX_CHARS
from core.triples.documents import MAX_BYTES
from core.triples.event_schema import EVENT_TYPES
from core.triples.task import EVENTS
from demos.server.calls import clean
from demos.shell.card import Example, Input, read_examples
from demos.shell.card import examples as example_rows
from demos.shell.filling import examples_view, on_choose, on_fill
from demos.shell.i18n import t
from demos.shell.models import load_model
from demos.shell.views import Share, Stage
from demos.triples.common import TASK, shown_error
from demos.triples.views import EventsView, TriplesInside
from demos.views.view import ModelState, Note

MODE = "events"
# From this many parts on a progress bar is worth the flicker.
_LONG = 24


def examples() -> list[Example]:
    """The examples of the pane."""
    rows = example_rows(TASK, "events.json")
    return read_examples(rows, lambda row: {"text": row["text"], "mode": MODE})


def _sent(**value: Any) -> dict[str, Any]:
    """As text, because Gradio watches every number of a value; the time makes one that comes again a new one."""
    return {"json": json.dumps(value, ensure_ascii=False, separators=(",", ":")), "at": time.time()}


def _find(
    text: str,
    progress: gr.Progress = gr.Progress(),  # noqa: B008 (Gradio finds the progress bar by this default)
) -> dict[str, Any]:
    """What the view shows for `text`."""

    def report(done: int, total: int) -> None:
        if total > _LONG:
            progress((done, total))

    try:
        text = check_text(text, MAX_CHARS)  # at once, not after the model has loaded
        pipeline: Any = core.load(MODE)
        begin = time.perf_counter()
        result = pipeline(text, progress=report)
    except InputError as error:
        return shown_error(error)
    milliseconds = 1000 * (time.perf_counter() - begin)
    return _sent(text=clean(result.text), milliseconds=milliseconds, **result.to_dict())


def _find_if(text: str, asked: bool) -> Any:
    """As `_find`, where the link or the step was for this pane."""
    return _find(text) if asked else gr.skip()


def _explain(text: str) -> Any:
    """What the view of the model's inside shows; it stays as it was where `text` cannot be used."""
    try:
        inside = [part.to_dict() for part in core.load(MODE).explain(text)]
    except InputError:
        return gr.skip()
    return _sent(sentences=inside)


def _open(path: str) -> tuple[Any, Any]:
    """The text of an uploaded file, for the text box, and what to say of it under the button."""
    try:
        data = Path(path).read_bytes()
        check_bytes(data, MAX_BYTES)
        text = decode(data)
        return check_text(strip_markdown(text) if path.lower().endswith(MARKDOWN) else text, MAX_CHARS), {}
    except InputError as error:
        return gr.skip(), error.to_dict()
    except OSError:
        return gr.skip(), InputError("文件已不在服务器上，请重新上传", "the file is gone; upload it again").to_dict()


def _fill(given: Input) -> tuple[Any, ...]:
    """What a link or a step of a deck asks for, where it is for this pane."""
    if given.get("mode") != MODE:
        return gr.skip(), gr.skip(), False
    return given["text"], gr.Tabs(selected=MODE), True


def _lay_out_input() -> dict[str, Any]:
    """The left side; called inside its column."""
    parts: dict[str, Any] = {
        "text": gr.Textbox(
            label=t("triples_input"),
            placeholder=t("events_placeholder"),
            lines=8,
            max_lines=16,
            elem_id="events-text",
        )
    }
    with gr.Row():
        parts["clear"] = gr.Button(t("clear"), scale=1, min_width=80, elem_id="events-clear")
        parts["run"] = gr.Button(t("events_run"), variant="primary", scale=3, min_width=140, elem_id="events-run")
    parts["file"] = gr.UploadButton(t("events_file"), size="sm", elem_id="events-file")  # type: ignore[arg-type]
    parts["note"] = Note({}, elem_id="events-note")
    parts["examples"] = examples_view(examples(), "events-examples")
    parts["state"] = ModelState({"state": "loading"}, elem_id="events-state")
    Share({"tab": TASK, "mode": MODE}, elem_id="events-share", elem_classes="share")
    return parts


def build_events(app: gr.Blocks, stage: Stage, panes: gr.Tabs) -> None:
    """Lay out the pane and wire it; called inside its `gr.Tab`. The `stage` may fill it in."""
    types = [kind._asdict() for kind in EVENT_TYPES.values()]
    with gr.Row(elem_classes="modou-panel"):
        with gr.Column(scale=4, min_width=320):
            parts = _lay_out_input()
        with gr.Column(scale=9, min_width=340):
            view = EventsView(types=types, elem_id="events-result")
    with gr.Accordion(t("how_it_works"), open=False, elem_id="events-how"):
        inside = TriplesInside(types=types, elem_id="events-inside")
    text, asked = parts["text"], gr.State(False)
    private: dict[str, Any] = {"api_visibility": "private"}
    shared: dict[str, Any] = {**EVENTS.limits, **private}
    find: dict[str, Any] = {"fn": _find, "inputs": [text], "outputs": [view], **shared}
    explain: dict[str, Any] = {
        "fn": _explain,
        "inputs": [text],
        "outputs": [inside],
        "show_progress": "hidden",
        **shared,
    }
    uploaded = parts["file"].upload(_open, [parts["file"]], [text, parts["note"]], show_progress="hidden", **private)
    runs = [
        gr.on([parts["run"].click, text.submit], **find),
        on_choose(parts["examples"], TASK, examples(), lambda given: (given["text"],), [text]).success(**find),
        uploaded.then(**find),
    ]
    filled = on_fill(stage, TASK, _fill, [text, panes, asked], cancels=runs)
    runs.append(filled.success(**find | {"fn": _find_if, "inputs": [text, asked]}, trigger_mode="always_last"))
    chained = [event.then(**explain) for event in runs]
    parts["clear"].click(
        lambda: ("", {}, {}, {}),
        outputs=[text, view, inside, parts["note"]],
        queue=False,
        cancels=runs + chained,
        **private,
    )
    app.load(lambda: load_model(MODE), outputs=[parts["state"]], show_progress="hidden", **private)
