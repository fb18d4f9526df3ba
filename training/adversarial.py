"""Adversarial training of the embeddings: a loss taken at the worst point near by, beside the one at the point itself.

对抗训练浅谈 (kexue.fm/archives/7234). The embedding matrix moves, which for a text in which no character comes twice is
the same as moving its vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

# The strides of an attack of several steps add up to this many times its reach: it may turn and still get there.
_SLACK = 1.5


@contextmanager
def worst_point(
    embedding: torch.nn.Parameter,
    gradient: torch.Tensor,
    epsilon: float,
    steps: int = 1,
    loss: Callable[[], torch.Tensor] | None = None,
) -> Iterator[None]:
    """Inside, `embedding` is moved by up to `epsilon` to where the loss is worse; afterwards it is back.

    One step is the fast gradient method (FGM, Miyato et al., arXiv:1605.07725): `epsilon` up the gradient, whatever the
    length of that. Several are projected gradient descent (PGD, Madry et al., arXiv:1706.06083): smaller ones, each up
    the gradient where the last one ended, and back to the distance `epsilon` whenever they lead further.

    Args:
        embedding: the matrix.
        gradient: that of the loss with respect to it, where it is.
        epsilon: how far it may move, as the length of all its changes.
        steps: how many it takes.
        loss: gives the loss where the matrix is; needed from two steps on.
    """
    before = embedding.detach().clone()
    stride = epsilon * min(1.0, _SLACK / steps)
    try:
        for k in range(steps):
            if k and loss:
                # The weights' own gradients are left alone.
                (gradient,) = torch.autograd.grad(loss(), embedding)
            with torch.no_grad():
                embedding.add_(gradient, alpha=stride / float(gradient.norm().clamp(min=1e-8)))
                moved = embedding - before
                length = float(moved.norm())
                if length > epsilon:
                    embedding.copy_(before + moved * (epsilon / length))
        yield
    finally:
        with torch.no_grad():
            embedding.copy_(before)
