"""A section of a tab in which visitors show by one to eight examples what they want.

The tab's own model learns from them, or, where the host lists language models (`core.own_models`), one of those is
shown them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import gradio as gr

import core
from core import catalog, own_models, tasks
from core.errors import InputError
from core.examples import MAX_EXAMPLES, read_examples
from core.inspection import Facts
from demos.server.monitoring import unexpected
from demos.shell.card import Words
from demos.shell.i18n import t
from demos.shell.own_model import Shown, watched_load
from demos.shell.views import ByExample
from demos.views.export import to_json


@dataclass(frozen=True)
class Field:
    """What an example has: its `key` in the API, how the page names it, and an entry that shows what is meant.

    `within` names the field in which it has to stand; `choices` are what it can be, where it is no text.
    """

    key: str
    name: Words
    sample: str = ""
    within: str | None = None
    choices: Sequence[tuple[Any, Words]] = ()


# A request may carry only so much; the server says of nothing that it is nothing.
_ONLY_WHAT_FITS = """(model, ...given) =>
    [model, ...given.map((text) => (typeof text === "string" && text.length > 1_000_000 ? null : text))]"""
_FAILED = """() => ({at: Date.now() / 1000, error:
    {zh: "没有得到回答，请再试一次", en: "there was no answer; please try again"}})"""

# What a tab does with a pipeline, the examples and the values of its inputs.
Ask = Callable[..., Shown]


def measured(task: str) -> dict[int, float]:
    """What was measured of the model of `task`, by count of examples (its figures.json)."""
    figures = catalog.find(task).figures
    return {n: figures[f"{task}_{n}"] for n in range(1, MAX_EXAMPLES + 1) if f"{task}_{n}" in figures}


def _fitting(task: str) -> Iterator[tuple[str, str]]:
    """The listed checkpoints that can be shown examples: what is read of each before it is loaded, and its name."""
    for name in own_models.listed():
        try:
            facts: Facts = own_models.inspect(name)
            facts.task_of((task,))
        except InputError:
            continue
        except Exception as error:  # one faulty checkpoint must not take the page with it
            unexpected("by_example", error)
            continue
        yield " · ".join(filter(None, (name, f"{facts.size / 1e6:.0f} MB", facts.licence))), name


def _answer(task: str, ask: Ask, model: str | None, rows: Any, given: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """What the view shows: how far the load of a model is that nobody has loaded yet, and then what came of it."""
    try:
        count = sum(1 for _ in read_examples(rows))
        if model and own_models.loaded(model, (task,)) is None:
            for progress in watched_load(model, (task,)):
                yield {"progress": progress}
            yield {"started": time.time()}
        pipeline = own_models.pipeline(model, (task,))[1] if model else core.load(task)
        begin = time.perf_counter()
        shown = ask(pipeline, rows, *given)
    except InputError as error:
        yield {**error.to_dict(), "at": time.time()}
        return
    milliseconds = 1000 * (time.perf_counter() - begin)
    found = asdict(shown) | {"count": count, "milliseconds": milliseconds, "model": model}
    yield {"json": to_json(found), "at": time.time()}


def build_by_example(
    tab: str,
    task: str,
    fields: Sequence[Field],
    ask: Ask,
    inputs: Sequence[Any],
    *,
    samples: Sequence[Mapping[str, Any]],
    purpose: Words,
    expects: Mapping[int, float],
    measure: Words,
) -> None:
    """Lay out and wire the section.

    `samples` are examples that a visitor may have filled in. `ask` gets a pipeline of `task`, the examples as the
    visitor wrote them, and the values of `inputs`; what it raises of InputError is shown. `expects`: what was measured
    by count of examples, as `measure` calls it.
    """
    with gr.Accordion(t("by_example"), open=False, elem_id=f"{tab}-by-example"):
        listed = list(_fitting(task))
        model = gr.Dropdown(
            [(t("by_example_ours"), ""), *listed],
            value="",
            label=t("by_example_model"),
            visible=bool(listed),
            elem_id=f"{tab}-by-example-model",
        )
        view = ByExample(
            {},
            fields=[asdict(field) for field in fields],
            most=MAX_EXAMPLES,
            samples=list(samples),
            purpose=purpose,
            expects=sorted(expects.items()),
            measure=measure,
            elem_id=f"{tab}-by-example-view",
        )

    def answered(event: gr.EventData, model: str | None, *given: Any) -> Iterator[dict[str, Any]]:
        sent = event._data if isinstance(event._data, dict) else {}
        yield from _answer(task, ask, model, sent.get("rows"), given)

    asked = view.run(
        answered,
        inputs=[model, *inputs],
        outputs=[view],
        show_progress="hidden",
        trigger_mode="once",
        api_visibility="private",
        js=_ONLY_WHAT_FITS,
        **tasks.find(task).operations[0].limits,
    )
    # No room in the queue, a lost connection, a fault: no answer comes, and the examples are to be tried again.
    asked.failure(fn=None, js=_FAILED, outputs=[view], api_visibility="private")
