"""Passages and questions as the two networks read them: windows of whole sentences, one token per character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from core.qa_pairs import matching
from core.text import split_sentences

Span = tuple[int, int]
_HEAD = 40  # characters of the passage's first sentence that stand before every later window: what it is about


@dataclass(frozen=True)
class Window:
    """Tokens of a piece of a passage, and what maps them back: the piece [start, end) of the passage begins at token
    `first`."""

    ids: list[int]
    start: int
    end: int
    first: int
    features: list[tuple[int, int, int]]  # empty for the generator

    def token(self, character: int) -> int:
        """The token of a character of the passage."""
        return character - self.start + self.first

    def character(self, token: int) -> int:
        """The character of the passage that a token is."""
        return token - self.first + self.start


def windows(text: str, most: int, overlap: float = 0.0) -> list[Span]:
    """Pieces [start, end) of `text`, of whole sentences and at most `most` characters; each shares up to `overlap` of
    its length with the one before."""
    sentences = list(split_sentences(text, most))
    found: list[Span] = []
    i = 0
    while i < len(sentences):
        start, j = sentences[i][0], i
        while j + 1 < len(sentences) and sentences[j + 1][1] - start <= most:
            j += 1
        end = sentences[j][1]
        found.append((start, end))
        if j + 1 == len(sentences):
            break
        following = j + 1
        while following - 1 > i and end - sentences[following - 1][0] <= overlap * most:
            following -= 1
        i = following
    return found


def head_of(text: str) -> str:
    """The beginning of the passage, which mostly names what it is about."""
    first = next(iter(split_sentences(text, _HEAD)), (0, 0))
    return text[slice(*first)]


def generator_window(text: str, span: Span, tokenizer: Any) -> Window:
    """[CLS] piece [SEP], or [CLS] head [SEP] piece [SEP] for a piece that is not the passage's first."""
    start, end = span
    head = head_of(text) if start > _HEAD else ""
    ids = [tokenizer.cls_token_id]
    if head:
        ids += [*tokenizer.convert_tokens_to_ids(list(head)), tokenizer.sep_token_id]
    first = len(ids)
    ids += [*tokenizer.convert_tokens_to_ids(list(text[start:end])), tokenizer.sep_token_id]
    return Window(ids, start, end, first, [])


def reader_window(question: str, text: str, span: Span, tokenizer: Any) -> Window:
    """[CLS] question [SEP] piece [SEP] with the features of `matching`."""
    start, end = span
    piece = text[start:end]
    ids = [tokenizer.cls_token_id, *tokenizer.convert_tokens_to_ids(list(question)), tokenizer.sep_token_id]
    features = [matching.special(), *matching.of_question(question, piece), matching.special()]
    first = len(ids)
    ids += [*tokenizer.convert_tokens_to_ids(list(piece)), tokenizer.sep_token_id]
    features += [*matching.of_passage(piece, question), matching.special()]
    return Window(ids, start, end, first, features)


def collate(batch: Sequence[Window], pad: int) -> dict[str, torch.Tensor]:
    """Tensors of B windows, L tokens: `ids`, `mask`, `passage` (true on tokens of the piece) [B, L], and `features`
    [B, L, 3] where the windows have them."""
    n, length = len(batch), max(len(w.ids) for w in batch)
    ids = torch.full((n, length), pad)
    mask = torch.zeros(n, length, dtype=torch.long)
    passage = torch.zeros(n, length, dtype=torch.bool)
    features = torch.tensor(matching.special()).repeat(n, length, 1)
    for i, w in enumerate(batch):
        k = len(w.ids)
        ids[i, :k] = torch.tensor(w.ids)
        mask[i, :k] = 1
        passage[i, w.first : w.first + w.end - w.start] = True
        if w.features:
            features[i, :k] = torch.tensor(w.features)
    found = {"ids": ids, "mask": mask, "passage": passage}
    return found | {"features": features} if batch[0].features else found
