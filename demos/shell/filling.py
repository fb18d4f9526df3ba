"""Links, steps of decks and examples fill in a tab and run it: by events of views, whose outputs are the tab's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from core.errors import InputError
from demos.shell.card import Example
from demos.shell.links import read_input
from demos.shell.views import Examples, Stage


def on_fill(stage: Stage, tab: str, fill: Callable[..., Sequence[Any]], outputs: Sequence[Any], **event: Any) -> Any:
    """The event that `tab` is to be filled in; what `.success` adds to it runs the tab.

    `fill(given, *inputs)` gives the updates of `outputs` for an input as `read_input` reads it. `event` are more
    arguments of the event, such as `inputs` and `cancels`.
    """

    def handle(sent: gr.EventData, *values: Any) -> list[Any]:
        data = sent._data if isinstance(sent._data, dict) else {}
        given = data.get("input")
        # The page is told that its wish was met, by the wish's number.
        return [*fill(read_input(tab, given if isinstance(given, dict) else {}), *values), {"filled": data.get("wish")}]

    return getattr(stage, f"fill_{tab}")(
        handle,
        outputs=[*outputs, stage],
        queue=False,
        show_progress="hidden",
        api_visibility="private",
        # The next step may be wanted while this one is on its way.
        trigger_mode="multiple",
        **event,
    )


def examples_view(examples: Sequence[Example], elem_id: str) -> Examples:
    """The buttons for `examples`."""
    shown = [{"label": e.label, "says": e.says, "fails": e.fails} for e in examples]
    return Examples({"examples": shown}, elem_id=elem_id)


def on_choose(
    view: Examples,
    tab: str,
    examples: Sequence[Example],
    fill: Callable[..., Sequence[Any]],
    outputs: Sequence[Any],
    **event: Any,
) -> Any:
    """The event that one of `examples`, whose buttons `view` shows, is chosen; what `.success` adds to it runs the tab.

    `fill` and `event` are as for `on_fill`.
    """

    def handle(sent: gr.EventData, *values: Any) -> Any:
        number = sent._data.get("example") if isinstance(sent._data, dict) else None
        if not isinstance(number, int) or not 0 <= number < len(examples):
            raise InputError("没有这个示例", "there is no such example")
        found = fill(read_input(tab, examples[number].input), *values)
        return found if len(outputs) > 1 else found[0]

    return view.choose(handle, outputs=outputs, queue=False, show_progress="hidden", api_visibility="private", **event)
