"""A section of the Triples tab: a head for the visitor's own relations, trained here from their labelled sentences."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from core.errors import InputError
from core.text import check_text
from core.triples.labelled import MAX_BYTES, MIN_EXAMPLES, Labelled, read_labelled
from demos.assets import EXAMPLES
from demos.shell.i18n import t
from demos.triples import tuning as triples_tuning
from demos.triples.common import shown_error
from demos.triples.views import SchemaTraining, SchemaTriples
from demos.views.export import to_json

_EXAMPLES = EXAMPLES / "triples"
_SAMPLE = "dishes.jsonl"
_MINUTES = (1, 8)
# Of the box to try a model in.
_MAX_CHARS = 1_000
# Requests that may come at a time; all but one are told at once that the server is busy.
_CONCURRENT = 16


def _shown(labelled: Labelled, **training: Any) -> dict[str, Any]:
    """What the view draws. As text, because Gradio watches every cell of a value."""
    read = {"sentences": len(labelled.rows), "relations": labelled.relations, "few": MIN_EXAMPLES}
    return {"json": to_json({"read": read, **training})}


def _read(path: str | None) -> tuple[Any, Any]:
    """The sentences of an uploaded file, and what the view shows of them."""
    try:
        if path is None:
            raise InputError("请先上传文件", "upload a file first")
        with Path(path).open("rb") as file:
            labelled = read_labelled(file.read(MAX_BYTES + 1), Path(path).name)
    except OSError:
        return gr.skip(), shown_error(
            InputError("文件已不在服务器上，请重新上传", "the file is gone from the server; upload it again")
        )
    except InputError as error:
        return gr.skip(), shown_error(error)
    return labelled, _shown(labelled)


def _sample() -> tuple[Any, Any]:
    return _read(str(_EXAMPLES / _SAMPLE))


def _train(labelled: Labelled | None, minutes: float, request: gr.Request) -> Iterator[tuple[Any, Any, Any, Any]]:
    """What the view shows after every step; then the box to try the model in, its last result, and the download."""
    same = (gr.skip(), gr.skip(), gr.skip())
    try:
        if labelled is None:
            raise InputError("请先上传标注好的句子", "upload labelled sentences first")
        with triples_tuning.tuning(request.session_hash or "", labelled, _bounded(minutes)) as run:
            told: dict[str, Any] = {"epochs": []}
            yield _shown(labelled, **told), gr.Column(visible=False), {}, gr.DownloadButton(visible=False)
            for event in run.events():
                kind = event.pop("event")
                if kind == "epoch":
                    told["epochs"].append(event)
                else:
                    told[kind] = event
                if kind == "finished" and event["epoch"] is not None:
                    triples_tuning.keep(request.session_hash or "", run)
                    told["megabytes"] = run.zip.stat().st_size / 1e6
                    ready: tuple[Any, ...] = (
                        gr.Column(visible=True),
                        {},
                        gr.DownloadButton(value=str(run.zip), visible=True),
                    )
                    yield _shown(labelled, **told), *ready
                else:
                    yield _shown(labelled, **told), *same
    except InputError as error:
        yield shown_error(error), *same


def _bounded(minutes: Any) -> float:
    """A number of minutes that may be asked for."""
    if isinstance(minutes, bool) or not isinstance(minutes, int | float) or not _MINUTES[0] <= minutes <= _MINUTES[1]:
        raise InputError("时间上限应在 1 到 8 分钟之间", "the time limit must be from 1 to 8 minutes")
    return minutes


def _stop(request: gr.Request) -> Any:
    if not triples_tuning.stop(request.session_hash):
        return gr.skip()
    return {"notice": {"zh": "正在停止，保留目前最好的模型……", "en": "Stopping; the best so far is kept …"}}


def _left(request: gr.Request) -> None:
    triples_tuning.leave(request.session_hash)


def _try(text: str, request: gr.Request) -> dict[str, Any]:
    """The triples that the visitor's own model finds in `text`."""
    try:
        text = check_text(text, _MAX_CHARS)
        model = triples_tuning.kept_model(request.session_hash)
        begin = time.perf_counter()
        found = model(text).to_dict()["triples"]
    except InputError as error:
        return shown_error(error)
    return {"json": to_json({"triples": found, "milliseconds": 1000 * (time.perf_counter() - begin)})}


def build_section(app: gr.Blocks) -> None:
    """Lay out the section and wire it; called inside the tab."""
    templates = {kind: (_EXAMPLES / f"dishes.{kind}").read_text(encoding="utf-8-sig") for kind in ("jsonl", "csv")}
    with gr.Accordion(t("triples_schema"), open=False, elem_id="triples-schema"):
        labelled = gr.State(None)
        with gr.Row(elem_classes="modou-panel"):
            with gr.Column(scale=4, min_width=300):
                # No `file_types`: Gradio's own refusal says less than ours, which looks at the content.
                file = gr.UploadButton(t("triples_schema_file"), size="md", elem_id="triples-schema-file")  # type: ignore[arg-type]
                sample = gr.Button(t("triples_schema_sample"), size="md", elem_id="triples-schema-sample")
                minutes = gr.Slider(
                    *_MINUTES,
                    value=_MINUTES[1],
                    step=1,
                    precision=0,
                    label=t("triples_schema_minutes"),
                    info=t("triples_schema_minutes_info"),
                    elem_id="triples-schema-minutes",
                )
                with gr.Row():
                    stop = gr.Button(t("triples_schema_stop"), scale=1, min_width=70, elem_id="triples-schema-stop")
                    train = gr.Button(
                        t("triples_schema_train"),
                        variant="primary",
                        scale=3,
                        min_width=120,
                        elem_id="triples-schema-train",
                    )
                download = gr.DownloadButton(
                    t("triples_schema_download"),  # type: ignore[arg-type]
                    visible=False,
                    elem_id="triples-schema-download",
                )
            with gr.Column(scale=8, min_width=320):
                view = SchemaTraining({}, templates=templates, elem_id="triples-schema-view")
                with gr.Column(visible=False, elem_id="triples-schema-own") as own:
                    text = gr.Textbox(
                        label=t("triples_schema_text"),
                        placeholder=t("triples_schema_placeholder"),
                        max_lines=4,
                        elem_id="triples-schema-text",
                    )
                    run = gr.Button(t("triples_schema_run"), elem_id="triples-schema-run")
                    found = SchemaTriples({}, elem_id="triples-schema-found")
    private: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    limits: dict[str, Any] = {"concurrency_id": "triples_schema", "concurrency_limit": _CONCURRENT}
    file.upload(_read, inputs=[file], outputs=[labelled, view], **private)
    sample.click(_sample, outputs=[labelled, view], **private)
    train.click(_train, inputs=[labelled, minutes], outputs=[view, own, found, download], **limits, **private)
    stop.click(_stop, outputs=[view], queue=False, **private)
    gr.on([run.click, text.submit], _try, inputs=[text], outputs=[found], **private)
    app.unload(_left)
