"""Triples of a text of any length: split into sentences, extract, map back, merge."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.pipeline import Pipeline
from core.runtime import MicroBatcher
from core.text import Normalised, check_text, normalise, split_sentences
from core.triples import MAX_CHARS
from core.triples.explain import Inside
from core.triples.extractor import Extractor, Found, load_extractor
from core.triples.triple import Span, Triple

_BATCH = 16


@dataclass(frozen=True)
class TriplesResult:
    """The triples of `text` in the order in which they appear."""

    text: str
    triples: tuple[Triple, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON: {"triples": [{subject, predicate, object, subject_span, object_span, score}]}."""
        return {"triples": [dataclasses.asdict(t) for t in self.triples]}


@dataclass(frozen=True)
class _Sentence:
    """A sentence as the model reads it, and where it stands in the normalised document."""

    document: Normalised
    start: int
    text: str

    def span(self, span: Span) -> Span:
        """A span of the sentence as a span of the original document."""
        return self.document.span_in_original(self.start + span[0], self.start + span[1])

    def original(self, span: Span) -> str:
        """The user's own characters behind a span of the sentence."""
        return self.document.original[slice(*self.span(span))]


def _sentences(text: str, max_chars: int) -> list[_Sentence]:
    document = normalise(text)
    return [_Sentence(document, a, document.text[a:b]) for a, b in split_sentences(document.text, max_chars)]


class TriplesPipeline(Pipeline):
    """Subject-predicate-object extraction by any of the heads (`core.triples.extractor.load_extractor`)."""

    task = "triples"
    at_model = ("__call__", "run", "explain")
    facts = ("threshold", "thresholds", "relations")

    def __init__(self, extractor: Extractor) -> None:
        self.extractor = extractor
        self.threshold: float = extractor.config.threshold
        self.thresholds: dict[str, float] = extractor.config.thresholds
        self.relations: list[str] = extractor.relations
        # Two of the model's tokens mark the beginning and the end.
        self._sentence_chars: int = extractor.config.max_tokens - 2
        self._extract = MicroBatcher[str, list[Found]](extractor.extract, _BATCH)

    @classmethod
    def from_folder(cls, folder: Path, device: str) -> TriplesPipeline:
        return cls(load_extractor(folder, device))

    def __call__(
        self,
        text: str,
        threshold: float | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> TriplesResult:
        """The triples of `text`.

        Args:
            text: at most MAX_CHARS characters, of any script; spans refer to it as it is.
            threshold: least probability of a triple, of any relation; None for what had the best F1 on dev, where
                some relations may have a threshold of their own.
            progress: called with (sentences done, sentences in all).

        Raises:
            InputError: no text, too long, binary, or a threshold outside [0, 1].
        """
        text = check_text(text, MAX_CHARS)
        least = self._least(threshold)
        sentences = _sentences(text, self._sentence_chars)
        found: list[list[Found]] = []
        for i in range(0, len(sentences), _BATCH):
            found += self._extract([s.text for s in sentences[i : i + _BATCH]])
            if progress:
                progress(len(found), len(sentences))
        return self._merge(text, sentences, found, least)

    def run(self, rows: Sequence[Mapping[str, Any]]) -> list[TriplesResult | InputError]:  # type: ignore[override]
        """Results for rows {"text": ..., "threshold"?: ...}; the sentences of all rows share batches."""
        texts: list[tuple[str, float | None] | InputError] = []
        for row in rows:
            try:
                texts.append((check_text(row.get("text"), MAX_CHARS), self._least(row.get("threshold"))))
            except InputError as error:
                texts.append(error)
        split = [[] if isinstance(t, InputError) else _sentences(t[0], self._sentence_chars) for t in texts]
        # Sentences of like length share a batch, so little of it is padding.
        order = sorted(
            ((i, j) for i, s in enumerate(split) for j in range(len(s))), key=lambda p: len(split[p[0]][p[1]].text)
        )
        found: list[list[list[Found]]] = [[[] for _ in s] for s in split]
        for k in range(0, len(order), _BATCH):
            group = order[k : k + _BATCH]
            for (i, j), triples in zip(group, self._extract([split[i][j].text for i, j in group]), strict=True):
                found[i][j] = triples
        return [
            t if isinstance(t, InputError) else self._merge(t[0], s, f, t[1])
            for t, s, f in zip(texts, split, found, strict=True)
        ]

    def explain(self, text: str, limit: int = 6) -> list[Inside]:
        """What the model sees in the first `limit` sentences of `text`, as the model reads them.

        Raises:
            InputError: as `__call__`.
        """
        sentences = _sentences(check_text(text, MAX_CHARS), self._sentence_chars)
        return [self.extractor.inside(s.text, s.original) for s in sentences[:limit]]

    def threshold_of(self, relation: str) -> float:
        """The model's own threshold for `relation`: one of its own, or that of the rest."""
        return self.thresholds.get(relation, self.threshold)

    def _least(self, threshold: object) -> float | None:
        if threshold is None:
            return None
        if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not 0 <= threshold <= 1:
            raise InputError("阈值须在 0 到 1 之间", "the threshold must be between 0 and 1")
        return float(threshold)

    def _merge(
        self, text: str, sentences: list[_Sentence], found: list[list[Found]], least: float | None
    ) -> TriplesResult:
        """Each triple once, where it scores best; `least` is None for the model's own thresholds."""
        best: dict[tuple[str, str, str], Triple] = {}
        for sentence, triples in zip(sentences, found, strict=True):
            for f in triples:
                s, o = sentence.span(f.subject), sentence.span(f.object)
                # Rounded before it is judged, so that whoever filters what was sent keeps the same triples.
                triple = Triple(text[slice(*s)], f.relation, text[slice(*o)], s, o, round(f.score, 4))
                key = (triple.subject, triple.predicate, triple.object)
                needed = self.threshold_of(f.relation) if least is None else least
                if triple.score >= needed and (key not in best or best[key].score < triple.score):
                    best[key] = triple
        ordered = sorted(best.values(), key=lambda t: (t.subject_span, t.object_span, t.predicate))
        return TriplesResult(text, tuple(ordered))
