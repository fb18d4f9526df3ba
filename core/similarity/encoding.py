"""Sentences on their way into an encoder: token ids, and which word each token belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from transformers import PreTrainedTokenizerBase

from core.similarity.words import Span


@dataclass(frozen=True)
class Reading:
    """A sentence as token ids, with the number of each token's word (from 1; 0: of none) and how many words it has."""

    ids: list[int]
    words: list[int]
    n_words: int

    def unknown(self, unk_id: int | None) -> list[int]:
        """The words (from 0) of which the encoder sees nothing: every token is the one for unknown characters."""
        known = {w for i, w in zip(self.ids, self.words, strict=True) if i != unk_id}
        return sorted({w - 1 for w in self.words if w and w not in known})


def read(text: str, spans: Sequence[Span], tokenizer: PreTrainedTokenizerBase, max_tokens: int = 512) -> Reading:
    """Normalised `text`, whose words are `spans`, as tokens. Punctuation is read, but is part of no word."""
    number = [0] * len(text)
    for n, (start, end) in enumerate(spans, 1):
        number[start:end] = [n] * (end - start)
    encoding = tokenizer(text, truncation=True, max_length=max_tokens, return_offsets_mapping=True)
    words = [number[a] if b > a else 0 for a, b in encoding["offset_mapping"]]
    return Reading(encoding["input_ids"], words, len(spans))


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
