"""From sentences to scored triples with one trained model; knows tensors, not documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase

from core.triples.decode import FLOOR, calibrated, spans
from core.triples.lexical import token_features
from core.triples.model import CasRel

# Subjects looked at in one second pass: bounds the memory of [N, L, R, 2] whatever the text.
_MAX_ROWS = 64


@dataclass(frozen=True)
class Found:
    """A triple as character spans [start, end) of the sentence given to the model."""

    subject: tuple[int, int]
    relation: str
    object: tuple[int, int]
    score: float


@dataclass(frozen=True)
class Passes:
    """What the model saw in one sentence: the inside of CasRel's two passes.

    `subject_tags` [T, 2] for the T characters in `offsets`; per subject `object_tags` [T, R, 2].
    """

    offsets: list[tuple[int, int]]
    subject_tags: np.ndarray
    subjects: list[tuple[int, int, float]]
    object_tags: list[np.ndarray]


class Extractor:
    """Runs CasRel on normalised sentences and reads the triples off its tags."""

    def __init__(self, model: CasRel, tokenizer: PreTrainedTokenizerBase) -> None:
        self.model = model.eval()
        self.tokenizer = tokenizer
        self.relations: list[str] = model.config.relations
        self.schemas = {name: set(relations) for name, relations in model.config.schemas.items()}
        # A relation that several schemas share is read with the first one's subjects: the one its scores are fitted on.
        self.served: dict[str, set[str]] = {}
        for name, relations in self.schemas.items():
            self.served[name] = relations.difference(*self.served.values())

    @torch.inference_mode()
    def passes(self, sentences: Sequence[str], schemas: Sequence[str] | None = None) -> list[list[Passes]]:
        """Both passes over each sentence, once per schema in `schemas` (default: all the model knows)."""
        encoding = self.tokenizer(
            list(sentences),
            truncation=True,
            max_length=self.model.config.max_tokens,
            padding=True,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        device = self.model.device
        mask = encoding["attention_mask"].to(device)
        features = None
        if self.model.config.lexical:
            tables = zip(sentences, encoding["offset_mapping"].tolist(), strict=True)
            features = torch.tensor([token_features(text, offsets) for text, offsets in tables], device=device)
        hidden = self.model.encode(encoding["input_ids"].to(device), mask, features)
        tags = self.model.subject_logits(hidden).sigmoid().float().cpu().numpy()
        lengths = mask.sum(1).tolist()
        names = list(self.schemas)
        wanted = [names.index(s) for s in schemas or names]
        per_sentence: list[list[Passes]] = []
        rows: list[tuple[int, int, int]] = []
        for b, length in enumerate(lengths):
            offsets = [tuple(pair) for pair in encoding["offset_mapping"][b, 1 : length - 1].tolist()]
            # [CLS] and [SEP] cannot be part of a span
            inner = [tags[b, 1 : length - 1, s] for s in wanted]
            found = [spans(t) for t in inner]
            rows += [(b, first + 1, last + 1) for subjects in found for first, last, _ in subjects]
            per_sentence.append([Passes(offsets, t, f, []) for t, f in zip(inner, found, strict=True)])
        objects = iter(self._objects(hidden, rows))
        for b, length in enumerate(lengths):
            for passes in per_sentence[b]:
                passes.object_tags.extend(next(objects)[1 : length - 1] for _ in passes.subjects)
        return per_sentence

    def _objects(self, hidden: torch.Tensor, rows: list[tuple[int, int, int]]) -> list[np.ndarray]:
        found: list[np.ndarray] = []
        for i in range(0, len(rows), _MAX_ROWS):
            sentence, start, end = torch.tensor(rows[i : i + _MAX_ROWS], device=hidden.device).T
            logits = self.model.object_logits(hidden[sentence], start, end)
            found.extend(logits.sigmoid().float().cpu().numpy())
        return found

    def extract(self, sentences: Sequence[str], schemas: Sequence[str] | None = None) -> list[list[Found]]:
        """Every triple above the decoding floor, for each sentence, each triple once with its best score.

        Of the relations that `schemas` annotate; without it, of all, each read with the first schema that has it.
        """
        names = list(schemas or self.schemas)
        allowed = self.schemas if schemas else self.served
        results = []
        for per_schema in self.passes(sentences, names):
            best: dict[tuple[tuple[int, int], str, tuple[int, int]], float] = {}
            for name, passes in zip(names, per_schema, strict=True):
                for subject, relation, item, score in self._read(passes, allowed[name]):
                    key = (subject, relation, item)
                    best[key] = max(score, best.get(key, 0.0))
            results.append([Found(s, r, o, score) for (s, r, o), score in best.items()])
        return results

    def _read(self, passes: Passes, allowed: set[str]) -> list[tuple[tuple[int, int], str, tuple[int, int], float]]:
        found = []
        for (first, last, p_subject), tags in zip(passes.subjects, passes.object_tags, strict=True):
            likely = np.flatnonzero((tags.max(axis=0) >= FLOOR).all(axis=1))
            for r in likely:
                if self.relations[r] not in allowed:
                    continue
                for o_first, o_last, p_object in spans(tags[:, r]):
                    subject = passes.offsets[first][0], passes.offsets[last][1]
                    item = passes.offsets[o_first][0], passes.offsets[o_last][1]
                    score = calibrated(p_subject * p_object, self.model.config.calibration)
                    found.append((subject, self.relations[r], item, score))
        return found
