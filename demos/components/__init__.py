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
        found = (_HERE / f"{name}{suffix}" for name in (*self.parts, self.name))
        return [path for path in found if path.is_file()]

    def api_info(self) -> dict[str, Any]:
        return {"type": "object", "description": "Data for the view."}


class TripleView(View):
    """Texts with their entities marked, the triples as a graph and as a table; what is chosen in one lights up in all.

    `value`: {json: {run, documents: [{name, text, triples: [[subject's start, end, predicate, object's start, end,
    score]], error}], predicates: [name], communities: {entity: number}, infomap, threshold, thresholds: {relation:
    number}, milliseconds, done, progress: {done, total, share}} as text}, with all that was found so far, much of it
    below the model's own thresholds; {progress}; {stopped: a time}; or {error}.
    `relations` are those to choose from (`core.triples.schema.Relation`). Its script asks the server to write
    files (`export_graph`).
    """

    name = "triple_view"
    parts = (
        "result",
        "svg",
        "csv",
        "triple_read",
        "triple_text",
        "triple_table",
        "triple_filter",
        "triple_documents",
        "triple_export",
        "graph_layout",
        "graph_labels",
        "graph_paint",
        "graph_build",
        "graph_steer",
        "triple_graph",
    )


class TripleCompare(View):
    """Two extractors on the same text: the triples that both found, and those of one alone.

    `value`: {json: {text, sides: [{model, name: {zh, en}, milliseconds, threshold, thresholds, triples}, ...]} as text}
    or {error: {zh, en}}. `relations` are as for `TripleView`.
    """

    name = "triple_compare"
    parts = ("result", "triple_read", "triple_text")


class TriplesInside(View):
    """What an extractor saw in a text, sentence by sentence: CasRel's two passes, or GlobalPointer's matrices.

    `value`: {json: {sentences: [...]} as text}, each sentence what the pipeline's `explain` gives as a dict, of the
    `kind` "casrel" (also where none is named) or "gplinker".
    """

    name = "triples_inside"
    parts = ("svg", "casrel_passes", "span_matrix")


class SchemaTraining(View):
    """A head for a visitor's own relations: what was read, its training as it goes on, and what came of it.

    `value`: {json: {read: {sentences, relations: {name: examples}, few}, started?, epochs?, finished?, megabytes?} as
    text}, the latter as `training/triples/custom.py` tells them; {error: {zh, en}} or {notice: {zh, en}}. `templates`
    are files to download, {suffix: text}.
    """

    name = "schema_training"
    parts = ("result",)


class SchemaTriples(View):
    """The triples of one sentence as a list. `value`: {json: {triples, milliseconds} as text} or {error: {zh, en}}."""

    name = "schema_triples"
    parts = ("result",)


class Header(View):
    """Name, tagline, and the switches for language and light or dark."""

    name = "header"


class Home(View):
    """A card for each task: a small drawing of what its model makes of an example, and facts about the model.

    `value`: {cards: [{task, title, says, data, figure: {zh, en}, models: [{name, parameters, megabytes}], links:
    [{title, url}]}]}. Its script asks the server for the drawings (`thumbnail`); a card that is clicked triggers
    `open`.
    """

    name = "home"
    parts = ("board", "home_drawings")


class Stage(View):
    """What links and presentations need: fills in a tab and runs it, steps through a deck, draws codes for phones.

    It shows nothing before it is asked to. Its script asks the server what the page's address wants (`open_link`), for
    the decks (`open_decks`) and for codes (`draw_code`); the window's event `modou-present` starts a presentation.
    """

    name = "stage"
    parts = ("svg", "stage_fill", "stage_bar")


class Share(View):
    """A button that copies a link to the tab with what is filled in there. `value`: {tab, tables?}, the sample tables.

    Where there is no clipboard the link stands beside it, selected.
    """

    name = "share"


class ModelState(View):
    """Whether a tab's model is loading or ready, and what it is.

    `value`: {state: "loading"}, {state: "ready", name, parameters, megabytes} or {state: "failed", error: {zh, en}}.
    """

    name = "model_state"


class QAView(View):
    """A passage with its question-answer pairs: as they come, edited, asked anew, exported, shown as a quiz.

    `value`: {json: {id, passage, wanted, top_p, beams, pairs: [`Pair.to_dict()`, ...], done, milliseconds} as text},
    with all pairs so far; {stopped: a time}; or {error: {zh, en}}. Its script asks the server for pairs and answers of
    the visitor's own.
    """

    name = "qa_view"
    parts = ("result", "csv", "qa_passage", "qa_export", "qa_cards", "qa_quiz")


class QAInside(View):
    """How pairs come about: where answers begin, which are drawn, the beams of a question.

    Its script asks the server about the passage that the `QAView` of the page shows, once it is looked at.
    """

    name = "qa_inside"
    parts = ("qa_beams",)


class XiangqiView(View):
    """A board with everything around it: play, watch, replay, set up. Its script keeps the game and asks the server.

    `value`: {models: [name, ...], facts: {name: {parameters, megabytes, legal_argmax, legal_mass, top1, top5, elo}},
    examples: [label, ...], game}, the game as `core.xiangqi.session.describe` gives it; facts that are not known are
    left out.
    """

    name = "xiangqi"
    parts = ("board", "xiangqi_moves", "xiangqi_review", "xiangqi_files", "xiangqi_game", "xiangqi_compare")


class XiangqiInside(View):
    """The game on the board as the model reads it; its script asks the server whenever the board shows another move."""

    name = "xiangqi_inside"


class SimilarityView(View):
    """Two sentences compared: scores, the costliest word, ribbons from word to word, and the plan as a table.

    `value`: {json: `SimilarityResult.to_dict()` as text, norms, model, costliest: `CostliestWord.to_dict()` or null,
    usual: `reads_apart`, milliseconds, csv} or {error: {zh, en}}. Gradio watches every number, which takes seconds.
    """

    name = "similarity_view"
    parts = ("result", "svg", "similarity_words", "similarity_scores", "similarity_ribbons", "similarity_heat")


class TransportView(View):
    """How the distance came about: weights, costs, lower bounds, and the transport problem solved step by step.

    `value`: {json: a `core.similarity.explain.Inside` as a dict, as text}.
    """

    name = "transport_view"
    parts = ("similarity_words", "transport_steps")


class SearchView(View):
    """The sentences of a list that are closest to a query, ranked, and how little work it took to find them.

    `value`: {query, hits: [{rank, number, sentence, wrd}], unit: "line" | "row", sentences, left_out,
    centroid_skipped, relaxed_skipped, solved, milliseconds, reading, json, csv}, {error: {zh, en}} or
    {notice: {zh, en}}; `reading` is the milliseconds it took to read the list, or null where that was done before. A
    hit that is clicked triggers `pick`. `most` is how many lines may be pasted into the list.
    """

    name = "search_view"
    parts = ("result",)


class MatrixView(View):
    """A list of sentences against itself, as a heat map. A cell that is clicked triggers `pick`.

    `value`: {sentences, wrd: [[...]], milliseconds, json, csv} or {error: {zh, en}}.
    """

    name = "matrix_view"
    parts = ("result",)


class Note(View):
    """A line under a field: what was read from it, or why it cannot be used.

    `value`: {}, {zh, en} or {error: {zh, en}}.
    """

    name = "note"


class TableView(View):
    """The table that is asked: its name, what cleaning changed, its columns with their types, its first rows.

    `value`: {json: `core.text2sql.table.Table.to_dict()` as text}, or {error: {zh, en}}, which leaves the table before
    it on the page. `most` is how many characters may be pasted.
    """

    name = "table_view"
    parts = ("result", "grid")


class QuestionsView(View):
    """Questions that suit the table. `value`: {questions: [...]}; one that is clicked triggers `ask`."""

    name = "questions_view"


class HistoryView(View):
    """What was asked in this session. `value`: {entries: [{question, name, total}]}, the latest first.

    An entry that is clicked triggers `again`, the button to clear the list `forget`.
    """

    name = "history_view"


class AnswerView(View):
    """An answer and everything that can be done with it.

    `value`: {json} with a text of `demos.text2sql_answer`, or {error: {zh, en}, where?, answer?}; `where` is
    "conditions", "sql" or "result". Changed conditions and chosen alternatives trigger `adjust`, SQL written by hand
    `execute`, a download of more rows than are on the page `everything`.
    """

    name = "answer_view"
    parts = ("result", "grid", "sql_code", "svg", "sql_chart", "question_links", "sketch_words", "condition_chips")


class SketchView(View):
    """The filled sketch: what every head of the model made of the question.

    `value`: {json: `core.text2sql.explain.inside()` as text}.
    """

    name = "sketch_view"
