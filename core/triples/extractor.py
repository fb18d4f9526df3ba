"""From sentences to scored triples with one trained model, whatever its head; knows tensors, not documents."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from transformers import PreTrainedTokenizerBase

from core.triples.bounds import mended
from core.triples.explain import Inside
from core.triples.kinship import as_said
from core.triples.lexical import token_features
from core.triples.model import TriplesModel
from core.triples.rivals import judged
from core.triples.tags import calibrated
from core.triples.triple import Found, Span

# Subject, relation, object as character spans, and the head's own score in (0, 1)
Raw = tuple[Span, str, Span, float]


@dataclass(frozen=True)
class Encoded:
    """Sentences as vectors `hidden` [B, L, H] with their mask [B, L]; `offsets` are those of each one's characters.

    Character i of a sentence is token i + 1: a special token comes first, another last.
    """

    hidden: torch.Tensor
    mask: torch.Tensor
    offsets: list[list[Span]]


class Reader:
    """A model, its tokenizer, and the vectors that it gives sentences."""

    def __init__(self, model: TriplesModel, tokenizer: PreTrainedTokenizerBase) -> None:
        self.model = model
        model.eval()
        self.tokenizer = tokenizer
        self.config = model.config

    @torch.inference_mode()
    def encode(self, sentences: Sequence[str]) -> Encoded:
        """The model's vectors of `sentences`, cut to the tokens it can read."""
        encoding = self.tokenizer(
            list(sentences),
            truncation=True,
            max_length=self.config.max_tokens,
            padding=True,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        device = self.model.device
        mask = encoding["attention_mask"].to(device)
        features = None
        if self.config.lexical:
            tables = zip(sentences, encoding["offset_mapping"].tolist(), strict=True)
            features = torch.tensor([token_features(text, offsets) for text, offsets in tables], device=device)
        hidden = self.model.encode(encoding["input_ids"].to(device), mask, features)
        lengths = mask.sum(1).tolist()
        rows = zip(encoding["offset_mapping"].tolist(), lengths, strict=True)
        offsets = [[(a, b) for a, b in pairs[1 : length - 1]] for pairs, length in rows]
        return Encoded(hidden, mask, offsets)


class Extractor(Reader, ABC):
    """Runs a model on normalised sentences and reads the triples off its outputs.

    `relations` are all it knows, `schemas` those of each data set it learnt from.
    """

    model_class: ClassVar[type[TriplesModel]]

    def __init__(self, model: TriplesModel, tokenizer: PreTrainedTokenizerBase) -> None:
        super().__init__(model, tokenizer)
        self.relations: list[str] = self.config.relations
        self.schemas = {name: set(relations) for name, relations in self.config.schemas.items()}
        # A relation that several schemas share is read with the first one's entities: the one its scores are fitted on.
        self.served: dict[str, set[str]] = {}
        for name, relations in self.schemas.items():
            self.served[name] = relations.difference(*self.served.values())

    def extract(self, sentences: Sequence[str], schemas: Sequence[str] | None = None) -> list[list[Found]]:
        """Every triple above the decoding floor, for each sentence, each triple once with its best score.

        Names and dates are whole (`core.triples.bounds`), kinship is what the text says (`core.triples.kinship`).
        Their probabilities are judged beside each other where the model has weights for that (`core.triples.rivals`).
        Of the relations that `schemas` annotate; without it, of all, each read with the first schema that has it.
        """
        allowed = {name: (self.schemas if schemas else self.served)[name] for name in schemas or self.schemas}
        results = []
        for sentence, found in zip(sentences, self._read(sentences, allowed), strict=True):
            best: dict[tuple[Span, str, Span], float] = {}
            for subject, relation, item, raw in found:
                score = calibrated(raw, self.config.calibration)
                best[subject, relation, item] = max(score, best.get((subject, relation, item), 0.0))
            mine = [Found(s, r, o, score) for (s, r, o), score in best.items()]
            results.append(judged(sentence, as_said(sentence, mended(sentence, mine)), self.config.rivals))
        return results

    @abstractmethod
    def _read(self, sentences: Sequence[str], allowed: Mapping[str, set[str]]) -> Iterable[Iterable[Raw]]:
        """What the model finds in each sentence when read as each schema of `allowed`, of that one's relations."""

    @abstractmethod
    def inside(self, sentence: str, original: Callable[[Span], str] | None = None) -> Inside:
        """What the model sees in `sentence`. `original` gives the user's text for a span of it."""
