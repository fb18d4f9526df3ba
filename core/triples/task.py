"""Triples: what can be asked, and the checkpoints that answer."""

from __future__ import annotations

from dataclasses import dataclass, field

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
        {"triples": [{"subject", "predicate", "object", "subject_span", "object_span", "score"}]}, spans being
        [start, end) character offsets in the text.
    """

    text: str
    threshold: float | None = None
    model: str | None = field(default=None, metadata=IN_API)
    relations: list[str] | None = field(default=None, metadata=IN_API)


# Sentences share batches, so a short text need not wait for a long one to end.
EXTRACT = Operation("triples.extract", "triples", Extract, "core.triples.triple:TriplesResult")

TASKS = (
    Task(
        "triples",
        {"zh": "三元组", "en": "Triples"},
        "core.triples.pipeline:TriplesPipeline",
        ("triples-gplinker", "triples-casrel", "triples-dgcnn"),
        (EXTRACT,),
        {"text": "《红高粱》是张艺谋执导的电影，由巩俐、姜文主演。"},
    ),
)
