"""The Triples tab: Chinese text in, subject-predicate-object triples out."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import gradio as gr

import core
from core.errors import InputError
from core.text import check_text
from core.triples import MAX_CHARS
from core.triples.schema import RELATIONS
from demos.components import CasRelView, ModelState, TripleView
from demos.export import to_csv, to_json
from demos.i18n import language, t
from demos.models import load_model

NAME = "triples"
LABEL = "triples_tab"

_EXAMPLES = Path(__file__).resolve().parent.parent / "assets" / "examples" / NAME / "examples.json"
_COLUMNS = ("subject", "predicate", "object", "score", "subject_start", "subject_end", "object_start", "object_end")
# From this many sentences on a progress bar is worth the flicker.
_LONG = 32
# Requests answered at a time: their sentences share batches, so a short text need not wait for a long one to end.
_CONCURRENT = 4


def triples(text: str, threshold: float | None = None) -> dict[str, Any]:
    """Extract subject-predicate-object triples from Chinese text.

    Args:
        text: Chinese text, at most 20,000 characters.
        threshold: least probability of a triple, 0 to 1; leave out for the model's own.

    Returns:
        {"triples": [{"subject", "predicate", "object", "subject_span", "object_span", "score"}]}, spans being
        [start, end) character offsets in the text.
    """
    try:
        check_text(text, MAX_CHARS)
        return core.load(NAME)(text, threshold).to_dict()
    except InputError as error:
        raise gr.Error(str(error), print_exception=False) from error


def _csv(rows: list[dict[str, Any]]) -> str:
    flat = [
        row
        | dict(zip(("subject_start", "subject_end"), row["subject_span"], strict=True))
        | dict(zip(("object_start", "object_end"), row["object_span"], strict=True))
        for row in rows
    ]
    return to_csv(_COLUMNS, flat)


def _extract(
    text: str,
    threshold: float,
    request: gr.Request,
    progress: gr.Progress = gr.Progress(),  # noqa: B008 (Gradio finds the progress bar by this default)
) -> tuple[Any, Any]:
    """What the result view and the inside view show for `text`."""

    def report(done: int, total: int) -> None:
        if total > _LONG:
            progress((done, total))

    try:
        check_text(text, MAX_CHARS)  # at once, not after the model has loaded
        pipeline = core.load(NAME)
        begin = time.perf_counter()
        result = pipeline(text, threshold, progress=report)
        milliseconds = 1000 * (time.perf_counter() - begin)
        inside = [sentence.to_dict() for sentence in pipeline.explain(text)]
    except InputError as error:
        return {"error": error.message(language(request))}, gr.skip()
    found = result.to_dict()
    view = {
        "text": result.text,
        "triples": [row | _describe(row["predicate"]) for row in found["triples"]],
        "relations": pipeline.relations,
        "milliseconds": milliseconds,
        "json": to_json(found),
        "csv": _csv(found["triples"]),
    }
    return view, {"sentences": inside}


def _describe(predicate: str) -> dict[str, str]:
    """The types a relation is between, and its English name; nothing for relations of a user's own model."""
    relation = RELATIONS.get(predicate)
    if relation is None:
        return {"subject_type": "", "object_type": "", "english": predicate}
    return {"subject_type": relation.subject_type, "object_type": relation.object_type, "english": relation.english}


def _ready(request: gr.Request) -> tuple[dict[str, Any], Any]:
    """The model's state, and its own threshold for the slider."""
    state = load_model(NAME, request)
    return state, round(core.load(NAME).threshold, 2) if state["state"] == "ready" else gr.skip()


def build_tab(app: gr.Blocks) -> None:
    """Lay out the tab and wire it; called inside its `gr.Tab`."""
    examples = json.loads(_EXAMPLES.read_text(encoding="utf-8"))
    with gr.Row(elem_classes="modou-panel"):
        with gr.Column(scale=5, min_width=320):
            text = gr.Textbox(
                label=t("triples_input"),
                placeholder=t("triples_placeholder"),
                lines=7,
                max_lines=16,
                elem_id="triples-text",
            )
            with gr.Row():
                clear = gr.Button(t("clear"), scale=1, min_width=80, elem_id="triples-clear")
                run = gr.Button(t("triples_run"), variant="primary", scale=3, min_width=140, elem_id="triples-run")
            example_slot = gr.Column(elem_id="triples-examples")
            threshold = gr.Slider(
                0.02,
                0.98,
                value=0.4,
                step=0.01,
                label=t("triples_threshold"),
                info=t("triples_threshold_info"),
                elem_id="triples-threshold",
            )
            state = ModelState({"state": "loading"}, elem_id="triples-state")
        with gr.Column(scale=7, min_width=340):
            view = TripleView(elem_id="triples-result")
    with gr.Accordion(t("how_it_works"), open=False, elem_id="triples-how"):
        inside = CasRelView(elem_id="triples-inside")
    with example_slot:
        samples = gr.Examples(
            [[e["text"]] for e in examples],
            inputs=[text],
            example_labels=[e["label"] for e in examples],
            label=t("examples"),
            api_visibility="private",
        )
    extract: dict[str, Any] = {
        "fn": _extract,
        "inputs": [text, threshold],
        "outputs": [view, inside],
        "show_progress": "minimal",
        "api_visibility": "private",
        "concurrency_id": NAME,
        "concurrency_limit": _CONCURRENT,
    }
    gr.on([run.click, text.submit, threshold.release], **extract)
    samples.load_input_event.then(**extract)
    clear.click(lambda: ("", {}, {}), outputs=[text, view, inside], api_visibility="private", queue=False)
    app.load(_ready, outputs=[state, threshold], api_visibility="private", show_progress="hidden")
    gr.api(triples, api_name=NAME, concurrency_id=NAME, concurrency_limit=_CONCURRENT)
