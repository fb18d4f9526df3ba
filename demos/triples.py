"""The Triples tab: Chinese text in, subject-predicate-object triples out."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import gradio as gr

import core
from core import catalog
from core.errors import InputError
from core.text import check_text
from core.triples import MAX_CHARS
from core.triples.schema import RELATIONS
from demos.components import CasRelView, ModelState, TripleView
from demos.export import to_csv, to_json
from demos.i18n import t
from demos.models import load_model
from demos.triples_schema import build_section

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
    progress: gr.Progress = gr.Progress(),  # noqa: B008 (Gradio finds the progress bar by this default)
) -> dict[str, Any]:
    """What the result view shows for `text`."""

    def report(done: int, total: int) -> None:
        if total > _LONG:
            progress((done, total))

    try:
        text = check_text(text, MAX_CHARS)  # at once, not after the model has loaded
        pipeline = core.load(NAME)
        begin = time.perf_counter()
        result = pipeline(text, threshold, progress=report)
    except InputError as error:
        return {"error": {"zh": error.zh, "en": error.en}}
    milliseconds = 1000 * (time.perf_counter() - begin)
    found = result.to_dict()
    return {
        "text": result.text,
        "triples": [row | _describe(row["predicate"]) for row in found["triples"]],
        "relations": pipeline.relations,
        "milliseconds": milliseconds,
        "json": to_json(found),
        "csv": _csv(found["triples"]),
    }


def _extract_again(text: str, threshold: float) -> Any:
    """The result at another threshold; moving the slider over an empty box is no mistake."""
    return _extract(text, threshold) if text.strip() else gr.skip()


def _explain(text: str) -> Any:
    """What the view of the model's inside shows; it stays as it was where `text` cannot be used."""
    try:
        return {"sentences": [sentence.to_dict() for sentence in core.load(NAME).explain(text)]}
    except InputError:
        return gr.skip()


def _describe(predicate: str) -> dict[str, str]:
    """The types a relation is between, and its English name; nothing for relations of a user's own model."""
    relation = RELATIONS.get(predicate)
    if relation is None:
        return {"subject_type": "", "object_type": "", "english": predicate}
    return {"subject_type": relation.subject_type, "object_type": relation.object_type, "english": relation.english}


def build_tab(app: gr.Blocks) -> None:
    """Lay out the tab and wire it; called inside its `gr.Tab`."""
    examples = json.loads(_EXAMPLES.read_text(encoding="utf-8"))
    threshold_of_model = round(catalog.find(NAME).config["threshold"], 2)
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
                value=threshold_of_model,
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
    build_section(app)
    with example_slot:
        samples = gr.Examples(
            [[e["text"]] for e in examples],
            inputs=[text],
            example_labels=[e["label"] for e in examples],
            label=t("examples"),
            api_visibility="private",
        )
    shared: dict[str, Any] = {"api_visibility": "private", "concurrency_id": NAME, "concurrency_limit": _CONCURRENT}
    extract: dict[str, Any] = {"fn": _extract, "inputs": [text, threshold], "outputs": [view], **shared}
    explain: dict[str, Any] = {
        "fn": _explain,
        "inputs": [text],
        "outputs": [inside],
        "show_progress": "hidden",
        **shared,
    }
    runs = [
        gr.on([run.click, text.submit], **extract),
        samples.load_input_event.then(**extract),
        threshold.release(**extract | {"fn": _extract_again}),
    ]
    chained = [event.then(**explain) for event in runs]
    clear.click(
        lambda: ("", {}, {}),
        outputs=[text, view, inside],
        api_visibility="private",
        queue=False,
        cancels=runs + chained,
    )
    app.load(lambda: load_model(NAME), outputs=[state], api_visibility="private", show_progress="hidden")
    gr.api(triples, api_name=NAME, concurrency_id=NAME, concurrency_limit=_CONCURRENT)
