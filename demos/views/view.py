"""Views drawn by our own JavaScript.

Each is a `gr.HTML` with constant templates: what a user typed travels in `value` as data and is written with
`textContent`, because Gradio evaluates `${...}` in templates and does not sanitise HTML values.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

_SHARED = (Path(__file__).parent / "shared.js").read_text(encoding="utf-8")
_FILES = {path.name: path for kind in ("js", "css") for path in Path(__file__).parent.parent.rglob(f"views/*.{kind}")}


class View(gr.HTML):
    """A view: `NAME.js` draws `value` into the element whenever it changes; `NAME.css` styles it.

    The script finds `root` (the element to fill), `h` and `say` (see shared.js) and defines `draw(value)`. `parts` are
    scripts and style sheets of other names that come before its own; "result" is what views of a result share.
    """

    name: str
    parts: tuple[str, ...] = ()

    def __init__(self, value: Any = None, **kwargs: Any) -> None:
        script, style = (
            "\n".join(path.read_text(encoding="utf-8") for path in self._files(suffix)) for suffix in (".js", ".css")
        )
        super().__init__(
            value=value,
            html_template=f'<div class="modou-view modou-{self.name}"></div>',
            css_template=style,
            js_on_load=f"{_SHARED}\nconst root = () => element.querySelector('.modou-{self.name}');\n{script}\n"
            "watch('value', () => draw(props.value));\ndraw(props.value);",
            apply_default_css=False,
            **kwargs,
        )

    def _files(self, suffix: str) -> list[Path]:
        found = (_FILES.get(f"{name}{suffix}") for name in (*self.parts, self.name))
        return [path for path in found if path is not None]

    def api_info(self) -> dict[str, Any]:
        return {"type": "object", "description": "Data for the view."}


class Note(View):
    """A line under a field: what was read from it, or why it cannot be used.

    `value`: {}, {zh, en} or {error: {zh, en}}.
    """

    name = "note"


class ModelState(View):
    """Whether a tab's model is loading or ready, and what it is.

    `value`: {state: "loading"}, {state: "ready", name, parameters, megabytes} or {state: "failed", error: {zh, en}}.
    """

    name = "model_state"
