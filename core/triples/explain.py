"""The inside of CasRel on one sentence, in a form that can be drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.triples.extractor import Extractor

# A relation is shown if any of its objects' starts is at least this likely.
_VISIBLE = 0.05

Tags = list[tuple[float, float]]


@dataclass(frozen=True)
class SubjectPass:
    """A subject the first pass found, and the second pass's tags [(p(start), p(end)) per token] by relation."""

    text: str
    score: float
    relations: dict[str, Tags]


@dataclass(frozen=True)
class Inside:
    """One sentence: its tokens as the user wrote them, the first pass's tags, the second pass for each subject."""

    tokens: list[str]
    tags: Tags
    subjects: list[SubjectPass]

    def to_dict(self) -> dict[str, Any]:
        return {
            "tokens": self.tokens,
            "tags": self.tags,
            "subjects": [{"text": s.text, "score": s.score, "relations": s.relations} for s in self.subjects],
        }


def _rounded(tags: np.ndarray) -> Tags:
    return [(float(a), float(b)) for a, b in np.round(tags, 3).tolist()]


def explain(extractor: Extractor, sentence: str, original: Callable[[tuple[int, int]], str]) -> Inside:
    """Run both passes over `sentence`; where the model has several schemas, the likelier tag of each is shown.

    `original` gives the user's text for a span of `sentence`, which is normalised.
    """
    schemas = list(extractor.schemas)
    per_schema = extractor.passes([sentence], schemas)[0]
    spans: dict[tuple[int, int], float] = {}
    objects: dict[tuple[int, int], dict[str, np.ndarray]] = {}
    for schema, passes in zip(schemas, per_schema, strict=True):
        for (first, last, p), tags in zip(passes.subjects, passes.object_tags, strict=True):
            spans[first, last] = max(p, spans.get((first, last), 0.0))
            relations = objects.setdefault((first, last), {})
            for r, name in enumerate(extractor.relations):
                if name in extractor.served[schema] and tags[:, r, 0].max() >= _VISIBLE:
                    relations[name] = np.maximum(tags[:, r], relations.get(name, 0.0))
    offsets = per_schema[0].offsets
    subjects = []
    for (first, last), p in sorted(spans.items(), key=lambda item: -item[1]):
        likely = sorted(objects[first, last].items(), key=lambda item: -float(item[1][:, 0].max()))
        text = original((offsets[first][0], offsets[last][1]))
        subjects.append(SubjectPass(text, round(p, 4), {name: _rounded(tags) for name, tags in likely}))
    tags = np.max([passes.subject_tags for passes in per_schema], axis=0)
    return Inside([original(span) for span in offsets], _rounded(tags), subjects)
