"""CasRel: first the subjects of a sentence, then, for each subject, the objects under each relation.

Wei et al., "A Novel Cascade Binary Tagging Framework for Relational Triple Extraction" (arXiv:1909.03227), in the
half-pointer, half-tag form of spaces.ac.cn/archives/6736 and 7161: each span is a start bit and an end bit, and the
subject enters the second pass through conditional layer normalisation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from core.triples.explain import VISIBLE, CasRelInside, SubjectPass, rounded
from core.triples.extractor import Encoded, Extractor, Raw
from core.triples.model import TriplesConfig, TriplesModel
from core.triples.tags import FLOOR, spans
from core.triples.triple import Span

# Distances from the subject beyond this many tokens are told apart no further.
_FAR = 32
# Subjects looked at in one second pass: bounds the memory of [N, L, R, 2] whatever the text.
_MAX_ROWS = 64


class CasRelConfig(TriplesConfig):
    """Nothing but what every head is told."""

    model_type = "casrel"

    def __init__(self, **kwargs: Any) -> None:  # the library makes its own for a configuration without one
        super().__init__(**kwargs)


class CasRel(TriplesModel):
    """Encoder, subject tagger (one per schema) and subject-conditioned object tagger.

    Shapes: B sentences, L tokens, H width, S schemas, R relations, N (sentence, subject) pairs. The last axis of size 2
    is (start, end).
    """

    config_class = CasRelConfig
    config: CasRelConfig

    def __init__(self, config: CasRelConfig) -> None:
        super().__init__(config)
        width = self.width
        self.subject = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Linear(width, 2 * len(config.schemas)))
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.gain = nn.Linear(2 * width, width)
        self.bias = nn.Linear(2 * width, width)
        self.distance = nn.Embedding(2 * _FAR + 2, width)
        self.object = nn.Sequential(
            nn.Linear(width, width), nn.GELU(), nn.Dropout(config.head_dropout), nn.Linear(width, 2 * self.n_relations)
        )
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)
        if module is getattr(self, "distance", None):
            nn.init.zeros_(module.weight)
        # Most tokens neither start nor end anything: begin at that prior instead of learning it first.
        for head in (getattr(self, "subject", None), getattr(self, "object", None)):
            if head is not None and module is head[-1]:
                nn.init.constant_(module.bias, -5.0)

    def subject_logits(self, hidden: torch.Tensor) -> torch.Tensor:
        """First pass: [B, L, H] → [B, L, S, 2]."""
        tags: torch.Tensor = self.subject(hidden).unflatten(-1, (-1, 2))
        return tags

    def object_logits(self, hidden: torch.Tensor, starts: torch.Tensor, ends: torch.Tensor) -> torch.Tensor:
        """Second pass: hidden [N, L, H] with the subject's first and last token [N] → [N, L, R, 2]."""
        rows = torch.arange(len(hidden), device=hidden.device)
        subject = torch.cat([hidden[rows, starts], hidden[rows, ends]], dim=-1)
        position = torch.arange(hidden.size(1), device=hidden.device)
        before = (position - starts[:, None]).clamp(min=-_FAR, max=0)
        behind = (position - ends[:, None]).clamp(min=0, max=_FAR)
        inside = (position >= starts[:, None]) & (position <= ends[:, None])
        distance = self.distance((before + behind + _FAR).masked_fill(inside, 2 * _FAR + 1))
        seen = self.norm(hidden) * (1 + self.gain(subject))[:, None] + self.bias(subject)[:, None] + distance
        tags: torch.Tensor = self.object(seen).unflatten(-1, (-1, 2))
        return tags


@dataclass(frozen=True)
class Passes:
    """What the model saw in one sentence: the inside of CasRel's two passes.

    `subject_tags` [T, 2] for the T characters in `offsets`; per subject `object_tags` [T, R, 2].
    """

    offsets: list[Span]
    subject_tags: np.ndarray
    subjects: list[tuple[int, int, float]]
    object_tags: list[np.ndarray]


class CasRelExtractor(Extractor):
    """Reads the triples off the tags of both passes."""

    model_class = CasRel
    model: CasRel

    @torch.inference_mode()
    def passes(self, sentences: Sequence[str], schemas: Sequence[str] | None = None) -> list[list[Passes]]:
        """Both passes over each sentence, once per schema in `schemas` (default: all the model knows)."""
        encoded = self.encode(sentences)
        tags = self.model.subject_logits(encoded.hidden).sigmoid().float().cpu().numpy()
        names = list(self.schemas)
        wanted = [names.index(s) for s in schemas or names]
        per_sentence: list[list[Passes]] = []
        rows: list[tuple[int, int, int]] = []
        for b, offsets in enumerate(encoded.offsets):
            # [CLS] and [SEP] cannot be part of a span
            inner = [tags[b, 1 : len(offsets) + 1, s] for s in wanted]
            found = [spans(t) for t in inner]
            rows += [(b, first + 1, last + 1) for subjects in found for first, last, _ in subjects]
            per_sentence.append([Passes(offsets, t, f, []) for t, f in zip(inner, found, strict=True)])
        objects = self._objects(encoded, rows)
        for passes in (p for per_schema in per_sentence for p in per_schema):
            length = len(passes.offsets)
            passes.object_tags.extend(next(objects)[1 : length + 1] for _ in passes.subjects)
        return per_sentence

    def _objects(self, encoded: Encoded, rows: list[tuple[int, int, int]]) -> Iterator[np.ndarray]:
        for i in range(0, len(rows), _MAX_ROWS):
            sentence, start, end = torch.tensor(rows[i : i + _MAX_ROWS], device=encoded.hidden.device).T
            logits = self.model.object_logits(encoded.hidden[sentence], start, end)
            yield from logits.sigmoid().float().cpu().numpy()

    def _read(self, sentences: Sequence[str], allowed: Mapping[str, set[str]]) -> Iterator[list[Raw]]:
        for per_schema in self.passes(sentences, list(allowed)):
            pairs = zip(per_schema, allowed.values(), strict=True)
            yield [raw for passes, relations in pairs for raw in self._triples(passes, relations)]

    def _triples(self, passes: Passes, allowed: set[str]) -> Iterator[Raw]:
        offsets = passes.offsets
        for (first, last, p_subject), tags in zip(passes.subjects, passes.object_tags, strict=True):
            subject = offsets[first][0], offsets[last][1]
            for r in np.flatnonzero((tags.max(axis=0) >= FLOOR).all(axis=1)):
                if self.relations[r] in allowed:
                    for o_first, o_last, p_object in spans(tags[:, r]):
                        item = offsets[o_first][0], offsets[o_last][1]
                        yield subject, self.relations[r], item, p_subject * p_object

    def inside(self, sentence: str, original: Callable[[Span], str] | None = None) -> CasRelInside:
        """Both passes over `sentence`; where the model has several schemas, the likelier tag of each is shown."""
        written = original or (lambda span: sentence[slice(*span)])
        per_schema = self.passes([sentence])[0]
        found: dict[Span, float] = {}
        objects: dict[Span, dict[str, np.ndarray]] = {}
        for schema, passes in zip(self.schemas, per_schema, strict=True):
            for (first, last, p), tags in zip(passes.subjects, passes.object_tags, strict=True):
                found[first, last] = max(p, found.get((first, last), 0.0))
                relations = objects.setdefault((first, last), {})
                for r, name in enumerate(self.relations):
                    if name in self.served[schema] and tags[:, r, 0].max() >= VISIBLE:
                        relations[name] = np.maximum(tags[:, r], relations.get(name, 0.0))
        offsets = per_schema[0].offsets
        subjects = []
        for (first, last), p in sorted(found.items(), key=lambda item: -item[1]):
            likely = sorted(objects[first, last].items(), key=lambda item: -float(item[1][:, 0].max()))
            text = written((offsets[first][0], offsets[last][1]))
            subjects.append(SubjectPass(text, round(p, 4), {name: rounded(tags) for name, tags in likely}))
        tags = np.max([passes.subject_tags for passes in per_schema], axis=0)
        return CasRelInside([written(span) for span in offsets], rounded(tags), subjects)
