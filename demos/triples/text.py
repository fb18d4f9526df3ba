"""A pane of the Triples tab: the triples of one text, and what the model saw in it."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import gradio as gr

from core.errors import InputError
from core.text import check_text
from core.triples import MAX_CHARS
from core.triples.task import EXTRACT
from demos.shell.card import Example, Input, read_examples
from demos.shell.card import examples as example_rows
from demos.shell.filling import examples_view, on_choose, on_fill
from demos.shell.i18n import t
from demos.shell.models import load_model
from demos.shell.own_model import Shown, build_own_model
from demos.shell.views import Share, Stage
from demos.triples import by_example
from demos.triples.common import (
    TASK,
    Read,
    export_graph,
    floor,
    load,
    model_radio,
    models,
    relations,
    shown_error,
    view_value,
)
from demos.triples.views import TriplesInside, TripleView
from demos.views.view import ModelState

# From this many sentences on a progress bar is worth the flicker.
_LONG = 32


def _extract(
    text: str,
    model: str | None,
    progress: gr.Progress = gr.Progress(),  # noqa: B008 (Gradio finds the progress bar by this default)
) -> dict[str, Any]:
    """What the result view shows for `text`."""

    def report(done: int, total: int) -> None:
        if total > _LONG:
            progress((done, total))

    try:
        text = check_text(text, MAX_CHARS)  # at once, not after the model has loaded
        pipeline = load(model)
        begin = time.perf_counter()
        result = pipeline(text, floor(pipeline), progress=report)
    except InputError as error:
        return shown_error(error)
    milliseconds = 1000 * (time.perf_counter() - begin)
    read = Read("", result.text, result.triples)
    return view_value([read], pipeline, milliseconds, run=uuid.uuid4().hex, done=True)


_HEAD = ({"zh": "主语", "en": "Subject"}, {"zh": "关系", "en": "Relation"}, {"zh": "宾语", "en": "Object"})
_PROBABILITY = {"zh": "概率", "en": "Probability"}


def _facts(task: str, pipeline: Any, text: str) -> Shown:
    """One model's triples at its own thresholds, to stand beside another's."""
    found = pipeline(text).triples
    return Shown((*_HEAD, _PROBABILITY), [(f.subject, f.predicate, f.object, f"{f.score:.2f}") for f in found])


def _extract_again(text: str, model: str) -> Any:
    """The result of another model; choosing one over an empty box is no mistake."""
    return _extract(text, model) if text.strip() else gr.skip()


def _explain(text: str, model: str | None) -> Any:
    """What the view of the model's inside shows; it stays as it was where `text` cannot be used."""
    try:
        inside = [sentence.to_dict() for sentence in load(model).explain(text)]
    except InputError:
        return gr.skip()
    return {"json": json.dumps({"sentences": inside}, ensure_ascii=False, separators=(",", ":"))}


def _fill(given: Input) -> tuple[Any, ...]:
    """What a link or a step of a deck asks for, where it is for this pane; without a model named it is read by the
    first."""
    if "mode" in given:
        return gr.skip(), gr.skip(), gr.skip(), False
    return given["text"], given.get("model", models()[0][1]), gr.Tabs(selected="text"), True


def _extract_if(text: str, model: str | None, asked: bool) -> Any:
    """As `_extract`, where the link or the step was for this pane."""
    return _extract(text, model) if asked else gr.skip()


def examples() -> list[Example]:
    """The examples of the pane."""
    return read_examples(example_rows(TASK), lambda row: {"text": row["text"]})


def _lay_out_input() -> dict[str, Any]:
    """The left side; called inside its column."""
    parts: dict[str, Any] = {
        "text": gr.Textbox(
            label=t("triples_input"),
            placeholder=t("triples_placeholder"),
            lines=8,
            max_lines=16,
            elem_id="triples-text",
        )
    }
    with gr.Row():
        parts["clear"] = gr.Button(t("clear"), scale=1, min_width=80, elem_id="triples-clear")
        parts["run"] = gr.Button(t("triples_run"), variant="primary", scale=3, min_width=140, elem_id="triples-run")
    parts["model"] = model_radio("triples-model")
    parts["examples"] = examples_view(examples(), "triples-examples")
    parts["state"] = ModelState({"state": "loading"}, elem_id="triples-state")
    Share({"tab": TASK}, elem_id="triples-share", elem_classes="share")
    return parts


def build_text(app: gr.Blocks, stage: Stage, panes: gr.Tabs) -> None:
    """Lay out the pane and wire it; called inside its `gr.Tab`. The `stage` may fill it in."""
    with gr.Row(elem_classes="modou-panel"):
        with gr.Column(scale=4, min_width=320):
            parts = _lay_out_input()
        with gr.Column(scale=9, min_width=340):
            view = TripleView(relations=relations(), server_functions=[export_graph], elem_id="triples-result")
    by_example.build_section(parts["text"])
    build_own_model(TASK, (TASK,), _facts, [parts["text"]], also=(by_example.BY_EXAMPLE,))
    with gr.Accordion(t("how_it_works"), open=False, elem_id="triples-how"):
        inside = TriplesInside(elem_id="triples-inside")
    text, model, asked = parts["text"], parts["model"], gr.State(False)
    private: dict[str, Any] = {"api_visibility": "private"}
    shared: dict[str, Any] = {**EXTRACT.limits, **private}
    extract: dict[str, Any] = {"fn": _extract, "inputs": [text, model], "outputs": [view], **shared}
    explain: dict[str, Any] = {
        "fn": _explain,
        "inputs": [text, model],
        "outputs": [inside],
        "show_progress": "hidden",
        **shared,
    }
    runs = [
        gr.on([parts["run"].click, text.submit], **extract),
        on_choose(parts["examples"], TASK, examples(), lambda given: (given["text"],), [text]).success(**extract),
        model.input(**extract | {"fn": _extract_again}),
    ]
    filled = on_fill(stage, TASK, _fill, [text, model, panes, asked], cancels=runs)
    runs.append(
        filled.success(
            **extract | {"fn": _extract_if, "inputs": [text, model, asked]},
            trigger_mode="always_last",
        )
    )
    chained = [event.then(**explain) for event in runs]
    parts["clear"].click(
        lambda: ("", {}, {}), outputs=[text, view, inside], queue=False, cancels=runs + chained, **private
    )
    shown: dict[str, Any] = {"outputs": [parts["state"]], "show_progress": "hidden", **private}
    app.load(lambda: load_model(TASK), **shown)
    model.change(lambda name: load_model(TASK, name), inputs=[model], **shown)
