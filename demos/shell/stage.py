"""What stands beside the tabs: links that carry a tab and its input, presentations, and codes for phones."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import segno

from core.errors import InputError
from demos.server.calls import Json, answering, clean
from demos.shell.decks import FIRST, Deck, our_decks
from demos.shell.links import fields, parse_query, read_input
from demos.shell.views import Stage

_HERE = Path(__file__).parent
# Gradio confines its own style sheets to what is inside the page; these are for the page itself.
_SHEETS = (_HERE / "present.css", _HERE / "media.css", _HERE / "views" / "connection.css")
_STYLES = "<style>{}</style>".format("\n".join(path.read_text(encoding="utf-8") for path in _SHEETS))
# Behind a proxy that serves the app below a path, addresses start from the page's, which has to end with a slash for
# that; and the page's picture is not at the root, where browsers look for it.
_PLACE = """
<script>
if (!location.pathname.endsWith("/")) location.replace(location.pathname + "/" + location.search + location.hash);
</script>
<link rel="icon" type="image/svg+xml" href="./favicon.ico">"""
HEAD = _PLACE + _STYLES
# Tells of a lost connection, and keeps what is typed; they have to be there before Gradio's own scripts do anything.
EARLY = ("modou/shell/views/connection.js", "modou/shell/views/typed.js")

# What a phone can still read from the last row.
_MAX_CODE = 600


def _deck(name: object) -> Deck:
    decks = our_decks()
    if not isinstance(name, str) or name not in decks:
        raise InputError(f"没有这份演示，可用：{'、'.join(decks)}", f"no such deck; there are {', '.join(decks)}")
    return decks[name]


def _step(deck: Deck, text: str | None) -> int:
    """The number of a step, from 1."""
    number = int(text) if text and text.isdecimal() and len(text) < 6 else 1 if text is None else 0
    if not 1 <= number <= len(deck.steps):
        last = len(deck.steps)
        raise InputError(f"这份演示有 {last} 步", f"the steps of this deck are 1 to {last}")
    return number


@answering
def open_link(request: Json) -> Json:
    """What the page's address asks for: {tab, input} to be filled in and run, {present: {deck, step}}, or nothing."""
    asked = parse_query(request.get("query", ""))
    tab = asked.get("tab")
    if asked.get("present") == "1":
        deck = _deck(asked.get("deck") or (tab if tab in our_decks() else FIRST))
        return {"present": {"deck": deck.name, "step": _step(deck, asked.get("step"))}}
    if "deck" in asked:
        deck = _deck(asked["deck"])
        step = deck.steps[_step(deck, asked.get("step")) - 1]
        return {"tab": step.tab, "input": step.input}
    # A tab that there is not, or without an input, is no more than where the page begins.
    if tab is None or not any(name in asked for name in fields(tab)):
        return {}
    return {"tab": tab, "input": read_input(tab, {name: clean(value) for name, value in asked.items()})}


@answering
def open_decks(request: Json) -> Json:
    """All decks of this server, with their notes."""
    return {"decks": [deck.to_dict() for deck in our_decks().values()]}


@answering
def draw_code(request: Json) -> Json:
    """The QR code of a web address, row by row: {rows: ["0110...", ...]}, 1 for dark."""
    url = request.get("url")
    if not isinstance(url, str) or len(url) > _MAX_CODE:
        raise InputError(f"链接应至多 {_MAX_CODE} 个字符", f"the link must have at most {_MAX_CODE} characters")
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise InputError("链接应为网址", "the link must be a web address")
        code = segno.make(url, error="m", micro=False, boost_error=False)
    except (ValueError, UnicodeEncodeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("链接应为网址", "the link must be a web address") from error
    return {"rows": ["".join("1" if dark else "0" for dark in row) for row in code.matrix]}


def build_stage() -> Stage:
    """The view itself, to be rendered once the tabs are there that it fills in; it shows nothing until it is asked to.

    Raises:
        InputError: a deck in the folder `MODOU_DECKS` is none.
    """
    our_decks()
    return Stage({}, elem_id="modou-stage", server_functions=[open_link, open_decks, draw_code], render=False)
