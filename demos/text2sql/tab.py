"""The Text-to-SQL tab: a table, a question about it in Chinese, and the query that answers it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

import core
from core import tasks
from core.errors import InputError
from core.text import check_text
from core.text2sql.pipeline import MAX_QUESTION
from core.text2sql.table import Table
from core.text2sql.task import ASK
from demos.shell.card import Input
from demos.shell.filling import examples_view, on_choose, on_fill
from demos.shell.i18n import t
from demos.shell.models import load_model
from demos.shell.own_model import Shown, build_own_model
from demos.shell.views import Share, Stage
from demos.text2sql.answer import answer_value, inside_value, run_sketch, run_sql, whole_csv
from demos.text2sql.card import LINK
from demos.text2sql.sources import SAMPLES, example, reading
from demos.text2sql.tables import (
    FIRST,
    TASK,
    example_name,
    find_table,
    lay_out_tables,
    preview,
    shown_error,
    suggestions,
    wire_tables,
)
from demos.text2sql.views import AnswerView, HistoryView, InsideView, QuestionsView
from demos.views.view import ModelState

NAME = TASK

_MOST_HISTORY = 50
# Earlier questions that the next one may lean on.
_MOST_TALK = 3
# Values that `_ask` gives, and that are filled in before them where an earlier question is asked again.
_ASKED, _FILLED = 6, 5


def _ask(
    question: str, key: str, how: dict[str, Any], history: list[dict[str, Any]], talk: list[str]
) -> Iterator[tuple[Any, ...]]:
    """Answer, key of its table, history, the questions that the next one may lean on, and then what went on inside.

    `talk`: those that this one may, oldest first.
    """
    try:
        asked = check_text(question, MAX_QUESTION).strip()  # at once, not after the model has loaded
        table = find_table(key)
        pipeline: Any = core.load(NAME)
        # Asked once more, a question does not follow upon itself.
        context = talk[:-1] if talk[-1:] == [asked] else talk
        begin = time.perf_counter()
        answer = pipeline(asked, table, context=context)
    except InputError as error:
        yield shown_error(error), *(gr.skip() for _ in range(_ASKED - 1))
        return
    milliseconds = 1000 * (time.perf_counter() - begin)
    rows = answer.best.rows
    entry = {
        "question": asked,
        "key": key,
        "how": how,
        "context": context,
        "name": table.name,
        "total": rows.total if rows else 0,
        "refused": answer.refusal is not None,
    }
    same = ("question", "key")
    history = [entry, *(old for old in history if any(old[k] != entry[k] for k in same))][:_MOST_HISTORY]
    if not answer.refusal:
        talk = [*context, asked][-_MOST_TALK:]
    shown = answer_value(answer, pipeline.linker(table), milliseconds), key, history, _past(history), talk
    yield *shown, gr.skip()
    # Again, as a page that is busy may see no more than what comes last.
    yield *shown, inside_value(answer)


def _query(task: str, pipeline: Any, question: str, key: str) -> Shown:
    """One model's query and what comes of it, to stand beside another's."""
    best = pipeline(check_text(question, MAX_QUESTION).strip(), find_table(key)).best
    columns = best.rows.columns if best.rows else []
    rows = best.rows.rows if best.rows else []
    return Shown([{"zh": name, "en": name} for name in columns], rows, best.sql)


def _past(history: list[dict[str, Any]]) -> dict[str, Any]:
    """What the view of the history shows: the keys of tables, and how they were read, stay on the server."""
    shown = ("question", "name", "total", "refused")
    return {"entries": [{k: entry[k] for k in shown} for entry in history]}


def _preview(table: Table, how: dict[str, Any]) -> dict[str, Any]:
    """The preview of a table of the history, which can no longer be corrected where its file had to make room."""
    try:
        return preview(table, how)
    except InputError:
        return preview(table)


def _sent(event: gr.EventData) -> dict[str, Any]:
    return event._data if isinstance(event._data, dict) else {}


def _suggested(event: gr.EventData) -> tuple[Any, Any]:
    """The question, and none before it: one that is suggested says all."""
    question = _sent(event).get("question")
    return (question[: MAX_QUESTION + 1], []) if isinstance(question, str) else (gr.skip(), gr.skip())


def _again(history: list[dict[str, Any]], key: str, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
    """Asks an entry of the history again, about its own table and after what was asked before it then: question, key,
    how it was read, preview, shipped table, suggestions, and what `_ask` gives."""
    place = _sent(event).get("entry")
    same, shown = (tuple(gr.skip() for _ in range(n)) for n in (_ASKED, _FILLED))
    if not isinstance(place, int) or not 0 <= place < len(history):
        yield gr.skip(), *shown, *same
        return
    entry = history[place]
    try:
        table = find_table(entry["key"])
    except InputError as error:
        yield *shown[:3], shown_error(error), *shown[:2], *same
        return
    if entry["key"] != key:
        how = entry["how"]
        shown = table.key, how, _preview(table, how), example_name(table), suggestions(table)
    yield entry["question"], *shown, *same
    for values in _ask(entry["question"], table.key, entry["how"], history, entry["context"]):
        yield entry["question"], *shown, *values


def _handler(where: str, work: Callable[[dict[str, Any], Table], dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """An event of the answer view: `work` on what the page sent, with the message at `where` if that is no use."""

    def handle(key: str, event: gr.EventData) -> dict[str, Any]:
        sent = _sent(event)
        try:
            return work(sent, find_table(key))
        except InputError as error:
            return shown_error(error, where=where, answer=sent.get("answer"))

    return handle


def _fill(given: Input, key: str) -> tuple[Any, ...]:
    """What a link or a step of a deck asks for: question, key, how it was read, preview, shipped table, suggestions,
    the pane of shipped tables, nothing for the views of an answer about another table, and no questions before."""
    table = example(given["example"])
    about = (gr.skip(), gr.skip()) if table.key == key else ({}, {})
    how = reading(given["example"])
    shown = how, preview(table, how), given["example"], suggestions(table)
    return given["question"], table.key, *shown, gr.Tabs(selected="examples"), *about, []


def build_tab(app: gr.Blocks, stage: Stage) -> None:
    """Lay out the tab and wire it; called inside its `gr.Tab`."""
    # The table that the answer on the page is about, what was asked in this session, and what the next question about
    # the table may lean on.
    asked, history, talk = gr.State(""), gr.State([]), gr.State([])
    forms = tasks.find(NAME).models[0] != "text2sql-sketch"
    with gr.Row(elem_classes="modou-panel"):
        with gr.Column(scale=5, min_width=320):
            tables = lay_out_tables()
            examples = examples_view(LINK.examples(), "text2sql-examples")
            state = ModelState({"state": "loading"}, elem_id="text2sql-state")
            Share({"tab": NAME, "tables": SAMPLES}, elem_id="text2sql-share", elem_classes="share")
        with gr.Column(scale=8, min_width=340):
            with gr.Row(elem_id="text2sql-ask"):
                question = gr.Textbox(
                    show_label=False,
                    label=t("text2sql_question"),
                    placeholder=t("text2sql_placeholder"),
                    lines=1,
                    max_lines=3,
                    scale=5,
                    min_width=220,
                    container=False,
                    elem_id="text2sql-question",
                )
                run = gr.Button(t("text2sql_run"), variant="primary", scale=1, min_width=90, elem_id="text2sql-run")
            suggested = QuestionsView(suggestions(example(FIRST)), elem_id="text2sql-suggested")
            view = AnswerView({}, elem_id="text2sql-answer")
            # Below the answer, which would jump when the first question makes it appear.
            past = HistoryView({}, elem_id="text2sql-history")
    build_own_model(NAME, (NAME,), _query, [question, tables["key"]])
    with gr.Accordion(t("text2sql_how"), open=False, elem_id="text2sql-how"):
        inside = InsideView({}, form=forms, elem_id="text2sql-inside")

    private: dict[str, Any] = {"api_visibility": "private"}
    limits: dict[str, Any] = {**ASK.limits, **private}
    quick: dict[str, Any] = {"show_progress": "hidden", "queue": False, **private}
    ask: dict[str, Any] = {
        "fn": _ask,
        "inputs": [question, tables["key"], tables["reading"], history, talk],
        "outputs": [view, asked, history, past, talk, inside],
        "show_progress_on": [view],
        **limits,
    }
    reads = wire_tables(tables, suggested, view, inside, talk)
    chip = suggested.ask(_suggested, outputs=[question, talk], **quick)
    shown = [question, tables["key"], tables["reading"], tables["view"], tables["choice"], suggested]
    again = ask | {"fn": _again, "inputs": [history, tables["key"]], "outputs": [*shown, *ask["outputs"]]}
    asks = [gr.on([run.click, question.submit], **ask), chip.then(**ask), past.again(**again)]
    wholly: dict[str, Any] = {
        "fill": _fill,
        "outputs": [*shown, tables["sources"], view, inside, talk],
        "inputs": [tables["key"]],
        "cancels": [*asks, *(read for _, read in reads)],
    }
    filled = [on_fill(stage, NAME, **wholly), on_choose(examples, NAME, LINK.examples(), **wholly)]
    asks += [event.success(**ask, trigger_mode="always_last") for event in filled]
    # The table that was chosen last counts, and an answer about another that is on its way is stale.
    for trigger, read in reads:
        trigger(None, cancels=[*asks, *(other for _, other in reads if other is not read)], **private)
    past.forget(lambda: ([], {}, []), outputs=[history, past, talk], **quick)
    view.anew(lambda: [], outputs=[talk], **quick)
    edit: dict[str, Any] = {"inputs": [asked], "outputs": [view], "show_progress": "hidden", **limits}
    view.adjust(_handler("conditions", lambda sent, table: run_sketch(core.load(NAME), sent, table)), **edit)
    view.execute(_handler("sql", run_sql), **edit)
    view.everything(_handler("result", whole_csv), **edit)
    app.load(lambda: load_model(NAME), outputs=[state], show_progress="hidden", **private)
