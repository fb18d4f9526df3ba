"""What the panes of the Similarity tab have in common."""

from __future__ import annotations

from typing import Any, Final

import gradio as gr

from core import catalog
from core.errors import InputError
from core.similarity import MAX_CHARS
from core.text import check_text
from demos.shell.i18n import t

TASK: Final = "similarity"


def vectors_radio(elem_id: str) -> gr.Radio:
    """The choice between the bundled models, the encoder first."""
    encoder, static = catalog.bundled(TASK)
    return gr.Radio(
        [(t("similarity_encoder"), encoder), (t("similarity_search_static"), static)],
        value=encoder,
        label=t("similarity_model"),
        elem_id=elem_id,
    )


def _pair(model: str, event: gr.EventData) -> Any:
    """The picked pair and the vectors it was found with, for the compare pane; anything else changes nothing."""
    sent = event._data if isinstance(event._data, dict) else {}
    try:
        return *(check_text(sent.get(side), MAX_CHARS) for side in ("a", "b")), model, gr.Tabs(selected="compare")
    except InputError:
        return gr.skip(), gr.skip(), gr.skip(), gr.skip()


def wire_pick(view: Any, vectors: gr.Radio, pair: dict[str, Any], panes: gr.Tabs, compare: dict[str, Any]) -> None:
    """Let a pair of sentences that is picked in `view` be compared in the first pane, with the same vectors."""
    view.pick(
        _pair,
        inputs=[vectors],
        outputs=[*pair.values(), panes],
        api_visibility="private",
        show_progress="hidden",
        queue=False,
    ).then(**compare)
