"""The similarity tab's views."""

from __future__ import annotations

from demos.views.view import View


class SimilarityView(View):
    """Two sentences compared: scores, the costliest word, ribbons from word to word, and the plan as a table.

    `value`: {json: `SimilarityResult.to_dict()` as text, norms, model, costliest: `CostliestWord.to_dict()` or null,
    usual: `reads_apart`, limits: `Limits` as a list or null, milliseconds, csv} or {error: {zh, en}}. Gradio watches
    every number, which takes seconds.
    """

    name = "similarity_view"
    script = "similarity/views/comparison.js"


class TransportView(View):
    """How the distance came about: weights, costs, lower bounds, and the transport problem solved step by step.

    `value`: {json: a `core.similarity.explain.Inside` as a dict, as text}.
    """

    name = "transport_view"
    script = "similarity/views/transport.js"


class SearchView(View):
    """The sentences of a list that are closest to a query, ranked, and how little work it took to find them.

    `value`: {query, hits: [{rank, number, sentence, wrd}], unit: "line" | "row", sentences, left_out,
    centroid_skipped, relaxed_skipped, solved, milliseconds, reading, json, csv}, {error: {zh, en}} or
    {notice: {zh, en}}; `reading` is the milliseconds it took to read the list, or null where that was done before. A
    hit that is clicked triggers `pick`. `most` is how many lines may be pasted into the list.
    """

    name = "search_view"
    script = "similarity/views/search.js"
    emits = ("pick",)


class MatrixView(View):
    """A list of sentences against itself, as a heat map. A cell that is clicked triggers `pick`.

    `value`: {sentences, wrd: [[...]], milliseconds, json, csv} or {error: {zh, en}}.
    """

    name = "matrix_view"
    script = "similarity/views/matrix.js"
    emits = ("pick",)
