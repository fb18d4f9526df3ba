"""A text in, the same text turned round out."""

from __future__ import annotations

import gradio as gr

from demos.shell.views import Stage

NAME = "toy"


def build_tab(app: gr.Blocks, stage: Stage) -> None:
    """Lay out the tab."""
    gr.Textbox(elem_id="toy-text")
