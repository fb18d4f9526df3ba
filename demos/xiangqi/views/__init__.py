"""The xiangqi tab's views."""

from __future__ import annotations

from demos.views.view import View


class XiangqiView(View):
    """A board with everything around it: play, watch, replay, set up. Its script keeps the game and asks the server.

    `value`: {models: [name, ...], levels: [{name, zh, en, seconds}, ...],
    facts: {name: {parameters, megabytes, legal_argmax, legal_mass, top1, top5, elo, elo_<level>}},
    examples: [label, ...], game, asked?}, the game as `core.xiangqi.session.describe` gives it; facts that are not
    known are left out. `asked`, {start, moves, at}, is a game that a link or a presentation wants; `at` tells wishes
    apart.
    """

    name = "xiangqi"
    script = "xiangqi/views/page.js"


class XiangqiInside(View):
    """The game on the board as the model reads it; its script asks the server whenever the board shows another move."""

    name = "xiangqi_inside"
    script = "xiangqi/views/inside.js"
