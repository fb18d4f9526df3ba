"""A pane of the Triples tab: two extractors on the same text. It is shown once two models ship."""

from __future__ import annotations

import json
import time
from typing import Any

import gradio as gr

from core.errors import InputError
from core.text import check_text
from core.triples import MAX_CHARS
from demos.shell.i18n import t
from demos.triples.common import least, load, models, name_of, relations, shown_error
from demos.triples.views import TripleCompare

_CONCURRENT = 2
_SIDES = {"left": "triples_compare_left", "right": "triples_compare_right"}


def _side(model: str, text: str) -> dict[str, Any]:
    """What one model finds at its own thresholds, and how long it takes once it is loaded."""
    pipeline = load(model)
    begin = time.perf_counter()
    found = pipeline(text)
    return {
        "model": model,
        "name": name_of(model),
        "milliseconds": 1000 * (time.perf_counter() - begin),
        **least(pipeline),
        **found.to_dict(),
    }


def _compare(text: str, left: str, right: str) -> dict[str, Any]:
    """What the view of the comparison shows."""
    try:
        text = check_text(text, MAX_CHARS)
        if left == right:
            raise InputError("请选两个不同的模型", "choose two different models")
        sent = {"text": text, "sides": [_side(left, text), _side(right, text)]}
    except InputError as error:
        return shown_error(error)
    return {"json": json.dumps(sent, ensure_ascii=False, separators=(",", ":")), "at": time.time()}


def build_compare() -> None:
    """Lay out the pane and wire it; called inside its `gr.Tab`."""
    choices = models()
    with gr.Row(elem_classes="modou-panel"):
        with gr.Column(scale=4, min_width=320):
            text = gr.Textbox(
                label=t("triples_input"),
                placeholder=t("triples_placeholder"),
                lines=8,
                max_lines=16,
                elem_id="triples-compare-text",
            )
            left, right = (
                gr.Dropdown(choices, value=model, label=t(label), elem_id=f"triples-compare-{side}")
                for (side, label), (_, model) in zip(_SIDES.items(), choices, strict=False)
            )
            run = gr.Button(t("triples_compare_run"), variant="primary", elem_id="triples-compare-run")
        with gr.Column(scale=9, min_width=340):
            view = TripleCompare({}, relations=relations(), elem_id="triples-compared")
    gr.on(
        [run.click, text.submit],
        _compare,
        inputs=[text, left, right],
        outputs=[view],
        api_visibility="private",
        concurrency_id="triples_compare",
        concurrency_limit=_CONCURRENT,
    )
