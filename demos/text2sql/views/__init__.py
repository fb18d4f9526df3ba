"""The text-to-SQL tab's views."""

from __future__ import annotations

from demos.views.view import View


class TableView(View):
    """The table that is asked: its name, what cleaning changed, its columns with their types, its first rows.

    `value`: {json: `core.text2sql.table.Table.to_dict()` as text, reading?: {source, sheet, mark, header, types, back}
    as text}, or {error: {zh, en}}, which leaves the table before it on the page. `most` is how many characters may be
    pasted. What a visitor corrects in how it was read triggers `correct`, and so does a reload of the page, which asks
    for the table that was there.
    """

    name = "table_view"
    script = "text2sql/views/table.js"
    emits = ("correct",)


class QuestionsView(View):
    """Questions that suit the table. `value`: {questions: [...]}; one that is clicked triggers `ask`."""

    name = "questions_view"
    script = "text2sql/views/questions.js"
    emits = ("ask",)


class HistoryView(View):
    """What was asked in this session. `value`: {entries: [{question, name, total, refused}]}, the latest first.

    An entry that is clicked triggers `again`, the button to clear the list `forget`.
    """

    name = "history_view"
    script = "text2sql/views/history.js"
    emits = ("again", "forget")


class AnswerView(View):
    """An answer and everything that can be done with it.

    `value`: {json} with a text of `demos.text2sql.answer`, or {error: {zh, en}, where?, answer?}; `where` is
    "conditions", "sql" or "result". Changed conditions trigger `adjust`, other readings and SQL written by hand
    `execute`, a download of more rows than are on the page `everything`, and the wish to be understood without what was
    asked before `anew`.
    """

    name = "answer_view"
    script = "text2sql/views/answer.js"
    emits = ("adjust", "execute", "everything", "anew")


class InsideView(View):
    """How the model wrote the query: a form symbol by symbol, or a sketch blank by blank.

    `value`: {json: a text of `demos.text2sql.answer.inside_value`}. `form`: whether forms are what the model writes.
    """

    name = "text2sql_inside"
    script = "text2sql/views/inside.js"
