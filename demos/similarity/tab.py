"""The Similarity tab: two sentences compared by moving the words of one onto those of the other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import gradio as gr

import core
from core import catalog
from core.errors import InputError
from core.similarity.compared import SimilarityResult
from core.similarity.explain import costliest_word, explain, reads_apart
from demos.shell.card import Input
from demos.shell.filling import examples_view, on_choose, on_fill
from demos.shell.i18n import t
from demos.shell.models import load_model
from demos.shell.own_model import Shown, build_own_model
from demos.shell.views import Share, Stage
from demos.similarity import by_example
from demos.similarity.card import LINK
from demos.similarity.matrix import build_matrix
from demos.similarity.search import build_search
from demos.similarity.views import SimilarityView, TransportView
from demos.views.export import to_csv, to_json
from demos.views.view import ModelState

NAME = "similarity"

_COLUMNS = ("word_a", "word_b", "mass", "cost", "paid")
# Requests answered at a time; they share batches at the model.
_CONCURRENT = 4


def _pipeline(model: str | None) -> Any:
    """One of our own models: a visitor may not make the server open folders or fetch from the Hub."""
    catalog.check_offered(NAME, model)
    return core.load(NAME, model)


def routes(result: SimilarityResult) -> list[dict[str, Any]]:
    """The routes that carry something: from word to word, how much, at what cost, and what it adds to the distance."""
    return [
        {
            "word_a": a,
            "word_b": b,
            "mass": round(float(result.plan[i, j]), 6),
            "cost": round(float(result.cost[i, j]), 6),
            "paid": round(float(result.plan[i, j] * result.cost[i, j]), 6),
        }
        for i, a in enumerate(result.a.tokens)
        for j, b in enumerate(result.b.tokens)
        if result.plan[i, j] > 1e-9
    ]


def _compare(text_a: str, text_b: str, model: str, norms: bool) -> Iterator[tuple[Any, Any]]:
    """What the result view shows, then what the view of the inside shows, which may take longer."""
    try:
        pipeline = _pipeline(model)
        begin = time.perf_counter()
        result = pipeline(text_a, text_b, norms)
    except InputError as error:
        yield error.to_dict(), gr.skip()
        return
    milliseconds = 1000 * (time.perf_counter() - begin)
    dearest = costliest_word(result)
    shown = {
        "norms": result.norms,
        "model": model,
        "costliest": dearest and dearest.to_dict(),
        "usual": reads_apart(result),
        "limits": result.limits and list(result.limits),
        "milliseconds": milliseconds,
        "json": to_json(result.to_dict()),
        "csv": to_csv(_COLUMNS, routes(result)),
    }
    yield shown, gr.skip()
    # Again, as a page that is busy may see no more than what comes last.
    yield shown, {"json": to_json(explain(result).to_dict())}


def _compare_again(text_a: str, text_b: str, model: str, norms: bool) -> Iterator[tuple[Any, Any]]:
    """The same with other vectors or weights; choosing them before there are two sentences is no mistake."""
    if text_a.strip() and text_b.strip():
        yield from _compare(text_a, text_b, model, norms)
    else:
        yield gr.skip(), gr.skip()


def _scores(task: str, pipeline: Any, text_a: str, text_b: str, norms: bool) -> Shown:
    """The scores of one model, to stand beside another's."""
    if task != NAME:
        raise InputError("语言模型在“按例子来”里判断相像", "a language model judges likeness by example only")
    found = pipeline(text_a, text_b, norms)
    names = [("WRD", "WRD"), ("WMD", "WMD"), ("均值余弦", "Mean cosine"), ("整句余弦", "Sentence cosine")]
    values = (found.wrd if norms else found.unweighted, found.wmd, found.cosine, found.contextual)
    head = [{"zh": zh, "en": en} for zh, en in names]
    return Shown(head, [[f"{value:.3f}" for value in values]])


def _fill(given: Input) -> tuple[Any, ...]:
    """What a link or a step of a deck asks for; without a model named they are compared by the first."""
    return given["a"], given["b"], given.get("model", catalog.bundled(NAME)[0]), gr.Tabs(selected="compare")


def build_tab(app: gr.Blocks, stage: Stage) -> None:
    """Lay out the tab's panes; called inside its `gr.Tab`."""
    with gr.Tabs(selected="compare", overflow_behavior="wrap", elem_id="similarity-panes") as panes:
        with gr.Tab(t("similarity_compare"), id="compare", elem_id="similarity-pane-compare"):
            pair, compare = _build_compare(app, stage, panes)
        # A pair picked in a list is compared in the first pane.
        with gr.Tab(t("similarity_search"), id="search"):
            build_search(app, pair=pair, panes=panes, compare=compare)
        with gr.Tab(t("similarity_matrix"), id="matrix"):
            build_matrix(app, pair=pair, panes=panes, compare=compare)


def _build_compare(app: gr.Blocks, stage: Stage, panes: gr.Tabs) -> tuple[dict[str, Any], dict[str, Any]]:
    """The pane for two sentences. Gives back its inputs and the event that compares them, for the other panes."""
    encoder, static = catalog.bundled(NAME)
    with gr.Row(elem_classes="modou-panel"):
        with gr.Column(scale=4, min_width=320):
            # One line, so that Enter compares; the box grows with what is typed.
            a, b = (
                gr.Textbox(label=label, placeholder=t("similarity_placeholder"), lines=1, max_lines=4, elem_id=name)
                for label, name in ((t("similarity_a"), "similarity-a"), (t("similarity_b"), "similarity-b"))
            )
            with gr.Row():
                clear = gr.Button(t("clear"), scale=1, min_width=70, elem_id="similarity-clear")
                swap = gr.Button(t("similarity_swap"), scale=1, min_width=70, elem_id="similarity-swap")
                run = gr.Button(
                    t("similarity_run"), variant="primary", scale=3, min_width=120, elem_id="similarity-run"
                )
            examples = examples_view(LINK.examples(), "similarity-examples")
            model = gr.Radio(
                [(t("similarity_encoder"), encoder), (t("similarity_static"), static)],
                value=encoder,
                label=t("similarity_model"),
                elem_id="similarity-model",
            )
            norms = gr.Checkbox(
                True, label=t("similarity_norms"), info=t("similarity_norms_info"), elem_id="similarity-norms"
            )
            state = ModelState({"state": "loading"}, elem_id="similarity-state")
            Share({"tab": NAME}, elem_id="similarity-share", elem_classes="share")
        with gr.Column(scale=8, min_width=340):
            view = SimilarityView(elem_id="similarity-result")
    by_example.build_section(a, b)
    build_own_model(NAME, (NAME,), _scores, [a, b, norms], also=(by_example.BY_EXAMPLE,))
    with gr.Accordion(t("similarity_how"), open=False, elem_id="similarity-how"):
        inside = TransportView(elem_id="similarity-inside")

    compare: dict[str, Any] = {
        "fn": _compare,
        "inputs": [a, b, model, norms],
        "outputs": [view, inside],
        "api_visibility": "private",
        "concurrency_id": NAME,
        "concurrency_limit": _CONCURRENT,
    }
    # What was chosen last counts, also while an earlier choice is still being worked on.
    again = compare | {"fn": _compare_again, "show_progress": "hidden"}
    swapped = swap.click(
        fn=None, js="(a, b) => [b, a]", inputs=[a, b], outputs=[a, b], api_visibility="private"
    )  # in the browser, at once
    runs = [
        gr.on([run.click, a.submit, b.submit], **compare),
        on_choose(examples, NAME, LINK.examples(), lambda given: (given["a"], given["b"]), [a, b]).success(**compare),
        gr.on([model.input, norms.input], **again, trigger_mode="always_last"),
        swapped.then(**again),
    ]
    filled = on_fill(stage, NAME, _fill, [a, b, model, panes], cancels=runs)
    runs.append(filled.success(**compare, trigger_mode="always_last"))
    clear.click(
        lambda: ("", "", {}, {}),
        outputs=[a, b, view, inside],
        api_visibility="private",
        queue=False,
        cancels=runs,
    )
    shown: dict[str, Any] = {"outputs": [state], "api_visibility": "private", "show_progress": "hidden"}
    app.load(lambda: load_model(NAME), **shown)
    model.change(lambda name: load_model(NAME, name), inputs=[model], **shown)
    return {"text_a": a, "text_b": b, "model": model}, compare
