"""The triples tab's views."""

from __future__ import annotations

from demos.views.view import View


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
    script = "triples/views/extraction.js"


class EventsView(View):
    """The events of a text: a card each, marked in the text, on a line of time where there are dates, and as a table.

    `value`: {json: {text, events: as `EventsResult` has them, milliseconds} as text} or {error: {zh, en}}. `types` are
    those there are (`core.triples.event_schema.EventType`).
    """

    name = "events_view"
    script = "triples/views/events.js"


class TripleCompare(View):
    """Two extractors on the same text: the triples that both found, and those of one alone.

    `value`: {json: {text, sides: [{model, name: {zh, en}, milliseconds, threshold, thresholds, triples}, ...]} as text}
    or {error: {zh, en}}. `relations` are as for `TripleView`.
    """

    name = "triple_compare"
    script = "triples/views/compare.js"


class TriplesInside(View):
    """What an extractor saw in a text, sentence by sentence: CasRel's two passes, GlobalPointer's matrices, or the
    graphs of the arguments of events.

    `value`: {json: {sentences: [...]} as text}, each sentence what the pipeline's `explain` gives as a dict, of the
    `kind` "casrel" (also where none is named), "gplinker" or "events"; for these, `types` are as for `EventsView`.
    """

    name = "triples_inside"
    script = "triples/views/inside.js"


class SchemaTraining(View):
    """A head for a visitor's own relations: what was read, its training as it goes on, and what came of it.

    `value`: {json: {read: {sentences, relations: {name: examples}, few}, started?, epochs?, finished?, megabytes?} as
    text}, the latter as `training/triples/custom.py` tells them; {error: {zh, en}} or {notice: {zh, en}}. `templates`
    are files to download, {suffix: text}.
    """

    name = "schema_training"
    script = "triples/views/training.js"


class SchemaTriples(View):
    """The triples of one sentence as a list. `value`: {json: {triples, milliseconds} as text} or {error: {zh, en}}."""

    name = "schema_triples"
    script = "triples/views/found.js"
