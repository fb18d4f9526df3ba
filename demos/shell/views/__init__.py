"""The views around the tabs."""

from __future__ import annotations

from core import tasks
from demos.views.view import View


class Header(View):
    """Name, tagline, and the switches for language and light or dark."""

    name = "header"
    script = "shell/views/header.js"


class Home(View):
    """A card for each task: a small drawing of what its model makes of an example, and facts about the model.

    `value`: {cards: [{task, title, says, data, figure: {zh, en}, models: [{name, parameters, megabytes}], links:
    [{title, url}]}], tour: the deck that a button begins}. Its script asks the server for the drawings (`thumbnail`);
    a card that is clicked triggers `open`.
    """

    name = "home"
    script = "shell/views/home.js"
    emits = ("open",)


class Stage(View):
    """What links and presentations need: has a tab filled in and run, steps through a deck, draws codes for phones.

    `value`: {filled: the number of the wish that was met last}, a wish being an event `open` {tab} or `fill_TAB` {wish,
    input: as `demos.shell.links` reads it} (`demos.shell.filling`).
    It shows nothing before it is asked to. Its script asks the server what the page's address wants (`open_link`), for
    the decks (`open_decks`) and for codes (`draw_code`); the window's event `modou-present` starts a presentation.
    """

    name = "stage"
    script = "shell/views/stage.js"
    emits = ("open", *(f"fill_{name}" for name in tasks.NAMES))


class Examples(View):
    """The examples of a tab as buttons; below them what there is to see in the one that was chosen.

    `value`: {examples: [{label, says: {zh, en}, fails: bool}]}, `fails` where the model gets it wrong, and `says` tells
    why. One that is clicked triggers `choose` {example: its number, from 0}.
    """

    name = "examples"
    script = "shell/views/examples.js"
    emits = ("choose",)


class Share(View):
    """A button that copies a link to the tab with what is filled in there. `value`: {tab, mode?, tables?}: the pane of
    the tab, and the sample tables.

    Where there is no clipboard the link stands beside it, selected.
    """

    name = "share"
    script = "shell/views/share.js"


class OwnModel(View):
    """A checkpoint of the host's choosing, and its answer beside ours.

    `value`: {facts?: `core.inspection.Facts`, progress?: {stage: download, read or pack, done, total, seconds},
    loaded?: {seconds, megabytes of its weights}, unloaded?, process?: megabytes of the server's process, error?: {zh,
    en}, sides?: [{who: {zh, en}, milliseconds, head: [{zh, en}], rows, total, code} or {who, error}]}.
    """

    name = "own"
    script = "shell/views/own.js"


class ByExample(View):
    """Rows to write one to eight examples of what is wanted, and below them what came of it.

    `value`: {}, {json: {head: [{zh, en}], rows: [[cell or {zh, en}]], note: {zh, en} | null, count, milliseconds,
    model} as text, at} or {error: {zh, en}, at}; before that {progress} as `OwnModel`'s while a model is loaded, and
    {started} when it is. `fields` are `demos.shell.by_example.Field`, `most` how many rows
    there may be, `samples` rows that fill in; `expects`: [[count of examples, what was measured with so many]], as
    `measure` {zh, en} calls it. Triggers `run` {rows: [{key: text}]}.
    """

    name = "by_example"
    script = "shell/views/by_example.js"
    emits = ("run",)
