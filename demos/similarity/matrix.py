"""A pane of the Similarity tab: a list of sentences against itself."""

from __future__ import annotations

import time
from typing import Any

import gradio as gr

import core
from core.errors import InputError
from demos.assets import EXAMPLES
from demos.shell.i18n import t
from demos.similarity.panes import TASK, vectors_radio, wire_pick
from demos.similarity.views import MatrixView
from demos.views.export import to_grid, to_json

_SAMPLE = EXAMPLES / TASK / "matrix.txt"
_CONCURRENT = 2


def _matrix(text: str | None, model: str) -> dict[str, Any]:
    """What the view of the matrix shows."""
    sentences = [line.strip() for line in (text or "").split("\n") if line.strip()]
    try:
        if not sentences:
            raise InputError("请输入句子，每行一句", "enter sentences, one a line")
        pipeline = core.load(TASK, model)
        begin = time.perf_counter()
        result = pipeline.matrix(sentences)
    except InputError as error:
        return error.to_dict()
    milliseconds = 1000 * (time.perf_counter() - begin)
    found = result.to_dict()
    grid = [["", *found["sentences"]], *([s, *row] for s, row in zip(found["sentences"], found["wrd"], strict=True))]
    return found | {"milliseconds": milliseconds, "json": to_json(found), "csv": to_grid(grid)}


def build_matrix(app: gr.Blocks, *, pair: dict[str, Any], panes: gr.Tabs, compare: dict[str, Any]) -> None:
    """Lay out the matrix pane and wire it; called inside its `gr.Tab`."""
    with gr.Row(elem_classes="modou-panel"):
        with gr.Column(scale=4, min_width=320):
            text = gr.Textbox(
                "",
                label=t("similarity_matrix_sentences"),
                info=t("similarity_matrix_info"),
                placeholder=t("similarity_matrix_placeholder"),
                lines=10,
                max_lines=16,
                elem_id="similarity-matrix-text",
            )
            model = vectors_radio("similarity-matrix-vectors")
            with gr.Row():
                sample = gr.Button(t("similarity_matrix_sample"), min_width=80, elem_id="similarity-matrix-sample")
                run = gr.Button(
                    t("similarity_matrix_run"), variant="primary", min_width=110, elem_id="similarity-matrix-run"
                )
        with gr.Column(scale=8, min_width=340):
            view = MatrixView({}, elem_id="similarity-matrix")
    private: dict[str, Any] = {"api_visibility": "private"}
    compute: dict[str, Any] = {
        "fn": _matrix,
        "inputs": [text, model],
        "outputs": [view],
        "concurrency_id": "similarity_matrix",
        "concurrency_limit": _CONCURRENT,
        **private,
    }
    run.click(**compute)
    sample.click(lambda: _SAMPLE.read_text(encoding="utf-8").strip(), outputs=[text], **private).then(**compute)
    wire_pick(view, model, pair, panes, compare)
