"""A pane of the Similarity tab: the nearest sentences in a list."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import gradio as gr

import core
from core.errors import InputError
from core.similarity import MAX_SENTENCES
from core.similarity.request import check_sentences, read_sentence
from core.similarity.sentence_lists import read_file
from core.similarity.task import SEARCH
from core.text_columns import TextColumns
from demos.assets import EXAMPLES
from demos.server.calls import Stoppable
from demos.shell.i18n import t
from demos.similarity.panes import TASK, vectors_radio, wire_pick
from demos.similarity.views import SearchView
from demos.views.export import to_csv, to_json
from demos.views.view import Note

_EXAMPLES = EXAMPLES / TASK
_QUERY = "天气预报说上海明天雨很大"
_COLUMNS = ("rank", "number", "sentence", "wrd")
_MOST_HITS = 100
# From this many sentences on a progress bar is worth the flicker.
_LONG = 4096
# The body of a request may have 8 MB (see `demos.launch_options`), so the page leaves out what would not get through.
_ONLY_WHAT_FITS = """(query, text, ...others) =>
    [query, new Blob([JSON.stringify(text ?? "")]).size > 7_500_000 ? null : text ?? "", ...others]"""

_NO_FILE = {
    "zh": "TXT 每行一句；CSV、TSV 第一行为列名，上传后选列",
    "en": "TXT: one sentence a line. CSV, TSV: column names in the first row; choose a column once uploaded",
}

_searches = Stoppable()


class _Stopped(Exception):
    """The visitor does not want the result any more."""


def _check(query: object, sentences: list[str]) -> None:
    """Raises InputError at once for what would be refused once the model has loaded."""
    read_sentence("query", query)
    if not any(map(str.strip, sentences)):
        raise InputError("请粘贴句子，每行一句，或上传文件", "paste sentences, one a line, or upload a file")
    check_sentences(sentences)


def _open(path: str) -> TextColumns:
    try:
        return read_file(Path(path).read_bytes(), Path(path).name)
    except OSError as error:
        raise InputError(
            "文件已不在服务器上，请重新上传", "the file is gone from the server; upload it again"
        ) from error


def _is_table(file: TextColumns) -> bool:
    return file.columns != ("",)


def _look(path: str | None) -> tuple[Any, Any, Any]:
    """What an uploaded file holds, its columns to choose from, and the file itself, which goes where it is no use."""
    hidden = gr.Dropdown(choices=[], value=None, visible=False)
    if path is None:
        return _NO_FILE, hidden, None
    try:
        file = _open(path)
    except InputError as error:
        return error.to_dict(), hidden, None
    count = sum(map(any, file.rows))
    if not _is_table(file):
        return {"zh": f"已读入 {count:,} 句", "en": f"{count:,} sentences"}, hidden, gr.skip()
    columns = list(file.columns)
    note = {
        "zh": f"已读入 {count:,} 行，{len(columns)} 列（第一行为列名）",
        "en": f"Rows: {count:,}; columns: {len(columns)} (named by the first row)",
    }
    return note, gr.Dropdown(choices=columns, value=file.likeliest, visible=True), gr.skip()


def _given(text: str | None, path: str | None, column: str | None) -> tuple[list[str], str]:
    """The sentences to search, and what their numbers count."""
    if path is not None:
        file = _open(path)
        return (file.texts(column), "row") if _is_table(file) else (file.texts(), "line")
    if text is None:
        raise InputError(
            f"粘贴的文字太多（上限 {MAX_SENTENCES:,} 句，且不超过 7.5 MB），没有处理任何一句；长列表请上传文件",
            f"too much was pasted (the limit is {MAX_SENTENCES:,} sentences, and 7.5 MB); none was read; "
            "upload a long list as a file",
        )
    return text.removesuffix("\n").split("\n"), "line"


def _search(
    query: str,
    text: str | None,
    path: str | None,
    column: str | None,
    k: int,
    model: str,
    request: gr.Request,
    progress: gr.Progress = gr.Progress(),  # noqa: B008 (Gradio finds the progress bar by this default)
) -> Any:
    """What the view of the hits shows."""
    is_new = False

    def report(done: int, total: int) -> None:
        nonlocal is_new
        is_new = True
        if stop.is_set():
            raise _Stopped
        if total > _LONG:
            progress((done, total), unit="句 sentences")

    with _searches.run(request.session_hash) as stop:
        try:
            sentences, unit = _given(text, path, column)
            _check(query, sentences)
            pipeline = core.load(TASK, model)
            if len(sentences) > _LONG:
                progress((0, len(sentences)), unit="句 sentences")
            begin = time.perf_counter()
            result = pipeline.search(query, sentences, min(k, _MOST_HITS), progress=report)
        except _Stopped:
            return gr.skip()
        except InputError as error:
            return error.to_dict()
    found = result.to_dict()
    rows = [
        {"rank": rank, "number": hit["number"] + 1, "sentence": hit["text"], "wrd": hit["wrd"]}
        for rank, hit in enumerate(found["hits"], 1)
    ]
    return found | {
        "query": query,
        "hits": rows,
        "unit": unit,
        "milliseconds": 1000 * result.seconds,
        "reading": 1000 * (time.perf_counter() - begin - result.seconds) if is_new else None,
        "json": to_json({"query": query, "model": model} | found),
        "csv": to_csv(_COLUMNS, rows),
    }


def _cancel(request: gr.Request) -> Any:
    if not _searches.stop(request.session_hash):
        return gr.skip()
    return {"notice": {"zh": "已取消，列表没有读完", "en": "Cancelled before the whole list was read"}}


def _left(request: gr.Request) -> None:
    _searches.stop(request.session_hash)


def _sample() -> tuple[Any, ...]:
    sentences = (_EXAMPLES / "sentences.txt").read_text(encoding="utf-8").rstrip("\n")
    return _QUERY, sentences, *_look(None)


def build_search(app: gr.Blocks, *, pair: dict[str, Any], panes: gr.Tabs, compare: dict[str, Any]) -> None:
    """Lay out the search pane and wire it; called inside its `gr.Tab`."""
    with gr.Row(elem_classes="modou-panel"):
        with gr.Column(scale=5, min_width=320):
            query = gr.Textbox(
                "",
                label=t("similarity_search_query"),
                placeholder=t("similarity_search_query_placeholder"),
                max_lines=4,
                elem_id="similarity-query",
            )
            sentences = gr.Textbox(
                "",
                label=t("similarity_search_sentences"),
                placeholder=t("similarity_search_sentences_placeholder"),
                lines=8,
                max_lines=8,
                elem_id="similarity-sentences",
            )
            with gr.Row():
                sample = gr.Button(t("similarity_search_sample"), min_width=80, elem_id="similarity-search-sample")
                cancel = gr.Button(t("similarity_search_cancel"), min_width=80, elem_id="similarity-search-cancel")
                run = gr.Button(
                    t("similarity_search_run"), variant="primary", min_width=110, elem_id="similarity-search-run"
                )
            # No `file_types`: Gradio's own refusal says less than ours, which looks at the content.
            file = gr.File(label=t("similarity_search_file"), height=160, elem_id="similarity-file")
            note = Note(_NO_FILE, elem_id="similarity-note")
            column = gr.Dropdown(
                [], label=t("similarity_search_column"), visible=False, interactive=True, elem_id="similarity-column"
            )
            model = vectors_radio("similarity-search-vectors")
            k = gr.Slider(
                1, _MOST_HITS, value=10, step=1, precision=0, label=t("similarity_search_k"), elem_id="similarity-k"
            )
        with gr.Column(scale=7, min_width=340):
            view = SearchView({}, most=MAX_SENTENCES, elem_id="similarity-hits")
    private: dict[str, Any] = {"api_visibility": "private"}
    search: dict[str, Any] = {
        "fn": _search,
        "inputs": [query, sentences, file, column, k, model],
        "outputs": [view],
        "js": _ONLY_WHAT_FITS,
        **SEARCH.limits,
        **private,
    }
    looked = [note, column, file]
    for event in (file.upload, file.clear):
        event(_look, inputs=[file], outputs=looked, show_progress="hidden", **private)
    runs = [
        gr.on([run.click, query.submit], **search),
        sample.click(_sample, outputs=[query, sentences, *looked], **private).then(**search),
    ]
    # Gradio frees the page; the thread that reads the list stops at its next report of progress.
    cancel.click(_cancel, outputs=[view], cancels=runs, queue=False, show_progress="hidden", **private)
    app.unload(_left)
    wire_pick(view, model, pair, panes, compare)
