"""Efficient GlobalPointer: a score for every pair of tokens (i, j) under every head; and the ZLPR loss on it.

GlobalPointer (spaces.ac.cn/archives/8373, arXiv:2208.03054) in the form of archives/8877: heads share one product of
queries and keys with rotary positions and differ in what they add for i and for j alone,

    s_h(i, j) = a(i, j) + b_h(i) + c_h(j).

So a head's L x L matrix need never be built: single cells are sums of three numbers, and the sum over all cells that
the loss asks for is a matrix product, Σ_ij exp s_h(i, j) = Σ_i exp b_h(i) Σ_j exp a(i, j) exp c_h(j).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import nn

# Heads begin at sigmoid(-8): next to none of the L x L cells are positive, which need not be learnt first.
_PRIOR = -8.0
# Above this exp() of the sum of three would leave the range of a double.
_LARGEST = 200.0


class PairScores(NamedTuple):
    """Logits s_h(i, j) = shared[b, i, j] + first[b, i, h] + second[b, j, h], in their parts.

    `shared` [B, L, L] is -inf where i or j is padding and, in a pointer to spans, where j < i; `first` and `second`
    [B, L, H].
    """

    shared: torch.Tensor
    first: torch.Tensor
    second: torch.Tensor

    def at(self, cells: torch.Tensor) -> torch.Tensor:
        """Logits [P] of `cells` [P, 4], each (sentence, head, i, j)."""
        b, h, i, j = cells.T
        return self.shared[b, i, j] + self.first[b, i, h] + self.second[b, j, h]

    def sentence(self, b: int, tokens: int) -> SentenceScores:
        """Those of one sentence with `tokens` characters between its two special tokens."""
        inner = slice(1, tokens + 1)
        parts = (self.shared[b, inner, inner], self.first[b, inner], self.second[b, inner])
        return SentenceScores(*(part.float().cpu().numpy() for part in parts))


class SentenceScores(NamedTuple):
    """The logits of one sentence of T characters: `shared` [T, T], `first` and `second` [T, H]."""

    shared: np.ndarray
    first: np.ndarray
    second: np.ndarray

    def at(self, i: np.ndarray, j: np.ndarray) -> np.ndarray:
        """Logits [..., H] of all heads at the cells (i, j), whose indices have any shapes that go together."""
        found: np.ndarray = self.shared[i, j][..., None] + self.first[i] + self.second[j]
        return found

    def above(self, head: int, probability: float) -> list[tuple[int, int, float]]:
        """Cells (i, j, p) of one head with p = sigmoid(s) at least `probability`, the likeliest first."""
        logits = self.shared + self.first[:, head, None] + self.second[None, :, head]
        cells = np.argwhere(logits >= np.log(probability / (1 - probability)))
        p = sigmoid(logits[cells[:, 0], cells[:, 1]])
        return [(int(cells[n, 0]), int(cells[n, 1]), float(p[n])) for n in np.argsort(-p, kind="stable")]

    def likely(self, probability: float) -> list[tuple[int, int, int, float]]:
        """Cells (head, i, j, p) of all heads, in that order, with p at least `probability`.

        What a head adds for i bounds its row i, so that of many heads hardly a row has to be looked at.
        """
        least = float(np.log(probability / (1 - probability)))
        if not self.shared.size:
            return []
        bound = self.first + self.shared.max(1)[:, None] + self.second.max(0)
        head, i = np.nonzero((bound >= least).T)
        logits = self.first[i, head][:, None] + self.shared[i] + self.second[:, head].T
        row, j = np.nonzero(logits >= least)
        p = sigmoid(logits[row, j])
        cells = zip(head[row].tolist(), i[row].tolist(), j.tolist(), p.tolist(), strict=True)
        return list(cells)


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)) without overflow; 0 for -inf."""
    found: np.ndarray = np.exp(-np.logaddexp(0.0, -logits))
    return found


class EfficientGlobalPointer(nn.Module):
    """Token vectors [B, L, width] to the pair scores of `heads` heads.

    Args:
        width: size of the token vectors.
        heads: number of kinds of pairs.
        size: that of queries and keys; even.
        rotary: rotary positions (RoFormer, arXiv:2104.09864) make the product depend on the distance.
        spans: only pairs with i <= j can be one.
    """

    def __init__(self, width: int, heads: int, size: int = 64, rotary: bool = True, spans: bool = True) -> None:
        super().__init__()
        self.rotary, self.spans = rotary, spans
        self.project = nn.Linear(width, 2 * size)
        self.bias = nn.Linear(2 * size, 2 * heads)

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> PairScores:
        """Scores of the pairs of tokens [B, L, width] that `mask` [B, L] has; in float32 whatever autocast says."""
        with torch.autocast(hidden.device.type, enabled=False):
            projected = self.project(hidden.float())
            query, key = projected.chunk(2, dim=-1)
            first, second = (self.bias(projected) + _PRIOR / 2).chunk(2, dim=-1)
            if self.rotary:
                query, key = rotated(query), rotated(key)
            shared = query @ key.transpose(1, 2) / query.size(-1) ** 0.5
        seen = mask.bool()
        pairs = seen[:, :, None] & seen[:, None, :]
        if self.spans:
            pairs = pairs.triu()
        return PairScores(shared.masked_fill(~pairs, -torch.inf), first, second)


def rotated(vectors: torch.Tensor) -> torch.Tensor:
    """Vectors [B, L, D], each pair of neighbouring components turned by its position times a frequency."""
    half = torch.arange(vectors.size(-1) // 2, device=vectors.device)
    position = torch.arange(vectors.size(1), device=vectors.device)
    angle = position[:, None] * 10_000.0 ** (-2 * half / vectors.size(-1))
    even, odd = vectors[..., 0::2], vectors[..., 1::2]
    cos, sin = angle.cos(), angle.sin()
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], dim=-1).flatten(-2)


def zlpr(
    scores: PairScores,
    positives: torch.Tensor,
    active: torch.Tensor,
    absent: torch.Tensor,
    probabilities: torch.Tensor | None = None,
) -> torch.Tensor:
    """ZLPR (spaces.ac.cn/archives/7359, arXiv:2208.02955), log(1 + Σ_neg e^s) + log(1 + Σ_pos e^-s), labels as a list.

    With labels t between 0 and 1 (archives/9064) it is log(1 + Σ (1 - t) e^s) + log(1 + Σ t e^-s), least where
    sigmoid(2s) = t for a single cell.

    The first sum is that over all cells, by the product above, less t times the positive ones. So memory and time are
    those of one [L, L] x [L, H] product per sentence, where a dense loss holds H x L x L logits and targets, and it
    stays exact, where sampled negatives would not. In double precision, as a positive cell may outweigh the rest many
    times over.

    Args:
        scores: of B sentences and H heads.
        positives: [P, 4], each (sentence, head, i, j), none twice, and all among the pairs that have a score.
        active: [B, H], 1 where a head counts, 0 where the sentence says nothing about it.
        absent: [B], the weight of the first term: 0 where what a sentence does not list may be there all the same.
        probabilities: [P], the labels t of `positives`; without them all are certain.

    Returns:
        [B], the sum over the heads.
    """
    shared, first, second = (part.double().clamp(max=_LARGEST) for part in scores)
    total = (first.exp() * (shared.exp() @ second.exp())).sum(1)
    b, h = positives[:, 0], positives[:, 1]
    sure = 1.0 if probabilities is None else probabilities
    logits = PairScores(shared, first, second).at(positives)
    listed = torch.zeros_like(total).index_put((b, h), sure * logits.exp(), accumulate=True)
    missed = torch.zeros_like(total).index_put((b, h), sure * (-logits).exp(), accumulate=True)
    negative = torch.log1p((total - listed).clamp(min=0)) * absent[:, None]
    return ((negative + torch.log1p(missed)) * active).sum(1).float()
