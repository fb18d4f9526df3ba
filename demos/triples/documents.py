"""A pane of the Triples tab: several documents, read one after another into one graph."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from core.errors import InputError
from core.triples.documents import (
    MAX_DOCUMENTS,
    MAX_TOTAL,
    Document,
    columns_of,
    preferred_column,
    read_documents,
    split_documents,
)
from demos.assets import EXAMPLES
from demos.server.calls import Stoppable
from demos.server.uploads import still_used
from demos.shell.i18n import t
from demos.triples.common import TASK, Read, export_graph, floor, load, model_radio, relations, shown_error, view_value
from demos.triples.views import TripleView
from demos.views.view import Note

_SAMPLE = EXAMPLES / TASK / "documents.txt"
# Visitors whose documents are read at a time; one text has a queue of its own and need not wait for them.
_CONCURRENT = 2
# Short documents share batches: about this many characters between two looks at whether to stop.
_GROUP_CHARS = 1_500
# Seconds between two updates of the page. What is found is sent whole every time, so it must also have grown by this
# factor since: all updates together are then at most six times the last.
_PAUSE, _GROWTH = 0.5, 1.2

_NO_FILE = {
    "zh": f"可选多个文件：TXT、Markdown 每个文件一篇；CSV、JSONL 每行一篇。最多 {MAX_DOCUMENTS} 篇、{MAX_TOTAL:,} 字",
    "en": f"Several files may be chosen. TXT, Markdown: a document each; CSV, JSONL: a document a row. At most "
    f"{MAX_DOCUMENTS} documents, {MAX_TOTAL:,} characters",
}
_PURPOSE = {
    "zh": "上传或粘贴几篇文档，这里会把它们的三元组合成一张知识图谱。点“示例文档”试试。",
    "en": "Upload or paste some documents: their triples will be merged into one knowledge graph. Try the sample.",
}
# The body of a request may have 8 MB (see `demos.launch_options`), so the page leaves out what would not get through.
_ONLY_WHAT_FITS = """(text, ...others) =>
    [new Blob([JSON.stringify(text ?? "")]).size > 7_500_000 ? null : text ?? "", ...others]"""

_runs = Stoppable()


class _Stopped(Exception):
    """The visitor does not want the rest."""


def _open(paths: Sequence[str]) -> list[tuple[bytes, str]]:
    try:
        return [(Path(path).read_bytes(), Path(path).name) for path in paths]
    except OSError as error:
        raise InputError(
            "文件已不在服务器上，请重新上传", "the file is gone from the server; upload it again"
        ) from error


def _look(paths: list[str] | None, before: list[str] | None = None) -> tuple[Any, Any, Any, Any]:
    """What the uploaded files hold, the columns to choose from where there are any, and the files themselves, once to
    be shown and once to be kept; or why they are no use, and those `before`."""
    hidden = gr.Dropdown(choices=[], value=None, visible=False)
    if not paths:
        return _NO_FILE, hidden, None, None
    try:
        files = _open(paths)
        documents = read_documents(files)
        tables = [table for table in (columns_of(*file) for file in files) if table is not None]
    except InputError as error:
        return still_used(error, before).to_dict(), gr.skip(), before, gr.skip()
    count = sum(len(document.text) for document in documents)
    note = {
        "zh": f"已读入 {len(documents)} 篇文档，共 {count:,} 字",
        "en": f"Documents: {len(documents)}; characters: {count:,}",
    }
    columns = list(dict.fromkeys(name for table in tables for name in table.columns))
    if len(columns) < 2:
        return note, hidden, gr.skip(), paths
    return note, gr.Dropdown(choices=columns, value=preferred_column(tables[0]), visible=True), gr.skip(), paths


def _groups(documents: Sequence[Document]) -> Iterator[list[Document]]:
    """`documents` in order, as many together as share a few batches."""
    group: list[Document] = []
    for document in documents:
        if group and sum(len(d.text) for d in group) + len(document.text) > _GROUP_CHARS:
            yield group
            group = []
        group.append(document)
    if group:
        yield group


def _extract(pipeline: Any, group: Sequence[Document], check: Any) -> list[Read]:
    """What is found in the documents of `group`; `check` is called while a long one is read, and may raise."""
    if len(group) == 1:
        try:
            found = [pipeline(group[0].text, floor(pipeline), progress=check)]
        except InputError as error:
            found = [error]
    else:
        least = floor(pipeline)
        found = pipeline.run([{"text": document.text, "threshold": least} for document in group])
    return [
        Read(document.name, document.text, (), result)
        if isinstance(result, InputError)
        else Read(document.name, result.text, result.triples)
        for document, result in zip(group, found, strict=True)
    ]


def _given(text: str | None, paths: list[str] | None, column: str | None) -> list[Document]:
    if paths:
        return read_documents(_open(paths), column)
    if text is None:
        raise InputError(
            f"粘贴的文字太多，上限 {MAX_TOTAL:,} 个字符", f"too much was pasted; the limit is {MAX_TOTAL:,} characters"
        )
    return split_documents(text)


def _read(
    text: str | None, paths: list[str] | None, column: str | None, model: str | None, request: gr.Request
) -> Iterator[dict[str, Any]]:
    """What the view shows while the documents are read, and in the end."""

    def check(*_: int) -> None:
        if stop.is_set():
            raise _Stopped

    with _runs.run(request.session_hash) as stop:
        try:
            documents = _given(text, paths, column)
            pipeline = load(model)
        except InputError as error:
            yield shown_error(error)
            return
        try:
            yield from _updates(pipeline, documents, check)
        except _Stopped:
            return  # the page has been told


def _updates(pipeline: Any, documents: Sequence[Document], check: Any) -> Iterator[dict[str, Any]]:
    run, begin = uuid.uuid4().hex, time.perf_counter()
    total = sum(len(document.text) for document in documents)
    read: list[Read] = []
    sent_at, sent_chars = 0.0, 0
    for group in _groups(documents):
        check()
        read += _extract(pipeline, group, check)
        check()
        chars, now = sum(len(r.text) for r in read), time.perf_counter()
        is_done = len(read) == len(documents)
        if not is_done and now - sent_at < _PAUSE:
            continue
        progress = {"done": len(read), "total": len(documents), "share": chars / total}
        if is_done or chars >= _GROWTH * sent_chars:
            milliseconds = 1000 * (now - begin)
            yield view_value(read, pipeline, milliseconds, run=run, done=is_done, progress=progress)
            sent_chars = chars
        else:
            yield {"progress": progress, "run": run}
        sent_at = time.perf_counter()


def _stop(request: gr.Request) -> Any:
    """Tells the view, where what was read so far stays; the time makes every stop a new value."""
    return {"stopped": time.time()} if _runs.stop(request.session_hash) else gr.skip()


def _leave(request: gr.Request) -> None:
    _runs.stop(request.session_hash)


def _lay_out_input() -> dict[str, Any]:
    parts: dict[str, Any] = {
        "text": gr.Textbox(
            label=t("triples_documents_text"),
            info=t("triples_documents_info"),
            placeholder=t("triples_documents_placeholder"),
            lines=7,
            max_lines=12,
            elem_id="triples-documents-text",
        )
    }
    with gr.Row():
        parts["sample"] = gr.Button(t("triples_documents_sample"), min_width=80, elem_id="triples-documents-sample")
        parts["stop"] = gr.Button(t("triples_documents_cancel"), min_width=70, elem_id="triples-documents-cancel")
        parts["run"] = gr.Button(
            t("triples_documents_run"), variant="primary", min_width=110, elem_id="triples-documents-run"
        )
    parts["model"] = model_radio("triples-documents-model")
    # No `file_types`: Gradio's own refusal says less than ours, which looks at the content.
    parts["files"] = gr.File(
        label=t("triples_documents_files"), file_count="multiple", height=150, elem_id="triples-documents-files"
    )
    parts["note"] = Note(_NO_FILE, elem_id="triples-documents-note")
    parts["column"] = gr.Dropdown(
        [], label=t("triples_documents_column"), visible=False, interactive=True, elem_id="triples-documents-column"
    )
    return parts


def build_documents(app: gr.Blocks) -> None:
    """Lay out the pane and wire it; called inside its `gr.Tab`."""
    with gr.Row(elem_classes="modou-panel"):
        with gr.Column(scale=4, min_width=320):
            parts = _lay_out_input()
        with gr.Column(scale=9, min_width=340):
            view = TripleView(
                relations=relations(),
                purpose=_PURPOSE,
                server_functions=[export_graph],
                elem_id="triples-graph",
            )
    text, files, column, model = (parts[name] for name in ("text", "files", "column", "model"))
    private: dict[str, Any] = {"api_visibility": "private"}
    read: dict[str, Any] = {
        "fn": _read,
        "inputs": [text, files, column, model],
        "outputs": [view],
        "js": _ONLY_WHAT_FITS,
        "show_progress": "hidden",
        "concurrency_id": "triples_documents",
        "concurrency_limit": _CONCURRENT,
        # A press must count while the run before is still being stopped, which takes as long as a batch.
        "trigger_mode": "multiple",
        **private,
    }
    before = gr.State(None)
    looked = [parts["note"], column, files, before]
    look: dict[str, Any] = {"inputs": [files], "outputs": looked, "show_progress": "hidden", **private}
    files.upload(_look, **look | {"inputs": [files, before]})
    files.clear(_look, **look)
    # One file of several can be taken away again.
    files.delete(_look, **look)
    runs = [
        parts["run"].click(**read),
        parts["sample"]
        .click(
            lambda: (_SAMPLE.read_text(encoding="utf-8"), *_look(None)),
            outputs=[text, *looked],
            **private,
        )
        .then(**read),
    ]
    # Gradio frees the page; the thread that reads stops at its next batch.
    parts["stop"].click(_stop, outputs=[view], cancels=runs, queue=False, show_progress="hidden", **private)
    app.unload(_leave)
