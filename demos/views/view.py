"""Views drawn by our own JavaScript.

Each is a `gr.HTML` with constant templates: what a user typed travels in `value` as data and is written with
`textContent`, because Gradio evaluates `${...}` in templates and does not sanitise HTML values.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from demos.server import modules

# Gradio finds the names of a component's events in its script.
_LOAD = """const emits = {emits};
const component = {{ module: "{module}", element, props, server, trigger, watch }};
import("modou/views/view.js").then(({{ mount }}) => mount(component));"""


def styles(script: str) -> str:
    """The style sheets of a module and of those that it imports: those that tabs share come first, its own last."""
    names = sorted(modules.imported([f"modou/{script}"]), key=lambda name: not name.startswith("modou/views/"))
    paths = (modules.path_of(name).with_suffix(".css") for name in names)
    return "\n".join(path.read_text(encoding="utf-8") for path in paths if path.exists())


class View(gr.HTML):
    """A view: the module `script` draws `value` into the element whenever it changes.

    The module exports `create(context)`, which gives the function that draws (see view.js). Its style sheet and those
    of the modules that it imports stand beside them under the same names. `emits` are the events that it may `emit`.
    """

    name: str
    script: str
    emits: tuple[str, ...] = ()

    def __init__(self, value: Any = None, **kwargs: Any) -> None:
        super().__init__(
            value=value,
            html_template=f'<div class="modou-view modou-{self.name}"></div>',
            css_template=styles(self.script),
            js_on_load=_LOAD.format(module=f"modou/{self.script}", emits=list(self.emits)),
            apply_default_css=False,
            **kwargs,
        )

    def api_info(self) -> dict[str, Any]:
        return {"type": "object", "description": "Data for the view."}


class Note(View):
    """A line under a field: what was read from it, or why it cannot be used.

    `value`: {}, {zh, en} or {error: {zh, en}}.
    """

    name = "note"
    script = "views/note.js"


class ModelState(View):
    """Whether a tab's model is loading or ready, and what it is.

    `value`: {state: "loading"}, {state: "ready", name, parameters, megabytes} or {state: "failed", error: {zh, en}}.
    """

    name = "model_state"
    script = "views/state.js"
