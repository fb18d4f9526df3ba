"""Links and steps of decks fill in a tab and run it: by events of the `Stage`, with the tab's components as outputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from demos.shell.links import read_input
from demos.shell.views import Stage


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
