"""What the panes of the Triples tab have in common: what their view is sent, and what it may ask for.

The model is asked once, for every triple above a low floor; thresholds and relations are then chosen in the page.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeGuard

import gradio as gr
from gradio.i18n import I18nData

import core
from core import catalog
from core.errors import InputError
from core.triples import MAX_CHARS
from core.triples.documents import MAX_DOCUMENTS
from core.triples.graph import communities, has_infomap, merge
from core.triples.graph_files import to_graphml, to_turtle
from core.triples.schema import RELATIONS
from core.triples.triple import Triple
from demos.server.calls import Json, answering, clean, place
from demos.shell.i18n import both, t

TASK = "triples"
# The least probability of a triple that the page is sent, unless the model's own thresholds are lower.
_FLOOR = 0.05
# What a visitor reads for the name of a bundled model.
_NAMES = {"triples-casrel": "triples_casrel", "triples-gplinker": "triples_gplinker", "triples-dgcnn": "triples_dgcnn"}

# Of one export: what a model finds in the most documents that may be read, and files that are written at a time.
_MAX_TRIPLES = 5_000
_MAX_NAME = 400
_EXPORTS = 2

_exports = threading.BoundedSemaphore(_EXPORTS)


class Read(NamedTuple):
    """A document with what was found in it, or why it was not read."""

    name: str
    text: str
    facts: Sequence[Triple] = ()
    error: InputError | None = None


def load(model: str | None) -> Any:
    """One of our own models: a visitor may not make the server open folders or fetch from the Hub.

    Raises:
        InputError: there is no such model here.
    """
    catalog.check_offered(TASK, model)
    return core.load(TASK, model)


def name_of(model: str) -> dict[str, str]:
    """What visitors read for a bundled model, in both languages; one without a name keeps its folder's."""
    return both(_NAMES[model]) if model in _NAMES else {"zh": model, "en": model}


def models() -> list[tuple[str | I18nData, str]]:
    """The bundled models as a choice, (name, folder), the default first."""
    return [(t(_NAMES[model]) if model in _NAMES else model, model) for model in catalog.bundled(TASK)]


def model_radio(elem_id: str) -> gr.Radio:
    """The choice between the bundled models; a choice of one is none, and not shown."""
    choices = models()
    return gr.Radio(choices, value=choices[0][1], label=t("triples_model"), visible=len(choices) > 1, elem_id=elem_id)


def shown_error(error: InputError) -> dict[str, Any]:
    """`error` as the views show it; the time makes a message that comes again a new one."""
    return {**error.to_dict(), "at": time.time()}


def floor(pipeline: Any) -> float:
    """The least probability of a triple that the page is sent: low enough for the model's own thresholds."""
    lowest: float = min(_FLOOR, pipeline.threshold, *pipeline.thresholds.values())
    return lowest


def least(pipeline: Any) -> dict[str, Any]:
    """The model's own thresholds, as the views read them: one, and those of relations that have one of their own."""
    return {"threshold": pipeline.threshold, "thresholds": pipeline.thresholds}


def relations() -> list[dict[str, str]]:
    """The relations of both schemas, as the view lists them."""
    return [relation._asdict() for relation in RELATIONS.values()]


def view_value(documents: Sequence[Read], pipeline: Any, milliseconds: float, **more: Any) -> dict[str, Any]:
    """What the view draws. As text, because Gradio watches every number of a value."""
    graph = merge((document.name, document.facts) for document in documents)
    found = communities(graph, pipeline.threshold_of)
    predicates = sorted({edge.predicate for edge in graph.edges})
    numbers = {name: number for number, name in enumerate(predicates)}
    sent = {
        "documents": [_sent(document, numbers) for document in documents],
        "predicates": predicates,
        "communities": {node.text: number for node, number in zip(graph.nodes, found, strict=True)},
        "infomap": has_infomap(),
        "milliseconds": milliseconds,
        **least(pipeline),
    }
    # The time makes a result that comes again a new value.
    return {"json": json.dumps(sent | more, ensure_ascii=False, separators=(",", ":")), "at": time.time()}


def _sent(document: Read, numbers: dict[str, int]) -> dict[str, Any]:
    triples = [
        [*fact.subject_span, numbers[fact.predicate], *fact.object_span, fact.score, *_pronouns(fact)]
        for fact in document.facts
    ]
    error = document.error and document.error.to_dict()["error"]
    return {"name": clean(document.name), "text": clean(document.text), "triples": triples, "error": error}


def _pronouns(fact: Triple) -> list[int]:
    """The spans of the pronouns that were read as subject and object, empty ones for none; nothing for neither."""
    spans = fact.subject_pronoun, fact.object_pronoun
    return [place for span in spans for place in span or (0, 0)] if any(spans) else []


@answering
def export_graph(request: Json) -> Json:
    """The graph of the shown triples as a file: {text}. `request` is {format, documents: [name], triples: [[document,
    subject, predicate, object, subject_span, object_span, score]], communities: {entity: number}}."""
    documents, found = _documents(request), request.get("communities")
    graph = merge(documents)
    writers: dict[str, Callable[[], str]] = {
        "turtle": lambda: to_turtle(graph),
        "graphml": lambda: to_graphml(graph, [_community(found, node.text) for node in graph.nodes]),
    }
    write = writers.get(str(request.get("format")))
    if write is None:
        raise InputError("没有这种格式", "there is no such format")
    with place(_exports):
        return {"text": clean(write())}


def _documents(request: Json) -> list[tuple[str, list[Triple]]]:
    """The triples of `request` by document. Raises InputError for anything that the page would not send."""
    names, rows = request.get("documents"), request.get("triples")
    if not isinstance(names, list) or len(names) > MAX_DOCUMENTS or not all(_is_name(name) for name in names):
        raise InputError("文档名称有误", "the names of the documents are wrong")
    if not isinstance(rows, list):
        raise InputError("三元组应为列表", "the triples must be a list")
    if len(rows) > _MAX_TRIPLES:
        raise InputError(
            f"三元组太多：{len(rows):,} 个，上限 {_MAX_TRIPLES:,}；请调高阈值",
            f"too many triples: {len(rows):,}, the limit is {_MAX_TRIPLES:,}; raise the least confidence",
        )
    found: list[tuple[str, list[Triple]]] = [(name, []) for name in names]
    for number, sent in enumerate(rows, 1):
        document, row = _row(sent)
        if row is None or not 0 <= document < len(found):
            raise InputError(f"第 {number} 个三元组有误", f"triple {number} is wrong")
        found[document][1].append(row)
    return found


def _row(sent: Any) -> tuple[int, Triple | None]:
    """The number of the document and the triple that `sent` is; no triple where it is none."""
    if not isinstance(sent, list) or len(sent) != 7:
        return -1, None
    document, subject, predicate, item, subject_span, object_span, score = sent
    usable = (
        _is_whole(document)
        and all(_is_name(name) for name in (subject, predicate, item))
        and all(_is_span(span) for span in (subject_span, object_span))
        # bool is an int to Python, and NaN is in no range.
        and isinstance(score, int | float)
        and not isinstance(score, bool)
        and 0 <= score <= 1
    )
    if not usable:
        return -1, None
    return document, Triple(subject, predicate, item, tuple(subject_span), tuple(object_span), score)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _MAX_NAME


def _is_whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_span(value: Any) -> bool:
    if not isinstance(value, list) or len(value) != 2 or not all(map(_is_whole, value)):
        return False
    return bool(0 <= value[0] <= value[1] <= MAX_CHARS)


def _community(found: Any, entity: str) -> int:
    number = found.get(entity) if isinstance(found, dict) else None
    return number if _is_whole(number) and 0 <= number <= 2 * _MAX_TRIPLES else 0
