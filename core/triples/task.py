"""Triples and events: what can be asked, and the checkpoints that answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.operation import IN_API, Operation, Task


@dataclass(frozen=True)
class Extract:
    """Extract subject-predicate-object triples from Chinese text.

    Args:
        text: Chinese text, at most 20,000 characters.
        threshold: least probability of a triple, 0 to 1; leave out for the model's own.
        model: one of the bundled models; leave out for the best.
        relations: only these predicates, such as ["导演", "主演"]; leave out for all.

    Returns:
        {"triples": [{"subject", "predicate", "object", "subject_span", "object_span", "score", "subject_pronoun",
        "object_pronoun"}]}, spans being [start, end) character offsets in the text; the last two are those of a 他,
        其, 前者 or 该片 which was read as the subject or object named elsewhere, or null.
    """

    text: str
    threshold: float | None = None
    model: str | None = field(default=None, metadata=IN_API)
    relations: list[str] | None = field(default=None, metadata=IN_API)


@dataclass(frozen=True)
class FindEvents:
    """Find the events that Chinese text tells of: what happened, who took part in which role, when and where.

    Args:
        text: Chinese text, at most 20,000 characters.
        threshold: least probability of an argument, 0 to 1; leave out for the model's own.
        types: only these types of events, such as ["人生-结婚", "竞赛行为-夺冠"]; leave out for all 65.

    Returns:
        {"events": [{"type", "trigger": the word that says so, or "", "trigger_span", "date": ISO 8601, as much of it
        as the text says, or "", "score", "arguments": [{"role", "text", "span", "score"}]}]}, spans being [start, end)
        character offsets in the text.
    """

    text: str
    threshold: float | None = None
    types: list[str] | None = field(default=None, metadata=IN_API)


@dataclass(frozen=True)
class ExtractByExample:
    """Extract triples of any relation from Chinese text, as one to eight examples show them.

    Args:
        text: Chinese text, at most 20,000 characters.
        examples: [{"text", "subject", "predicate", "object"}], one triple each, subject and object standing in its
            text; one with a text alone shows where there is nothing to find.
        model: leave out for the models that ship, which learn from the examples; or a language model that the host
            lists, which is shown them.

    Returns:
        As for triples.
    """

    text: str
    examples: list[dict[str, Any]]
    model: str | None = field(default=None, metadata=IN_API)


# Sentences share batches, so a short text need not wait for a long one to end.
EXTRACT = Operation("triples.extract", "triples", Extract, "core.triples.triple:TriplesResult")
# It is learnt anew in each call, on all cores.
BY_EXAMPLE = Operation(
    "triples.by_example",
    "triples_by_example",
    ExtractByExample,
    "core.triples.triple:TriplesResult",
    concurrent=1,
)
EVENTS = Operation("triples.events", "events", FindEvents, "core.triples.event:EventsResult")

TASKS = (
    Task(
        "triples",
        {"zh": "三元组", "en": "Triples"},
        "core.triples.pipeline:TriplesPipeline",
        ("triples-gplinker", "triples-casrel", "triples-dgcnn"),
        (EXTRACT,),
        {"text": "《红高粱》是张艺谋执导的电影，由巩俐、姜文主演。"},
    ),
    Task(
        "triples_by_example",
        {"zh": "按例子抽取", "en": "Triples by example"},
        "core.triples.triples_by_example:ByExamplePipeline",
        ("triples-gplinker",),
        (BY_EXAMPLE,),
        {
            "text": "上周，远山科技以三亿元收购了晨光软件。昨天下了一场大雨。",
            "examples": [
                {"text": "海石集团收购了青禾网络。", "subject": "海石集团", "predicate": "收购", "object": "青禾网络"}
            ],
        },
        brings=("answer",),
    ),
    Task(
        "events",
        {"zh": "事件", "en": "Events"},
        "core.triples.events_pipeline:EventsPipeline",
        ("triples-events",),
        (EVENTS,),
        {"text": "2月14日，林晓与周明在杭州结婚，两人的婚礼于次日举行。"},
    ),
)
