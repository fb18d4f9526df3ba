"""AdaX: Adam whose second moment forgets ever more slowly (Li et al., arXiv:2004.09740; kexue.fm/archives/7387)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn


class AdaX(torch.optim.Optimizer):
    """v_t = (1 + β₂) v_{t-1} + β₂ g², divided by (1 + β₂)^t - 1, where Adam has a moving average of fixed length.

    The quotient is a weighted mean of all g² so far in which the past weighs ever more: at first the plain mean, in the
    end nearly constant, so that the step sizes of weights settle. It is kept as such, each time moved towards g² by the
    share w_t = β₂ / ((1 + β₂)^t - 1), since v itself grows without bound. The first moment is Adam's without the
    correction of its start, the weight decay is decoupled (AdaX-W), as in the paper.
    """

    def __init__(
        self,
        params: Iterable[nn.Parameter] | Iterable[dict[str, Any]],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 1e-4),
        eps: float = 1e-12,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            # Those that met their first gradient at the same time share a weight w_t: all of them, as a rule.
            by_age: dict[int, list[nn.Parameter]] = {}
            for p in (p for p in group["params"] if p.grad is not None):
                state = self.state[p]
                if not state:
                    state.update(step=0, first=torch.zeros_like(p), second=torch.zeros_like(p))
                state["step"] += 1
                by_age.setdefault(state["step"], []).append(p)
            for age, params in by_age.items():
                self._move(params, age, group)

    def _move(self, params: list[nn.Parameter], age: int, group: dict[str, Any]) -> None:
        """One step of `params`, the `age`-th of each."""
        beta1, beta2 = group["betas"]
        gradients = [p.grad for p in params if p.grad is not None]
        values: list[torch.Tensor] = [*params]
        first, second = ([self.state[p][name] for p in params] for name in ("first", "second"))
        torch._foreach_lerp_(first, gradients, 1 - beta1)
        torch._foreach_lerp_(second, torch._foreach_mul(gradients, gradients), beta2 / ((1 + beta2) ** age - 1))
        scale = torch._foreach_sqrt(second)
        torch._foreach_add_(scale, group["eps"])
        torch._foreach_mul_(values, 1 - group["lr"] * group["weight_decay"])
        torch._foreach_addcdiv_(values, first, scale, value=-group["lr"])
