"""The Triples tab: Chinese text in, subject-predicate-object triples out, as a table and as a graph."""

from __future__ import annotations

from typing import Any

import gradio as gr

from core import catalog
from core.errors import InputError
from core.text import check_text
from core.triples import MAX_CHARS
from core.triples.schema import RELATIONS
from demos.shell.i18n import t
from demos.shell.views import Stage
from demos.triples.common import TASK, load
from demos.triples.compare import build_compare
from demos.triples.documents import build_documents
from demos.triples.schema import build_section
from demos.triples.text import CONCURRENT, build_text

NAME = TASK
LABEL = "triples_tab"


def triples(
    text: str, threshold: float | None = None, model: str | None = None, relations: list[str] | None = None
) -> dict[str, Any]:
    """Extract subject-predicate-object triples from Chinese text.

    Args:
        text: Chinese text, at most 20,000 characters.
        threshold: least probability of a triple, 0 to 1; leave out for the model's own.
        model: one of the bundled models; leave out for the best.
        relations: only these predicates, such as ["导演", "主演"]; leave out for all.

    Returns:
        {"triples": [{"subject", "predicate", "object", "subject_span", "object_span", "score"}]}, spans being
        [start, end) character offsets in the text.
    """
    try:
        check_text(text, MAX_CHARS)
        wanted = _wanted(relations)
        found: dict[str, Any] = load(model)(text, threshold).to_dict()
    except InputError as error:
        raise gr.Error(str(error), print_exception=False) from error
    if wanted is not None:
        found["triples"] = [row for row in found["triples"] if row["predicate"] in wanted]
    return found


def _wanted(relations: Any) -> set[str] | None:
    """The relations asked for, or None for all. Raises InputError for any that are not known."""
    if relations is None:
        return None
    if not isinstance(relations, list) or not all(isinstance(name, str) for name in relations):
        raise InputError("relations 应为关系名称的列表", "relations must be a list of names")
    unknown = [name for name in relations if name not in RELATIONS]
    if unknown:
        known = "、".join(RELATIONS)
        raise InputError(
            f"没有关系“{unknown[0][:40]}”，可用：{known}", f'no relation "{unknown[0][:40]}"; there are {known}'
        )
    return set(relations)


def build_tab(app: gr.Blocks, stage: Stage) -> None:
    """Lay out the tab's panes; called inside its `gr.Tab`."""
    with gr.Tabs(selected="text", elem_id="triples-panes") as panes:
        with gr.Tab(t("triples_text"), id="text", elem_id="triples-pane-text"):
            build_text(app, stage, panes)
        with gr.Tab(t("triples_documents"), id="documents"):
            build_documents(app)
        if len(catalog.bundled(NAME)) > 1:
            with gr.Tab(t("triples_compare"), id="compare"):
                build_compare()
    build_section(app)
    gr.api(triples, api_name=NAME, concurrency_id=NAME, concurrency_limit=CONCURRENT)
