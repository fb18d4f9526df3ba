"""Word Rotator's Distance as a function that gradients flow through, and the ranking loss it is trained with."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from core.similarity.transport import solve


class _OptimalCost(torch.autograd.Function):
    """Costs of optimal plans. By the envelope theorem the plan is the gradient with respect to the costs, and the dual
    potentials are that with respect to the weights (up to a constant, which normalised weights cancel)."""

    @staticmethod
    def forward(
        ctx: Any, costs: torch.Tensor, p: torch.Tensor, q: torch.Tensor, sizes: list[tuple[int, int]]
    ) -> torch.Tensor:
        plans, us, vs = torch.zeros_like(costs), torch.zeros_like(p), torch.zeros_like(q)
        distances = []
        tables = [x.detach().cpu().double().numpy() for x in (costs, p, q)]
        for i, (n, m) in enumerate(sizes):
            found = solve(tables[1][i, :n], tables[2][i, :m], np.ascontiguousarray(tables[0][i, :n, :m]))
            distances.append(found.distance)
            plans[i, :n, :m] = torch.from_numpy(found.plan)
            us[i, :n] = torch.from_numpy(found.prices_a)
            vs[i, :m] = torch.from_numpy(found.prices_b)
        ctx.save_for_backward(plans, us, vs)
        return costs.new_tensor(distances)

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, None]:
        plans, us, vs = ctx.saved_tensors
        return grad[:, None, None] * plans, grad[:, None] * us, grad[:, None] * vs, None


def word_rotator_distance(a: torch.Tensor, b: torch.Tensor, sizes: list[tuple[int, int]]) -> torch.Tensor:
    """Exact WRD [B] of padded word vectors [B, n, D] and [B, m, D]; `sizes` says how many rows of each are words."""
    x, y = F.normalize(a, dim=-1), F.normalize(b, dim=-1)
    p, q = a.norm(dim=-1), b.norm(dim=-1)
    costs = 1 - x @ y.transpose(1, 2)
    found: torch.Tensor = _OptimalCost.apply(costs, p / p.sum(1, keepdim=True), q / q.sum(1, keepdim=True), sizes)
    return found


def cosent(similarity: torch.Tensor, label: torch.Tensor, scale: float = 20.0) -> torch.Tensor:
    """CoSENT (spaces.ac.cn/archives/8847): every pair labelled closer shall be more similar than every other pair."""
    gap = (similarity[None] - similarity[:, None]) * scale  # [i, j]: j above i
    wrong = gap.masked_fill(label[:, None] <= label[None], -torch.inf)
    return torch.logsumexp(torch.cat([gap.new_zeros(1), wrong.flatten()]), 0)


def within_groups(
    similarity: torch.Tensor, label: torch.Tensor, group: torch.Tensor, scale: float = 20.0
) -> torch.Tensor:
    """The same asked of pairs of one group alone, each order for itself, where CoSENT over a batch mostly moves the
    worst; 0 where no group has two labels. All are [P]."""
    gap = (similarity[None] - similarity[:, None]) * scale
    asked = (label[:, None] > label[None]) & (group[:, None] == group[None])
    return F.softplus(gap[asked]).sum() / asked.sum().clamp(min=1)
