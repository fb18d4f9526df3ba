"""The Triples tab: Chinese text in, subject-predicate-object triples out, as a table and as a graph; or its events."""

from __future__ import annotations

import gradio as gr

from core import catalog
from demos.shell.i18n import t
from demos.shell.views import Stage
from demos.triples.common import TASK
from demos.triples.compare import build_compare
from demos.triples.documents import build_documents
from demos.triples.events import MODE, build_events
from demos.triples.schema import build_section
from demos.triples.text import build_text

NAME = TASK


def build_tab(app: gr.Blocks, stage: Stage) -> None:
    """Lay out the tab's panes; called inside its `gr.Tab`."""
    with gr.Tabs(selected="text", overflow_behavior="wrap", elem_id="triples-panes") as panes:
        with gr.Tab(t("triples_text"), id="text", elem_id="triples-pane-text"):
            build_text(app, stage, panes)
        with gr.Tab(t("triples_documents"), id="documents"):
            build_documents(app)
        with gr.Tab(t("triples_events"), id=MODE, elem_id="triples-pane-events"):
            build_events(app, stage, panes)
        if len(catalog.bundled(NAME)) > 1:
            with gr.Tab(t("triples_compare"), id="compare"):
                build_compare()
    build_section(app)
