"""The views of the tab of question-answer pairs."""

from __future__ import annotations

from demos.views.view import View


class QAView(View):
    """A passage with its question-answer pairs: as they come, edited, asked anew, exported, shown as a quiz.

    `value`: {json: {id, passage, wanted, top_p, beams, pairs: [`Pair.to_dict()`, ...], done, reached: `Reached` or
    null, milliseconds} as text}, with all pairs so far, or without `pairs` where only `reached` is new; {stopped: a
    time}; or {error: {zh, en}}. Its script asks the server for pairs and answers of the visitor's own.
    """

    name = "qa_view"
    script = "qa_pairs/views/pairs.js"


class QAInside(View):
    """How pairs come about: where answers begin, which are drawn, the beams of a question.

    Its script asks the server about the passage that the `QAView` of the page shows, once it is looked at.
    """

    name = "qa_inside"
    script = "qa_pairs/views/inside.js"
