"""The left side of the Text-to-SQL tab: which table is asked, and what is in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import gradio as gr

import core
from core.errors import InputError
from core.text2sql import MAX_PASTE
from core.text2sql.database import find_database, keep_database, open_database
from core.text2sql.table import Table
from core.text2sql.table_files import read_pasted, read_table, sheets
from demos.assets import EXAMPLES
from demos.shell.i18n import t
from demos.text2sql.suggest import suggest
from demos.text2sql.views import TableView
from demos.views.export import to_json

TASK: Final = "text2sql"

_EXAMPLES = EXAMPLES / TASK
# File → what the table is called; its names for visitors are labels.
SAMPLES = {"olympics": "夏季奥运会奖牌榜", "elements": "化学元素", "countries": "联合国会员国"}
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


@lru_cache(maxsize=len(SAMPLES))
def example(name: str) -> Table:
    """One of the tables that ship."""
    return read_table((_EXAMPLES / f"{name}.csv").read_bytes(), f"{SAMPLES[name]}.csv")


def preview(table: Table) -> dict[str, Any]:
    """What the table's view shows. As text, because Gradio watches every cell of a value."""
    return {"json": to_json(table.to_dict(_PREVIEW_ROWS))}


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


def _read(load: Callable[[], Table], name: str | None = None) -> Iterator[tuple[Any, ...]]:
    """Key, preview, shipped table, suggestions, and nothing for the views of an answer about another table; first that,
    then what a first question would have to wait for is made ready."""
    try:
        table = load()
        key = keep_database(table)
    except InputError as error:
        yield gr.skip(), shown_error(error), *(gr.skip() for _ in range(4))
        return
    yield key, preview(table), name, suggestions(table), {}, {}
    try:
        open_database(table).prepare()
        core.load(TASK).linker(table)
    except InputError:
        return  # the question will tell


def _read_example(name: str) -> Iterator[tuple[Any, ...]]:
    def load() -> Table:
        if name not in SAMPLES:
            raise InputError("没有这张表", "there is no such table")
        return example(name)

    yield from _read(load, name)


def _read_upload(path: str | None) -> Iterator[tuple[Any, ...]]:
    """The first sheet of a workbook, and its sheets to choose from where it has several."""
    names: tuple[str, ...] = ()

    def load() -> Table:
        nonlocal names
        data, filename = _open(path)
        names = sheets(data, filename)
        return read_table(data, filename, names[0] if len(names) > 1 else None)

    for values in _read(load):
        several = len(names) > 1
        yield *values, gr.Dropdown(choices=list(names), value=names[0] if several else None, visible=several)


def _read_sheet(path: str | None, name: str | None) -> Iterator[tuple[Any, ...]]:
    yield from _read(lambda: read_table(*_open(path), name))


def _read_pasted(text: str | None) -> Iterator[tuple[Any, ...]]:
    def load() -> Table:
        if text is None:
            raise InputError(
                f"粘贴的内容太长，上限 {MAX_PASTE:,} 个字符；请上传文件",
                f"too much was pasted, the limit is {MAX_PASTE:,} characters; upload a file instead",
            )
        return read_pasted(text)

    yield from _read(load)


def lay_out_tables() -> dict[str, Any]:
    """The pane's components; called inside its column."""
    first = example(FIRST)
    parts: dict[str, Any] = {"key": gr.State(first.key)}
    with gr.Tabs(selected="examples", elem_id="text2sql-sources") as parts["sources"]:
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
    parts["view"] = TableView(preview(first), most=MAX_PASTE, elem_id="text2sql-table")
    return parts


def wire_tables(parts: dict[str, Any], suggested: Any, answer: Any, inside: Any) -> list[tuple[Any, Any]]:
    """Read tables when asked to: suggest questions for a new one, and clear the views of the answer about another.
    Gives back what makes the server read, and the event that does."""
    limits: dict[str, Any] = {
        "outputs": [parts["key"], parts["view"], parts["choice"], suggested, answer, inside],
        "show_progress_on": [parts["view"]],
        "api_visibility": "private",
        "concurrency_id": "text2sql_table",
        "concurrency_limit": _CONCURRENT,
    }
    latest = limits | {"trigger_mode": "always_last"}
    choice, file, sheet = parts["choice"], parts["file"], parts["sheet"]
    several = limits | {"outputs": [*limits["outputs"], sheet]}
    use, pasted = parts["use"], parts["pasted"]
    events = [
        (choice.input, choice.input(_read_example, inputs=[choice], **latest)),
        (file.upload, file.upload(_read_upload, inputs=[file], **several)),
        (sheet.input, sheet.input(_read_sheet, inputs=[file, sheet], **latest)),
        (use.click, use.click(_read_pasted, inputs=[pasted], js=_ONLY_WHAT_FITS, **limits)),
    ]
    file.clear(
        lambda: gr.Dropdown(choices=[], value=None, visible=False),
        outputs=[sheet],
        api_visibility="private",
        show_progress="hidden",
        queue=False,
    )
    return events
