"""A text in, the same text turned round out."""

from __future__ import annotations

import gradio as gr

NAME = "toy"


def build_tab(app: gr.Blocks) -> None:
    """Lay out the tab."""
    gr.Textbox(elem_id="toy-text")
