"""The QA pairs tab: a Chinese passage in, questions with their answers out, each checked by a model that reads."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from typing import Any

import gradio as gr

import core
from core.errors import InputError
from core.qa_pairs import (
    BOTH,
    DEFAULT_BEAMS,
    DEFAULT_PAIRS,
    DEFAULT_TOP_P,
    FACTS,
    MAX_BEAMS,
    MAX_CHARS,
    MAX_PAIRS,
    UNDERSTANDING,
)
from core.qa_pairs.pair import Pair, QAPairsResult
from core.qa_pairs.request import read_passage
from core.qa_pairs.task import GENERATE, Generate
from core.qa_pairs.text_form import told_of
from core.text import check_text
from demos.qa_pairs import by_example
from demos.qa_pairs.card import LINK
from demos.qa_pairs.requests import ask_passage, check_pair, judge_answer, look_inside, new_pair, wrong_choices
from demos.qa_pairs.upload import choose, look
from demos.qa_pairs.views import QAInside, QAView
from demos.server.calls import Stoppable
from demos.shell.card import Input
from demos.shell.filling import examples_view, on_choose, on_fill
from demos.shell.i18n import t
from demos.shell.models import load_model
from demos.shell.own_model import Shown, build_own_model
from demos.shell.views import Share, Stage
from demos.views.export import to_json
from demos.views.view import ModelState, Note

NAME = "qa_pairs"

# The body of a request may have 8 MB (see `demos.launch_options`); what would not get through is left out.
_ONLY_WHAT_FITS = "(passage, ...others) => [(passage ?? '').length > 1_000_000 ? null : passage ?? '', ...others]"
# In the browser, with every key: Python counts code points as [...text] does. Counting a whole book would be felt.
_COUNT = f"""(text) => {{
    const n = text.length > 100_000 ? text.length : [...text].length;
    const shown = n.toLocaleString("en"), most = {MAX_CHARS}, limit = most.toLocaleString("en");
    if (n <= most) return n ? {{zh: `${{shown}} / ${{limit}} 字`, en: `${{shown}} / ${{limit}} characters`}} : {{}};
    return {{error: {{zh: `文章太长：${{shown}} 字，上限 ${{limit}} 字；长文可以存成文件上传`,
        en: `too long: ${{shown}} characters, the limit is ${{limit}}; upload a long text as a file`}}}};
}}"""

_PAUSE = 0.5  # seconds at least from one update of the page to one that has no new pair

_runs = Stoppable()


def _generate(
    passage: str | None, n: int, top_p: float, beams: int, seed: float | None, mix: str, request: gr.Request
) -> Iterator[dict[str, Any]]:
    """What the view shows, with one pair more each time, and between pairs how far it is. Nothing reaches it before the
    input is known to be sound, so that what was there stays otherwise."""
    try:
        if passage is None:
            raise InputError(f"文章太长，上限 {MAX_CHARS:,} 字", f"too long; the limit is {MAX_CHARS:,} characters")
        passage = check_text(passage, MAX_CHARS)
        text = read_passage(passage).text
        pipeline: Any = core.load(NAME)
        begin = time.perf_counter()
        steps = pipeline.steps(pipeline.normalise(Generate(passage, n, None, top_p, beams, seed or 0, mix)))  # type: ignore[arg-type]
    except InputError as error:
        # The time makes a message that comes again a new one.
        yield {**error.to_dict(), "at": time.time()}
        return
    run = {"id": uuid.uuid4().hex, "passage": passage, "wanted": n, "top_p": top_p, "beams": beams}
    with _runs.run(request.session_hash) as stop, closing(steps):
        yield from _updates(run, text, steps, begin, stop)


def _updates(
    run: dict[str, Any], text: str, steps: Iterator[Any], begin: float, stop: threading.Event
) -> Iterator[dict[str, Any]]:
    found: list[Pair] = []
    reached: dict[str, Any] | None = None

    def shown(**more: Any) -> dict[str, Any]:
        milliseconds = 1000 * (time.perf_counter() - begin)
        # As text, because Gradio watches every cell of a value.
        return {"json": to_json({**run, "reached": reached, "milliseconds": milliseconds, **more})}

    def made(done: bool = False) -> dict[str, Any]:
        note = told_of(text, run["wanted"], found) if done else None
        return shown(**QAPairsResult(tuple(found), note).to_dict(), done=done)

    yield made()
    last = time.perf_counter()
    for step in steps:
        if stop.is_set():
            return
        if isinstance(step, Pair):
            found.append(step)
            yield made()
        else:
            reached = asdict(step)
            if time.perf_counter() - last < _PAUSE:
                continue
            yield shown()
        last = time.perf_counter()
    if not stop.is_set():
        yield made(done=True)


def _questions(passage: str | None, n: int) -> tuple[str, list[str]]:
    """The passage, and questions about it that both models are to answer: ours, as nobody else asked any."""
    passage = check_text(passage, MAX_CHARS)
    pipeline: Any = core.load(NAME)
    return passage, [pair.question for pair in pipeline(passage, n).pairs]


def _pairs(task: str, pipeline: Any, passage: str, questions: list[str]) -> Shown:
    """One model's pairs, or its answers to `questions` where it can but read, to stand beside another's."""
    head = ({"zh": "问题", "en": "Question"}, {"zh": "答案", "en": "Answer"})
    if task == NAME:
        return Shown(head, [(pair.question, pair.answer) for pair in pipeline(passage, len(questions) or 1).pairs])
    return Shown(head, [(question, pipeline(passage, question).answer or None) for question in questions])


def _stop(request: gr.Request) -> dict[str, Any]:
    """Tells the view, where the pairs so far stay; the time makes every stop a new value."""
    _runs.stop(request.session_hash)
    return {"stopped": time.time()}


def _leave(request: gr.Request) -> None:
    _runs.stop(request.session_hash)


def _lay_out_input() -> dict[str, Any]:
    """The left side; called inside its column."""
    parts: dict[str, Any] = {
        "passage": gr.Textbox(
            label=t("qa_pairs_passage"),
            placeholder=t("qa_pairs_placeholder"),
            lines=8,
            max_lines=16,
            elem_id="qa_pairs-passage",
        ),
        "count": Note({}, elem_id="qa_pairs-count"),
    }
    with gr.Row():
        parts["clear"] = gr.Button(t("clear"), scale=1, min_width=70, elem_id="qa_pairs-clear")
        parts["stop"] = gr.Button(t("qa_pairs_stop"), scale=1, min_width=70, elem_id="qa_pairs-stop")
        parts["run"] = gr.Button(t("qa_pairs_run"), variant="primary", scale=3, min_width=120, elem_id="qa_pairs-run")
    parts["examples"] = examples_view(LINK.examples(), "qa_pairs-examples")
    # No `file_types`: Gradio's own refusal says less than ours, which looks at the content.
    parts["file"] = gr.UploadButton(t("qa_pairs_file"), size="md", elem_id="qa_pairs-file")  # type: ignore[arg-type]
    parts["note"] = Note({}, elem_id="qa_pairs-note")
    parts["part"] = gr.Dropdown([], label=t("qa_pairs_part"), visible=False, interactive=True, elem_id="qa_pairs-part")
    parts["n"] = gr.Slider(
        1, MAX_PAIRS, value=DEFAULT_PAIRS, step=1, precision=0, label=t("qa_pairs_n"), elem_id="qa_pairs-n"
    )
    mixes = [
        (t("qa_pairs_mix_both"), BOTH),
        (t("qa_pairs_mix_facts"), FACTS),
        (t("qa_pairs_mix_understanding"), UNDERSTANDING),
    ]
    parts["mix"] = gr.Radio(mixes, value=BOTH, label=t("qa_pairs_mix"), elem_id="qa_pairs-mix")
    with gr.Accordion(t("qa_pairs_settings"), open=False, elem_id="qa_pairs-settings"):
        parts["top_p"] = gr.Slider(
            0.5,
            1,
            value=DEFAULT_TOP_P,
            step=0.05,
            label=t("qa_pairs_top_p"),
            info=t("qa_pairs_top_p_info"),
            elem_id="qa_pairs-top-p",
        )
        parts["beams"] = gr.Slider(
            1,
            MAX_BEAMS,
            value=DEFAULT_BEAMS,
            step=1,
            precision=0,
            label=t("qa_pairs_beams"),
            info=t("qa_pairs_beams_info"),
            elem_id="qa_pairs-beams",
        )
        parts["seed"] = gr.Number(
            0, precision=0, label=t("qa_pairs_seed"), info=t("qa_pairs_seed_info"), elem_id="qa_pairs-seed"
        )
    parts["state"] = ModelState({"state": "loading"}, elem_id="qa_pairs-state")
    Share({"tab": NAME}, elem_id="qa_pairs-share", elem_classes="share")
    return parts


def build_tab(app: gr.Blocks, stage: Stage) -> None:
    """Lay out the tab and wire it; called inside its `gr.Tab`."""
    with gr.Row(elem_classes="modou-panel"):
        with gr.Column(scale=4, min_width=320):
            parts = _lay_out_input()
        with gr.Column(scale=8, min_width=340):
            asked = [new_pair, check_pair, ask_passage, judge_answer, wrong_choices]
            view = QAView({}, elem_id="qa_pairs-result", server_functions=asked)
    by_example.build_section(parts["passage"], parts["n"])
    build_own_model(
        NAME,
        (NAME, "answer"),
        _pairs,
        [parts["passage"], parts["n"]],
        also=(by_example.BY_EXAMPLE,),
        prepare=_questions,
    )
    with gr.Accordion(t("qa_pairs_how"), open=False, elem_id="qa_pairs-how"):
        QAInside({}, elem_id="qa_pairs-inside", server_functions=[look_inside])
    _wire(parts, view, stage)
    app.unload(_leave)
    app.load(lambda: load_model(NAME), outputs=[parts["state"]], api_visibility="private", show_progress="hidden")


def _fill(given: Input) -> tuple[str]:
    return (given["passage"],)


def _wire(parts: dict[str, Any], view: QAView, stage: Stage) -> None:
    private: dict[str, Any] = {"api_visibility": "private"}
    quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", **private}
    passage, file, note, part = (parts[name] for name in ("passage", "file", "note", "part"))
    generate: dict[str, Any] = {
        "fn": _generate,
        "inputs": [parts[name] for name in ("passage", "n", "top_p", "beams", "seed", "mix")],
        "outputs": [view],
        "js": _ONLY_WHAT_FITS,
        "show_progress": "hidden",
        **GENERATE.limits,
        # A press must count while the run before is still being stopped, which takes as long as the pair in work.
        "trigger_mode": "multiple",
        **private,
    }
    chosen = on_choose(parts["examples"], NAME, LINK.examples(), _fill, [passage])
    runs = [gr.on([parts["run"].click, passage.submit], **generate), chosen.success(**generate)]
    filled = on_fill(stage, NAME, _fill, [passage], cancels=runs)
    runs.append(filled.success(**generate))
    passage.change(fn=None, js=_COUNT, inputs=[passage], outputs=[parts["count"]], **private)
    kept = gr.State(None)
    file.upload(look, inputs=[file, kept], outputs=[passage, part, note, kept], show_progress="hidden", **private)
    part.input(choose, inputs=[kept, part], outputs=[passage, note], show_progress="hidden", **private)
    parts["stop"].click(_stop, outputs=[view], cancels=runs, **quick)
    parts["clear"].click(
        lambda: ("", {}, {}, {}, gr.Dropdown(choices=[], value=None, visible=False), None),
        outputs=[passage, view, parts["count"], note, part, kept],
        cancels=runs,
        **quick,
    )
