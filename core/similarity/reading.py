"""Sentences on their way into an encoder: token ids, and which word each token belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase

from core.similarity.static import StaticVectors
from core.similarity.words import Span


@dataclass(frozen=True)
class Reading:
    """A sentence as token ids, with the number of each token's word (from 1; 0: of none), and the words."""

    ids: list[int]
    words: list[int]
    tokens: tuple[str, ...]

    @property
    def n_words(self) -> int:
        """How many words there are."""
        return len(self.tokens)


def read(text: str, spans: Sequence[Span], tokenizer: PreTrainedTokenizerBase, max_tokens: int = 512) -> Reading:
    """Normalised `text`, whose words are `spans`, as tokens. Punctuation is read, but is part of no word."""
    number = [0] * len(text)
    for n, (start, end) in enumerate(spans, 1):
        number[start:end] = [n] * (end - start)
    encoding = tokenizer(text, truncation=True, max_length=max_tokens, return_offsets_mapping=True)
    words = [number[a] if b > a else 0 for a, b in encoding["offset_mapping"]]
    return Reading(encoding["input_ids"], words, tuple(text[a:b] for a, b in spans))


def stack_words(readings: Sequence[Reading], table: StaticVectors) -> torch.Tensor:
    """Static vectors [B, W, D] of the words, of length about 1, padded with 0."""
    found = np.zeros((len(readings), max(r.n_words for r in readings), table.dimension), dtype=np.float32)
    for i, r in enumerate(readings):
        found[i, : r.n_words] = [table.vector(word) for word in r.tokens]
    return torch.from_numpy(found / table.mean_norm)


def collate(readings: Sequence[Reading], pad_id: int) -> dict[str, torch.Tensor]:
    """Padded input_ids, attention_mask and words, each [B, L]."""
    length = max(len(r.ids) for r in readings)
    ids = torch.full((len(readings), length), pad_id)
    words, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for i, r in enumerate(readings):
        ids[i, : len(r.ids)] = torch.tensor(r.ids)
        words[i, : len(r.ids)] = torch.tensor(r.words)
        mask[i, : len(r.ids)] = 1
    return {"input_ids": ids, "attention_mask": mask, "words": words}
