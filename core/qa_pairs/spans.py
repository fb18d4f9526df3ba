"""A span as two choices, its start and then its end: always a piece of the passage, with a probability."""

from __future__ import annotations

import torch
from torch import nn

MAX_ANSWER = 48  # characters
_KEY = 64


class SpanHead(nn.Module):
    """p(start) p(end | start) over the states of a sequence, a pointer network (arXiv:1506.03134) of two steps.

    Shapes: B sequences, L tokens, H width, N starts.
    """

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.start = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Dropout(dropout), nn.Linear(width, 1))
        self.query = nn.Linear(width, _KEY)
        self.key = nn.Linear(width, _KEY)
        self.end = nn.Linear(width, 1)
        self.length = nn.Embedding(MAX_ANSWER, 1)

    def starts(self, hidden: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
        """Log-probabilities [B, L] of starting at each token where `allowed` [B, L]."""
        scores = self.start(hidden).squeeze(-1).float()
        return scores.masked_fill(~allowed, -1e4).log_softmax(-1)

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
        return scores.float().masked_fill(~(inside & allowed[rows[:, None], places]), -1e4).log_softmax(-1)
