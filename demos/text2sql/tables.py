"""The left side of the Text-to-SQL tab: which table is asked, and what is in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import gradio as gr

import core
from core.errors import InputError
from core.text2sql import MAX_PASTE
from core.text2sql.database import find_database, keep_database, open_database
from core.text2sql.grid import Corrections
from core.text2sql.table import Table
from demos.shell.i18n import t
from demos.text2sql.sources import SAMPLES, Source, example, file_source, find_source, keep_source, reading
from demos.text2sql.suggest import suggest
from demos.text2sql.views import TableView
from demos.views.export import to_json

TASK: Final = "text2sql"

FIRST = next(iter(SAMPLES))
_PREVIEW_ROWS = 30
_SUGGESTIONS = 6
# Tables that are read at a time.
_CONCURRENT = 2
# The body of a request may have 8 MB (see `demos.launch_options`), so the page leaves out what would not get through.
_ONLY_WHAT_FITS = "(text) => [new Blob([JSON.stringify(text ?? '')]).size > 7_500_000 ? null : text ?? '']"


def shown_error(error: InputError, **where: Any) -> dict[str, Any]:
    """`error` as the views show it; the time makes a message that comes again a new one."""
    return {**error.to_dict(), "at": time.time(), **where}


def find_table(key: object) -> Table:
    """The table of a session, which knows only its key.

    Raises:
        InputError: there is none, or it had to make room for those of others.
    """
    if not isinstance(key, str) or not key:
        raise InputError("请先选择或上传一张表", "choose or upload a table first")
    for name in SAMPLES:
        if example(name).key == key:
            return example(name)
    found = find_database(key)
    if found is None:
        raise InputError(
            "这张表已不在服务器的内存里，请重新载入",
            "the table is no longer in the server's memory; please load it again",
        )
    return found.table


def preview(table: Table, how: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the table's view shows, and `how` it was read where that can be corrected. As text, because Gradio watches
    every cell of a value."""
    shown: dict[str, Any] = {"json": to_json(table.to_dict(_PREVIEW_ROWS))}
    if how and how["source"]:
        shown["reading"] = to_json({**how, "mark": find_source(how["source"], how["sheet"]).mark})
    return shown


def suggestions(table: Table) -> dict[str, Any]:
    """What the view of suggested questions shows."""
    return {"questions": suggest(table, _SUGGESTIONS)}


def example_name(table: Table) -> str | None:
    """The shipped table that `table` is, or None."""
    return next((name for name in SAMPLES if example(name).key == table.key), None)


def _open(path: str | None) -> tuple[bytes, str]:
    if path is None:
        raise InputError("请先上传文件", "upload a file first")
    try:
        return Path(path).read_bytes(), Path(path).name
    except OSError as error:
        raise InputError(
            "文件已不在服务器上，请重新上传", "the file is gone from the server; upload it again"
        ) from error


# Values of the outputs of every event that reads a table: see `wire_tables`.
_OUTPUTS = 10


def _read(open_source: Callable[[], tuple[Source, str]], corrections: Corrections | None = None) -> Iterator[list[Any]]:
    """Key, how it was read, preview, shipped table, suggestions, nothing for the views of an answer about another
    table, the sheets to choose from and what they are of, and no questions that were asked about the table; first that,
    then what a first question would have to wait for is made ready. Whatever fails leaves all as it is."""
    try:
        source, token = open_source()
        table = source.read(corrections)
        key = keep_database(table)
        token = token or keep_source(source)
        how = reading(token, corrections, source.sheet)
        shown = preview(table, how)
    except InputError as error:
        yield [gr.skip(), gr.skip(), shown_error(error), *(gr.skip() for _ in range(_OUTPUTS - 3))]
        return
    several = len(source.sheets) > 1
    chooser = gr.Dropdown(choices=list(source.sheets), value=source.sheet if several else None, visible=several)
    name = token if token in SAMPLES else None
    yield [key, how, shown, name, suggestions(table), {}, {}, chooser, token, []]
    try:
        open_database(table).prepare()
        core.load(TASK).linker(table)
    except InputError:
        return  # the question will tell


def _read_example(name: str) -> Iterator[list[Any]]:
    def open_source() -> tuple[Source, str]:
        if name not in SAMPLES:
            raise InputError("没有这张表", "there is no such table")
        return find_source(name), name

    yield from _read(open_source)


def _read_upload(path: str | None) -> Iterator[list[Any]]:
    yield from _read(lambda: (file_source(*_open(path)), ""))


def _read_sheet(token: str, name: str | None) -> Iterator[list[Any]]:
    yield from _read(lambda: (find_source(token, name), token))


def _read_pasted(text: str | None) -> Iterator[list[Any]]:
    def open_source() -> tuple[Source, str]:
        if text is None:
            raise InputError(
                f"粘贴的内容太长，上限 {MAX_PASTE:,} 个字符；请上传文件",
                f"too much was pasted, the limit is {MAX_PASTE:,} characters; upload a file instead",
            )
        return Source(text.encode("utf-8", "replace"), None), ""

    yield from _read(open_source)


def _read_again(event: gr.EventData) -> Iterator[list[Any]]:
    """A table as a visitor corrects it, or the one that was there before the page was loaded anew."""
    sent = event._data if isinstance(event._data, dict) else {}
    token, sheet = sent.get("source"), sent.get("sheet")
    try:
        corrections = Corrections.from_dict(sent)
        source = find_source(token, sheet)
    except InputError as error:
        yield [gr.skip(), gr.skip(), shown_error(error), *(gr.skip() for _ in range(_OUTPUTS - 3))]
        return
    yield from _read(lambda: (source, str(token)), corrections)


def lay_out_tables() -> dict[str, Any]:
    """The pane's components; called inside its column."""
    first = example(FIRST)
    how = reading(FIRST)
    parts: dict[str, Any] = {"key": gr.State(first.key), "reading": gr.State(how), "book": gr.State("")}
    with gr.Tabs(selected="examples", overflow_behavior="wrap", elem_id="text2sql-sources") as parts["sources"]:
        with gr.Tab(t("text2sql_examples"), id="examples", elem_id="text2sql-pane-examples"):
            parts["choice"] = gr.Radio(
                [
                    (t("text2sql_olympics"), "olympics"),
                    (t("text2sql_elements"), "elements"),
                    (t("text2sql_countries"), "countries"),
                ],
                value=FIRST,
                show_label=False,
                container=False,
                elem_id="text2sql-example",
            )
        with gr.Tab(t("text2sql_upload"), id="upload"):
            # No `file_types`: Gradio's own refusal says less than ours, which looks at the content.
            parts["file"] = gr.File(label=t("text2sql_file"), height=150, elem_id="text2sql-file")
            parts["sheet"] = gr.Dropdown(
                [], label=t("text2sql_sheet"), visible=False, interactive=True, elem_id="text2sql-sheet"
            )
        with gr.Tab(t("text2sql_paste"), id="paste"):
            parts["pasted"] = gr.Textbox(
                label=t("text2sql_pasted"),
                placeholder=t("text2sql_pasted_placeholder"),
                lines=4,
                max_lines=8,
                elem_id="text2sql-pasted",
            )
            parts["use"] = gr.Button(t("text2sql_use"), elem_id="text2sql-use")
    parts["view"] = TableView(preview(first, how), most=MAX_PASTE, elem_id="text2sql-table")
    return parts


def wire_tables(parts: dict[str, Any], suggested: Any, answer: Any, inside: Any, talk: Any) -> list[tuple[Any, Any]]:
    """Read tables when asked to: suggest questions for a new one, and clear what was asked and answered about another.
    Gives back what makes the server read, and the event that does."""
    limits: dict[str, Any] = {
        "outputs": [
            *(parts["key"], parts["reading"], parts["view"], parts["choice"], suggested, answer, inside),
            *(parts["sheet"], parts["book"], talk),
        ],
        "show_progress_on": [parts["view"]],
        "api_visibility": "private",
        "concurrency_id": "text2sql_table",
        "concurrency_limit": _CONCURRENT,
    }
    latest = limits | {"trigger_mode": "always_last"}
    choice, file, sheet = parts["choice"], parts["file"], parts["sheet"]
    use, pasted, view = parts["use"], parts["pasted"], parts["view"]
    events = [
        (choice.input, choice.input(_read_example, inputs=[choice], **latest)),
        (file.upload, file.upload(_read_upload, inputs=[file], **limits)),
        (sheet.input, sheet.input(_read_sheet, inputs=[parts["book"], sheet], **latest)),
        (use.click, use.click(_read_pasted, inputs=[pasted], js=_ONLY_WHAT_FITS, **limits)),
        (view.correct, view.correct(_read_again, **latest)),
    ]
    file.clear(
        lambda: gr.Dropdown(choices=[], value=None, visible=False),
        outputs=[sheet],
        api_visibility="private",
        show_progress="hidden",
        queue=False,
    )
    return events
