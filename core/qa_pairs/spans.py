"""A span as two choices, its start and then its end: always a piece of the passage, with a probability."""

from __future__ import annotations

import math

import torch
from torch import nn

MAX_ANSWER = 48  # characters of what the generator asks for; a reader's answer may have any number
_KEY = 64
_EXACT, _LENGTHS, _LONGEST = 16, 48, 512  # lengths with a bias of their own, biases, length that has the last one


class Pointer(nn.Module):
    """p(start) p(end | start) over the states of a sequence, a pointer network (arXiv:1506.03134) of two steps.

    Shapes: B sequences, L tokens, H width, N starts.
    """

    def __init__(self, width: int, dropout: float, lengths: int) -> None:
        super().__init__()
        self.start = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Dropout(dropout), nn.Linear(width, 1))
        self.query = nn.Linear(width, _KEY)
        self.key = nn.Linear(width, _KEY)
        self.end = nn.Linear(width, 1)
        self.length = nn.Embedding(lengths, 1)

    def starts(self, hidden: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
        """Log-probabilities [B, L] of starting at each token where `allowed` [B, L]."""
        scores = self.start(hidden).squeeze(-1).float()
        found: torch.Tensor = scores.masked_fill(~allowed, -1e4).log_softmax(-1)
        return found


class SpanHead(Pointer):
    """Spans of at most MAX_ANSWER characters, told apart by their length."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__(width, dropout, MAX_ANSWER)

    def ends(
        self, hidden: torch.Tensor, rows: torch.Tensor, starts: torch.Tensor, allowed: torch.Tensor
    ) -> torch.Tensor:
        """Log-probabilities [N, MAX_ANSWER] of the spans that begin at `starts` [N] of the sequences `rows` [N] being
        1, 2, ... characters long."""
        offsets = torch.arange(MAX_ANSWER, device=hidden.device)
        places = starts[:, None] + offsets
        last = hidden.size(1) - 1
        inside = places <= last
        places = places.clamp(max=last)
        states = hidden[rows[:, None], places]
        scores = (self.key(states) @ self.query(hidden[rows, starts])[..., None]).squeeze(-1) / _KEY**0.5
        scores = scores + self.end(states).squeeze(-1) + self.length.weight[:, 0]
        found: torch.Tensor = (
            scores.float().masked_fill(~(inside & allowed[rows[:, None], places]), -1e4).log_softmax(-1)
        )
        return found


def length_buckets(lengths: torch.Tensor) -> torch.Tensor:
    """Which bias each length (at least 1) has: short ones their own, longer ones by their logarithm, as the distances
    of T5 (arXiv:1910.10683): a length seldom seen in training shares its bias with its like."""
    scale = (_LENGTHS - _EXACT) / math.log(_LONGEST / _EXACT)
    far = _EXACT + (torch.log(lengths.clamp(min=_EXACT) / _EXACT) * scale).long()
    return torch.where(lengths <= _EXACT, lengths - 1, far.clamp(max=_LENGTHS - 1))


class FreeSpanHead(Pointer):
    """Spans of any length. Only the keys of the sequences are made; the states are not copied for each start."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__(width, dropout, _LENGTHS)

    def ends(
        self, hidden: torch.Tensor, rows: torch.Tensor, starts: torch.Tensor, allowed: torch.Tensor
    ) -> torch.Tensor:
        """Log-probabilities [N, L] that the spans which begin at `starts` [N] of the sequences `rows` [N] have each
        token as their last."""
        query = self.query(hidden[rows, starts])
        scores = (self.key(hidden)[rows] @ query[..., None]).squeeze(-1) / _KEY**0.5
        lengths = torch.arange(1, hidden.size(1) + 1, device=hidden.device) - starts[:, None]
        bias = self.length.weight[:, 0][length_buckets(lengths.clamp(min=1))]
        scores = scores + self.end(hidden).squeeze(-1)[rows] + bias
        found: torch.Tensor = scores.float().masked_fill(~((lengths > 0) & allowed[rows]), -1e4).log_softmax(-1)
        return found
