"""Adversarial training of the embeddings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def fast_gradient(embedding: torch.nn.Parameter, epsilon: float) -> Iterator[None]:
    """Inside, `embedding` is moved by `epsilon` up its gradient, whatever the length of that; afterwards it is back.

    The fast gradient method (Miyato et al., arXiv:1605.07725) on the embedding matrix, as in 对抗训练浅谈
    (spaces.ac.cn/archives/7234): a loss taken inside adds the gradient at the worst point near by.
    """
    gradient = embedding.grad
    before = embedding.detach().clone()
    if gradient is not None:
        with torch.no_grad():
            embedding.add_(gradient, alpha=epsilon / float(gradient.norm().clamp(min=1e-8)))
    try:
        yield
    finally:
        with torch.no_grad():
            embedding.copy_(before)
