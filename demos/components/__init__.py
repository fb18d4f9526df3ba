"""Views drawn by our own JavaScript.

Each is a `gr.HTML` with constant templates: what a user typed travels in `value` as data and is written with
`textContent`, because Gradio evaluates `${...}` in templates and does not sanitise HTML values.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

_HERE = Path(__file__).parent
_SHARED = (_HERE / "shared.js").read_text(encoding="utf-8")


class View(gr.HTML):
    """A read-only view: `NAME.js` draws `value` into the element whenever it changes; `NAME.css` styles it.

    The script finds `root` (the element to fill), `h` and `say` (see shared.js) and defines `draw(value)`.
    """

    name: str

    def __init__(self, value: Any = None, **kwargs: Any) -> None:
        script = (_HERE / f"{self.name}.js").read_text(encoding="utf-8")
        super().__init__(
            value=value,
            html_template=f'<div class="modou-{self.name}"></div>',
            css_template=(_HERE / f"{self.name}.css").read_text(encoding="utf-8"),
            js_on_load=f"{_SHARED}\nconst root = () => element.querySelector('.modou-{self.name}');\n{script}\n"
            "watch('value', () => draw(props.value));\ndraw(props.value);",
            apply_default_css=False,
            **kwargs,
        )

    def api_info(self) -> dict[str, Any]:
        return {"type": "object", "description": "Data for the view."}


class TripleView(View):
    """Text with its entities marked, and the triples as a table whose rows light up their words.

    `value`: {text, triples: [{..., subject_type, object_type, english}], milliseconds, json, csv} or {error: {zh, en}}.
    """

    name = "triple_view"


class CasRelView(View):
    """CasRel's two passes over one sentence: where subjects start and end; then, per subject, where objects do.

    `value`: {sentences: [...]}, each a `core.triples.explain.Inside` as a dict.
    """

    name = "casrel_view"


class Header(View):
    """Name, tagline, and the switches for language and light or dark."""

    name = "header"


class ModelState(View):
    """Whether a tab's model is loading or ready, and what it is.

    `value`: {state: "loading"}, {state: "ready", name, parameters, megabytes} or {state: "failed", error: {zh, en}}.
    """

    name = "model_state"
